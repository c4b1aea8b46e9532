# docs.mk - the manual page and the schema files, made from the core's lists by
# doc/tables, a program over the core.

DOC_C := $(wildcard doc/*.c)
DOC_O := $(DOC_C:%.c=$(B)/%.o)
TABLES := $(B)/doc/tables
MAN_SOURCE := $(wildcard doc/slapo-educonnect.5.in)
MAN_PAGE := $(MAN_SOURCE:doc/%.in=build/%)
SCHEMA := $(wildcard schema/educonnect.schema schema/educonnect.ldif)

$(DOC_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(CORE_FLAGS) $<

$(TABLES): $(DOC_O) $(CORE_A)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $^ $(CORE_LIBS)

-include $(DOC_O:.o=.d)

# ---- the manual page ----

.PHONY: docs man-page schema-files
docs man-page: $(MAN_PAGE)

$(MAN_PAGE): build/%: doc/%.in $(TABLES) $(wildcard ldif/*)
	$(call say,MAN,$@)
	$(Q)$(TABLES) page $< >$@

.PHONY: lint-man
lint-man: $(MAN_PAGE)
	mandoc -T lint -W style $<

# ---- what is checked in, written anew after a change of schema.def ----

schema-files: $(TABLES)
	$(TABLES) schema >schema/educonnect.schema
	$(TABLES) ldif >schema/educonnect.ldif
	$(TABLES) oids >doc/OIDS.md

# The tests of both need the functions that print them.
DOC_TESTS := $(patsubst %,$(B)/tests/unit/test_%,schema_files manual_page)
$(DOC_TESTS:=.o): TEST_FLAGS += -Idoc
$(DOC_TESTS): UNIT_LIBS := $(CORE_A) $(UNIT_LIBS)
$(DOC_TESTS): $(filter-out $(B)/doc/tables.o,$(DOC_O))
