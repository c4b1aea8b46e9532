/* identify.c - which entry a record is about, who is left out and why.
 *
 * A person is known again by the source's id. A pupil who comes from elsewhere
 * is known by INE and birth date, both, and keeps login and state; a guardian
 * by a child, the names, and number or mail address (import/join.c).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/account/identity.h"
#include "import/import.h"
#include "import/join.h"
#include "import/kin.h"
#include "import/say.h"

typedef struct finder {
    import *im;
    sqlite3_stmt *by_id, *by_uai, *by_ine, *school, *set, *seen, *link;
    bag fields;
} finder;

/* An entry's number and DN for one bound text. */
static int64_t
look_up(sqlite3_stmt *q, const char *key, char **dn)
{
    int64_t entry = 0;

    store_text(q, 1, key);
    if (store_next(q)) {
        entry = store_col(q, 0);
        *dn = ctl_copy(store_col_text(q, 1));
        store_again(q);
    }
    return entry;
}

static void
bind_record(finder *f, int64_t record, int64_t entry, const char *dn)
{
    store_number(f->set, 1, entry);
    store_text(f->set, 2, dn);
    store_number(f->set, 3, record);
    store_do(f->set);
    if (entry == 0)
        return;
    store_number(f->seen, 1, entry);
    store_do(f->seen);
}

static void
refuse(finder *f, int64_t record, const char *reason)
{
    import_outcome_set(f->im, record, OUTCOME_REFUSED, reason);
}

/* Who is to go was never in the directory: a slip, unless an earlier file of
 * this very run brought the record. */
static void
deleted_unknown(finder *f, int64_t record)
{
    static const char sql[] =
        "SELECT 1 FROM record WHERE head = ? AND head <> 0";
    sqlite3_stmt *q = store_kept(&f->im->s, sql);

    store_number(q, 1, record);
    if (store_first(q, 0) != 0)
        import_outcome_set(f->im, record, OUTCOME_SAME,
            "a later file of the run takes it away again");
    else
        refuse(f, record,
            f->im->school[0] != '\0' ? IMPORT_LEFT
                                     : "not known, nothing to close");
}

/* ---- schools ---- */

static void
keep_school(finder *f, const char *id, const char *uai, const char *dn)
{
    sqlite3_stmt *q =
        store_prepare(&f->im->s, "INSERT OR REPLACE INTO school VALUES (?,?)");

    store_text(q, 1, id);
    store_text(q, 2, dn);
    store_do(q);
    store_end(q);
    q = store_prepare(&f->im->s, "INSERT OR IGNORE INTO uai VALUES (?,?,0)");
    store_text(q, 1, uai);
    store_text(q, 2, dn);
    store_do(q);
    store_end(q);
}

static void
identify_school(finder *f, int64_t record, src_op op, const char *id)
{
    const char *uai;
    char *dn = NULL;
    int64_t entry = look_up(f->by_id, id, &dn);

    if (op == SRC_DELETE) {
        import_outcome_set(f->im, record, OUTCOME_SAME,
            "schools are not taken away by an import");
        free(dn);
        return;
    }
    import_fields_of(f->im, record, &f->fields);
    uai = bag_get(&f->fields, FIELD_UAI, 0);
    if (entry == 0 && uai != NULL) {
        entry = look_up(f->by_uai, uai, &dn);
        if (entry == 0 && dn != NULL) {
            refuse(f, record, "another record has the same UAI");
            free(dn);
            return;
        }
    }
    if (entry == 0 && op == SRC_MODIFY) {
        refuse(f, record, "not known: the complete export comes first");
        return;
    }
    if (entry == 0)
        dn = ctl_format("ou=%s,%s", uai, f->im->how.schools);
    keep_school(f, id, uai == NULL ? "" : uai, dn);
    import_degree_keep(f->im, dn, &f->fields, FIELD_LEVEL);
    bind_record(f, record, entry, dn);
    free(dn);
}

/* ---- pupils ---- */

static char *
by_ine(finder *f, int64_t *entry)
{
    const char *ine = bag_get(&f->fields, FIELD_INE, 0);
    const char *birth = bag_get(&f->fields, FIELD_BIRTH_DATE, 0);
    char *dn = NULL;
    char *key;

    if (ine == NULL || birth == NULL)
        return NULL;
    key = ctl_copy(ine);
    for (char *p = key; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    store_text(f->by_ine, 1, key);
    store_text(f->by_ine, 2, birth);
    while (store_next(f->by_ine)) {
        if (store_col(f->by_ine, 2) != 0 &&
            !kin_renumbered(f->im, store_col(f->by_ine, 0)))
            continue;
        free(dn);
        *entry = *entry == 0 ? store_col(f->by_ine, 0) : -1;
        dn = ctl_copy(store_col_text(f->by_ine, 1));
    }
    free(key);
    if (*entry > 0)
        return dn;
    *entry = 0;
    free(dn);
    return NULL;
}

/* Who has an INE since the last run had another id until then; unless that is
 * somebody else's by now. */
static char *
by_former(finder *f, int64_t *entry)
{
    static const char sql[] = "SELECT 1 FROM head WHERE id = ?";
    sqlite3_stmt *q = store_kept(&f->im->s, sql);
    const char *former = bag_get(&f->fields, FIELD_FORMER, 0);
    char *dn = NULL;

    if (former == NULL)
        return NULL;
    store_text(q, 1, former);
    if (store_first(q, 0) == 0)
        *entry = look_up(f->by_id, former, &dn);
    return dn;
}

static bool
has_school(finder *f)
{
    char *dn = NULL;
    bool known;

    for (size_t i = 0; i < f->fields.n && dn == NULL; i++) {
        const struct bag_item *item = f->fields.items + i;
        char *id = ctl_copy(item->value);

        if (item->key == FIELD_CLASS)
            id[strcspn(id, "$")] = '\0';
        if (item->key == FIELD_CLASS || item->key == FIELD_SCHOOL)
            look_up(f->school, id, &dn);
        if (dn == NULL &&
            (item->key == FIELD_CLASS || item->key == FIELD_SCHOOL))
            look_up(f->by_uai, id, &dn);
        free(id);
    }
    known = dn != NULL;
    free(dn);
    return known;
}

static void
keep_links(finder *f, int64_t record)
{
    const char *link;

    for (size_t i = 0; (link = bag_get(&f->fields, FIELD_LINK, i)) != NULL;
        i++) {
        const char *dollar = strrchr(link, '$');
        char *id = ctl_copy_n(link, (size_t)(dollar - link));

        store_number(f->link, 1, record);
        store_text(f->link, 2, id);
        store_text(f->link, 3, dollar + 1);
        store_do(f->link);
        free(id);
    }
}

/* Which source decides who the pupil's guardians are. */
static void
keep_say(finder *f, int64_t record, int64_t entry)
{
    static const char sql[] = "UPDATE record SET say = ? WHERE n = ?";
    import_say say = import_say_of(f->im, &f->fields, entry);
    sqlite3_stmt *q = store_kept(&f->im->s, sql);

    if (say == SAY_ALL)
        return;
    store_number(q, 1, say);
    store_number(q, 2, record);
    store_do(q);
}

static void
identify_student(finder *f, int64_t record, src_op op, const char *id)
{
    char *dn = NULL;
    int64_t entry = look_up(f->by_id, id, &dn);
    const char *other;

    import_fields_of(f->im, record, &f->fields);
    other = op == SRC_ADD
                ? import_other_person(f->im, SRC_STUDENT, entry, &f->fields)
                : NULL;
    if (entry == 0 && op == SRC_ADD)
        dn = by_former(f, &entry);
    if (entry == 0 && op == SRC_ADD)
        dn = by_ine(f, &entry);
    if (other != NULL)
        refuse(f, record, other);
    else if (entry == 0 && op == SRC_MODIFY)
        refuse(f, record, "not known: the complete export comes first");
    else if (entry == 0 && op == SRC_DELETE)
        deleted_unknown(f, record);
    else if (op == SRC_ADD && !has_school(f))
        refuse(f, record, "none of its schools is known");
    else
        bind_record(f, record, entry, dn);
    if (other == NULL && op != SRC_DELETE &&
        (entry != 0 || (op == SRC_ADD && has_school(f)))) {
        keep_links(f, record);
        keep_say(f, record, entry);
        if (entry == 0)
            join_pupil_likely(f->im, record, &f->fields);
    }
    /* A refused record is no sign that the pupil has left. */
    if (entry != 0) {
        store_number(f->seen, 1, entry);
        store_do(f->seen);
    }
    free(dn);
}

/* ---- guardians ---- */

/* The account that the record is by another source; its DN in *dn. */
static int64_t
joined(finder *f, int64_t record, const char *id, bool linked, char **dn)
{
    int64_t entry;

    import_fields_of(f->im, record, &f->fields);
    entry = join_guardian(f->im, record, id, &f->fields, linked);
    if (entry != 0)
        *dn = import_dn_of(f->im, entry);
    return entry;
}

/* wanted: a pupil names this guardian; linked: one for whom this source
 * decides. */
static void
identify_guardian(finder *f, int64_t record, src_op op, const char *id,
    bool wanted, bool linked)
{
    char *dn = NULL;
    int64_t entry = look_up(f->by_id, id, &dn);
    const char *other = NULL;

    if (op == SRC_ADD && entry != 0) {
        import_fields_of(f->im, record, &f->fields);
        other = import_other_person(f->im, SRC_GUARDIAN, entry, &f->fields);
    }
    if (entry == 0 && import_made_ids(f->im))
        entry = import_same_guardian(f->im, record, id, &dn);
    if (entry == 0 && op == SRC_ADD && wanted)
        entry = joined(f, record, id, linked, &dn);
    if (other != NULL)
        refuse(f, record, other);
    else if (entry == 0 && op == SRC_MODIFY)
        refuse(f, record, "not known: the complete export comes first");
    else if (entry == 0 && op == SRC_DELETE)
        deleted_unknown(f, record);
    else if (entry == 0 && !wanted)
        refuse(f, record, IMPORT_NOT_WANTED);
    else if (entry == 0 && !linked)
        refuse(f, record, IMPORT_NOT_DECIDED);
    else
        bind_record(f, record, entry, dn);
    free(dn);
}

/* ---- pupils who answer for themselves ---- */

static bool
same_name(finder *f, int64_t a, int64_t b)
{
    bag other = {0};
    bool same = true;

    import_fields_of(f->im, a, &f->fields);
    import_fields_of(f->im, b, &other);
    for (unsigned key = FIELD_SN; key <= FIELD_GIVEN_NAME && same; key++) {
        const char *one = bag_get(&f->fields, key, 0);
        const char *two = bag_get(&other, key, 0);
        edc_str left = edc_str_of(one == NULL ? "" : one);
        edc_str right = edc_str_of(two == NULL ? "" : two);

        if (!edc_names_same(&left, 1, &right, 1, &same))
            same = false;
    }
    bag_free(&other);
    return same;
}

/* Relation 70 (7 in older files) is the pupil: when the guardian's record has
 * the pupil's name it is the same person, and one entry is both. */
static void
find_selves(finder *f)
{
    sqlite3_stmt *q = store_prepare(&f->im->s,
        "SELECT link.student, record.n FROM link JOIN head"
        " ON head.id = link.guardian JOIN record ON record.n = head.n"
        " WHERE relation IN ('70', '7') AND record.kind = 2"
        " AND record.outcome = 0 AND record.entry = 0 AND record.op = 0");
    sqlite3_stmt *set = store_prepare(
        &f->im->s, "UPDATE record SET self = ?, wanted = 1 WHERE n = ?");

    while (store_next(q)) {
        if (!same_name(f, store_col(q, 0), store_col(q, 1)))
            continue;
        store_number(set, 1, store_col(q, 0));
        store_number(set, 2, store_col(q, 1));
        store_do(set);
    }
    store_end(set);
    store_end(q);
}

/* ---- all of them ---- */

static void
each_head(finder *f, src_kind kind)
{
    sqlite3_stmt *q = store_prepare(&f->im->s,
        "SELECT n, op, id, wanted, self, linked FROM record WHERE kind = ?"
        " AND head = 0 AND outcome = 0 ORDER BY n");

    store_number(q, 1, kind);
    while (store_next(q)) {
        int64_t n = store_col(q, 0);
        src_op op = (src_op)store_col(q, 1);
        char *id = ctl_copy(store_col_text(q, 2));

        if (kind == SRC_SCHOOL)
            identify_school(f, n, op, id);
        else if (kind == SRC_STUDENT)
            identify_student(f, n, op, id);
        else if (store_col(q, 4) == 0)
            identify_guardian(
                f, n, op, id, store_col(q, 3) != 0, store_col(q, 5) != 0);
        free(id);
    }
    store_end(q);
}

/* Whoever was refused by the files' syntax is not a leaver either; nor is a
 * guardian whose record is there, as long as a pupil names him or her. */
static void
mark_seen(finder *f)
{
    store_run(&f->im->s,
        "UPDATE entry SET seen = 1 WHERE n IN (SELECT source_id.entry"
        " FROM record JOIN source_id ON source_id.id = record.id"
        " WHERE record.outcome = 5)");
    store_run(&f->im->s,
        "UPDATE entry SET seen = 0 WHERE n IN (SELECT entry FROM record"
        " WHERE kind = 2 AND head = 0 AND outcome = 0 AND wanted = 0"
        " AND entry <> 0) AND n NOT IN (SELECT entry FROM record"
        " WHERE kind = 1 AND head = 0) AND NOT EXISTS (SELECT 1"
        " FROM dirlink JOIN entry AS child ON child.n = dirlink.student"
        " JOIN dn ON dn.key = dirlink.guardian"
        " WHERE dn.entry = entry.n AND child.ours = 0)");
    store_run(&f->im->s, "UPDATE entry SET seen = 0 WHERE n IN (SELECT entry"
                         " FROM record WHERE op = 2 AND head = 0"
                         " AND outcome = 0)");
}

/* A record that is deleted under one id and there under another: the person
 * stays. */
static void
settle_renumbered(finder *f)
{
    store_run(&f->im->s,
        "UPDATE record SET outcome = 3, reason = 'the person has another record"
        " of this source' WHERE op = 2 AND head = 0 AND outcome = 0"
        " AND entry <> 0 AND EXISTS (SELECT 1 FROM record AS other"
        " WHERE other.entry = record.entry AND other.entry <> 0"
        " AND other.op <> 2 AND other.head = 0 AND other.outcome = 0)");
}

void
import_identify(import *im)
{
    finder f = {.im = im};

    f.by_id = store_prepare(&im->s,
        "SELECT entry, dn FROM source_id JOIN entry ON entry.n = entry"
        " WHERE id = ?");
    f.by_uai = store_prepare(&im->s, "SELECT entry, dn FROM uai WHERE uai = ?");
    f.school = store_prepare(&im->s, "SELECT 1, dn FROM school WHERE id = ?");
    f.by_ine = store_prepare(&im->s,
        "SELECT entry, dn, ours FROM pupil JOIN entry ON entry.n = entry"
        " WHERE ine = ? AND birth = ?");
    f.set = store_prepare(
        &im->s, "UPDATE record SET entry = ?, dn = ? WHERE n = ?");
    f.seen = store_prepare(&im->s, "UPDATE entry SET seen = 1 WHERE n = ?");
    f.link = store_prepare(&im->s, "INSERT INTO link VALUES (?,?,?)");
    store_run(&im->s,
        "CREATE INDEX record_head ON record (head) WHERE head <> 0;"
        "CREATE INDEX record_entry ON record (entry) WHERE entry <> 0");
    each_head(&f, SRC_SCHOOL);
    each_head(&f, SRC_STUDENT);
    store_run(&im->s,
        "CREATE INDEX link_student ON link (student);"
        "CREATE INDEX link_guardian ON link (guardian);"
        "UPDATE record SET wanted = 1, linked = EXISTS (SELECT 1 FROM link"
        " JOIN record AS pupil ON pupil.n = link.student"
        " WHERE link.guardian = record.id AND pupil.say <> 0)"
        " WHERE kind = 2 AND id IN (SELECT guardian FROM link)");
    find_selves(&f);
    store_run(
        &im->s, "CREATE INDEX record_self ON record (self) WHERE self <> 0");
    each_head(&f, SRC_GUARDIAN);
    import_adopt(im);
    settle_renumbered(&f);
    if (im->complete)
        mark_seen(&f);
    store_end(f.by_id);
    store_end(f.by_uai);
    store_end(f.by_ine);
    store_end(f.school);
    store_end(f.set);
    store_end(f.seen);
    store_end(f.link);
    bag_free(&f.fields);
}
