/* due.c - which accounts have had their time. */
#include "ctl/catalog.h"
#include "purge/due.h"

#include <stddef.h>
#include <string.h>

#include "core/text/gentime.h"

static bool
is_over(const char *time, int64_t delay, int64_t now)
{
    int64_t begin;

    return delay > 0 && time != NULL &&
           edc_time_parse(edc_str_of(time), &begin) && begin <= now - delay;
}

static bool
is_state(const purge_account *a, const char *state)
{
    return a->state != NULL && strcmp(a->state, state) == 0;
}

/* Students name a guardian by the account that was merged, too. */
static purge_verdict
judge_merged(const purge_account *a, const purge_rules *rules)
{
    if ((a->heir_exists && !rules->merged) ||
        !is_over(a->since, rules->closed_after, rules->now))
        return PURGE_NOT_DUE;
    return a->heir_exists && a->named ? PURGE_NAMED : PURGE_MERGED;
}

purge_verdict
purge_judge(const purge_account *a, const purge_rules *rules)
{
    if (is_state(a, "informed"))
        return is_over(a->until, rules->unconfirmed_after, rules->now)
                   ? PURGE_UNCONFIRMED
                   : PURGE_NOT_DUE;
    if (!is_state(a, "closed"))
        return PURGE_NOT_DUE;
    if (a->merged)
        return judge_merged(a, rules);
    if (a->left_at != NULL)
        return is_over(a->left_at, rules->closed_after, rules->now)
                   ? PURGE_LEFT
                   : PURGE_NOT_DUE;
    return rules->all_closed &&
                   is_over(a->since, rules->closed_after, rules->now)
               ? PURGE_CLOSED
               : PURGE_NOT_DUE;
}

const char *
purge_time_of(const purge_account *a, purge_verdict verdict)
{
    switch (verdict) {
    case PURGE_LEFT:
        return a->left_at;
    case PURGE_UNCONFIRMED:
        return a->until;
    case PURGE_CLOSED:
    case PURGE_MERGED:
    case PURGE_NAMED:
        return a->since;
    default:
        return NULL;
    }
}

const char *
purge_words(purge_verdict verdict)
{
    static const char *const words[PURGE_N_VERDICTS] = {
        [PURGE_NOT_DUE] = "not due",
        [PURGE_LEFT] = "left the sources",
        [PURGE_CLOSED] = N_("closed"),
        [PURGE_MERGED] = "merged into another account",
        [PURGE_UNCONFIRMED] = "the letter ran out unused",
        [PURGE_NAMED] = "merged, but students name it as their guardian",
    };

    return words[verdict];
}
