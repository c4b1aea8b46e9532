/* provisional.c - passwords that the server makes. */
#include "core/password/provisional.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#define GROUP 4
#define GROUPS_MAX 16

bool
edc_provisional_make(unsigned groups, edc_buf *out)
{
    static const char alphabet[] = EDC_PROVISIONAL_ALPHABET;
    unsigned char random[GROUPS_MAX * GROUP];
    size_t symbols = (size_t)groups * GROUP, n = 0;
    bool made;

    *out = (edc_buf){NULL, 0};
    if (groups == 0 || groups > GROUPS_MAX ||
        !edc_buf_alloc(out, symbols + groups - 1))
        return false;
    made = RAND_bytes(random, (int)symbols) == 1;
    for (size_t i = 0; made && i < symbols; i++) {
        if (i > 0 && i % GROUP == 0)
            out->p[n++] = '-';
        out->p[n++] = alphabet[random[i] & 31];
    }
    OPENSSL_cleanse(random, sizeof(random));
    if (!made)
        edc_buf_wipe(out);
    return made;
}
