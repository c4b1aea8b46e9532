/* proxies.h - servers that speak for others: which they are, and for whom.
 *
 * A portal is one address to the directory. One that is named says by the
 * session tracking control (draft-wahl-ldap-session-03) who stands behind it.
 */
#ifndef EDC_PROXIES_H
#define EDC_PROXIES_H

#include "core/text/address.h"
#include "core/gate/gate.h"

#define EDC_PROXIES_MAX 16

/* educonnect-gate-proxies; an all-zero one names nobody. */
typedef struct edc_proxies {
    edc_range range[EDC_PROXIES_MAX];
    unsigned n;
    bool local; /* who comes by a local socket (ldapi) */
} edc_proxies;

/* Whether a proxy is named that connects from this address ("" by a local
 * socket). Pure. */
bool edc_proxies_have(const edc_proxies *proxies, const char *address);

/* Who stands behind, as the value of one control says it: an address in its
 * one form, or "" with a session of which nobody chooses the name; both are ""
 * when it says neither. NUL-terminated, cut at their size. */
typedef struct edc_behind {
    char address[EDC_ADDRESS_SIZE];
    char session[EDC_CLIENT_SIZE];
} edc_behind;

/* Reads such a value:
 *
 *   SEQUENCE { sessionSourceIp, sessionSourceName, formatOID,
 *              sessionTrackingIdentifier OCTET STRING }
 *
 * A tracking identifier that is the name of a user (format .3) is passed over:
 * whoever guesses types one, and as many as he likes. Returns false, with
 * nothing said, for a value that is no such sequence. Pure. */
bool edc_behind_read(edc_str value, edc_behind *behind);

#endif
