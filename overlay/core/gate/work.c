/* work.c - a guess computed: verified, levelled, hashed anew. */
#include "core/gate/work.h"

#include "core/password/scheme.h"

static edc_verify
verify_one(const edc_work *w, edc_str stored)
{
    if (edc_scheme_check(stored, w->ceiling) != EDC_SCHEME_OK)
        return EDC_TOO_COSTLY;
    if (edc_scheme_is_argon2(stored))
        return edc_hash_verify(stored, w->prepared, w->ceiling);
    return w->matches != NULL && w->matches(stored, w->clear, w->prepared)
               ? EDC_MATCH
               : EDC_MISMATCH;
}

static void
verify(edc_work *w)
{
    w->verified = verify_one(w, w->stored);
    w->tried = 1;
    while (w->verified != EDC_MATCH && w->tried <= w->n_others)
        w->verified = verify_one(w, w->others[w->tried++ - 1]);
}

/* Every answer that is no success takes the time of one hash as they are made
 * now; a stored hash that is costlier takes its own, whether it was computed
 * or not. */
static void
level(const edc_work *w, bool computed)
{
    edc_cost own = {0, 0, 0};
    bool known =
        edc_hash_cost(w->stored, &own) && !edc_cost_exceeds(own, w->ceiling);

    if (!known)
        edc_hash_spend(w->prepared, w->cost);
    else if (edc_cost_work(own) < edc_cost_work(w->cost))
        edc_hash_spend(
            w->prepared, computed ? edc_cost_rest(own, w->cost) : w->cost);
    else if (!computed)
        edc_hash_spend(w->prepared, own);
}

/* Whether the answer must not tell by its time what was stored. */
static bool
is_levelled(const edc_work *w)
{
    return w->level && (w->alike || w->verified != EDC_MATCH);
}

/* Whether what was right is to be hashed anew. */
static bool
is_due(const edc_work *w)
{
    return w->renew && w->verified == EDC_MATCH &&
           (edc_hash_stale(w->stored, w->cost) ||
               (w->lower && edc_hash_costlier(w->stored, w->cost)));
}

bool
edc_work_pay(edc_work *w)
{
    if (w->bucket != NULL &&
        !edc_bucket_take(w->bucket, w->rate, edc_times_now()))
        return false;
    w->bucket = NULL;
    return true;
}

void
edc_work_run(edc_job *job)
{
    edc_work *w = (edc_work *)job;
    bool computed;

    if (w->verify)
        verify(w);
    computed = w->tried > 0 && edc_scheme_is_argon2(w->stored);
    if (is_levelled(w) && w->verified != EDC_TOO_COSTLY)
        level(w, computed);
    if (w->make || (is_due(w) && edc_work_pay(w)))
        (void)edc_hash_make(w->prepared, w->cost, w->made, sizeof(w->made));
}

static bool
is_quick(edc_str stored)
{
    edc_cost own;

    return edc_scheme_is_quick(stored) ||
           (edc_hash_cost(stored, &own) && own.parallelism == 1 &&
               edc_cost_work(own) <= EDC_WORK_QUICK);
}

bool
edc_work_quick(edc_work *w)
{
    if (!w->verify || !is_quick(w->stored))
        return false;
    verify(w);
    w->verify = false;
    return true;
}

bool
edc_work_is_over(const edc_work *w)
{
    return !w->verify && !w->make && !is_levelled(w) && !is_due(w);
}
