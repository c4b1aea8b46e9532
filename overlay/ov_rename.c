/* ov_rename.c - renames and deletes of accounts. */
#include "ov_ops.h"

#include "ov_scan.h"

/* The new RDN brings values into the entry and takes old ones out; neither may
 * be what only events may change. */
static edc_code
judge_rdn(Operation *op, Entry *before)
{
    BerVarray uids = ov_nvalues(before, ov_ad_uid);

    for (Modifications *m = op->orr_modlist; m != NULL; m = m->sml_next) {
        if (ov_is_password(m->sml_desc) || ov_is_kept(m->sml_desc))
            return EDC_S01;
        if (m->sml_desc->ad_type != ov_ad_uid->ad_type)
            continue;
        if (m->sml_op == LDAP_MOD_DELETE || m->sml_op == SLAP_MOD_SOFTDEL ||
            uids == NULL || m->sml_nvalues == NULL ||
            !bvmatch(uids, &m->sml_nvalues[0]))
            return EDC_D03;
    }
    return EDC_N_CODES;
}

typedef struct rename_look {
    Operation *op;
    Entry *copy;
    bool allowed;
} rename_look;

static void
look_at_entry(void *ctx, Entry *e)
{
    rename_look *look = ctx;

    if (!ov_is_account(e))
        return;
    look->copy = entry_dup(e);
    look->allowed = access_allowed(look->op, e, slap_schema.si_ad_entry, NULL,
                        ACL_WRITE, NULL) != 0;
}

static int
judge_rename(Operation *op, SlapReply *rs, slap_overinst *on)
{
    rename_look look = {.op = op};
    edc_code code = EDC_N_CODES;
    edc_account account;
    int rc;

    ov_entry_look(op, &op->o_req_ndn, look_at_entry, &look);
    if (look.copy == NULL)
        return SLAP_CB_CONTINUE;
    ov_account_read(look.copy, &account);
    if (look.allowed)
        code = op->o_txnSpec ? EDC_S05 : judge_rdn(op, look.copy);
    if (!look.allowed)
        rc = ov_refuse_acl(op, rs, on);
    else if (code == EDC_N_CODES)
        rc = SLAP_CB_CONTINUE;
    else if (code == EDC_S01)
        rc = ov_refuse_change(op, rs, on, account.state);
    else
        rc = ov_refuse_attribute(op, rs, on, code, "uid");
    entry_free(look.copy);
    return rc;
}

int
ov_modrdn(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi;
    int rc;

    if (be_shadow_update(op))
        return SLAP_CB_CONTINUE;
    rc = ov_session_judge(op, rs, on, false);
    if (rc != SLAP_CB_CONTINUE)
        return rc;
    bi = ov_enter(op, on);
    rc = judge_rename(op, rs, on);
    ov_leave(op, bi);
    return rc;
}

static void
is_account_entry(void *ctx, Entry *e)
{
    bool *account = ctx;

    *account = ov_is_account(e);
}

int
ov_delete(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi;
    bool account = false;
    int rc;

    if (be_shadow_update(op))
        return SLAP_CB_CONTINUE;
    rc = ov_session_judge(op, rs, on, false);
    if (rc != SLAP_CB_CONTINUE || !op->o_txnSpec)
        return rc;
    bi = ov_enter(op, on);
    ov_entry_look(op, &op->o_req_ndn, is_account_entry, &account);
    ov_leave(op, bi);
    return account ? ov_refuse_code(op, rs, on, EDC_S05) : rc;
}
