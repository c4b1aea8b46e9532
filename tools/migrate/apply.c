/* apply.c - the changes, printed or sent: guardians first, so that
 * pupils can name them.
 */
#include <stdlib.h>
#include <string.h>

#include "ctl/catalog.h"
#include "ctl/change.h"
#include "import/import.h"
#include "migrate/migrate.h"

typedef struct record {
    int64_t n, entry;
    migrate_kind kind;
    char *id, *login, *dn;
    bag fields;
} record;

/* ---- logins ---- */

static bool
take(migrate *m, const char *login)
{
    static const char taken[] = "SELECT 1 FROM login WHERE uid = ?";
    static const char sql[] = "INSERT INTO login VALUES (?)";
    sqlite3_stmt *q = store_kept(&m->s, taken);
    char *uid = migrate_lower(login);
    bool is_free;

    store_text(q, 1, uid);
    is_free = store_first(q, 0) == 0;
    if (is_free) {
        q = store_kept(&m->s, sql);
        store_text(q, 1, uid);
        store_do(q);
    }
    free(uid);
    return is_free;
}

/* NULL when the former login cannot be kept; *why says why. */
static char *
give_login(migrate *m, const record *r, const char **why)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    char *base, *login;

    if (m->keep_login) {
        *why = r->login[strspn(r->login, letters)] != '\0'
                   ? "the former login has signs that a login may not have"
                   : "somebody else has the former login as a login";
        if (r->login[strspn(r->login, letters)] != '\0' || !take(m, r->login))
            return NULL;
        return ctl_copy(r->login);
    }
    base =
        import_login_base(m->pattern, bag_get(&r->fields, LEGACY_GIVEN_NAME, 0),
            bag_get(&r->fields, LEGACY_SN, 0));
    login = ctl_copy(base);
    for (int number = 2; !take(m, login); number++) {
        free(login);
        login = ctl_format("%s%d", base, number);
    }
    free(base);
    return login;
}

/* ---- a new account ---- */

static void
add(ctl_change *change, const char *attribute, const char *value)
{
    ctl_change_set(change, LDAP_MOD_ADD, attribute, value);
}

static void
add_field(ctl_change *change, const char *attribute, const record *r,
    migrate_field field)
{
    const char *value = bag_get(&r->fields, field, 0);

    if (value != NULL)
        add(change, attribute, value);
}

static void
add_school(migrate *m, ctl_change *change, const record *r)
{
    static const char sql[] = "SELECT dn FROM school WHERE uai = ?";
    sqlite3_stmt *q = store_kept(&m->s, sql);

    store_text(q, 1, bag_get(&r->fields, LEGACY_UAI, 0));
    if (store_next(q)) {
        add(change, "educonnectEnrolledAt", store_col_text(q, 0));
        store_again(q);
    }
}

/* Those who have an account, by this run or before. */
static void
add_guardians(migrate *m, ctl_change *change, const record *r)
{
    static const char sql[] =
        "SELECT dn FROM family JOIN record ON record.n = family.guardian"
        " WHERE family.pupil = ? AND record.dn <> '' AND (record.outcome <> 4"
        "  OR record.entry <> 0) ORDER BY record.n";
    sqlite3_stmt *q = store_kept(&m->s, sql);
    bool first = true;

    store_number(q, 1, r->n);
    while (store_next(q)) {
        const char *dn = store_col_text(q, 0);

        if (first)
            ctl_change_mod(change, LDAP_MOD_ADD, "educonnectGuardian");
        ctl_change_value(change, dn, strlen(dn));
        first = false;
    }
}

static void
make_account(migrate *m, ctl_change *change, const record *r, const char *login)
{
    const char *sn = bag_get(&r->fields, LEGACY_SN, 0);
    const char *given = bag_get(&r->fields, LEGACY_GIVEN_NAME, 0);
    const char *class = r->kind == MIGRATE_PUPIL ? "educonnectStudent"
                                                 : "educonnectLegalGuardian";
    char *cn = ctl_format("%s %s", given, sn);
    char *source_id = ctl_format("%s$%s", m->source, r->id);

    ctl_change_begin(change, CTL_CHANGE_ADD, r->dn);
    add(change, "objectClass", "inetOrgPerson");
    ctl_change_value(change, class, strlen(class));
    add(change, "uid", login);
    add(change, "cn", cn);
    add(change, "sn", sn);
    add(change, "givenName", given);
    add(change, "educonnectLegacyId", r->login);
    add(change, "educonnectSourceId", source_id);
    if (r->kind == MIGRATE_PUPIL) {
        add_field(change, "educonnectIne", r, LEGACY_INE);
        add_field(change, "educonnectBirthDate", r, LEGACY_BIRTH_DATE);
        add_school(m, change, r);
        add_guardians(m, change, r);
    }
    free(source_id);
    free(cn);
}

static void
keep_dn(migrate *m, const record *r)
{
    static const char sql[] = "UPDATE record SET dn = ? WHERE n = ?";
    sqlite3_stmt *q = store_kept(&m->s, sql);

    store_text(q, 1, r->dn);
    store_number(q, 2, r->n);
    store_do(q);
}

/* ---- printed or sent ---- */

static ctl_exit
carry_out(migrate *m, const record *r, const ctl_change *change)
{
    migrate_outcome outcome = r->entry == 0 ? MIGRATE_CREATED : MIGRATE_CHANGED;
    int result = LDAP_SUCCESS;
    char *text;

    if (m->dry_run)
        ctl_change_print(change, false, stdout);
    else
        result = ctl_change_apply(change, m->c->ld);
    if (result == LDAP_SUCCESS) {
        migrate_outcome_set(m, r->n, outcome, "%s", "");
        return CTL_OK;
    }
    if (result < 0) {
        migrate_outcome_set(
            m, r->n, MIGRATE_OPEN, "%s", "no answer came, it may be done");
        return ctl_fail_ldap(m->c, CTL_SERVER, m->c->ld, result, change->dn);
    }
    text = ctl_diagnostic(m->c->ld);
    migrate_outcome_set(m, r->n, MIGRATE_REFUSED, "%s",
        text[0] != '\0' ? text : ldap_err2string(result));
    free(text);
    return CTL_OK;
}

static ctl_exit
apply(migrate *m, record *r)
{
    ctl_change change;
    const char *why = NULL;
    char *login = NULL;
    ctl_exit status;

    if (r->entry == 0) {
        migrate_fields_of(m, r->n, &r->fields);
        login = give_login(m, r, &why);
        if (login == NULL) {
            migrate_outcome_set(m, r->n, MIGRATE_REFUSED, "%s", why);
            return CTL_OK;
        }
        free(r->dn);
        r->dn = ctl_format("uid=%s,%s", login, m->people);
        keep_dn(m, r);
        make_account(m, &change, r, login);
    } else {
        ctl_change_begin(&change, CTL_CHANGE_MODIFY, r->dn);
        add(&change, "educonnectLegacyId", r->login);
    }
    status = carry_out(m, r, &change);
    ctl_change_free(&change);
    free(login);
    return status;
}

ctl_exit
migrate_apply(migrate *m)
{
    int64_t total =
        store_count(&m->s, "SELECT count(*) FROM record WHERE outcome = 0");
    sqlite3_stmt *q = store_prepare(&m->s,
        "SELECT n, kind, id, login, entry, dn FROM record WHERE outcome = 0"
        " ORDER BY kind, n");
    ctl_exit status = CTL_OK;
    size_t done = 0;

    while (status == CTL_OK && store_next(q)) {
        record r = {.n = store_col(q, 0),
            .kind = (migrate_kind)store_col(q, 1),
            .id = ctl_copy(store_col_text(q, 2)),
            .login = ctl_copy(store_col_text(q, 3)),
            .entry = store_col(q, 4),
            .dn = ctl_copy(store_col_text(q, 5))};

        status = apply(m, &r);
        ctl_progress(catalog_text("writing"), ++done, (size_t)total);
        bag_free(&r.fields);
        free(r.dn);
        free(r.login);
        free(r.id);
    }
    store_end(q);
    return status;
}
