/* report_rows.c - a report as a table, as CSV, as JSON. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include "report.h"
#include "report_score.h"
#include "status_words.h"

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

    fprintf(out, "%*s%s%*s%s", right ? gap : 0, "", text,
        right || last ? 0 : gap, "", last ? "\n" : "  ");
}

/* A value as the table has it: long ones are cut but in the last column, so
 * that a line can be followed. CSV and JSON have them whole. */
static char *
table_value(
    report *r, const report_definition *d, sqlite3_stmt *q, size_t column)
{
    char *text = report_value(r, d->columns + column, q, (int)column);
    size_t n = 0, wide = width(text);
    char *shorter;
    int bytes = 1;

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

    fprintf(r->out, "%s\n\n", d->title.in[r->language]);
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
        fprintf(r->out, "%s\n", r->language == EDC_FRENCH ? "Aucun." : "None.");
    free(wide);
    store_end(q);
}

/* ---- CSV (RFC 4180): as programs read it, and in French as a spreadsheet
 * there opens it ---- */

static void
csv_cell(FILE *out, const char *text, char between, bool last)
{
    int end = last ? '\n' : between;

    if (strchr(text, between) == NULL && strpbrk(text, "\"\r\n") == NULL) {
        fprintf(out, "%s%c", text, end);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fprintf(out, "\"%c", end);
}

/* A spreadsheet would calculate what begins like a formula. Released: text. */
static char *
spreadsheet_value(char *text)
{
    char *quoted;

    if (text[0] == '\0' || strchr("=+@-\t", text[0]) == NULL ||
        strcmp(text, "-") == 0)
        return text;
    quoted = ctl_format("'%s", text);
    free(text);
    return quoted;
}

static char *
csv_value(const report *r, const report_column *column, sqlite3_stmt *q, int at)
{
    int64_t permille = store_col(q, at);

    if (r->language == EDC_FRENCH)
        return spreadsheet_value(report_value(r, column, q, at));
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
    char between = french ? ';' : ',';
    sqlite3_stmt *q = report_query(r, d);

    for (size_t i = 0; i < d->n_columns; i++)
        csv_cell(r->out,
            french ? d->columns[i].title.in[EDC_FRENCH] : d->columns[i].key,
            between, i + 1 == d->n_columns);
    while (store_next(q)) {
        for (size_t i = 0; i < d->n_columns; i++) {
            char *text = csv_value(r, d->columns + i, q, (int)i);

            csv_cell(r->out, text, between, i + 1 == d->n_columns);
            free(text);
        }
    }
    store_end(q);
}

/* ---- JSON, an object a line ---- */

static json_t *
json_of_text(const char *text)
{
    json_t *value = json_string(text);

    return value == NULL ? json_null() : value;
}

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
        value = json_of_text(time);
        free(time);
        return value;
    default:
        return json_of_text(store_col_text(q, at));
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
        json_dumpf(row, r->out, JSON_COMPACT | JSON_REAL_PRECISION(5));
        fputc('\n', r->out);
        json_decref(row);
    }
    store_end(q);
}
