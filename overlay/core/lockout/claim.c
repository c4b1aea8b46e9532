/* claim.c - how often a telephone number may be tried. */
#include "core/lockout/claim.h"

#include <stdatomic.h>
#include <stdlib.h>

struct edc_claims {
    edc_lockout *said;  /* every number, bounded */
    edc_lockout *exact; /* those that somebody has */
    _Atomic uint64_t next;
};

static edc_lockout_rules
lockout_rules(const edc_claim_rules *rules)
{
    return (edc_lockout_rules){
        .failures = rules->attempts,
        .window = rules->window,
        .duration = rules->window,
    };
}

static edc_str
guess_of(const edc_try *one)
{
    return (edc_str){(const char *)&one->number, sizeof(one->number)};
}

edc_claims *
edc_claims_new(size_t numbers)
{
    edc_claims *claims = calloc(1, sizeof(*claims));

    if (claims == NULL)
        return NULL;
    claims->said = edc_lockout_new(numbers);
    claims->exact = edc_lockout_new(0);
    if (claims->said == NULL || claims->exact == NULL) {
        edc_claims_free(claims);
        return NULL;
    }
    return claims;
}

void
edc_claims_free(edc_claims *claims)
{
    if (claims == NULL)
        return;
    edc_lockout_free(claims->said);
    edc_lockout_free(claims->exact);
    free(claims);
}

bool
edc_claims_begin(edc_claims *claims, const edc_claim_rules *rules,
    edc_str number, int64_t now, edc_try *one)
{
    edc_lockout_rules lockout = lockout_rules(rules);

    one->number = atomic_fetch_add(&claims->next, 1);
    one->exactly = false;
    return edc_lockout_admit(claims->said, &lockout, number, EDC_STR("claim"),
               guess_of(one), now, &one->said) == EDC_EVALUATE;
}

bool
edc_claims_go_on(edc_claims *claims, const edc_claim_rules *rules,
    edc_str number, bool known, int64_t now, edc_try *one)
{
    edc_lockout_rules lockout = lockout_rules(rules);

    if (!known) {
        edc_lockout_pretend(
            claims->exact, &lockout, number, guess_of(one), now);
        return true;
    }
    one->exactly =
        edc_lockout_admit(claims->exact, &lockout, number, EDC_STR("claim"),
            guess_of(one), now, &one->exact) == EDC_EVALUATE;
    return one->exactly;
}

void
edc_claims_end(edc_claims *claims, const edc_claim_rules *rules,
    const edc_try *one, edc_outcome outcome, int64_t now)
{
    edc_lockout_rules lockout = lockout_rules(rules);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];

    (void)edc_lockout_settle(
        claims->said, &lockout, &one->said, outcome, now, times);
    if (one->exactly)
        (void)edc_lockout_settle(
            claims->exact, &lockout, &one->exact, outcome, now, times);
}
