/* heads.c - who acts for schools, held against slapd's size limits. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "doctor/doctor.h"

/* More single lines than this help nobody. */
#define LINES_MAX 50

static const char tables[] = "CREATE TABLE actor (key TEXT PRIMARY KEY, dn "
                             "TEXT, reads_all INT DEFAULT 0) WITHOUT ROWID";

/* ---- groups ---- */

static bool
is_there(void *ctx, const ctl_entry *e)
{
    (void)e;
    *(bool *)ctx = true;
    return false;
}

/* kind: "" (groupOfNames, member), "/<class>/<attribute>", "/<class>". */
static bool
in_group(void *ctx, const char *kind, const char *group, const char *dn)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    doctor *d = ctx;
    const char *attribute = kind[0] == '/' ? strchr(kind + 1, '/') : NULL;
    char *name = attribute == NULL
                     ? ctl_copy("member")
                     : ctl_copy_n(attribute + 1, strcspn(attribute + 1, "=."));
    char *filter = ctl_filter(name, dn);
    bool there = false;

    (void)ctl_search(
        d->c, group, LDAP_SCOPE_BASE, filter, nothing, is_there, &there);
    free(filter);
    free(name);
    return there;
}

/* ---- who ---- */

static bool
keep_actors(void *ctx, const ctl_entry *e)
{
    static const char *const names[] = {"educonnectHead",
        "educonnectStudentDelegate", "educonnectGuardianDelegate"};
    static const char sql[] =
        "INSERT OR IGNORE INTO actor (key, dn) VALUES (?,?)";
    doctor *d = ctx;
    sqlite3_stmt *q = store_kept(&d->s, sql);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct berval **values = ctl_entry_values(e, names[i]);

        for (size_t v = 0; values != NULL && values[v] != NULL; v++) {
            char *key = ctl_dn_key(values[v]->bv_val);

            store_text(q, 1, key);
            store_text(q, 2, values[v]->bv_val);
            store_do(q);
            free(key);
        }
        if (values != NULL)
            ldap_value_free_len(values);
    }
    return true;
}

/* ---- in few words ---- */

/* Whether accounts stand right below a place: then its name would be one for
 * everybody. */
static bool
has_accounts(doctor *d, const char *place)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    bool there = false;

    (void)ctl_search(d->c, place, LDAP_SCOPE_ONELEVEL,
        "(|(objectClass=educonnectStudent)"
        "(objectClass=educonnectLegalGuardian))",
        nothing, is_there, &there);
    return there;
}

/* Those of a place where accounts stand too, one by one; the place's key is the
 * end of theirs. */
static void
name_each(
    doctor *d, const char *place, int64_t n, bool short_of, setup_values *who)
{
    sqlite3_stmt *q = store_prepare(&d->s,
        "SELECT dn FROM actor WHERE substr(key, instr(key, ',') + 1) = ?"
        " AND (NOT ? OR NOT reads_all) ORDER BY dn");

    store_text(q, 1, place);
    store_number(q, 2, short_of);
    while (n <= LINES_MAX && store_next(q)) {
        char *one = ctl_format("dn.exact=\"%s\"", store_col_text(q, 0));

        setup_add(who, one);
        free(one);
    }
    store_end(q);
}

/* "dn.onelevel=..." of a place where nobody but those who work stands, else
 * "dn.exact=..." of each; short_of: only those who may not read everything. */
static void
name_actors(doctor *d, bool short_of, setup_values *who)
{
    sqlite3_stmt *q = store_prepare(&d->s,
        "SELECT substr(key, instr(key, ',') + 1), count(*), min(dn) FROM actor"
        " WHERE NOT ? OR NOT reads_all GROUP BY 1 ORDER BY 1");

    store_number(q, 1, short_of);
    while (store_next(q)) {
        char *key = ctl_copy(store_col_text(q, 0));
        int64_t n = store_col(q, 1);
        const char *comma = strchr(store_col_text(q, 2), ',');
        char *place = ctl_copy(comma == NULL ? key : comma + 1);
        char *all = ctl_format("dn.onelevel=\"%s\"", place);

        if (has_accounts(d, place))
            name_each(d, key, n, short_of, who);
        else
            setup_add(who, all);
        free(all);
        free(place);
        free(key);
    }
    store_end(q);
}

/* ---- what is missing ---- */

static void
found_limits(doctor *d)
{
    setup_values who = {NULL, 0};
    int64_t n =
        store_count(&d->s, "SELECT count(*) FROM actor WHERE NOT reads_all");
    char *detail =
        ctl_format("%lld of them; put them into a group", (long long)n);

    name_actors(d, true, &who);
    for (size_t i = 0; i < who.n; i++) {
        char *value =
            ctl_format("%s size=unlimited time=unlimited", who.values[i]);
        ctl_change repair;

        doctor_repair(
            &repair, d->config.database_dn, LDAP_MOD_ADD, "olcLimits", value);
        doctor_found(d, DOCTOR_LIMIT_HEADS_, who.values[i], NULL, &repair);
        free(value);
    }
    if (n > 0 && who.n == 0)
        doctor_found(
            d, DOCTOR_LIMIT_HEADS_, d->config.database_dn, detail, NULL);
    setup_free(&who);
    free(detail);
}

ctl_exit
doctor_heads(doctor *d)
{
    static const char *const wanted[] = {"educonnectHead",
        "educonnectStudentDelegate", "educonnectGuardianDelegate", NULL};
    sqlite3_stmt *q;
    setup_values covered = {NULL, 0};

    if (d->config.overlay_dn == NULL)
        return CTL_OK;
    store_run(&d->s, tables);
    /* Who may not read them is told elsewhere that the data is hidden. */
    (void)ctl_search(d->c, d->c->base, LDAP_SCOPE_SUBTREE,
        "(objectClass=educonnectSchool)", wanted, keep_actors, d);
    q = store_prepare(&d->s, "SELECT key, dn FROM actor");
    while (store_next(q)) {
        const char *dn = store_col_text(q, 1);
        bool root =
            d->config.root_dn != NULL && strcasecmp(dn, d->config.root_dn) == 0;

        if (root || setup_reads_all(&d->config, dn, in_group, d))
            setup_add(&covered, store_col_text(q, 0));
    }
    store_end(q);
    for (size_t i = 0; i < covered.n; i++) {
        q = store_prepare(
            &d->s, "UPDATE actor SET reads_all = 1 WHERE key = ?");
        store_text(q, 1, covered.values[i]);
        store_do(q);
        store_end(q);
    }
    setup_free(&covered);
    name_actors(d, false, &d->actors);
    found_limits(d);
    return CTL_OK;
}
