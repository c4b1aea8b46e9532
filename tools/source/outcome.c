/* outcome.c - the rows of a report, and the figures behind a run. */
#include <jansson.h>

#include "ctl/catalog.h"
#include "ctl/print.h"
#include "source/outcome.h"

void
outcome_head(FILE *out, bool json, const char *const names[OUTCOME_COLUMNS])
{
    if (json)
        return;
    for (int i = 0; i < OUTCOME_COLUMNS; i++)
        print_cell(out, names[i], ',', ",");
    print_cell(out, "line", ',', "\r\n");
}

static void
print_json(
    FILE *out, const char *const names[OUTCOME_COLUMNS], const outcome_row *row)
{
    json_t *object = json_object();

    for (int i = 0; i < OUTCOME_COLUMNS; i++)
        json_object_set_new(object, names[i], print_json_text(row->cell[i]));
    json_object_set_new(object, "line", json_integer(row->line));
    print_as_json(out, object, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(object);
}

void
outcome_print(FILE *out, bool json, const char *const names[OUTCOME_COLUMNS],
    const outcome_row *row)
{
    if (json) {
        print_json(out, names, row);
        return;
    }
    for (int i = 0; i < OUTCOME_COLUMNS; i++)
        print_cell(out, row->cell[i], ',', ",");
    print(out, "%lld\r\n", (long long)row->line);
}

void
outcome_count(store *s, const char *sql, int64_t *count, size_t n)
{
    sqlite3_stmt *q = store_prepare(s, sql);

    for (size_t o = 0; o < n; o++)
        count[o] = 0;
    while (store_next(q))
        count[store_col(q, 0)] = store_col(q, 1);
    store_end(q);
}

void
outcome_summary(FILE *out, bool json, const char *const *words,
    const int64_t *count, size_t n, unsigned always)
{
    json_t *object = json ? json_object() : NULL;

    for (size_t o = 0; o < n; o++) {
        if (count[o] == 0 && (always & 1U << o) == 0)
            continue;
        if (json)
            json_object_set_new(object, words[o], json_integer(count[o]));
        else
            print(out, "%-9s %lld\n", catalog_text(words[o]),
                (long long)count[o]);
    }
    if (!json)
        return;
    print_as_json(out, object, JSON_COMPACT);
    json_decref(object);
}
