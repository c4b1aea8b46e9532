/* lockout.c - counting wrong passwords in bounded memory. */
#include "lockout.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#define SHARDS 16
#define WAYS 8 /* records that an account may be kept in */
#define DIGEST 16

/* One different guess: counted as a failure when it has a time, and in flight
 * as many times as it was admitted and not settled. */
typedef struct guess {
    unsigned char digest[DIGEST];
    int64_t failed; /* seconds; 0: not known to be wrong */
    uint32_t in_flight;
} guess;

typedef struct record {
    unsigned char account[DIGEST];
    unsigned char generation[DIGEST];
    bool used;
    uint32_t n; /* places taken in guesses */
    int64_t locked_at;
    int64_t touched;
    guess guesses[EDC_LOCKOUT_FAILURES_MAX];
} record;

struct edc_lockout {
    unsigned char key[32];
    pthread_mutex_t mutex[SHARDS];
    record *records;
    size_t sets; /* of WAYS records each */
    _Atomic uint64_t evaluated;
    _Atomic uint64_t refused;
};

edc_lockout *
edc_lockout_new(size_t accounts)
{
    edc_lockout *table = calloc(1, sizeof(*table));

    if (table == NULL)
        return NULL;
    table->sets = accounts / WAYS + 1;
    table->records = calloc(table->sets * WAYS, sizeof(record));
    if (table->records == NULL || RAND_bytes(table->key, 32) != 1) {
        free(table->records);
        free(table);
        return NULL;
    }
    for (int i = 0; i < SHARDS; i++)
        pthread_mutex_init(&table->mutex[i], NULL);
    return table;
}

void
edc_lockout_free(edc_lockout *table)
{
    if (table == NULL)
        return;
    for (int i = 0; i < SHARDS; i++)
        pthread_mutex_destroy(&table->mutex[i]);
    OPENSSL_cleanse(
        table->records, table->sets * WAYS * sizeof(*table->records));
    free(table->records);
    OPENSSL_cleanse(table, sizeof(*table));
    free(table);
}

/* What identifies a text: nobody without the key can tell which it was. */
static void
digest_of(const edc_lockout *table, edc_str text, unsigned char out[DIGEST])
{
    unsigned char full[EVP_MAX_MD_SIZE] = {0};

    HMAC(EVP_sha256(), table->key, sizeof(table->key),
        (const unsigned char *)text.p, text.n, full, NULL);
    memcpy(out, full, DIGEST);
    OPENSSL_cleanse(full, sizeof(full));
}

static size_t
set_of(const edc_lockout *table, const unsigned char account[DIGEST])
{
    uint64_t n;

    memcpy(&n, account, sizeof(n));
    return (size_t)(n % table->sets);
}

static pthread_mutex_t *
lock_set(edc_lockout *table, size_t set)
{
    pthread_mutex_t *mutex = &table->mutex[set % SHARDS];

    pthread_mutex_lock(mutex);
    return mutex;
}

static record *
find(edc_lockout *table, size_t set, const unsigned char account[DIGEST])
{
    record *r = &table->records[set * WAYS];

    for (int i = 0; i < WAYS; i++, r++) {
        if (r->used && memcmp(r->account, account, DIGEST) == 0)
            return r;
    }
    return NULL;
}

static bool
flies(const record *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        if (r->guesses[i].in_flight > 0)
            return true;
    }
    return false;
}

/* The least recently failed record without a guess in flight gives way. */
static record *
make_room(edc_lockout *table, size_t set)
{
    record *r = &table->records[set * WAYS], *oldest = NULL;

    for (int i = 0; i < WAYS; i++, r++) {
        if (!r->used)
            return r;
        if (!flies(r) && (oldest == NULL || r->touched < oldest->touched))
            oldest = r;
    }
    return oldest;
}

/* Drops failures that are over, and a lock that is. Places of guesses in
 * flight stay. */
static void
expire(record *r, const edc_lockout_rules *rules, int64_t now)
{
    bool unlocked = r->locked_at != 0 && now >= r->locked_at + rules->duration;
    uint32_t kept = 0;

    if (unlocked)
        r->locked_at = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        guess *g = &r->guesses[i];

        if (g->failed != 0 &&
            (unlocked ||
                (r->locked_at == 0 && now >= g->failed + rules->window)))
            g->failed = 0;
        if (g->failed != 0 || g->in_flight > 0)
            r->guesses[kept++] = *g;
    }
    r->n = kept;
    if (kept == 0 && r->locked_at == 0)
        memset(r, 0, sizeof(*r));
}

static guess *
find_guess(record *r, const unsigned char digest[DIGEST])
{
    for (uint32_t i = 0; i < r->n; i++) {
        if (memcmp(r->guesses[i].digest, digest, DIGEST) == 0)
            return &r->guesses[i];
    }
    return NULL;
}

static record *
record_for(edc_lockout *table, size_t set, const edc_lockout_rules *rules,
    const unsigned char account[DIGEST], const unsigned char generation[DIGEST],
    int64_t now)
{
    record *r = find(table, set, account);

    if (r != NULL)
        expire(r, rules, now);
    if (r != NULL && r->used && memcmp(r->generation, generation, DIGEST) != 0)
        memset(r, 0, sizeof(*r));
    if (r == NULL)
        r = make_room(table, set);
    if (r == NULL || r->used)
        if (r == NULL || memcmp(r->account, account, DIGEST) == 0)
            return r;
    memset(r, 0, sizeof(*r));
    r->used = true;
    memcpy(r->account, account, DIGEST);
    memcpy(r->generation, generation, DIGEST);
    return r;
}

static edc_admission
admit(record *r, const edc_lockout_rules *rules, int64_t now,
    const unsigned char digest[DIGEST])
{
    guess *g;

    if (r->locked_at != 0)
        return EDC_LOCKED_OUT;
    g = find_guess(r, digest);
    if (g != NULL && g->failed != 0)
        return EDC_KNOWN_BAD;
    if (g == NULL) {
        if (r->n >= rules->failures || r->n == EDC_LOCKOUT_FAILURES_MAX)
            return EDC_LOCKED_OUT;
        g = &r->guesses[r->n++];
        memset(g, 0, sizeof(*g));
        memcpy(g->digest, digest, DIGEST);
    }
    g->in_flight++;
    r->touched = now;
    return EDC_EVALUATE;
}

edc_admission
edc_lockout_admit(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, edc_str generation, edc_str guessed, int64_t now,
    edc_ticket *ticket)
{
    unsigned char current[DIGEST];
    edc_admission admission = EDC_LOCKED_OUT;
    pthread_mutex_t *mutex;
    size_t set;
    record *r;

    digest_of(table, account, ticket->account);
    digest_of(table, generation, current);
    digest_of(table, guessed, ticket->guess);
    set = set_of(table, ticket->account);
    mutex = lock_set(table, set);
    r = record_for(table, set, rules, ticket->account, current, now);
    if (r != NULL)
        admission = admit(r, rules, now, ticket->guess);
    pthread_mutex_unlock(mutex);
    if (admission == EDC_EVALUATE)
        atomic_fetch_add(&table->evaluated, 1);
    else
        atomic_fetch_add(&table->refused, 1);
    return admission;
}

static int
by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* Counts the failures; when they are enough the lock begins and their times
 * are handed out. */
static uint32_t
complete(record *r, const edc_lockout_rules *rules, int64_t now, int64_t *times)
{
    uint32_t failures = 0;

    for (uint32_t i = 0; i < r->n; i++) {
        if (r->guesses[i].failed != 0)
            times[failures++] = r->guesses[i].failed;
    }
    if (failures < rules->failures || r->locked_at != 0)
        return 0;
    r->locked_at = now;
    qsort(times, failures, sizeof(times[0]), by_time);
    return failures;
}

uint32_t
edc_lockout_settle(edc_lockout *table, const edc_lockout_rules *rules,
    const edc_ticket *ticket, edc_outcome outcome, int64_t now, int64_t *times)
{
    size_t set = set_of(table, ticket->account);
    pthread_mutex_t *mutex = lock_set(table, set);
    record *r = find(table, set, ticket->account);
    guess *g = r == NULL ? NULL : find_guess(r, ticket->guess);
    uint32_t completed = 0;

    if (g != NULL) {
        if (g->in_flight > 0)
            g->in_flight--;
        if (outcome == EDC_GUESS_WRONG) {
            g->failed = g->failed != 0 ? g->failed : now;
            completed = complete(r, rules, now, times);
        } else if (outcome == EDC_GUESS_RIGHT) {
            for (uint32_t i = 0; i < r->n; i++)
                r->guesses[i].failed = 0;
            r->locked_at = 0;
        }
        expire(r, rules, now);
    }
    pthread_mutex_unlock(mutex);
    return completed;
}

void
edc_lockout_forget(edc_lockout *table, edc_str account)
{
    unsigned char digest[DIGEST];
    pthread_mutex_t *mutex;
    size_t set;
    record *r;

    digest_of(table, account, digest);
    set = set_of(table, digest);
    mutex = lock_set(table, set);
    r = find(table, set, digest);
    if (r != NULL)
        memset(r, 0, sizeof(*r));
    pthread_mutex_unlock(mutex);
}

int64_t
edc_lockout_until(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, int64_t now)
{
    unsigned char digest[DIGEST];
    pthread_mutex_t *mutex;
    int64_t until = 0;
    size_t set;
    record *r;

    digest_of(table, account, digest);
    set = set_of(table, digest);
    mutex = lock_set(table, set);
    r = find(table, set, digest);
    if (r != NULL && r->locked_at != 0 && now < r->locked_at + rules->duration)
        until = r->locked_at + rules->duration;
    pthread_mutex_unlock(mutex);
    return until;
}

uint64_t
edc_lockout_evaluated(const edc_lockout *table)
{
    return atomic_load(&table->evaluated);
}

uint64_t
edc_lockout_refused(const edc_lockout *table)
{
    return atomic_load(&table->refused);
}
