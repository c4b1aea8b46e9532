/* fuzz_opaque.c - any bytes as a password: what is prepared is prepared once
 * for all, and is no longer in characters than in bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/password/opaque.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool holds)
{
    if (!holds)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    edc_buf once, twice;
    edc_opaque outcome =
        edc_opaque_prepare((edc_str){(const char *)data, size}, &once);

    if (outcome != EDC_OPAQUE_OK) {
        want(once.p == NULL && once.n == 0);
        want((size == 0) == (outcome == EDC_OPAQUE_EMPTY));
        want((size > EDC_OPAQUE_MAX) == (outcome == EDC_OPAQUE_TOO_LONG));
        return 0;
    }
    want(once.n > 0 && memchr(once.p, '\0', once.n) == NULL);
    want(edc_opaque_length(edc_buf_str(&once)) <= once.n);
    if (once.n <= EDC_OPAQUE_MAX) {
        want(edc_opaque_prepare(edc_buf_str(&once), &twice) == EDC_OPAQUE_OK);
        want(edc_str_eq(edc_buf_str(&once), edc_buf_str(&twice)));
        edc_buf_wipe(&twice);
    }
    edc_buf_wipe(&once);
    return 0;
}
