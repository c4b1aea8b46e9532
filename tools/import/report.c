/* report.c - what became of every record, once each. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "ctl/language.h"
#include "import/import.h"
#include "source/outcome.h"

const char *
import_outcome_name(import_outcome outcome)
{
    static const char *const names[N_OUTCOMES] = {"none", N_("created"),
        N_("changed"), N_("same"), N_("closed"), N_("refused"), N_("not done"),
        N_("unknown")};

    return names[outcome];
}

static const char *const kinds[] = {
    N_("school"), N_("student"), N_("guardian")};

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
    "SELECT reason, change, coalesce(became, 0), coalesce(why, '') FROM plan"
    " LEFT JOIN answer USING (n) WHERE phase = 5 AND record = 0"
    " ORDER BY plan.n";

static const char *const columns[OUTCOME_COLUMNS] = {
    "outcome", "kind", "id", "dn", "reason", "file"};

/* What became of somebody whom no record is about. */
static import_outcome
outcome_of(const import *im, const ctl_change *change, import_fate fate)
{
    bool closes = strcmp(change->mods[0].attribute, "educonnectState") == 0;

    if (fate == FATE_REFUSED)
        return OUTCOME_REFUSED;
    if (fate == FATE_UNKNOWN)
        return OUTCOME_UNKNOWN;
    if (fate == FATE_NOT_SENT && im->settled)
        return OUTCOME_NOT_DONE;
    return closes ? OUTCOME_CLOSED : OUTCOME_CHANGED;
}

/* Who is not in the files, and stays all the same. */
static void
print_kept(import *im, bool json, FILE *out)
{
    sqlite3_stmt *q = store_prepare(&im->s,
        "SELECT dn, reason FROM kept JOIN entry ON entry.n = kept.entry"
        " WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.entry = entry.n"
        " AND record.entry <> 0) ORDER BY dn");

    while (store_next(q)) {
        outcome_row row = {{"same", "account", "", store_col_text(q, 0),
                               store_col_text(q, 1), ""},
            0};

        outcome_print(out, json, columns, &row);
    }
    store_end(q);
}

static void
print_leavers(import *im, bool json, FILE *out)
{
    sqlite3_stmt *q = store_prepare(&im->s, leavers);
    ctl_change change;
    size_t n;

    while (store_next(q)) {
        const char *bytes = store_col_bytes(q, 1, &n);
        import_outcome outcome;
        char *reason;

        if (!ctl_change_unpack(&change, bytes, n))
            continue;
        outcome = outcome_of(im, &change, (import_fate)store_col(q, 2));
        reason = ctl_format("%s%s%s", store_col_text(q, 0),
            *store_col_text(q, 3) == '\0' ? "" : "; ", store_col_text(q, 3));
        outcome_print(out, json, columns,
            &(outcome_row){{import_outcome_name(outcome), "account", "",
                               change.dn, reason, ""},
                0});
        free(reason);
        ctl_change_free(&change);
    }
    store_end(q);
}

void
import_report_print(import *im, bool json, FILE *out)
{
    sqlite3_stmt *q = store_prepare(&im->s, every_record);

    outcome_head(out, json, columns);
    while (store_next(q)) {
        outcome_row row = {
            {import_outcome_name((import_outcome)store_col(q, 4)),
                kinds[store_col(q, 2)], import_key_id(store_col_text(q, 3)),
                store_col_text(q, 5), store_col_text(q, 6),
                store_col_text(q, 0)},
            store_col(q, 1)};

        outcome_print(out, json, columns, &row);
    }
    store_end(q);
    print_leavers(im, json, out);
    print_kept(im, json, out);
}

/* ---- the figures ---- */

/* Schools and people, each once: not the records that repeat another's id, nor
 * the guardian's record of a pupil who is his or her own. */
static const char figures[] =
    "SELECT kind, outcome, count(*) FROM record WHERE head = 0 GROUP BY 1, 2";

typedef struct sum {
    int64_t of[3][N_OUTCOMES]; /* by kind */
    int64_t all;               /* schools and people */
    int64_t records;
    int64_t repeats; /* refused ones that are nobody's first */
    int64_t changes[N_FATES];
    int64_t leavers[N_FATES]; /* whom no record is about */
    bool planned;             /* a plan, which nobody was to carry out */
} sum;

/* What cannot be known or was not done has a column where there is some. */
static bool
has_column(const sum *s, int outcome)
{
    int64_t n = 0;

    for (int k = 0; k < 3; k++)
        n += s->of[k][outcome];
    return n > 0 || outcome < OUTCOME_NOT_DONE;
}

static void
print_table(const sum *s, FILE *out)
{
    int wide = ctl_language() == EDC_FRENCH ? 14 : 10;

    print(out, "%-*s", wide, "");
    for (int o = OUTCOME_CREATED; o < N_OUTCOMES; o++) {
        if (has_column(s, o))
            print(out, "%10s",
                catalog_text(import_outcome_name((import_outcome)o)));
    }
    print(out, "\n");
    for (int k = 0; k < 3; k++) {
        print(out, "%-*s", wide, catalog_text(kinds[k]));
        for (int o = OUTCOME_CREATED; o < N_OUTCOMES; o++) {
            if (has_column(s, o))
                print(out, "%10lld", (long long)s->of[k][o]);
        }
        print(out, "\n");
    }
}

/* What did not become as planned, behind how many there were. */
static void
print_rest(const int64_t count[N_FATES], FILE *out)
{
    static const struct {
        import_fate fate;
        const char *words;
    } rest[] = {{FATE_REFUSED, N_("refused")},
        {FATE_UNKNOWN, "sent, and no answer came"},
        {FATE_NOT_SENT, "not done"}};
    const char *between = ": ";

    for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
        if (count[rest[i].fate] == 0)
            continue;
        print(out, "%s%lld %s", between, (long long)count[rest[i].fate],
            catalog_text(rest[i].words));
        between = ", ";
    }
}

static int64_t
sum_of(const int64_t count[N_FATES])
{
    int64_t all = 0;

    for (int f = 0; f < N_FATES; f++)
        all += count[f];
    return all;
}

/* "12 changes", or "9 of 12 changes: 1 refused, 2 not done". */
static void
print_count(
    const sum *s, const int64_t count[N_FATES], const char *what, FILE *out)
{
    int64_t all = sum_of(count);

    if (s->planned || count[FATE_DONE] == all) {
        print(out, "%lld %s\n", (long long)all, what);
        return;
    }
    print(out, "%lld of %lld %s", (long long)count[FATE_DONE], (long long)all,
        what);
    print_rest(count, out);
    print(out, "\n");
}

/* done: something of the plan was, or is about to be. */
static void
print_families(const import *im, bool done, FILE *out)
{
    if (im->n_joined > 0)
        print(out,
            done ? "%zu guardians joined to their account of another source\n"
                 : "%zu guardians would be joined to their account of another "
                   "source\n",
            im->n_joined);
    if (im->n_likely > 0)
        print(out,
            "%zu likely to have an account of another source, not joined: look "
            "at the report\n",
            im->n_likely);
    if (im->n_kept > 0)
        print(out,
            done ? "%zu times guardians were kept for want of others: look at "
                   "the report\n"
                 : "%zu times guardians would be kept for want of others: look "
                   "at the report\n",
            im->n_kept);
}

static void
print_sum(const import *im, const sum *s, FILE *out)
{
    int64_t gone = sum_of(s->leavers);

    print_table(s, out);
    if (s->records > s->all)
        print(out, "%lld records of %lld schools and people\n",
            (long long)s->records, (long long)s->all);
    if (s->repeats > 0)
        print(out, "%lld records that repeat an id were refused\n",
            (long long)s->repeats);
    if (gone > 0)
        print_count(s, s->leavers, "accounts are no longer in the source", out);
    print_families(im,
        s->planned || s->changes[FATE_NOT_SENT] == 0 ||
            s->changes[FATE_NOT_SENT] < sum_of(s->changes),
        out);
    print_count(s, s->changes, catalog_text("changes"), out);
    if (s->planned)
        print(out, "nothing was written: this is what a run would do\n");
}

/* ---- the same as JSON ---- */

static json_t *
fates_object(const int64_t count[N_FATES])
{
    return json_pack("{sI sI sI sI}", "done", (json_int_t)count[FATE_DONE],
        "refused", (json_int_t)count[FATE_REFUSED], "unknown",
        (json_int_t)count[FATE_UNKNOWN], "notDone",
        (json_int_t)count[FATE_NOT_SENT]);
}

static void
print_object(const import *im, const sum *s, FILE *out)
{
    json_t *all = json_object();
    int64_t gone = sum_of(s->leavers);

    for (int k = 0; k < 3; k++) {
        json_t *one = json_object();

        for (int o = OUTCOME_CREATED; o < N_OUTCOMES; o++)
            json_object_set_new(one, import_outcome_name((import_outcome)o),
                json_integer(s->of[k][o]));
        json_object_set_new(all, kinds[k], one);
    }
    json_object_set_new(all, "records", json_integer(s->records));
    json_object_set_new(all, "notInFiles", json_integer(gone));
    json_object_set_new(all, "repeatsRefused", json_integer(s->repeats));
    json_object_set_new(all, "joined", json_integer((json_int_t)im->n_joined));
    json_object_set_new(all, "likely", json_integer((json_int_t)im->n_likely));
    json_object_set_new(all, "kept", json_integer((json_int_t)im->n_kept));
    json_object_set_new(
        all, "changes", json_integer((json_int_t)im->n_planned));
    json_object_set_new(all, "written", json_boolean(!s->planned));
    json_object_set_new(all, "changesBecame", fates_object(s->changes));
    json_object_set_new(all, "notInFilesBecame", fates_object(s->leavers));
    print_as_json(out, all, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(all);
}

void
import_summary(import *im, bool json, FILE *out, int64_t *refused)
{
    sum s = {.planned = !im->settled};
    sqlite3_stmt *q = store_prepare(&im->s, figures);

    while (store_next(q)) {
        s.of[store_col(q, 0)][store_col(q, 1)] = store_col(q, 2);
        s.all += store_col(q, 2);
    }
    store_end(q);
    s.records = store_count(&im->s, "SELECT count(*) FROM record");
    s.repeats = store_count(
        &im->s, "SELECT count(*) FROM record WHERE outcome = 5 AND head <> 0");
    import_fates_count(im, false, s.changes);
    import_fates_count(im, true, s.leavers);
    *refused =
        (int64_t)im->n_failed +
        store_count(&im->s, "SELECT count(*) FROM record WHERE outcome = 5"
                            " AND instr(reason, '" IMPORT_NOT_WANTED "') = 0"
                            " AND instr(reason, '" IMPORT_LEFT "') = 0"
                            " AND instr(reason, '" IMPORT_LEFT_OUT "') = 0"
                            " AND instr(reason, '" IMPORT_NOT_DECIDED "') = 0");
    if (json)
        print_object(im, &s, out);
    else
        print_sum(im, &s, out);
}
