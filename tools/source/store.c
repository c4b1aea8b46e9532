/* store.c - tables on disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "source/store.h"

static void
check(sqlite3 *db, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW)
        return;
    ctl_progress_end();
    print(stderr, "educonnectctl: temporary tables (TMPDIR says where): %s\n",
        db == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(db));
    exit(CTL_LOCAL);
}

void
store_broken(void)
{
    ctl_progress_end();
    print_lines(stderr,
        "educonnectctl: temporary tables (TMPDIR says where): damaged\n");
    exit(CTL_LOCAL);
}

/* Nothing is kept after a crash, so nothing is synchronised: one transaction
 * that is never committed. 32 MiB of pages stay in memory. */
void
store_open(store *s, const char *tables)
{
    memset(s, 0, sizeof(*s));
    check(s->db,
        sqlite3_open_v2("", &s->db,
            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
            NULL));
    store_run(s, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                 "PRAGMA locking_mode = EXCLUSIVE;"
                 "PRAGMA cache_size = -32768; PRAGMA temp_store = FILE;"
                 "BEGIN");
    store_run(s, tables);
}

void
store_close(store *s)
{
    for (size_t i = 0; i < STORE_KEPT; i++)
        sqlite3_finalize(s->kept[i].q);
    sqlite3_close(s->db);
    memset(s, 0, sizeof(*s));
}

void
store_run(store *s, const char *sql)
{
    check(s->db, sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

sqlite3_stmt *
store_prepare(store *s, const char *sql)
{
    sqlite3_stmt *q = NULL;

    check(s->db, sqlite3_prepare_v2(s->db, sql, -1, &q, NULL));
    return q;
}

sqlite3_stmt *
store_kept(store *s, const char *sql)
{
    for (size_t i = 0; i < STORE_KEPT; i++) {
        struct store_kept *kept = s->kept + i;

        if (kept->sql == NULL) {
            kept->sql = sql;
            kept->q = store_prepare(s, sql);
        }
        if (kept->sql == sql)
            return kept->q;
    }
    print_lines(
        stderr, "educonnectctl: more statements kept than there is room for\n");
    exit(CTL_LOCAL);
}

void
store_end(sqlite3_stmt *q)
{
    sqlite3_finalize(q);
}

void
store_number(sqlite3_stmt *q, int place, int64_t value)
{
    check(sqlite3_db_handle(q), sqlite3_bind_int64(q, place, value));
}

void
store_text(sqlite3_stmt *q, int place, const char *text)
{
    check(sqlite3_db_handle(q),
        sqlite3_bind_text(q, place, text, -1, SQLITE_TRANSIENT));
}

void
store_bytes(sqlite3_stmt *q, int place, const char *bytes, size_t n)
{
    check(sqlite3_db_handle(q),
        sqlite3_bind_blob64(q, place, bytes, n, SQLITE_TRANSIENT));
}

bool
store_next(sqlite3_stmt *q)
{
    int code = sqlite3_step(q);

    check(sqlite3_db_handle(q), code);
    if (code == SQLITE_ROW)
        return true;
    store_again(q);
    return false;
}

void
store_again(sqlite3_stmt *q)
{
    check(sqlite3_db_handle(q), sqlite3_reset(q));
}

void
store_do(sqlite3_stmt *q)
{
    while (store_next(q))
        ;
}

int64_t
store_first(sqlite3_stmt *q, int64_t otherwise)
{
    int64_t value = otherwise;

    if (store_next(q)) {
        value = sqlite3_column_int64(q, 0);
        store_again(q);
    }
    return value;
}

int64_t
store_count(store *s, const char *sql)
{
    sqlite3_stmt *q = store_prepare(s, sql);
    int64_t value = store_first(q, 0);

    store_end(q);
    return value;
}

int64_t
store_col(sqlite3_stmt *q, int column)
{
    return sqlite3_column_int64(q, column);
}

const char *
store_col_text(sqlite3_stmt *q, int column)
{
    const unsigned char *text = sqlite3_column_text(q, column);

    return text == NULL ? "" : (const char *)text;
}

const char *
store_col_bytes(sqlite3_stmt *q, int column, size_t *n)
{
    const char *bytes = sqlite3_column_blob(q, column);

    *n = (size_t)sqlite3_column_bytes(q, column);
    return bytes == NULL ? "" : bytes;
}
