/* report.c - what became of every entry, once each. */
#include <stdlib.h>
#include <string.h>

#include "adopt/adopt.h"
#include "ctl/catalog.h"
#include "source/outcome.h"

static const char *const outcomes[N_ADOPT_OUTCOMES] = {N_("not done"),
    N_("migrated"), N_("created"), N_("same"), N_("refused"), N_("released")};

void
adopt_open(adopt *a)
{
    store_open(&a->s,
        "CREATE TABLE entry (n INTEGER PRIMARY KEY, outcome INTEGER,"
        " kind TEXT, login TEXT, dn TEXT, reason TEXT, line INTEGER,"
        " planned INTEGER, late INTEGER, drops INTEGER, change BLOB);"
        "CREATE TABLE school (uai TEXT PRIMARY KEY COLLATE NOCASE, dn TEXT);"
        "CREATE TABLE wanted (key TEXT PRIMARY KEY, word TEXT, line INTEGER,"
        " seen INTEGER)");
}

static const char *
kind_of(const adopt *a)
{
    return a->undo ? "account" : a->wish.student ? "student" : "guardian";
}

/* Whom students may name: goes back after them. */
static bool
is_named(const ctl_change *change)
{
    const struct ctl_mod *classes = change->mods;

    for (size_t i = 0; i < classes->n_values; i++) {
        if (strcmp(classes->values[i].bv_val, "educonnectLegalGuardian") == 0)
            return true;
    }
    return false;
}

static void
put(adopt *a, const char *dn, const char *login, long line,
    const adopt_verdict *v)
{
    static const char sql[] =
        "INSERT INTO entry (outcome, kind, login, dn, reason, line, planned,"
        " late, drops, change) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    sqlite3_stmt *q = store_kept(&a->s, sql);
    bool to_do = v->outcome == ADOPT_MIGRATED || v->outcome == ADOPT_CREATED ||
                 v->outcome == ADOPT_RELEASED;
    size_t n = 0;
    char *bytes = to_do ? ctl_change_pack(&v->change, &n) : NULL;

    store_number(q, 1, to_do ? ADOPT_NOT_DONE : v->outcome);
    store_text(q, 2, kind_of(a));
    store_text(q, 3, login == NULL ? "" : login);
    store_text(q, 4, dn);
    store_text(q, 5, v->reason == NULL ? "" : v->reason);
    store_number(q, 6, line);
    store_number(q, 7, v->outcome);
    store_number(q, 8, to_do && is_named(&v->change));
    store_number(q, 9, v->drop);
    store_bytes(q, 10, bytes == NULL ? "" : bytes, n);
    store_do(q);
    free(bytes);
    a->n_found++;
}

void
adopt_put(adopt *a, const adopt_entry *e, const adopt_verdict *verdict)
{
    put(a, e->dn, adopt_entry_get(e, "uid", 0), e->line, verdict);
}

void
adopt_put_nobody(adopt *a, const char *word, long line, const char *reason)
{
    adopt_verdict v = {.outcome = ADOPT_REFUSED, .reason = ctl_copy(reason)};

    put(a, "", word, line, &v);
    free(v.reason);
}

/* ---- the report ---- */

static const char *const columns[OUTCOME_COLUMNS] = {
    "outcome", "kind", "id", "dn", "reason", "file"};

void
adopt_report(adopt *a, bool json, FILE *out)
{
    sqlite3_stmt *q = store_prepare(&a->s,
        "SELECT outcome, kind, login, dn, reason, line FROM entry ORDER BY n");
    const char *list = a->list == NULL ? "" : a->list;

    outcome_head(out, json, columns);
    while (store_next(q)) {
        outcome_row row = {{outcomes[store_col(q, 0)], store_col_text(q, 1),
                               store_col_text(q, 2), store_col_text(q, 3),
                               store_col_text(q, 4), list},
            store_col(q, 5)};

        outcome_print(out, json, columns, &row);
    }
    store_end(q);
}

int64_t
adopt_summary(adopt *a, bool json, FILE *out)
{
    unsigned always = 1U << ADOPT_SAME | 1U << ADOPT_REFUSED;
    int64_t count[N_ADOPT_OUTCOMES];

    always |= a->undo ? 1U << ADOPT_RELEASED
                      : 1U << ADOPT_MIGRATED | 1U << ADOPT_CREATED;
    outcome_count(&a->s, "SELECT outcome, count(*) FROM entry GROUP BY outcome",
        count, N_ADOPT_OUTCOMES);
    outcome_summary(out, json, outcomes, count, N_ADOPT_OUTCOMES, always);
    if (a->dry_run && !json)
        print(out, "nothing was written: this is what a run would do\n");
    return count[ADOPT_REFUSED];
}
