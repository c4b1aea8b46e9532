# docs.mk - the manual page and the schema files, made from the core's lists by
# doc/tables, a program over the core. The schema files are kept in the tree,
# for readers; make lint says when they are not what the lists say.
#
#   tables schema, tables ldif   print schema/educonnect.schema and .ldif
#   tables man                   standard input with the tables filled in

TABLES := $(B)/doc/tables
DOC_O := $(patsubst %.c,$(B)/%.o,$(wildcard doc/*.c))
MAN_SOURCE := $(wildcard doc/slapo-educonnect.5.in)
MAN_PAGE := $(MAN_SOURCE:doc/%.in=build/%)
SCHEMA := $(if $(DOC_O),schema/educonnect.schema schema/educonnect.ldif)

.PHONY: docs man-page
docs: man-page
	$(if $(SCHEMA),$(TABLES) schema >schema/educonnect.schema)
	$(if $(SCHEMA),$(TABLES) ldif >schema/educonnect.ldif)

man-page: $(if $(DOC_O),$(TABLES)) $(MAN_PAGE)

$(DOC_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(CORE_FLAGS) $<

$(TABLES): $(DOC_O) $(CORE_A)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $^ $(CORE_LIBS)

build/slapo-educonnect.5: $(MAN_SOURCE) $(TABLES)
	$(call say,MAN,$@)
	$(Q)$(TABLES) man <$(MAN_SOURCE) >$@

-include $(DOC_O:.o=.d)
