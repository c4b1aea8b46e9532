/* report.c - what became of every entry, once each. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "adopt/adopt.h"
#include "ctl/catalog.h"

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

static void
print_csv(FILE *out, const char *list, sqlite3_stmt *q)
{
    print_cell(out, outcomes[store_col(q, 0)], ',', ",");
    for (int i = 1; i <= 4; i++)
        print_cell(out, store_col_text(q, i), ',', ",");
    print_cell(out, list, ',', ",");
    print(out, "%lld\r\n", (long long)store_col(q, 5));
}

static void
print_json(FILE *out, const char *list, sqlite3_stmt *q)
{
    json_t *object = json_pack("{ss ss so so so so sI}", "outcome",
        outcomes[store_col(q, 0)], "kind", store_col_text(q, 1), "id",
        print_json_text(store_col_text(q, 2)), "dn",
        print_json_text(store_col_text(q, 3)), "reason",
        print_json_text(store_col_text(q, 4)), "file", print_json_text(list),
        "line", (json_int_t)store_col(q, 5));

    print_as_json(out, object, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(object);
}

void
adopt_report(adopt *a, bool json, FILE *out)
{
    sqlite3_stmt *q = store_prepare(&a->s,
        "SELECT outcome, kind, login, dn, reason, line FROM entry ORDER BY n");
    const char *list = a->list == NULL ? "" : a->list;

    if (!json)
        print(out, "outcome,kind,id,dn,reason,file,line\r\n");
    while (store_next(q)) {
        if (json)
            print_json(out, list, q);
        else
            print_csv(out, list, q);
    }
    store_end(q);
}

int64_t
adopt_summary(adopt *a, bool json, FILE *out)
{
    int64_t count[N_ADOPT_OUTCOMES] = {0};
    json_t *object = json ? json_object() : NULL;
    sqlite3_stmt *q = store_prepare(
        &a->s, "SELECT outcome, count(*) FROM entry GROUP BY outcome");

    while (store_next(q))
        count[store_col(q, 0)] = store_col(q, 1);
    store_end(q);
    for (int o = 0; o < N_ADOPT_OUTCOMES; o++) {
        bool counts = o == ADOPT_SAME || o == ADOPT_REFUSED ||
                      a->undo == (o == ADOPT_RELEASED);

        if (count[o] == 0 && (o == ADOPT_NOT_DONE || !counts))
            continue;
        if (json)
            json_object_set_new(object, outcomes[o], json_integer(count[o]));
        else
            print(out, "%-9s %lld\n", catalog_text(outcomes[o]),
                (long long)count[o]);
    }
    if (json) {
        print_as_json(out, object, JSON_COMPACT);
        json_decref(object);
    } else if (a->dry_run) {
        print(out, "nothing was written: this is what a run would do\n");
    }
    return count[ADOPT_REFUSED];
}
