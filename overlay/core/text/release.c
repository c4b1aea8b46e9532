/* release.c - slapd's version, and whether the overlay can be in it. */
#include "core/text/release.h"

#include <stdio.h>
#include <string.h>

/* Larger numbers are none of slapd's, and overflow nothing. */
#define PART_MAX 99

static uint32_t
series(uint32_t version)
{
    return version / 100;
}

edc_release_fit
edc_release_judge(uint32_t built, uint32_t running)
{
    if (series(built) != series(running))
        return EDC_RELEASE_OTHER;
    return EDC_RELEASE_FITS(running) ? EDC_RELEASE_FITTING : EDC_RELEASE_OLD;
}

/* One number at *at, which is moved behind it; false when there is none. */
static bool
read_part(edc_str text, size_t *at, uint32_t *part)
{
    size_t begin = *at;

    *part = 0;
    for (; *at < text.n && text.p[*at] >= '0' && text.p[*at] <= '9'; ++*at) {
        *part = *part * 10 + (uint32_t)(text.p[*at] - '0');
        if (*part > PART_MAX)
            return false;
    }
    return *at > begin;
}

static uint32_t
read_version(edc_str text, size_t at)
{
    uint32_t version = 0;

    for (int i = 0; i < 3; i++) {
        uint32_t part;

        if (i > 0 && (at >= text.n || text.p[at++] != '.'))
            return 0;
        if (!read_part(text, &at, &part))
            return 0;
        version = version * 100 + part;
    }
    return version;
}

uint32_t
edc_release_read(edc_str banner)
{
    static const char name[] = "slapd ";
    size_t n = sizeof(name) - 1;

    for (size_t i = 0; i + n <= banner.n; i++) {
        if (memcmp(banner.p + i, name, n) == 0)
            return read_version(banner, i + n);
    }
    return 0;
}

void
edc_release_write(uint32_t version, char out[EDC_RELEASE_SIZE])
{
    snprintf(out, EDC_RELEASE_SIZE, "%u.%u.%u", version / 10000 % 100,
        version / 100 % 100, version % 100);
}
