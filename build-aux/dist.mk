# dist.mk - the version, the source package, Debian's packages.
#
#   make dist         the source package for SUITE: two archives, debian/, .dsc
#   make deb          its packages, built in a new system without a network
#   make check-deb    lintian, and a life from installation to removal of them
#                     in a new system of that suite
#   make check-guide  every command of doc/ADMIN.md and of the French guide on new
#                     systems of that suite; with NEXT=trixie the upgrade to that
#                     one, too; GUIDES="doc/fr/administrateur.md" is that one alone
#
# SUITE is this machine's Debian unless it is given: make deb SUITE=trixie.

VERSION := $(shell sed -n 's/^\#define EDC_VERSION "\(.*\)"$$/\1/p' \
    overlay/core/text/version.h)
SUITE ?= $(shell . /etc/os-release && echo $$VERSION_CODENAME)
DIST := build/dist/$(SUITE)

GUIDES ?= doc/ADMIN.md doc/fr/administrateur.md
.PHONY: dist deb check-deb check-guide
dist:
	packaging/make-dist $(SUITE) $(DIST)

deb:
	packaging/make-deb $(SUITE) $(DIST)

check-deb:
	packaging/check-deb $(SUITE) $(DIST)

check-guide:
	packaging/check-guide $(addprefix -g ,$(GUIDES)) $(SUITE) $(DIST) \
	    $(if $(NEXT),$(NEXT) build/dist/$(NEXT))

# ---- what is installed beside module, tools and manual pages ----

# As in the source tree, so that what these say of each other stays true.
EXAMPLES ?= $(PREFIX)/share/doc/slapd-educonnect/examples
EXAMPLE_FILES := $(wildcard ldif/*)
EXAMPLE_PROGRAMS := scripts/provision-school $(wildcard scripts/provision/* \
    scripts/recipes/*)

.PHONY: install-examples uninstall-examples
install: install-examples
install-examples:
	install -d $(addprefix $(DESTDIR)$(EXAMPLES)/,ldif scripts/provision \
	    scripts/recipes)
	for file in $(EXAMPLE_FILES) $(EXAMPLE_PROGRAMS); do \
	    mode=644; [ ! -x $$file ] || mode=755; \
	    install -m $$mode $$file $(DESTDIR)$(EXAMPLES)/$$file || exit 1; \
	done

uninstall: uninstall-examples
uninstall-examples:
	rm -f $(addprefix $(DESTDIR)$(EXAMPLES)/,$(EXAMPLE_FILES) $(EXAMPLE_PROGRAMS))
	rmdir -p --ignore-fail-on-non-empty \
	    $(addprefix $(DESTDIR)$(EXAMPLES)/,ldif scripts/provision \
	    scripts/recipes) 2>/dev/null || true

# ---- make lint: one version everywhere, no file named that is not there ----

SHELL_FILES += packaging/archives packaging/boot-system packaging/check-deb \
    packaging/check-installed packaging/component-copyright \
    packaging/make-deb packaging/make-dist packaging/take-out \
    packaging/uses-module packaging/container/start \
    debian/slapd-educonnect.prerm debian/slapd-educonnect.postinst \
    debian/educonnectctl.postrm debian/tests/lifecycle debian/tests/by-hand \
    debian/tests/configurations packaging/check-guide packaging/guide-blocks \
    packaging/check-guide-blocks packaging/play-agent
LINTS += lint-version lint-files lint-needed lint-uses lint-guide
.PHONY: lint-version lint-files lint-needed lint-uses lint-guide

lint-version: tools sample load docs
	@[ -n '$(VERSION)' ] && head -n 1 debian/changelog | \
	    grep -q '^educonnect-openldap ($(VERSION)-' || \
	    { echo "debian/changelog does not begin with version $(VERSION)"; \
	    exit 1; }
	@for program in $(CTL) $(SAMPLE) $(LOAD); do \
	    [ "$$($$program --version)" = "$${program##*/} $(VERSION)" ] || \
	    { echo "$$program --version does not say $(VERSION)"; exit 1; }; \
	done
	@for page in $(MAN_PAGES); do \
	    head -n 1 $$page | grep -Fq '"educonnect $(VERSION)"' || \
	    { echo "$$page does not say $(VERSION)"; exit 1; }; \
	done

lint-files: module tools docs
	@rm -rf $(B)/installed
	@$(MAKE) -s install DESTDIR=$(abspath $(B)/installed) >/dev/null
	@build-aux/check-files $(B)/installed $(MAN_PAGES) $(FRENCH_PAGES)
	@for page in $(notdir $(basename $(MAN_PAGES))); do \
	    MANPATH=$(abspath $(B)/installed$(MANDIR)) man -L fr -w $$page | \
	        grep -q /fr/ || \
	    { echo "man -L fr $$page does not show the French page"; exit 1; }; \
	done

# What packages.txt says is needed to build is needed to build the package.
lint-needed:
	@awk '/^\[/ { on = /^\[(build|headers)\]/; next } \
	    on && $$1 ~ /^lib.*-dev$$|^nettle|^unixodbc|^slapd$$/ && \
	    $$1 != "libc6-dev" { print $$1 }' packages.txt | \
	    while read -r package; do \
	        grep -Eq "^(Build-Depends: | *)$$package( |,|$$)" debian/control || \
	        { echo "debian/control: $$package is in packages.txt"; exit 1; }; \
	    done

# Every command of the guides is one that check-guide plays, every command of
# the other document one that test_servers_guide does.
lint-guide:
	@packaging/check-guide-blocks
	@for guide in $(GUIDES) doc/SERVERS.md; do \
	    packaging/guide-blocks $$guide || exit 1; done

lint-uses:
	@debian/tests/configurations packaging/uses-module
