/* late.h - links that replication brings after their guardian has gone.
 *
 * On a server that is cut off somebody links a pupil to a guardian whom another
 * server deletes. When the link arrives there the guardian's links have been
 * taken out already, so one server takes out those that come late: the one
 * where the guardian was deleted, or where a new guardian was given the name.
 * When that one does not (it was started anew, and forgot), the others have
 * their turns, one after the other. Nothing is taken out without having seen
 * the guardian go: in a first copy pupils come before their guardians. A
 * consumer writes nothing.
 */
#ifndef OV_LATE_H
#define OV_LATE_H

#include "slapd/entry.h"
#include "slapd/instance.h"

/* What may be void waits so long, in which a guardian of that name may still
 * arrive; and that many times longer for a server that is not the one to do it,
 * and for each lower server ID. Milliseconds. */
#define OV_LATE_WAIT 10000

/* After the database has refused the write: it will as likely refuse the next
 * (no room, another overlay's rule), and each is logged. Milliseconds. */
#define OV_LATE_REFUSED 600000

/* No guardian has this name any more. here: by a write of a client of this
 * server. Thread-safe, like the following. */
void ov_late_gone(slap_overinst *on, const struct berval *ndn, bool here);

/* Replication brings a link of an entry (both normalised), written at csn;
 * modify: to an entry that is there already. Marks it as void, if it is, and
 * has it looked at again. Call between ov_enter() and ov_leave(). */
void ov_late_arrived(Operation *op, slap_overinst *on, struct berval *student,
    struct berval *link, const struct berval *csn, bool modify);

/* A client of this server says that the entry has these links now. */
void ov_late_confirm(
    slap_overinst *on, const struct berval *student, BerVarray links);

/* Life of what is remembered; and going on with what was still to be looked at
 * when the overlay was closed. */
void ov_late_init(ov_instance *instance);
void ov_late_resume(slap_overinst *on);
void ov_late_destroy(ov_instance *instance);

#endif
