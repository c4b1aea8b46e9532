/* exop.h - the extended operations as a client sends them: requests
 * built with lber, answers taken apart.
 */
#ifndef HARNESS_EXOP_H
#define HARNESS_EXOP_H

#include "harness/client.h"

#define ARC "2.25.330384226632443921537185309621840029201"
#define CLAIM_OID ARC ".3.1"
#define MERGE_OID ARC ".3.2"
#define CONTEST_OID ARC ".3.3"

/* What a claim says. */
typedef struct claim_data {
    const char *mobile;
    const char *sn;
    const char *given_name;
    const char *dates; /* joined by '|' */
    const char *password;
    const char *federated; /* instead, when it is not NULL */
} claim_data;

/* Values of requests; freed with ber_bvfree(). */
struct berval *claim_value(const claim_data *data);
struct berval *merge_value(const char *uid, const char *password);
struct berval *merge_value_of(const char *dn, const char *into);
struct berval *contest_value(const char *student);

/* Sends an operation; value NULL: none. The DN in the answer's value is put
 * into answer.made, cut; "" when there was no value. */
answer client_exop(LDAP *ld, const char *oid, const struct berval *value);

answer client_claim(LDAP *ld, const claim_data *data);
answer client_merge(LDAP *ld, const char *uid, const char *password);
answer client_merge_of(LDAP *ld, const char *dn, const char *into);
answer client_contest(LDAP *ld, const char *student);

#endif
