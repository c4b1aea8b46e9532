# upstream.mk - slapd's own test suite with the overlay on every database.
#
#   make check-upstream   each of its tests without the overlay, with it as the
#                         first, and as the last overlay of every database;
#                         some 20 minutes. TESTS="test003-search its4184" runs
#                         these alone; not in `make check`
#
# The suite is that of the source that the module is built for; what is run is
# compiled from it, once, under build/ (scripts/openldap-suite). What differs
# and why it may is tests/upstream/differs.def.

UPSTREAM := $(HEADERS)/suite

$(UPSTREAM)/ready: | $(HEADERS_READY)
	scripts/openldap-suite $(OPENLDAP_SOURCE) $(OPENLDAP_BUILD) $(@D)

.PHONY: check-upstream check-upstream-run
check-upstream:
	@scripts/install-packages build headers
	@$(MAKE) $(parallel) check-upstream-run

check-upstream-run: module $(UPSTREAM)/ready
	@nice tests/upstream/run $(UPSTREAM) $(MODULE) build/upstream $(TESTS)

SHELL_FILES += tests/upstream/run tests/upstream/slapd \
    tests/upstream/ldapmodify
