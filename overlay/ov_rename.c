/* ov_rename.c - renames of accounts and of what is above them. */
#include "ov_clean.h"
#include "ov_identity.h"
#include "ov_link.h"
#include "ov_scan.h"
#include "ov_service.h"
#include "ov_void.h"

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

/* The entry that is renamed, and what the backend's ACLs say. */
typedef struct rename_look {
    Operation *op;
    Entry *copy;
    bool leaf;
    bool allowed;
} rename_look;

static void
look_at_entry(void *ctx, Entry *e)
{
    rename_look *look = ctx;
    Operation *op = look->op;
    int below = LDAP_COMPARE_FALSE;

    look->copy = entry_dup(e);
    look->allowed = access_allowed(op, e, slap_schema.si_ad_entry, NULL,
                        ACL_WRITE, NULL) != 0;
    look->leaf = op->o_bd->be_has_subordinates == NULL ||
                 op->o_bd->be_has_subordinates(op, e, &below) != LDAP_SUCCESS ||
                 below != LDAP_COMPARE_TRUE;
}

static void
look_at_parent(void *ctx, Entry *e)
{
    rename_look *look = ctx;

    look->allowed =
        look->allowed && access_allowed(look->op, e, slap_schema.si_ad_children,
                             NULL, ACL_WRITE, NULL) != 0;
}

static void
look_at_rename(rename_look *look)
{
    Operation *op = look->op;
    struct berval parent;

    if (!ov_entry_look(op, &op->o_req_ndn, look_at_entry, look))
        return;
    dnParent(&op->o_req_ndn, &parent);
    if (!be_issuffix(op->o_bd, &op->o_req_ndn))
        ov_entry_look(op, &parent, look_at_parent, look);
    if (op->orr_nnewSup != NULL)
        ov_entry_look(op, op->orr_nnewSup, look_at_parent, look);
}

static int
judge_account(Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry)
{
    edc_code code = op->o_txnSpec ? EDC_S05 : judge_rdn(op, entry);
    edc_account account;

    ov_account_read(entry, &account);
    if (code == EDC_N_CODES)
        return SLAP_CB_CONTINUE;
    if (code == EDC_S01)
        return ov_refuse_change(op, rs, on, account.state);
    return ov_refuse_attribute(op, rs, on, code, "uid");
}

/* The values that a new RDN brings are under the rules of the record: links are
 * no names, and unique values are unique. */
static int
check_values(Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry)
{
    edc_refusal refusal = {0};
    const char *attribute = "";
    Entry *after;

    for (Modifications *m = op->orr_modlist; m != NULL; m = m->sml_next) {
        if (ov_is_link(m->sml_desc))
            return ov_refuse_attribute(
                op, rs, on, EDC_D01, m->sml_desc->ad_cname.bv_val);
    }
    after = entry_dup(entry);
    ov_scan_apply(after, op->orr_modlist);
    refusal.codes = ov_unique_reserve(op, on, after, entry, &attribute);
    entry_free(after);
    refusal.params.attributes = edc_str_of(attribute);
    return refusal.codes == 0 ? SLAP_CB_CONTINUE
                              : ov_refuse(op, rs, on, &refusal);
}

/* An identity that may not rename learns nothing from us, and moves no link;
 * what is no account is the backend's to refuse. */
static int
judge_rename(Operation *op, SlapReply *rs, slap_overinst *on)
{
    rename_look look = {.op = op};
    bool account;
    int rc = SLAP_CB_CONTINUE;

    look_at_rename(&look);
    if (look.copy == NULL)
        return SLAP_CB_CONTINUE;
    account = ov_is_account(look.copy);
    if (account && !look.allowed)
        rc = ov_refuse_acl(op, rs, on);
    else if (account)
        rc = judge_account(op, rs, on, look.copy);
    if (rc == SLAP_CB_CONTINUE && look.allowed)
        rc = check_values(op, rs, on, look.copy);
    if (rc == SLAP_CB_CONTINUE && look.allowed && (account || !look.leaf))
        rc = ov_carry(op, rs, on, look.copy, look.leaf);
    entry_free(look.copy);
    return rc;
}

static void
is_guardian(void *ctx, Entry *e)
{
    bool *guardian = ctx;

    *guardian = ov_has_class(e, EDC_OC_LEGAL_GUARDIAN);
}

/* The provider takes the links to the old name out later, and replication
 * brings that as well; until then readers here see them as little as there. */
static void
follow_replica(Operation *op, slap_overinst *on)
{
    bool guardian = false;
    BackendInfo *bi = ov_enter(op, on);

    ov_entry_look(op, &op->o_req_ndn, is_guardian, &guardian);
    ov_leave(op, bi);
    if (guardian)
        ov_void_mark(ov_instance_of(on), &op->o_req_ndn);
}

int
ov_modrdn(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi;
    int rc;

    ov_service_watch(op, on);
    ov_identity_watch(op, on);
    if (be_shadow_update(op)) {
        follow_replica(op, on);
        return SLAP_CB_CONTINUE;
    }
    rc = ov_session_judge(op, rs, on, false);
    if (rc != SLAP_CB_CONTINUE)
        return rc;
    ov_clean_give_way(on);
    if (!ov_carry_reserve(op, on))
        return ov_refuse_code(op, rs, on, EDC_B02);
    bi = ov_enter(op, on);
    rc = judge_rename(op, rs, on);
    ov_leave(op, bi);
    return rc;
}
