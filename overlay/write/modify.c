/* modify.c - modifications of accounts: read, judged, completed.
 *
 * Whatever an event changes travels in the client's own modification, after a
 * test-and-set on the serial. When somebody else was faster the whole fails,
 * and is judged again against what the database holds then.
 */
#include "bind/guess.h"
#include "bind/identity.h"
#include "bind/lock.h"
#include "bind/session.h"
#include "link/clean.h"
#include "link/family.h"
#include "link/link.h"
#include "link/void.h"
#include "read/service.h"
#include "slapd/acl.h"
#include "slapd/ahead.h"
#include "slapd/apply.h"
#include "slapd/excerpt.h"
#include "slapd/handover.h"
#include "slapd/hooks.h"
#include "slapd/log.h"
#include "slapd/memory.h"
#include "slapd/mobile.h"
#include "slapd/mods.h"
#include "slapd/reserve.h"
#include "slapd/worse.h"
#include "write/change.h"
#include "write/check.h"
#include "write/forwarded.h"
#include "write/replica.h"
#include "write/scan.h"
#include "write/wish.h"

#include "core/account/adopt.h"
#include "core/password/provisional.h"

/* One modification on its way; what stands by itself keeps it under the size
 * that malloc() has at hand for a thread (slapd/memory.c). */
typedef struct modification {
    ov_write write;
    ov_scan *scan;
    Entry *after;   /* the entry as it would be */
    bool forwarded; /* another server's lock */
    int64_t locked; /* of that */
    bool armed;     /* handed on to the backend */
    bool done;      /* cleaned up */
    ov_controls *controls;
} modification;

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
        op, rs, edc_code_ppolicy(edc_codes_first(refusal.codes)), m->controls);
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
                ov_add_ppolicy(op, rs, -1, m->controls);
        } else if (m->forwarded) {
            ov_forwarded_done(op, &m->write, m->locked);
        }
    } else if (ov_lost_race(
                   op, rs->sr_err, &m->write.ndn, m->write.account.serial)) {
        explain_lost_race(op, rs, m);
    }
    return SLAP_CB_CONTINUE;
}

static int
modify_cleanup(Operation *op, SlapReply *rs)
{
    modification *m = op->o_callback->sc_private;

    ov_control_remove(op, rs, m->controls);
    m->done = true;
    ov_password_wipe(&m->write.password);
    return SLAP_CB_CONTINUE;
}

/* Puts the plan into the client's modification: the test-and-set first, what
 * the client said of governed attributes replaced by what the core says. */
static void
splice(Operation *op, modification *m)
{
    ov_write *w = &m->write;
    Modifications *first = NULL;
    Modifications *last = NULL;

    ov_mobile_mods(ov_instance_of(w->on), &last, w->before, m->after);
    if (!w->event && last == NULL && ov_apply_same(w->before, m->after))
        ov_judge_no_change(w);
    ov_mods_serial(&first, &w->account, w->plan.serial);
    if (w->event) {
        ov_scan_remove_governed(&op->orm_modlist);
        ov_mods_event(&last, w->on, &w->plan, w->before,
            edc_buf_str(&w->password.stored));
        if (w->plan.remember)
            ov_mods_history(&last, w->before, &w->account, &w->plan,
                edc_settings_policy(&ov_instance_of(w->on)->settings,
                    w->account.student, w->account.guardian)
                    .history);
    }
    /* What the control excuses is taken out: of the test-and-set it must not
     * excuse anything. */
    if (op->o_permissive_modify > SLAP_CONTROL_IGNORED)
        ov_apply_permissively(w->before, &op->orm_modlist);
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

    if (!ov_wish_read(op, w, m->scan, &refusal) ||
        !ov_judge(op, w, m->after, &refusal) ||
        !shorten_letter(op, w, &refusal) ||
        ((w->plan.effects & EDC_NEW_PASSWORD) != 0 &&
            !ov_password_make(op, w->on, m->after, &w->account, &w->plan,
                w->request.roles, &w->password, &refusal)))
        return ov_refuse(op, rs, w->on, &refusal);
    w->event = true;
    splice(op, m);
    return SLAP_CB_CONTINUE;
}

/* An event that a Modify of object classes is. */
static int
run_class(Operation *op, SlapReply *rs, modification *m, edc_wish wish)
{
    ov_write *w = &m->write;
    edc_refusal refusal = {0};

    w->request.wish = wish;
    if (!ov_judge(op, w, m->after, &refusal))
        return ov_refuse(op, rs, w->on, &refusal);
    w->event = true;
    splice(op, m);
    return SLAP_CB_CONTINUE;
}

/* An entry that becomes an account by its object class is created as one, from
 * nothing: what it had of kept attributes goes in the same write. One that has
 * a password keeps it, where it may. */
static int
adopt(Operation *op, SlapReply *rs, modification *m)
{
    ov_write *w = &m->write;
    edc_refusal refusal = {.params.attributes = EDC_STR("pwdReset")};
    edc_code code = EDC_N_CODES;

    switch (
        edc_adopt_judge(&w->account, &ov_instance_of(w->on)->settings, &code)) {
    case EDC_ADOPT_CREATE:
        return run_class(op, rs, m, EDC_WISH_CREATE);
    case EDC_ADOPT_MIGRATE:
        return run_class(op, rs, m, EDC_WISH_MIGRATE);
    default:
        refusal.codes = EDC_BIT(code);
        return ov_refuse(op, rs, w->on, &refusal);
    }
}

static bool
found_child(void *ctx, Entry *student, const struct berval *link)
{
    (void)student;
    (void)link;
    *(bool *)ctx = true;
    return false;
}

/* Its links would name nobody. */
static int
release_account(Operation *op, SlapReply *rs, modification *m)
{
    ov_write *w = &m->write;
    bool child = false;

    if (w->account.guardian)
        ov_children_each(op, w->before, 1, found_child, &child);
    if (child)
        return ov_refuse_code(op, rs, w->on, EDC_L05);
    return run_class(op, rs, m, EDC_WISH_RELEASE);
}

static unsigned
wishes_of(const ov_scan *scan)
{
    return (scan->password ? 1U << EDC_WISH_PASSWORD : 0) |
           (scan->state ? 1U << EDC_WISH_STATE : 0) |
           (scan->unlock ? 1U << EDC_WISH_UNLOCK : 0) |
           (scan->lock ? 1U << EDC_WISH_LOCK : 0);
}

static int
govern(Operation *op, SlapReply *rs, modification *m)
{
    ov_write *w = &m->write;
    edc_write write = {
        .means = EDC_MEANS_MODIFY,
        .transaction = op->o_txnSpec != 0,
        .wishes = wishes_of(m->scan),
        .names_kept = m->scan->kept,
    };
    edc_refusal refusal;
    edc_change change;
    int rc = SLAP_CB_CONTINUE;

    if (!ov_change_judge(op, w, m->after, &write, &change, &refusal))
        return ov_refuse(op, rs, w->on, &refusal);
    if (m->scan->record || change.gained || change.is != change.was)
        rc = ov_check_record(op, rs, w, m->after);
    if (rc == SLAP_CB_CONTINUE && change.ended)
        return release_account(op, rs, m);
    if (rc != SLAP_CB_CONTINUE || !change.is)
        return rc;
    if (!change.was)
        return adopt(op, rs, m);
    if (write.wishes != 0)
        return run_event(op, rs, m);
    if (m->scan->record || m->scan->mobile) {
        edc_plan_next_serial(&w->account, &w->plan);
        splice(op, m);
    }
    return SLAP_CB_CONTINUE;
}

static int
take_forwarded(Operation *op, SlapReply *rs, modification *m)
{
    edc_refusal refusal;

    if (!ov_forwarded_take(op, &m->write, m->locked, &refusal))
        return ov_refuse(op, rs, m->write.on, &refusal);
    m->armed = m->write.account.state != EDC_ABSENT;
    return SLAP_CB_CONTINUE;
}

static modification *
begin(Operation *op, slap_overinst *on, const ov_scan *scan)
{
    modification *m = ov_keep(op, sizeof(*m));

    m->scan = ov_keep(op, sizeof(*m->scan));
    m->controls = ov_keep(op, sizeof(*m->controls));
    *m->scan = *scan;
    m->write.on = on;
    m->write.ndn = op->o_req_ndn;
    ov_push_callback(op, modify_response, modify_cleanup, m);
    return m;
}

/* Whether it touches anything that a rule is about. */
static bool
is_governed(const ov_scan *scan)
{
    return scan->password || scan->state || scan->unlock || scan->lock ||
           scan->kept.n > 0 || scan->record || scan->mobile;
}

/* The entry as it is and as it would be. links: its links, as they were a
 * moment ago. Returns false when its name or its
 * links are in other hands for too long. */
static bool
read_before(Operation *op, modification *m, Entry *links)
{
    ov_write *w = &m->write;

    if (is_governed(m->scan))
        ov_lock_settle(op, w->on, &op->o_req_ndn);
    if (is_governed(m->scan) &&
        !ov_reserve_name(op, w->on, &op->o_req_ndn, OV_SHARED))
        return false;
    if (!ov_touches_links(op->orm_modlist))
        w->before = ov_excerpt_of(op, &op->o_req_ndn);
    else if (!ov_links_reserve(op, w->on, links, &w->before))
        return false;
    if (w->before == NULL)
        return true;
    m->after = ov_shadow(op, w->before);
    ov_scan_apply(op, m->after, op->orm_modlist);
    return true;
}

/* What is no account's, nor about the record, is the backend's to refuse. An
 * old password that came along is answered as slapd answers a wrong one,
 * account or not. */
static int
refuse_by_acl(
    Operation *op, SlapReply *rs, const modification *m, const ov_acl *acl)
{
    ov_exop *exop = ov_exop_of(op);

    if (!acl->ours && !m->scan->record && !ov_touches_links(op->orm_modlist))
        return SLAP_CB_CONTINUE;
    if (exop != NULL)
        exop->old_is_bad = !BER_BVISNULL(&exop->old);
    return ov_refuse_acl(op, rs, m->write.on, acl->text);
}

/* slapd's access rules come first: for an identity that may not write nothing
 * is reserved or computed, and it learns nothing from us. An entry that came
 * meanwhile is asked about then. */
static int
judge_modify(Operation *op, SlapReply *rs, modification *m)
{
    slap_overinst *on = m->write.on;
    ov_acl acl = ov_acl_modify(
        op, ov_touches_links(op->orm_modlist) ? ov_is_link : NULL);
    bool asked = acl.found;

    if (!acl.allowed)
        return refuse_by_acl(op, rs, m, &acl);
    if (!read_before(op, m, acl.seen))
        return ov_refuse_code(op, rs, on, EDC_B02);
    if (m->write.before == NULL)
        return SLAP_CB_CONTINUE;
    if (!asked)
        acl = ov_acl_modify(op, NULL);
    if (!acl.allowed)
        return refuse_by_acl(op, rs, m, &acl);
    return m->forwarded ? take_forwarded(op, rs, m) : govern(op, rs, m);
}

/* Of any entry: whom the access rules let write hears why it is not done. */
static int
check_clock(Operation *op, SlapReply *rs, slap_overinst *on)
{
    BackendInfo *bi = ov_enter(op, on);
    bool ahead = ov_is_ahead_at(op, on, &op->o_req_ndn) &&
                 ov_acl_modify(op, NULL).allowed;

    ov_leave(op, bi);
    if (!ahead)
        return SLAP_CB_CONTINUE;
    ov_ahead_log(op, &op->o_req_dn);
    return ov_refuse_code(op, rs, on, EDC_B03);
}

int
ov_modify(Operation *op, SlapReply *rs)
{
    slap_overinst *on = (slap_overinst *)op->o_bd->bd_info;
    modification *m;
    BackendInfo *bi;
    ov_scan scan;
    int rc;

    ov_worse_begin(op);
    ov_service_watch(op, on);
    ov_identity_watch(op, on);
    if (be_shadow_update(op)) {
        ov_replica_follow(op, on);
        return SLAP_CB_CONTINUE;
    }
    if (ov_is_internal(op))
        return SLAP_CB_CONTINUE;
    ov_scan_mods(op->orm_modlist, &scan);
    rc = ov_session_judge(
        op, rs, on, scan.only_password && dn_match(&op->o_req_ndn, &op->o_ndn));
    if (rc == SLAP_CB_CONTINUE)
        rc = check_clock(op, rs, on);
    if (rc != SLAP_CB_CONTINUE)
        return rc;
    ov_clean_give_way(on);
    if (!is_governed(&scan) && !ov_touches_links(op->orm_modlist) &&
        !op->o_txnSpec)
        return SLAP_CB_CONTINUE;
    m = begin(op, on, &scan);
    m->forwarded = ov_is_forwarded_lock(op, &m->locked);
    bi = ov_enter(op, on);
    rc = ov_check_read(op, rs, on, judge_modify(op, rs, m));
    ov_leave(op, bi);
    return rc;
}
