# argon2.mk - libargon2 with vector code, for the module alone.
#
#   make argon2       builds it from Debian's own source for the levels of x86-64
#                     that have wide vectors; `make install` installs what stands
#                     there; `make check-argon2` holds it against the system's
#
# Debian's library is compiled for every x86-64, where upstream's vector code
# (opt.c) has nothing to work with. The same library for newer processors stands
# beside the module under glibc-hwcaps, where ld.so chooses by the processor; the
# module's and educonnectctl's run paths name the place. Where it has nothing to
# offer, or on another architecture, the system's serves; nothing of the system
# is touched.

ARGON2_LEVELS := x86-64-v3 x86-64-v4
ARGON2_SOURCE := build/argon2
# Beside the module: $ORIGIN/educonnect in its run path.
ARGON2_DIR := $(or $(PRIVATE_LIBS),educonnect)/glibc-hwcaps
ARGON2_FILES := $(ARGON2_LEVELS:%=build/$(ARGON2_DIR)/%/libargon2.so.1)

# Where no archive has the source, what follows (make install) goes on without;
# a source that cannot be compiled is an error.
.PHONY: argon2 argon2-built
ifeq ($(shell uname -m),x86_64)
argon2:
	@if scripts/argon2-source $(ARGON2_SOURCE); then \
	    $(MAKE) argon2-built; \
	else \
	    echo "argon2: nothing was built, the system's libargon2 serves"; \
	fi

argon2-built: $(ARGON2_FILES)
	@echo "argon2: $$(cat $(ARGON2_SOURCE)/origin)"
else
argon2 argon2-built:
	@echo "argon2: nothing to build, the levels are those of x86-64"
endif

$(ARGON2_SOURCE)/origin:
	scripts/argon2-source $(@D)

# Upstream's own makefile, which takes opt.c where the target can compile it.
$(ARGON2_FILES): build/$(ARGON2_DIR)/%/libargon2.so.1: $(ARGON2_SOURCE)/origin
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)rm -rf $(ARGON2_SOURCE)/$*
	$(Q)cp -a $(ARGON2_SOURCE)/source $(ARGON2_SOURCE)/$*
	$(Q)env -u MAKEFLAGS -u MAKELEVEL CC=gcc \
	    CFLAGS='$(call debian_flags,CPPFLAGS) $(call debian_flags,CFLAGS)' \
	    LDFLAGS='$(call debian_flags,LDFLAGS)' \
	    $(MAKE) -s -C $(ARGON2_SOURCE)/$* OPTTARGET=$* libargon2.so.1 \
	    >$(ARGON2_SOURCE)/$*.log 2>&1 || \
	    { cat $(ARGON2_SOURCE)/$*.log >&2; exit 1; }
	$(Q)grep -q 'with optimizations for $*' $(ARGON2_SOURCE)/$*.log || \
	    { echo "this compiler has no $*" >&2; exit 1; }
	$(Q)install -m 644 $(ARGON2_SOURCE)/$*/libargon2.so.1 $@

# ---- installation, of what was built ----

.PHONY: install-argon2 uninstall-argon2
install: $(if $(PRIVATE_LIBS),install-argon2)
install-argon2: module
	for level in $(ARGON2_LEVELS); do \
	    file=$(ARGON2_DIR)/$$level/libargon2.so.1; \
	    [ ! -e build/$$file ] || install -D -m 644 build/$$file \
	        $(DESTDIR)$(SLAPD_MODULES)/$$file || exit 1; \
	done

uninstall: uninstall-argon2
uninstall-argon2:
	for level in $(ARGON2_LEVELS); do \
	    file=$(DESTDIR)$(SLAPD_MODULES)/$(ARGON2_DIR)/$$level; \
	    rm -f $$file/libargon2.so.1; \
	    rmdir -p --ignore-fail-on-non-empty $$file 2>/dev/null || true; \
	done
