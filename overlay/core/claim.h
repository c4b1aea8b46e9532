/* claim.h - how often a telephone number may be tried.
 *
 * A try is begun before anybody is looked up and ended after, so that of any
 * number that arrive at once no more than `attempts` are ever judged. The
 * counting is lockout.h's, in bounded memory.
 */
#ifndef EDC_CLAIM_H
#define EDC_CLAIM_H

#include "lockout.h"

/* educonnect-claim. */
typedef struct edc_claim_rules {
    uint32_t attempts; /* 1..EDC_CLAIM_ATTEMPTS_MAX */
    int64_t window;    /* seconds */
} edc_claim_rules;

#define EDC_CLAIM_ATTEMPTS_MAX EDC_LOCKOUT_FAILURES_MAX

/* The defaults of the rules above. */
#define EDC_CLAIM_ATTEMPTS 5
#define EDC_CLAIM_WINDOW 3600

typedef struct edc_claims edc_claims;

/* A table for at most that many numbers with something to remember; see
 * edc_lockout_new(). NULL when memory is out or the random generator failed. */
edc_claims *edc_claims_new(size_t numbers);
void edc_claims_free(edc_claims *claims);

/* Begins a try with a number (its one normal form). Returns false when it has
 * been tried too often: nothing is to be ended then. Thread-safe. */
bool edc_claims_begin(edc_claims *claims, const edc_claim_rules *rules,
    edc_str number, int64_t now, edc_ticket *ticket);

/* Ends it: EDC_GUESS_RIGHT forgets the number's tries, EDC_GUESS_WRONG counts
 * this one, EDC_GUESS_DROPPED makes as if it had not been. Thread-safe. */
void edc_claims_end(edc_claims *claims, const edc_claim_rules *rules,
    const edc_ticket *ticket, edc_outcome outcome, int64_t now);

#endif
