/* report.c - what became of every record, once each. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "import/import.h"

const char *
import_outcome_name(import_outcome outcome)
{
    static const char *const names[N_OUTCOMES] = {
        "none", "created", "changed", "same", "closed", "refused"};

    return names[outcome];
}

static const char *const kinds[] = {"school", "student", "guardian"};

/* A record that stands for another one has that one's outcome. */
static const char every_record[] =
    "SELECT name, record.line, record.kind, record.id,"
    " CASE WHEN record.outcome <> 0 THEN record.outcome"
    "  ELSE coalesce(head.outcome, 0) END,"
    " coalesce(nullif(record.dn, ''), head.dn, ''),"
    " coalesce(record.reason, head.reason, '')"
    " FROM record JOIN file ON file.n = record.file"
    " LEFT JOIN record AS head ON head.n = record.head AND record.head <> 0"
    " ORDER BY record.n";

static const char leavers[] =
    "SELECT reason, change FROM plan WHERE phase = 5 AND record = 0 ORDER BY n";

typedef struct line {
    const char *file, *kind, *id, *outcome, *dn, *reason;
    int64_t number;
} line;

/* ---- CSV, as RFC 4180 wants it ---- */

static void
print_csv(FILE *out, const line *l)
{
    print_cell(out, l->outcome, ',', ",");
    print_cell(out, l->kind, ',', ",");
    print_cell(out, l->id, ',', ",");
    print_cell(out, l->dn, ',', ",");
    print_cell(out, l->reason, ',', ",");
    print_cell(out, l->file, ',', ",");
    print(out, "%lld\r\n", (long long)l->number);
}

static void
print_json(FILE *out, const line *l)
{
    json_t *object = json_pack("{ss ss so so so so sI}", "outcome", l->outcome,
        "kind", l->kind, "id", print_json_text(l->id), "dn",
        print_json_text(l->dn), "reason", print_json_text(l->reason), "file",
        print_json_text(l->file), "line", (json_int_t)l->number);

    print_as_json(out, object, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(object);
}

static void
print_line(FILE *out, bool json, const line *l)
{
    if (json)
        print_json(out, l);
    else
        print_csv(out, l);
}

static void
print_leavers(import *im, bool json, FILE *out)
{
    sqlite3_stmt *q = store_prepare(&im->s, leavers);
    ctl_change change;
    size_t n;

    while (store_next(q)) {
        const char *bytes = store_col_bytes(q, 1, &n);
        line l = {"", "account", "", "closed", "", "", 0};

        if (!ctl_change_unpack(&change, bytes, n))
            continue;
        l.dn = change.dn;
        l.reason = store_col_text(q, 0);
        if (strcmp(change.mods[0].attribute, "educonnectState") != 0)
            l.outcome = "changed";
        print_line(out, json, &l);
        ctl_change_free(&change);
    }
    store_end(q);
}

void
import_report_print(import *im, bool json, FILE *out)
{
    sqlite3_stmt *q = store_prepare(&im->s, every_record);

    if (!json)
        print(out, "outcome,kind,id,dn,reason,file,line\r\n");
    while (store_next(q)) {
        line l = {store_col_text(q, 0), kinds[store_col(q, 2)],
            import_key_id(store_col_text(q, 3)),
            import_outcome_name((import_outcome)store_col(q, 4)),
            store_col_text(q, 5), store_col_text(q, 6), store_col(q, 1)};

        print_line(out, json, &l);
    }
    store_end(q);
    print_leavers(im, json, out);
}

/* ---- the figures ---- */

static const char figures[] =
    "SELECT record.kind, CASE WHEN record.outcome <> 0 THEN record.outcome"
    " ELSE coalesce(head.outcome, 0) END AS became, count(*) FROM record"
    " LEFT JOIN record AS head ON head.n = record.head AND record.head <> 0"
    " GROUP BY 1, 2";

static void
print_table(int64_t count[3][N_OUTCOMES], FILE *out)
{
    print(out, "%-10s", "");
    for (int o = OUTCOME_CREATED; o < N_OUTCOMES; o++)
        print(out, "%10s", import_outcome_name((import_outcome)o));
    print(out, "\n");
    for (int k = 0; k < 3; k++) {
        print(out, "%-10s", kinds[k]);
        for (int o = OUTCOME_CREATED; o < N_OUTCOMES; o++)
            print(out, "%10lld", (long long)count[k][o]);
        print(out, "\n");
    }
}

static void
print_object(
    const import *im, int64_t count[3][N_OUTCOMES], int64_t gone, FILE *out)
{
    json_t *all = json_object();

    for (int k = 0; k < 3; k++) {
        json_t *one = json_object();

        for (int o = OUTCOME_CREATED; o < N_OUTCOMES; o++)
            json_object_set_new(one, import_outcome_name((import_outcome)o),
                json_integer(count[k][o]));
        json_object_set_new(all, kinds[k], one);
    }
    json_object_set_new(all, "notInFiles", json_integer(gone));
    json_object_set_new(
        all, "changes", json_integer((json_int_t)im->n_planned));
    print_as_json(out, all, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(all);
}

void
import_summary(import *im, bool json, FILE *out, int64_t *refused)
{
    int64_t count[3][N_OUTCOMES] = {{0}};
    sqlite3_stmt *q = store_prepare(&im->s, figures);
    int64_t gone = store_count(
        &im->s, "SELECT count(*) FROM plan WHERE phase = 5 AND record = 0");

    while (store_next(q))
        count[store_col(q, 0)][store_col(q, 1)] = store_col(q, 2);
    store_end(q);
    *refused =
        (int64_t)im->n_failed +
        store_count(&im->s, "SELECT count(*) FROM record WHERE outcome = 5"
                            " AND instr(reason, '" IMPORT_NOT_WANTED "') = 0"
                            " AND instr(reason, '" IMPORT_LEFT_OUT "') = 0");
    if (json) {
        print_object(im, count, gone, out);
        return;
    }
    print_table(count, out);
    if (gone > 0)
        print(out, "%lld accounts are no longer in the source\n",
            (long long)gone);
    print(out, "%zu changes\n", im->n_planned);
}
