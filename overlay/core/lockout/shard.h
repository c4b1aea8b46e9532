/* shard.h - a part of the lock-out table: the accounts that there is
 * something to remember of. Used by lockout.c only.
 *
 * Accounts stand in a tree that branches by the bits of their digests. Those
 * are made with a key that nobody knows, so the tree is as flat as chance makes
 * it, whatever names are guessed at, and it grows and shrinks one account at a
 * time: nothing is ever moved to another table while others wait.
 *
 * Everything but edc_shard_init() and edc_shard_free() is called with the
 * shard's mutex held; nothing here takes it.
 */
#ifndef EDC_LOCKOUT_SHARD_H
#define EDC_LOCKOUT_SHARD_H

#include <pthread.h>

#include "core/lockout/lockout.h"
#include "core/lockout/digest.h"

/* One different guess at an account's password. */
typedef struct edc_place {
    edc_digest guess;
    int64_t wrong_at;   /* meaningful when wrong */
    uint32_t under_way; /* tickets that are not settled */
    bool wrong;         /* counted */
} edc_place;

/* By what a slot waits to be given back: each list is in the order of time. */
typedef enum edc_age {
    EDC_AGE_COUNTED, /* last failure */
    EDC_AGE_LOCKED,  /* lock */
    EDC_N_AGES
} edc_age;

/* What is remembered of one account. */
typedef struct edc_slot {
    struct edc_slot *child[2];
    struct edc_slot *newer; /* in the list of its age */
    struct edc_slot *older;
    edc_age age;
    edc_digest account;
    edc_digest generation;
    int64_t locked_at; /* meaningful when locked, or dated is */
    int64_t dated;     /* the stored lock that locked_at stands for, in the
                          server's time; EDC_LOCKOUT_UNDATED: none */
    bool locked;
    uint32_t n; /* places */
    uint32_t room;
    edc_place *places; /* owned; grows up to EDC_LOCKOUT_FAILURES_MAX */
} edc_slot;

#define EDC_LOCKOUT_UNDATED INT64_MIN

typedef struct edc_shard {
    pthread_mutex_t mutex;
    edc_slot *root;
    size_t n;
    size_t most; /* slots at a time; 0: no bound */
    edc_slot *newest[EDC_N_AGES];
    edc_slot *oldest[EDC_N_AGES];
} edc_shard;

/* Makes an empty shard. Returns false when there can be no mutex. */
bool edc_shard_init(edc_shard *shard, size_t most);
void edc_shard_free(edc_shard *shard);

/* The slot of an account; NULL when it has none. */
edc_slot *edc_shard_find(edc_shard *shard, const edc_digest *account);

/* An empty slot for an account that has none, the newest of the counted. In a
 * shard with a bound that is full the account that failed least recently gives
 * way; one with a guess under way never does. NULL when all have, or memory is
 * out. */
edc_slot *edc_shard_take(
    edc_shard *shard, const edc_digest *account, const edc_digest *generation);

/* Gives a slot back. */
void edc_shard_release(edc_shard *shard, edc_slot *slot);

/* Makes the account the newest of a list. */
void edc_shard_touch(edc_shard *shard, edc_slot *slot, edc_age age);

/* One more place of a slot for a guess; NULL when memory is out. */
edc_place *edc_slot_place(edc_slot *slot, const edc_digest *guess);

/* Gives the memory of the places back when there are none. */
void edc_slot_trim(edc_slot *slot);

/* Whether a guess at the account is under way. */
bool edc_slot_is_busy(const edc_slot *slot);

#endif
