/* verified.h - passwords that were verified a moment ago, known again without
 * a hash: educonnect-verify-cache.
 *
 * An entry says that a name, with what was stored then, was opened by some
 * password; the password is there as a digest under a random key that never
 * leaves the process. What is stored is part of the question, so a change of it
 * leaves an entry that answers nothing; every question wipes a few that have
 * had their time. Memory is allocated once, locked against swapping when limits
 * allow, and zeroed.
 */
#ifndef EDC_VERIFIED_H
#define EDC_VERIFIED_H

#include <stdint.h>

#include "core/text/text.h"

#define EDC_VERIFIED_ENTRIES_MAX 1000000

typedef struct edc_verified edc_verified;

/* Who is asked about: its name, the stored hash, and a version that changes
 * with every change of the account. */
typedef struct edc_verified_id {
    edc_str name, stored, version;
} edc_verified_id;

/* A cache of at least so many entries (1..EDC_VERIFIED_ENTRIES_MAX), each good
 * for ttl seconds; where there is no room the one that was used least lately
 * of a few gives way. NULL when memory is out or the random generator
 * failed. */
edc_verified *edc_verified_new(uint32_t entries, int64_t ttl);

/* Zeroes and frees; NULL does nothing. */
void edc_verified_free(edc_verified *cache);

/* Whether this very password was verified for this id less than ttl ago. The
 * comparison is constant in time; false too when OpenSSL failed.
 * Thread-safe. */
bool edc_verified_ask(edc_verified *cache, const edc_verified_id *id,
    edc_str password, int64_t now);

/* Remembers one that was. Thread-safe. */
void edc_verified_keep(edc_verified *cache, const edc_verified_id *id,
    edc_str password, int64_t now);

/* Zeroes what is known of a name. Thread-safe. */
void edc_verified_forget(edc_verified *cache, edc_str name);

/* Questions since the start that were answered yes, and the others. */
uint64_t edc_verified_hits(const edc_verified *cache);
uint64_t edc_verified_misses(const edc_verified *cache);

#endif
