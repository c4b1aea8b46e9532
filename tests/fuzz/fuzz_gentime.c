/* fuzz_gentime.c - any bytes as a time and as a duration: what is accepted is
 * within bounds and is written and read back as the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/gentime.h"

#define FIRST INT64_C(-62135596800)
#define LAST INT64_C(253402300799)
#define LONGEST (INT64_C(36525) * 86400)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool holds)
{
    if (!holds)
        abort();
}

static void
try_time(edc_str text)
{
    char written[EDC_TIME_SIZE];
    int64_t seconds, again;

    if (!edc_time_parse(text, &seconds))
        return;
    want(seconds >= FIRST && seconds <= LAST);
    edc_time_format(seconds, written);
    want(strlen(written) == 15);
    want(memcmp(written, text.p, 14) == 0);
    want(edc_time_parse(edc_str_of(written), &again) && again == seconds);
}

static void
try_duration(edc_str text)
{
    char written[16];
    int64_t seconds, again;

    if (!edc_duration_parse(text, &seconds))
        return;
    want(seconds >= 1 && seconds <= LONGEST);
    edc_duration_format(seconds, written, sizeof(written));
    want(edc_duration_parse(edc_str_of(written), &again) && again == seconds);
}

/* Any number as a time: it is written as one that can be read. */
static void
try_number(const uint8_t *data, size_t size)
{
    char written[EDC_TIME_SIZE];
    int64_t seconds, again;

    if (size < sizeof(seconds))
        return;
    memcpy(&seconds, data, sizeof(seconds));
    edc_time_format(seconds, written);
    want(edc_time_parse(edc_str_of(written), &again));
    want(again == seconds || seconds < FIRST || seconds > LAST);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    edc_str text = {(const char *)data, size};

    try_time(text);
    try_duration(text);
    try_number(data, size);
    return 0;
}
