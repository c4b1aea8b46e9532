# lint.mk - make format, make lint: style, warnings, static analysis, sizes.

# One version writes the style, whatever the system's own is: others break lines
# at other places.
CLANG_FORMAT ?= clang-format-19

C_FILES := $(wildcard overlay/*/*.[ch] overlay/core/*/*.[ch] tests/*/*.[ch] \
    tests/*/*/*.[ch] build-aux/*.c \
    bench/*.[ch] doc/*.[ch] tools/*/*.[ch] samples/*.[ch])
SHELL_FILES := $(shell grep -lE '^\#!/bin/(ba)?sh|^\# shellcheck shell' \
    .ci/run scripts/* scripts/*/* build-aux/* bench/* 2>/dev/null)
LINTS := lint-format lint-gcc lint-clang lint-cppcheck lint-tidy-core \
    lint-tidy-glue lint-tidy-tools lint-tidy-samples \
    lint-size lint-layers lint-rooms lint-paths lint-memory lint-doors \
    lint-shell lint-man

.PHONY: format lint $(LINTS)
format:
	$(CLANG_FORMAT) -i $(C_FILES)

# Goes on after a failure, so that one run names everything.
lint:
	@missing=$$(scripts/install-packages -n quality); \
	    [ -z "$$missing" ] || { \
	    echo "lint needs: $$missing (scripts/install-packages quality)"; \
	    exit 1; }
	@$(MAKE) -k $(LINTS)
	@echo "lint: nothing to report"

lint-format:
	@$(CLANG_FORMAT) --dry-run -Werror $(C_FILES)

lint-gcc lint-clang: lint-%:
	@$(MAKE) $(parallel) VARIANT=$* module tools sample test-programs \
	    bench-programs

# What cppcheck cannot see for want of slapd's headers is no finding, nor that it
# has more time if asked; two names of libldap's are told it.
lint-cppcheck:
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -j$(JOBS) \
	    --enable=warning,performance,portability \
	    --suppress=missingInclude --suppress=missingIncludeSystem \
	    --suppress=normalCheckLevelMaxBranches -ULDAP_DEVEL \
	    -DLDAP_VENDOR_VERSION=20610 '-DLDAP_CONTROL_RELAX=""' \
	    -Ioverlay -Itools -Isamples overlay doc tools samples

# One clang-tidy a file, so that all processors work.
TIDY := xargs -P$(JOBS) -I{} clang-tidy --quiet --warnings-as-errors='*' {} --
lint-tidy-core:
	@echo "clang-tidy of the core (checks and reasons: .clang-tidy)"
	@printf '%s\n' $(CORE_C) | $(TIDY) $(CORE_FLAGS) -Ioverlay 2>/dev/null

lint-tidy-glue: | $(HEADERS_READY)
	@echo "clang-tidy of the glue"
	@printf '%s\n' $(GLUE_C) | $(TIDY) $(GLUE_FLAGS) -Ioverlay 2>/dev/null

lint-tidy-tools:
	@echo "clang-tidy of the tools"
	@printf '%s\n' $(TOOL_C) | $(TIDY) $(TOOL_FLAGS) -Ioverlay \
	    2>/dev/null

lint-tidy-samples:
	@echo "clang-tidy of the sample data's generator"
	@printf '%s\n' $(SAMPLE_C) | $(TIDY) $(SAMPLE_FLAGS) -Ioverlay \
	    2>/dev/null

lint-size:
	@awk -f build-aux/sizes.awk $(C_FILES) \
	    $(wildcard overlay/core/*/*.def tools/*/*.def samples/*.def)
	@! git ls-files -z 2>/dev/null | xargs -0r stat -c '%s %n' 2>/dev/null | \
	    grep -E '^[0-9]{7}' || { echo "a file of more than a megabyte"; exit 1; }

# The core knows the rules and nothing of slapd or LDAP libraries.
lint-layers:
	@! grep -nE '#[ ]*include.*(portable|slap|slapd|ldap|lber|ac/)' \
	    $(wildcard overlay/core/*/*) || \
	    { echo "overlay/core includes what only the glue may"; exit 1; }

# Which room may include which: build-aux/rooms.def.
lint-rooms:
	@build-aux/rooms.sh build-aux/rooms.def $(wildcard overlay/*/*.[ch] \
	    overlay/core/*/*.[ch] tools/*/*.[ch])

# What texts and comments name of this tree is there.
lint-paths:
	@build-aux/check-paths $(wildcard README.md doc/*.md doc/*.in \
	    doc/clients/*.md doc/clients/fr/*.md doc/fr/*.md \
	    packaging/*.md debian/*README* schema/* overlay/*/*.def) \
	    $(wildcard overlay/core/*/*.def tools/*/*.def samples/*.def \
	    bench/*.def) $(filter-out tests/%,$(C_FILES))

# What guides name of directives, attributes, codes, commands and files is there.
LINTS += lint-names
.PHONY: lint-names
lint-names: $(MAN_PAGES)
	@build-aux/check-names-test $(MAN_PAGES)
	@build-aux/check-names $(MAN_PAGES) -- doc/ADMIN.md $(wildcard doc/fr/*.md)

# What slapd's slab has no room for is lost unless somebody frees it: memory of
# an operation is ov_keep()'s. The others: names that are lent to slapd, which
# frees them, and controls.
lint-memory:
	@! grep -nE 'o_tmp(|c|re)alloc|tmpmemctx' $(filter-out \
	    $(patsubst %,overlay/%.c,bind/park slapd/reply slapd/control \
	    slapd/entry), \
	    $(GLUE_C)) || \
	    { echo "memory of an operation is ov_keep()'s"; exit 1; }

# What the tools print, make and open goes by one file each, which shows what a
# terminal would obey, follows no link, and does not wait. build-aux/doors.sh
# says what is looked for.
lint-doors:
	@build-aux/doors.sh $(wildcard tools/*/*.c samples/*.c)

lint-shell: $(COMPLETION)
	shellcheck -x $(SHELL_FILES) $(COMPLETION)

# What is said has its French, and nothing else has.
LINTS += lint-messages
.PHONY: lint-messages
lint-messages:
	@build-aux/messages check

# Whoever reads French configures the same.
LINTS += lint-clients
.PHONY: lint-clients
lint-clients:
	@scripts/clients/check-blocks
	@for page in doc/clients/*.md; do \
	    french=doc/clients/fr/$${page##*/}; \
	    [ $${page##*/} = README.md ] && { [ -e $$french ] || exit 1; continue; }; \
	    scripts/clients/blocks $$page >build/clients.en && \
	    scripts/clients/blocks $$french >build/clients.fr && \
	    diff -u build/clients.en build/clients.fr || \
	    { echo "$$french does not state what $$page does"; exit 1; }; \
	done; rm -f build/clients.en build/clients.fr
