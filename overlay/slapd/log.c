/* log.c - what the overlay writes to slapd's log. */
#include "slapd/log.h"

static void
name_codes(edc_codes codes, char *out, size_t size)
{
    size_t n = 0;

    out[0] = '\0';
    for (int code = 0; code < EDC_N_CODES && n + 16 < size; code++) {
        if ((codes & EDC_BIT(code)) == 0)
            continue;
        n += (size_t)snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "",
            edc_code_name((edc_code)code));
    }
}

static const char *
actor_of(Operation *op)
{
    return BER_BVISEMPTY(&op->o_ndn) ? "anonymous" : op->o_ndn.bv_val;
}

void
ov_log_refusal(Operation *op, const edc_refusal *refusal)
{
    char codes[256];

    name_codes(refusal->codes, codes, sizeof(codes));
    Debug(LDAP_DEBUG_STATS, "%s educonnect: refused %s on \"%s\" to \"%s\"\n",
        op->o_log_prefix, codes,
        BER_BVISNULL(&op->o_req_ndn) ? "" : op->o_req_ndn.bv_val, actor_of(op));
}

void
ov_log_event(Operation *op, const struct berval *dn, const edc_plan *plan)
{
    Debug(LDAP_DEBUG_STATS, "%s educonnect: \"%s\" %s %s -> %s by \"%s\"%s\n",
        op->o_log_prefix, dn->bv_val, edc_transition_of(plan->event)->name,
        edc_state_name(plan->from), edc_state_name(plan->to), actor_of(op),
        get_relax(op) ? " with relax" : "");
}

void
ov_log_audit(Operation *op, const edc_plan *plan)
{
    char codes[256];

    name_codes(plan->audited, codes, sizeof(codes));
    Debug(LDAP_DEBUG_ANY,
        "%s educonnect: guard audit: %s would refuse %s on \"%s\" to \"%s\"\n",
        op->o_log_prefix, codes, edc_transition_of(plan->event)->name,
        op->o_req_ndn.bv_val, actor_of(op));
}

void
ov_log_error(const struct berval *dn, const char *what)
{
    Debug(LDAP_DEBUG_ANY, "educonnect: \"%s\": %s\n", dn->bv_val, what);
}
