/* claim.c - how often a telephone number may be tried. */
#include "claim.h"

#include <stdatomic.h>
#include <stdlib.h>

struct edc_claims {
    edc_lockout *tries;
    _Atomic uint64_t next; /* every try is another guess */
};

static edc_lockout_rules
lockout_rules(const edc_claim_rules *rules)
{
    return (edc_lockout_rules){rules->attempts, rules->window, rules->window};
}

edc_claims *
edc_claims_new(size_t numbers)
{
    edc_claims *claims = calloc(1, sizeof(*claims));

    if (claims == NULL)
        return NULL;
    claims->tries = edc_lockout_new(numbers);
    if (claims->tries == NULL) {
        free(claims);
        return NULL;
    }
    return claims;
}

void
edc_claims_free(edc_claims *claims)
{
    if (claims == NULL)
        return;
    edc_lockout_free(claims->tries);
    free(claims);
}

bool
edc_claims_begin(edc_claims *claims, const edc_claim_rules *rules,
    edc_str number, int64_t now, edc_ticket *ticket)
{
    edc_lockout_rules lockout = lockout_rules(rules);
    uint64_t try = atomic_fetch_add(&claims->next, 1);

    return edc_lockout_admit(claims->tries, &lockout, number, EDC_STR("claim"),
               (edc_str){(const char *)&try, sizeof(try)}, now,
               ticket) == EDC_EVALUATE;
}

void
edc_claims_end(edc_claims *claims, const edc_claim_rules *rules,
    const edc_ticket *ticket, edc_outcome outcome, int64_t now)
{
    edc_lockout_rules lockout = lockout_rules(rules);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];

    (void)edc_lockout_settle(
        claims->tries, &lockout, ticket, outcome, now, times);
}
