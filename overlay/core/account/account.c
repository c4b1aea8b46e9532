/* account.c - names of the kept attributes, entries of the history. */
#include "core/account/account.h"

#include <stdio.h>
#include <stdlib.h>

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
    [EDC_KEPT_MOBILE_KEY] = "educonnectMobileKey",
};

const char *
edc_kept_name(edc_kept kept)
{
    return kept_names[kept];
}

void
edc_history_prefix(const char *serial, char *out)
{
    snprintf(
        out, EDC_HISTORY_PREFIX + 1, "%020llu#", strtoull(serial, NULL, 10));
}

edc_str
edc_history_hash(edc_str value)
{
    if (value.n <= EDC_HISTORY_PREFIX || value.p[EDC_HISTORY_PREFIX - 1] != '#')
        return value;
    return (edc_str){
        value.p + EDC_HISTORY_PREFIX, value.n - EDC_HISTORY_PREFIX};
}
