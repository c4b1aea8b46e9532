# tests.mk - building and running the tests.
#
# Every tests/unit/test_*.c is a program over the core, every
# tests/integration/test_*.c one against the installed slapd. A comment
# /* LDFLAGS: ... */ among a test's first ten lines adds to its link.
# TESTS="bind events" runs test_bind and test_events only.

TEST_FLAGS := -std=gnu11 -Ioverlay/core -Itests/unit -Itests/integration
UNIT_LIBS := -lcmocka $(CORE_LIBS) -lpthread
INTEGRATION_LIBS := $(LDAP_LIBS) -ljansson -lcmocka -lcrypto -lpthread

UNIT_C := $(wildcard tests/unit/*.c)
INTEGRATION_C := $(wildcard tests/integration/*.c)
TEST_O := $(patsubst %.c,$(B)/%.o,$(UNIT_C) $(INTEGRATION_C))

tests_of = $(filter $(foreach t,$(or $(TESTS),%),tests/$(1)/test_$(t).c), \
    $(wildcard tests/$(1)/test_*.c))
UNIT := $(patsubst %.c,$(B)/%,$(call tests_of,unit))
INTEGRATION := $(patsubst %.c,$(B)/%,$(call tests_of,integration))
shared_of = $(patsubst %.c,$(B)/%.o,$(filter-out tests/$(1)/test_%.c, \
    $(wildcard tests/$(1)/*.c)))
own_ldflags = $$(sed -n '1,10s,^/\* LDFLAGS: *\(.*\) \*/.*,\1,p' $(1))

$(TEST_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TEST_FLAGS) $<

$(B)/tests/unit/test_%: $(B)/tests/unit/test_%.o $(call shared_of,unit) \
    $(CORE_A)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $(call own_ldflags,tests/unit/test_$*.c) $^ $(UNIT_LIBS)

$(B)/tests/integration/test_%: $(B)/tests/integration/test_%.o \
    $(call shared_of,integration)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $(call own_ldflags,tests/integration/test_$*.c) $^ \
	    $(INTEGRATION_LIBS)

-include $(TEST_O:.o=.d)

# ---- running: everything, or a part, with the ordinary build ----

RUN := build-aux/run-tests build/test-output
INTEGRATION_ENVIRONMENT = EDC_MODULE=$(abspath $(MODULE_DIR)) \
    EDC_TOOLS=$(abspath $(MODULE_DIR))

.PHONY: check check-all check-long check-unit check-integration test-programs
LONG_TESTS := collision

check:
	@scripts/install-packages build headers tools check
	@$(MAKE) $(parallel) check-all

test-programs: $(UNIT) $(INTEGRATION)

check-all: module test-programs
	@$(INTEGRATION_ENVIRONMENT) $(RUN) $(UNIT) $(TOOL_TESTS) $(REPLAYS) \
	    $(INTEGRATION)

check-unit: $(UNIT)
	@$(RUN) $(UNIT)

# In `make check` the collision test plays fewer rounds than it stands for.
check-long: module $(patsubst %,$(B)/tests/integration/test_%,$(LONG_TESTS))
	@EDC_COLLISIONS=10000 $(INTEGRATION_ENVIRONMENT) $(RUN) $(filter $(B)/tests/%,$^)

check-integration: module tools sample $(INTEGRATION)
	@$(INTEGRATION_ENVIRONMENT) $(RUN) $(INTEGRATION)

# ---- under the sanitizers: core, unit tests and module are instrumented;
# slapd, its tools and the clients are not ----

.PHONY: check-asan check-asan-run check-valgrind
check-asan: module $(INTEGRATION)
	@$(MAKE) $(parallel) VARIANT=asan check-asan-run PLAIN_INTEGRATION="$(INTEGRATION)"

check-asan-run: module $(UNIT)
	@ASAN_OPTIONS=allocator_may_return_null=1 \
	    EDC_MODULE=$(abspath $(MODULE_DIR)) EDC_TOOL_MODULE=$(abspath build) \
	    EDC_TOOLS=$(abspath $(MODULE_DIR)) \
	    EDC_SLAPD_PRELOAD=$$($(CC) -print-file-name=libasan.so) \
	    $(RUN)-asan $(UNIT) $(TOOL_TESTS) $(REPLAYS) $(PLAIN_INTEGRATION)

# Programs whose point is a race or a great number of operations say nothing
# more under valgrind and take hours there.
VALGRIND_TESTS ?= bind ceiling codes config events lifecycle passwords \
    schema session
VALGRIND := valgrind --quiet --num-callers=30

check-valgrind: module tools
	@$(MAKE) TESTS="$(or $(TESTS),$(VALGRIND_TESTS))" \
	    EDC_SLAPD_WRAPPER="$(VALGRIND)" check-integration

# ---- branches of the core that the unit tests take ----

COVERAGE_MINIMUM := 95

.PHONY: coverage coverage-run
coverage:
	@$(MAKE) $(parallel) VARIANT=coverage coverage-run

coverage-run: $(UNIT)
	@find $(B) -name '*.gcda' -delete
	@$(RUN)-coverage $(UNIT)
	gcovr --root . --object-directory $(B) --filter 'overlay/core/' \
	    --branches --fail-under-branch $(COVERAGE_MINIMUM) $(B)
