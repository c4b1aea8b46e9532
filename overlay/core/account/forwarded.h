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

/* Whether the value, as it would be stored, is the time of such a lock, and
 * which; one without end is an event. Pure. */
bool edc_forwarded_is_time(edc_str value, int64_t *time);

/* Whether who asks may have a lock of this time stored: the academy, as which
 * rootdn counts, for an account that has a password to guess at, and neither a
 * lock without end nor one that began later (before now): to take one away is
 * an event. Else *refusal says why, as of any attribute that only the overlay
 * writes. Of the request its roles are looked at. Pure. */
bool edc_forwarded_allows(const edc_account *account,
    const edc_request *request, int64_t time, int64_t now,
    edc_refusal *refusal);

/* Whether the lock that is stored with the account is this one or one that
 * began later; one of the future is a clock's mistake. Pure. */
bool edc_forwarded_is_known(
    const edc_account *account, int64_t time, int64_t now);

#endif
