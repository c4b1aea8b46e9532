/* directory.c - what the directory holds, read once into tables. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "import/kin.h"
#include "import/say.h"

static const char *const names[N_ATTRS] = {
    [ATTR_OBJECT_CLASS] = "objectClass",
    [ATTR_UID] = "uid",
    [ATTR_CN] = "cn",
    [ATTR_SN] = "sn",
    [ATTR_GIVEN_NAME] = "givenName",
    [ATTR_MOBILE] = "mobile",
    [ATTR_MAIL] = "mail",
    [ATTR_POSTAL_ADDRESS] = "postalAddress",
    [ATTR_DESCRIPTION] = "description",
    [ATTR_SOURCE_ID] = "educonnectSourceId",
    [ATTR_LEFT_AT] = "educonnectLeftAt",
    [ATTR_UAI] = "educonnectUai",
    [ATTR_LEVEL] = "educonnectSchoolLevel",
    [ATTR_HEAD] = "educonnectHead",
    [ATTR_STUDENT_DELEGATE] = "educonnectStudentDelegate",
    [ATTR_GUARDIAN_DELEGATE] = "educonnectGuardianDelegate",
    [ATTR_INE] = "educonnectIne",
    [ATTR_BIRTH_DATE] = "educonnectBirthDate",
    [ATTR_ENROLLED_AT] = "educonnectEnrolledAt",
    [ATTR_CLASS] = "educonnectClass",
    [ATTR_GUARDIAN] = "educonnectGuardian",
    [ATTR_CONTESTED] = "educonnectContestedGuardian",
    [ATTR_STATE] = "educonnectState",
    [ATTR_FORMER_STATE] = "educonnectFormerState",
    [ATTR_ACTIVATED_BY] = "educonnectActivatedBy",
    [ATTR_MERGED_INTO] = "educonnectMergedInto",
};

const char *
import_attr_name(import_attr attr)
{
    return names[attr];
}

static char *
folded(const char *text)
{
    char *copy = ctl_copy(text);

    for (char *p = copy; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    return copy;
}

/* ---- one entry ---- */

typedef struct reader {
    import *im;
    bag attrs;
    size_t n, n_prefix;
    char *prefix; /* "AAF2D$" */
    sqlite3_stmt *entry, *source_id, *pupil, *dn, *dirlink, *contested,
        *contact, *login, *school, *uai;
} reader;

static void
put2(sqlite3_stmt *q, const char *key, int64_t value)
{
    store_text(q, 1, key);
    store_number(q, 2, value);
    store_do(q);
}

static bool
has_class(const bag *attrs, const char *class)
{
    for (size_t i = 0; i < attrs->n; i++) {
        if (attrs->items[i].key == ATTR_OBJECT_CLASS &&
            strcasecmp(attrs->items[i].value, class) == 0)
            return true;
    }
    return false;
}

/* All ENT attributes that the entry has. */
static void
read_extras(reader *r, const ctl_entry *e)
{
    BerElement *ber = NULL;
    char *name = ldap_first_attribute(e->ld, e->message, &ber);

    for (; name != NULL; name = ldap_next_attribute(e->ld, e->message, ber)) {
        struct berval **values =
            strncasecmp(name, "ENT", 3) == 0 ? ctl_entry_values(e, name) : NULL;

        for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
            char *item = ctl_format("%s:%s", name, values[i]->bv_val);

            bag_add(&r->attrs, ATTR_EXTRA, item, strlen(item));
            free(item);
        }
        if (values != NULL)
            ldap_value_free_len(values);
        ldap_memfree(name);
    }
    ber_free(ber, 0);
}

static void
read_attrs(reader *r, const ctl_entry *e)
{
    bag_clear(&r->attrs);
    if (r->im->how.pass_through)
        read_extras(r, e);
    for (unsigned a = 0; a < N_ATTRS; a++) {
        struct berval **values = ctl_entry_values(e, names[a]);

        for (size_t i = 0; values != NULL && values[i] != NULL; i++)
            bag_add(&r->attrs, a, values[i]->bv_val, values[i]->bv_len);
        if (values != NULL)
            ldap_value_free_len(values);
    }
}

static void
put_source_ids(reader *r, int64_t entry, bool guardian_only)
{
    for (size_t i = 0; i < bag_count(&r->attrs, ATTR_SOURCE_ID); i++) {
        const char *id = bag_get(&r->attrs, ATTR_SOURCE_ID, i);

        char *key;

        if (strncmp(id, r->prefix, r->n_prefix) != 0)
            continue;
        key = import_key_stored(r->im, id + r->n_prefix, guardian_only);
        put2(r->source_id, key, entry);
        free(key);
    }
}

/* Whether the entry comes from this source, or (ours false) from others. */
static bool
has_source(const reader *r, bool ours)
{
    for (size_t i = 0; i < bag_count(&r->attrs, ATTR_SOURCE_ID); i++) {
        if (ours == (strncmp(bag_get(&r->attrs, ATTR_SOURCE_ID, i), r->prefix,
                         r->n_prefix) == 0))
            return true;
    }
    return false;
}

static bool
is_closed(const bag *attrs)
{
    const char *state = bag_get(attrs, ATTR_STATE, 0);

    return state != NULL && strcasecmp(state, "closed") == 0;
}

static int64_t
put_entry(reader *r, const char *dn, bool student, bool guardian, bool school)
{
    size_t n;
    char *bytes = bag_pack(&r->attrs, &n);
    char *key = ctl_dn_key(dn);
    const char *into = bag_get(&r->attrs, ATTR_MERGED_INTO, 0);
    char *merged = into == NULL ? NULL : ctl_dn_key(into);
    int64_t entry;

    store_text(r->entry, 1, dn);
    store_number(r->entry, 2, student);
    store_number(r->entry, 3, guardian);
    store_number(r->entry, 4, school);
    store_number(r->entry, 5, has_source(r, false));
    store_number(r->entry, 6, has_source(r, true));
    store_number(r->entry, 7, !is_closed(&r->attrs));
    store_number(r->entry, 8, bag_count(&r->attrs, ATTR_LEFT_AT) > 0);
    store_text(r->entry, 9, merged);
    store_bytes(r->entry, 10, bytes, n);
    store_do(r->entry);
    entry = sqlite3_last_insert_rowid(r->im->s.db);
    put2(r->dn, key, entry);
    free(merged);
    free(key);
    free(bytes);
    return entry;
}

static void
put_links(reader *r, sqlite3_stmt *q, import_attr attr, int64_t entry)
{
    const char *guardian;

    for (size_t i = 0; (guardian = bag_get(&r->attrs, attr, i)) != NULL; i++) {
        char *key = ctl_dn_key(guardian);

        store_number(q, 1, entry);
        store_text(q, 2, key);
        store_do(q);
        free(key);
    }
}

static void
put_pupil(reader *r, int64_t entry)
{
    const char *ine = bag_get(&r->attrs, ATTR_INE, 0);
    const char *birth = bag_get(&r->attrs, ATTR_BIRTH_DATE, 0);

    if (birth != NULL) {
        char *key = ine == NULL ? NULL : folded(ine);

        store_text(r->pupil, 1, key);
        store_text(r->pupil, 2, birth);
        store_number(r->pupil, 3, entry);
        store_do(r->pupil);
        free(key);
    }
    put_links(r, r->dirlink, ATTR_GUARDIAN, entry);
    put_links(r, r->contested, ATTR_CONTESTED, entry);
}

static void
put_contact(reader *r, import_attr attr, kin_key *as, int64_t entry)
{
    const char *value;

    for (size_t i = 0; (value = bag_get(&r->attrs, attr, i)) != NULL; i++) {
        char *key = as(r->im, value);

        if (key != NULL)
            put2(r->contact, key, entry);
        free(key);
    }
}

static void
put_guardian(reader *r, int64_t entry)
{
    put_contact(r, ATTR_MOBILE, kin_mobile_key, entry);
    put_contact(r, ATTR_MAIL, kin_mail_key, entry);
}

static void
put_school(reader *r, int64_t entry, const char *dn)
{
    const char *uai = bag_get(&r->attrs, ATTR_UAI, 0);

    import_degree_keep(r->im, dn, &r->attrs, ATTR_LEVEL);
    if (uai != NULL) {
        store_text(r->uai, 1, uai);
        store_text(r->uai, 2, dn);
        store_number(r->uai, 3, entry);
        store_do(r->uai);
    }
    for (size_t i = 0; i < bag_count(&r->attrs, ATTR_SOURCE_ID); i++) {
        const char *id = bag_get(&r->attrs, ATTR_SOURCE_ID, i);

        if (strncmp(id, r->prefix, r->n_prefix) != 0)
            continue;
        store_text(r->school, 1, id + r->n_prefix);
        store_text(r->school, 2, dn);
        store_do(r->school);
    }
}

/* A login that a purge remembers. */
static void
put_former(reader *r)
{
    const char *login = bag_get(&r->attrs, ATTR_CN, 0);
    char *key;

    if (login == NULL)
        return;
    key = folded(login);
    store_text(r->login, 1, key);
    store_do(r->login);
    free(key);
}

static bool
each(void *ctx, const ctl_entry *e)
{
    reader *r = ctx;
    bool student, guardian, school;
    const char *uid;
    int64_t entry;

    ctl_progress("reading the directory", ++r->n, 0);
    read_attrs(r, e);
    for (size_t i = 0; (uid = bag_get(&r->attrs, ATTR_UID, i)) != NULL; i++) {
        char *key = folded(uid);

        store_text(r->login, 1, key);
        store_do(r->login);
        free(key);
    }
    if (has_class(&r->attrs, "organizationalRole"))
        put_former(r);
    student = has_class(&r->attrs, "educonnectStudent");
    guardian = has_class(&r->attrs, "educonnectLegalGuardian");
    school = has_class(&r->attrs, "educonnectSchool");
    if (!student && !guardian && !school)
        return true;
    entry = put_entry(r, e->dn, student, guardian, school);
    put_source_ids(r, entry, guardian && !student);
    if (student)
        put_pupil(r, entry);
    if (guardian)
        put_guardian(r, entry);
    if (school)
        put_school(r, entry, e->dn);
    return true;
}

/* ---- all of them ---- */

static const struct {
    size_t at;
    const char *sql;
} statements[] = {
    {offsetof(reader, entry),
        "INSERT INTO entry (dn, student, guardian, school, others, ours, open,"
        " gone, merged, attrs) VALUES (?,?,?,?,?,?,?,?,?,?)"},
    {offsetof(reader, source_id),
        "INSERT OR IGNORE INTO source_id VALUES (?,?)"},
    {offsetof(reader, pupil), "INSERT INTO pupil VALUES (?,?,?)"},
    {offsetof(reader, dn), "INSERT OR IGNORE INTO dn VALUES (?,?)"},
    {offsetof(reader, dirlink), "INSERT INTO dirlink VALUES (?,?)"},
    {offsetof(reader, contested), "INSERT INTO contested VALUES (?,?)"},
    {offsetof(reader, contact), "INSERT INTO contact VALUES (?,?)"},
    {offsetof(reader, login), "INSERT OR IGNORE INTO login VALUES (?)"},
    {offsetof(reader, school), "INSERT OR IGNORE INTO school VALUES (?,?)"},
    {offsetof(reader, uai), "INSERT OR IGNORE INTO uai VALUES (?,?,?)"},
};
#define N_STATEMENTS (sizeof(statements) / sizeof(statements[0]))

static sqlite3_stmt **
statement(reader *r, size_t i)
{
    return (sqlite3_stmt **)((char *)r + statements[i].at);
}

/* The attributes to ask for: ENT ones have names that nobody knows before. */
static const char *const *
wanted(const import *im, const char *list[N_ATTRS + 2])
{
    size_t n = 0;

    if (im->how.pass_through)
        list[n++] = LDAP_ALL_USER_ATTRIBUTES;
    for (size_t a = 0; a < N_ATTRS; a++)
        list[n++] = names[a];
    list[n] = NULL;
    return list;
}

ctl_exit
import_directory(import *im)
{
    reader r = {.im = im};
    const char *list[N_ATTRS + 2];
    int result;

    r.prefix = ctl_format("%s$", im->source);
    r.n_prefix = strlen(r.prefix);
    for (size_t i = 0; i < N_STATEMENTS; i++)
        *statement(&r, i) = store_prepare(&im->s, statements[i].sql);
    result = ctl_search(im->c, im->c->base, LDAP_SCOPE_SUBTREE,
        CTL_LOGINS_FILTER, wanted(im, list), each, &r);
    for (size_t i = 0; i < N_STATEMENTS; i++)
        store_end(*statement(&r, i));
    store_run(&im->s, "CREATE INDEX pupil_ine ON pupil (ine);"
                      "CREATE INDEX pupil_birth ON pupil (birth);"
                      "CREATE INDEX dirlink_student ON dirlink (student);"
                      "CREATE INDEX dirlink_guardian ON dirlink (guardian);"
                      "CREATE INDEX contested_student ON contested (student);"
                      "CREATE INDEX contact_value ON contact (value);"
                      "CREATE INDEX source_id_entry ON source_id (entry);"
                      "CREATE INDEX dn_entry ON dn (entry)");
    bag_free(&r.attrs);
    free(r.prefix);
    ctl_progress_end();
    /* An empty database has no base: everything is new. */
    if (result == LDAP_SUCCESS || result == LDAP_NO_SUCH_OBJECT)
        return CTL_OK;
    if (result == LDAP_SIZELIMIT_EXCEEDED || result == LDAP_TIMELIMIT_EXCEEDED)
        return ctl_fail(im->c, CTL_SERVER,
            "this identity is not shown all of the directory, and whoever is "
            "not seen would be made twice: give it olcLimits, as educonnectctl "
            "setup --role does");
    return ctl_fail_ldap(
        im->c, CTL_SERVER, im->c->ld, result, "reading the directory");
}

char *
import_dn_of(import *im, int64_t entry)
{
    static const char sql[] = "SELECT dn FROM entry WHERE n = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *dn = NULL;

    store_number(q, 1, entry);
    if (store_next(q)) {
        dn = ctl_copy(store_col_text(q, 0));
        store_again(q);
    }
    return dn == NULL ? ctl_copy("") : dn;
}

void
import_entry_of(import *im, int64_t entry, bag *attrs)
{
    static const char sql[] = "SELECT attrs FROM entry WHERE n = ?";

    bag_of_row(attrs, &im->s, sql, entry);
}
