/* stack.h - whether slapd's overlays are still those they were.
 *
 * An operation that waits carries callbacks of the overlays that have seen it.
 * cn=config waits for slapd's own operations before it takes an overlay away,
 * and knows nothing of one that is parked.
 */
#ifndef OV_STACK_H
#define OV_STACK_H

#include "slapd/slapd.h"

/* A number that is another one when any overlay of the server came, went or was
 * switched off or on. */
uint64_t ov_stack_now(void);

/* This overlay on a database, in force or not; NULL when it has none. */
slap_overinst *ov_overlay_of(BackendDB *be);

/* Whether the database of an overlay has another one of this name. */
bool ov_stack_has(const slap_overinst *on, const char *name);

#endif
