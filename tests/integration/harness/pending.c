/* pending.c - a simple bind that is sent and answered later. */
#define _GNU_SOURCE 1
#include "harness/pending.h"

#include <string.h>

void
pending_bind(const server *s, pending *p, const char *dn, const char *password)
{
    struct berval cred = {strlen(password), (char *)password};

    p->ld = client_open(s);
    REQUIRE(ldap_sasl_bind(p->ld, dn, LDAP_SASL_SIMPLE, &cred, NULL, NULL,
                &p->id) == LDAP_SUCCESS);
}

int
pending_result(pending *p)
{
    struct timeval limit = limit_of(60);
    LDAPMessage *message = NULL;
    int code = -1;

    if (ldap_result(p->ld, p->id, LDAP_MSG_ALL, &limit, &message) > 0)
        ldap_parse_result(p->ld, message, &code, NULL, NULL, NULL, NULL, 1);
    client_close(p->ld);
    return code;
}
