/* allowed.c - what an identity may do next with an account. */
#include "core/account/allowed.h"

/* Whether asking for what the event's row is about would be the event. */
static bool
granted(const edc_account *account, const edc_request *request,
    const edc_settings *settings, edc_event event)
{
    const edc_transition *row = edc_transition_of(event);
    edc_request asked = *request;
    edc_plan plan;
    edc_refusal refusal;

    asked.wish = row->wish;
    asked.target = edc_str_of(edc_state_name(edc_target_of(row, account)));
    asked.proven = (request->roles & EDC_SELF) != 0;
    return edc_decide(account, &asked, settings, &plan, &refusal) &&
           plan.event == event;
}

unsigned
edc_allowed(const edc_account *account, const edc_request *request,
    const edc_settings *settings)
{
    unsigned allowed = 0;

    for (int e = 0; e < EDC_N_EVENTS; e++) {
        if ((e != EDC_EV_UNLOCK || account->has_lock) &&
            (e != EDC_EV_LOCK || !account->permanent_lock) &&
            granted(account, request, settings, (edc_event)e))
            allowed |= 1u << e;
    }
    return allowed;
}
