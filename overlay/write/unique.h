/* unique.h - values that one entry only may have. */
#ifndef OV_UNIQUE_H
#define OV_UNIQUE_H

#include "slapd/entry.h"
#include "slapd/instance.h"

/* Reserves the unique values (educonnectUai, educonnectFederatedId,
 * educonnectSourceId) that the entry would have and `before` (or NULL) has not,
 * until op is answered. Returns 0, or the bit of D02 or B02, or of X01 when the
 * others could not be looked at, with the attribute's name. */
edc_codes ov_unique_reserve(Operation *op, slap_overinst *on, Entry *entry,
    Entry *before, const char **attribute);

/* Replication brings values of an attribute to the entry of this name: says in
 * the log when one is such a value, and stored in another entry already. Two
 * servers have given it then, neither of which had heard of the other. Call
 * between ov_enter() and ov_leave(). */
void ov_unique_follow(Operation *op, const struct berval *ndn,
    AttributeDescription *ad, BerVarray values);

#endif
