/* csv.h - the header line of a CSV file, for those who read its rows. */
#ifndef EDC_SOURCE_CSV_H
#define EDC_SOURCE_CSV_H

#include "source/parts.h"

#define SRC_GUARDIANS 4 /* that a pupil's row may have */

typedef struct src_column {
    const char *name; /* of the attribute: "sn", "guardian1"; NULL: not read */
    bool id;
    bool list;
    int guardian; /* 1 to 4: it is of that inline guardian; 0: the record's */
    int row;      /* of the table, and which of its names it was called by: */
    int rank;     /* 0 its own, 1 and more the others in their order */
} src_column;

typedef struct src_header {
    src_kind kind;
    src_column columns[LIMIT_COLUMNS];
    size_t n;
    size_t n_named; /* behind the last one with a name, known or not */
    size_t id;      /* the column of the record's id */
    bool id_is_ine; /* which is then a value as well */
    bool school;    /* there is a column of it */
} src_header;

/* Reads the names of the columns, in any order, letters' case and accents
 * apart; columns that are not known are named in a note and passed over, or
 * with the option `strict` refused. False after src_fail(): a column that is
 * there twice or missing, or nothing that tells what the file is about. */
bool src_header_read(
    src_run *run, const edc_str *cells, size_t n, src_header *header);

/* Which of ; , and the tabulator separates the cells of a header line. */
char src_header_separator(edc_str line);

/* The separator that a line of nothing but "sep=;" names, as Excel writes it;
 * 0: it is no such line. */
char src_header_told(edc_str line);

#endif
