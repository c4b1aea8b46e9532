/* distinct.c - which of many values are the same. */
#include "core/text/distinct.h"

static bool
comes_after(const edc_listed *a, const edc_listed *b)
{
    int order = edc_str_order(a->value, b->value);

    return order > 0 || (order == 0 && a->at > b->at);
}

/* Merges two sorted runs of n places, which meet at `middle`. */
static void
merge(const edc_listed *places, size_t middle, size_t n, edc_listed *into)
{
    size_t left = 0, right = middle;

    for (size_t i = 0; i < n; i++) {
        bool from_right =
            left == middle ||
            (right < n && comes_after(&places[left], &places[right]));

        into[i] = from_right ? places[right++] : places[left++];
    }
}

edc_listed *
edc_places_sort(edc_listed *places, edc_listed *spare, size_t n)
{
    for (size_t run = 1; run < n; run *= 2) {
        edc_listed *merged = spare;

        for (size_t at = 0; at < n; at += 2 * run) {
            size_t length = n - at < 2 * run ? n - at : 2 * run;

            merge(
                places + at, run < length ? run : length, length, merged + at);
        }
        spare = places;
        places = merged;
    }
    return places;
}

size_t
edc_places_first(const edc_listed *sorted, size_t n, size_t *first)
{
    size_t different = 0;

    for (size_t i = 0; i < n; i++) {
        const edc_listed *p = &sorted[i];

        if (i > 0 && edc_str_order(p[-1].value, p->value) == 0) {
            first[p->at] = first[p[-1].at];
        } else {
            first[p->at] = p->at;
            different++;
        }
    }
    return different;
}

bool
edc_places_have(const edc_listed *sorted, size_t n, edc_str value)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = edc_str_order(sorted[middle].value, value);

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
