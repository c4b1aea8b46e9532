/* csv.h - the header line of a CSV file, for those who read its rows. */
#ifndef EDC_SOURCE_CSV_H
#define EDC_SOURCE_CSV_H

#include "source/parts.h"

#define SRC_GUARDIANS 4 /* that a pupil's row may have */
#define SRC_COLUMNS 64  /* more than all that are known */

typedef struct src_column {
    const char *name; /* of the attribute: "sn", "guardian1" */
    bool id;
    bool list;
    int guardian; /* 1 to 4: it is of that inline guardian; 0: the record's */
} src_column;

typedef struct src_header {
    src_kind kind;
    src_column columns[SRC_COLUMNS];
    size_t n;
    size_t id; /* the column of the record's id */
} src_header;

/* Reads the names of the columns, in any order, letters' case apart. False
 * after src_fail(): a column that is unknown, there twice or missing. */
bool src_header_read(
    src_run *run, const edc_str *cells, size_t n, src_header *header);

/* Which of ; and , separates the cells of a header line. */
char src_header_separator(edc_str line);

#endif
