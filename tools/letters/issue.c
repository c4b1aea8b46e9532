/* issue.c - having a provisional password made. */
#include <stdlib.h>

#include "ctl/password.h"
#include "letters/letters.h"

int
letters_issue(ctl *c, letter *l, bool past, char **why)
{
    edc_buf made;
    int result = ctl_password_make(c, l->dn, past, &made);

    if (result == LDAP_SUCCESS)
        letters_put(&l->password, made.p, made.n);
    edc_buf_wipe(&made);

    *why = NULL;
    if (result == LDAP_SUCCESS) {
        /* The letter's end is the server's to say. A letter whose end could
         * not be read is written all the same: its password is valid. */
        if (letter_refresh(c, l) != LDAP_SUCCESS) {
            free(l->until);
            l->until = NULL;
        }
        return LDAP_SUCCESS;
    }
    *why = ctl_diagnostic(c->ld);
    if ((*why)[0] == '\0') {
        free(*why);
        *why = ctl_copy(ctl_result(result));
    }
    return result;
}
