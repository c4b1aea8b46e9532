/* account.c - names of the kept attributes, entries of the history. */
#include "account.h"

#include <string.h>

static const char *const kept_names[EDC_N_KEPT] = {
    [EDC_KEPT_SERIAL] = "educonnectSerial",
    [EDC_KEPT_STATE] = "educonnectState",
    [EDC_KEPT_STATE_SINCE] = "educonnectStateSince",
    [EDC_KEPT_ACTIVATED_BY] = "educonnectActivatedBy",
    [EDC_KEPT_INFORMED_BY] = "educonnectInformedBy",
    [EDC_KEPT_PROVISIONAL_UNTIL] = "educonnectProvisionalUntil",
    [EDC_KEPT_FORMER_STATE] = "educonnectFormerState",
    [EDC_KEPT_MERGED_INTO] = "educonnectMergedInto",
    [EDC_KEPT_PASSWORD_HISTORY] = "educonnectPasswordHistory",
    [EDC_KEPT_PWD_CHANGED_TIME] = "pwdChangedTime",
    [EDC_KEPT_PWD_RESET] = "pwdReset",
    [EDC_KEPT_PWD_LOCKED_TIME] = "pwdAccountLockedTime",
    [EDC_KEPT_PWD_FAILURE_TIME] = "pwdFailureTime",
};

const char *
edc_kept_name(edc_kept kept)
{
    return kept_names[kept];
}

edc_str
edc_history_hash(edc_str value)
{
    const char *mark = value.n > 0 ? memchr(value.p, '#', value.n) : NULL;

    if (mark == NULL)
        return value;
    mark++;
    return (edc_str){mark, value.n - (size_t)(mark - value.p)};
}
