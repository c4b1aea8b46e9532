/* identity.h - whether two records speak of the same person: names, birth
 * dates. Telephone numbers: core/text/phone.h.
 */
#ifndef EDC_IDENTITY_H
#define EDC_IDENTITY_H

#include "core/text/text.h"

/* Whether a name that one record has is one that the other has: both fold to
 * the same letters, and to some. Returns false in *same for an absent name.
 * Returns false when memory is out. Thread-safe. */
bool edc_names_same(const edc_str *values, size_t n, const edc_str *others,
    size_t n_others, bool *same);

/* Whether two lists hold the same dates, each as often. Pure. */
bool edc_dates_same(
    const edc_str *dates, size_t n, const edc_str *others, size_t n_others);

#endif
