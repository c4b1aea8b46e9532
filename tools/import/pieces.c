/* pieces.c - what stands of a record in other places of SIECLE's and ONDE's
 * files: a pupil's class, guardians, a guardian's address.
 *
 * It is kept in a table until everything is read, for sections and files come
 * in any order, and then joined to the records that it is about.
 */
#include <stdlib.h>
#include <string.h>

#include "import/import.h"

/* ---- keeping ---- */

static void
put_part(import *im, const char *id, const char *bytes, size_t n, int64_t file,
    long line)
{
    static const char sql[] =
        "INSERT INTO part (id, fields, file, line) VALUES (?,?,?,?)";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_text(q, 1, id);
    store_bytes(q, 2, bytes, n);
    store_number(q, 3, file);
    store_number(q, 4, line);
    store_do(q);
}

static void
put_address(import *im, const char *id, const char *bytes, size_t n)
{
    static const char sql[] = "INSERT OR REPLACE INTO address VALUES (?,?)";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_text(q, 1, id);
    store_bytes(q, 2, bytes, n);
    store_do(q);
}

void
import_pieces_put(
    import *im, const src_record *record, const bag *fields, int64_t file)
{
    char *id = ctl_copy_n(record->id.p, record->id.n);
    size_t n;
    char *bytes = bag_pack(fields, &n);

    if (record->kind == SRC_ADDRESS)
        put_address(im, id, bytes, n);
    else
        put_part(im, id, bytes, n, file, record->line);
    free(bytes);
    free(id);
}

void
import_pieces_name(import *im, int64_t record, const bag *fields)
{
    static const char sql[] = "INSERT INTO alias VALUES (?,?)";
    const char *former = bag_get(fields, FIELD_FORMER, 0);
    sqlite3_stmt *q;

    if (former == NULL)
        return;
    q = store_kept(&im->s, sql);
    store_text(q, 1, former);
    store_number(q, 2, record);
    store_do(q);
}

/* ---- whom a part is about ---- */

static void
write_fields(import *im, int64_t record, const bag *fields)
{
    static const char sql[] = "UPDATE record SET fields = ? WHERE n = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    size_t n;
    char *bytes = bag_pack(fields, &n);

    store_bytes(q, 1, bytes, n);
    store_number(q, 2, record);
    store_do(q);
    free(bytes);
}

/* Whether a pupil's class is the one that the part names. */
static bool
same_class(import *im, int64_t record, const bag *part)
{
    bag pupil = {0};
    const char *class = bag_get(part, FIELD_CLASS, 0);
    bool same;

    import_fields_of(im, record, &pupil);
    same = class != NULL && bag_has(&pupil, FIELD_CLASS, class);
    bag_free(&pupil);
    return same;
}

/* Pupils of one name who are looked at: no school has so many. */
#define SAME_NAMES 100

/* The record of the pupil of this name: the only one, or the only one in that
 * class. 0: none; -1: several. */
static int64_t
pupil_named(import *im, const char *id, const bag *part)
{
    static const char sql[] = "SELECT record FROM alias WHERE id = ? LIMIT ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    int64_t any = 0, in_class = 0;
    size_t n = 0, n_class = 0;

    store_text(q, 1, id);
    store_number(q, 2, SAME_NAMES);
    while (store_next(q)) {
        any = store_col(q, 0);
        n++;
        if (same_class(im, any, part)) {
            in_class = any;
            n_class++;
        }
    }
    if (n == SAME_NAMES)
        return -1;
    return n == 0 ? 0 : n == 1 ? any : n_class == 1 ? in_class : -1;
}

static void
refuse_part(import *im, int64_t part, const char *reason)
{
    static const char sql[] =
        "INSERT INTO record (kind, op, id, file, line, outcome, reason)"
        " SELECT 1, 0, id, file, line, 5, ? FROM part WHERE n = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_text(q, 1, reason);
    store_number(q, 2, part);
    store_do(q);
}

static void
find_pupils_by_name(import *im)
{
    sqlite3_stmt *q =
        store_prepare(&im->s, "SELECT n, id, fields FROM part ORDER BY n");
    sqlite3_stmt *set =
        store_prepare(&im->s, "UPDATE part SET student = ? WHERE n = ?");
    bag part = {0};

    store_run(&im->s, "CREATE INDEX alias_id ON alias (id)");
    while (store_next(q)) {
        size_t n;
        const char *bytes = store_col_bytes(q, 2, &n);
        int64_t pupil;

        bag_unpack(&part, bytes, n);
        pupil = pupil_named(im, store_col_text(q, 1), &part);
        if (pupil <= 0)
            refuse_part(im, store_col(q, 0),
                pupil == 0
                    ? "no pupil of this name is in the files: a guardian's "
                      "child left out"
                    : "several pupils have this name: a guardian's child left "
                      "out");
        store_number(set, 1, pupil > 0 ? pupil : 0);
        store_number(set, 2, store_col(q, 0));
        store_do(set);
    }
    bag_free(&part);
    store_end(set);
    store_end(q);
}

/* Those of pupils who are in no file any more are passed over: SIECLE keeps
 * guardians, and whose they were, for long. */
static void
find_pupils_by_id(import *im)
{
    store_run(&im->s, "UPDATE part SET student = coalesce((SELECT head.n FROM"
                      " head WHERE head.id = part.id), 0)");
}

/* ---- joining ---- */

static void
join(bag *fields, const bag *part, unsigned key)
{
    const char *value;

    for (size_t i = 0; (value = bag_get(part, key, i)) != NULL; i++)
        bag_add(fields, key, value, strlen(value));
}

/* A pupil whom no part names has no class, and no guardian when the file of
 * guardians was there. */
static void
join_pupil(import *im, int64_t record, bool guardians)
{
    static const char sql[] =
        "SELECT fields FROM part WHERE student = ? ORDER BY n";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    bag fields = {0};
    bag part = {0};

    import_fields_of(im, record, &fields);
    if (guardians)
        bag_name(&fields, FIELD_LINK);
    if (im->form == SRC_FORM_SIECLE)
        bag_name(&fields, FIELD_CLASS);
    store_number(q, 1, record);
    while (fields.n <= SRC_VALUES_MAX && store_next(q)) {
        size_t n;
        const char *bytes = store_col_bytes(q, 0, &n);

        bag_unpack(&part, bytes, n);
        join(&fields, &part, FIELD_LINK);
        if (im->form == SRC_FORM_SIECLE)
            join(&fields, &part, FIELD_CLASS);
    }
    if (fields.n > SRC_VALUES_MAX) {
        store_again(q);
        import_outcome_set(
            im, record, OUTCOME_REFUSED, "more values than a record may have");
    }
    write_fields(im, record, &fields);
    bag_free(&part);
    bag_free(&fields);
}

static void
join_address(import *im, int64_t record)
{
    static const char sql[] = "SELECT fields FROM address WHERE id = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    bag fields = {0};
    bag address = {0};
    const char *id;

    import_fields_of(im, record, &fields);
    id = bag_get(&fields, FIELD_ADDRESS, 0);
    if (id != NULL) {
        char *key = ctl_format("ADRESSE-%s", id);

        store_text(q, 1, key);
        free(key);
        if (store_next(q)) {
            size_t n;
            const char *bytes = store_col_bytes(q, 0, &n);

            bag_unpack(&address, bytes, n);
            for (unsigned f = FIELD_STREET; f <= FIELD_TOWN; f++)
                bag_take(&fields, &address, f);
            write_fields(im, record, &fields);
            store_again(q);
        }
    }
    bag_free(&address);
    bag_free(&fields);
}

static void
each_record(import *im, src_kind kind, bool guardians)
{
    sqlite3_stmt *q = store_prepare(&im->s,
        "SELECT n FROM record WHERE kind = ? AND head = 0 AND outcome = 0"
        " AND op = 0 ORDER BY n");

    store_number(q, 1, kind);
    while (store_next(q)) {
        if (kind == SRC_STUDENT)
            join_pupil(im, store_col(q, 0), guardians);
        else
            join_address(im, store_col(q, 0));
    }
    store_end(q);
}

ctl_exit
import_pieces_join(import *im)
{
    bool guardians;

    if (im->school[0] == '\0')
        return CTL_OK;
    if (store_count(&im->s, "SELECT count(*) FROM record WHERE kind = 1") == 0)
        return ctl_fail(im->c, CTL_INPUT,
            "the file of pupils is missing: guardians alone are nobody's; "
            "nothing was written");
    guardians =
        store_count(&im->s, "SELECT count(*) FROM record WHERE kind = 2") > 0;
    if (im->form == SRC_FORM_ONDE)
        find_pupils_by_name(im);
    else
        find_pupils_by_id(im);
    store_run(&im->s, "CREATE INDEX part_student ON part (student)");
    each_record(im, SRC_STUDENT, guardians);
    if (im->how.with_address && im->form == SRC_FORM_SIECLE)
        each_record(im, SRC_GUARDIAN, guardians);
    return CTL_OK;
}
