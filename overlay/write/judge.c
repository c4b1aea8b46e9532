/* judge.c - from an operation to the core's request, and what is done when
 * an event is stored.
 */
#include "write/judge.h"
#include "bind/guess.h"
#include "bind/session.h"
#include "bind/trail.h"
#include "link/crossed.h"
#include "read/hold.h"
#include "slapd/ahead.h"
#include "slapd/log.h"
#include "slapd/memory.h"
#include "slapd/reserve.h"

void
ov_judge_actor(Operation *op, ov_write *write)
{
    ov_actor_ask(op, write->on, write->before, &write->account, &write->actor,
        &write->request);
    write->self = (write->actor.roles & EDC_SELF) != 0;
}

/* Two students with the same INE are not opened at the same moment, each while
 * the other was not yet. */
static bool
reserve_ine(Operation *op, const ov_write *write, Entry *entry)
{
    const edc_account *account = &write->account;
    BerVarray ine = ov_nvalues(entry, ov_ad[EDC_AT_INE]);
    ov_want want = {.ad = ov_ad[EDC_AT_INE], .share = OV_EXCLUSIVE};

    if (!account->student || ine == NULL ||
        (account->state != EDC_ABSENT && account->state != EDC_UNINFORMED) ||
        (write->request.wish != EDC_WISH_PASSWORD &&
            write->request.wish != EDC_WISH_CREATE_PASSWORD &&
            write->request.wish != EDC_WISH_CLAIM))
        return true;
    want.value = *ine;
    return ov_reserve(op, write->on, &want, 1);
}

void
ov_judge_crossed(Operation *op, ov_write *write)
{
    ov_crossed crossed;

    write->request.crossed =
        write->request.wish == EDC_WISH_STATE && write->account.merged &&
        ov_merges_crossed(op, &write->ndn, &crossed) && crossed.member;
}

bool
ov_judge(Operation *op, ov_write *write, Entry *entry, edc_refusal *refusal)
{
    edc_request *request = &write->request;
    ov_hold hold;

    ov_judge_crossed(op, write);
    if (!edc_table_allows(&write->account, request, refusal))
        return false;
    if (write->before != NULL && ov_is_ahead(op, write->on, write->before)) {
        ov_ahead_log(op, &write->before->e_name);
        *refusal = (edc_refusal){.codes = EDC_BIT(EDC_B03)};
        return false;
    }
    if (!reserve_ine(op, write, entry)) {
        *refusal = (edc_refusal){.codes = EDC_BIT(EDC_B02)};
        return false;
    }
    if (write->account.student) {
        ov_eligibility(op, write->on, entry, &hold);
        request->missing = ov_tmp(op, hold.missing);
        request->schools = ov_tmp(op, hold.schools);
        request->others = ov_tmp(op, hold.others);
    }
    if (ov_is_unread(op)) {
        *refusal = (edc_refusal){.codes = EDC_BIT(ov_unread_code())};
        return false;
    }
    if (!edc_decide(&write->account, request,
            &ov_instance_of(write->on)->settings, &write->plan, refusal))
        return false;
    if (write->account.state != EDC_ABSENT ||
        edc_plan_first_serial(&write->plan))
        return true;
    refusal->codes = EDC_BIT(EDC_X01);
    return false;
}

void
ov_judge_no_change(ov_write *write)
{
    const edc_str *serial = &write->account.serial;
    edc_plan *plan = &write->plan;

    if (serial->n > 0 && serial->n < sizeof(plan->serial))
        snprintf(plan->serial, sizeof(plan->serial), "%.*s", (int)serial->n,
            serial->p);
}

void
ov_event_done(Operation *op, ov_write *write)
{
    slap_overinst *on = write->on;

    ov_instance_of(on)->counters.events[write->plan.event]++;
    ov_log_event(op, &write->ndn, &write->plan);
    if (write->before != NULL || op->o_tag == LDAP_REQ_ADD)
        ov_trail_event(op, on,
            write->before != NULL ? write->before : op->ora_e, &write->plan,
            write->request.school, write->request.into);
    if (write->plan.audited != 0)
        ov_log_audit(op, &write->plan);
    if (write->before != NULL &&
        (write->plan.effects & (EDC_NEW_PASSWORD | EDC_RELEASE_LOCK)) != 0)
        ov_guess_forget(on, write->before);
    if (write->self && write->password.stored.n > 0)
        ov_session_bound(op, edc_buf_str(&write->password.stored), false);
}
