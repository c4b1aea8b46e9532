/* fuzz_trail.c - any bytes as the values of a line of the audit trail: a JSON
 * reader finds one line, those fields and no other, and each value as it was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/text/trail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool holds)
{
    if (!holds)
        abort();
}

static const char *const names[] = {
#define EDC_TRAIL_FIELD(id, name, kind, about) [EDC_TRAIL_##id] = name,
#include "core/text/trail.def"
#undef EDC_TRAIL_FIELD
};

/* JSON of a text that is UTF-8 comes back as it was, or as its beginning. */
static void
check_value(const json_t *line, int field, edc_str text, bool cut)
{
    const json_t *value = json_object_get(line, names[field]);
    json_t *whole = json_stringn(text.p, text.n);

    want((value != NULL) == (text.n > 0));
    if (value != NULL && whole != NULL && !cut)
        want(json_equal(value, whole));
    json_decref(whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int texts[] = {EDC_TRAIL_EVENT, EDC_TRAIL_LOGIN, EDC_TRAIL_ID,
        EDC_TRAIL_FROM, EDC_TRAIL_TO, EDC_TRAIL_BY, EDC_TRAIL_VIA,
        EDC_TRAIL_SCHOOL, EDC_TRAIL_ADDRESS, EDC_TRAIL_PEER, EDC_TRAIL_GUARD,
        EDC_TRAIL_INTO};
    size_t n_texts = sizeof(texts) / sizeof(texts[0]), n;
    edc_trail trail = {.seconds = (int64_t)size, .relax = size % 2 == 0};
    char out[EDC_TRAIL_SIZE];
    size_t part = size / n_texts;
    json_t *line;
    bool cut;

    for (size_t i = 0; i < n_texts; i++)
        trail.text[texts[i]] = (edc_str){(const char *)data + i * part, part};
    n = edc_trail_write(&trail, out);
    want(n == strlen(out) && out[n - 1] == '\n');
    for (size_t i = 0; i + 1 < n; i++)
        want(out[i] >= ' ' && out[i] < 0x7f);
    line = json_loadb(out, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    want(json_is_object(line));
    cut = json_is_true(json_object_get(line, names[EDC_TRAIL_CUT]));
    for (size_t i = 0; i < n_texts; i++)
        check_value(line, texts[i], trail.text[texts[i]], cut);
    want(json_is_true(json_object_get(line, names[EDC_TRAIL_RELAX])) ==
         trail.relax);
    want(json_object_get(line, names[EDC_TRAIL_SERVER]) == NULL);
    json_decref(line);
    return 0;
}
