/* report.c - what became of every former account, once each. */
#include "ctl/catalog.h"
#include "import/import.h"
#include "migrate/migrate.h"
#include "source/outcome.h"

static const char *const outcomes[N_MIGRATE_OUTCOMES] = {
    N_("not done"), N_("created"), N_("changed"), N_("same"), N_("refused")};
static const char *const kinds[] = {"unknown", "guardian", "student"};

static const char *const columns[OUTCOME_COLUMNS] = {
    "outcome", "kind", "id", "login", "dn", "reason"};

void
migrate_report(migrate *m, bool json, FILE *out)
{
    sqlite3_stmt *q = store_prepare(&m->s,
        "SELECT outcome, kind, id, login, dn, reason, line FROM record"
        " ORDER BY n");

    outcome_head(out, json, columns);
    while (store_next(q)) {
        outcome_row row = {{outcomes[store_col(q, 0)], kinds[store_col(q, 1)],
                               store_col_text(q, 2), store_col_text(q, 3),
                               store_col_text(q, 4), store_col_text(q, 5)},
            store_col(q, 6)};

        outcome_print(out, json, columns, &row);
    }
    store_end(q);
}

int64_t
migrate_summary(migrate *m, bool json, FILE *out)
{
    static const unsigned always = ~(1U << MIGRATE_OPEN);
    int64_t count[N_MIGRATE_OUTCOMES];

    outcome_count(&m->s,
        "SELECT outcome, count(*) FROM record GROUP BY outcome", count,
        N_MIGRATE_OUTCOMES);
    outcome_summary(out, json, outcomes, count, N_MIGRATE_OUTCOMES, always);
    if (m->dry_run && !json)
        print(out, "nothing was written: this is what a run would do\n");
    return count[MIGRATE_REFUSED];
}
