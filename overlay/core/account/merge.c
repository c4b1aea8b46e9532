/* merge.c - which two accounts may become one. */
#include "core/account/merge.h"

bool
edc_merge_may_stay(const edc_account *account)
{
    return account->guardian && !account->merged &&
           account->state != EDC_SUSPENDED && account->state != EDC_CLOSED;
}

bool
edc_merge_may_close(const edc_account *account)
{
    return edc_merge_may_stay(account) && !account->student;
}

edc_code
edc_merge_judge(const edc_account *kept, const edc_account *other,
    bool one_and_the_same, bool same_names)
{
    if (one_and_the_same || !edc_merge_may_stay(kept) ||
        !edc_merge_may_close(other))
        return EDC_M03;
    if (!same_names)
        return EDC_M01;
    if (kept->state != EDC_ACTIVE && other->state != EDC_ACTIVE)
        return EDC_M02;
    return EDC_N_CODES;
}
