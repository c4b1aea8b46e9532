/* digest.c - keyed digests for the lock-out table. */
#include "core/lockout/digest.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define KEY_SIZE 16

/* Contexts, so that threads seldom wait for one another's. */
#define N_CONTEXTS 16

typedef struct context {
    pthread_mutex_t mutex;
    EVP_MAC_CTX *mac;
} context;

struct edc_digester {
    unsigned char key[KEY_SIZE];
    EVP_MAC *method;
    unsigned n; /* contexts whose mutex is there */
    context contexts[N_CONTEXTS];
};

static bool
add_context(edc_digester *digester)
{
    context *c = &digester->contexts[digester->n];

    if (pthread_mutex_init(&c->mutex, NULL) != 0)
        return false;
    digester->n++;
    c->mac = EVP_MAC_CTX_new(digester->method);
    return c->mac != NULL;
}

edc_digester *
edc_digester_new(void)
{
    edc_digester *digester = calloc(1, sizeof(*digester));
    bool ready;

    if (digester == NULL)
        return NULL;
    digester->method = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
    ready =
        digester->method != NULL && RAND_bytes(digester->key, KEY_SIZE) == 1;
    while (ready && digester->n < N_CONTEXTS)
        ready = add_context(digester);
    if (!ready) {
        edc_digester_free(digester);
        return NULL;
    }
    return digester;
}

/* SipHash's state tells the key, and OpenSSL frees it as it is. */
static void
wipe(EVP_MAC_CTX *mac)
{
    static const unsigned char zero[KEY_SIZE];

    if (mac != NULL)
        (void)EVP_MAC_init(mac, zero, sizeof(zero), NULL);
}

void
edc_digester_free(edc_digester *digester)
{
    if (digester == NULL)
        return;
    for (unsigned i = 0; i < digester->n; i++) {
        wipe(digester->contexts[i].mac);
        EVP_MAC_CTX_free(digester->contexts[i].mac);
        (void)pthread_mutex_destroy(&digester->contexts[i].mutex);
    }
    EVP_MAC_free(digester->method);
    OPENSSL_cleanse(digester->key, sizeof(digester->key));
    free(digester);
}

/* Spreads threads over the contexts; nothing depends on its quality. */
static unsigned
choose(edc_str bytes)
{
    unsigned sum = 0;

    for (size_t i = 0; i < bytes.n && i < 64; i++)
        sum = sum * 31 + (unsigned char)bytes.p[i];
    return (sum ^ sum >> 16) % N_CONTEXTS;
}

bool
edc_digester_make(edc_digester *digester, edc_purpose purpose,
    const edc_digest *prefix, edc_str bytes, edc_digest *out)
{
    context *c = &digester->contexts[choose(bytes)];
    unsigned char tag = (unsigned char)(purpose << 1 | (prefix != NULL));
    size_t n = 0;
    bool made;

    (void)pthread_mutex_lock(&c->mutex);
    made =
        EVP_MAC_init(c->mac, digester->key, KEY_SIZE, NULL) == 1 &&
        EVP_MAC_update(c->mac, &tag, sizeof(tag)) == 1 &&
        (prefix == NULL ||
            EVP_MAC_update(c->mac, prefix->byte, EDC_DIGEST_SIZE) == 1) &&
        (bytes.n == 0 || EVP_MAC_update(c->mac, (const unsigned char *)bytes.p,
                             bytes.n) == 1) &&
        EVP_MAC_final(c->mac, out->byte, &n, EDC_DIGEST_SIZE) == 1 &&
        n == EDC_DIGEST_SIZE;
    (void)pthread_mutex_unlock(&c->mutex);
    if (!made)
        memset(out, 0, sizeof(*out));
    return made;
}

bool
edc_digest_eq(const edc_digest *a, const edc_digest *b)
{
    return memcmp(a->byte, b->byte, EDC_DIGEST_SIZE) == 0;
}
