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
