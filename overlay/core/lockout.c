/* lockout.c - counting wrong passwords in bounded memory, without a write.
 *
 * The table is cut into shards by the account's digest, each with its own mutex
 * that is held for a few comparisons. In a shard, an account has a slot and
 * each different guess a place in it. A place is taken when the guess is
 * admitted, so wrong guesses and guesses under way together never are more than
 * the rules allow; a slot with a guess under way is never given to another.
 */
#include "lockout.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "lockout_digest.h"
#include "lockout_shard.h"

#define SHARDS_MAX 16

/* A shard smaller than this would push accounts out while others are empty. */
#define SHARD_SLOTS_MIN 64

struct edc_lockout {
    edc_digester *digester;
    atomic_uint_fast64_t evaluated;
    atomic_uint_fast64_t refused;
    size_t n; /* shards that are there */
    edc_shard shards[SHARDS_MAX];
};

_Static_assert(sizeof(((edc_ticket *)NULL)->account) == EDC_DIGEST_SIZE &&
                   sizeof(((edc_ticket *)NULL)->guess) == EDC_DIGEST_SIZE,
    "a ticket is two digests");

/* ---- the table ---- */

edc_lockout *
edc_lockout_new(size_t accounts)
{
    edc_lockout *table = calloc(1, sizeof(*table));
    size_t shards = accounts / SHARD_SLOTS_MIN;
    bool ready;

    if (table == NULL)
        return NULL;
    accounts = accounts > 0 ? accounts : 1;
    shards = shards < 1 ? 1 : shards > SHARDS_MAX ? SHARDS_MAX : shards;
    table->digester = edc_digester_new();
    ready = table->digester != NULL;
    while (ready && table->n < shards) {
        size_t n = accounts / shards + (table->n < accounts % shards ? 1 : 0);

        ready = edc_shard_init(&table->shards[table->n], n);
        table->n += ready ? 1 : 0;
    }
    if (!ready) {
        edc_lockout_free(table);
        return NULL;
    }
    return table;
}

void
edc_lockout_free(edc_lockout *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->n; i++)
        edc_shard_free(&table->shards[i]);
    edc_digester_free(table->digester);
    free(table);
}

static edc_shard *
lock_shard(edc_lockout *table, const edc_digest *account)
{
    edc_shard *s = &table->shards[account->byte[0] % table->n];

    (void)pthread_mutex_lock(&s->mutex);
    return s;
}

static void
unlock_shard(edc_shard *s)
{
    (void)pthread_mutex_unlock(&s->mutex);
}

/* ---- places ---- */

/* Forgets the failures that are older than `oldest` and no longer count. */
static void
forget_failures(edc_slot *a, int64_t oldest)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < a->n; i++) {
        edc_place *p = &a->places[i];

        if (p->wrong && p->wrong_at < oldest)
            p->wrong = false;
        if (p->wrong || p->under_way > 0)
            a->places[kept++] = *p;
    }
    a->n = kept;
}

static void
forget_all_failures(edc_slot *a)
{
    for (uint32_t i = 0; i < a->n; i++)
        a->places[i].wrong = false;
    forget_failures(a, INT64_MIN);
    a->locked = false;
}

static int64_t
lock_end(const edc_slot *a, const edc_lockout_rules *rules)
{
    return a->locked_at + rules->duration;
}

/* Brings a slot to this moment. */
static void
refresh(edc_slot *a, const edc_lockout_rules *rules, int64_t now)
{
    if (a->locked && now >= lock_end(a, rules))
        forget_all_failures(a);
    if (!a->locked)
        forget_failures(a, now - rules->window);
}

static edc_place *
find_place(edc_slot *a, const edc_digest *guess)
{
    for (uint32_t i = 0; i < a->n; i++) {
        if (edc_digest_eq(&a->places[i].guess, guess))
            return &a->places[i];
    }
    return NULL;
}

static uint32_t
failures_allowed(const edc_lockout_rules *rules)
{
    if (rules->failures < 1)
        return 1;
    return rules->failures < EDC_LOCKOUT_FAILURES_MAX
               ? rules->failures
               : EDC_LOCKOUT_FAILURES_MAX;
}

/* ---- admission ---- */

static uint32_t
count_wrong(const edc_slot *a)
{
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < a->n; i++)
        wrong += a->places[i].wrong ? 1 : 0;
    return wrong;
}

static edc_admission
admit_guess(
    edc_slot *a, const edc_lockout_rules *rules, const edc_digest *guess)
{
    edc_place *p = find_place(a, guess);

    if (a->locked)
        return EDC_LOCKED_OUT;
    if (p == NULL) {
        if (a->n >= failures_allowed(rules))
            return EDC_LOCKED_OUT;
        p = &a->places[a->n++];
        *p = (edc_place){.guess = *guess};
    }
    if (p->wrong)
        return EDC_KNOWN_BAD;
    p->under_way++;
    return EDC_EVALUATE;
}

static edc_admission
admit(edc_shard *s, const edc_lockout_rules *rules, const edc_digest *account,
    const edc_digest *generation, const edc_digest *guess, int64_t now)
{
    edc_slot *a = edc_shard_find(s, account);

    if (a != NULL && !edc_digest_eq(&a->generation, generation)) {
        a->n = 0;
        a->locked = false;
        a->generation = *generation;
    }
    if (a != NULL)
        refresh(a, rules, now);
    else
        a = edc_shard_take(s, account, generation);
    return a != NULL ? admit_guess(a, rules, guess) : EDC_LOCKED_OUT;
}

edc_admission
edc_lockout_admit(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, edc_str generation, edc_str guess, int64_t now,
    edc_ticket *ticket)
{
    edc_digester *d = table->digester;
    edc_digest who, stored, what;
    edc_admission admission = EDC_LOCKED_OUT;
    edc_shard *s;

    /* The digest of the guess depends on the stored password, and that on the
     * account: equal passwords of two people do not look equal here. */
    if (edc_digester_make(d, EDC_DIGEST_ACCOUNT, NULL, account, &who) &&
        edc_digester_make(
            d, EDC_DIGEST_GENERATION, &who, generation, &stored) &&
        edc_digester_make(d, EDC_DIGEST_GUESS, &stored, guess, &what)) {
        memcpy(ticket->account, who.byte, EDC_DIGEST_SIZE);
        memcpy(ticket->guess, what.byte, EDC_DIGEST_SIZE);
        s = lock_shard(table, &who);
        admission = admit(s, rules, &who, &stored, &what, now);
        unlock_shard(s);
    }
    atomic_fetch_add_explicit(
        admission == EDC_EVALUATE ? &table->evaluated : &table->refused, 1,
        memory_order_relaxed);
    return admission;
}

/* ---- settlement ---- */

/* Inserts into an ascending array of n values, of which at most max are kept,
 * the latest. Returns how many there are then. */
static uint32_t
insert_time(int64_t *times, uint32_t n, uint32_t max, int64_t time)
{
    uint32_t i;

    if (n == max) {
        if (time <= times[0])
            return n;
        memmove(times, times + 1, (n - 1) * sizeof(*times));
        n--;
    }
    for (i = n; i > 0 && times[i - 1] > time; i--)
        times[i] = times[i - 1];
    times[i] = time;
    return n + 1;
}

/* Counts a wrong guess. Returns the number of failures when it completed the
 * lock, else 0. */
static uint32_t
count_failure(edc_slot *a, edc_place *p, const edc_lockout_rules *rules,
    int64_t now, int64_t *times)
{
    uint32_t allowed = failures_allowed(rules), n = 0;

    p->wrong = true;
    p->wrong_at = now;
    if (a->locked || count_wrong(a) < allowed)
        return 0;
    a->locked = true;
    a->locked_at = now;
    for (uint32_t i = 0; i < a->n; i++) {
        if (a->places[i].wrong)
            n = insert_time(times, n, allowed, a->places[i].wrong_at);
    }
    return n;
}

static void
release_if_empty(edc_shard *s, edc_slot *a)
{
    forget_failures(a, INT64_MIN);
    if (a->n == 0 && !a->locked)
        edc_shard_release(s, a);
}

static uint32_t
settle(edc_shard *s, edc_slot *a, const edc_lockout_rules *rules,
    const edc_digest *guess, edc_outcome outcome, int64_t now, int64_t *times)
{
    uint32_t completed = 0;
    edc_place *p;

    refresh(a, rules, now);
    p = find_place(a, guess);
    if (p != NULL && p->under_way > 0) {
        p->under_way--;
        if (outcome == EDC_GUESS_RIGHT)
            forget_all_failures(a);
        if (outcome == EDC_GUESS_WRONG && !p->wrong) {
            completed = count_failure(a, p, rules, now, times);
            edc_shard_touch(s, a);
        }
    }
    release_if_empty(s, a);
    return completed;
}

uint32_t
edc_lockout_settle(edc_lockout *table, const edc_lockout_rules *rules,
    const edc_ticket *ticket, edc_outcome outcome, int64_t now, int64_t *times)
{
    edc_digest who, what;
    uint32_t completed = 0;
    edc_shard *s;
    edc_slot *a;

    memcpy(who.byte, ticket->account, EDC_DIGEST_SIZE);
    memcpy(what.byte, ticket->guess, EDC_DIGEST_SIZE);
    s = lock_shard(table, &who);
    a = edc_shard_find(s, &who);
    if (a != NULL)
        completed = settle(s, a, rules, &what, outcome, now, times);
    unlock_shard(s);
    return completed;
}

/* ---- the rest ---- */

void
edc_lockout_forget(edc_lockout *table, edc_str account)
{
    edc_digest who;
    edc_shard *s;
    edc_slot *a;

    if (!edc_digester_make(
            table->digester, EDC_DIGEST_ACCOUNT, NULL, account, &who))
        return;
    s = lock_shard(table, &who);
    a = edc_shard_find(s, &who);
    if (a != NULL) {
        forget_all_failures(a);
        release_if_empty(s, a);
    }
    unlock_shard(s);
}

/* A lock, or failures that are as many as stricter rules allow by now: those
 * count until the first of them is old. */
static int64_t
blocked_until(const edc_slot *a, const edc_lockout_rules *rules, int64_t now)
{
    int64_t first = INT64_MAX;
    uint32_t recent = 0;

    if (a->locked)
        return now < lock_end(a, rules) ? lock_end(a, rules) : 0;
    for (uint32_t i = 0; i < a->n; i++) {
        const edc_place *p = &a->places[i];

        if (!p->wrong || p->wrong_at < now - rules->window)
            continue;
        recent++;
        if (p->wrong_at < first)
            first = p->wrong_at;
    }
    return recent >= failures_allowed(rules) ? first + rules->window + 1 : 0;
}

int64_t
edc_lockout_until(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, int64_t now)
{
    edc_digest who;
    int64_t until = 0;
    edc_shard *s;
    edc_slot *a;

    if (!edc_digester_make(
            table->digester, EDC_DIGEST_ACCOUNT, NULL, account, &who))
        return 0;
    s = lock_shard(table, &who);
    a = edc_shard_find(s, &who);
    if (a != NULL)
        until = blocked_until(a, rules, now);
    unlock_shard(s);
    return until;
}

void
edc_lockout_note_refused(edc_lockout *table)
{
    atomic_fetch_add_explicit(&table->refused, 1, memory_order_relaxed);
}

uint64_t
edc_lockout_evaluated(const edc_lockout *table)
{
    return atomic_load_explicit(&table->evaluated, memory_order_relaxed);
}

uint64_t
edc_lockout_refused(const edc_lockout *table)
{
    return atomic_load_explicit(&table->refused, memory_order_relaxed);
}
