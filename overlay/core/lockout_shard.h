/* lockout_shard.h - a part of the lock-out table: slots for accounts in fixed
 * memory. Used by lockout.c only.
 *
 * Everything but edc_shard_init() and edc_shard_free() is called with the
 * shard's mutex held; nothing here takes it.
 */
#ifndef EDC_LOCKOUT_SHARD_H
#define EDC_LOCKOUT_SHARD_H

#include <pthread.h>

#include "lockout.h"
#include "lockout_digest.h"

/* One different guess at an account's password. */
typedef struct edc_place {
    edc_digest guess;
    int64_t wrong_at;   /* meaningful when wrong */
    uint32_t under_way; /* tickets that are not settled */
    bool wrong;         /* counted */
} edc_place;

/* What is remembered of one account. */
typedef struct edc_slot {
    struct edc_slot *next;  /* in the bucket, or of the free ones */
    struct edc_slot *newer; /* by last failure */
    struct edc_slot *older;
    edc_digest account;
    edc_digest generation;
    int64_t locked_at;
    bool locked;
    uint32_t n; /* places */
    edc_place places[EDC_LOCKOUT_FAILURES_MAX];
} edc_slot;

typedef struct edc_shard {
    pthread_mutex_t mutex;
    edc_slot *slots;
    size_t n_slots;
    size_t n_used;  /* slots that were ever taken: the rest is not touched */
    edc_slot *free; /* those that were given back */
    edc_slot **buckets;
    size_t mask; /* buckets - 1, a power of two less one */
    edc_slot *newest;
    edc_slot *oldest;
} edc_shard;

/* Makes an empty shard. Returns false when memory is out; *shard is then empty
 * and need not be freed. */
bool edc_shard_init(edc_shard *shard, size_t n_slots);
void edc_shard_free(edc_shard *shard);

/* The slot of an account; NULL when it has none. */
edc_slot *edc_shard_find(edc_shard *shard, const edc_digest *account);

/* An empty slot for an account that has none. When the shard is full, the
 * account that failed least recently gives way; one with a guess under way
 * never does, so NULL when all have. */
edc_slot *edc_shard_take(
    edc_shard *shard, const edc_digest *account, const edc_digest *generation);

/* Gives a slot back. */
void edc_shard_release(edc_shard *shard, edc_slot *slot);

/* Makes the account the one that failed most recently. */
void edc_shard_touch(edc_shard *shard, edc_slot *slot);

#endif
