/* read.c - searches: who may, and the Account Usability control. */
#include "bind/lock.h"
#include "bind/session.h"
#include "read/computed.h"
#include "read/former.h"
#include "slapd/entry.h"
#include "slapd/hooks.h"
#include "slapd/memory.h"
#include "slapd/seen.h"

/* What a search brings with each of its entries. */
typedef struct usability {
    slap_overinst *on;
    ov_controls controls; /* on the entry that goes out */
} usability;

/* The entry that goes out has lost what the client may not see, so the stored
 * one is looked at. */
typedef struct usability_look {
    Operation *op;
    SlapReply *rs;
    usability *usability;
} usability_look;

static void
add_usability(void *ctx, Entry *e)
{
    usability_look *look = ctx;
    usability *u = look->usability;
    edc_account account;

    if (!ov_is_account(e) ||
        !access_allowed(look->op, e, slap_schema.si_ad_userPassword, NULL,
            ACL_COMPARE, NULL))
        return;
    ov_account_read(e, &account);
    ov_lock_date(u->on, e, &account, look->op->o_time);
    ov_add_usability(look->op, look->rs, &account,
        &ov_instance_of(u->on)->settings, &u->controls);
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
    ov_seen_search(op, on);
    rc = ov_session_judge(op, rs, on, false);
    if (rc != SLAP_CB_CONTINUE)
        return rc;
    if (op->o_ctrls != NULL && ov_former_sorts(op) && !be_isroot(op))
        return ov_refuse_acl(op, rs, on, NULL);
    ov_view_search(op, on);
    if (op->o_ctrlflag[ov_usability_cid] == SLAP_CONTROL_NONE)
        return rc;
    u = ov_keep(op, sizeof(*u));
    u->on = on;
    ov_push_callback_below(op, search_response, search_cleanup, u);
    return SLAP_CB_CONTINUE;
}
