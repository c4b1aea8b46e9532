/* values.c - many values at once: which are the same. */
#include "slapd/values.h"

size_t
ov_values_first(const edc_str *values, size_t n, size_t *first)
{
    edc_listed *places = ch_calloc(2 * n + 1, sizeof(*places));
    size_t different;

    for (size_t i = 0; i < n; i++)
        places[i] = (edc_listed){values[i], i};
    different =
        edc_places_first(edc_places_sort(places, places + n, n), n, first);
    ch_free(places);
    return different;
}

edc_str
ov_value_key(const AttributeDescription *ad, const struct berval *value,
    const struct berval *normal)
{
    ObjectClass *oc;

    if (ad != slap_schema.si_ad_objectClass)
        return ov_str(normal);
    oc = oc_bvfind((struct berval *)value);
    return oc == NULL ? ov_str(value) : edc_str_of(oc->soc_oid);
}

static size_t
add_keys(const Attribute *a, edc_str *keys)
{
    for (unsigned i = 0; i < a->a_numvals; i++)
        keys[i] = ov_value_key(a->a_desc, &a->a_vals[i], &a->a_nvals[i]);
    return a->a_numvals;
}

/* As nearly always. */
static bool
are_in_order(const struct berval *a, const struct berval *b, size_t n)
{
    size_t i = 0;

    while (i < n && bvmatch(&a[i], &b[i]))
        i++;
    return i == n;
}

bool
ov_same_values(Entry *a, Entry *b, AttributeDescription *ad)
{
    Attribute *x = attr_find(a->e_attrs, ad);
    Attribute *y = attr_find(b->e_attrs, ad);
    size_t n, *first;
    edc_str *keys;
    bool same;

    if (x == NULL || y == NULL)
        return x == y;
    n = x->a_numvals;
    if (n != y->a_numvals)
        return false;
    if (are_in_order(x->a_nvals, y->a_nvals, n))
        return true;
    keys = ch_calloc(2 * n + 1, sizeof(*keys));
    first = ch_calloc(2 * n + 1, sizeof(*first));
    add_keys(x, keys);
    add_keys(y, keys + n);
    same = ov_values_first(keys, 2 * n, first) == n;
    ch_free(first);
    ch_free(keys);
    return same;
}

/* ---- sets ---- */

void
ov_value_set_add(ov_value_set *s, const struct berval *value)
{
    if (s->n == s->room) {
        s->room = s->room == 0 ? 16 : s->room * 2;
        s->list = ch_realloc(s->list, s->room * sizeof(*s->list));
    }
    s->list[s->n] = (edc_listed){ov_str(value), s->n};
    s->n++;
}

void
ov_value_set_add_all(ov_value_set *s, BerVarray values)
{
    for (; values != NULL && !BER_BVISNULL(values); values++)
        ov_value_set_add(s, values);
}

static void
sort_set(ov_value_set *s)
{
    edc_listed *spare, *sorted;

    s->sorted = true;
    if (s->n < 2)
        return;
    spare = ch_calloc(s->n, sizeof(*spare));
    sorted = edc_places_sort(s->list, spare, s->n);
    if (sorted == s->list) {
        ch_free(spare);
        return;
    }
    ch_free(s->list);
    s->list = sorted;
}

size_t
ov_value_set_distinct(ov_value_set *s)
{
    size_t kept = 0;

    if (!s->sorted)
        sort_set(s);
    for (size_t i = 0; i < s->n; i++) {
        if (kept == 0 ||
            edc_str_order(s->list[kept - 1].value, s->list[i].value) != 0)
            s->list[kept++] = s->list[i];
    }
    s->n = kept;
    return kept;
}

bool
ov_value_set_has(ov_value_set *s, const struct berval *value)
{
    if (!s->sorted)
        sort_set(s);
    return edc_places_have(s->list, s->n, ov_str(value));
}

void
ov_value_set_free(ov_value_set *s)
{
    ch_free(s->list);
    *s = (ov_value_set){0};
}

bool
ov_values_same(
    const struct berval *a, size_t n, const struct berval *b, size_t m)
{
    ov_value_set values = {0};
    bool same = n == m;

    if (same && are_in_order(a, b, n))
        return true;
    for (size_t i = 0; same && i < n; i++)
        ov_value_set_add(&values, &a[i]);
    for (size_t i = 0; same && i < m; i++)
        same = ov_value_set_has(&values, &b[i]);
    ov_value_set_free(&values);
    return same;
}
