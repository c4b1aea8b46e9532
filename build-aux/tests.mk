# tests.mk - building and running the tests.
#
# Every tests/unit/*/test_*.c is a program over the core, every
# tests/integration/*/test_*.c one against the installed slapd. A comment
# /* LDFLAGS: ... */ among a test's first ten lines adds to its link.
# TESTS="bind events" runs test_bind and test_events only.

TEST_FLAGS := -std=gnu11 -Itests/unit -Itests/integration
UNIT_LIBS := -lcmocka $(CORE_LIBS) -lpthread
INTEGRATION_LIBS := $(LDAP_LIBS) -ljansson -lcmocka -lcrypto -lpthread

UNIT_C := $(wildcard tests/unit/*/*.c)
INTEGRATION_C := $(wildcard tests/integration/*/*.c)
TEST_O := $(patsubst %.c,$(B)/%.o,$(UNIT_C) $(INTEGRATION_C) \
    tests/modules/threads_left.c tests/modules/last_words.c \
    tests/modules/hold.c tests/modules/leave.c \
    tests/modules/skew.c tests/modules/stay.c)

# A test has a name of its own in whatever room.
all_tests_of = $(wildcard tests/$(1)/*/test_*.c)
tests_of = $(foreach t,$(or $(TESTS),*),$(wildcard tests/$(1)/*/test_$(t).c))
integration_tests = $(foreach t,$(1),$(patsubst %.c,$(B)/%, \
    $(wildcard tests/integration/*/test_$(t).c)))
# Of what `make argon2` has built: `make check-argon2`.
VECTORS_TEST := $(B)/tests/unit/password/test_vectors
UNIT := $(filter-out $(if $(wildcard $(ARGON2_FILES)),,$(VECTORS_TEST)), \
    $(patsubst %.c,$(B)/%,$(call tests_of,unit)))
# Debian has no lloadd to run this one with: `make check-lloadd`.
LLOADD_TEST := $(B)/tests/integration/exop/test_lloadd
# As long as one likes: `make check-servers`.
SERVERS_TEST := $(B)/tests/integration/slapd/test_servers
INTEGRATION := $(filter-out $(LLOADD_TEST) $(SERVERS_TEST), \
    $(patsubst %.c,$(B)/%,$(call tests_of,integration)))
ALL_UNIT := $(patsubst %.c,$(B)/%,$(call all_tests_of,unit))
ALL_INTEGRATION := $(patsubst %.c,$(B)/%,$(call all_tests_of,integration))
shared_of = $(patsubst %.c,$(B)/%.o,$(filter-out $(call all_tests_of,$(1)), \
    $(wildcard tests/$(1)/*/*.c)))
own_ldflags = $$(sed -n '1,10s,^/\* LDFLAGS: *\(.*\) \*/.*,\1,p' $(1))

$(TEST_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TEST_FLAGS) $<

$(ALL_UNIT): %: %.o $(call shared_of,unit) $(CORE_A)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $(call own_ldflags,$(@:$(B)/%=%).c) $^ $(UNIT_LIBS)

# What the bench says of its rounds.
$(B)/tests/unit/bench/test_%.o: TEST_FLAGS += -I.
$(B)/tests/unit/bench/test_verdict: $(B)/bench/verdict.o
$(B)/tests/unit/bench/test_figure: $(B)/bench/figure.o $(B)/bench/verdict.o
$(B)/tests/unit/bench/test_%: UNIT_LIBS += -lm

# Every slapd of the tests loads it.
THREADS_LEFT := $(B)/tests/modules/threads_left.so
$(THREADS_LEFT): $(B)/tests/modules/threads_left.o
	$(call say,LD,$@)
	$(Q)$(PROGRAM) -shared $^

# Before every slapd's libraries.
LAST_WORDS := $(B)/tests/modules/last_words.so
$(LAST_WORDS): $(B)/tests/modules/last_words.o
	$(call say,LD,$@)
	$(Q)$(PROGRAM) -shared $^

# By which hashes are held.
HOLD := $(B)/tests/modules/hold.so
$(HOLD): $(B)/tests/modules/hold.o
	$(call say,LD,$@)
	$(Q)$(PROGRAM) -shared $^

# By which a clock is wrong.
SKEW := $(B)/tests/modules/skew.so
$(SKEW): $(B)/tests/modules/skew.o
	$(call say,LD,$@)
	$(Q)$(PROGRAM) -shared $^

# By which slapd's own modules stay to be named, when leaks are looked for.
STAY := $(B)/tests/modules/stay.so
$(STAY): $(B)/tests/modules/stay.o
	$(call say,LD,$@)
	$(Q)$(PROGRAM) -shared $^

# By which an instrumented slapd ends before its libraries do.
LEAVE := $(B)/tests/modules/leave.so
$(LEAVE): $(B)/tests/modules/leave.o
	$(call say,LD,$@)
	$(Q)$(PROGRAM) -shared $^

# By which a database cannot be looked at.
BLIND := $(B)/tests/modules/blind.so
$(BLIND:.so=.o): tests/modules/blind.c $(B)/flags | $(HEADERS_READY)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(GLUE_FLAGS) $<

$(BLIND): $(BLIND:.so=.o)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) -shared $^

# slapd's own LMDB, for a test that has the one writer of its database: Debian's
# does not open what the one of OpenLDAP 2.7 has written.
LMDB := $(OPENLDAP_SOURCE)/libraries/liblmdb
LMDB_O := $(B)/tests/lmdb/mdb.o $(B)/tests/lmdb/midl.o
LMDB_TEST := $(B)/tests/integration/bind/test_lockout_write
$(LMDB_O): $(B)/tests/lmdb/%.o: $(B)/flags | $(HEADERS_READY)
	@mkdir -p $(@D)
	$(call say,CC,$(LMDB)/$*.c)
	$(Q)$(CC) -O1 -fPIC -w -c -o $@ $(LMDB)/$*.c

$(LMDB_TEST).o: TEST_FLAGS += -isystem $(LMDB)
$(LMDB_TEST).o: | $(HEADERS_READY)
$(LMDB_TEST): $(LMDB_O)

$(ALL_INTEGRATION): %: %.o $(call shared_of,integration) | \
    $(THREADS_LEFT) $(LAST_WORDS) $(HOLD) $(BLIND) $(SKEW) $(STAY) $(LEAVE) \
    build/locales/fr_FR.UTF-8
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $(call own_ldflags,$(@:$(B)/%=%).c) $^ \
	    $(INTEGRATION_LIBS)

-include $(TEST_O:.o=.d)

# ---- running: everything, or a part, with the ordinary build ----

# So many at once: a test waits more than it computes.
TESTS_AT_ONCE ?= $(shell n=$$(nproc); echo $$((n * 3 / 2)))
RUN_TESTS := build-aux/run-tests -j $(TESTS_AT_ONCE)
RUN := $(RUN_TESTS) build/test-output
INTEGRATION_ENVIRONMENT = EDC_MODULE=$(abspath $(MODULE_DIR)) \
    EDC_TOOLS=$(abspath $(MODULE_DIR)) \
    EDC_LOCALES=$(abspath $(dir $(FRENCH_LOCALE)))

.PHONY: check check-all check-long check-unit check-integration test-programs
# Played in full; the second with the module for AddressSanitizer as well.
LONG_TESTS := $(call integration_tests,collision shutdown crossing_pairs)

check:
	@scripts/install-packages build headers tools check
	@$(MAKE) $(parallel) check-all

test-programs: $(UNIT) $(INTEGRATION)

# Those that take longest begin first, until run-tests knows by itself.
SLOW_TESTS := $(filter $(INTEGRATION), \
    $(call integration_tests,cost crossing_links ctl_doctor_servers \
    crossing_pairs collision hash_others hash_stack hash_gate \
    crossing_refresh several ctl_import_kill ctl_letters ctl_letters_breaks \
    providers shutdown))

check-all: module test-programs sanitized
	@$(INTEGRATION_ENVIRONMENT) $(RUN) $(STORMS) --as '' -- $(SLOW_TESTS) \
	    $(UNIT) $(TOOL_TESTS) $(REPLAYS) \
	    $(filter-out $(SLOW_TESTS),$(INTEGRATION))

check-unit: $(UNIT)
	@$(RUN) $(UNIT)

# In `make check` these tests play fewer rounds than they stand for.
check-long: module $(LONG_TESTS)
	@$(MAKE) VARIANT=asan module
	@EDC_COLLISIONS=10000 EDC_STOPS=500 EDC_PAIRS=10000 \
	    $(INTEGRATION_ENVIRONMENT) $(RUN) $(LONG_TESTS) \
	    --as asan $(ASAN_ENVIRONMENT) -- $(filter %shutdown,$(LONG_TESTS))

check-integration: module tools sample $(INTEGRATION)
	@$(INTEGRATION_ENVIRONMENT) $(RUN) $(INTEGRATION)

.PHONY: check-argon2
check-argon2: argon2-built $(VECTORS_TEST)
	@$(RUN) $(VECTORS_TEST)
	@build-aux/check-argon2 $(ARGON2_LEVELS)

# slapd's load balancer in front, compiled from slapd's source, once.
LLOADD := $(HEADERS)/lloadd/lloadd
$(LLOADD): | $(HEADERS_READY)
	scripts/openldap-lloadd $(OPENLDAP_SOURCE) $(OPENLDAP_BUILD) $(@D)

.PHONY: check-lloadd
check-lloadd: module $(LLOADD) $(LLOADD_TEST) \
    $(call integration_tests,several)
	@EDC_LLOADD=$(abspath $(LLOADD)) $(INTEGRATION_ENVIRONMENT) \
	    $(RUN) $(LLOADD_TEST) $(call integration_tests,several)

# Three servers, all that befalls them, and stock slapd beside: as it is, and
# with the module built for AddressSanitizer. The tables, whatever came of it.
.PHONY: check-servers
check-servers: module $(SERVERS_TEST)
	@$(MAKE) VARIANT=asan module
	@$(INTEGRATION_ENVIRONMENT) TEST_SECONDS=100000 $(RUN) $(SERVERS_TEST) \
	    --as asan $(ASAN_ENVIRONMENT) EDC_STOCK=no \
	    ASAN_OPTIONS=$(ASAN_OPTIONS):detect_leaks=0 -- $(SERVERS_TEST); \
	    status=$$?; grep -a '^  \|^EDC_SEED' \
	    build/test-output/integration/slapd/test_servers*.log; exit $$status

# ---- under the sanitizers ----
#
# AddressSanitizer and UBSan: core, unit tests and module are instrumented;
# slapd, its tools and the clients are not. At the end of the storm's slapd
# LeakSanitizer looks for what nobody has a pointer to. Its stacks go through
# slapd's own code, which keeps no frame pointers: hence fast_unwind_on_malloc=0,
# which is too slow for the whole suite.
#
# ThreadSanitizer must see every lock, so all of slapd is built for it. It needs
# the address space laid out as it knows it: setarch -R, where that is allowed.

LSAN_OPTIONS := suppressions=$(abspath tests/lsan.supp):print_suppressions=0
ASAN_OPTIONS := allocator_may_return_null=1:fast_unwind_on_malloc=0
ASAN_ENVIRONMENT = ASAN_OPTIONS=$(ASAN_OPTIONS) LSAN_OPTIONS=$(LSAN_OPTIONS) \
    EDC_MODULE=$(abspath build/asan) EDC_TOOL_MODULE=$(abspath build) \
    EDC_SLAPD_PRELOAD=$$(gcc -print-file-name=libasan.so)
TSAN_ENVIRONMENT = TSAN_OPTIONS=exitcode=0:history_size=7 EDC_OPERATIONS=30 \
    EDC_MODULE=$(abspath build/tsan) SLAPD=$(abspath $(TSAN_SLAPD))/slapd \
    EDC_KNOWN_RACES=$(abspath tests/tsan.supp) \
    EDC_SLAPD_WRAPPER="$$(setarch -R true 2>/dev/null && echo setarch -R)"

# What `make check` runs once more under each of them. Not where overlays go while
# ThreadSanitizer looks: it cannot know that slapd's pause keeps workers out, for
# a worker reads that flag without a lock.
STORM_TESTS := $(filter $(INTEGRATION), \
    $(call integration_tests,hash_storm hash_gate shutdown))
STORMS = $(if $(STORM_TESTS),--as asan $(ASAN_ENVIRONMENT) -- $(STORM_TESTS) \
    --as tsan $(TSAN_ENVIRONMENT) -- $(filter-out %shutdown,$(STORM_TESTS)))

.PHONY: sanitized check-storm
sanitized: $(TSAN_SLAPD)/ready
	@$(MAKE) VARIANT=asan module
	@$(MAKE) VARIANT=tsan module

check-storm: sanitized $(STORM_TESTS)
	@$(RUN) $(STORMS)

.PHONY: check-asan check-asan-run check-valgrind
check-asan: module $(INTEGRATION)
	@$(MAKE) $(parallel) VARIANT=asan check-asan-run PLAIN_INTEGRATION="$(INTEGRATION)"

check-asan-run: module $(UNIT)
	@EDC_TOOLS=$(abspath $(MODULE_DIR)) \
	    ASAN_OPTIONS=allocator_may_return_null=1 \
	    $(RUN)-asan $(UNIT) $(TOOL_TESTS) $(REPLAYS) \
	    --as slapd $(ASAN_ENVIRONMENT) \
	    ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0 \
	    -- $(PLAIN_INTEGRATION)

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

# ---- real programs in front of the directory ----

# CLIENTS="apache php" are those alone; SKIP="sssd" are left out, and said to be.
CLIENTS ?=
.PHONY: check-clients
check-clients: module $(LLOADD)
	@scripts/install-packages packaging
	@LLOADD=$(abspath $(LLOADD)) SKIP="$(SKIP)" scripts/check-clients $(CLIENTS)
