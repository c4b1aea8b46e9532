/* forward.c - writes that a consumer leaves to its provider.
 *
 * slapd answers them with a referral, or slapo-chain sends them on, and asks no
 * overlay of the database: only the check of controls comes before. What state
 * an account is in the provider judges by itself. But it does not know with
 * which password the consumer's session was opened.
 */
#include "bind/session.h"
#include "slapd/hooks.h"
#include "write/scan.h"

static bool
is_write(const Operation *op)
{
    switch (op->o_tag) {
    case LDAP_REQ_ADD:
    case LDAP_REQ_MODIFY:
    case LDAP_REQ_MODRDN:
    case LDAP_REQ_DELETE:
        return true;
    case LDAP_REQ_EXTENDED:
        return ber_bvcmp(&op->ore_reqoid, &slap_EXOP_MODIFY_PASSWD) == 0;
    default:
        return false;
    }
}

/* Whether the operation changes nothing but the password of who asks. */
static bool
is_own_password(Operation *op)
{
    ov_scan scan;

    if (!dn_match(&op->o_req_ndn, &op->o_ndn))
        return false;
    if (op->o_tag == LDAP_REQ_EXTENDED)
        return true;
    if (op->o_tag != LDAP_REQ_MODIFY)
        return false;
    ov_scan_mods(op->orm_modlist, &scan);
    return scan.only_password;
}

bool
ov_is_forwarded(Operation *op)
{
    return is_write(op) && SLAP_SINGLE_SHADOW(op->o_bd) && !be_isupdate(op);
}

int
ov_forward(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    edc_refusal refusal;

    if (ov_session_sends_on(op, on, is_own_password(op), &refusal))
        return SLAP_CB_CONTINUE;
    ov_rewrite(op, rs, on, &refusal);
    ov_cleanse_request(op);
    return rs->sr_err;
}
