/* refused.h - the file of refused passwords, looked up in place. */
#ifndef EDC_REFUSED_H
#define EDC_REFUSED_H

#include "text.h"

typedef enum edc_refused {
    EDC_REFUSED_NO,   /* not listed */
    EDC_REFUSED_YES,  /* listed */
    EDC_REFUSED_ERROR /* the file cannot be read: errno tells */
} edc_refused;

/* Looks a prepared password up. Two forms, told apart by the first line:
 *  - upper- or lower-case hexadecimal SHA-1, sorted, optionally followed by
 *    ":count" (as published by breach lists): binary search with pread(), a
 *    handful of reads whatever the size;
 *  - one password a line (LF or CR LF), UTF-8, any order: read through once in
 *    blocks of 64 KiB, compared with case and accents folded (see fold.h) as
 *    well as byte for byte.
 * Memory does not grow with the file. The file is opened at each call, so that
 * it may be replaced at any time by rename(2). Thread-safe. */
edc_refused edc_refused_lookup(const char *path, edc_str prepared);

#endif
