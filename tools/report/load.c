/* load.c - the directory, read once, page by page, into tables. */
#include "ctl/dn.h"
#include "report/load.h"

#include <stdlib.h>
#include <string.h>

#include "report/report.h"

static const char tables[] =
    "CREATE TABLE school (id INTEGER PRIMARY KEY, dn TEXT, uai TEXT, "
    "name TEXT);"
    "INSERT INTO school VALUES (0, '', '-', '');"
    "CREATE TABLE account (id INTEGER PRIMARY KEY, dn TEXT, uid TEXT, "
    "name TEXT, sort TEXT, sn TEXT, given TEXT, state TEXT, student INT, "
    "guardian INT, merged TEXT, heir INT, until TEXT, informer TEXT);"
    "CREATE TABLE enrolled (student INT, dn TEXT);"
    "CREATE TABLE label (student INT, label TEXT);"
    "CREATE TABLE link (student INT, dn TEXT);"
    "CREATE TABLE contact (account INT, kind TEXT, value TEXT);"
    "CREATE TABLE hold (student INT, reason TEXT);"
    "CREATE TABLE twin (a INT, b INT, score INT, reasons INT);";

/* Statements that are used for every entry, and the present account's row. */
typedef struct loading {
    report *r;
    sqlite3_stmt *school, *account, *enrolled, *label, *link, *contact, *hold;
    int64_t id;
    size_t n;
    unsigned asked; /* bits of `probed` that were asked about */
    ctl_exit status;
} loading;

/* ---- schools ---- */

static bool
load_school(void *ctx, const ctl_entry *e)
{
    loading *l = ctx;
    char *key = ctl_dn_key(e->dn);
    char *uai = ctl_entry_first(e, "educonnectUai");
    char *name = ctl_entry_first(e, "description");

    store_text(l->school, 1, key);
    store_text(l->school, 2, uai == NULL ? e->dn : uai);
    store_text(l->school, 3, name == NULL ? "" : name);
    store_do(l->school);
    free(name);
    free(uai);
    free(key);
    return true;
}

/* ---- accounts ---- */

/* Attributes whose absence means something: an identity that may not read them
 * would get a wrong report. */
static const struct {
    const char *name;
    const char *value; /* any, for a Compare */
    bool of_students;
    unsigned reports;
} probed[] = {
    {"educonnectState", "-", false, ~0u},
    {"educonnectEnrolledAt", "cn=nobody", true, ~0u},
    {"educonnectGuardian", "cn=nobody", true, ~0u},
    {"educonnectHold", "-", true, 1u << REPORT_HOLDS},
};

/* Asks about the first account that shows no such attribute. */
static bool
may_read(loading *l, const ctl_entry *e, size_t i)
{
    struct berval value = {strlen(probed[i].value), (char *)probed[i].value};
    struct berval **found = ctl_entry_values(e, probed[i].name);
    bool absent = found == NULL;
    int result;

    if (found != NULL)
        ldap_value_free_len(found);
    if (!absent)
        return true;
    l->asked |= 1u << i;
    result =
        ldap_compare_ext_s(e->ld, e->dn, probed[i].name, &value, NULL, NULL);
    if (result == LDAP_NO_SUCH_ATTRIBUTE)
        return true;
    if (result == LDAP_NO_SUCH_OBJECT) { /* deleted since: ask the next one */
        l->asked &= ~(1u << i);
        return true;
    }
    l->status = ctl_fail(l->r->c, CTL_SERVER,
        "%s: this identity may not read %s; the report would be wrong", e->dn,
        probed[i].name);
    return false;
}

static bool
may_read_all(loading *l, const ctl_entry *e, bool student)
{
    for (size_t i = 0; i < sizeof(probed) / sizeof(probed[0]); i++) {
        if ((l->asked & (1u << i)) == 0 &&
            (probed[i].reports & l->r->wanted) != 0 &&
            (student || !probed[i].of_students) && !may_read(l, e, i))
            return false;
    }
    return true;
}

/* A text that the caller made, or one that is there; released. */
static void
bind_made(sqlite3_stmt *q, int place, char *text)
{
    store_text(q, place, text);
    free(text);
}

static void
add_account(loading *l, const ctl_entry *e, bool student, bool guardian)
{
    char *sn = ctl_entry_first(e, "sn");
    char *given = ctl_entry_first(e, "givenName");
    char *merged = ctl_entry_first(e, "educonnectMergedInto");
    char *state = ctl_entry_first(e, "educonnectState");
    char *folded[2] = {report_fold_key(sn == NULL ? "" : sn),
        report_fold_key(given == NULL ? "" : given)};

    store_number(l->account, 1, ++l->id);
    bind_made(l->account, 2, ctl_dn_key(e->dn));
    bind_made(l->account, 3, ctl_entry_first(e, "uid"));
    bind_made(l->account, 4, ctl_entry_first(e, "cn"));
    bind_made(l->account, 5, ctl_format("%s %s", folded[0], folded[1]));
    bind_made(l->account, 6, folded[0]);
    bind_made(l->account, 7, folded[1]);
    store_text(l->account, 8, state == NULL ? "uninformed" : state);
    store_number(l->account, 9, student);
    store_number(l->account, 10, guardian);
    bind_made(l->account, 11, merged == NULL ? NULL : ctl_dn_key(merged));
    bind_made(l->account, 12, ctl_entry_first(e, "educonnectProvisionalUntil"));
    bind_made(l->account, 13, ctl_entry_first(e, "educonnectInformedBy"));
    store_do(l->account);
    free(state);
    free(merged);
    free(given);
    free(sn);
}

/* One row for each value of an attribute, with the value's key. */
static void
add_values(loading *l, const ctl_entry *e, const char *attribute,
    sqlite3_stmt *q, int place, char *(*key)(const char *))
{
    struct berval **values = ctl_entry_values(e, attribute);

    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        char *text = key(values[i]->bv_val);

        if (text[0] != '\0') {
            store_number(q, 1, l->id);
            store_text(q, place, text);
            store_do(q);
        }
        free(text);
    }
    if (values != NULL)
        ldap_value_free_len(values);
}

static void
add_contacts(loading *l, const ctl_entry *e)
{
    char *street = ctl_entry_first(e, "street");
    char *code = ctl_entry_first(e, "postalCode");
    char *whole;

    store_text(l->contact, 2, "m");
    add_values(l, e, "mobile", l->contact, 3, report_phone_key);
    store_text(l->contact, 2, "e");
    add_values(l, e, "mail", l->contact, 3, report_mail_key);
    store_text(l->contact, 2, "a");
    add_values(l, e, "postalAddress", l->contact, 3, report_fold_key);
    if (street != NULL && code != NULL) {
        whole = ctl_format("%s %s", street, code);
        store_number(l->contact, 1, l->id);
        bind_made(l->contact, 3, report_fold_key(whole));
        store_do(l->contact);
        free(whole);
    }
    free(code);
    free(street);
}

static bool
load_account(void *ctx, const ctl_entry *e)
{
    loading *l = ctx;
    bool student = ctl_entry_has(e, "objectClass", "educonnectStudent");
    bool guardian = ctl_entry_has(e, "objectClass", "educonnectLegalGuardian");

    ctl_progress("accounts read", ++l->n, 0);
    if (!may_read_all(l, e, student))
        return false;
    add_account(l, e, student, guardian);
    if (student) {
        add_values(l, e, "educonnectEnrolledAt", l->enrolled, 2, ctl_dn_key);
        add_values(l, e, "educonnectClass", l->label, 2, ctl_copy);
        add_values(l, e, "educonnectGuardian", l->link, 2, ctl_dn_key);
        add_values(l, e, "educonnectHold", l->hold, 2, ctl_copy);
    }
    if (guardian && (l->r->wanted & (1u << REPORT_DUPLICATES)) != 0)
        add_contacts(l, e);
    return true;
}

/* ---- the two searches ---- */

static ctl_exit
search_schools(loading *l)
{
    static const char *const names[] = {"educonnectUai", "description", NULL};
    ctl *c = l->r->c;
    int result = ctl_search(c, c->base, LDAP_SCOPE_SUBTREE,
        "(objectClass=educonnectSchool)", names, load_school, l);

    return result == LDAP_SUCCESS
               ? CTL_OK
               : ctl_fail_ldap(c, CTL_SERVER, c->ld, result, c->base);
}

static ctl_exit
search_accounts(loading *l)
{
    static const char *const always[] = {"objectClass", "uid", "cn", "sn",
        "givenName", "educonnectState", "educonnectMergedInto",
        "educonnectEnrolledAt", "educonnectClass", "educonnectGuardian",
        "educonnectProvisionalUntil", "educonnectInformedBy"};
    static const char *const twins[] = {
        "mobile", "mail", "postalAddress", "street", "postalCode"};
    const char *names[sizeof(always) / sizeof(always[0]) +
                      sizeof(twins) / sizeof(twins[0]) + 2];
    size_t n = sizeof(always) / sizeof(always[0]);
    ctl *c = l->r->c;
    int result;

    memcpy(names, always, sizeof(always));
    if ((l->r->wanted & (1u << REPORT_DUPLICATES)) != 0) {
        memcpy(names + n, twins, sizeof(twins));
        n += sizeof(twins) / sizeof(twins[0]);
    }
    if ((l->r->wanted & (1u << REPORT_HOLDS)) != 0)
        names[n++] = "educonnectHold";
    names[n] = NULL;
    result = ctl_search(c, c->base, LDAP_SCOPE_SUBTREE,
        "(|(objectClass=educonnectStudent)"
        "(objectClass=educonnectLegalGuardian))",
        names, load_account, l);
    ctl_progress_end();
    return result == LDAP_SUCCESS
               ? l->status
               : ctl_fail_ldap(c, CTL_SERVER, c->ld, result, c->base);
}

static void
prepare(loading *l, store *s)
{
    l->school =
        store_prepare(s, "INSERT INTO school (dn, uai, name) VALUES (?,?,?)");
    l->account = store_prepare(s,
        "INSERT INTO account (id, dn, uid, name, sort, sn, given, state, "
        "student, guardian, merged, until, informer) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
    l->enrolled = store_prepare(s, "INSERT INTO enrolled VALUES (?,?)");
    l->label = store_prepare(s, "INSERT INTO label VALUES (?,?)");
    l->link = store_prepare(s, "INSERT INTO link VALUES (?,?)");
    l->contact = store_prepare(s, "INSERT INTO contact VALUES (?,?,?)");
    l->hold = store_prepare(s, "INSERT INTO hold VALUES (?,?)");
}

static void
finish(loading *l)
{
    store_end(l->school);
    store_end(l->account);
    store_end(l->enrolled);
    store_end(l->label);
    store_end(l->link);
    store_end(l->contact);
    store_end(l->hold);
}

/* ---- who belongs where ---- */

/* Whom a merged account was merged into, were that merged too: at most as many
 * steps as merges in a row. An heir that is not to be read leaves the account
 * on its own. */
static void
find_heirs(store *s)
{
    store_run(s, "CREATE INDEX account_dn ON account (dn);"
                 "UPDATE account SET heir = ifnull((SELECT b.id FROM account b "
                 "WHERE b.dn = account.merged), id)");
    for (int step = 0; step < 16; step++) {
        store_run(s, "UPDATE account SET heir = (SELECT b.heir FROM account b "
                     "WHERE b.id = account.heir) WHERE merged IS NOT NULL");
        if (store_count(s,
                "SELECT count(*) FROM account a JOIN account b ON b.id = "
                "a.heir WHERE a.merged IS NOT NULL AND b.heir <> b.id") == 0)
            return;
    }
}

static void
make_ties(store *s)
{
    store_run(s,
        "CREATE TABLE child AS SELECT DISTINCT l.student AS student, g.heir "
        "AS guardian FROM link l JOIN account g ON g.dn = l.dn;"
        "CREATE INDEX child_student ON child (student);"
        "CREATE INDEX child_guardian ON child (guardian);"
        "CREATE INDEX label_student ON label (student);"
        "CREATE INDEX school_dn ON school (dn);"
        "CREATE TABLE tie AS SELECT DISTINCT e.student AS account, s.id AS "
        "school, 'student' AS public FROM enrolled e "
        "JOIN school s ON s.dn = e.dn;"
        "CREATE INDEX tie_account ON tie (account);"
        "INSERT INTO tie SELECT DISTINCT c.guardian, t.school, 'guardian' "
        "FROM child c JOIN tie t ON t.account = c.student "
        "AND t.public = 'student';"
        "INSERT INTO tie SELECT a.id, 0, 'student' FROM account a WHERE "
        "a.student AND NOT EXISTS (SELECT 1 FROM tie t WHERE "
        "t.account = a.id AND t.public = 'student');"
        "INSERT INTO tie SELECT a.id, 0, 'guardian' FROM account a WHERE "
        "a.guardian AND a.merged IS NULL AND NOT EXISTS (SELECT 1 FROM tie t "
        "WHERE t.account = a.id AND t.public = 'guardian');"
        "DROP TABLE enrolled");
}

/* The row of the school that the report is about. */
static ctl_exit
find_school(report *r)
{
    sqlite3_stmt *q;
    char *key;

    if (r->school == NULL)
        return CTL_OK;
    q = store_prepare(&r->store, "SELECT id FROM school WHERE dn = ?");
    key = ctl_dn_key(r->school);
    store_text(q, 1, key);
    r->school_id = store_first(q, 0);
    store_end(q);
    free(key);
    return r->school_id != 0
               ? CTL_OK
               : ctl_fail(r->c, CTL_REFUSED, "%s: no such school", r->school);
}

ctl_exit
report_load(report *r)
{
    loading l = {.r = r, .status = CTL_OK};
    ctl_exit status;

    store_run(&r->store, tables);
    prepare(&l, &r->store);
    status = search_schools(&l);
    if (status == CTL_OK)
        status = find_school(r);
    if (status == CTL_OK)
        status = search_accounts(&l);
    finish(&l);
    if (status != CTL_OK)
        return status;
    find_heirs(&r->store);
    make_ties(&r->store);
    return CTL_OK;
}
