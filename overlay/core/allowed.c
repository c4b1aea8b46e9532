/* allowed.c - what an identity may do next with an account. */
#include "allowed.h"

/* Whether writing this state would be the event. */
static bool
granted(const edc_account *account, const edc_request *request,
    const edc_settings *settings, edc_event event)
{
    edc_plan plan;
    edc_refusal refusal;

    return edc_decide(account, request, settings, &plan, &refusal) &&
           plan.event == event;
}

static bool
granted_for_some_state(const edc_account *account, edc_request *request,
    const edc_settings *settings, edc_event event)
{
    for (int s = EDC_UNINFORMED; s < EDC_N_STATES; s++) {
        request->target = edc_str_of(edc_state_name((edc_state)s));
        if (granted(account, request, settings, event))
            return true;
    }
    return false;
}

unsigned
edc_allowed(const edc_account *account, const edc_request *request,
    const edc_settings *settings)
{
    unsigned allowed = 0;

    for (int e = 0; e < EDC_N_EVENTS; e++) {
        edc_request asked = *request;

        asked.wish = edc_transition_of((edc_event)e)->wish;
        asked.proven = (request->roles & EDC_SELF) != 0;
        if (asked.wish == EDC_WISH_UNLOCK && !account->has_lock)
            continue;
        if (asked.wish == EDC_WISH_STATE
                ? granted_for_some_state(
                      account, &asked, settings, (edc_event)e)
                : granted(account, &asked, settings, (edc_event)e))
            allowed |= 1u << e;
    }
    return allowed;
}
