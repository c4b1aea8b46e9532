/* report.c - what became of every former account, once each. */
#include <jansson.h>

#include "ctl/catalog.h"
#include "import/import.h"
#include "migrate/migrate.h"

static const char *const outcomes[N_MIGRATE_OUTCOMES] = {
    N_("not done"), N_("created"), N_("changed"), N_("same"), N_("refused")};
static const char *const kinds[] = {"unknown", "guardian", "student"};

static void
print_csv(FILE *out, sqlite3_stmt *q)
{
    print_cell(out, outcomes[store_col(q, 0)], ',', ",");
    print_cell(out, kinds[store_col(q, 1)], ',', ",");
    for (int i = 2; i <= 5; i++)
        print_cell(out, store_col_text(q, i), ',', ",");
    print(out, "%lld\r\n", (long long)store_col(q, 6));
}

static void
print_json(FILE *out, sqlite3_stmt *q)
{
    json_t *object = json_pack("{ss ss so so so so sI}", "outcome",
        outcomes[store_col(q, 0)], "kind", kinds[store_col(q, 1)], "id",
        print_json_text(store_col_text(q, 2)), "login",
        print_json_text(store_col_text(q, 3)), "dn",
        print_json_text(store_col_text(q, 4)), "reason",
        print_json_text(store_col_text(q, 5)), "line",
        (json_int_t)store_col(q, 6));

    print_as_json(out, object, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(object);
}

void
migrate_report(migrate *m, bool json, FILE *out)
{
    sqlite3_stmt *q = store_prepare(&m->s,
        "SELECT outcome, kind, id, login, dn, reason, line FROM record"
        " ORDER BY n");

    if (!json)
        print(out, "outcome,kind,id,login,dn,reason,line\r\n");
    while (store_next(q)) {
        if (json)
            print_json(out, q);
        else
            print_csv(out, q);
    }
    store_end(q);
}

int64_t
migrate_summary(migrate *m, bool json, FILE *out)
{
    int64_t count[N_MIGRATE_OUTCOMES] = {0};
    json_t *object = json ? json_object() : NULL;
    sqlite3_stmt *q = store_prepare(
        &m->s, "SELECT outcome, count(*) FROM record GROUP BY outcome");

    while (store_next(q))
        count[store_col(q, 0)] = store_col(q, 1);
    store_end(q);
    for (int o = 0; o < N_MIGRATE_OUTCOMES; o++) {
        if (o == MIGRATE_OPEN && count[o] == 0)
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
    } else if (m->dry_run) {
        print(out, "nothing was written: this is what a run would do\n");
    }
    return count[MIGRATE_REFUSED];
}
