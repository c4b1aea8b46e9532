/* points.c - text as a row of code points. */
#include "core/password/points.h"

#include <stdlib.h>

#include <openssl/crypto.h>
#include <unistr.h>

bool
edc_points_read(edc_str utf8, edc_points *points, size_t *strays)
{
    const uint8_t *p = (const uint8_t *)utf8.p;
    size_t left = utf8.n;

    *strays = 0;
    points->n = 0;
    points->p = calloc(utf8.n + 1, sizeof(*points->p));
    if (points->p == NULL)
        return false;
    while (left > 0) {
        ucs4_t c;
        int len = u8_mbtoucr(&c, p, left);
        size_t step = len > 0 ? (size_t)len : 1;

        if (len > 0)
            points->p[points->n++] = c;
        else
            ++*strays;
        p += step;
        left -= step;
    }
    return true;
}

size_t
edc_points_put(uint32_t point, char *out)
{
    return (size_t)u8_uctomb((uint8_t *)out, point, EDC_POINT_MAX);
}

void
edc_points_wipe(edc_points *points)
{
    if (points->p != NULL) {
        OPENSSL_cleanse(points->p, points->n * sizeof(*points->p));
        free(points->p);
    }
    *points = (edc_points){NULL, 0};
}
