/* compare.c - compares: of passwords, of what is computed, of links.
 *
 * slapd's rules are asked as the backend asks them, and before anything is
 * computed. Who may not know of an entry is answered as if there were none.
 */
#include "bind/session.h"
#include "link/void.h"
#include "read/computed.h"
#include "read/service.h"
#include "slapd/hooks.h"
#include "slapd/memory.h"

typedef struct parent_look {
    Operation *op;
    struct berval dn; /* owned; null: not to be named */
} parent_look;

static void
look_at_parent(void *ctx, Entry *e)
{
    parent_look *look = ctx;

    if (access_allowed(
            look->op, e, slap_schema.si_ad_entry, NULL, ACL_DISCLOSE, NULL))
        ber_dupbv(&look->dn, &e->e_name);
}

/* The backend's answer about a name that does not exist names the entry above
 * it. */
static int
answer_absent(Operation *op, SlapReply *rs)
{
    parent_look look = {.op = op};
    struct berval parent;

    dnParent(&op->o_req_ndn, &parent);
    if (!be_issuffix(op->o_bd, &op->o_req_ndn))
        ov_entry_look(op, &parent, look_at_parent, &look);
    rs->sr_err = LDAP_NO_SUCH_OBJECT;
    rs->sr_matched = look.dn.bv_val;
    send_ldap_result(op, rs);
    rs->sr_matched = NULL;
    ch_free(look.dn.bv_val);
    return rs->sr_err;
}

/* Sends rs->sr_err, which slapd's comparison gave. */
static int
answer(Operation *op, SlapReply *rs)
{
    if (rs->sr_err == LDAP_NO_SUCH_OBJECT)
        return answer_absent(op, rs);
    send_ldap_result(op, rs);
    return rs->sr_err == LDAP_COMPARE_TRUE || rs->sr_err == LDAP_COMPARE_FALSE
               ? LDAP_SUCCESS
               : rs->sr_err;
}

static bool
may_compare(Operation *op, Entry *e)
{
    return access_allowed(op, e, op->orc_ava->aa_desc, &op->orc_ava->aa_value,
               ACL_COMPARE, NULL) != 0;
}

/* ---- passwords ---- */

typedef struct password_look {
    Operation *op;
    bool account;
    bool disclosed;
    bool comparable;
} password_look;

static void
look_at_account(void *ctx, Entry *e)
{
    password_look *look = ctx;

    look->account = ov_is_account(e);
    look->disclosed = access_allowed(look->op, e, slap_schema.si_ad_entry, NULL,
                          ACL_DISCLOSE, NULL) != 0;
    look->comparable = look->disclosed && may_compare(look->op, e);
}

/* A Compare of the password would be a bind that nobody counts. */
static int
compare_password(Operation *op, SlapReply *rs, slap_overinst *on)
{
    edc_refusal refusal = {.codes = EDC_BIT(EDC_A02)};
    password_look look = {.op = op};

    ov_entry_look(op, &op->o_req_ndn, look_at_account, &look);
    if (ov_is_unread(op))
        return ov_refuse_code(op, rs, on, ov_unread_code());
    if (!look.account)
        return SLAP_CB_CONTINUE;
    ov_cleanse_request(op);
    if (!look.disclosed)
        return answer_absent(op, rs);
    rs->sr_err = LDAP_INSUFFICIENT_ACCESS;
    if (!look.comparable)
        return answer(op, rs);
    refusal.params.event = EDC_STR("comparing userPassword");
    return ov_refuse(op, rs, on, &refusal);
}

/* ---- what is computed, and links ---- */

/* Makes the entry what is to be seen of it. */
static void
complete(Operation *op, slap_overinst *on, Entry *e, unsigned row)
{
    ov_void_moment since = ov_void_now(ov_instance_of(on));
    Attribute *computed = NULL, **tail = &e->e_attrs;

    if ((row & OV_COMPUTED_SERVICES) != 0)
        ov_service_refresh(op, on);
    if (ov_void_possible(ov_instance_of(on), since))
        ov_void_strip(op, on, since, e);
    ov_computed_add(op, on, e, row, ACL_COMPARE, &computed);
    while (*tail != NULL)
        tail = &(*tail)->a_next;
    *tail = computed;
}

static int
compare_seen(Operation *op, SlapReply *rs, slap_overinst *on, unsigned row)
{
    Entry *e = ov_entry_copy(op, &op->o_req_ndn);

    if (e == NULL)
        return SLAP_CB_CONTINUE;
    if (may_compare(op, e))
        complete(op, on, e, row);
    rs->sr_err = slap_compare_entry(op, e, op->orc_ava);
    entry_free(e);
    return answer(op, rs);
}

int
ov_compare(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    AttributeDescription *ad = op->orc_ava->aa_desc;
    unsigned row = ov_computed_row(ad);
    int rc = ov_session_judge(op, rs, on, false);
    BackendInfo *bi;

    if (rc != SLAP_CB_CONTINUE)
        return rc;
    bi = ov_enter(op, on);
    if (ov_is_password(ad))
        rc = compare_password(op, rs, on);
    else if (row != 0 || ov_is_link(ad))
        rc = compare_seen(op, rs, on, row);
    ov_leave(op, bi);
    return rc;
}
