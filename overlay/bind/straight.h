/* straight.h - a bind that nobody below has a say in.
 *
 * What opens goes down, for an overlay below or the backend may ask somebody
 * else. Where there is only back-mdb, it would read the entry once more, ask
 * the same access rules and compute the same digest: the hook returns what it
 * would return.
 */
#ifndef OV_STRAIGHT_H
#define OV_STRAIGHT_H

#include "slapd/slapd.h"

/* Whether op's hook may end it: no overlay below has one for binds, none above
 * waits for the answer with a callback that slapd drops then, none shows other
 * entries than the stored ones, and the backend is back-mdb. */
bool ov_straight(Operation *op, const slap_overinst *on);

/* Whether back-mdb lets this entry, which is held, bind with its one password,
 * once that was right. It asks the access rules about the value; what they say
 * of the attribute says nothing of that. */
bool ov_straight_entry(Operation *op, Entry *e);

/* Success, as back-mdb leaves it: the frontend sends the answer. Returns what
 * the hook returns. */
int ov_straight_end(Operation *op, SlapReply *rs, Entry *e);

#endif
