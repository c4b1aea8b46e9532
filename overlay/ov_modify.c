/* ov_modify.c - modifications of accounts: read, judged, completed.
 *
 * Whatever an event changes travels in the client's own modification, after a
 * test-and-set on the serial. When somebody else was faster the whole fails,
 * and is judged again against what the database holds then.
 */
#include "ov_clean.h"
#include "ov_check.h"
#include "ov_link.h"
#include "ov_log.h"
#include "ov_reserve.h"
#include "ov_scan.h"
#include "ov_identity.h"
#include "ov_service.h"

/* One modification on its way. */
typedef struct modification {
    ov_write write;
    ov_scan scan;
    Entry *after; /* copy of the entry as it would be */
    bool armed;   /* handed on to the backend */
    bool done;    /* released */
    ov_controls controls;
} modification;

static void
release(modification *m)
{
    if (m->done)
        return;
    m->done = true;
    if (m->write.before != NULL)
        entry_free(m->write.before);
    if (m->after != NULL)
        entry_free(m->after);
    ov_password_wipe(&m->write.password);
}

/* Whether the backend refused because the serial was no longer ours. */
static bool
lost_race(const SlapReply *rs)
{
    return (rs->sr_err == LDAP_NO_SUCH_ATTRIBUTE ||
               rs->sr_err == LDAP_TYPE_OR_VALUE_EXISTS ||
               rs->sr_err == LDAP_CONSTRAINT_VIOLATION) &&
           rs->sr_text != NULL &&
           strstr(rs->sr_text, edc_kept_name(EDC_KEPT_SERIAL)) != NULL;
}

typedef struct second_look {
    Operation *op;
    modification *m;
    edc_refusal *refusal;
    edc_plan plan;
} second_look;

static void
look_again(void *ctx, Entry *e)
{
    second_look *look = ctx;
    modification *m = look->m;
    edc_account account;

    ov_account_read(e, &account);
    edc_decide(&account, &m->write.request,
        &ov_instance_of(m->write.on)->settings, &look->plan, look->refusal);
    look->refusal->params.informer =
        ov_tmp(look->op, look->refusal->params.informer);
}

/* Says why, when the loser of the race would be refused now, else to try
 * again. Runs inside the failed write's transaction: reads one entry, computes
 * no hash. */
static void
explain_lost_race(Operation *op, SlapReply *rs, modification *m)
{
    edc_refusal refusal = {0};
    second_look look = {.op = op, .m = m, .refusal = &refusal};

    if (m->write.event)
        ov_entry_look(op, &m->write.ndn, look_again, &look);
    if (refusal.codes == 0)
        refusal.codes = EDC_BIT(EDC_B02);
    ov_rewrite(op, rs, m->write.on, &refusal);
    ov_add_ppolicy(
        op, rs, edc_code_ppolicy(edc_codes_first(refusal.codes)), &m->controls);
}

static int
modify_response(Operation *op, SlapReply *rs)
{
    modification *m = op->o_callback->sc_private;

    if (!m->armed || m->done || rs->sr_type != REP_RESULT)
        return SLAP_CB_CONTINUE;
    m->armed = false;
    if (rs->sr_err == LDAP_SUCCESS) {
        if (m->write.event) {
            ov_event_done(op, &m->write);
            if (m->write.password.source != EDC_SOURCE_NONE)
                ov_add_ppolicy(op, rs, -1, &m->controls);
        }
    } else if (lost_race(rs)) {
        explain_lost_race(op, rs, m);
    }
    return SLAP_CB_CONTINUE;
}

static int
modify_cleanup(Operation *op, SlapReply *rs)
{
    modification *m = op->o_callback->sc_private;

    ov_control_remove(op, rs, &m->controls);
    release(m);
    return SLAP_CB_CONTINUE;
}

/* Context of the check of an old password that came along. */
typedef struct old_password {
    Operation *op;
    modification *m;
    bool busy; /* the hashing gate had no room */
} old_password;

/* An identity that may not write passwords is told so by the table; it does
 * not learn whether it guessed one. */
static bool
is_old(void *ctx, const struct berval *value)
{
    old_password *old = ctx;
    modification *m = old->m;
    struct berval cred = *value;
    ov_guess guess;

    if (!edc_may_wish(EDC_WISH_PASSWORD, m->write.request.roles))
        return true;
    guess = ov_password_guess(
        old->op, m->write.on, m->write.before, &m->write.account, &cred);
    old->busy = old->busy || guess == OV_GUESS_BUSY;
    return guess == OV_GUESS_RIGHT;
}

static edc_source
source_of(Operation *op, edc_str value)
{
    const ov_exop *exop = ov_exop_of(op);

    if (exop != NULL)
        return exop->source;
    return edc_scheme_hashed(value) ? EDC_SOURCE_HASHED : EDC_SOURCE_CLEAR;
}

/* Which one event the request asks for. Returns the code that refuses it, or
 * EDC_N_CODES. */
static edc_code
read_wish(Operation *op, modification *m)
{
    edc_request *request = &m->write.request;
    ov_exop *exop = ov_exop_of(op);
    old_password old = {.op = op, .m = m};
    edc_str value = {NULL, 0};

    if (m->scan.several ||
        m->scan.password + m->scan.state + m->scan.unlock > 1)
        return EDC_S01;
    if (exop != NULL && !BER_BVISNULL(&exop->old)) {
        exop->old_is_bad = !is_old(&old, &exop->old) && !old.busy;
        if (old.busy)
            return EDC_B01;
        if (exop->old_is_bad)
            return EDC_A03;
        request->proven = true;
    }
    if (m->scan.state) {
        request->wish = EDC_WISH_STATE;
        /* Judged again when a race was lost, after the client's list is gone.
         */
        request->target = ov_tmp(op, m->scan.target);
    } else if (m->scan.unlock) {
        request->wish = EDC_WISH_UNLOCK;
    } else {
        request->wish = EDC_WISH_PASSWORD;
        switch (ov_scan_password(op->orm_modlist, m->write.account.password,
            is_old, &old, &value, &request->proven)) {
        case OV_PASSWORD_NEW:
            request->source = source_of(op, value);
            m->write.password.source = request->source;
            m->write.password.clear = value;
            break;
        case OV_PASSWORD_NONE:
            return EDC_S01;
        case OV_PASSWORD_MANY:
            return EDC_P12;
        case OV_PASSWORD_OLD_BAD:
            return old.busy ? EDC_B01 : EDC_A03;
        }
    }
    return EDC_N_CODES;
}

/* Puts the plan into the client's modification: the test-and-set first, what
 * the client said of governed attributes replaced by what the core says. */
static void
splice(Operation *op, modification *m)
{
    ov_write *w = &m->write;
    Modifications *first = NULL;
    Modifications *last = NULL;

    ov_mods_serial(&first, &w->account, w->plan.serial);
    if (w->event) {
        ov_scan_remove_governed(&op->orm_modlist);
        if ((w->plan.effects & (EDC_NEW_PASSWORD | EDC_DROP_PASSWORD)) != 0)
            ov_mods_password(
                &last, &w->account, edc_buf_str(&w->password.stored));
        ov_mods_plan(&last, &w->plan, w->before);
        if (w->plan.remember)
            ov_mods_history(&last, w->before, &w->account, &w->plan,
                edc_settings_policy(&ov_instance_of(w->on)->settings,
                    w->account.student, w->account.guardian)
                    .history);
    }
    ov_mods_prepend(&op->orm_modlist, first);
    if (last != NULL) {
        Modifications **tail = &op->orm_modlist;

        for (; *tail != NULL; tail = &(*tail)->sml_next)
            ;
        *tail = last;
    }
    op->o_permissive_modify = SLAP_CONTROL_NONE;
    m->armed = true;
}

/* A password that the server makes for a letter is short enough to be typed
 * from paper; one that is kept stays as the exop made it. */
static bool
shorten_letter(Operation *op, ov_write *w, edc_refusal *refusal)
{
    ov_exop *exop = ov_exop_of(op);

    if (exop == NULL || exop->source != EDC_SOURCE_SERVER ||
        (w->plan.effects & EDC_BEGIN_LETTER) == 0)
        return true;
    edc_buf_wipe(&exop->made);
    if (!edc_provisional_make(EDC_LETTER_GROUPS, &exop->made)) {
        refusal->codes = EDC_BIT(EDC_X01);
        return false;
    }
    w->password.clear = edc_buf_str(&exop->made);
    return true;
}

static int
run_event(Operation *op, SlapReply *rs, modification *m)
{
    ov_write *w = &m->write;
    edc_refusal refusal = {0};
    edc_code code;

    ov_judge_actor(op, w);
    code = read_wish(op, m);
    if (code != EDC_N_CODES) {
        ov_scan_cleanse(op->orm_modlist);
        refusal.codes = EDC_BIT(code);
        refusal.params.event = EDC_STR("this change");
        refusal.params.state = edc_str_of(edc_state_name(w->account.state));
        return ov_refuse(op, rs, w->on, &refusal);
    }
    if (!ov_judge(op, w, m->after, &refusal) ||
        !shorten_letter(op, w, &refusal) ||
        ((w->plan.effects & EDC_NEW_PASSWORD) != 0 &&
            !ov_password_make(op, w->on, m->after, &w->account, &w->plan,
                w->request.roles, &w->password, &refusal))) {
        ov_scan_cleanse(op->orm_modlist);
        return ov_refuse(op, rs, w->on, &refusal);
    }
    w->event = true;
    splice(op, m);
    return SLAP_CB_CONTINUE;
}

/* An entry that becomes an account by its object class is created as one. */
static int
adopt(Operation *op, SlapReply *rs, modification *m)
{
    ov_write *w = &m->write;
    edc_refusal refusal = {0};
    Entry *stored = w->before;
    bool allowed;

    ov_account_read(m->after, &w->account);
    if (m->scan.password || m->scan.state || m->scan.unlock ||
        w->account.n_passwords > 0)
        return ov_refuse_change(op, rs, w->on, EDC_ABSENT);
    w->account.state = EDC_ABSENT;
    w->request.wish = EDC_WISH_CREATE;
    w->before = NULL;
    ov_judge_actor(op, w);
    allowed = ov_judge(op, w, m->after, &refusal);
    w->before = stored;
    if (!allowed)
        return ov_refuse(op, rs, w->on, &refusal);
    w->event = true;
    splice(op, m);
    return SLAP_CB_CONTINUE;
}

static int
govern(Operation *op, SlapReply *rs, modification *m)
{
    ov_write *w = &m->write;
    bool account = ov_is_account(w->before);
    bool becomes = !account && ov_is_account(m->after);
    int rc;

    if (op->o_txnSpec && (account || becomes))
        return ov_refuse_code(op, rs, w->on, EDC_S05);
    if (!(account || becomes) && !m->scan.record)
        return SLAP_CB_CONTINUE;
    if (!acl_check_modlist(op, w->before, op->orm_modlist))
        return ov_refuse_acl(op, rs, w->on);
    if (account && m->scan.kept)
        return ov_refuse_change(op, rs, w->on, w->account.state);
    if (m->scan.record) {
        rc = ov_check_record(op, rs, w, m->after);
        if (rc != SLAP_CB_CONTINUE)
            return rc;
    }
    if (becomes)
        return adopt(op, rs, m);
    if (account && (m->scan.password || m->scan.state || m->scan.unlock))
        return run_event(op, rs, m);
    if (account && m->scan.record) {
        edc_plan_next_serial(&w->account, &w->plan);
        splice(op, m);
    }
    return SLAP_CB_CONTINUE;
}

static modification *
begin(Operation *op, slap_overinst *on)
{
    modification *m = op->o_tmpcalloc(1, sizeof(*m), op->o_tmpmemctx);

    m->write.on = on;
    m->write.ndn = op->o_req_ndn;
    ov_push_callback(op, modify_response, modify_cleanup, m);
    return m;
}

/* Whether it touches anything that a rule is about. */
static bool
is_governed(const ov_scan *scan)
{
    return scan->password || scan->state || scan->unlock || scan->kept ||
           scan->record;
}

/* The entry as it is and as it would be. Returns false when its name or its
 * links are in other hands for too long. */
static bool
read_before(Operation *op, modification *m)
{
    ov_write *w = &m->write;

    if (is_governed(&m->scan) &&
        !ov_reserve_name(op, w->on, &op->o_req_ndn, OV_SHARED))
        return false;
    if (!ov_touches_links(op->orm_modlist))
        w->before = ov_entry_copy(op, &op->o_req_ndn);
    else if (!ov_links_reserve(op, w->on, &w->before))
        return false;
    if (w->before == NULL)
        return true;
    ov_account_read(w->before, &w->account);
    m->after = entry_dup(w->before);
    ov_scan_apply(m->after, op->orm_modlist);
    return true;
}

/* What replication brings is stored as it is; the lock-out table of this
 * server only learns that the account is another one now. */
static void
follow_replica(Operation *op, slap_overinst *on)
{
    BackendInfo *bi;
    Entry *entry;
    bool touched = false;

    for (Modifications *m = op->orm_modlist; m != NULL; m = m->sml_next)
        touched = touched || m->sml_desc == ov_kept[EDC_KEPT_PWD_LOCKED_TIME] ||
                  ov_is_password(m->sml_desc);
    if (!touched)
        return;
    bi = ov_enter(op, on);
    entry = ov_entry_copy(op, &op->o_req_ndn);
    ov_leave(op, bi);
    if (entry == NULL)
        return;
    ov_guess_forget(on, entry);
    entry_free(entry);
}

int
ov_modify(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    modification *m;
    BackendInfo *bi;
    ov_scan scan;
    int rc;

    ov_service_watch(op, on);
    ov_identity_watch(op, on);
    if (be_shadow_update(op)) {
        follow_replica(op, on);
        return SLAP_CB_CONTINUE;
    }
    if (ov_is_internal(op))
        return SLAP_CB_CONTINUE;
    ov_scan_mods(op->orm_modlist, &scan);
    rc = ov_session_judge(
        op, rs, on, scan.only_password && dn_match(&op->o_req_ndn, &op->o_ndn));
    if (rc != SLAP_CB_CONTINUE)
        return rc;
    ov_clean_give_way(on);
    if (!is_governed(&scan) && !ov_touches_links(op->orm_modlist) &&
        !op->o_txnSpec)
        return SLAP_CB_CONTINUE;
    m = begin(op, on);
    m->scan = scan;
    bi = ov_enter(op, on);
    if (!read_before(op, m))
        rc = ov_refuse_code(op, rs, on, EDC_B02);
    else if (m->write.before != NULL)
        rc = govern(op, rs, m);
    ov_leave(op, bi);
    return rc;
}
