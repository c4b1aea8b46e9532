/* lockout.c - counting wrong passwords without a write, for as many accounts as
 * are guessed at.
 *
 * The table is cut into shards by the account's digest, each with its own mutex
 * that is held for a few comparisons. In a shard, an account has a slot and
 * each different guess a place in it. A place is taken when the guess is
 * admitted, so wrong guesses and guesses under way together never are more than
 * the rules allow; a slot with a guess under way is never given to another.
 * Every admission gives a few slots back whose time is over.
 */
#include "core/lockout/lockout.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/lockout/digest.h"
#include "core/lockout/shard.h"

#define SHARDS_MAX 16

/* In a table with a bound, a shard smaller than this would push accounts out
 * while others are empty. */
#define SHARD_SLOTS_MIN 64

/* Slots that one admission looks at to give them back: more than it can add,
 * so that what is over goes faster than new ones come. */
#define SWEEP 4

/* How long a stored lock is remembered after its end, so that a server's clock
 * that is put back does not begin it anew: more than any time zone. */
#define DATED_KEPT 86400

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

static size_t
count_shards(size_t most)
{
    size_t shards = most / SHARD_SLOTS_MIN;

    if (most == 0 || shards > SHARDS_MAX)
        return SHARDS_MAX;
    return shards < 1 ? 1 : shards;
}

edc_lockout *
edc_lockout_new(size_t most)
{
    edc_lockout *table = calloc(1, sizeof(*table));
    size_t shards = count_shards(most);
    bool ready;

    if (table == NULL)
        return NULL;
    table->digester = edc_digester_new();
    ready = table->digester != NULL;
    while (ready && table->n < shards) {
        size_t n = most / shards + (table->n < most % shards ? 1 : 0);

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
    edc_slot_trim(a);
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

/* Threads come here in another order than they asked for the time; what is
 * later than this was counted by a clock that has been put back. */
#define DISORDER 60

static void
heal_time(int64_t *time, int64_t now)
{
    if (*time > now + DISORDER)
        *time = now;
}

static void
heal(edc_slot *a, int64_t now)
{
    heal_time(&a->locked_at, now);
    for (uint32_t i = 0; i < a->n; i++)
        heal_time(&a->places[i].wrong_at, now);
}

/* Brings a slot to this moment. */
static void
refresh(edc_slot *a, const edc_lockout_rules *rules, int64_t now)
{
    heal(a, now);
    if (a->locked && now >= lock_end(a, rules))
        forget_all_failures(a);
    if (!a->locked)
        forget_failures(a, now - rules->window);
}

/* Whether a slot that is at this moment holds nothing any more. */
static bool
is_over(const edc_slot *a, const edc_lockout_rules *rules, int64_t now)
{
    return a->n == 0 && !a->locked &&
           (a->dated == EDC_LOCKOUT_UNDATED ||
               now >= lock_end(a, rules) + DATED_KEPT);
}

/* Gives back what is over among the oldest of a list, at most n of them. One
 * that is busy goes to the end: it is not the one to wait for. Returns how many
 * it looked at that were not to stay. */
static unsigned
sweep_list(edc_shard *s, edc_age age, const edc_lockout_rules *rules,
    int64_t now, unsigned n)
{
    unsigned done = 0;

    for (; done < n && s->oldest[age] != NULL; done++) {
        edc_slot *a = s->oldest[age];

        refresh(a, rules, now);
        if (is_over(a, rules, now))
            edc_shard_release(s, a);
        else if (edc_slot_is_busy(a) && s->newest[age] != a)
            edc_shard_touch(s, a, age);
        else
            break;
    }
    return done;
}

static unsigned
sweep(edc_shard *s, const edc_lockout_rules *rules, int64_t now)
{
    unsigned done = 0;

    for (int age = 0; age < EDC_N_AGES; age++)
        done += sweep_list(s, (edc_age)age, rules, now, SWEEP);
    return done;
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

uint32_t
edc_lockout_share(const edc_lockout_rules *rules)
{
    uint32_t failures = rules->failures < EDC_LOCKOUT_FAILURES_MAX
                            ? rules->failures
                            : EDC_LOCKOUT_FAILURES_MAX;
    uint32_t share = failures / (rules->servers < 1 ? 1 : rules->servers);

    return share < 1 ? 1 : share;
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
        if (a->n >= edc_lockout_share(rules))
            return EDC_LOCKED_OUT;
        p = edc_slot_place(a, guess);
        if (p == NULL)
            return EDC_LOCKED_OUT;
    }
    if (p->wrong)
        return EDC_KNOWN_BAD;
    p->under_way++;
    return EDC_EVALUATE;
}

/* Failures at another stored password count no more; a stored lock stays what
 * it is. */
static void
change_generation(edc_slot *a, const edc_digest *generation)
{
    a->n = 0;
    a->locked = false;
    a->generation = *generation;
}

/* A slot that got no place is not kept. */
static void
release_if_empty(
    edc_shard *s, edc_slot *a, const edc_lockout_rules *rules, int64_t now)
{
    forget_failures(a, INT64_MIN);
    if (is_over(a, rules, now))
        edc_shard_release(s, a);
}

static edc_admission
admit(edc_shard *s, const edc_lockout_rules *rules, const edc_digest *account,
    const edc_digest *generation, const edc_digest *guess, int64_t now)
{
    edc_admission admission;
    edc_slot *a;

    (void)sweep(s, rules, now);
    a = edc_shard_find(s, account);
    if (a == NULL)
        a = edc_shard_take(s, account, generation);
    if (a == NULL)
        return EDC_LOCKED_OUT;
    if (!edc_digest_eq(&a->generation, generation))
        change_generation(a, generation);
    refresh(a, rules, now);
    admission = admit_guess(a, rules, guess);
    if (admission == EDC_LOCKED_OUT)
        release_if_empty(s, a, rules, now);
    return admission;
}

/* The digest of the guess depends on the stored password, and that on the
 * account: equal passwords of two people do not look equal here. */
static void
digest(const edc_lockout *table, edc_str account, edc_str generation,
    edc_str guess, edc_digest out[3])
{
    const edc_digester *d = table->digester;

    edc_digester_make(d, EDC_DIGEST_ACCOUNT, NULL, account, &out[0]);
    edc_digester_make(d, EDC_DIGEST_GENERATION, &out[0], generation, &out[1]);
    edc_digester_make(d, EDC_DIGEST_GUESS, &out[1], guess, &out[2]);
}

edc_admission
edc_lockout_admit(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, edc_str generation, edc_str guess, int64_t now,
    edc_ticket *ticket)
{
    edc_admission admission;
    edc_digest of[3];
    edc_shard *s;

    digest(table, account, generation, guess, of);
    memcpy(ticket->account, of[0].byte, EDC_DIGEST_SIZE);
    memcpy(ticket->guess, of[2].byte, EDC_DIGEST_SIZE);
    s = lock_shard(table, &of[0]);
    admission = admit(s, rules, &of[0], &of[1], &of[2], now);
    unlock_shard(s);
    atomic_fetch_add_explicit(
        admission == EDC_EVALUATE ? &table->evaluated : &table->refused, 1,
        memory_order_relaxed);
    return admission;
}

void
edc_lockout_pretend(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, edc_str guess, int64_t now)
{
    edc_digest of[3];
    edc_shard *s;

    digest(table, account, guess, guess, of);
    s = lock_shard(table, &of[0]);
    (void)sweep(s, rules, now);
    (void)edc_shard_find(s, &of[0]);
    unlock_shard(s);
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
    uint32_t allowed = edc_lockout_share(rules), n = 0;

    p->wrong = true;
    p->wrong_at = now;
    if (a->locked || count_wrong(a) < allowed)
        return 0;
    a->locked = true;
    a->locked_at = now;
    a->dated = EDC_LOCKOUT_UNDATED;
    for (uint32_t i = 0; i < a->n; i++) {
        if (a->places[i].wrong)
            n = insert_time(times, n, allowed, a->places[i].wrong_at);
    }
    return n;
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
            edc_shard_touch(s, a, a->locked ? EDC_AGE_LOCKED : EDC_AGE_COUNTED);
        }
    }
    release_if_empty(s, a, rules, now);
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

/* The account's slot with its shard locked, or NULL with nothing locked. */
static edc_slot *
lock_slot(edc_lockout *table, edc_str account, edc_shard **shard)
{
    edc_digest who;
    edc_slot *a;

    edc_digester_make(table->digester, EDC_DIGEST_ACCOUNT, NULL, account, &who);
    *shard = lock_shard(table, &who);
    a = edc_shard_find(*shard, &who);
    if (a == NULL)
        unlock_shard(*shard);
    return a;
}

void
edc_lockout_forget(edc_lockout *table, edc_str account)
{
    edc_shard *s;
    edc_slot *a = lock_slot(table, account, &s);

    if (a == NULL)
        return;
    forget_all_failures(a);
    a->dated = EDC_LOCKOUT_UNDATED;
    if (a->n == 0)
        edc_shard_release(s, a);
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
    return recent >= edc_lockout_share(rules) ? first + rules->window + 1 : 0;
}

int64_t
edc_lockout_until(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, edc_str generation, int64_t now)
{
    edc_digester *d = table->digester;
    edc_digest who, stored;
    edc_shard *s;
    edc_slot *a;
    int64_t until = 0;

    edc_digester_make(d, EDC_DIGEST_ACCOUNT, NULL, account, &who);
    edc_digester_make(d, EDC_DIGEST_GENERATION, &who, generation, &stored);
    s = lock_shard(table, &who);
    a = edc_shard_find(s, &who);
    if (a != NULL && edc_digest_eq(&a->generation, &stored)) {
        heal(a, now);
        until = blocked_until(a, rules, now);
    }
    unlock_shard(s);
    return until;
}

/* ---- locks that are stored ---- */

/* The moment at which a stored lock began. `age` is how old it looks by the
 * server's clock, which says nothing when it is from the future. */
static int64_t
date(edc_slot *a, int64_t stored, int64_t age, int64_t now)
{
    int64_t began = age > 0 ? now - age : now;

    if (a->dated == stored)
        return a->locked_at;
    /* The table's own, which is stored by now, or the later of two. */
    if (a->locked && (a->dated == EDC_LOCKOUT_UNDATED || a->locked_at > began))
        began = a->locked_at;
    a->dated = stored;
    a->locked_at = began;
    return began;
}

int64_t
edc_lockout_date(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, int64_t stored, int64_t clock, int64_t now)
{
    static const edc_digest none;
    int64_t age = clock - stored, began = now;
    edc_digest who;
    edc_shard *s;
    edc_slot *a;

    edc_digester_make(table->digester, EDC_DIGEST_ACCOUNT, NULL, account, &who);
    s = lock_shard(table, &who);
    (void)sweep(s, rules, now);
    a = edc_shard_find(s, &who);
    if (a == NULL)
        a = edc_shard_take(s, &who, &none);
    if (a != NULL) {
        heal(a, now);
        began = date(a, stored, age, now);
        if (a->age != EDC_AGE_LOCKED)
            edc_shard_touch(s, a, EDC_AGE_LOCKED);
    } else if (age > 0) {
        began = now - age;
    }
    unlock_shard(s);
    return began;
}

/* ---- counters ---- */

size_t
edc_lockout_remembered(
    edc_lockout *table, const edc_lockout_rules *rules, int64_t now)
{
    size_t remembered = 0;

    for (size_t i = 0; i < table->n; i++) {
        edc_shard *s = &table->shards[i];
        size_t left;
        unsigned done;

        /* Piece by piece: guesses come in between. */
        (void)pthread_mutex_lock(&s->mutex);
        for (left = s->n, done = 1; done > 0 && left > 0;) {
            done = sweep(s, rules, now);
            left -= done < left ? done : left;
            unlock_shard(s);
            (void)pthread_mutex_lock(&s->mutex);
        }
        remembered += s->n;
        unlock_shard(s);
    }
    return remembered;
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
