# docs.mk - the manual pages, the completion and the schema files, made from the
# lists of the core and of the tools by doc/tables, a program over the core.

DOC_C := $(wildcard doc/*.c)
DOC_O := $(DOC_C:%.c=$(B)/%.o)
TABLES := $(B)/doc/tables
MAN_PAGES := build/slapo-educonnect.5 build/educonnectctl.1
COMPLETION := build/educonnectctl.bash
SCHEMA := $(wildcard schema/educonnect.schema schema/educonnect.ldif)

$(DOC_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(CORE_FLAGS) -Itools $<

$(TABLES): $(DOC_O) $(CORE_A)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $^ $(CORE_LIBS)

-include $(DOC_O:.o=.d)

# ---- the manual pages, the completion ----

.PHONY: docs man-pages completion schema-files
docs: man-pages completion
man-pages: $(MAN_PAGES)
completion: $(COMPLETION)

$(MAN_PAGES) $(COMPLETION): build/%: doc/%.in $(TABLES) $(wildcard ldif/*)
	$(call say,DOC,$@)
	$(Q)$(TABLES) page $< >$@

.PHONY: lint-man
lint-man: $(MAN_PAGES)
	mandoc -T lint -W style $^

# ---- what is checked in, written anew after a change of schema.def ----

schema-files: $(TABLES)
	$(TABLES) schema >schema/educonnect.schema
	$(TABLES) ldif >schema/educonnect.ldif
	$(TABLES) oids >doc/OIDS.md

# The tests of these need the functions that print them.
DOC_TESTS := $(patsubst %,$(B)/tests/unit/%,text/test_schema_files \
    doc/test_manual_page doc/test_ctl_page doc/test_completion)
$(DOC_TESTS:=.o): TEST_FLAGS += -Idoc -Itools
$(DOC_TESTS): UNIT_LIBS := $(CORE_A) $(UNIT_LIBS)
$(DOC_TESTS): $(filter-out $(B)/doc/tables.o,$(DOC_O))
