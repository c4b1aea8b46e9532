# bench.mk - figures that are printed, not asserted.
#
#   make bench            everything beside slapd's own overlays: about 20
#                         minutes, more where rounds disagree;
#                         bench/results/full/results.md
#   make bench-quick      most of it in 2 or 3 minutes; bench/results/quick/
#   make bench-storm      parts of it: EDC_PARTS, EDC_RESULTS, see its source
#   make bench-collision  letters that collide in a slapd without the overlay
#   make bench-timing     times of refused binds and claims, how far apart
#   make bench-import     an export of EDC_PEOPLE people: rates, memory, beside
#                         ldapadd's
#   make load             build/educonnect-load, the load generator by itself
#
# Each bench/bench_*.c is a program over the tests' harness.

BENCH_C := $(wildcard bench/bench_*.c)
LOAD_C := bench/educonnect_load.c
BENCH_SHARED := $(filter-out $(BENCH_C) $(LOAD_C),$(wildcard bench/*.c))
BENCH_O := $(BENCH_C:%.c=$(B)/%.o) $(LOAD_C:%.c=$(B)/%.o) \
    $(BENCH_SHARED:%.c=$(B)/%.o)
BENCHES := $(BENCH_C:bench/bench_%.c=bench-%)
LOAD := $(MODULE_DIR)/educonnect-load

$(BENCH_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TEST_FLAGS) $<

# libargon2 alone is the one that the module has, and in as many threads.
BENCH_CORE := $(addprefix $(B)/overlay/core/,password/library.o text/text.o \
    gate/machine.o gate/cgroup.o)
$(B)/bench/bench_%: $(B)/bench/bench_%.o $(BENCH_SHARED:%.c=$(B)/%.o) \
    $(call shared_of,integration) $(BENCH_CORE)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $(call run_path,$$ORIGIN/../../$(PRIVATE_LIBS)) $^ \
	    $(INTEGRATION_LIBS) -largon2 -llmdb -lm

$(LOAD): $(patsubst %,$(B)/bench/%.o,educonnect_load load request histogram)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $^ $(LDAP_LIBS) -ljansson -lpthread -lm

-include $(BENCH_O:.o=.d)

.PHONY: bench bench-quick bench-programs bench-run load $(BENCHES)
bench-programs: $(BENCH_C:%.c=$(B)/%) load
load: $(LOAD)

$(BENCHES): bench-%: module tools sample $(B)/bench/bench_%
	@$(INTEGRATION_ENVIRONMENT) $(B)/bench/bench_$*

# A run, and its pictures.
RESULTS := bench/results
bench bench-quick:
	@scripts/install-packages build headers bench
	@$(MAKE) $(parallel) bench-run \
	    RESULTS=$(RESULTS)/$(if $(filter bench-quick,$@),quick,full) \
	    QUICK=$(filter bench-quick,$@)

bench-run: module tools $(B)/bench/bench_storm
	@mkdir -p $(RESULTS)
	@$(INTEGRATION_ENVIRONMENT) $(if $(QUICK),EDC_QUICK=1) \
	    EDC_RESULTS=$(RESULTS) $(B)/bench/bench_storm
	@cd $(RESULTS) && gnuplot $(abspath bench/plots.gp)
	@echo "see $(RESULTS)/results.md"
