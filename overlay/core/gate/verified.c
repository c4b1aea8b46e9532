/* verified.c - passwords that were verified a moment ago. */
#include "core/gate/verified.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "core/password/block.h"
#include "core/lockout/digest.h"

/* Places among which a name has its own. */
#define WAYS 8
#define N_LOCKS 64

typedef struct place {
    edc_digest name, password;
    int64_t until; /* 0: empty */
    uint64_t used; /* the greater, the later */
} place;

typedef struct set {
    place places[WAYS];
} set;

struct edc_verified {
    edc_digester *digester;
    edc_block block; /* the sets */
    size_t n_sets;
    int64_t ttl;
    pthread_mutex_t locks[N_LOCKS]; /* of a set each N_LOCKS-th */
    unsigned n_locks;
    _Atomic uint64_t clock, hits, misses;
    _Atomic uint64_t hand; /* the set that is swept next */
};

edc_verified *
edc_verified_new(uint32_t entries, int64_t ttl)
{
    edc_verified *cache = calloc(1, sizeof(*cache));

    if (cache == NULL)
        return NULL;
    cache->ttl = ttl;
    cache->n_sets = (entries < 1 ? WAYS : (size_t)entries + WAYS - 1) / WAYS;
    cache->digester = edc_digester_new();
    while (cache->n_locks < N_LOCKS &&
           pthread_mutex_init(&cache->locks[cache->n_locks], NULL) == 0)
        cache->n_locks++;
    if (cache->digester == NULL || cache->n_locks < N_LOCKS ||
        !edc_block_fit(&cache->block, cache->n_sets * sizeof(set))) {
        edc_verified_free(cache);
        return NULL;
    }
    return cache;
}

void
edc_verified_free(edc_verified *cache)
{
    if (cache == NULL)
        return;
    if (cache->block.p != NULL)
        OPENSSL_cleanse(cache->block.p, cache->block.bytes);
    edc_block_free(&cache->block);
    edc_digester_free(cache->digester);
    while (cache->n_locks > 0)
        pthread_mutex_destroy(&cache->locks[--cache->n_locks]);
    free(cache);
}

static size_t
set_of(const edc_verified *cache, const edc_digest *name)
{
    size_t number;

    memcpy(&number, name->byte, sizeof(number));
    return number % cache->n_sets;
}

static place *
places_of(const edc_verified *cache, size_t n)
{
    return ((set *)cache->block.p)[n].places;
}

static edc_digest
digest_name(const edc_verified *cache, edc_str name)
{
    edc_digest digest;

    edc_digester_make(cache->digester, EDC_DIGEST_ACCOUNT, NULL, name, &digest);
    return digest;
}

/* The password's digest is about all that is asked at once. */
static void
digest_all(const edc_verified *cache, const edc_verified_id *id,
    edc_str password, edc_digest *name, edc_digest *out)
{
    const edc_digester *d = cache->digester;
    edc_digest stored, version;

    *name = digest_name(cache, id->name);
    edc_digester_make(d, EDC_DIGEST_GENERATION, name, id->stored, &stored);
    edc_digester_make(d, EDC_DIGEST_GENERATION, &stored, id->version, &version);
    edc_digester_make(d, EDC_DIGEST_GUESS, &version, password, out);
}

static place *
find(place *places, const edc_digest *name)
{
    for (size_t i = 0; i < WAYS; i++) {
        if (places[i].until != 0 && edc_digest_eq(&places[i].name, name))
            return &places[i];
    }
    return NULL;
}

/* An empty or expired place, else the one that was used least lately. */
static place *
make_room(place *places, int64_t now)
{
    place *oldest = &places[0];

    for (size_t i = 0; i < WAYS; i++) {
        if (places[i].until <= now)
            return &places[i];
        if (places[i].used < oldest->used)
            oldest = &places[i];
    }
    return oldest;
}

/* Wipes what has had its time in another set at each call, so that nothing
 * stays for long where binds go on. */
static void
sweep(edc_verified *cache, int64_t now)
{
    size_t n = (size_t)(cache->hand++ % cache->n_sets);
    place *places = places_of(cache, n);

    pthread_mutex_lock(&cache->locks[n % N_LOCKS]);
    for (size_t i = 0; i < WAYS; i++) {
        if (places[i].until != 0 && places[i].until <= now)
            OPENSSL_cleanse(&places[i], sizeof(places[i]));
    }
    pthread_mutex_unlock(&cache->locks[n % N_LOCKS]);
}

bool
edc_verified_ask(edc_verified *cache, const edc_verified_id *id,
    edc_str password, int64_t now)
{
    edc_digest name, digest;
    bool known = false;
    size_t n;
    place *p;

    sweep(cache, now);
    digest_all(cache, id, password, &name, &digest);
    n = set_of(cache, &name);
    pthread_mutex_lock(&cache->locks[n % N_LOCKS]);
    p = find(places_of(cache, n), &name);
    if (p != NULL && p->until <= now)
        OPENSSL_cleanse(p, sizeof(*p));
    else if (p != NULL)
        known =
            CRYPTO_memcmp(p->password.byte, digest.byte, EDC_DIGEST_SIZE) == 0;
    if (known)
        p->used = ++cache->clock;
    pthread_mutex_unlock(&cache->locks[n % N_LOCKS]);
    OPENSSL_cleanse(&digest, sizeof(digest));
    if (known)
        cache->hits++;
    else
        cache->misses++;
    return known;
}

void
edc_verified_keep(edc_verified *cache, const edc_verified_id *id,
    edc_str password, int64_t now)
{
    edc_digest name, digest;
    size_t n;
    place *p;

    digest_all(cache, id, password, &name, &digest);
    n = set_of(cache, &name);
    pthread_mutex_lock(&cache->locks[n % N_LOCKS]);
    p = find(places_of(cache, n), &name);
    if (p == NULL)
        p = make_room(places_of(cache, n), now);
    *p = (place){name, digest, now + cache->ttl, ++cache->clock};
    pthread_mutex_unlock(&cache->locks[n % N_LOCKS]);
    OPENSSL_cleanse(&digest, sizeof(digest));
}

void
edc_verified_forget(edc_verified *cache, edc_str name)
{
    edc_digest digest = digest_name(cache, name);
    place *p;
    size_t n;

    n = set_of(cache, &digest);
    pthread_mutex_lock(&cache->locks[n % N_LOCKS]);
    p = find(places_of(cache, n), &digest);
    if (p != NULL)
        OPENSSL_cleanse(p, sizeof(*p));
    pthread_mutex_unlock(&cache->locks[n % N_LOCKS]);
}

uint64_t
edc_verified_hits(const edc_verified *cache)
{
    return cache->hits;
}

uint64_t
edc_verified_misses(const edc_verified *cache)
{
    return cache->misses;
}
