/* digest.c - digests of what threads and sessions are to know again. */
#include "bind/digest.h"

static edc_digester *digester;

int
ov_digest_init(void)
{
    digester = edc_digester_new();
    return digester != NULL ? 0 : -1;
}

void
ov_digest_exit(void)
{
    edc_digester_free(digester);
    digester = NULL;
}

edc_digest
ov_digest(edc_str one)
{
    edc_digest digest;

    edc_digester_make(digester, EDC_DIGEST_ACCOUNT, NULL, one, &digest);
    return digest;
}

edc_digest
ov_digest_two(edc_str one, edc_str other)
{
    edc_digest first = ov_digest(one), digest;

    edc_digester_make(digester, EDC_DIGEST_GUESS, &first, other, &digest);
    return digest;
}
