/* status.c - educonnectctl status: one account on one screen. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "status/print.h"
#include "status/words.h"

static char *
why(const status_account *a, const status_family *f)
{
    char *former = status_joined(a->field + STATUS_FORMER, " and ");
    status_facts facts = {
        .state = status_first(a, STATUS_STATE),
        .former = former,
        .activated_by = status_first(a, STATUS_ACTIVATED_BY),
        .informed_by = status_first(a, STATUS_INFORMED_BY),
        .informed_name = f->informer,
        .until = status_first(a, STATUS_UNTIL),
        .merged_into = status_first(a, STATUS_MERGED_INTO),
        .left_at = status_first(a, STATUS_LEFT_AT),
        .legacy = status_first(a, STATUS_LEGACY),
    };
    char *text = a->field[STATUS_STATE].hidden
                     ? NULL
                     : status_why(&facts, (int64_t)time(NULL));

    free(former);
    return text;
}

static ctl_exit
show(ctl *c, const char *dn)
{
    status_account account;
    status_family family;
    ctl_exit status = status_account_read(c, dn, &account);

    if (status == CTL_OK) {
        char *reason;

        status_family_read(c, &account, &family);
        reason = why(&account, &family);
        if (ctl_count(c, CTL_OPT_COMMON_JSON) > 0)
            status_json(&(status_view){&account, &family, reason}, stdout);
        else
            status_screen(&(status_view){&account, &family, reason}, stdout);
        free(reason);
        status_family_free(&family);
    }
    status_account_free(&account);
    return status;
}

ctl_exit
ctl_status(ctl *c)
{
    ctl_exit status;
    char *dn;

    if (c->n_args != 1)
        return ctl_fail(
            c, CTL_USAGE, "wants one account: a uid, a DN or a source id");
    status = ctl_connect(c);
    if (status != CTL_OK)
        return status;
    dn = ctl_find_account(c, c->args[0], c->args[0]);
    if (dn == NULL)
        return CTL_REFUSED;
    status = show(c, dn);
    free(dn);
    return status;
}
