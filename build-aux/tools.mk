# tools.mk - educonnectctl, and the tests of its parts that need no server.
#
# Everything of tools/ but the main program is one library, which tests link.

TOOL_C := $(wildcard tools/*/*.c)
TOOL_O := $(TOOL_C:%.c=$(B)/%.o)
TOOL_A := $(B)/libeductl.a
CTL := $(MODULE_DIR)/educonnectctl
# Beside the program, which looks for it there, or where it is installed, in
# ../share/locale: tools/ctl/catalog.c.
CATALOG := $(MODULE_DIR)/locale/fr/LC_MESSAGES/educonnect.mo
XML_CPPFLAGS := $(shell pkg-config --cflags libxml-2.0 2>/dev/null)
TOOL_FLAGS := -std=gnu11 -D_GNU_SOURCE -Itools $(XML_CPPFLAGS)
TOOL_LIBS := $(LDAP_LIBS) -lxml2 -larchive -lsqlite3 -ljansson -lcsv \
    -licui18n -licuuc -lqrencode \
    $(CORE_LIBS)

.PHONY: tools
tools: $(CTL) $(CATALOG)

$(TOOL_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TOOL_FLAGS) $<

$(TOOL_A): $(filter-out %/main/main.o,$(TOOL_O))
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)ar qcsD $@ $^

# Where it will stand beside modules that are installed elsewhere than before,
# it is linked anew.
CTL_LIBS = $$ORIGIN/$(PRIVATE_LIBS):$(SLAPD_MODULES)/$(PRIVATE_LIBS)
$(B)/run-path: FORCE
	@mkdir -p $(@D)
	@echo '$(CTL_LIBS)' | cmp -s - $@ || echo '$(CTL_LIBS)' >$@

$(CTL): $(B)/tools/main/main.o $(TOOL_A) $(CORE_A) $(B)/run-path
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $(call run_path,$(CTL_LIBS)) \
	    $(filter-out %/run-path,$^) $(TOOL_LIBS)

-include $(TOOL_O:.o=.d)

# ---- what they say in French ----

$(CATALOG): po/fr.po
	@mkdir -p $(@D)
	$(call say,MSG,$@)
	$(Q)msgfmt --check -o $@ $<

# po/educonnect.pot anew, and po/fr.po with rows for what has been added.
.PHONY: messages
messages:
	build-aux/messages pot
	msgmerge --quiet --no-fuzzy-matching --no-wrap --update --backup=none \
	    po/fr.po po/educonnect.pot

# A locale of French for tests, which no other test needs to be installed.
FRENCH_LOCALE := build/locales/fr_FR.UTF-8
$(FRENCH_LOCALE):
	@mkdir -p $(@D)
	$(Q)localedef -i fr_FR -f UTF-8 --no-archive $(abspath $@)

# ---- tests/tools/*/test_*.c ----

TOOL_TEST_C := $(wildcard tests/tools/*/*.c)
TOOL_TEST_O := $(TOOL_TEST_C:%.c=$(B)/%.o)
TOOL_TESTS := $(patsubst %.c,$(B)/%,$(call tests_of,tools))
ALL_TOOL_TESTS := $(patsubst %.c,$(B)/%,$(call all_tests_of,tools))

$(TOOL_TEST_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(TOOL_FLAGS) -Itests/tools $<

$(ALL_TOOL_TESTS): %: %.o $(call shared_of,tools) $(TOOL_A) $(CORE_A)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $(call own_ldflags,$(@:$(B)/%=%).c) $^ -lcmocka \
	    $(TOOL_LIBS) -lpthread

-include $(TOOL_TEST_O:.o=.d)

.PHONY: check-tools
check-tools: tools sample $(TOOL_TESTS)
	@$(INTEGRATION_ENVIRONMENT) $(RUN) $(TOOL_TESTS)

$(ALL_TOOL_TESTS): | $(FRENCH_LOCALE)

test-programs: $(TOOL_TESTS)
check-all check-asan-run: tools sample $(TOOL_TESTS)
