/* twins.c - pairs of guardians that are worth a score.
 *
 * Two accounts are looked at together when they have a number, a mail address,
 * or a name and one thing more in common: sorting by such keys takes n log n,
 * comparing all with all would not end. What many accounts have in common (the
 * number of a school that stands in for one that is missing) tells nothing
 * about anybody and is left out.
 */
#include <string.h>

#include "report/report.h"
#include "report/score.h"

/* No family has more accounts with one number. */
#define MANY "20"

/* Accounts that a twin can be found for: whoever is merged or closed needs no
 * more merging. */
#define OPEN                                                                   \
    "a.guardian AND a.merged IS NULL AND a.state <> 'closed' AND a.sn <> '' "  \
    "AND a.given <> ''"

/* Names in one order, so that exchanged ones meet. */
#define NAME(a)                                                                \
    "min(" a ".sn, " a ".given) || '|' || max(" a ".sn, " a ".given)"

static void
make_pairs(store *s)
{
    store_run(s,
        "CREATE INDEX contact_value ON contact (kind, value);"
        "CREATE TABLE many AS SELECT kind, value FROM contact WHERE "
        "kind <> 'a' GROUP BY kind, value HAVING "
        "count(DISTINCT account) > " MANY ";"
        "DELETE FROM contact WHERE (kind, value) IN (SELECT kind, value "
        "FROM many);"
        "DROP TABLE many;"
        "CREATE INDEX contact_account ON contact (account, kind);"
        "CREATE TABLE key (value TEXT, account INT);"
        "INSERT INTO key SELECT DISTINCT c.kind || c.value, a.id FROM account "
        "a JOIN contact c ON c.account = a.id WHERE c.kind <> 'a' AND " OPEN ";"
        "INSERT INTO key SELECT DISTINCT 'a' || c.value || '|' || " NAME(
            "a") ", a.id FROM account a JOIN contact c ON c.account = a.id "
                 "WHERE "
                 "c.kind = 'a' AND " OPEN ";"
                 "INSERT INTO key SELECT DISTINCT 'c' || c.student || '|' "
                 "|| " NAME(
                     "a") ", a.id FROM account a JOIN child c ON c.guardian = "
                          "a.id WHERE " OPEN ";"
                          "CREATE INDEX key_value ON key (value, account);"
                          "CREATE TABLE pair AS SELECT DISTINCT x.account AS "
                          "a, y.account AS b "
                          "FROM (SELECT value FROM key GROUP BY value HAVING "
                          "count(*) BETWEEN 2 "
                          "AND " MANY
                          ") g JOIN key x ON x.value = g.value JOIN key y ON "
                          "y.value = g.value AND y.account > x.account;"
                          "DROP TABLE key");
}

/* What two accounts have in common beside names: a column each, in the order
 * of the bits from REPORT_SAME_MOBILE on. */
#define COMMON(kind)                                                           \
    "EXISTS (SELECT 1 FROM contact x JOIN contact y ON y.account = p.b AND "   \
    "y.kind = x.kind AND y.value = x.value WHERE x.account = p.a AND "         \
    "x.kind = '" kind "')"

static const char evidence_sql[] =
    "SELECT p.a, p.b, a.sn, a.given, b.sn, b.given, " COMMON("m") ", " COMMON(
        "e") ", EXISTS (SELECT 1 FROM child x JOIN child y ON "
             "y.student = x.student WHERE x.guardian = p.a AND "
             "y.guardian = p.b), " COMMON("a") " FROM pair p JOIN account a ON "
                                               "a.id = p.a JOIN account b ON "
                                               "b.id = p.b";

static unsigned
evidence(sqlite3_stmt *q)
{
    static const unsigned bits[] = {REPORT_SAME_MOBILE, REPORT_SAME_MAIL,
        REPORT_SHARED_CHILD, REPORT_SAME_ADDRESS};
    unsigned reasons = 0;

    for (int i = 0; i < 4; i++)
        reasons |= store_col(q, 6 + i) != 0 ? bits[i] : 0;
    return reasons;
}

void
report_twins(report *r)
{
    sqlite3_stmt *pairs, *insert;

    make_pairs(&r->store);
    pairs = store_prepare(&r->store, evidence_sql);
    insert = store_prepare(&r->store, "INSERT INTO twin VALUES (?,?,?,?)");
    while (store_next(pairs)) {
        report_names a = {store_col_text(pairs, 2), store_col_text(pairs, 3)};
        report_names b = {store_col_text(pairs, 4), store_col_text(pairs, 5)};
        unsigned reasons = evidence(pairs);
        int score;

        reasons |= report_name_reasons(&a, &b, reasons);
        score = report_score(reasons);
        if (score < r->min_score)
            continue;
        store_number(insert, 1, store_col(pairs, 0));
        store_number(insert, 2, store_col(pairs, 1));
        store_number(insert, 3, score);
        store_number(insert, 4, reasons);
        store_do(insert);
    }
    store_end(pairs);
    store_end(insert);
}
