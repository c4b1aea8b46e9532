# platforms.mk - README's two commands on fresh systems; not in `make check`.
#
# `make check-platforms` debootstraps Debian 12, 13 and sid, runs `make demo`
# and `make check` in each, and the core's tests for i386, s390x (big-endian)
# and arm64; PLATFORMS="trixie s390x" runs these alone, and
# source:<directory> an OpenLDAP of one's own. See scripts/check-platforms. Its
# last table is doc/PLATFORMS.md.

.PHONY: check-platforms
check-platforms:
	@scripts/install-packages platforms
	@scripts/check-platforms build/platforms $(PLATFORMS)
