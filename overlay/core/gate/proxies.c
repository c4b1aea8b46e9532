/* proxies.c - servers that speak for others, and for whom. */
#include "core/gate/proxies.h"

#include <string.h>

#include "core/text/ber.h"

/* Format of a tracking identifier that is a user's name
 * (draft-wahl-ldap-session-03 section 2.1). */
#define FORMAT_USERNAME "1.3.6.1.4.1.21008.108.63.1.3"

bool
edc_proxies_have(const edc_proxies *proxies, const char *address)
{
    edc_address from;

    if (address[0] == '\0')
        return proxies->local;
    if (!edc_address_read(edc_str_of(address), &from))
        return false;
    for (unsigned i = 0; i < proxies->n; i++) {
        if (edc_range_has(&proxies->range[i], &from))
            return true;
    }
    return false;
}

bool
edc_behind_read(edc_str value, edc_behind *behind)
{
    edc_str inside, ip, name, format, session;
    edc_address address;

    behind->address[0] = behind->session[0] = '\0';
    if (!edc_ber_take(&value, EDC_BER_SEQUENCE, &inside) || value.n > 0 ||
        !edc_ber_take(&inside, EDC_BER_STRING, &ip) ||
        !edc_ber_take(&inside, EDC_BER_STRING, &name) ||
        !edc_ber_take(&inside, EDC_BER_STRING, &format) ||
        !edc_ber_take(&inside, EDC_BER_STRING, &session) || inside.n > 0)
        return false;
    if (edc_address_read(ip, &address)) {
        edc_address_write(&address, behind->address);
    } else if (session.n > 0 && !edc_str_eq(format, EDC_STR(FORMAT_USERNAME))) {
        if (session.n >= sizeof(behind->session))
            session.n = sizeof(behind->session) - 1;
        memcpy(behind->session, session.p, session.n);
        behind->session[session.n] = '\0';
    }
    return true;
}
