/* account_steps.c - settings for a test, accounts in each state, and what is
 * asked of them.
 */
#include "account/account_steps.h"

#include <string.h>

edc_settings settings;

int
steps_setup(void **state)
{
    (void)state;
    return edc_settings_init(&settings) ? 0 : -1;
}

int
steps_teardown(void **state)
{
    (void)state;
    edc_settings_free(&settings);
    return 0;
}

edc_account
account_in(edc_state state)
{
    edc_account a = {
        .student = true,
        .state = state,
        .state_stored = state != EDC_ABSENT,
        .serial = EDC_STR("7"),
        .provisional_until = EDC_NO_TIME,
        .changed = EDC_NO_TIME,
        .locked = EDC_NO_TIME,
    };

    if (state == EDC_INFORMED || state == EDC_RESET) {
        a.informed_by = EDC_STR("9990001X");
        a.provisional_until = NOW + 1000;
        a.must_reset = true;
    }
    if (state == EDC_ACTIVE || state == EDC_RESET)
        a.activated_by = EDC_STR("letter");
    if (state != EDC_ABSENT && state != EDC_UNINFORMED) {
        a.password = EDC_STR("{ARGON2}x");
        a.n_passwords = 1;
        a.changed = NOW - 1000;
    }
    if (state == EDC_SUSPENDED || state == EDC_CLOSED)
        a.former = 1u << EDC_ACTIVE;
    return a;
}

edc_request
ask(edc_wish wish, unsigned roles)
{
    return (edc_request){
        .wish = wish,
        .roles = roles,
        .school = (roles & (EDC_SCHOOL_STUDENT | EDC_SCHOOL_GUARDIAN)) != 0
                      ? EDC_STR("9990001X")
                      : (edc_str){NULL, 0},
        .proven = true,
        .relax = true,
        .source = EDC_SOURCE_CLEAR,
        .now = NOW,
    };
}

void
decide(const edc_account *account, const edc_request *request, edc_plan *plan)
{
    edc_refusal refusal;

    assert_true(edc_decide(account, request, &settings, plan, &refusal));
}

edc_codes
refused(const edc_account *account, const edc_request *request)
{
    edc_refusal refusal;
    edc_plan plan;

    assert_false(edc_decide(account, request, &settings, &plan, &refusal));
    return refusal.codes;
}

const char *
planned(const edc_plan *plan, edc_kept kept, char out[64])
{
    for (size_t i = 0; i < plan->n_set; i++) {
        if (plan->set[i].kept != kept)
            continue;
        if (plan->set[i].value.n > 0)
            memcpy(out, plan->set[i].value.p, plan->set[i].value.n);
        out[plan->set[i].value.n] = '\0';
        return out;
    }
    return NULL;
}
