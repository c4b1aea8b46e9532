/* directory.c - what the directory holds, read once into tables. */
#include <stdlib.h>
#include <string.h>

#include "ctl/fold.h"
#include "ctl/dn.h"
#include "migrate/migrate.h"

char *
migrate_folded(const char *sn, const char *given_name)
{
    char *a = ctl_fold(edc_str_of(sn == NULL ? "" : sn));
    char *b = ctl_fold(edc_str_of(given_name == NULL ? "" : given_name));
    char *both = ctl_format("%s %s", a, b);

    free(a);
    free(b);
    return both;
}

typedef struct reader {
    migrate *m;
    char *prefix; /* "ATEN$" */
    size_t n;
} reader;

/* One statement with a text and a number. */
static void
put(reader *r, const char *sql, const char *key, int64_t number)
{
    sqlite3_stmt *q = store_kept(&r->m->s, sql);

    store_text(q, 1, key);
    store_number(q, 2, number);
    store_do(q);
}

/* Calls step() for every value of an attribute. */
static void
each_value(reader *r, const ctl_entry *e, const char *attribute, int64_t entry,
    void (*step)(reader *r, const char *value, int64_t entry))
{
    struct berval **values = ctl_entry_values(e, attribute);

    for (size_t i = 0; values != NULL && values[i] != NULL; i++)
        step(r, values[i]->bv_val, entry);
    if (values != NULL)
        ldap_value_free_len(values);
}

static void
put_login(reader *r, const char *value, int64_t entry)
{
    static const char sql[] = "INSERT OR IGNORE INTO login (uid) VALUES (?)";
    sqlite3_stmt *q = store_kept(&r->m->s, sql);
    char *uid = migrate_lower(value);

    (void)entry;
    store_text(q, 1, uid);
    store_do(q);
    free(uid);
}

static void
put_source_id(reader *r, const char *value, int64_t entry)
{
    static const char sql[] = "INSERT OR IGNORE INTO source_id VALUES (?, ?)";

    if (strncmp(value, r->prefix, strlen(r->prefix)) == 0)
        put(r, sql, value + strlen(r->prefix), entry);
}

static void
put_legacy(reader *r, const char *value, int64_t entry)
{
    static const char sql[] = "INSERT OR IGNORE INTO legacy VALUES (?, ?)";

    put(r, sql, value, entry);
}

static void
put_guardian(reader *r, const char *value, int64_t entry)
{
    static const char sql[] =
        "INSERT INTO dirlink (guardian, student) VALUES (?, ?)";
    char *key = ctl_dn_key(value);

    put(r, sql, key, entry);
    free(key);
}

static void
put_pupil(reader *r, const ctl_entry *e, int64_t entry)
{
    static const char sql[] = "INSERT INTO pupil VALUES (?, ?, ?)";
    char *ine = ctl_entry_first(e, "educonnectIne");
    char *birth = ctl_entry_first(e, "educonnectBirthDate");

    if (ine != NULL) {
        sqlite3_stmt *q = store_kept(&r->m->s, sql);
        char *key = migrate_lower(ine);

        store_text(q, 1, key);
        store_text(q, 2, birth == NULL ? "" : birth);
        store_number(q, 3, entry);
        store_do(q);
        free(key);
    }
    each_value(r, e, "educonnectGuardian", entry, put_guardian);
    free(birth);
    free(ine);
}

static int64_t
put_entry(reader *r, const ctl_entry *e, bool student, bool guardian)
{
    static const char sql[] = "INSERT INTO entry (dn, student, guardian,"
                              " legacy, folded) VALUES (?,?,?,?,?)";
    static const char dn_sql[] = "INSERT OR IGNORE INTO dn VALUES (?, ?)";
    sqlite3_stmt *q = store_kept(&r->m->s, sql);
    char *sn = ctl_entry_first(e, "sn");
    char *given = ctl_entry_first(e, "givenName");
    char *legacy = ctl_entry_first(e, "educonnectLegacyId");
    char *folded = migrate_folded(sn, given);
    char *key = ctl_dn_key(e->dn);
    int64_t entry;

    store_text(q, 1, e->dn);
    store_number(q, 2, student);
    store_number(q, 3, guardian);
    store_text(q, 4, legacy == NULL ? "" : legacy);
    store_text(q, 5, folded);
    store_do(q);
    entry = sqlite3_last_insert_rowid(r->m->s.db);
    put(r, dn_sql, key, entry);
    free(key);
    free(folded);
    free(legacy);
    free(given);
    free(sn);
    return entry;
}

static void
put_school(reader *r, const ctl_entry *e)
{
    static const char sql[] = "INSERT OR IGNORE INTO school VALUES (?, ?)";
    sqlite3_stmt *q = store_kept(&r->m->s, sql);
    char *uai = ctl_entry_first(e, "educonnectUai");

    if (uai != NULL) {
        store_text(q, 1, uai);
        store_text(q, 2, e->dn);
        store_do(q);
    }
    free(uai);
}

static bool
each(void *ctx, const ctl_entry *e)
{
    reader *r = ctx;
    bool student = ctl_entry_has(e, "objectClass", "educonnectStudent");
    bool guardian = ctl_entry_has(e, "objectClass", "educonnectLegalGuardian");
    int64_t entry;

    ctl_progress("reading the directory", ++r->n, 0);
    each_value(r, e, "uid", 0, put_login);
    if (ctl_entry_has(e, "objectClass", "organizationalRole"))
        each_value(r, e, "cn", 0, put_login);
    if (ctl_entry_has(e, "objectClass", "educonnectSchool"))
        put_school(r, e);
    if (!student && !guardian)
        return true;
    entry = put_entry(r, e, student, guardian);
    each_value(r, e, "educonnectSourceId", entry, put_source_id);
    each_value(r, e, "educonnectLegacyId", entry, put_legacy);
    if (student)
        put_pupil(r, e, entry);
    return true;
}

ctl_exit
migrate_directory(migrate *m)
{
    static const char *const attributes[] = {"objectClass", "uid", "sn",
        "givenName", "educonnectUai", "educonnectSourceId",
        "educonnectLegacyId", "educonnectIne", "educonnectBirthDate",
        "educonnectGuardian", "cn", NULL};
    reader r = {m, ctl_format("%s$", m->source), 0};
    int result = ctl_search(m->c, m->c->base, LDAP_SCOPE_SUBTREE,
        CTL_LOGINS_FILTER, attributes, each, &r);

    ctl_progress_end();
    free(r.prefix);
    store_run(&m->s, "CREATE INDEX pupil_ine ON pupil (ine);"
                     "CREATE INDEX dirlink_student ON dirlink (student)");
    if (result == LDAP_SUCCESS)
        return CTL_OK;
    return ctl_fail_ldap(
        m->c, CTL_SERVER, m->c->ld, result, "reading the directory");
}
