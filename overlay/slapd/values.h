/* values.h - many values at once: which are the same.
 *
 * A client chooses how many values a request has. Nothing here compares each
 * with each, as slapd's own functions do.
 */
#ifndef OV_VALUES_H
#define OV_VALUES_H

#include "slapd/entry.h"

#include "core/text/distinct.h"

/* Which of n values are the same: first[i] is the place of the first that is
 * like the i-th. The caller's array of n. Returns how many differ. */
size_t ov_values_first(const edc_str *values, size_t n, size_t *first);

/* What tells a value from others of the attribute: the normalised value, for
 * an object class its number. As range over what somebody else owns. */
edc_str ov_value_key(const AttributeDescription *ad, const struct berval *value,
    const struct berval *normal);

/* Whether two lists are of the same values, byte by byte, in whatever order; in
 * neither of them is one twice. NULL with 0. */
bool ov_values_same(
    const struct berval *a, size_t n, const struct berval *b, size_t m);

/* Whether two entries have the same values of an attribute, in whatever
 * order. */
bool ov_same_values(Entry *a, Entry *b, AttributeDescription *ad);

/* A set of normalised values, which stay their owner's; made from an all-zero
 * one by adding, then asked. Not to be added to once it was asked. */
typedef struct ov_value_set {
    edc_listed *list;
    size_t n, room;
    bool sorted;
} ov_value_set;

void ov_value_set_add(ov_value_set *s, const struct berval *value);
void ov_value_set_add_all(ov_value_set *s, BerVarray values); /* NULL: none */

/* Drops what is there twice; returns how many are left. */
size_t ov_value_set_distinct(ov_value_set *s);
bool ov_value_set_has(ov_value_set *s, const struct berval *value);
void ov_value_set_free(ov_value_set *s);

#endif
