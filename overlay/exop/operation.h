/* operation.h - the extended operations claim, merge and contest: served to
 * slapd, and what they share.
 */
#ifndef OV_OPERATION_H
#define OV_OPERATION_H

#include "slapd/instance.h"
#include "exop/protocol.h"

#include "core/text/diag.h"

/* Registers the operations with slapd, once, from init_module(). Returns 0 or
 * -1. */
int ov_operation_register(void);

/* How often a write is judged again when somebody else was faster. */
#define OV_TRIES 4

/* Whether a write failed because the serial was no longer the one that was
 * read. */
bool ov_lost_race(int rc);

/* Puts a refusal into the answer; returns its result. */
int ov_deny(Operation *op, SlapReply *rs, slap_overinst *on,
    const edc_refusal *refusal);
int ov_deny_code(
    Operation *op, SlapReply *rs, slap_overinst *on, edc_code code);

/* The same for an identity that has no role for what it wishes (A02). */
int ov_deny_role(
    Operation *op, SlapReply *rs, slap_overinst *on, const char *operation);

/* Carry one operation out on the overlay's database, which op->o_bd is. The
 * identity's session has been judged. Return the result, with the answer's
 * value in *rs. */
int ov_claim(Operation *op, SlapReply *rs, slap_overinst *on,
    const ov_claim_request *request);
int ov_merge(Operation *op, SlapReply *rs, slap_overinst *on,
    const ov_merge_request *request);
int ov_contest(
    Operation *op, SlapReply *rs, slap_overinst *on, edc_str student);

#endif
