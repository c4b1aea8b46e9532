/* trail.h - the audit trail: events of accounts as lines of it. */
#ifndef OV_TRAIL_H
#define OV_TRAIL_H

#include "slapd/entry.h"
#include "slapd/instance.h"

#include "core/account/decide.h"
#include "core/lockout/watch.h"
#include "core/text/trail.h"

/* Events that are no row of the table. */
#define OV_TRAIL_LOCK_OUT "lock-out"
#define OV_TRAIL_CONTEST "contest"
#define OV_TRAIL_DELETE "delete"
#define OV_TRAIL_REHASH "rehash"

/* Where an operation came from. */
typedef struct ov_origin {
    char address[EDC_WATCH_ADDRESS]; /* "": the server itself */
    char peer[EDC_WATCH_ADDRESS];    /* a portal's, "" when it is not one's */
} ov_origin;
void ov_origin_of(Operation *op, slap_overinst *on, ov_origin *origin);

/* Whether a trail is kept: who would have to copy something for it asks. */
bool ov_trail_is_kept(slap_overinst *on);

/* Writes that something was stored, if a trail is kept. entry: the account's,
 * before or after; its uid (or that which op gives it) and entryUUID are read.
 * What *trail does not say yet of who did it and from where is op's. Holds no
 * lock. */
void ov_trail(Operation *op, slap_overinst *on, Entry *entry, edc_trail *trail);

/* The same of what leaves the account's state as it is. */
void ov_trail_same(Operation *op, slap_overinst *on, Entry *entry,
    const char *event, edc_trail *trail);

/* The same of an event of the table. school: UAI, may be empty; into: see
 * edc_request. */
void ov_trail_event(Operation *op, slap_overinst *on, Entry *entry,
    const edc_plan *plan, edc_str school, edc_str into);

/* Takes over what cn=config has changed, with the server paused. */
void ov_trail_follow(ov_instance *instance);

#endif
