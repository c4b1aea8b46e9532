/* guard.c - the reset-collision guard. */
#include "core/account/guard.h"

static bool
letter_runs(const edc_account *account, int64_t now)
{
    return (account->state == EDC_INFORMED || account->state == EDC_RESET) &&
           account->provisional_until != EDC_NO_TIME &&
           now < account->provisional_until;
}

/* A letter that no school gave guards a guardian, whom any school of a child
 * could inform; a student's own school may replace it. */
static bool
replaceable(const edc_account *account, const edc_request *request)
{
    return edc_str_eq(account->informed_by, EDC_STR(EDC_NO_SCHOOL)) &&
           (request->roles & EDC_SCHOOL_STUDENT) != 0;
}

edc_str
edc_guard_holder(const edc_request *request)
{
    bool school = (request->roles & EDC_ACADEMY) == 0 && request->school.n > 0;

    return school ? request->school : EDC_STR(EDC_NO_SCHOOL);
}

edc_codes
edc_guard_judge(const edc_account *account, const edc_request *request,
    const edc_settings *settings)
{
    bool academy = (request->roles & EDC_ACADEMY) != 0;

    if (academy && request->relax)
        return 0;
    if (letter_runs(account, request->now) &&
        !edc_str_eq(account->informed_by, edc_guard_holder(request)) &&
        !replaceable(account, request))
        return EDC_BIT(EDC_G01);
    if (settings->guard == EDC_GUARD_OWNER && !academy &&
        (request->roles & EDC_SCHOOL_GUARDIAN) != 0 &&
        (request->roles & EDC_SCHOOL_STUDENT) == 0 &&
        !edc_str_eq(request->school, request->owner))
        return EDC_BIT(EDC_G03);
    return 0;
}
