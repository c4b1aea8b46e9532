# fuzz.mk - fuzzing of everything that reads what others wrote.
#
# `make fuzz` runs each tests/fuzz/fuzz_*.c for FUZZ_SECONDS with libFuzzer,
# `make fuzz-long` for ten minutes; it starts from tests/fuzz/corpus/<name>,
# new inputs stay under build/. `make check` has no clang: there the same
# programs are replay_*, over the corpus and changed copies of it.

FUZZ_SECONDS ?= 60
FUZZ_C := $(wildcard tests/fuzz/*.c)
FUZZ_O := $(FUZZ_C:%.c=$(B)/%.o)
FUZZERS := $(patsubst %.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAYS := $(subst /fuzz_,/replay_,$(FUZZERS))
fuzz_parts = $(filter %.o,$^) $(filter %.a,$^)
# Of the glue, what knows of no slapd.
FUZZ_SHARED := $(B)/tests/fuzz/source_checks.o $(B)/overlay/exop/protocol.o

$(FUZZ_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TOOL_FLAGS) $<

# What knows slapd's Filter, and nothing else of slapd.
$(B)/tests/fuzz/fuzz_filter.o: TOOL_FLAGS = $(GLUE_FLAGS)
$(B)/tests/fuzz/fuzz_filter.o: | $(HEADERS_READY)
$(B)/tests/fuzz/fuzz_filter $(B)/tests/fuzz/replay_filter: \
    $(B)/overlay/read/widen.o

$(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_SHARED) $(TOOL_A) \
    $(CORE_A)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $(fuzz_parts) $(TOOL_LIBS)

$(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/replay.o \
    $(B)/tests/fuzz/fuzz_%.o $(FUZZ_SHARED) $(TOOL_A) $(CORE_A)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $(fuzz_parts) -lcmocka $(TOOL_LIBS)

-include $(FUZZ_O:.o=.d)

.PHONY: fuzz fuzz-long fuzz-run check-replay
fuzz:
	@$(MAKE) $(parallel) VARIANT=fuzz fuzz-run

fuzz-long:
	@$(MAKE) FUZZ_SECONDS=600 fuzz

fuzz-run: $(FUZZERS)
	@build-aux/run-fuzzers $(B) $(FUZZ_SECONDS) $(FUZZERS)

check-replay: $(REPLAYS)
	@$(RUN) $(REPLAYS)

test-programs: $(REPLAYS)
check-asan-run: $(REPLAYS)
