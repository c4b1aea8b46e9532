/* bag.c - values under small numbers. */
#include <stdlib.h>
#include <string.h>

#include "source/bag.h"
#include "ctl/ctl.h"
#include "ctl/pack.h"

void
bag_clear(bag *b)
{
    while (b->n > 0)
        free(b->items[--b->n].value);
    b->named = 0;
}

void
bag_free(bag *b)
{
    bag_clear(b);
    free(b->items);
    memset(b, 0, sizeof(*b));
}

void
bag_name(bag *b, unsigned key)
{
    b->named |= 1U << key;
}

static bool
holds(const bag *b, unsigned key, const char *value, size_t n)
{
    for (size_t i = 0; i < b->n; i++) {
        if (b->items[i].key == key && b->items[i].n == n &&
            memcmp(b->items[i].value, value, n) == 0)
            return true;
    }
    return false;
}

void
bag_add(bag *b, unsigned key, const char *value, size_t n)
{
    bag_name(b, key);
    if (holds(b, key, value, n))
        return;
    if (b->n == b->room) {
        b->room = 2 * b->room + 8;
        b->items = ctl_resize(b->items, b->room, sizeof(*b->items));
    }
    b->items[b->n++] = (struct bag_item){key, ctl_copy_n(value, n), n};
}

void
bag_set(bag *b, unsigned key, const char *value)
{
    bag_drop(b, key);
    bag_add(b, key, value, strlen(value));
}

void
bag_drop(bag *b, unsigned key)
{
    size_t kept = 0;

    for (size_t i = 0; i < b->n; i++) {
        if (b->items[i].key == key)
            free(b->items[i].value);
        else
            b->items[kept++] = b->items[i];
    }
    b->n = kept;
    b->named &= ~(1U << key);
}

bool
bag_named(const bag *b, unsigned key)
{
    return (b->named & 1U << key) != 0;
}

size_t
bag_count(const bag *b, unsigned key)
{
    size_t n = 0;

    for (size_t i = 0; i < b->n; i++)
        n += b->items[i].key == key;
    return n;
}

const char *
bag_get(const bag *b, unsigned key, size_t i)
{
    for (size_t at = 0; at < b->n; at++) {
        if (b->items[at].key == key && i-- == 0)
            return b->items[at].value;
    }
    return NULL;
}

bool
bag_has(const bag *b, unsigned key, const char *value)
{
    return holds(b, key, value, strlen(value));
}

bool
bag_same(const bag *a, const bag *b, unsigned key)
{
    if (bag_count(a, key) != bag_count(b, key))
        return false;
    for (size_t i = 0; i < a->n; i++) {
        if (a->items[i].key == key &&
            !holds(b, key, a->items[i].value, a->items[i].n))
            return false;
    }
    return true;
}

bool
bag_equal(const bag *a, const bag *b)
{
    if (a->named != b->named || a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        if (!holds(b, a->items[i].key, a->items[i].value, a->items[i].n))
            return false;
    }
    return true;
}

void
bag_take(bag *b, const bag *from, unsigned key)
{
    bag_drop(b, key);
    if (bag_named(from, key))
        bag_name(b, key);
    for (size_t i = 0; i < from->n; i++) {
        if (from->items[i].key == key)
            bag_add(b, key, from->items[i].value, from->items[i].n);
    }
}

char *
bag_pack(const bag *b, size_t *n)
{
    ctl_pack p = {NULL, 0, 0};

    ctl_pack_number(&p, b->named);
    for (size_t i = 0; i < b->n; i++) {
        ctl_pack_number(&p, b->items[i].key);
        ctl_pack_text(&p, b->items[i].value, b->items[i].n);
    }
    *n = p.n;
    return p.bytes;
}

bool
bag_unpack(bag *b, const char *bytes, size_t n)
{
    ctl_unpack u = {bytes, n, true};
    unsigned named = (unsigned)ctl_unpack_number(&u);

    bag_clear(b);
    while (u.ok && u.n > 0) {
        unsigned key = (unsigned)ctl_unpack_number(&u);
        size_t length;
        const char *value = ctl_unpack_text(&u, &length);

        u.ok = u.ok && key < BAG_KEYS;
        if (u.ok)
            bag_add(b, key, value, length);
    }
    b->named |= named;
    return u.ok;
}

void
bag_of_row(bag *b, store *s, const char *sql, int64_t row)
{
    sqlite3_stmt *q = store_kept(s, sql);
    const char *bytes;
    size_t n;

    bag_clear(b);
    store_number(q, 1, row);
    if (!store_next(q))
        return;
    bytes = store_col_bytes(q, 0, &n);
    if (n > 0 && !bag_unpack(b, bytes, n))
        store_broken();
    store_again(q);
}
