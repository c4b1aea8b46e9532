/* rename.c - renames of accounts and of what is above them. */
#include "bind/identity.h"
#include "bind/session.h"
#include "link/clean.h"
#include "link/link.h"
#include "link/gone.h"
#include "link/late.h"
#include "link/void.h"
#include "read/service.h"
#include "slapd/acl.h"
#include "slapd/apply.h"
#include "slapd/excerpt.h"
#include "slapd/hooks.h"
#include "slapd/memory.h"
#include "slapd/mobile.h"
#include "slapd/seen.h"
#include "slapd/worse.h"
#include "write/change.h"
#include "write/check.h"
#include "write/name.h"
#include "write/replica.h"
#include "write/scan.h"
#include "write/unique.h"

/* The entry as it would be, under its new name. */
static Entry *
renamed(Operation *op, Entry *entry)
{
    Entry *after = ov_shadow(op, entry);

    ov_carry_names(op, entry, &after->e_name, &after->e_nname);
    ov_scan_apply_all(op, after, op->orr_modlist);
    return after;
}

/* slapd refuses an operational attribute in a name, but has it written before:
 * slapd 2.5.13 ends then, in an assertion of attr_merge(), where the entry has
 * one that is stored without a normal form (entryCSN). Said in its words. */
static int
check_names(Operation *op, SlapReply *rs, slap_overinst *on)
{
    char text[256];

    for (Modifications *m = op->orr_modlist; m != NULL; m = m->sml_next) {
        if (m->sml_op != SLAP_MOD_SOFTADD ||
            !is_at_operational(m->sml_desc->ad_type))
            continue;
        snprintf(text, sizeof(text), "naming attribute '%s' is operational",
            m->sml_desc->ad_cname.bv_val);
        op->o_bd->bd_info = (BackendInfo *)on->on_info;
        send_ldap_error(op, rs, LDAP_NAMING_VIOLATION, ov_lasting_text(text));
        return rs->sr_err;
    }
    return SLAP_CB_CONTINUE;
}

/* The values that a new RDN brings are under the rules of the record. */
static int
check_values(Operation *op, SlapReply *rs, ov_write *w, Entry *after)
{
    edc_refusal refusal = {0};
    const char *attribute = "";
    int rc = check_names(op, rs, w->on);

    if (rc != SLAP_CB_CONTINUE)
        return rc;
    refusal.codes = ov_unique_reserve(op, w->on, after, w->before, &attribute);
    refusal.params.attributes = edc_str_of(attribute);
    return refusal.codes == 0 ? SLAP_CB_CONTINUE
                              : ov_refuse(op, rs, w->on, &refusal);
}

/* A number in a name is one like others. */
static void
keep_mobile(Operation *op, const ov_write *w, Entry *after)
{
    bool touched = false;

    for (Modifications *m = op->orr_modlist; m != NULL; m = m->sml_next)
        touched = touched || ov_is_mobile(m->sml_desc);
    if (touched)
        ov_mobile_mods(
            ov_instance_of(w->on), &op->orr_modlist, w->before, after);
}

static int
judge_entry(Operation *op, SlapReply *rs, ov_write *w, bool leaf)
{
    edc_write write = {
        .means = EDC_MEANS_RENAME, .transaction = op->o_txnSpec != 0};
    Entry *after = renamed(op, w->before);
    edc_refusal refusal;
    edc_change change;
    int rc = ov_change_judge(op, w, after, &write, &change, &refusal)
                 ? check_values(op, rs, w, after)
                 : ov_refuse(op, rs, w->on, &refusal);

    if (rc == SLAP_CB_CONTINUE &&
        !dn_match(&after->e_nname, &w->before->e_nname))
        rc = ov_name_judge(op, rs, w->on, after, !leaf);
    if (rc == SLAP_CB_CONTINUE && (change.was || !leaf))
        rc = ov_carry(op, rs, w->on, w->before, leaf);
    if (rc == SLAP_CB_CONTINUE && change.is)
        keep_mobile(op, w, after);
    return rc;
}

/* What is no account and brings nothing of ours is the backend's to refuse. */
static int
refuse_by_acl(
    Operation *op, SlapReply *rs, slap_overinst *on, const ov_acl *acl)
{
    return acl->ours ? ov_refuse_acl(op, rs, on, acl->text) : SLAP_CB_CONTINUE;
}

/* slapd's access rules come first: an identity that may not rename reserves
 * nothing, moves no link and learns nothing from us. */
static int
judge_rename(Operation *op, SlapReply *rs, slap_overinst *on)
{
    ov_write *w = ov_keep(op, sizeof(*w));
    ov_acl acl = ov_acl_rename(op);
    bool asked = acl.found;

    if (acl.found && !acl.allowed)
        return refuse_by_acl(op, rs, on, &acl);
    if (!ov_carry_reserve(op, on))
        return ov_refuse_code(op, rs, on, EDC_B02);
    w->on = on;
    w->ndn = op->o_req_ndn;
    w->before = ov_excerpt_of(op, &op->o_req_ndn);
    if (w->before == NULL)
        return SLAP_CB_CONTINUE;
    if (!asked)
        acl = ov_acl_rename(op);
    return acl.allowed ? judge_entry(op, rs, w, acl.leaf)
                       : refuse_by_acl(op, rs, on, &acl);
}

/* What replication renames. */
typedef struct moved {
    Operation *op;
    slap_overinst *on;
    struct berval dn; /* as it is stored, in op's memory; null: not there */
} moved;

static void
look_at_renamed(void *ctx, Entry *e)
{
    moved *r = ctx;

    r->dn = ov_keep_bv(r->op, &e->e_name);
}

static void
follow_guardian(void *ctx, const struct berval *old, const struct berval *new)
{
    const moved *r = ctx;

    ov_void_mark(ov_instance_of(r->on), old);
    ov_late_gone(r->on, old, false);
    ov_gone_born(ov_instance_of(r->on), new, &r->op->o_csn);
}

/* The provider takes the links to the old names out later, and replication
 * brings that as well; until then readers here see them as little as there. */
static void
follow_replica(Operation *op, slap_overinst *on)
{
    moved r = {.op = op, .on = on};
    BackendInfo *bi = ov_enter(op, on);

    ov_replica_arrived(on);
    ov_seen_forget(op, on);
    ov_entry_look(op, &op->o_req_ndn, look_at_renamed, &r);
    if (!BER_BVISNULL(&r.dn))
        ov_carry_each(op, &r.dn, follow_guardian, &r);
    ov_leave(op, bi);
    if (ov_is_unread(op))
        ov_void_mark(ov_instance_of(on), &op->o_req_ndn);
}

int
ov_modrdn(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi;
    int rc;

    /* slapd 2.5.13 keeps the new superior of a rename that waits for its
     * transaction in a stack frame that is gone by then. */
    if (op->o_txnSpec && op->orr_newSup != NULL)
        return ov_refuse_code(op, rs, on, EDC_S05);
    ov_worse_begin(op);
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
    bi = ov_enter(op, on);
    rc = ov_check_read(op, rs, on, judge_rename(op, rs, on));
    ov_leave(op, bi);
    return rc;
}
