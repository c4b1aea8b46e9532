# Makefile - the overlay, its tests, its installation. GNU make.
#
#   make              build/educonnect.so, educonnectctl, educonnect-sample
#   make demo         installs what is missing, builds, plays a school's day
#   make demo-stop    ends the server that the demo left running
#   make check        installs what is missing, builds, runs every test
#   make dist deb     source package, Debian packages: build-aux/dist.mk
#   make argon2       libargon2 with vector code: build-aux/argon2.mk
#   make install      DESTDIR= is honoured; make uninstall takes it away
#   make check-long   the tests whose rounds are cut short there, in full
#   make bench bench-quick load, bench-collision bench-timing bench-import
#                     figures that no test asserts: build-aux/bench.mk
#   make lint format docs coverage fuzz fuzz-long check-asan check-valgrind
#   make messages     what the tools say, anew, for po/fr.po
#   make schema-files  writes schema/ and doc/OIDS.md after a change of schema.def
#   make check-platforms README's two commands on fresh Debian systems
#   make check-lloadd  through slapd's load balancer, which is built for it
#   make check-clients real programs in front of it, through every state
#   make check-upstream  slapd's own tests with the overlay on each database
#   make check-storm  the storm alone, under both sanitizers, as in make check
#   make clean distclean
#
# Everything is made under build/. VARIANT says with which compiler or
# instrument: gcc, clang, asan, tsan, coverage, fuzz. V=1 shows whole commands.

VARIANT ?= gcc
B := build/$(VARIANT)
JOBS ?= $(shell nproc)
MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all
all: module tools sample

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))
# A make within make that uses every processor, unless the caller chose.
parallel = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

# ---- slapd's headers: of the installed slapd, or given ----
#
# SLAPD is the slapd that tests, demo and benches run; empty: the installed one.
# It stands in the environment of all that they call.
export SLAPD

SLAPD_VERSION := $(shell dpkg-query -W -f '$${Version}' slapd 2>/dev/null)
ifdef OPENLDAP_SOURCE
OPENLDAP_BUILD ?= $(OPENLDAP_SOURCE)
HEADERS := build/openldap-of$(subst /,_,$(abspath $(OPENLDAP_BUILD)))
HEADERS_READY :=
# Its headers need this of glibc's, and the module that tree's libldap.
SLAPD_DEFINES := -D_GNU_SOURCE
MODULE_LIBS := $(addprefix -L$(OPENLDAP_BUILD)/libraries/,\
    libldap/.libs liblber/.libs)
else
HEADERS := build/openldap-$(or $(subst :,_,$(SLAPD_VERSION)),unknown)
SLAPD_DEFINES = $(shell cat $(HEADERS)/defines 2>/dev/null)
OPENLDAP_SOURCE := $(HEADERS)/source
OPENLDAP_BUILD := $(HEADERS)/configured
HEADERS_READY := $(HEADERS)/ready
endif
SLAPD_CPPFLAGS = \
    -isystem $(if $(TSAN_READY),$(TSAN_SLAPD),$(OPENLDAP_BUILD))/include \
    -isystem $(OPENLDAP_SOURCE)/include \
    -isystem $(OPENLDAP_SOURCE)/servers/slapd $(SLAPD_DEFINES)

$(HEADERS)/ready:
	scripts/openldap-headers $(@D)

# A slapd of the same source compiled for ThreadSanitizer. What is compiled for
# it sees its headers.
TSAN_SLAPD := $(HEADERS)/tsan
$(TSAN_SLAPD)/ready: | $(HEADERS_READY)
	scripts/openldap-tsan $(OPENLDAP_SOURCE) $(OPENLDAP_BUILD) $(@D)

# ---- compilers and flags ----

debian_flags = $(shell DEB_BUILD_MAINT_OPTIONS=hardening=+all \
    dpkg-buildflags --get $(1))
instrumented := -g -O1 -fno-omit-frame-pointer
sanitizers := -fsanitize=address,undefined -fno-sanitize-recover=all

ifeq ($(VARIANT),gcc)
CC := gcc
else ifeq ($(VARIANT),clang)
CC := clang
else ifeq ($(VARIANT),asan)
CC := gcc
CPPFLAGS :=
CFLAGS := $(instrumented) $(sanitizers)
LDFLAGS := $(sanitizers)
MODULE_O := $(B)/build-aux/asan_exit.o
else ifeq ($(VARIANT),tsan)
CC := gcc
CPPFLAGS :=
CFLAGS := $(instrumented) -fsanitize=thread
LDFLAGS := -fsanitize=thread
TSAN_READY := $(TSAN_SLAPD)/ready
else ifeq ($(VARIANT),coverage)
CC := gcc
CPPFLAGS :=
CFLAGS := -g -O0 --coverage -fprofile-update=atomic
LDFLAGS := --coverage
else ifeq ($(VARIANT),fuzz)
CC := clang
CPPFLAGS :=
CFLAGS := $(instrumented) $(sanitizers) -fsanitize=fuzzer-no-link
LDFLAGS := $(sanitizers) -fsanitize=fuzzer
else
$(error VARIANT is gcc, clang, asan, tsan, coverage or fuzz, not $(VARIANT))
endif

# Debian's own, unless the packager gives others.
ifeq ($(origin CPPFLAGS),undefined)
CPPFLAGS := $(call debian_flags,CPPFLAGS)
endif
ifeq ($(origin CFLAGS),undefined)
CFLAGS := $(call debian_flags,CFLAGS)
endif
ifeq ($(origin LDFLAGS),undefined)
LDFLAGS := $(call debian_flags,LDFLAGS)
endif

# gcc's warnings about data flow are not reliable on instrumented code: there
# they are shown, and no errors.
WARNINGS := -Wall -Wextra $(if $(filter gcc clang fuzz,$(VARIANT)),-Werror)
DEPENDENCIES = -MMD -MP -MF $(@:.o=.d)
COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(WARNINGS) -fvisibility=hidden -fPIC \
    -Ioverlay $(DEPENDENCIES) -c -o $@
CORE_FLAGS := -std=c11 -D_GNU_SOURCE
GLUE_FLAGS = -std=gnu11 $(SLAPD_CPPFLAGS)
PROGRAM = $(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@
CORE_LIBS := -lcrypto -largon2 -lunistring
# Where module and educonnectctl look for libargon2 before the system's:
# build-aux/argon2.mk. Empty: they do not, and packages have no run path.
PRIVATE_LIBS ?= educonnect
comma := ,
run_path = $(if $(PRIVATE_LIBS),-Wl$(comma)-rpath$(comma)'$(1)')
LDAP_LIBS := -lldap -llber

# Objects are made again when the flags are others.
FLAGS = $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(OPENLDAP_BUILD) \
    $(PRIVATE_LIBS)
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' >$@
.PHONY: FORCE
FORCE:

# ---- the core and the module ----

CORE_C := $(wildcard overlay/core/*/*.c)
GLUE_C := $(wildcard overlay/*/*.c)
CORE_O := $(CORE_C:%.c=$(B)/%.o)
GLUE_O := $(GLUE_C:%.c=$(B)/%.o)
CORE_A := $(B)/libeducore.a

# The module that is installed and shown is the one that gcc makes.
MODULE_DIR := $(if $(filter gcc,$(VARIANT)),build,$(B))
MODULE := $(MODULE_DIR)/educonnect.so

.PHONY: module core
module: $(MODULE)
core: $(CORE_A)

$(CORE_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(CORE_FLAGS) $<

$(MODULE_O): $(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(Q)$(COMPILE) $<

$(GLUE_O): $(B)/%.o: %.c $(B)/flags | $(HEADERS_READY) $(TSAN_READY)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(COMPILE) $(GLUE_FLAGS) $<

$(CORE_A): $(CORE_O)
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)ar qcsD $@ $^ # names may stand in two rooms

# Stays in memory until slapd's end: a slapd that goes on after the module has
# refused to be loaded at run time keeps pointers into it (schema checks, the
# password scheme, operations). Reports of leaks have names by it as well.
$(MODULE): $(CORE_O) $(GLUE_O) $(MODULE_O) build-aux/educonnect.map
	$(call say,LD,$@)
	$(Q)$(PROGRAM) -shared -Wl,-z,relro,-z,now \
	    -Wl,--version-script=build-aux/educonnect.map \
	    -Wl,-z,nodelete $(call run_path,$$ORIGIN/$(PRIVATE_LIBS)) \
	    $(CORE_O) $(GLUE_O) $(MODULE_O) \
	    $(MODULE_LIBS) $(LDAP_LIBS) $(CORE_LIBS)

-include $(CORE_O:.o=.d) $(GLUE_O:.o=.d)

include build-aux/argon2.mk
include build-aux/tests.mk
include build-aux/tools.mk
include build-aux/fuzz.mk
include build-aux/samples.mk
include build-aux/bench.mk
include build-aux/docs.mk
include build-aux/lint.mk
include build-aux/french.mk
include build-aux/needed.mk
include build-aux/dist.mk
include build-aux/platforms.mk
include build-aux/upstream.mk

# ---- demo ----

.PHONY: demo demo-stop
demo:
	scripts/demo start

demo-stop:
	scripts/demo stop

# ---- installation ----

PREFIX ?= /usr
SYSCONFDIR ?= /etc
MANDIR ?= $(PREFIX)/share/man
# Where the slapd that it is for has its modules.
SLAPD_MODULES ?= $(or $(shell scripts/slapd-layout modules 2>/dev/null), \
    $(PREFIX)/lib/ldap)

COMPLETIONS ?= $(PREFIX)/share/bash-completion/completions
# Where educonnectctl looks, from where it is itself.
LOCALES := $(PREFIX)/share/locale/fr/LC_MESSAGES

.PHONY: install uninstall
install: module tools docs
	install -d $(DESTDIR)$(SLAPD_MODULES) $(DESTDIR)$(PREFIX)/bin \
	    $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 \
	    $(DESTDIR)$(COMPLETIONS) $(DESTDIR)$(SYSCONFDIR)/ldap/schema \
	    $(DESTDIR)$(LOCALES)
	install -m 644 $(MODULE) $(DESTDIR)$(SLAPD_MODULES)/
	install -m 755 $(CTL) $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(filter %.1,$(MAN_PAGES)) $(DESTDIR)$(MANDIR)/man1/
	install -m 644 $(filter %.5,$(MAN_PAGES)) $(DESTDIR)$(MANDIR)/man5/
	install -m 644 $(COMPLETION) $(DESTDIR)$(COMPLETIONS)/educonnectctl
	install -m 644 $(CATALOG) $(DESTDIR)$(LOCALES)/
	$(if $(SCHEMA),install -m 644 $(SCHEMA) \
	    $(DESTDIR)$(SYSCONFDIR)/ldap/schema/)

uninstall:
	rm -f $(DESTDIR)$(SLAPD_MODULES)/$(notdir $(MODULE)) \
	    $(DESTDIR)$(PREFIX)/bin/$(notdir $(CTL)) \
	    $(DESTDIR)$(COMPLETIONS)/educonnectctl \
	    $(DESTDIR)$(LOCALES)/$(notdir $(CATALOG)) \
	    $(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(MAN_PAGES))) \
	    $(addprefix $(DESTDIR)$(MANDIR)/man5/,$(notdir $(MAN_PAGES))) \
	    $(addprefix $(DESTDIR)$(SYSCONFDIR)/ldap/schema/,$(notdir $(SCHEMA)))

# ---- cleaning: distclean also forgets slapd's headers ----

.PHONY: clean distclean
clean:
	@for entry in build/*; do \
	    case $$entry in build/openldap-*|build/demo) ;; \
	    *) rm -rf "$$entry" ;; esac; \
	done

distclean: demo-stop
	rm -rf build
