/* ov_slapd.h - slapd's headers in the order they want. What differs between its
 * versions is in ov_versions.h.
 */
#ifndef OV_SLAPD_H
#define OV_SLAPD_H

#include "portable.h"

#include <ac/socket.h>
#include <ac/string.h>

#include "slap.h"
#include "slap-config.h"

#ifdef LDAP_DEVEL
#error "slapd's structures differ in a developer build: use a release's headers"
#endif

/* slap.h takes libc's allocator away from whoever includes it; this overlay
 * says ch_malloc() where it means it. */
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef strdup

#include "ov_lber.h"

/* A copy of a berval's bytes, ch_malloc()ed. */
static inline struct berval
ov_dup(const struct berval *bv)
{
    struct berval from = *bv, copy;

    ber_dupbv(&copy, &from);
    return copy;
}

#endif
