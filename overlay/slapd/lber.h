/* lber.h - liblber's bytes as the core has them, without slapd. */
#ifndef OV_LBER_H
#define OV_LBER_H

#include <lber.h>

#include "core/text/text.h"

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

#endif
