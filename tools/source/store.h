/* store.h - tables on disk for what does not fit in memory: SQLite with its
 * errors turned into one polite end.
 *
 * A store is a private file that SQLite removes as it makes it, in $TMPDIR;
 * its pages in memory are bounded. Any failure (the disk is full) prints why
 * and ends the process with CTL_LOCAL: what is in a store is never the only
 * copy of anything.
 */
#ifndef STORE_H
#define STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORE_KEPT 64

typedef struct store {
    sqlite3 *db;
    struct store_kept {
        const char *sql;
        sqlite3_stmt *q;
    } kept[STORE_KEPT];
} store;

/* Opens an empty one and makes its tables. */
void store_open(store *s, const char *tables);
void store_close(store *s);

/* Ends the process: what was read of a table is not what was put there. */
void store_broken(void) __attribute__((noreturn));

/* Statements without values, such as an index that is made late. */
void store_run(store *s, const char *sql);

/* A prepared statement; store_end() it. */
sqlite3_stmt *store_prepare(store *s, const char *sql);
void store_end(sqlite3_stmt *q);

/* The same for a statement that is used again and again: it is prepared once,
 * known by the address of its text, and ended with the store. At most
 * STORE_KEPT. */
sqlite3_stmt *store_kept(store *s, const char *sql);

/* Values, by their place, 1 the first. Text and bytes are copied; NULL binds
 * NULL. */
void store_number(sqlite3_stmt *q, int place, int64_t value);
void store_text(sqlite3_stmt *q, int place, const char *text);
void store_bytes(sqlite3_stmt *q, int place, const char *bytes, size_t n);

/* The next row; false after the last, and the statement is ready to be bound
 * again. */
bool store_next(sqlite3_stmt *q);

/* Makes a statement that has still rows ready to be bound again. */
void store_again(sqlite3_stmt *q);

/* Runs a bound statement that gives no rows. */
void store_do(sqlite3_stmt *q);

/* The first column of the first row; otherwise when there is none. Leaves the
 * statement ready. */
int64_t store_first(sqlite3_stmt *q, int64_t otherwise);

/* The one number that a statement without values gives; NULL counts as 0. */
int64_t store_count(store *s, const char *sql);

/* Columns of the present row; they live until the next one. text: "" for NULL.
 */
int64_t store_col(sqlite3_stmt *q, int column);
const char *store_col_text(sqlite3_stmt *q, int column);
const char *store_col_bytes(sqlite3_stmt *q, int column, size_t *n);

#endif
