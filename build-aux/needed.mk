# needed.mk - says what to install, before the compiler fails for want of it.
#
# Headers that our sources include and that the compiler does not find are named
# at once, with the command that installs them. Asked only when something is to
# be compiled by who typed make: what installs packages itself is not held up.

ifneq ($(filter all module tools sample docs install,$(or $(MAKECMDGOALS),all)),)
MISSING_HEADERS := $(shell build-aux/missing-headers $(CC) $(XML_CPPFLAGS))
ifneq ($(MISSING_HEADERS),)
$(error not found: $(MISSING_HEADERS). On Debian, install what is needed with: \
    scripts/install-packages build headers)
endif
endif
