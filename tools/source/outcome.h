/* outcome.h - what became of each record or entry, once each: the rows of a
 * --report, in CSV or JSON, and the figures behind a run.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "source/store.h"

#define OUTCOME_COLUMNS 6

/* A report's columns; behind them is the number of a line. Texts of anybody's
 * may stand in each. */
typedef struct outcome_row {
    const char *cell[OUTCOME_COLUMNS];
    int64_t line;
} outcome_row;

/* The names of the columns, in CSV; nothing in JSON, where each row has them.
 */
void outcome_head(
    FILE *out, bool json, const char *const names[OUTCOME_COLUMNS]);
void outcome_print(FILE *out, bool json,
    const char *const names[OUTCOME_COLUMNS], const outcome_row *row);

/* How many rows have which outcome: sql gives outcome and count. */
void outcome_count(store *s, const char *sql, int64_t *count, size_t n);

/* Says so, one a line or as an object: those that there are, and, were there
 * none of them, those whose bit 1 << outcome is in always. */
void outcome_summary(FILE *out, bool json, const char *const *words,
    const int64_t *count, size_t n, unsigned always);

#endif
