/* worse.h - what is stored may contradict itself already.
 *
 * Two servers that write at once, or an older version of this module, may leave
 * an account that no event would. A write that makes it no worse passes, or
 * else nobody could write to that entry any more, not even to its address.
 */
#ifndef OV_WORSE_H
#define OV_WORSE_H

#include "slapd/schema.h"

/* Called by the hooks of Modify and ModRDN before anything else: what op writes
 * is held against what is stored, by ov_worse_is(), until op is answered. */
void ov_worse_begin(Operation *op);

/* Whether an entry that is about to be stored, in which these invariants are
 * broken (edc_invariant_broken()), is worse than what is stored under its
 * name. True when nothing is known of that: an Add, a database without the
 * overlay. What replication brings is never worse. Called by the checks of
 * slapd/schema.c, inside the backend's write. */
bool ov_worse_is(Entry *e, unsigned broken);

/* The same for an attribute with values that are not valid, as bad() tells of
 * the v-th: it is worse when one of them is new. */
bool ov_worse_is_attribute(Entry *e, const Attribute *a,
    bool (*bad)(Entry *e, const Attribute *a, unsigned v));

#endif
