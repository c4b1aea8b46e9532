/* answer.h - how an extended operation ends that was not carried out: refusals
 * in its answer, and races that were lost.
 */
#ifndef OV_ANSWER_H
#define OV_ANSWER_H

#include "slapd/slapd.h"

#include "core/text/diag.h"

/* How often a write is judged again when somebody else was faster
 * (OV_LOST_RACE). */
#define OV_TRIES 4

/* Puts a refusal into the answer; returns its result. */
int ov_deny(Operation *op, SlapReply *rs, slap_overinst *on,
    const edc_refusal *refusal);
int ov_deny_code(
    Operation *op, SlapReply *rs, slap_overinst *on, edc_code code);

/* The same when something that it is judged by could not be read
 * (ov_is_unread()): come again, while slapd ends. */
int ov_deny_unread(Operation *op, SlapReply *rs, slap_overinst *on);

/* The same for an identity that has no role for what it wishes (A02). */
int ov_deny_role(
    Operation *op, SlapReply *rs, slap_overinst *on, const char *operation);

#endif
