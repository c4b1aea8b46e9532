/* operation.h - the extended operations claim, merge and contest, served to
 * slapd.
 */
#ifndef OV_OPERATION_H
#define OV_OPERATION_H

#include "slapd/instance.h"
#include "exop/protocol.h"

/* Registers the operations with slapd, once, from init_module(). Returns 0 or
 * -1. */
int ov_operation_register(void);

/* Has slapd read, with a request for one of them, the control by which a client
 * says that slapo-chain is not to follow a referral
 * (draft-sermersheim-ldap-chaining). slapd knows it once slapo-chain's module
 * is loaded, which may be after init_module(): called when slapd opens a
 * database, which no worker is about then. */
void ov_operation_chaining(void);

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
