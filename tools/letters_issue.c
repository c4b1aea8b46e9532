/* letters_issue.c - having a provisional password made. */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "ctl_change.h"
#include "letters.h"
#include "provisional.h"

static int
made_by_server(ctl *c, letter *l)
{
    struct berval user = {strlen(l->dn), l->dn};
    struct berval made = {0, NULL};
    int result = ldap_passwd_s(c->ld, &user, NULL, NULL, &made, NULL, NULL);

    if (result == LDAP_SUCCESS && made.bv_len > 0)
        letters_put(&l->password, made.bv_val, made.bv_len);
    else if (result == LDAP_SUCCESS)
        result = LDAP_DECODING_ERROR;
    if (made.bv_val != NULL)
        OPENSSL_cleanse(made.bv_val, made.bv_len);
    ber_memfree(made.bv_val);
    return result;
}

/* slapd takes the Relax control with a Modify alone, and then the password is
 * the client's to make: long enough that no kinds of characters are asked. */
static int
made_here(ctl *c, letter *l)
{
    edc_buf made = {NULL, 0};
    ctl_change change;
    int result;

    if (!edc_provisional_make(EDC_KEPT_GROUPS, &made))
        return LDAP_NO_MEMORY;
    ctl_change_begin(&change, CTL_CHANGE_MODIFY, l->dn);
    ctl_change_mod(&change, LDAP_MOD_REPLACE, "userPassword");
    ctl_change_value(&change, made.p, made.n);
    change.relax = true;
    result = ctl_change_apply(&change, c->ld);
    for (size_t i = 0; i < change.mods[0].n_values; i++)
        OPENSSL_cleanse(
            change.mods[0].values[i].bv_val, change.mods[0].values[i].bv_len);
    ctl_change_free(&change);
    if (result == LDAP_SUCCESS)
        letters_put(&l->password, made.p, made.n);
    edc_buf_wipe(&made);
    return result;
}

int
letters_issue(ctl *c, letter *l, bool past, char **why)
{
    int result = past ? made_here(c, l) : made_by_server(c, l);

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
        *why = ctl_copy(ldap_err2string(result));
    }
    return result;
}
