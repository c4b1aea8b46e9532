/* bag.h - values under small numbers: the fields of a record, the attributes of
 * an entry, put aside in a store and taken out again.
 */
#ifndef BAG_H
#define BAG_H

#include <stdbool.h>
#include <stddef.h>

#include "core/text/text.h"
#include "source/store.h"

/* Keys are below this. */
#define BAG_KEYS 32

/* An all-zero one is empty. Values are the bag's own copies, NUL-terminated
 * after their bytes, in the order in which they came. */
typedef struct bag {
    struct bag_item {
        unsigned key;
        char *value;
        size_t n;
    } *items;
    size_t n, room;
    unsigned named; /* bits 1 << key: named, were it without a value */
} bag;

void bag_clear(bag *b);
void bag_free(bag *b);

/* Names a key without a value; adds a value unless the key has it already. */
void bag_name(bag *b, unsigned key);
void bag_add(bag *b, unsigned key, const char *value, size_t n);
void bag_set(bag *b, unsigned key, const char *value);

/* Takes a key's values away, and its name. */
void bag_drop(bag *b, unsigned key);

bool bag_named(const bag *b, unsigned key);
size_t bag_count(const bag *b, unsigned key);

/* The i-th value of a key, NULL behind the last. */
const char *bag_get(const bag *b, unsigned key, size_t i);
bool bag_has(const bag *b, unsigned key, const char *value);

/* Whether two bags have the same values of a key, in whatever order. */
bool bag_same(const bag *a, const bag *b, unsigned key);

/* Whether they name the same keys with the same values. */
bool bag_equal(const bag *a, const bag *b);

/* Copies one key from another bag, in place of what is there. */
void bag_take(bag *b, const bag *from, unsigned key);

/* As bytes, allocated, and back; false for bytes that pack did not make. */
char *bag_pack(const bag *b, size_t *n);
bool bag_unpack(bag *b, const char *bytes, size_t n);

/* What a row of a store has: sql, as store_kept() wants it, gives the bytes of
 * the one with this number. Empty where there are none. */
void bag_of_row(bag *b, store *s, const char *sql, int64_t row);

#endif
