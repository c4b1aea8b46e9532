/* wish.c - what a record wishes its entry to be. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "import/kin.h"
#include "import/values.h"
#include "import/wish.h"

/* ---- what every kind has ---- */

static void
take_field(const bag *fields, import_field field, bag *want, import_attr attr)
{
    const char *value;

    if (!bag_named(fields, field))
        return;
    bag_name(want, attr);
    for (size_t i = 0; (value = bag_get(fields, field, i)) != NULL; i++)
        bag_add(want, attr, value, strlen(value));
}

/* The same for what an empty field does not take away. */
static void
take_filled(const bag *fields, import_field field, bag *want, import_attr attr)
{
    const char *value = bag_get(fields, field, 0);

    if (value != NULL)
        bag_set(want, attr, value);
}

static void
want_class(const wish *w, const bag *have, bag *want, const char *class)
{
    const char *value;

    if (!bag_named(want, ATTR_OBJECT_CLASS)) {
        bag_name(want, ATTR_OBJECT_CLASS);
        for (size_t i = 0;
            (value = bag_get(have, ATTR_OBJECT_CLASS, i)) != NULL; i++)
            bag_add(want, ATTR_OBJECT_CLASS, value, strlen(value));
        if (w->entry == 0 && w->kind != SRC_SCHOOL)
            bag_add(want, ATTR_OBJECT_CLASS, "inetOrgPerson",
                strlen("inetOrgPerson"));
    }
    if (!import_has(want, ATTR_OBJECT_CLASS, class))
        bag_add(want, ATTR_OBJECT_CLASS, class, strlen(class));
}

/* Whether an id of this source stays: not when its record is gone, where ids
 * are made up, or where it is a guardian's from before and a pupil needs it. */
static bool
keeps_id(const wish_finder *f, const wish *w, const char *stored)
{
    bool guardian_only = w->guardian && !w->student;
    char *key = import_key_stored(f->im, stored, guardian_only);
    bool keeps = !import_made_ids(f->im) && !kin_record_gone(f->im, key) &&
                 !import_key_needed(f->im, stored, guardian_only);

    free(key);
    return keeps;
}

/* The ids that an entry keeps; none of other sources when an import found that
 * the person had left: all of them no longer had him or her. */
static void
keep_source_ids(const wish_finder *f, const wish *w, const bag *have, bag *want)
{
    bool left = bag_count(have, ATTR_LEFT_AT) > 0;
    const char *id;

    bag_name(want, ATTR_SOURCE_ID);
    for (size_t i = 0; (id = bag_get(have, ATTR_SOURCE_ID, i)) != NULL; i++) {
        const char *own = import_own_id(f->im, id);

        if (own != NULL ? keeps_id(f, w, own) : !left)
            bag_add(want, ATTR_SOURCE_ID, id, strlen(id));
    }
}

static void
want_source_id(const wish_finder *f, const wish *w, const bag *have, bag *want,
    const char *key)
{
    if (!bag_named(want, ATTR_SOURCE_ID))
        keep_source_ids(f, w, have, want);
    import_key_want(f->im, key, w->guardian && !w->student, want);
}

/* ---- persons ---- */

static bool
was_activated(const bag *have)
{
    return bag_count(have, ATTR_ACTIVATED_BY) > 0;
}

/* Whose names and numbers count of a person whom two sources have: those of the
 * higher degree; of one degree those of both, and those of who comes last. */
typedef enum weight { WEIGHT_ALL, WEIGHT_SHARED, WEIGHT_NONE } weight;

static bool
has_own_id(const wish_finder *f, const bag *have)
{
    const char *id;

    for (size_t i = 0; (id = bag_get(have, ATTR_SOURCE_ID, i)) != NULL; i++) {
        if (import_own_id(f->im, id) != NULL)
            return true;
    }
    return false;
}

static weight
weight_of(const wish_finder *f, const bag *have)
{
    bool first = f->im->first_degree;
    bool higher;

    if (!kin_has_others(f->im, have, &higher) || (!first && !higher))
        return WEIGHT_ALL;
    if (first && higher)
        return WEIGHT_NONE;
    return has_own_id(f, have) ? WEIGHT_SHARED : WEIGHT_ALL;
}

/* Whether a record spells a name otherwise, and no more. */
static bool
same_name(
    const bag *fields, import_field field, const bag *have, import_attr attr)
{
    char *one = kin_name_key(bag_get(fields, field, 0));
    char *other = kin_name_key(bag_get(have, attr, 0));
    bool same = strcmp(one, other) == 0;

    free(other);
    free(one);
    return same;
}

/* Two sources spell one name in two ways: the first way stays. */
static void
want_name(const wish_finder *f, const bag *fields, const bag *have, bag *want)
{
    const char *given, *sn;
    char *cn;
    weight weighs = weight_of(f, have);

    if (weighs == WEIGHT_NONE ||
        (weighs == WEIGHT_SHARED &&
            same_name(fields, FIELD_SN, have, ATTR_SN) &&
            same_name(fields, FIELD_GIVEN_NAME, have, ATTR_GIVEN_NAME)))
        return;
    take_filled(fields, FIELD_SN, want, ATTR_SN);
    take_filled(fields, FIELD_GIVEN_NAME, want, ATTR_GIVEN_NAME);
    if (!bag_named(want, ATTR_SN) && !bag_named(want, ATTR_GIVEN_NAME))
        return;
    sn = bag_get(want, ATTR_SN, 0);
    given = bag_get(want, ATTR_GIVEN_NAME, 0);
    sn = sn != NULL ? sn : bag_get(have, ATTR_SN, 0);
    given = given != NULL ? given : bag_get(have, ATTR_GIVEN_NAME, 0);
    cn = ctl_format("%s%s%s", given == NULL ? "" : given,
        given == NULL ? "" : " ", sn == NULL ? "" : sn);
    bag_set(want, ATTR_CN, cn);
    free(cn);
}

/* Adds a line to a postalAddress (RFC 4517, section 3.3.28): a dollar between
 * lines, and of a backslash its number. */
static void
put_line(char **text, const char *line)
{
    char *all = ctl_format("%s%s", *text, (*text)[0] == '\0' ? "" : "$");

    while (*line != '\0') {
        size_t n = strcspn(line, "\\");
        char *longer = ctl_format(
            "%s%.*s%s", all, (int)n, line, line[n] == '\0' ? "" : "\\5C");

        free(all);
        all = longer;
        line += n + (line[n] != '\0');
    }
    free(*text);
    *text = all;
}

/* The source's own dollars part lines too, so they stay. */
static void
want_address(const bag *fields, bag *want)
{
    const char *street = bag_get(fields, FIELD_STREET, 0);
    const char *code = bag_get(fields, FIELD_POSTAL_CODE, 0);
    const char *town = bag_get(fields, FIELD_TOWN, 0);
    char *text = ctl_copy("");
    char *line = ctl_format("%s%s%s", code == NULL ? "" : code,
        code != NULL && town != NULL ? " " : "", town == NULL ? "" : town);

    if (street != NULL)
        put_line(&text, street);
    if (line[0] != '\0')
        put_line(&text, line);
    if (text[0] != '\0')
        bag_set(want, ATTR_POSTAL_ADDRESS, text);
    free(line);
    free(text);
}

/* A number or address of somebody whom two sources have: none takes away what
 * the other may have brought, or writes the same in its own way. */
static void
share_contact(const import *im, const bag *fields, import_field field,
    const bag *have, bag *want, import_attr attr)
{
    kin_key *as = attr == ATTR_MOBILE ? kin_mobile_key : kin_mail_key;
    const char *value = bag_get(fields, field, 0);
    const char *had = bag_get(have, attr, 0);
    char *one, *other;

    if (value == NULL)
        return;
    one = as(im, value);
    other = had == NULL ? NULL : as(im, had);
    if (one == NULL || other == NULL || strcmp(one, other) != 0)
        take_field(fields, field, want, attr);
    free(other);
    free(one);
}

/* How a person is reached. A complete record without a number says that the
 * source has none any more. */
static void
want_contact(const wish_finder *f, const wish *w, const bag *fields,
    const bag *have, bag *want)
{
    weight weighs = was_activated(have) ? WEIGHT_NONE : weight_of(f, have);

    if (weighs == WEIGHT_SHARED) {
        share_contact(f->im, fields, FIELD_MOBILE, have, want, ATTR_MOBILE);
        share_contact(f->im, fields, FIELD_MAIL, have, want, ATTR_MAIL);
    } else if (weighs == WEIGHT_ALL) {
        take_field(fields, FIELD_MOBILE, want, ATTR_MOBILE);
        take_field(fields, FIELD_MAIL, want, ATTR_MAIL);
        if (w->op == SRC_ADD && w->kind == SRC_GUARDIAN) {
            bag_name(want, ATTR_MOBILE);
            bag_name(want, ATTR_MAIL);
        }
    }
    if (f->im->how.with_address)
        want_address(fields, want);
}

/* An account that the import closed comes back to what it was. */
static void
want_return(const bag *have, bag *want)
{
    const char *state = bag_get(have, ATTR_STATE, 0);
    const char *former = bag_get(have, ATTR_FORMER_STATE, 0);

    if (bag_count(have, ATTR_LEFT_AT) == 0)
        return;
    bag_name(want, ATTR_LEFT_AT);
    if (state == NULL || strcasecmp(state, "closed") != 0 || former == NULL)
        return;
    bag_set(want, ATTR_STATE,
        bag_has(have, ATTR_FORMER_STATE, "suspended") ? "suspended" : former);
}

/* ---- the kinds ---- */

static void
want_person(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want)
{
    if (w->entry == 0) {
        char *uid = ctl_copy_n(w->dn + 4, strcspn(w->dn + 4, ","));

        bag_set(want, ATTR_UID, uid);
        free(uid);
    }
    if (bag_count(have, ATTR_MERGED_INTO) > 0) {
        import_note(w->notes, "merged into another account");
        return;
    }
    want_name(f, fields, have, want);
    want_contact(f, w, fields, have, want);
    want_return(have, want);
    want_source_id(f, w, have, want, w->id);
}

/* What the guardian's record of a pupil who answers for himself or herself
 * brings to the pupil's entry. */
static void
want_selves(wish_finder *f, wish *w, const bag *have, bag *want)
{
    bag fields = {0};

    store_number(f->selves, 1, w->record);
    while (store_next(f->selves)) {
        char *id = ctl_copy(store_col_text(f->selves, 1));

        import_fields_of(f->im, store_col(f->selves, 0), &fields);
        want_source_id(f, w, have, want, id);
        want_contact(f, w, &fields, have, want);
        w->guardian = true;
        free(id);
    }
    bag_free(&fields);
}

static void
want_student(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want)
{
    take_filled(fields, FIELD_INE, want, ATTR_INE);
    take_filled(fields, FIELD_BIRTH_DATE, want, ATTR_BIRTH_DATE);
    wish_schools(f, w, fields, have, want);
    wish_links(f, w, fields, have, want);
    want_selves(f, w, have, want);
    w->guardian = w->guardian || import_has(want, ATTR_GUARDIAN, w->dn);
    want_class(w, have, want, "educonnectStudent");
    if (w->guardian)
        want_class(w, have, want, "educonnectLegalGuardian");
    if (w->op == SRC_ADD && bag_count(fields, FIELD_INE) == 0)
        import_note(w->notes, "no INE: the account cannot be opened yet");
}

static void
want_school(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want)
{
    want_class(w, have, want, "organizationalUnit");
    want_class(w, have, want, "educonnectSchool");
    take_filled(fields, FIELD_UAI, want, ATTR_UAI);
    take_filled(fields, FIELD_NAME, want, ATTR_DESCRIPTION);
    if (bag_count(fields, FIELD_LEVEL) > 0)
        take_field(fields, FIELD_LEVEL, want, ATTR_LEVEL);
    if (bag_count(fields, FIELD_HEAD) > 0)
        take_field(fields, FIELD_HEAD, want, ATTR_HEAD);
    if (bag_count(fields, FIELD_STUDENT_DELEGATE) > 0)
        take_field(fields, FIELD_STUDENT_DELEGATE, want, ATTR_STUDENT_DELEGATE);
    if (bag_count(fields, FIELD_GUARDIAN_DELEGATE) > 0)
        take_field(
            fields, FIELD_GUARDIAN_DELEGATE, want, ATTR_GUARDIAN_DELEGATE);
    want_source_id(f, w, have, want, w->id);
}

/* What is passed through, where the entry is of the class that carries it; a
 * new entry is, when the record has all that the class asks for. */
static void
want_extras(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want)
{
    const extra_class *class = f->im->extra.of + w->kind;
    const char *missing = NULL;
    bag all = {0};
    char *item;

    if (class->name == NULL ||
        (w->entry != 0 && !import_has(have, ATTR_OBJECT_CLASS, class->name)))
        return;
    bag_take(&all, fields, FIELD_EXTRA);
    if (w->entry == 0 && w->kind != SRC_SCHOOL) {
        item = ctl_format("ENTPersonLogin:%s", bag_get(want, ATTR_UID, 0));
        bag_add(&all, FIELD_EXTRA, item, strlen(item));
        free(item);
    }
    if (w->entry == 0 &&
        !import_extra_whole(class, &all, FIELD_EXTRA, &missing)) {
        import_note(w->notes, "no %s, which %s needs: nothing passed through",
            missing, class->name);
    } else {
        want_class(w, have, want, class->name);
        for (size_t i = 0; i < all.n; i++)
            bag_add(want, ATTR_EXTRA, all.items[i].value, all.items[i].n);
    }
    bag_free(&all);
}

void
wish_make(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want)
{
    bag_clear(want);
    w->notes[0] = '\0';
    w->student = w->kind == SRC_STUDENT ||
                 import_has(have, ATTR_OBJECT_CLASS, "educonnectStudent");
    w->guardian = w->kind == SRC_GUARDIAN || import_has(have, ATTR_OBJECT_CLASS,
                                                 "educonnectLegalGuardian");
    if (w->kind == SRC_SCHOOL) {
        want_school(f, w, fields, have, want);
        want_extras(f, w, fields, have, want);
        return;
    }
    want_person(f, w, fields, have, want);
    if (bag_count(have, ATTR_MERGED_INTO) > 0)
        return;
    if (w->kind == SRC_STUDENT)
        want_student(f, w, fields, have, want);
    else
        want_class(w, have, want, "educonnectLegalGuardian");
    want_extras(f, w, fields, have, want);
}

/* ---- looking things up ---- */

bool
wish_linked(wish_finder *f, const wish *w)
{
    store_text(f->linked, 1, w->dn);
    return store_first(f->linked, 0) != 0;
}

void
wish_open(wish_finder *f, import *im)
{
    f->im = im;
    f->links_removed = 0;
    store_run(&im->s,
        "CREATE TABLE ours (key TEXT PRIMARY KEY) WITHOUT ROWID;"
        "CREATE TABLE linked (dn TEXT PRIMARY KEY) WITHOUT ROWID");
    sqlite3_stmt *q = store_prepare(&im->s, "SELECT dn FROM school");
    sqlite3_stmt *put =
        store_prepare(&im->s, "INSERT OR IGNORE INTO ours VALUES (?)");

    while (store_next(q)) {
        char *key = ctl_dn_key(store_col_text(q, 0));

        store_text(put, 1, key);
        store_do(put);
        free(key);
    }
    store_end(put);
    store_end(q);
    f->school = store_prepare(&im->s, "SELECT dn FROM school WHERE id = ?");
    f->by_uai = store_prepare(&im->s, "SELECT dn FROM uai WHERE uai = ?");
    f->is_ours = store_prepare(&im->s, "SELECT 1 FROM ours WHERE key = ?");
    f->guardian = store_prepare(&im->s,
        "SELECT record.outcome, coalesce(self.dn, record.dn), record.op"
        " FROM head JOIN record ON record.n = head.n"
        " LEFT JOIN record AS self ON self.n = record.self"
        " AND record.self <> 0 WHERE head.id = ?");
    f->in_directory = store_prepare(&im->s,
        "SELECT dn FROM source_id JOIN entry ON entry.n = entry WHERE id = ?");
    f->link = store_prepare(&im->s, "INSERT OR IGNORE INTO linked VALUES (?)");
    f->linked = store_prepare(&im->s, "SELECT 1 FROM linked WHERE dn = ?");
    f->selves = store_prepare(&im->s, "SELECT n, id FROM record WHERE self = ? "
                                      "AND self <> 0 AND outcome = 0");
}

void
wish_close(wish_finder *f)
{
    store_end(f->school);
    store_end(f->by_uai);
    store_end(f->is_ours);
    store_end(f->guardian);
    store_end(f->in_directory);
    store_end(f->selves);
    store_end(f->link);
    store_end(f->linked);
    store_run(&f->im->s, "DROP TABLE ours; DROP TABLE linked");
}
