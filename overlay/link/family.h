/* family.h - who is whose child, whatever was merged.
 *
 * The one stored truth is educonnectGuardian on the student; an account that
 * was merged has left its children to the one it was merged into. Functions
 * here are called between ov_enter() and ov_leave(), and apply no ACL.
 */
#ifndef OV_FAMILY_H
#define OV_FAMILY_H

#include "slapd/entry.h"

/* Calls found(ctx, student, link) for every student who names the guardian, or
 * an account that was merged into it, in educonnectGuardian; link is the
 * normalised value that does. A student who names both is found once. Stops
 * when found returns false. At most limit students (SLAP_NO_LIMIT: all). The
 * entry is the stored one; both are valid for the call. A guardian that was
 * itself merged has no children. */
void ov_children_each(Operation *op, Entry *guardian, int limit,
    bool (*found)(void *ctx, Entry *student, const struct berval *link),
    void *ctx);

/* The account that a link means: the guardian itself, or the one it was merged
 * into in the end. Returns a copy of its entry (entry_free()), NULL when there
 * is no such guardian. */
Entry *ov_guardian_of_link(Operation *op, struct berval *link);

#endif
