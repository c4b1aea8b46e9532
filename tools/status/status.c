/* status.c - educonnectctl status: one account on one screen. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl/language.h"
#include "ctl/who.h"
#include "status/print.h"
#include "status/words.h"

/* The former states in words: "suspended and active". */
static char *
words_of(const status_values *values)
{
    char *text = NULL;

    for (size_t i = 0; i < values->n; i++) {
        char *word = ctl_word(values->v[i]);
        char *longer =
            text == NULL
                ? ctl_copy(word)
                : ctl_format(ctl_text("%s and %s", "%s et %s"), text, word);

        free(word);
        free(text);
        text = longer;
    }
    return text;
}

static char *
why(const status_account *a, const status_family *f)
{
    char *former = words_of(a->field + STATUS_FORMER);
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
    char *dn, *word;

    if (c->n_args == 0)
        return ctl_fail(c, CTL_USAGE,
            "wants one account: a login, a name, a DN or a source id");
    status = ctl_connect(c);
    if (status != CTL_OK)
        return status;
    /* A name may come without quotes. */
    word = ctl_copy(c->args[0]);
    for (int i = 1; i < c->n_args; i++) {
        char *longer = ctl_format("%s %s", word, c->args[i]);

        free(word);
        word = longer;
    }
    dn = ctl_find_somebody(c, word);
    status = dn == NULL ? CTL_REFUSED : show(c, dn);
    free(dn);
    free(word);
    return status;
}
