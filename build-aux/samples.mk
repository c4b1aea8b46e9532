# samples.mk - educonnect-sample, which makes up exports to try importers with.
#
# Everything of samples/ but the main program is one library; how files are made
# is the tools'.

SAMPLE_C := $(wildcard samples/*.c)
SAMPLE_O := $(SAMPLE_C:%.c=$(B)/%.o)
SAMPLE_A := $(B)/libedusample.a
SAMPLE := $(MODULE_DIR)/educonnect-sample
SAMPLE_FLAGS := -std=gnu11 -D_GNU_SOURCE -Isamples -Itools -Ioverlay

.PHONY: sample
sample: $(SAMPLE)

$(SAMPLE_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(SAMPLE_FLAGS) $<

$(SAMPLE_A): $(filter-out %/sample_main.o,$(SAMPLE_O)) $(B)/tools/ctl/create.o
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)ar qcsD $@ $^

$(SAMPLE): $(B)/samples/sample_main.o $(SAMPLE_A)
	$(call say,LD,$@)
	$(Q)$(PROGRAM) $^ -larchive

-include $(SAMPLE_O:.o=.d)
