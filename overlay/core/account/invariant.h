/* invariant.h - what no stored account may be, whoever wrote it.
 *
 * Checked inside the database's own write, on the entry as it would be stored
 * (slapadd names what it finds and loads it); says nothing about how it came to
 * be so.
 */
#ifndef EDC_INVARIANT_H
#define EDC_INVARIANT_H

#include "core/account/account.h"

/* Attributes that contradict each other. */
typedef struct edc_contradiction {
    const char *attribute; /* the one that is wrong, missing or too many */
    const char *because;   /* what it contradicts, in English */
} edc_contradiction;

/* Checks one account; returns false and fills in the first contradiction, with
 * static strings. Lock-free, allocates nothing, touches no clock: it runs under
 * the database's write lock. */
bool edc_invariant_holds(
    const edc_account *account, edc_contradiction *contradiction);

/* All that are broken, a bit each; 0: none. Which bit is which means nothing
 * beyond a comparison. Pure. */
unsigned edc_invariant_broken(const edc_account *account);

#endif
