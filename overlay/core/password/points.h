/* points.h - text as a row of code points. */
#ifndef EDC_POINTS_H
#define EDC_POINTS_H

#include <stdint.h>

#include "core/text/text.h"

/* Code points on the heap (malloc), which may spell a secret. An all-zero
 * edc_points is empty and may be wiped. */
typedef struct edc_points {
    uint32_t *p;
    size_t n;
} edc_points;

/* Reads UTF-8 (RFC 3629: shortest form, no surrogates) into *points, whose
 * former content is overwritten, not freed. A byte that begins no character is
 * left out and counted in *strays. Returns false, *points empty, when memory
 * is out. Release with edc_points_wipe(). Thread-safe. */
bool edc_points_read(edc_str utf8, edc_points *points, size_t *strays);

/* Longest form of one code point in UTF-8, in bytes. */
#define EDC_POINT_MAX 4

/* Writes one code point as UTF-8 to out, which has room for EDC_POINT_MAX
 * bytes; returns how many it took. The point is no surrogate and at most
 * U+10FFFF. Pure. */
size_t edc_points_put(uint32_t point, char *out);

/* Zeroes and frees; *points is empty afterwards. */
void edc_points_wipe(edc_points *points);

#endif
