/* check.h - the rules on a record that is written: links are real, unique
 * values are unique. */
#ifndef OV_CHECK_H
#define OV_CHECK_H

#include "write/judge.h"

/* Judges a Modify of a record (after: the entry as it would be). Returns
 * SLAP_CB_CONTINUE, or the result after having refused. Call between
 * ov_enter() and ov_leave(). */
int ov_check_record(Operation *op, SlapReply *rs, ov_write *w, Entry *after);

/* The same for a new entry. */
int ov_check_new(Operation *op, SlapReply *rs, slap_overinst *on);

/* What a hook that has judged a write returns: rc, but EDC-X01's refusal for
 * SLAP_CB_CONTINUE when something that it is judged by could not be read
 * (ov_is_unread()). Call between ov_enter() and ov_leave(). */
int ov_check_read(Operation *op, SlapReply *rs, slap_overinst *on, int rc);

#endif
