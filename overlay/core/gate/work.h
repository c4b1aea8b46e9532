/* work.h - what one visit to the hashing gate computes.
 *
 * A guess at a stored password, the time that every wrong one takes, and the
 * new hash of a right one. All of it is decided here, so that the gate's
 * threads need nothing of the server.
 */
#ifndef EDC_WORK_H
#define EDC_WORK_H

#include "core/gate/bucket.h"
#include "core/gate/gate.h"
#include "core/password/hash.h"

/* One visit. Everything that is pointed to belongs to the caller, stays where
 * it is until the visit is over, and is only read. */
typedef struct edc_work {
    edc_job job; /* its `work` is edc_work_run() */

    edc_str stored; /* the account's; empty: it has none */
    /* Compared one after the other when `stored` does not match. */
    const edc_str *others;
    size_t n_others;
    edc_str clear;    /* the password as it came */
    edc_str prepared; /* and as it is hashed (opaque.h) */
    edc_cost cost;    /* of hashes that are made now */
    edc_cost ceiling; /* nothing over it is computed */
    /* Verifies {SCHEME}s that are not this file's; thread-safe. */
    bool (*matches)(edc_str stored, edc_str clear, edc_str prepared);
    bool verify; /* compare with `stored` and `others` */
    bool level;  /* what does not match takes the time of a hash made now */
    bool alike;  /* with level: and so does what matches */
    bool make;   /* hash the password */
    bool renew;  /* hash it if it matches and `stored` is stale */
    bool lower;  /* with renew: or costlier */
    /* With renew: what is hashed so takes one of `rate` a second from it, or is
     * not; NULL: there is no bound. */
    edc_bucket *bucket;
    uint32_t rate;

    edc_verify verified;       /* EDC_MISMATCH when nothing was compared */
    size_t tried;              /* of all that is stored; the last may match */
    char made[EDC_STORED_MAX]; /* the new hash; "": none */
} edc_work;

/* Computes; for an edc_work that stands first in its memory. Thread-safe. */
void edc_work_run(edc_job *job);

/* Memory (KiB) times passes of an Argon2 hash that takes no longer than the way
 * to the gate and back: of a processor, by the row "right {ARGON2} bind of 64
 * KiB" of the bench, some 65 microseconds for the hash, and 75 more for each
 * bind when they all went that way. */
#define EDC_WORK_QUICK 64

/* Compares in the caller's thread, where the hash is one that was never meant
 * to be slow: {SSHA} and the like, and what does not exceed EDC_WORK_QUICK.
 * Returns whether it did: `verified` is set then and `verify` is not. */
bool edc_work_quick(edc_work *work);

/* Takes what the bucket asks for, before the visit. Returns false when there is
 * none to be had. */
bool edc_work_pay(edc_work *work);

/* Whether there is nothing left to compute. Pure. */
bool edc_work_is_over(const edc_work *work);

#endif
