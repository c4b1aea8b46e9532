/* fuzz_phc.c - any bytes as an Argon2 hash: what is read is canonical, so it
 * is written back as the same bytes, and its fields are within bounds.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/password/phc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool holds)
{
    if (!holds)
        abort();
}

/* Version 16 may be left unsaid: then what is written is longer. */
static bool
says_version(edc_str text)
{
    return memmem(text.p, text.n, "$v=", 3) != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    edc_str text = {(const char *)data, size};
    char written[512];
    edc_phc phc, again;
    size_t n;

    if (!edc_phc_parse(text, &phc))
        return 0;
    want(phc.salt_len >= 8 && phc.salt_len <= EDC_PHC_SALT_MAX);
    want(phc.tag_len >= 4 && phc.tag_len <= EDC_PHC_TAG_MAX);
    n = edc_phc_format(&phc, written, sizeof(written));
    want(n > 0 && n == strlen(written));
    if (says_version(text))
        want(n == size && memcmp(written, data, n) == 0);
    want(edc_phc_parse((edc_str){written, n}, &again));
    want(phc.type == again.type && phc.version == again.version);
    want(phc.memory == again.memory && phc.time == again.time);
    want(phc.parallelism == again.parallelism);
    want(phc.salt_len == again.salt_len && phc.tag_len == again.tag_len);
    want(memcmp(phc.salt, again.salt, phc.salt_len) == 0);
    want(memcmp(phc.tag, again.tag, phc.tag_len) == 0);
    want(edc_phc_format(&phc, written, n) == 0);
    return 0;
}
