/* decide.c - what becomes of a request. */
#include "core/account/decide.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "core/account/adopt.h"
#include "core/account/guard.h"
#include "core/account/mend.h"

/* What the rows of the table say about a request. */
typedef struct match {
    bool possible; /* some row leads from this state to what is asked */
    bool found;    /* and one of those has the role */
    edc_event event;
    edc_event nearest; /* names the event in a refusal: the first that is
                          possible, else what the role may do elsewhere */
} match;

/* The state before the suspension or the closing; a closed account that was
 * suspended goes back to being suspended. */
static edc_state
former_of(const edc_account *account)
{
    unsigned former = account->former;

    if (account->state == EDC_CLOSED)
        former = edc_former_mended(former, EDC_CLOSED);
    if (account->state == EDC_CLOSED && (former & (1u << EDC_SUSPENDED)) != 0)
        return EDC_SUSPENDED;
    for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++) {
        if ((former & (1u << s)) != 0 && s != EDC_SUSPENDED)
            return (edc_state)s;
    }
    return EDC_ABSENT;
}

edc_state
edc_target_of(const edc_transition *row, const edc_account *account)
{
    if (row->to == EDC_TO_SAME)
        return account->state;
    if (row->to == EDC_TO_FORMER)
        return former_of(account);
    return (edc_state)row->to;
}

/* Of one that is open all the same, the mark of a merge counts for nothing; and
 * of one whose other account is closed by the merge into this one. */
static bool
is_merged(const edc_account *account, const edc_request *request)
{
    return account->merged && account->state == EDC_CLOSED &&
           !(request->crossed && request->wish == EDC_WISH_STATE);
}

static bool
leads_there(const edc_transition *row, const edc_account *account,
    const edc_request *request)
{
    edc_state asked;

    if (request->wish != EDC_WISH_STATE)
        return true;
    return edc_state_parse(request->target, &asked) &&
           asked == edc_target_of(row, account);
}

static match
find_event(const edc_account *account, const edc_request *request)
{
    match m = {.nearest = EDC_N_EVENTS, .event = EDC_N_EVENTS};

    for (int e = 0; e < EDC_N_EVENTS; e++) {
        const edc_transition *row = edc_transition_of((edc_event)e);
        bool role = (row->roles & request->roles) != 0;

        if (row->wish != request->wish)
            continue;
        if (!leads_there(row, account, request))
            continue;
        if ((row->from & (1u << account->state)) == 0) {
            if (!m.possible && (role || m.nearest == EDC_N_EVENTS))
                m.nearest = (edc_event)e;
            continue;
        }
        if (!m.possible)
            m.nearest = (edc_event)e;
        m.possible = true;
        if (role && !m.found) {
            m.found = true;
            m.event = (edc_event)e;
        }
    }
    return m;
}

bool
edc_may_wish(edc_wish wish, unsigned roles)
{
    for (int e = 0; e < EDC_N_EVENTS; e++) {
        const edc_transition *row = edc_transition_of((edc_event)e);

        if (row->wish == wish && (row->roles & roles) != 0)
            return true;
    }
    return false;
}

static bool
refuse(edc_refusal *refusal, edc_code code)
{
    refusal->codes |= EDC_BIT(code);
    return false;
}

/* What a client that has no role here tried to write: naming an event would
 * tell it about the account's state. */
static edc_str
attribute_of(edc_wish wish)
{
    switch (wish) {
    case EDC_WISH_PASSWORD:
        return EDC_STR("userPassword");
    case EDC_WISH_STATE:
        return EDC_STR("educonnectState");
    case EDC_WISH_UNLOCK:
    case EDC_WISH_LOCK:
        return EDC_STR("pwdAccountLockedTime");
    case EDC_WISH_CLAIM:
        return EDC_STR("claim");
    case EDC_WISH_MERGE:
        return EDC_STR("merge");
    case EDC_WISH_RELEASE:
        return EDC_STR("release");
    default:
        return EDC_STR("create");
    }
}

bool
edc_wish_allowed(
    const edc_request *request, edc_wish wish, edc_refusal *refusal)
{
    if (edc_may_wish(wish, request->roles))
        return true;
    refusal->params.event = attribute_of(wish);
    return refuse(refusal, request->school_identity ? EDC_A01 : EDC_A02);
}

/* Why the table has no row for the request. */
static bool
refuse_by_table(const edc_account *account, const edc_request *request,
    const match *m, edc_refusal *refusal)
{
    if (!edc_wish_allowed(request, request->wish, refusal))
        return false;
    refusal->params.event =
        m->nearest == EDC_N_EVENTS
            ? EDC_STR("this change")
            : edc_str_of(edc_transition_of(m->nearest)->name);
    if (is_merged(account, request) ||
        (account->state == EDC_CLOSED && request->wish == EDC_WISH_PASSWORD))
        return refuse(refusal, EDC_S02);
    if (!m->possible)
        return refuse(refusal, EDC_S01);
    if (request->wish == EDC_WISH_PASSWORD &&
        (request->roles & EDC_SCHOOL_GUARDIAN) != 0)
        return refuse(refusal, EDC_G02);
    return refuse(refusal, EDC_A02);
}

static bool
judge_by_table(const edc_account *account, const edc_request *request,
    const match *m, edc_refusal *refusal)
{
    *refusal = (edc_refusal){0};
    refusal->params.state = edc_str_of(is_merged(account, request)
                                           ? "merged"
                                           : edc_state_name(account->state));
    if (m->found &&
        (!is_merged(account, request) || request->wish == EDC_WISH_UNLOCK))
        return true;
    return refuse_by_table(account, request, m, refusal);
}

bool
edc_table_allows(const edc_account *account, const edc_request *request,
    edc_refusal *refusal)
{
    match m = find_event(account, request);

    return judge_by_table(account, request, &m, refusal);
}

/* Tools of help desks say beside a password what they know to come with it
 * elsewhere: it is taken as said when the event does it, too. */
static bool
said_allows(
    const edc_request *request, const edc_plan *plan, edc_refusal *refusal)
{
    bool letter = (plan->effects & EDC_BEGIN_LETTER) != 0;

    if (request->reset != EDC_SAID_NOTHING &&
        letter != (request->reset == EDC_SAID_TRUE)) {
        refusal->params.attributes = EDC_STR("pwdReset");
        return refuse(refusal, EDC_D04);
    }
    if (request->unlock && (plan->effects & EDC_RELEASE_LOCK) == 0)
        return refuse(refusal, EDC_S01);
    return true;
}

static bool
eligible(const edc_account *account, const edc_request *request,
    const edc_plan *plan, edc_refusal *refusal)
{
    if ((plan->effects & EDC_OPENS) == 0 || !account->student ||
        (plan->from != EDC_ABSENT && plan->from != EDC_UNINFORMED))
        return true;
    refusal->params.attributes = request->missing;
    refusal->params.schools = request->schools;
    refusal->params.others = request->others;
    if (request->missing.n > 0)
        refuse(refusal, EDC_E01);
    if (request->schools.n > 0)
        refuse(refusal, EDC_E02);
    if (request->others.n > 0)
        refuse(refusal, EDC_E03);
    return refusal->codes == 0;
}

/* An account ceases to be one only for who says so, and while nobody misses
 * what it was. */
static bool
release_allows(const edc_account *account, const edc_request *request,
    const edc_plan *plan, edc_refusal *refusal)
{
    if (plan->event != EDC_EV_RELEASE)
        return true;
    refusal->params.attributes = EDC_STR("objectClass");
    if (!request->relax)
        return refuse(refusal, EDC_D03);
    return edc_adopt_is_untouched(account) || refuse(refusal, EDC_S07);
}

/* What the holder's own change asks beside the table. */
static bool
holder_may(const edc_account *account, const edc_request *request,
    const edc_plan *plan, edc_refusal *refusal)
{
    if (plan->event != EDC_EV_ACTIVATE && plan->event != EDC_EV_CHANGE)
        return true;
    if (!request->proven)
        return refuse(refusal, EDC_A03);
    if (plan->event == EDC_EV_ACTIVATE &&
        account->provisional_until != EDC_NO_TIME &&
        request->now >= account->provisional_until)
        return refuse(refusal, EDC_S03);
    return true;
}

static bool
guard_allows(const edc_account *account, const edc_request *request,
    const edc_settings *settings, edc_plan *plan, edc_refusal *refusal)
{
    edc_codes codes;

    if ((plan->effects & EDC_GUARDED) == 0)
        return true;
    codes = edc_guard_judge(account, request, settings);
    refusal->params.informer =
        (codes & EDC_BIT(EDC_G03)) != 0 ? request->owner : account->informed_by;
    if (settings->guard == EDC_GUARD_AUDIT) {
        plan->audited = codes;
        return true;
    }
    refusal->codes |= codes;
    return codes == 0;
}

static void
drop(edc_plan *plan, edc_kept kept)
{
    edc_plan_assign(plan, kept, (edc_str){NULL, 0});
}

/* How an account came to be active. */
static edc_str
activation_of(const edc_account *account, const edc_request *request)
{
    if (request->wish == EDC_WISH_MIGRATE)
        return EDC_STR("migration");
    if (request->wish == EDC_WISH_CLAIM)
        return request->federated ? EDC_STR("federation")
                                  : EDC_STR("self-registration");
    if (account->legacy &&
        edc_str_eq(account->informed_by, EDC_STR(EDC_NO_SCHOOL)))
        return EDC_STR("migration");
    return EDC_STR("letter");
}

static void
plan_letter(const edc_account *account, const edc_request *request,
    const edc_settings *settings, edc_plan *plan)
{
    if ((plan->effects & EDC_BEGIN_LETTER) != 0) {
        edc_time_format(request->now + settings->provisional, plan->until);
        edc_plan_assign(plan, EDC_KEPT_INFORMED_BY, edc_guard_holder(request));
        edc_plan_assign(
            plan, EDC_KEPT_PROVISIONAL_UNTIL, edc_str_of(plan->until));
        edc_plan_assign(plan, EDC_KEPT_PWD_RESET, EDC_STR("TRUE"));
    }
    if ((plan->effects & EDC_END_LETTER) != 0) {
        drop(plan, EDC_KEPT_INFORMED_BY);
        drop(plan, EDC_KEPT_PROVISIONAL_UNTIL);
        drop(plan, EDC_KEPT_PWD_RESET);
    }
    if ((plan->effects & EDC_ACTIVATION) != 0 &&
        (account->activated_by.n == 0 || plan->from == EDC_ABSENT))
        edc_plan_assign(
            plan, EDC_KEPT_ACTIVATED_BY, activation_of(account, request));
}

static void
plan_merge(const edc_request *request, edc_plan *plan)
{
    if ((plan->effects & EDC_MERGES) == 0)
        return;
    edc_plan_assign(plan, EDC_KEPT_MERGED_INTO, request->into);
    drop(plan, EDC_KEPT_PASSWORD_HISTORY);
}

/* The states to come back to: leaving adds the one that is left, coming
 * back takes it off. A merged account keeps nothing of what it was. */
static void
plan_former(const edc_account *account, edc_plan *plan)
{
    unsigned former = account->former;

    if ((plan->effects & EDC_KEEP_FORMER) != 0)
        former =
            edc_former_mended(former, account->state) | 1u << account->state;
    else if ((plan->effects & EDC_TAKE_FORMER) != 0)
        former &= ~(1u << plan->to);
    else if ((plan->effects & EDC_MERGES) != 0)
        former = 1u << EDC_UNINFORMED;
    else
        return;
    edc_plan_former(plan, edc_former_mended(former, plan->to));
}

static void
plan_password(
    const edc_account *account, const edc_settings *settings, edc_plan *plan)
{
    edc_policy policy =
        edc_settings_policy(settings, account->student, account->guardian);

    if ((plan->effects & EDC_NEW_PASSWORD) != 0) {
        edc_plan_assign(plan, EDC_KEPT_PWD_CHANGED_TIME, edc_str_of(plan->now));
        plan->remember = account->state == EDC_ACTIVE &&
                         account->n_passwords == 1 && policy.history > 0;
    }
    if ((plan->effects & EDC_DROP_PASSWORD) != 0)
        drop(plan, EDC_KEPT_PWD_CHANGED_TIME);
}

/* A serial that cannot be read (nobody but slapadd could have stored it)
 * starts again; the old value is deleted by value all the same. */
void
edc_plan_next_serial(const edc_account *account, edc_plan *plan)
{
    char text[24] = "";
    uint64_t serial = 0;

    if (account->serial.n > 0 && account->serial.n < 19) {
        memcpy(text, account->serial.p, account->serial.n);
        serial = strtoull(text, NULL, 10);
    }
    snprintf(plan->serial, sizeof(plan->serial), "%" PRIu64, serial + 1);
}

/* Fifteen digits leave room to count. */
bool
edc_plan_first_serial(edc_plan *plan)
{
    uint64_t serial;

    if (RAND_bytes((unsigned char *)&serial, sizeof(serial)) != 1)
        return false;
    serial = serial % UINT64_C(1000000000000000) + 1;
    snprintf(plan->serial, sizeof(plan->serial), "%" PRIu64, serial);
    return true;
}

/* What guesses locked a new password opens; what somebody locked without end
 * opens who may unlock it. */
static void
plan_lock(
    const edc_account *account, const edc_request *request, edc_plan *plan)
{
    unsigned may_unlock = edc_transition_of(EDC_EV_UNLOCK)->roles;

    if ((plan->effects & EDC_LOCKS) != 0)
        edc_plan_assign(
            plan, EDC_KEPT_PWD_LOCKED_TIME, EDC_STR(EDC_LOCKED_FOR_GOOD));
    if ((plan->effects & EDC_RELEASE_LOCK) == 0 || !account->has_lock ||
        (account->permanent_lock && (request->roles & may_unlock) == 0))
        return;
    drop(plan, EDC_KEPT_PWD_LOCKED_TIME);
    drop(plan, EDC_KEPT_PWD_FAILURE_TIME);
}

/* The entry is what it was, without a serial. */
static void
plan_release(edc_plan *plan)
{
    static const edc_kept ours[] = {EDC_KEPT_STATE, EDC_KEPT_STATE_SINCE,
        EDC_KEPT_ACTIVATED_BY, EDC_KEPT_INFORMED_BY, EDC_KEPT_PROVISIONAL_UNTIL,
        EDC_KEPT_FORMER_STATE, EDC_KEPT_MERGED_INTO, EDC_KEPT_PASSWORD_HISTORY,
        EDC_KEPT_MOBILE_KEY};

    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        drop(plan, ours[i]);
}

static void
plan_changes(const edc_account *account, const edc_request *request,
    const edc_settings *settings, edc_plan *plan)
{
    edc_time_format(request->now, plan->now);
    if ((plan->effects & EDC_RELEASES) != 0) {
        plan_release(plan);
        return;
    }
    edc_plan_next_serial(account, plan);
    if (plan->to != account->state || !account->state_stored)
        edc_plan_assign(
            plan, EDC_KEPT_STATE, edc_str_of(edc_state_name(plan->to)));
    if (plan->to != account->state || plan->from == EDC_ABSENT)
        edc_plan_assign(plan, EDC_KEPT_STATE_SINCE, edc_str_of(plan->now));
    plan_letter(account, request, settings, plan);
    plan_former(account, plan);
    plan_merge(request, plan);
    plan_password(account, settings, plan);
    plan_lock(account, request, plan);
    if (plan->from != EDC_ABSENT)
        edc_plan_mend(account, plan);
}

/* A federated identity comes in place of a password. */
static unsigned
effects_of(const edc_transition *row, const edc_request *request)
{
    if (request->wish == EDC_WISH_CLAIM && request->federated)
        return (row->effects & ~(unsigned)EDC_NEW_PASSWORD) | EDC_DROP_PASSWORD;
    return row->effects;
}

/* Claim and merge are a guardian's; closing a pupil's account is no merge. */
static bool
public_allows(const edc_account *account, edc_wish wish, edc_refusal *refusal)
{
    if (wish == EDC_WISH_CLAIM && !account->guardian)
        return refuse(refusal, EDC_C01);
    if (wish == EDC_WISH_MERGE && (!account->guardian || account->student))
        return refuse(refusal, EDC_M03);
    return true;
}

bool
edc_decide(const edc_account *account, const edc_request *request,
    const edc_settings *settings, edc_plan *plan, edc_refusal *refusal)
{
    match m = find_event(account, request);
    const edc_transition *row;

    *plan = (edc_plan){.event = m.event};
    if (!judge_by_table(account, request, &m, refusal))
        return false;
    if (account->provisional_until != EDC_NO_TIME) {
        edc_time_format(account->provisional_until, plan->until);
        refusal->params.until = edc_str_of(plan->until);
    }
    row = edc_transition_of(m.event);
    refusal->params.event = edc_str_of(row->name);
    plan->effects = effects_of(row, request);
    plan->from = account->state;
    plan->to = edc_target_of(row, account);
    if (!public_allows(account, request->wish, refusal) ||
        !said_allows(request, plan, refusal) ||
        !holder_may(account, request, plan, refusal) ||
        !release_allows(account, request, plan, refusal) ||
        !eligible(account, request, plan, refusal) ||
        !guard_allows(account, request, settings, plan, refusal))
        return false;
    plan_changes(account, request, settings, plan);
    return true;
}
