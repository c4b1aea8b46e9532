/* slapd.h - slapd's headers in the order they want, and what differs
 * between slapd 2.5 and 2.6.
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

/* slapd's headers take libc's allocator away from whoever includes them; this
 * overlay says ch_malloc() where it means it. */
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef strdup

#include "slapd/lber.h"

/* A copy of a berval's bytes, ch_malloc()ed. */
static inline struct berval
ov_dup(const struct berval *bv)
{
    struct berval from = *bv, copy;

    ber_dupbv(&copy, &from);
    return copy;
}

#endif
