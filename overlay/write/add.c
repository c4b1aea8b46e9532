/* add.c - new accounts, and the record rules on any new entry. */
#include "bind/identity.h"
#include "bind/session.h"
#include "link/clean.h"
#include "link/void.h"
#include "read/service.h"
#include "slapd/acl.h"
#include "slapd/hooks.h"
#include "slapd/memory.h"
#include "slapd/mobile.h"
#include "slapd/mods.h"
#include "write/change.h"
#include "write/check.h"
#include "write/name.h"
#include "write/replica.h"
#include "write/scan.h"

#include <openssl/crypto.h>

#include "core/password/looks.h"

/* One new entry on its way. */
typedef struct addition {
    ov_write write;
    bool armed;
    bool done;
    ov_controls controls;
} addition;

static int
add_response(Operation *op, SlapReply *rs)
{
    addition *a = op->o_callback->sc_private;

    if (!a->armed || rs->sr_type != REP_RESULT)
        return SLAP_CB_CONTINUE;
    a->armed = false;
    if (rs->sr_err != LDAP_SUCCESS)
        return SLAP_CB_CONTINUE;
    ov_event_done(op, &a->write);
    if (a->write.password.source != EDC_SOURCE_NONE)
        ov_add_ppolicy(op, rs, -1, &a->controls);
    return SLAP_CB_CONTINUE;
}

static int
add_cleanup(Operation *op, SlapReply *rs)
{
    addition *a = op->o_callback->sc_private;

    ov_control_remove(op, rs, &a->controls);
    if (!a->done)
        ov_password_wipe(&a->write.password);
    a->done = true;
    return SLAP_CB_CONTINUE;
}

/* The clear value gives way to the hash, in the array that the entry shares
 * with the list of modifications. */
static void
replace_password(Entry *e, edc_str stored)
{
    Attribute *a = attr_find(e->e_attrs, slap_schema.si_ad_userPassword);
    struct berval hash = ov_berval(stored);

    OPENSSL_cleanse(a->a_vals[0].bv_val, a->a_vals[0].bv_len);
    if (a->a_nvals != a->a_vals) {
        OPENSSL_cleanse(a->a_nvals[0].bv_val, a->a_nvals[0].bv_len);
        ber_bvreplace(&a->a_nvals[0], &hash);
    }
    ber_bvreplace(&a->a_vals[0], &hash);
}

/* What the plan assigns, as attributes of the entry. */
static void
merge_plan(Entry *e, const ov_write *w)
{
    Modifications *mods = NULL;

    ov_mods_serial(&mods, &w->account, w->plan.serial);
    ov_mods_plan(&mods, &w->plan, NULL);
    for (Modifications *m = mods; m != NULL; m = m->sml_next) {
        /* pwdReset, when the client has said it. */
        if (attr_find(e->e_attrs, m->sml_desc) != NULL)
            continue;
        attr_merge(e, m->sml_desc, m->sml_values, m->sml_nvalues);
    }
    slap_mods_free(mods, 1);
}

static int
add_account(Operation *op, SlapReply *rs, addition *a)
{
    ov_write *w = &a->write;
    edc_refusal refusal = {0};
    Entry *e = op->ora_e;

    if (w->account.n_passwords > 1 || w->account.password_option)
        return ov_refuse_code(op, rs, w->on, EDC_P12);
    w->request.wish = EDC_WISH_CREATE;
    if (w->account.n_passwords == 1) {
        w->request.wish = EDC_WISH_CREATE_PASSWORD;
        w->password.clear = w->account.password;
        w->password.source = edc_looks_hashed(w->account.password)
                                 ? EDC_SOURCE_HASHED
                                 : EDC_SOURCE_CLEAR;
    }
    w->account.n_passwords = 0;
    if (!ov_judge(op, w, e, &refusal) ||
        (w->password.source != EDC_SOURCE_NONE &&
            !ov_password_make(op, w->on, e, &w->account, &w->plan,
                w->request.roles, &w->password, &refusal)))
        return ov_refuse(op, rs, w->on, &refusal);
    if (w->password.source != EDC_SOURCE_NONE)
        replace_password(e, edc_buf_str(&w->password.stored));
    merge_plan(e, w);
    ov_mobile_set(ov_instance_of(w->on), e);
    a->armed = true;
    return SLAP_CB_CONTINUE;
}

static bool
is_record_entry(Entry *e)
{
    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next) {
        if (a->a_desc != slap_schema.si_ad_objectClass &&
            a->a_desc != ov_ad_uid &&
            (ov_is_record(a->a_desc) || ov_is_link(a->a_desc)))
            return true;
    }
    return false;
}

/* An entry that no rule is about takes a name all the same, once slapd's access
 * rules said yes; it is the backend's to refuse. */
static int
judge_other(Operation *op, SlapReply *rs, slap_overinst *on)
{
    return ov_acl_add(op).allowed ? ov_name_judge(op, rs, on, op->ora_e, false)
                                  : SLAP_CB_CONTINUE;
}

/* slapd's access rules come first, then roles, then what the entry is. */
static int
judge_add(Operation *op, SlapReply *rs, addition *a)
{
    ov_write *w = &a->write;
    edc_write write = {
        .means = EDC_MEANS_ADD, .transaction = op->o_txnSpec != 0};
    ov_acl acl = ov_acl_add(op);
    edc_refusal refusal;
    edc_change change;
    int rc;

    if (!acl.allowed)
        return ov_refuse_acl(op, rs, w->on, acl.text);
    if (!ov_change_judge(op, w, op->ora_e, &write, &change, &refusal))
        return ov_refuse(op, rs, w->on, &refusal);
    rc = ov_name_judge(op, rs, w->on, op->ora_e, false);
    if (rc == SLAP_CB_CONTINUE)
        rc = ov_check_new(op, rs, w->on);
    if (rc == SLAP_CB_CONTINUE && change.is)
        rc = add_account(op, rs, a);
    return rc;
}

static addition *
begin(Operation *op, slap_overinst *on)
{
    addition *a = ov_keep(op, sizeof(*a));

    a->write.on = on;
    a->write.ndn = op->ora_e->e_nname;
    ov_push_callback(op, add_response, add_cleanup, a);
    return a;
}

int
ov_add(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    BackendInfo *bi;
    int rc;

    ov_service_watch(op, on);
    ov_identity_watch(op, on);
    if (be_shadow_update(op)) {
        ov_replica_follow_add(op, on);
        return SLAP_CB_CONTINUE;
    }
    rc = ov_session_judge(op, rs, on, false);
    ov_clean_give_way(on);
    if (rc != SLAP_CB_CONTINUE)
        return rc;
    bi = ov_enter(op, on);
    if (ov_is_account(op->ora_e) || is_record_entry(op->ora_e))
        rc = judge_add(op, rs, begin(op, on));
    else if (!be_isroot(op))
        rc = judge_other(op, rs, on);
    rc = ov_check_read(op, rs, on, rc);
    ov_leave(op, bi);
    return rc;
}
