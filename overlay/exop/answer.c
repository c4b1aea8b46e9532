/* answer.c - how an extended operation ends that was not carried out. */
#include "exop/answer.h"
#include "slapd/memory.h"
#include "slapd/reply.h"

int
ov_deny(
    Operation *op, SlapReply *rs, slap_overinst *on, const edc_refusal *refusal)
{
    ov_rewrite(op, rs, on, refusal);
    return rs->sr_err;
}

int
ov_deny_code(Operation *op, SlapReply *rs, slap_overinst *on, edc_code code)
{
    edc_refusal refusal = {.codes = EDC_BIT(code)};

    return ov_deny(op, rs, on, &refusal);
}

int
ov_deny_unread(Operation *op, SlapReply *rs, slap_overinst *on)
{
    return ov_deny_code(op, rs, on, ov_unread_code());
}

int
ov_deny_role(
    Operation *op, SlapReply *rs, slap_overinst *on, const char *operation)
{
    edc_refusal refusal = {.codes = EDC_BIT(EDC_A02)};

    refusal.params.event = edc_str_of(operation);
    return ov_deny(op, rs, on, &refusal);
}
