/* forwarded.c - a lock that comes from a server which takes no writes. */
#include "core/account/forwarded.h"

#include "core/text/gentime.h"

bool
edc_forwarded_is_time(edc_str value, int64_t *time)
{
    return edc_time_parse(value, time) &&
           !edc_str_eq(value, EDC_STR(EDC_LOCKED_FOR_GOOD));
}

bool
edc_forwarded_is_known(const edc_account *account, int64_t time, int64_t now)
{
    return account->locked != EDC_NO_TIME && account->locked >= time &&
           account->locked <= now;
}

bool
edc_forwarded_allows(const edc_account *account, const edc_request *request,
    int64_t time, int64_t now, edc_refusal *refusal)
{
    *refusal = (edc_refusal){0};
    refusal->params.event = EDC_STR("pwdAccountLockedTime");
    refusal->params.state = edc_str_of(edc_state_name(account->state));
    if (request->roles == 0)
        refusal->codes = EDC_BIT(request->school_identity ? EDC_A01 : EDC_A02);
    else if ((request->roles & EDC_ACADEMY) == 0 || account->n_passwords == 0 ||
             account->permanent_lock ||
             (account->locked != time &&
                 edc_forwarded_is_known(account, time, now)))
        refusal->codes = EDC_BIT(EDC_S01);
    return refusal->codes == 0;
}
