/* dn.c - DNs as words that are compared. */
#include <ctype.h>

#include "ctl/ctl.h"
#include "ctl/dn.h"

bool
ctl_is_dn(const char *text)
{
    LDAPDN parsed = NULL;
    bool is =
        ldap_str2dn(text, &parsed, LDAP_DN_FORMAT_LDAPV3) == LDAP_SUCCESS &&
        parsed != NULL;

    ldap_dnfree(parsed);
    return is;
}

char *
ctl_dn_key(const char *dn)
{
    LDAPDN parsed = NULL;
    char *written = NULL;
    char *key;

    if (ldap_str2dn(dn, &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS ||
        ldap_dn2str(parsed, &written, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
        written = NULL;
    key = ctl_copy(written == NULL ? dn : written);
    for (char *p = key; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x80)
            *p = (char)tolower((unsigned char)*p);
    }
    ldap_memfree(written);
    ldap_dnfree(parsed);
    return key;
}
