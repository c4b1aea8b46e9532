/* list.c - the reports: their columns, and the statement that gives
 * their rows out of the tables of report/load.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/text/gentime.h"
#include "report/report.h"

/* ---- pieces of the statements ---- */

/* An account a that has to do with the school that the report is about. */
#define TIED(a)                                                                \
    "(?1 = 0 OR EXISTS (SELECT 1 FROM tie WHERE tie.account = " a ".id "       \
    "AND tie.school = ?1)) "
#define SCHOOLS(a)                                                             \
    "ifnull((SELECT group_concat(uai, ' ') FROM (SELECT DISTINCT s.uai AS "    \
    "uai FROM tie t JOIN school s ON s.id = t.school WHERE t.account = " a     \
    ".id AND s.id <> 0 ORDER BY s.uai)), '-') "
#define CLASSES(a)                                                             \
    "ifnull((SELECT group_concat(l, ', ') FROM (SELECT label AS l FROM label " \
    "WHERE student = " a ".id ORDER BY label)), '-') "
#define COUNTS                                                                 \
    "count(*), sum(a.state = 'active'), sum(a.state = 'informed'), "           \
    "sum(a.state = 'reset'), sum(a.state = 'uninformed'), "                    \
    "sum(a.state = 'suspended'), sum(a.state = 'closed'), "                    \
    "permille(sum(a.state = 'active'), count(*)) "
#define OF_TIES                                                                \
    "JOIN account a ON a.id = x.account JOIN school s ON s.id = x.school "     \
    "WHERE a.merged IS NULL AND (?1 = 0 OR x.school = ?1) "

/* ---- columns ---- */

#define COLUMN_UAI {"uai", {{"UAI", "UAI"}}, KIND_TEXT}
#define COLUMN_SCHOOL {"school", {{"School", "Établissement"}}, KIND_TEXT}
#define COLUMN_SCHOOLS {"schools", {{"Schools", "Établissements"}}, KIND_TEXT}
#define COLUMN_CLASS {"class", {{"Class", "Classe"}}, KIND_TEXT}
#define COLUMN_PUBLIC {"public", {{"Public", "Public"}}, KIND_PUBLIC}
#define COLUMN_UID {"uid", {{"Login", "Identifiant"}}, KIND_TEXT}
#define COLUMN_NAME {"name", {{"Name", "Nom"}}, KIND_TEXT}
#define COLUMN_STATE {"state", {{"State", "État"}}, KIND_STATE}
#define COLUMNS_COUNTS                                                         \
    {"accounts", {{"Accounts", "Comptes"}}, KIND_NUMBER},                      \
        {"active", {{"Active", "Actifs"}}, KIND_NUMBER},                       \
        {"informed", {{"Informed", "Informés"}}, KIND_NUMBER},                 \
        {"reset", {{"Reset", "Réinitialisés"}}, KIND_NUMBER},                  \
        {"uninformed", {{"Uninformed", "Non informés"}}, KIND_NUMBER},         \
        {"suspended", {{"Suspended", "Suspendus"}}, KIND_NUMBER},              \
        {"closed", {{"Closed", "Fermés"}}, KIND_NUMBER},                       \
    {                                                                          \
        "activePercent", {{"Active %", "Part d’actifs"}}, KIND_PERMILLE        \
    }

static const report_column of_schools[] = {
    COLUMN_UAI, COLUMN_SCHOOL, COLUMN_PUBLIC, COLUMNS_COUNTS};
static const report_column of_classes[] = {
    COLUMN_UAI, COLUMN_SCHOOL, COLUMN_CLASS, COLUMN_PUBLIC, COLUMNS_COUNTS};
static const report_column of_publics[] = {COLUMN_PUBLIC, COLUMNS_COUNTS};
static const report_column of_pupils[] = {COLUMN_SCHOOLS, COLUMN_CLASS,
    COLUMN_UID, COLUMN_NAME, COLUMN_STATE,
    {"guardians", {{"Guardians", "Responsables"}}, KIND_NUMBER},
    {"furthest", {{"Furthest of them", "Le plus avancé"}}, KIND_STATE}};
static const report_column of_twins[] = {
    {"score", {{"Score", "Score"}}, KIND_NUMBER},
    {"uid1", {{"Login 1", "Identifiant 1"}}, KIND_TEXT},
    {"name1", {{"Name 1", "Nom 1"}}, KIND_TEXT},
    {"state1", {{"State 1", "État 1"}}, KIND_STATE},
    {"schools1", {{"Schools 1", "Établissements 1"}}, KIND_TEXT},
    {"uid2", {{"Login 2", "Identifiant 2"}}, KIND_TEXT},
    {"name2", {{"Name 2", "Nom 2"}}, KIND_TEXT},
    {"state2", {{"State 2", "État 2"}}, KIND_STATE},
    {"schools2", {{"Schools 2", "Établissements 2"}}, KIND_TEXT},
    {"reasons", {{"Why", "Pourquoi"}}, KIND_REASONS}};
static const report_column of_enrolled[] = {
    COLUMN_SCHOOLS, COLUMN_CLASS, COLUMN_UID, COLUMN_NAME, COLUMN_STATE};
static const report_column of_letters[] = {COLUMN_SCHOOLS,
    {"public", {{"Public", "Public"}}, KIND_PERSON}, COLUMN_UID, COLUMN_NAME,
    COLUMN_STATE, {"until", {{"Ran out", "Expiré le"}}, KIND_TIME},
    {"informedBy", {{"Letter of", "Courrier de"}}, KIND_TEXT}};
static const report_column of_holds[] = {COLUMN_SCHOOLS, COLUMN_CLASS,
    COLUMN_UID, COLUMN_NAME, COLUMN_STATE,
    {"hold", {{"Hold", "Motif de blocage"}}, KIND_HOLD}};

/* ---- statements ---- */

#define COLUMNS(array) (array), sizeof(array) / sizeof((array)[0])

/* Activation comes in three ways, report_by. */
static const report_definition activation[] = {
    [BY_SCHOOL] = {"activation",
        {{"Activation of accounts, by school",
            "Activation des comptes par établissement"}},
        COLUMNS(of_schools),
        "SELECT s.uai, s.name, x.public, " COUNTS "FROM tie x " OF_TIES
        "GROUP BY s.id, x.public ORDER BY s.id = 0, s.uai, x.public DESC"},
    [BY_CLASS] = {"activation",
        {{"Activation of accounts, by class",
            "Activation des comptes par classe"}},
        COLUMNS(of_classes),
        "SELECT s.uai, s.name, x.label, x.public, " COUNTS
        "FROM (SELECT t.account AS account, t.school AS school, t.public AS "
        "public, ifnull(l.label, '-') AS label FROM tie t LEFT JOIN label l "
        "ON l.student = t.account WHERE t.public = 'student' "
        "UNION SELECT c.guardian, t.school, 'guardian', ifnull(l.label, '-') "
        "FROM child c JOIN tie t ON t.account = c.student AND "
        "t.public = 'student' AND t.school <> 0 "
        "LEFT JOIN label l ON l.student = c.student "
        "UNION SELECT account, school, public, '-' FROM tie "
        "WHERE school = 0 AND public = 'guardian') x " OF_TIES
        "GROUP BY s.id, x.label, x.public "
        "ORDER BY s.id = 0, s.uai, x.label = '-', x.label, x.public DESC"},
    [BY_PUBLIC] = {"activation",
        {{"Activation of accounts", "Activation des comptes"}},
        COLUMNS(of_publics),
        "SELECT x.public, " COUNTS "FROM (SELECT DISTINCT account, public "
        "FROM tie WHERE ?1 = 0 OR school = ?1) x "
        "JOIN account a ON a.id = x.account WHERE a.merged IS NULL "
        "GROUP BY x.public ORDER BY x.public DESC"},
};

static const report_definition lists[REPORT_N] = {
    [REPORT_NO_GUARDIAN] = {"no-guardian",
        {{"Pupils without an active guardian",
            "Élèves sans responsable actif"}},
        COLUMNS(of_pupils),
        "SELECT " SCHOOLS("a") ", " CLASSES(
            "a") ", a.uid, a.name, a.state, "
                 "(SELECT count(*) FROM child c WHERE c.student = a.id), "
                 "ifnull((SELECT g.state FROM child c JOIN account g ON "
                 "g.id = c.guardian WHERE c.student = a.id ORDER BY CASE "
                 "g.state "
                 "WHEN 'reset' THEN 1 WHEN 'informed' THEN 2 WHEN 'suspended' "
                 "THEN 3 "
                 "WHEN 'uninformed' THEN 4 ELSE 5 END LIMIT 1), 'none') "
                 "FROM account a WHERE a.student AND a.state <> 'closed' AND "
                 "NOT EXISTS "
                 "(SELECT 1 FROM child c JOIN account g ON g.id = c.guardian "
                 "WHERE "
                 "c.student = a.id AND g.state = 'active') AND " TIED(
                     "a") "ORDER BY 1, 2, a.sort, a.uid"},
    [REPORT_DUPLICATES] = {"duplicate-guardians",
        {{"Guardians who may have two accounts",
            "Responsables qui ont peut-être deux comptes"}},
        COLUMNS(of_twins),
        "SELECT w.score, a.uid, a.name, a.state, " SCHOOLS(
            "a") ", b.uid, "
                 "b.name, b.state, " SCHOOLS(
                     "b") ", w.reasons FROM twin w "
                          "JOIN account a ON a.id = w.a JOIN account b ON b.id "
                          "= w.b "
                          "WHERE (" TIED("a") "OR " TIED(
                              "b") ") "
                                   "ORDER BY w.score DESC, a.sort, a.uid, "
                                   "b.uid"},
    [REPORT_MULTI_ENROLLED] = {"multi-enrolled",
        {{"Pupils enrolled at several schools",
            "Élèves inscrits dans plusieurs établissements"}},
        COLUMNS(of_enrolled),
        "SELECT " SCHOOLS("a") ", " CLASSES(
            "a") ", a.uid, a.name, a.state "
                 "FROM account a WHERE a.student AND a.state <> 'closed' AND "
                 "(SELECT count(*) FROM tie t WHERE t.account = a.id AND "
                 "t.public = 'student') > 1 AND " TIED(
                     "a") "ORDER BY 1, 2, a.sort, a.uid"},
    [REPORT_EXPIRED] = {"expired-letters",
        {{"Letters that have run out", "Courriers expirés"}},
        COLUMNS(of_letters),
        "SELECT " SCHOOLS(
            "a") ", CASE WHEN a.student THEN 'student' ELSE "
                 "'guardian' END, a.uid, a.name, a.state, a.until, "
                 "trim(ifnull(a.informer, '-') || ' ' || ifnull((SELECT s.name "
                 "FROM "
                 "school s WHERE s.uai = a.informer COLLATE NOCASE), '')) "
                 "FROM account a WHERE a.state IN ('informed', 'reset') AND "
                 "a.until <= ?2 AND " TIED(
                     "a") "ORDER BY 1, 2 DESC, a.sort, a.uid"},
    [REPORT_HOLDS] = {"holds",
        {{"Pupils for whom no account may be opened",
            "Élèves dont le compte ne peut pas être ouvert"}},
        COLUMNS(of_holds),
        "SELECT " SCHOOLS("a") ", " CLASSES(
            "a") ", a.uid, a.name, a.state, "
                 "h.reason FROM hold h JOIN account a ON a.id = h.student "
                 "WHERE a.state <> 'closed' AND " TIED(
                     "a") "ORDER BY 1, 2, a.sort, a.uid, h.reason"},
};

const report_definition *
report_define(const report *r, report_id id)
{
    return id == REPORT_ACTIVATION ? activation + r->by : lists + id;
}

static void
permille(sqlite3_context *context, int n, sqlite3_value **values)
{
    (void)n;
    sqlite3_result_int(context, report_permille(sqlite3_value_int64(values[0]),
                                    sqlite3_value_int64(values[1])));
}

sqlite3_stmt *
report_query(report *r, const report_definition *d)
{
    char now[EDC_TIME_SIZE];
    sqlite3_stmt *q;

    if (sqlite3_create_function(r->store.db, "permille", 2,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, permille, NULL,
            NULL) != SQLITE_OK)
        exit(CTL_LOCAL);
    edc_time_format(r->now, now);
    q = store_prepare(&r->store, d->sql);
    store_number(q, 1, r->school_id);
    if (sqlite3_bind_parameter_count(q) > 1)
        store_text(q, 2, now);
    return q;
}
