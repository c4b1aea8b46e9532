/* digest.h - keyed digests, so that the lock-out table holds nothing
 * that anybody could read: no login, no guess, no stored hash.
 *
 * SipHash-2-4 with 16 bytes of output from OpenSSL, under a random key that
 * never leaves the process. It takes a microsecond and, unlike HMAC, allocates
 * nothing once its context is there.
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

/* Digest of the purpose, `prefix` and `bytes`; prefix may be NULL. Returns
 * false when OpenSSL failed; *out is then all zero. Thread-safe, allocates
 * nothing. */
bool edc_digester_make(edc_digester *digester, edc_purpose purpose,
    const edc_digest *prefix, edc_str bytes, edc_digest *out);

/* Equality; the digests are no secrets of the one who asks. */
bool edc_digest_eq(const edc_digest *a, const edc_digest *b);

#endif
