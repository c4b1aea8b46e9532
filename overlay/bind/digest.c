/* digest.c - SHA-256, its method found once. */
#include "bind/digest.h"

#include <openssl/evp.h>

static EVP_MD *method;

int
ov_digest_init(void)
{
    method = EVP_MD_fetch(NULL, "SHA256", NULL);
    return method != NULL ? 0 : -1;
}

void
ov_digest_exit(void)
{
    EVP_MD_free(method);
    method = NULL;
}

bool
ov_digest(const edc_str *parts, size_t n, unsigned char digest[OV_DIGEST_SIZE])
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx != NULL && EVP_DigestInit_ex2(ctx, method, NULL) == 1;

    for (size_t i = 0; done && i < n; i++)
        done = parts[i].n == 0 ||
               EVP_DigestUpdate(ctx, parts[i].p, parts[i].n) == 1;
    done = done && EVP_DigestFinal_ex(ctx, digest, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return done;
}
