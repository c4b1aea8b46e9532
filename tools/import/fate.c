/* fate.c - what became of the plan's changes: what the server answered, and
 * what was never asked of it.
 */
#include "import/import.h"

void
import_fate_set(import *im, int64_t change, import_fate fate, const char *why)
{
    static const char sql[] = "INSERT INTO answer VALUES (?,?,?)";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, change);
    store_number(q, 2, fate);
    store_text(q, 3, why);
    store_do(q);
}

/* Of a record with several changes, the worst: not known, not done. What was
 * refused was told when the answer came. */
void
import_fates_settle(import *im)
{
    static const struct {
        import_fate fate;
        import_outcome outcome;
    } worse[] = {
        {FATE_NOT_SENT, OUTCOME_NOT_DONE}, {FATE_UNKNOWN, OUTCOME_UNKNOWN}};

    for (size_t i = 0; i < sizeof(worse) / sizeof(worse[0]); i++) {
        sqlite3_stmt *q = store_prepare(&im->s,
            "UPDATE record SET outcome = ? WHERE outcome <> ? AND n IN"
            " (SELECT plan.record FROM plan LEFT JOIN answer USING (n)"
            " WHERE plan.record <> 0 AND coalesce(became, 0) = ?)");

        store_number(q, 1, worse[i].outcome);
        store_number(q, 2, OUTCOME_REFUSED);
        store_number(q, 3, worse[i].fate);
        store_do(q);
        store_end(q);
    }
    im->settled = true;
}

void
import_fates_count(import *im, bool leavers, int64_t count[N_FATES])
{
    sqlite3_stmt *q = store_prepare(&im->s,
        "SELECT coalesce(became, 0), count(*) FROM plan"
        " LEFT JOIN answer USING (n) WHERE phase <> ?"
        " AND (NOT ? OR (phase = ? AND record = 0)) GROUP BY 1");

    for (int f = 0; f < N_FATES; f++)
        count[f] = 0;
    store_number(q, 1, PHASE_DATE);
    store_number(q, 2, leavers);
    store_number(q, 3, PHASE_LEAVERS);
    while (store_next(q))
        count[store_col(q, 0)] = store_col(q, 1);
    store_end(q);
}
