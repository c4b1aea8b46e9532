/* forwarded.h - a lock that guesses completed on a server which takes no
 * writes, sent to one that does.
 *
 * It is a Modify as any client could send it, with the Relax control: the time
 * of a lock replaced and nothing else. It is no event: what makes one of
 * guesses writes the lock alone (bind/lock.c), here as there.
 */
#ifndef EDC_FORWARDED_H
#define EDC_FORWARDED_H

#include "core/account/decide.h"

/* Whether the value is the time of such a lock; one without end is an event.
 * Pure. */
bool edc_forwarded_is_time(edc_str value);

/* Whether who asks may have it stored: the academy, as which rootdn counts, for
 * an account that has a password to guess at and no lock without end. Else
 * *refusal says why, as of any attribute that only the overlay writes. Of the
 * request its roles are looked at. Pure. */
bool edc_forwarded_allows(const edc_account *account,
    const edc_request *request, edc_refusal *refusal);

#endif
