# french.mk - the manual pages in French: man -L fr slapo-educonnect.
#
# There is one source, the English one, tables included. po4a cuts the English
# pages, as they are made, into paragraphs; doc/po/fr.po has the French of each.
#
#   make lint-french    names every paragraph that lacks its French
#   make french-update  brings doc/po/fr.po up to date with the English pages:
#                       new paragraphs stand in it without French, changed ones
#                       are marked fuzzy; fill those in, take the marks away.
#                       What no page has any more goes.
#                       What COMPENDIUM=another.po has is taken from there
#
# Without po4a everything else is made and installed as ever, and no French page.

PO4A := $(shell command -v po4a)
FRENCH_PAGES := $(MAN_PAGES:build/%=build/man/fr/%)
FRENCH_PO := build/po/fr.po

.PHONY: french-pages french-update lint-french
ifneq ($(PO4A),)
docs: french-pages
endif
french-pages: $(FRENCH_PAGES)

$(FRENCH_PAGES) $(FRENCH_PO) &: $(MAN_PAGES) doc/po/fr.po doc/po/po4a.cfg \
    build-aux/french-pages
	$(call say,PO4A,build/man/fr)
	$(Q)build-aux/french-pages $(MAN_PAGES)

french-update: $(FRENCH_PO)
	msgmerge --quiet --previous $(addprefix --compendium=,$(COMPENDIUM)) \
	    doc/po/fr.po build/po/pages.pot | msgattrib --no-obsolete | \
	    awk -f build-aux/fill-names.awk >build/po/fr.po.filled
	mv build/po/fr.po.filled doc/po/fr.po
	@msgfmt --statistics -o /dev/null doc/po/fr.po

# mandoc knows the macros, and man is who shows the pages.
LINTS += lint-french
lint-french: $(FRENCH_PAGES) $(FRENCH_PO)
	@build-aux/check-french-test
	@build-aux/check-french $(FRENCH_PO)
	@mandoc -T lint -W warning $(FRENCH_PAGES)
	@for page in $(FRENCH_PAGES); do \
	    said=$$(LC_ALL=C.UTF-8 MANROFFSEQ= MANWIDTH=80 man --warnings \
	        -E UTF-8 -l -Tutf8 -Z $$page 2>&1 >/dev/null) && \
	        [ -z "$$said" ] || { echo "$$page: $$said"; exit 1; }; \
	done

FRENCH_DIR = $(DESTDIR)$(MANDIR)/fr
.PHONY: install-french uninstall-french
install: install-french
install-french: $(if $(PO4A),french-pages)
	$(if $(PO4A),install -d $(FRENCH_DIR)/man1 $(FRENCH_DIR)/man5)
	$(if $(PO4A),install -m 644 $(filter %.1,$(FRENCH_PAGES)) \
	    $(FRENCH_DIR)/man1/)
	$(if $(PO4A),install -m 644 $(filter %.5,$(FRENCH_PAGES)) \
	    $(FRENCH_DIR)/man5/)
	$(if $(PO4A),,@echo "no manual pages in French: po4a is not installed")

uninstall: uninstall-french
uninstall-french:
	rm -f $(addprefix $(FRENCH_DIR)/man1/,$(notdir $(MAN_PAGES))) \
	    $(addprefix $(FRENCH_DIR)/man5/,$(notdir $(MAN_PAGES)))
