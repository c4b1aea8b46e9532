/* ov_read.c - searches and compares: who may, and the Account Usability
 * control.
 */
#include "ov_computed.h"

/* What a search brings with each of its entries. */
typedef struct usability {
    slap_overinst *on;
    ov_controls controls; /* on the entry that goes out */
    slap_callback callback;
} usability;

/* The entry that goes out has lost what the client may not see, so the stored
 * one is looked at. */
typedef struct usability_look {
    Operation *op;
    SlapReply *rs;
    struct usability *usability;
} usability_look;

static void
add_usability(void *ctx, Entry *e)
{
    usability_look *look = ctx;
    edc_account account;

    if (!ov_is_account(e) ||
        !access_allowed(look->op, e, slap_schema.si_ad_userPassword, NULL,
            ACL_COMPARE, NULL))
        return;
    ov_account_read(e, &account);
    ov_add_usability(look->op, look->rs, &account,
        &ov_instance_of(look->usability->on)->settings,
        &look->usability->controls);
}

static int
search_response(Operation *op, SlapReply *rs)
{
    usability *u = op->o_callback->sc_private;
    usability_look look = {.op = op, .rs = rs, .usability = u};
    BackendInfo *bi = op->o_bd->bd_info;

    if (rs->sr_type != REP_SEARCH)
        return SLAP_CB_CONTINUE;
    op->o_bd->bd_info = (BackendInfo *)u->on->on_info;
    ov_entry_look(op, &rs->sr_entry->e_nname, add_usability, &look);
    op->o_bd->bd_info = bi;
    return SLAP_CB_CONTINUE;
}

static int
search_cleanup(Operation *op, SlapReply *rs)
{
    usability *u = op->o_callback->sc_private;

    ov_control_remove(op, rs, &u->controls);
    return SLAP_CB_CONTINUE;
}

int
ov_search(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    usability *u;
    int rc;

    if (ov_is_internal(op) || op->o_is_auth_check)
        return SLAP_CB_CONTINUE;
    rc = ov_session_judge(op, rs, on, false);
    if (rc != SLAP_CB_CONTINUE)
        return rc;
    ov_view_search(op, on);
    if (op->o_ctrlflag[ov_usability_cid] == SLAP_CONTROL_NONE)
        return rc;
    u = op->o_tmpcalloc(1, sizeof(*u), op->o_tmpmemctx);
    u->on = on;
    u->callback.sc_response = search_response;
    u->callback.sc_cleanup = search_cleanup;
    u->callback.sc_private = u;
    overlay_callback_after_backover(op, &u->callback, 1);
    return SLAP_CB_CONTINUE;
}

static void
is_account_entry(void *ctx, Entry *e)
{
    bool *account = ctx;

    *account = ov_is_account(e);
}

static int
refuse_compare(Operation *op, SlapReply *rs, slap_overinst *on)
{
    edc_refusal refusal = {.codes = EDC_BIT(EDC_A02)};

    refusal.params.event = EDC_STR("comparing userPassword");
    return ov_refuse(op, rs, on, &refusal);
}

/* A Compare of the password would be a bind that nobody counts. */
int
ov_compare(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi;
    bool account = false;
    int rc = ov_session_judge(op, rs, on, false);

    if (rc != SLAP_CB_CONTINUE)
        return rc;
    if (!ov_is_password(op->orc_ava->aa_desc))
        return ov_view_compare(op, rs, on);
    bi = ov_enter(op, on);
    ov_entry_look(op, &op->o_req_ndn, is_account_entry, &account);
    ov_leave(op, bi);
    return account ? refuse_compare(op, rs, on) : rc;
}
