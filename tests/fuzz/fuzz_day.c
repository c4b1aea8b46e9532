/* fuzz_day.c - any bytes as a day of birth. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/uai.h"
#include "source/day.h"

#define TODAY "2026-11-29"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    src_day day, again;
    src_day_verdict verdict =
        src_day_read((edc_str){(const char *)data, size}, TODAY, &day);

    if (verdict != SRC_DAY_GOOD) {
        if (day.iso[0] != '\0' || day.guess != SRC_DAY_AS_WRITTEN)
            abort();
        return 0;
    }
    /* What a good day is written as is that day. */
    if (!edc_birthdate_valid(edc_str_of(day.iso)) ||
        strcmp(day.iso, TODAY) > 0 ||
        src_day_read(edc_str_of(day.iso), TODAY, &again) != SRC_DAY_GOOD ||
        strcmp(day.iso, again.iso) != 0)
        abort();
    return 0;
}
