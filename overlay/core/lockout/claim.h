/* claim.h - how often a telephone number may be tried.
 *
 * Numbers are the caller's, without end; those that somebody has are as many as
 * the directory holds. So tries are counted twice. Every number is counted in a
 * table with a bound, which may say "too often" aloud, for it treats numbers
 * that nobody has like the others. Numbers that somebody has are counted once
 * more, exactly; what that refuses looks like what matches nobody, as a number
 * that nobody has does when the first table has forgotten it. So no more than
 * `attempts` tries at a number are ever judged, nobody is refused for what
 * others tried, and no answer tells which numbers exist.
 *
 * A try is begun before it is judged and ended after, so that this holds for
 * any number that arrive at once. The counting is lockout.h's.
 */
#ifndef EDC_CLAIM_H
#define EDC_CLAIM_H

#include "core/lockout/lockout.h"

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

/* A table that says "too often" of at most that many numbers at a time. NULL
 * when memory is out or the random generator failed. */
edc_claims *edc_claims_new(size_t numbers);
void edc_claims_free(edc_claims *claims);

/* One try under way. */
typedef struct edc_try {
    uint64_t number; /* of the try: each is another guess */
    edc_ticket said;
    edc_ticket exact;
    bool exactly; /* exact is to be settled */
} edc_try;

/* Begins a try with a number (its one normal form), whether anybody has it or
 * not. Returns false when it has been tried too often, which may be said:
 * nothing is to be ended then. now: as in lockout.h. Thread-safe. */
bool edc_claims_begin(edc_claims *claims, const edc_claim_rules *rules,
    edc_str number, int64_t now, edc_try *one);

/* Goes on with a try once it is known that somebody has the number. Returns
 * false when it may not be judged: it matches nobody then. Takes the same time
 * for a number that nobody has (known false), where it returns true and
 * remembers nothing. Thread-safe. */
bool edc_claims_go_on(edc_claims *claims, const edc_claim_rules *rules,
    edc_str number, bool known, int64_t now, edc_try *one);

/* Ends it: EDC_GUESS_RIGHT forgets the number's tries, EDC_GUESS_WRONG counts
 * this one, EDC_GUESS_DROPPED makes as if it had not been. Thread-safe. */
void edc_claims_end(edc_claims *claims, const edc_claim_rules *rules,
    const edc_try *one, edc_outcome outcome, int64_t now);

#endif
