/* password.c - having a provisional password made. */
#include <openssl/crypto.h>
#include <string.h>

#include "ctl/change.h"
#include "ctl/password.h"
#include "core/password/provisional.h"

static int
made_by_server(ctl *c, const char *dn, edc_buf *made)
{
    struct berval user = {strlen(dn), (char *)dn};
    struct berval answer = {0, NULL};
    int result = ldap_passwd_s(c->ld, &user, NULL, NULL, &answer, NULL, NULL);

    if (result == LDAP_SUCCESS && answer.bv_len == 0)
        result = LDAP_DECODING_ERROR;
    if (result == LDAP_SUCCESS &&
        !edc_buf_copy(made, (edc_str){answer.bv_val, answer.bv_len}))
        result = LDAP_NO_MEMORY;
    if (answer.bv_val != NULL)
        OPENSSL_cleanse(answer.bv_val, answer.bv_len);
    ber_memfree(answer.bv_val);
    return result;
}

/* Long enough that no kinds of characters are asked for. */
static int
made_here(ctl *c, const char *dn, edc_buf *made)
{
    ctl_change change;
    int result;

    if (!edc_provisional_make(EDC_KEPT_GROUPS, made))
        return LDAP_NO_MEMORY;
    ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
    ctl_change_mod(&change, LDAP_MOD_REPLACE, "userPassword");
    ctl_change_value(&change, made->p, made->n);
    change.relax = true;
    result = ctl_change_apply(&change, c->ld);
    OPENSSL_cleanse(
        change.mods[0].values[0].bv_val, change.mods[0].values[0].bv_len);
    ctl_change_free(&change);
    if (result != LDAP_SUCCESS)
        edc_buf_wipe(made);
    return result;
}

int
ctl_password_make(ctl *c, const char *dn, bool past, edc_buf *made)
{
    *made = (edc_buf){NULL, 0};
    return past ? made_here(c, dn, made) : made_by_server(c, dn, made);
}
