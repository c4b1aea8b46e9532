/* scope.c - which schools the files are of, and who is not concerned.
 *
 * SIECLE and ONDE are exports of one school, and each school is a source of its
 * own ("SIECLE-9990001X"): its numbers mean nothing in another. A complete
 * export, were it AAF, is that of the schools in it; others' pupils are not
 * taken to have left because one school's files say nothing of them.
 */
#include <stdlib.h>
#include <string.h>

#include "core/account/identity.h"
#include "ctl/dn.h"
#include "import/import.h"

/* ---- files that go together ---- */

static bool
is_of_a_school(src_form form)
{
    return form == SRC_FORM_SIECLE || form == SRC_FORM_ONDE;
}

static void
begin_school(import *im, const src_info *info)
{
    const char *name = im->how.source != NULL          ? im->how.source
                       : info->form == SRC_FORM_SIECLE ? "SIECLE"
                                                       : "ONDE";

    free(im->source);
    im->source = ctl_format("%s-%s", name, info->school);
    im->first_degree = im->first_degree || info->form == SRC_FORM_ONDE;
    memcpy(im->school, info->school, sizeof(im->school));
    im->complete = im->how.extent != SRC_DELTA;
}

bool
import_scope_file(import *im, const src_info *info)
{
    bool first = im->form == SRC_FORM_NONE;

    if (first)
        im->form = info->form;
    if (first && is_of_a_school(info->form))
        begin_school(im, info);
    if (first && im->how.school != NULL && src_is_aaf(info->form))
        snprintf(im->wrong, sizeof(im->wrong),
            "--school is for a school's own files, and these are of AAF");
    else if (im->form != info->form &&
             (is_of_a_school(im->form) || is_of_a_school(info->form)))
        snprintf(im->wrong, sizeof(im->wrong),
            "the files are of several kinds; import them one kind after the "
            "other");
    else if (strcmp(im->school, info->school) != 0)
        snprintf(im->wrong, sizeof(im->wrong),
            "the files are of two schools, %s and %s; import one school after "
            "the other",
            im->school, info->school);
    else
        return true;
    return false;
}

/* ---- ids that are made up ---- */

bool
import_made_ids(const import *im)
{
    return im->form == SRC_FORM_ONDE;
}

static bool
one_name_same(
    const bag *fields, import_field field, const bag *attrs, import_attr attr)
{
    const char *one = bag_get(fields, field, 0);
    const char *two = bag_get(attrs, attr, 0);
    edc_str left = edc_str_of(one == NULL ? "" : one);
    edc_str right = edc_str_of(two == NULL ? "" : two);
    bool same = false;

    return edc_names_same(&left, 1, &right, 1, &same) && same;
}

static bool
names_same(import *im, int64_t record, int64_t entry)
{
    bag fields = {0};
    bag attrs = {0};
    bool same;

    import_fields_of(im, record, &fields);
    import_entry_of(im, entry, &attrs);
    same = one_name_same(&fields, FIELD_SN, &attrs, ATTR_SN) &&
           one_name_same(&fields, FIELD_GIVEN_NAME, &attrs, ATTR_GIVEN_NAME);
    bag_free(&fields);
    bag_free(&attrs);
    return same;
}

/* Guardians of the children whom the record is linked to, whom no record of
 * these files is about by its id. */
static const char of_its_children[] =
    "SELECT DISTINCT entry.n, entry.dn FROM link JOIN record AS pupil"
    " ON pupil.n = link.student JOIN dirlink ON dirlink.student = pupil.entry"
    " JOIN dn ON dn.key = dirlink.guardian JOIN entry ON entry.n = dn.entry"
    " WHERE link.guardian = ? AND pupil.entry <> 0 AND entry.ours"
    " AND NOT EXISTS (SELECT 1 FROM source_id JOIN head"
    " ON head.id = source_id.id WHERE source_id.entry = entry.n)";

int64_t
import_same_guardian(import *im, int64_t record, const char *id, char **dn)
{
    sqlite3_stmt *q = store_prepare(&im->s, of_its_children);
    int64_t found = 0;
    size_t n = 0;

    store_text(q, 1, id);
    while (store_next(q)) {
        if (!names_same(im, record, store_col(q, 0)))
            continue;
        found = store_col(q, 0);
        free(*dn);
        *dn = ctl_copy(store_col_text(q, 1));
        n++;
    }
    store_end(q);
    if (n == 1)
        return found;
    free(*dn);
    *dn = NULL;
    return 0;
}

/* ---- the schools of this run ---- */

/* sql: takes the DN's key. */
static void
put_key(import *im, const char *sql, const char *dn)
{
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *key = ctl_dn_key(dn);

    store_text(q, 1, key);
    store_do(q);
    free(key);
}

static bool
has_key(import *im, const char *sql, const char *dn)
{
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *key = ctl_dn_key(dn);

    store_text(q, 1, key);
    free(key);
    return store_first(q, 0) != 0;
}

static void
put_school(import *im, const char *dn)
{
    static const char sql[] = "INSERT OR IGNORE INTO scope VALUES (?)";

    put_key(im, sql, dn);
}

/* One that a pupil's record names, by its id or UAI. */
static void
put_named(import *im, const char *id)
{
    static const char sql[] = "SELECT dn FROM school WHERE id = ?1 UNION"
                              " SELECT dn FROM uai WHERE uai = ?1";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_text(q, 1, id);
    while (store_next(q))
        put_school(im, store_col_text(q, 0));
}

static void
put_schools_of_pupils(import *im)
{
    sqlite3_stmt *q = store_prepare(&im->s,
        "SELECT n FROM record WHERE kind = 1 AND head = 0 AND outcome <> 5");
    bag fields = {0};

    while (store_next(q)) {
        import_fields_of(im, store_col(q, 0), &fields);
        for (size_t i = 0; i < fields.n; i++) {
            char *id = ctl_copy(fields.items[i].value);

            if (fields.items[i].key == FIELD_CLASS)
                id[strcspn(id, "$")] = '\0';
            if (fields.items[i].key == FIELD_CLASS ||
                fields.items[i].key == FIELD_SCHOOL)
                put_named(im, id);
            free(id);
        }
    }
    bag_free(&fields);
    store_end(q);
}

/* Those that have a record; where none has, those that pupils are in. */
static void
find_schools(import *im)
{
    static const char source_school[] =
        "INSERT OR IGNORE INTO source_school VALUES (?)";
    sqlite3_stmt *q;
    bool any = false;

    store_run(&im->s, "CREATE TABLE scope (key TEXT PRIMARY KEY) WITHOUT ROWID;"
                      "CREATE TABLE spared (entry INTEGER PRIMARY KEY);"
                      "CREATE TABLE source_school (key TEXT PRIMARY KEY)"
                      " WITHOUT ROWID");
    q = store_prepare(&im->s, "SELECT dn FROM school");
    while (store_next(q))
        put_key(im, source_school, store_col_text(q, 0));
    store_end(q);
    q = store_prepare(&im->s, "SELECT dn FROM record WHERE kind = 0"
                              " AND head = 0 AND dn <> ''");
    while (store_next(q)) {
        put_school(im, store_col_text(q, 0));
        any = true;
    }
    store_end(q);
    if (!any)
        put_schools_of_pupils(im);
}

static bool
is_in_scope(import *im, const char *dn)
{
    static const char sql[] = "SELECT 1 FROM scope WHERE key = ?";

    return has_key(im, sql, dn);
}

/* Whether a school outside the files keeps its pupils from leaving: one that
 * the source has too. At a school of another source they are that one's, and
 * leave this one; but a school's own files speak for nobody elsewhere. */
static bool
keeps_pupils(import *im, const char *dn)
{
    static const char sql[] = "SELECT 1 FROM source_school WHERE key = ?";

    return im->school[0] != '\0' || has_key(im, sql, dn);
}

/* ---- pupils who are elsewhere ---- */

/* The values of an attribute that go. */
static void
drop(ctl_change *change, import_attr attr, const bag *values)
{
    const char *value;

    if (values->n == 0)
        return;
    ctl_change_mod(change, LDAP_MOD_DELETE, import_attr_name(attr));
    for (size_t i = 0; (value = bag_get(values, 0, i)) != NULL; i++)
        ctl_change_value(change, value, strlen(value));
}

/* Ids of a source that is this one school's. */
static void
find_ids(const import *im, const bag *have, bag *ids)
{
    const char *id;

    for (size_t i = 0; (id = bag_get(have, ATTR_SOURCE_ID, i)) != NULL; i++) {
        if (im->school[0] != '\0' && import_own_id(im, id) != NULL)
            bag_add(ids, 0, id, strlen(id));
    }
}

static void
spare(import *im, int64_t entry)
{
    static const char seen[] = "UPDATE entry SET seen = 1 WHERE n = ?";
    static const char spared[] = "INSERT OR IGNORE INTO spared VALUES (?)";

    store_number(store_kept(&im->s, seen), 1, entry);
    store_do(store_kept(&im->s, seen));
    store_number(store_kept(&im->s, spared), 1, entry);
    store_do(store_kept(&im->s, spared));
}

/* Takes a pupil out of the schools of this run, if other schools are left. */
static void
leave_schools(import *im, int64_t entry, const char *dn)
{
    bag have = {0}, gone = {0}, ids = {0};
    const char *school;
    bool elsewhere = false;
    ctl_change change;

    import_entry_of(im, entry, &have);
    for (size_t i = 0; (school = bag_get(&have, ATTR_ENROLLED_AT, i)) != NULL;
        i++) {
        if (is_in_scope(im, school))
            bag_add(&gone, 0, school, strlen(school));
        else
            elsewhere = elsewhere || keeps_pupils(im, school);
    }
    if (elsewhere) {
        spare(im, entry);
        find_ids(im, &have, &ids);
    }
    if (elsewhere && gone.n + ids.n > 0) {
        ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
        drop(&change, ATTR_SOURCE_ID, &ids);
        drop(&change, ATTR_ENROLLED_AT, &gone);
        import_plan_change(im, PHASE_LEAVERS, 0,
            "no longer at this school; enrolled at another", &change);
    }
    bag_free(&have);
    bag_free(&gone);
    bag_free(&ids);
}

/* Who has ids of other sources too is detached from this one like any leaver,
 * which leaves other schools alone, when the source is one school's. */
static void
spare_pupils(import *im)
{
    sqlite3_stmt *q = store_prepare(&im->s,
        "SELECT n, dn FROM entry WHERE ours AND student AND open AND NOT seen"
        " AND NOT (others AND ?) ORDER BY dn");

    store_number(q, 1, im->school[0] != '\0');
    while (store_next(q)) {
        char *dn = ctl_copy(store_col_text(q, 1));

        leave_schools(im, store_col(q, 0), dn);
        free(dn);
    }
    store_end(q);
}

/* ---- what the brake is held against ---- */

/* Whether the source has schools that these files say nothing of. */
static bool
is_a_part(import *im)
{
    sqlite3_stmt *q = store_prepare(&im->s, "SELECT dn FROM school");
    bool part = false;

    while (store_next(q))
        part = part || !is_in_scope(im, store_col_text(q, 0));
    store_end(q);
    return part;
}

/* Pupils of this source who are in one of the schools. */
static void
find_concerned(import *im)
{
    sqlite3_stmt *q =
        store_prepare(&im->s, "SELECT n FROM entry WHERE ours AND student");
    sqlite3_stmt *put =
        store_prepare(&im->s, "INSERT INTO concerned VALUES (?)");
    bag have = {0};

    while (store_next(q)) {
        const char *school;
        bool in = false;

        import_entry_of(im, store_col(q, 0), &have);
        for (size_t i = 0;
            (school = bag_get(&have, ATTR_ENROLLED_AT, i)) != NULL && !in; i++)
            in = is_in_scope(im, school);
        if (in) {
            store_number(put, 1, store_col(q, 0));
            store_do(put);
        }
    }
    bag_free(&have);
    store_end(put);
    store_end(q);
}

/* A share of the whole academy is no measure for one school's files. */
static void
count_concerned(import *im)
{
    store_run(&im->s, "CREATE TABLE concerned (entry INTEGER PRIMARY KEY)");
    find_concerned(im);
    im->n_links =
        store_count(&im->s, "SELECT count(*) FROM dirlink JOIN concerned"
                            " ON entry = dirlink.student");
    store_run(&im->s,
        "INSERT OR IGNORE INTO concerned SELECT DISTINCT guardian.n FROM"
        " concerned JOIN dirlink ON dirlink.student = concerned.entry"
        " JOIN dn ON dn.key = dirlink.guardian JOIN entry AS guardian"
        " ON guardian.n = dn.entry WHERE guardian.ours");
    im->n_accounts =
        store_count(&im->s, "SELECT count(*) FROM concerned JOIN entry"
                            " ON entry.n = concerned.entry WHERE open");
}

static void
count_all(import *im)
{
    im->n_accounts =
        store_count(&im->s, "SELECT count(*) FROM entry WHERE ours AND open"
                            " AND (student OR guardian)");
    im->n_links = store_count(&im->s,
        "SELECT count(*) FROM dirlink JOIN entry ON entry.n = dirlink.student"
        " WHERE ours");
}

/* ---- all of them ---- */

/* Whether somebody said that the files are all of the source, and not only
 * their names that they are all of their schools. */
static bool
is_all(const import *im)
{
    return im->school[0] == '\0' && im->how.extent == SRC_COMPLETE;
}

/* A school that is gone from an academy's export looks the same. */
static void
say_spared(import *im)
{
    int64_t n = store_count(&im->s, "SELECT count(*) FROM spared");

    if (n > 0 && im->school[0] == '\0')
        ctl_warn(im->c,
            "%lld pupils who are not in the files are enrolled at schools that "
            "are not in them either, and stay there; --complete says that the "
            "files are all of the source",
            (long long)n);
}

void
import_scope(import *im)
{
    count_all(im);
    if (!im->complete)
        return;
    find_schools(im);
    if (!is_all(im)) {
        if (is_a_part(im))
            count_concerned(im);
        spare_pupils(im);
        say_spared(im);
    }
    store_run(&im->s,
        "UPDATE entry SET seen = 1 WHERE guardian AND NOT student AND ours"
        " AND NOT seen AND EXISTS (SELECT 1 FROM dn JOIN dirlink"
        " ON dirlink.guardian = dn.key JOIN entry AS child"
        " ON child.n = dirlink.student WHERE dn.entry = entry.n"
        " AND child.open AND child.n IN (SELECT entry FROM spared))");
    /* Pupils without the file of guardians say nothing of these. */
    if (im->school[0] != '\0' &&
        store_count(&im->s, "SELECT count(*) FROM record WHERE kind = 2") == 0)
        store_run(&im->s, "UPDATE entry SET seen = 1 WHERE guardian"
                          " AND NOT student");
}
