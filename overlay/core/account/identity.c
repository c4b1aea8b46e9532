/* identity.c - names, birth dates. */
#include "core/account/identity.h"

#include "core/text/distinct.h"

#include <stdlib.h>
#include <string.h>

#include "core/password/fold.h"

/* Names as they are compared; owned. */
typedef struct names {
    edc_buf *folded;
    edc_listed *places; /* twice as many as names: half to sort with */
    size_t n;
} names;

static bool
fold_all(const edc_str *values, size_t n, names *all)
{
    bool done;

    *all = (names){.folded = calloc(n + 1, sizeof(*all->folded)),
        .places = calloc(2 * n + 1, sizeof(*all->places))};
    done = all->folded != NULL && all->places != NULL;
    for (size_t i = 0; i < n && done; i++) {
        done = edc_fold(values[i], &all->folded[i]);
        if (!done)
            break;
        all->n++;
        all->places[i] = (edc_listed){edc_buf_str(&all->folded[i]), i};
    }
    return done;
}

static void
free_names(names *all)
{
    for (size_t i = 0; i < all->n; i++)
        edc_buf_wipe(&all->folded[i]);
    free(all->folded);
    free(all->places);
}

/* An entry may have any number of names. */
bool
edc_names_same(const edc_str *values, size_t n, const edc_str *others,
    size_t n_others, bool *same)
{
    names known, asked = {0};
    bool done =
        fold_all(others, n_others, &known) && fold_all(values, n, &asked);
    const edc_listed *sorted;

    *same = false;
    if (done) {
        sorted = edc_places_sort(known.places, known.places + known.n, known.n);
        for (size_t i = 0; i < asked.n && !*same; i++)
            *same = asked.folded[i].n > 0 &&
                    edc_places_have(sorted, known.n, asked.places[i].value);
    }
    free_names(&known);
    free_names(&asked);
    return done;
}

static size_t
count(const edc_str *dates, size_t n, edc_str date)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        found += edc_str_eq(dates[i], date) ? 1 : 0;
    return found;
}

bool
edc_dates_same(
    const edc_str *dates, size_t n, const edc_str *others, size_t n_others)
{
    bool same = n == n_others;

    for (size_t i = 0; i < n && same; i++)
        same = count(dates, n, dates[i]) == count(others, n_others, dates[i]);
    return same;
}
