# bench.mk - figures that are printed, not asserted.
#
#   make bench-collision  letters that collide in a slapd without the overlay
#   make bench-timing     times of refused binds and claims, how far apart
#   make bench-import     an export of EDC_PEOPLE people: rates, memory, beside
#                         ldapadd's
#
# Each bench/bench_*.c is a program over the tests' harness.

BENCH_C := $(wildcard bench/bench_*.c)
BENCH_SHARED := $(filter-out $(BENCH_C),$(wildcard bench/*.c))
BENCH_O := $(BENCH_C:%.c=$(B)/%.o) $(BENCH_SHARED:%.c=$(B)/%.o)
BENCHES := $(BENCH_C:bench/bench_%.c=bench-%)

$(BENCH_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TEST_FLAGS) $<

$(B)/bench/bench_%: $(B)/bench/bench_%.o $(BENCH_SHARED:%.c=$(B)/%.o) \
    $(call shared_of,integration)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $^ $(INTEGRATION_LIBS) -largon2 -lm

-include $(BENCH_O:.o=.d)

.PHONY: bench-programs $(BENCHES)
bench-programs: $(BENCH_C:%.c=$(B)/%)

$(BENCHES): bench-%: module tools sample $(B)/bench/bench_%
	@$(INTEGRATION_ENVIRONMENT) $(B)/bench/bench_$*
