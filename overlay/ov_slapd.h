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

#include "core/text.h"

/* A range over a berval's bytes; the berval stays the owner. */
static inline edc_str
ov_str(const struct berval *bv)
{
    return (edc_str){bv->bv_val, bv->bv_len};
}

/* A berval over a range's bytes; for reading only. */
static inline struct berval
ov_berval(edc_str s)
{
    return (struct berval){.bv_len = s.n, .bv_val = (char *)s.p};
}

/* A copy of a berval's bytes, ch_malloc()ed. */
static inline struct berval
ov_dup(const struct berval *bv)
{
    struct berval from = *bv, copy;

    ber_dupbv(&copy, &from);
    return copy;
}

/* A copy of a range in an operation's temporary memory, NUL-terminated. */
static inline edc_str
ov_tmp(Operation *op, edc_str text)
{
    struct berval from = ov_berval(text), copy;

    if (text.p == NULL)
        return text;
    ber_dupbv_x(&copy, &from, op->o_tmpmemctx);
    return ov_str(&copy);
}

#endif
