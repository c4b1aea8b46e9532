/* hash.h - Argon2id password hashes as slapd stores them, under a ceiling.
 *
 * Stored form: {ARGON2}$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>, which
 * stock slapd verifies with its own argon2 module (RFC 9106; PHC string
 * format). Computation is libargon2's.
 */
#ifndef EDC_HASH_H
#define EDC_HASH_H

#include <stdint.h>

#include "core/password/block.h"
#include "core/text/text.h"

/* Work of one hash: memory in KiB, passes, lanes (RFC 9106 section 3.1). */
typedef struct edc_cost {
    uint32_t memory;
    uint32_t time;
    uint32_t parallelism;
} edc_cost;

/* Defaults of educonnect-hash: OWASP password storage cheat sheet, Argon2id. */
#define EDC_HASH_MEMORY 19456
#define EDC_HASH_TIME 2
#define EDC_HASH_PARALLELISM 1

/* Defaults of educonnect-hash-ceiling (see directives.def). */
#define EDC_CEILING_MEMORY 262144
#define EDC_CEILING_TIME 16
#define EDC_CEILING_PARALLELISM 8

/* A buffer that any stored value made here fits into, NUL included. */
#define EDC_STORED_MAX 256

typedef enum edc_verify {
    EDC_MATCH,      /* the password is the one */
    EDC_MISMATCH,   /* it is not */
    EDC_TOO_COSTLY, /* over the ceiling: nothing was computed */
    EDC_MALFORMED,  /* not a hash this file can read: nothing was computed */
    EDC_HASH_FAILED /* memory ran out or the library failed */
} edc_verify;

/* Whether a is over b in any of the three figures. */
bool edc_cost_exceeds(edc_cost a, edc_cost b);

/* Whether libargon2 can compute this cost: memory >= 8 KiB for each lane,
 * time >= 1, 1 <= parallelism <= 2^24-1 (RFC 9106 section 3.1). */
bool edc_cost_valid(edc_cost cost);

/* Memory times passes: what the time of a hash grows with. Pure. */
uint64_t edc_cost_work(edc_cost cost);

/* The cost of what a hash of `whole` takes longer than one of `part`, at least
 * the smallest that can be computed. Pure. */
edc_cost edc_cost_rest(edc_cost part, edc_cost whole);

/* Hashes a prepared password (see opaque.h) with a fresh 16-byte salt from
 * RAND_bytes() into out (size >= EDC_STORED_MAX, NUL-terminated). Returns
 * false when memory is out, the cost is not valid or the random generator
 * failed; out is then the empty string. Thread-safe. */
bool edc_hash_make(edc_str password, edc_cost cost, char *out, size_t size);

/* Compares a password with a stored value ("{ARGON2}$argon2...", any of the
 * three variants, versions 16 and 19; trailing NUL bytes as Debian's own
 * argon2 module writes them are ignored). The parameters are checked against
 * the ceiling before anything is allocated. The comparison is constant in
 * time. Thread-safe. */
edc_verify edc_hash_verify(edc_str stored, edc_str password, edc_cost ceiling);

/* Lends the calling thread memory that its hashes are computed in from now on,
 * NULL: none. A hash that does not fit takes memory of its own, as every one
 * does without. libargon2 zeroes what it used. The block stays the caller's. */
void edc_hash_lend(edc_block *block);

/* Does the work of one hash at this cost and throws it away, so that an answer
 * which needs no hash takes the time of one. Thread-safe. */
void edc_hash_spend(edc_str password, edc_cost cost);

/* Reads the cost out of a stored {ARGON2} value. Returns false when it is not
 * one. */
bool edc_hash_cost(edc_str stored, edc_cost *cost);

/* Whether a stored value should be made again at the wanted cost: any scheme
 * but Argon2id version 19, or memory x time below the wanted, or memory
 * below the wanted. */
bool edc_hash_stale(edc_str stored, edc_cost wanted);

/* Whether a stored value that is not stale took more than is wanted: more
 * memory x time, or more memory. Never of one that was made at that cost. */
bool edc_hash_costlier(edc_str stored, edc_cost wanted);

#endif
