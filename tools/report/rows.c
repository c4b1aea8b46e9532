/* rows.c - a report as a table, as CSV, as JSON. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include "report/report.h"
#include "report/score.h"
#include "status/words.h"

/* ---- one value ---- */

static char *
reasons_words(unsigned reasons, edc_language language)
{
    char *text = ctl_copy("");

    for (size_t i = 0; i < REPORT_N_REASONS; i++) {
        char *longer;

        if ((reasons & (1u << i)) == 0)
            continue;
        longer = ctl_format("%s%s%s", text, text[0] == '\0' ? "" : ", ",
            report_reason_words(i, language));
        free(text);
        text = longer;
    }
    return text;
}

char *
report_value(
    const report *r, const report_column *column, sqlite3_stmt *q, int at)
{
    const char *text = store_col_text(q, at);
    char percent[16];

    switch (column->kind) {
    case KIND_PERMILLE:
        report_percent_text(
            (int)store_col(q, at), r->language, percent, sizeof(percent));
        return ctl_copy(percent);
    case KIND_STATE:
        return ctl_copy(report_state_word(text, r->language));
    case KIND_PUBLIC:
        return ctl_copy(report_public_word(text, r->language));
    case KIND_PERSON:
        return ctl_copy(report_person_word(text, r->language));
    case KIND_TIME:
        return status_time(text);
    case KIND_HOLD:
        return report_hold_words(text, r->language);
    case KIND_REASONS:
        return reasons_words((unsigned)store_col(q, at), r->language);
    default:
        return ctl_copy(text);
    }
}

static bool
is_number(const report_column *column)
{
    return column->kind == KIND_NUMBER || column->kind == KIND_PERMILLE;
}

/* ---- table ---- */

/* Columns of the terminal that a value takes at most. */
#define LONGEST 40

static size_t
width(const char *text)
{
    int n = u8_strwidth((const uint8_t *)text, "UTF-8");

    return n < 0 ? strlen(text) : (size_t)n;
}

static void
cell(FILE *out, const char *text, size_t wide, bool right, bool last)
{
    size_t n = width(text);
    int gap = wide > n ? (int)(wide - n) : 0;

    print(out, last ? "%*s%s%*s\n" : "%*s%s%*s  ", right ? gap : 0, "", text,
        right || last ? 0 : gap, "");
}

/* A value as the table has it: long ones are cut but in the last column, so
 * that a line can be followed. CSV and JSON have them whole. */
static char *
table_value(
    report *r, const report_definition *d, sqlite3_stmt *q, size_t column)
{
    char *value = report_value(r, d->columns + column, q, (int)column);
    char *text = print_shown(value);
    size_t n = 0, wide = width(text);
    char *shorter;
    int bytes = 1;

    free(value);
    if (wide <= LONGEST || column + 1 == d->n_columns)
        return text;
    for (size_t cells = 0; cells < LONGEST - 1 && bytes > 0; cells++) {
        bytes = u8_mblen((const uint8_t *)text + n, strlen(text + n));
        n += bytes > 0 ? (size_t)bytes : 0;
    }
    shorter = ctl_format("%.*s…", (int)n, text);
    free(text);
    return shorter;
}

/* How wide each column has to be; the statement is run once for it. */
static size_t *
measure(report *r, const report_definition *d, sqlite3_stmt *q, size_t *rows)
{
    size_t *wide = ctl_alloc(d->n_columns, sizeof(*wide));

    for (size_t i = 0; i < d->n_columns; i++)
        wide[i] = width(d->columns[i].title.in[r->language]);
    for (*rows = 0; store_next(q); ++*rows) {
        for (size_t i = 0; i < d->n_columns; i++) {
            char *text = table_value(r, d, q, i);
            size_t n = width(text);

            if (n > wide[i])
                wide[i] = n;
            free(text);
        }
    }
    return wide;
}

void
report_rows_table(report *r, const report_definition *d)
{
    sqlite3_stmt *q = report_query(r, d);
    size_t rows;
    size_t *wide = measure(r, d, q, &rows);

    print(r->out, "%s\n\n", d->title.in[r->language]);
    for (size_t i = 0; rows > 0 && i < d->n_columns; i++)
        cell(r->out, d->columns[i].title.in[r->language], wide[i],
            is_number(d->columns + i), i + 1 == d->n_columns);
    while (store_next(q)) {
        for (size_t i = 0; i < d->n_columns; i++) {
            char *text = table_value(r, d, q, i);

            cell(r->out, text, wide[i], is_number(d->columns + i),
                i + 1 == d->n_columns);
            free(text);
        }
    }
    if (rows == 0)
        print(r->out, "%s\n", r->language == EDC_FRENCH ? "Aucun." : "None.");
    free(wide);
    store_end(q);
}

/* ---- CSV (RFC 4180): as programs read it, and in French as a spreadsheet
 * there opens it ---- */

static char *
csv_value(const report *r, const report_column *column, sqlite3_stmt *q, int at)
{
    int64_t permille = store_col(q, at);

    if (r->language == EDC_FRENCH)
        return report_value(r, column, q, at);
    switch (column->kind) {
    case KIND_PERMILLE:
        return permille < 0 ? ctl_copy("")
                            : ctl_format("%d.%d", (int)permille / 10,
                                  (int)permille % 10);
    case KIND_TIME:
        return status_time_iso(store_col_text(q, at));
    case KIND_REASONS:
        return report_value(r, column, q, at);
    default:
        return ctl_copy(store_col_text(q, at));
    }
}

void
report_rows_csv(report *r, const report_definition *d)
{
    bool french = r->language == EDC_FRENCH;
    const char *between = french ? ";" : ",";
    sqlite3_stmt *q = report_query(r, d);

    for (size_t i = 0; i < d->n_columns; i++)
        print_cell(r->out,
            french ? d->columns[i].title.in[EDC_FRENCH] : d->columns[i].key,
            between[0], i + 1 == d->n_columns ? "\n" : between);
    while (store_next(q)) {
        for (size_t i = 0; i < d->n_columns; i++) {
            char *text = csv_value(r, d->columns + i, q, (int)i);

            print_cell(r->out, text, between[0],
                i + 1 == d->n_columns ? "\n" : between);
            free(text);
        }
    }
    store_end(q);
}

/* ---- JSON, an object a line ---- */

static json_t *
json_reasons(unsigned reasons)
{
    json_t *list = json_array();

    for (size_t i = 0; i < REPORT_N_REASONS; i++) {
        if ((reasons & (1u << i)) != 0)
            json_array_append_new(list, json_string(report_reason_code(i)));
    }
    return list;
}

static json_t *
json_value(const report_column *column, sqlite3_stmt *q, int at)
{
    json_t *value;
    char *time;

    switch (column->kind) {
    case KIND_NUMBER:
        return json_integer(store_col(q, at));
    case KIND_PERMILLE:
        return store_col(q, at) < 0 ? json_null()
                                    : json_real((double)store_col(q, at) / 10);
    case KIND_REASONS:
        return json_reasons((unsigned)store_col(q, at));
    case KIND_TIME:
        time = status_time_iso(store_col_text(q, at));
        value = print_json_text(time);
        free(time);
        return value;
    default:
        return print_json_text(store_col_text(q, at));
    }
}

void
report_rows_json(report *r, const report_definition *d)
{
    sqlite3_stmt *q = report_query(r, d);

    while (store_next(q)) {
        json_t *row = json_object();

        json_object_set_new(row, "report", json_string(d->name));
        for (size_t i = 0; i < d->n_columns; i++)
            json_object_set_new(
                row, d->columns[i].key, json_value(d->columns + i, q, (int)i));
        print_as_json(r->out, row, JSON_COMPACT | JSON_REAL_PRECISION(5));
        json_decref(row);
    }
    store_end(q);
}
