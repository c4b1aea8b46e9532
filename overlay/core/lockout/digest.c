/* digest.c - keyed digests for the lock-out table. */
#define _DEFAULT_SOURCE 1
#include "core/lockout/digest.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

#define WORD 8

struct edc_digester {
    uint64_t key[EDC_DIGEST_KEY_SIZE / WORD];
};

/* ---- SipHash-2-4 (Aumasson and Bernstein, 2012), 16 bytes of output ---- */

typedef struct sip {
    uint64_t v[4];
    uint64_t word; /* bytes that do not fill one yet, the first lowest */
    size_t n;      /* bytes so far */
} sip;

static uint64_t
rotate(uint64_t word, unsigned left)
{
    return word << left | word >> (64 - left);
}

static void
rounds(uint64_t v[4], int n)
{
    for (; n > 0; n--) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

static sip
begin(const uint64_t key[2])
{
    return (sip){
        .v = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du ^ 0xee,
            key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u}};
}

static void
take_word(sip *s, uint64_t word)
{
    s->v[3] ^= word;
    rounds(s->v, 2);
    s->v[0] ^= word;
}

static void
take(sip *s, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    uint64_t word;

    for (; s->n % WORD == 0 && n >= WORD; p += WORD, n -= WORD) {
        memcpy(&word, p, WORD);
        take_word(s, le64toh(word));
        s->n += WORD;
    }
    for (size_t i = 0; i < n; i++) {
        s->word |= (uint64_t)p[i] << s->n % WORD * 8;
        if (++s->n % WORD == 0) {
            take_word(s, s->word);
            s->word = 0;
        }
    }
}

static void
put(unsigned char *out, const uint64_t v[4])
{
    uint64_t word = v[0] ^ v[1] ^ v[2] ^ v[3];

    for (int i = 0; i < WORD; i++)
        out[i] = (unsigned char)(word >> i * 8);
}

static void
end(sip *s, unsigned char out[EDC_DIGEST_SIZE])
{
    take_word(s, s->word | (uint64_t)s->n << 56);
    s->v[2] ^= 0xee;
    rounds(s->v, 4);
    put(out, s->v);
    s->v[1] ^= 0xdd;
    rounds(s->v, 4);
    put(out + WORD, s->v);
}

/* ---- */

edc_digester *
edc_digester_new(void)
{
    edc_digester *digester = calloc(1, sizeof(*digester));

    if (digester == NULL)
        return NULL;
    if (RAND_bytes((unsigned char *)digester->key, EDC_DIGEST_KEY_SIZE) != 1) {
        free(digester);
        return NULL;
    }
    return digester;
}

void
edc_digester_free(edc_digester *digester)
{
    if (digester == NULL)
        return;
    OPENSSL_cleanse(digester->key, sizeof(digester->key));
    free(digester);
}

void
edc_digester_make(const edc_digester *digester, edc_purpose purpose,
    const edc_digest *prefix, edc_str bytes, edc_digest *out)
{
    unsigned char tag = (unsigned char)(purpose << 1 | (prefix != NULL));
    const uint64_t key[] = {
        le64toh(digester->key[0]), le64toh(digester->key[1])};
    sip s = begin(key);

    if (prefix != NULL)
        take(&s, prefix->byte, EDC_DIGEST_SIZE);
    take(&s, bytes.p, bytes.n);
    take(&s, &tag, sizeof(tag));
    end(&s, out->byte);
    OPENSSL_cleanse(&s, sizeof(s));
}

void
edc_digester_key(
    const edc_digester *digester, unsigned char key[EDC_DIGEST_KEY_SIZE])
{
    memcpy(key, digester->key, EDC_DIGEST_KEY_SIZE);
}

bool
edc_digest_eq(const edc_digest *a, const edc_digest *b)
{
    return memcmp(a->byte, b->byte, EDC_DIGEST_SIZE) == 0;
}
