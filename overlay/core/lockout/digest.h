/* digest.h - keyed digests, so that the lock-out table holds nothing
 * that anybody could read: no login, no guess, no stored hash.
 *
 * SipHash-2-4 with 16 bytes of output (Aumasson and Bernstein, "SipHash: a fast
 * short-input PRF", 2012), under a random key that never leaves the process. It
 * is written out here: OpenSSL's takes longer to be set up than to compute, and
 * every bind asks for four. The unit test holds it against OpenSSL's.
 */
#ifndef EDC_LOCKOUT_DIGEST_H
#define EDC_LOCKOUT_DIGEST_H

#include "core/text/text.h"

#define EDC_DIGEST_SIZE 16

typedef struct edc_digest {
    unsigned char byte[EDC_DIGEST_SIZE];
} edc_digest;

/* What is digested: the same bytes give another digest for another purpose. */
typedef enum edc_purpose {
    EDC_DIGEST_ACCOUNT,
    EDC_DIGEST_GENERATION,
    EDC_DIGEST_GUESS
} edc_purpose;

typedef struct edc_digester edc_digester;

/* NULL when memory is out or the random generator failed. */
edc_digester *edc_digester_new(void);

/* Zeroes the key; NULL does nothing. */
void edc_digester_free(edc_digester *digester);

/* SipHash of `prefix`, which may be NULL, `bytes`, and one byte that says which
 * purpose and whether there was a prefix. Thread-safe, allocates nothing. */
void edc_digester_make(const edc_digester *digester, edc_purpose purpose,
    const edc_digest *prefix, edc_str bytes, edc_digest *out);

/* The key, for whoever holds the digests against another implementation. */
#define EDC_DIGEST_KEY_SIZE 16
void edc_digester_key(
    const edc_digester *digester, unsigned char key[EDC_DIGEST_KEY_SIZE]);

/* Equality; the digests are no secrets of the one who asks. */
bool edc_digest_eq(const edc_digest *a, const edc_digest *b);

#endif
