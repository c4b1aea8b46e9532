/* bind.h - binds, one kind a file, and how the overlay answers one. */
#ifndef OV_BIND_H
#define OV_BIND_H

#include "slapd/entry.h"

/* The bind of an entry that is no account, or of the rootdn with rootpw (root),
 * which need not have an entry; what is looked at of it, in op's memory.
 * Returns what a hook returns. (bind/other.c) */
int ov_bind_other(
    Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry, bool root);

/* Answers the bind that a hook is called for, without the overlays below, but
 * for those that only watch, and without the backend. Returns what the hook
 * returns. Call between ov_enter() and ov_leave(). (bind/answer.c) */
int ov_bind_answer(Operation *op, SlapReply *rs, slap_overinst *on, int result,
    const char *text);

#endif
