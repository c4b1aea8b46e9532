/* stage.c - records put into tables as they are read, those of one id
 * brought together.
 *
 * The first record of an id is its head; later ones of deltas change the head's
 * fields, so that a complete export and the deltas after it can be read in one
 * run.
 */
#include <stdlib.h>
#include <string.h>

#include "core/text/uai.h"
#include "import/import.h"

/* record.kind and record.op are src_kind and src_op; head: the record whose
 * outcome this one shares, 0: it is a head itself; self: the pupil's record of
 * a guardian who is that pupil; wanted: a guardian whom a pupil names; linked:
 * one whose guardians this source decides (say, an import_say).
 * entry.ours, others: it has an id of this source, of others; open: not closed;
 * gone: an import found that it left; merged: into whom; seen: a record is
 * about it. degree: of a school. relinked: links that this run brings or takes
 * away. leaving: whom it would close; kept: whom it does not, and why. likely:
 * what is said of a record once it gets an account. */
static const char tables[] =
    "CREATE TABLE file (n INTEGER PRIMARY KEY, name TEXT);"
    "CREATE TABLE record (n INTEGER PRIMARY KEY, kind INT, op INT, id TEXT,"
    " file INT, line INT, fields BLOB, head INT DEFAULT 0, outcome INT"
    " DEFAULT 0, reason TEXT, entry INT DEFAULT 0, dn TEXT, self INT DEFAULT 0,"
    " wanted INT DEFAULT 0, say INT DEFAULT 1, linked INT DEFAULT 0);"
    "CREATE TABLE note (text TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE head (id TEXT PRIMARY KEY, n INT) WITHOUT ROWID;"
    "CREATE TABLE link (student INT, guardian TEXT, relation TEXT);"
    "CREATE TABLE entry (n INTEGER PRIMARY KEY, dn TEXT, student INT,"
    " guardian INT, school INT, others INT, ours INT, open INT, gone INT,"
    " merged TEXT, seen INT DEFAULT 0, attrs BLOB);"
    "CREATE TABLE source_id (id TEXT PRIMARY KEY, entry INT) WITHOUT ROWID;"
    "CREATE TABLE pupil (ine TEXT, birth TEXT, entry INT);"
    "CREATE TABLE dn (key TEXT PRIMARY KEY, entry INT) WITHOUT ROWID;"
    "CREATE TABLE dirlink (student INT, guardian TEXT);"
    "CREATE TABLE contested (student INT, guardian TEXT);"
    "CREATE TABLE contact (value TEXT, entry INT);"
    "CREATE TABLE relinked (student INT, guardian TEXT, comes INT);"
    "CREATE TABLE leaving (entry INTEGER PRIMARY KEY);"
    "CREATE TABLE kept (entry INTEGER PRIMARY KEY, reason TEXT);"
    "CREATE TABLE likely (record INTEGER PRIMARY KEY, note TEXT);"
    "CREATE TABLE login (uid TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE login_next (base TEXT PRIMARY KEY, next INT) WITHOUT ROWID;"
    "CREATE TABLE school (id TEXT PRIMARY KEY, dn TEXT) WITHOUT ROWID;"
    "CREATE TABLE degree (school TEXT PRIMARY KEY, n INT) WITHOUT ROWID;"
    "CREATE TABLE uai (uai TEXT PRIMARY KEY, dn TEXT, entry INT)"
    " WITHOUT ROWID;"
    "CREATE TABLE plan (n INTEGER PRIMARY KEY, phase INT, record INT,"
    " reason TEXT, change BLOB);"
    "CREATE TABLE answer (n INTEGER PRIMARY KEY, became INT, why TEXT);"
    "CREATE TABLE failed (key TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE part (n INTEGER PRIMARY KEY, id TEXT, fields BLOB, file INT,"
    " line INT, student INT DEFAULT 0);"
    "CREATE TABLE address (id TEXT PRIMARY KEY, fields BLOB) WITHOUT ROWID;"
    "CREATE TABLE alias (id TEXT, record INT);";

void
import_stage_open(import *im)
{
    store_open(&im->s, tables);
}

/* ---- one record ---- */

typedef struct stage {
    import *im;
    src *source;
    int64_t file;
    size_t n;
    sqlite3_stmt *put, *find, *head, *fields;
    bag new, old;
} stage;

typedef struct row {
    const src_info *info;
    src_kind kind;
    src_op op;
    const char *key;
    long line;
    const char *reason;
    int64_t head;
    import_outcome outcome;
} row;

static int64_t
put_row(stage *st, const row *r, const bag *fields)
{
    size_t n = 0;
    char *bytes = fields == NULL ? NULL : bag_pack(fields, &n);

    store_number(st->put, 1, r->kind);
    store_number(st->put, 2, r->op);
    store_text(st->put, 3, r->key);
    store_number(st->put, 4, st->file);
    store_number(st->put, 5, r->line);
    store_bytes(st->put, 6, bytes, n);
    store_number(st->put, 7, r->head);
    store_number(st->put, 8, r->outcome);
    store_text(st->put, 9, r->reason);
    store_do(st->put);
    free(bytes);
    st->n++;
    return sqlite3_last_insert_rowid(st->im->s.db);
}

static int64_t
put_head(stage *st, const row *r, const bag *fields)
{
    int64_t n = put_row(st, r, fields);

    store_text(st->head, 1, r->key);
    store_number(st->head, 2, n);
    store_do(st->head);
    return n;
}

/* What is known of the head of an id. */
typedef struct head {
    int64_t n;
    src_kind kind;
    src_op op;
    import_outcome outcome;
    char *place; /* "file:line" */
} head;

static bool
find_head(stage *st, const char *key, head *h)
{
    bool found;

    memset(h, 0, sizeof(*h));
    store_text(st->find, 1, key);
    found = store_next(st->find);
    if (!found)
        return false;
    h->n = store_col(st->find, 0);
    h->kind = (src_kind)store_col(st->find, 1);
    h->op = (src_op)store_col(st->find, 2);
    h->outcome = (import_outcome)store_col(st->find, 3);
    h->place = ctl_format("%s:%lld", store_col_text(st->find, 4),
        (long long)store_col(st->find, 5));
    store_again(st->find);
    return true;
}

static void
write_head(stage *st, const head *h, src_op op, const bag *fields)
{
    size_t n;
    char *bytes = bag_pack(fields, &n);

    store_number(st->fields, 1, op);
    store_bytes(st->fields, 2, bytes, n);
    store_number(st->fields, 3, h->n);
    store_do(st->fields);
    free(bytes);
}

/* A delta's record on top of what came before. */
static const char *
fold_into(stage *st, const head *h, const row *r)
{
    import_fields_of(st->im, h->n, &st->old);
    if (r->op == SRC_ADD && r->info->extent != SRC_DELTA) {
        if (h->op == SRC_ADD && bag_equal(&st->old, &st->new))
            return NULL;
        return "differs from the record with the same id at %s";
    }
    if (r->op == SRC_MODIFY && h->op == SRC_DELETE)
        return "changes what was deleted at %s";
    if (r->op == SRC_MODIFY) {
        for (unsigned f = 0; f <= FIELD_EXTRA; f++) {
            if (bag_named(&st->new, f))
                bag_take(&st->old, &st->new, f);
        }
        write_head(st, h, h->op, &st->old);
        return NULL;
    }
    write_head(st, h, r->op, r->op == SRC_ADD ? &st->new : &st->old);
    return NULL;
}

static void
put_again(stage *st, const head *h, row *r)
{
    const char *wrong = h->kind != r->kind
                            ? "the id is that of another kind of record at %s"
                        : h->outcome == OUTCOME_REFUSED
                            ? "the record with the same id at %s was refused"
                            : fold_into(st, h, r);
    char *reason;

    if (wrong == NULL) {
        r->head = h->n;
        put_row(st, r, NULL);
        return;
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    reason = ctl_format(wrong, h->place);
#pragma GCC diagnostic pop
    r->reason = reason;
    r->outcome = OUTCOME_REFUSED;
    put_row(st, r, NULL);
    free(reason);
}

static void
show_progress(stage *st)
{
    int64_t done, total;

    if (st->n % 256 != 0)
        return;
    src_progress(st->source, &done, &total);
    ctl_progress("reading the files, KiB", (size_t)(done / 1024),
        (size_t)(total / 1024));
}

/* What belongs to another record: kept until all are read. */
static bool
put_piece(stage *st, const src_record *record, const row *r)
{
    row told = *r;

    if (record->op != SRC_PART && record->kind != SRC_ADDRESS)
        return false;
    import_pieces_put(st->im, record, &st->new, st->file);
    if (r->reason == NULL)
        return true;
    told.kind = record->kind == SRC_ADDRESS ? SRC_GUARDIAN : record->kind;
    told.outcome = OUTCOME_REFUSED;
    put_row(st, &told, NULL);
    return true;
}

static void
put_record(stage *st, row *r, bool refused)
{
    head h;

    if (refused)
        r->outcome = OUTCOME_REFUSED;
    if (!find_head(st, r->key, &h)) {
        import_pieces_name(st->im, put_head(st, r, &st->new), &st->new);
        return;
    }
    if (refused)
        put_row(st, r, NULL);
    else
        put_again(st, &h, r);
    free(h.place);
}

/* Codes with a wrong check letter that were let in. */
static void
count_code(stage *st, const src_record *record, const char *refused)
{
    const char *uai = bag_get(&st->new, FIELD_UAI, 0);

    if (record->kind == SRC_SCHOOL && refused[0] == '\0' && uai != NULL &&
        !edc_uai_valid(edc_str_of(uai)))
        st->im->n_codes++;
}

static bool
each(void *ctx, const src_record *record)
{
    stage *st = ctx;
    char notes[IMPORT_NOTE_MAX], refused[IMPORT_NOTE_MAX];
    char *key = import_key(record->info->form, record->kind, record->id);
    row r = {record->info, record->kind, record->op, key, record->line, NULL, 0,
        OUTCOME_NONE};

    show_progress(st);
    st->im->apart |= src_numbers_apart(record->info->form);
    if (!import_scope_file(st->im, record->info)) {
        free(key);
        return false;
    }
    import_check_record(st->im, record);
    import_map(st->im, record, &st->new, notes, refused);
    r.reason = notes[0] == '\0' ? NULL : notes;
    if (!put_piece(st, record, &r)) {
        if (strstr(refused, IMPORT_LEFT) != NULL) {
            r.op = SRC_DELETE;
            refused[0] = '\0';
        }
        count_code(st, record, refused);
        r.reason = refused[0] != '\0' ? refused : r.reason;
        put_record(st, &r, refused[0] != '\0');
    }
    free(key);
    return true;
}

/* A record that could not be read stands in the report, and its id counts as
 * seen: a slip in a file makes nobody a leaver. */
static void
refused(void *ctx, const src_refusal *refusal)
{
    stage *st = ctx;
    char *key = import_key(refusal->info->form, refusal->kind, refusal->id);
    row r = {refusal->info, refusal->kind, SRC_ADD, key, refusal->line,
        refusal->reason, 0, OUTCOME_REFUSED};
    head h;

    st->im->apart |= src_numbers_apart(refusal->info->form);
    if (refusal->op == SRC_PART || refusal->kind == SRC_ADDRESS) {
        r.kind = refusal->kind == SRC_ADDRESS ? SRC_GUARDIAN : r.kind;
        put_row(st, &r, NULL);
    } else if (refusal->id.n == 0) {
        put_row(st, &r, NULL);
    } else if (find_head(st, key, &h)) {
        put_row(st, &r, NULL);
        free(h.place);
    } else {
        put_head(st, &r, NULL);
    }
    free(key);
}

/* Said once, of the first of many files of which it is true, and not again when
 * the files are read again because other imports were faster. */
static void
note(void *ctx, const src_info *info, long line, const char *text)
{
    static const char sql[] = "INSERT OR IGNORE INTO note VALUES (?)";
    stage *st = ctx;
    sqlite3_stmt *q = store_kept(&st->im->s, sql);

    store_text(q, 1, text);
    store_do(q);
    if (!st->im->noted && sqlite3_changes(st->im->s.db) > 0)
        ctl_warn(st->im->c, "%s:%ld: %s", info->file, line, text);
}

static bool
file(void *ctx, const src_info *info)
{
    stage *st = ctx;
    sqlite3_stmt *q =
        store_prepare(&st->im->s, "INSERT INTO file (name) VALUES (?)");

    import_check_file(st->im, info);
    store_text(q, 1, info->file);
    store_do(q);
    store_end(q);
    st->file = sqlite3_last_insert_rowid(st->im->s.db);
    return true;
}

/* ---- all of them ---- */

ctl_exit
import_stage(import *im, src *source)
{
    stage st = {.im = im, .source = source};
    src_handler handler = {&st,
        1U << SRC_SCHOOL | 1U << SRC_STUDENT | 1U << SRC_GUARDIAN |
            (im->how.with_address ? 1U << SRC_ADDRESS : 0),
        file, each, refused, note};
    src_error error;
    char text[2048];
    src_end end;

    im->form = SRC_FORM_NONE;
    im->school[0] = '\0';
    st.put = store_prepare(&im->s,
        "INSERT INTO record (kind, op, id, file, line, fields, head, outcome,"
        " reason) VALUES (?,?,?,?,?,?,?,?,?)");
    st.find = store_prepare(&im->s,
        "SELECT record.n, kind, op, outcome, name, line FROM head"
        " JOIN record ON record.n = head.n JOIN file ON file.n = record.file"
        " WHERE head.id = ?");
    st.head = store_prepare(&im->s, "INSERT INTO head VALUES (?,?)");
    st.fields = store_prepare(
        &im->s, "UPDATE record SET op = ?, fields = ? WHERE n = ?");
    end = src_read(source, &handler, &error);
    im->noted = true;
    store_end(st.put);
    store_end(st.find);
    store_end(st.head);
    store_end(st.fields);
    bag_free(&st.new);
    bag_free(&st.old);
    ctl_progress_end();
    if (end == SRC_END)
        return import_pieces_join(im);
    if (end == SRC_STOPPED)
        return ctl_fail(im->c, CTL_USAGE, "%s", im->wrong);
    src_error_print(&error, text, sizeof(text));
    return ctl_fail(im->c, CTL_INPUT, "%s; nothing was written", text);
}

/* ---- rows ---- */

void
import_outcome_set(
    import *im, int64_t record, import_outcome outcome, const char *reason)
{
    static const char sql[] =
        "UPDATE record SET outcome = ?1, reason = CASE WHEN ?2 IS NULL THEN"
        " reason WHEN reason IS NULL THEN ?2"
        " ELSE reason || '; ' || ?2 END WHERE n = ?3";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, outcome);
    store_text(q, 2, reason);
    store_number(q, 3, record);
    store_do(q);
}

void
import_fields_of(import *im, int64_t record, bag *fields)
{
    static const char sql[] = "SELECT fields FROM record WHERE n = ?";

    bag_of_row(fields, &im->s, sql, record);
}
