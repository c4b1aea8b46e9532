/* session.h - what a bound identity may do. */
#ifndef OV_SESSION_H
#define OV_SESSION_H

#include "slapd/reply.h"

/* Judges the identity of an operation from its stored entry: whether it may do
 * anything here. Who must change the password may read the own name all the
 * same. own_password: the operation does nothing but change the
 * identity's own password. On false *refusal says why, in op's memory. */
bool ov_session_allows(
    Operation *op, slap_overinst *on, bool own_password, edc_refusal *refusal);

/* Whether a write may go on to the server that takes it. That one judges the
 * identity by its entry; here is known what it cannot: that the session was
 * opened with a letter that is no longer the account's, or is another's than
 * the identity's. Otherwise as above. */
bool ov_session_sends_on(
    Operation *op, slap_overinst *on, bool own_password, edc_refusal *refusal);

/* The first of them for a hook: returns SLAP_CB_CONTINUE, or the result after
 * having refused. */
int ov_session_judge(
    Operation *op, SlapReply *rs, slap_overinst *on, bool own_password);

/* Remembers which stored password the connection of op was bound with, and
 * whether it was a letter's; asks whether it is this one. */
void ov_session_bound(Operation *op, edc_str stored, bool provisional);
bool ov_session_is_bound_with(Operation *op, edc_str stored);
int ov_session_init(void);
void ov_session_exit(void);

#endif
