/* report.h - one run of educonnectctl report, and what its parts hand on. */
#ifndef REPORT_H
#define REPORT_H

#include "ctl/ctl.h"
#include "report/words.h"
#include "source/store.h"

typedef enum report_id {
    REPORT_ACTIVATION,
    REPORT_NO_GUARDIAN,
    REPORT_DUPLICATES,
    REPORT_MULTI_ENROLLED,
    REPORT_EXPIRED,
    REPORT_HOLDS,
    REPORT_N
} report_id;

typedef enum report_by { BY_SCHOOL, BY_CLASS, BY_PUBLIC } report_by;

typedef enum report_format {
    REPORT_TABLE,
    REPORT_CSV,
    REPORT_JSON,
    REPORT_SVG,
    REPORT_HTML
} report_format;

typedef struct report {
    ctl *c;
    store store;     /* report/load.c says what is in it */
    unsigned wanted; /* bits 1 << report_id */
    report_by by;
    report_format format;
    edc_language language;
    char *school;      /* DN, NULL: all */
    int64_t school_id; /* its row, 0: all; after report_load() */
    int min_score;
    int64_t now;
    FILE *out;
} report;

/* How a column's value is shown. */
typedef enum report_kind {
    KIND_TEXT,
    KIND_NUMBER,
    KIND_PERMILLE, /* of two columns, see report_permille() */
    KIND_STATE,
    KIND_PUBLIC,
    KIND_PERSON, /* the same of one person */
    KIND_TIME,
    KIND_HOLD,
    KIND_REASONS /* bits of report_reason */
} report_kind;

typedef struct report_column {
    const char *key; /* in CSV and JSON */
    report_text title;
    report_kind kind;
} report_column;

/* One report: its rows are those of the SQL statement, whose columns are
 * these in order. The values ?1 and ?2 are the school's row or 0, and the time
 * as a GeneralizedTime. */
typedef struct report_definition {
    const char *name; /* as the command line has it */
    report_text title;
    const report_column *columns;
    size_t n_columns;
    const char *sql;
} report_definition;

/* The definition as this run wants it (report/list.c). */
const report_definition *report_define(const report *r, report_id id);

/* Its statement, bound; store_end() it. */
sqlite3_stmt *report_query(report *r, const report_definition *d);

/* Reads the directory into the store. CTL_OK, or what to exit with after it has
 * printed why. */
ctl_exit report_load(report *r);

/* Fills the table of likely duplicates (report/twins.c). */
void report_twins(report *r);

/* A value of the present row as people read it, allocated. */
char *report_value(
    const report *r, const report_column *column, sqlite3_stmt *q, int at);

/* Writes a report (report/rows.c). */
void report_rows_table(report *r, const report_definition *d);
void report_rows_csv(report *r, const report_definition *d);
void report_rows_json(report *r, const report_definition *d);

/* Writes the page with all that is wanted (report/page.c), or the chart alone
 * (report/bars.c). */
void report_page(report *r);
void report_bars(report *r, bool in_page);

/* When, and for which school; allocated (report/bars.c). */
char *report_subtitle(report *r);

#endif
