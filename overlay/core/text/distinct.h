/* distinct.h - which of many values are the same.
 *
 * Whoever sends a request chooses how many values it has, so they are never
 * compared each with each.
 */
#ifndef EDC_DISTINCT_H
#define EDC_DISTINCT_H

#include "core/text/text.h"

/* A value and where it stood among the others. */
typedef struct edc_listed {
    edc_str value;
    size_t at;
} edc_listed;

/* Sorts n places by value (edc_str_order()), equal ones by where they stood;
 * spare has room for as many. Returns the array, of the two, that has the
 * result. At most n log2 n comparisons, whatever the values are, which the C
 * library's qsort() does not promise. */
edc_listed *edc_places_sort(edc_listed *places, edc_listed *spare, size_t n);

/* Puts into first[at], for each of n sorted places, where the first value with
 * the same bytes stood. Returns how many different values there are. */
size_t edc_places_first(const edc_listed *sorted, size_t n, size_t *first);

/* Whether one of n sorted places has the value. */
bool edc_places_have(const edc_listed *sorted, size_t n, edc_str value);

#endif
