/* identity.h - whether two records speak of the same person: telephone numbers,
 * names, birth dates.
 */
#ifndef EDC_IDENTITY_H
#define EDC_IDENTITY_H

#include "core/text/text.h"

/* Bytes of a number's longest form with its NUL. */
#define EDC_PHONE_SIZE 24

/* The forms that one telephone number is stored in. */
typedef struct edc_phone {
    char national[EDC_PHONE_SIZE];      /* 0612345678; 0049... for others */
    char international[EDC_PHONE_SIZE]; /* +33612345678 */
} edc_phone;

/* Reads a number: its digits count and a plus sign before them, +33 and 0033
 * are France's 0. Returns false when that leaves no digit or more than any
 * number has. Pure. */
bool edc_phone_read(edc_str text, edc_phone *phone);

/* Whether a name that one record has is one that the other has: both fold to
 * the same letters, and to some. Returns false in *same for an absent name.
 * Returns false when memory is out. Thread-safe. */
bool edc_names_same(const edc_str *values, size_t n, const edc_str *others,
    size_t n_others, bool *same);

/* Whether two lists hold the same dates, each as often. Pure. */
bool edc_dates_same(
    const edc_str *dates, size_t n, const edc_str *others, size_t n_others);

#endif
