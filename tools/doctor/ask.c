/* ask.c - what the directory shows to those who have no business with
 * it: asked of the server as anonymous and as an ordinary user, and read from
 * the access rules. doctor/readers.def says who may read what.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "doctor/doctor.h"

/* Entries that are looked at for what a filter does not find. */
#define SAMPLE 200

static const doctor_readers rows[] = {
#define EDC_READERS(attribute, who, reason)                                    \
    {attribute, DOCTOR_FOR_##who, reason},
#include "doctor/readers.def"
#undef EDC_READERS
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

const doctor_readers *
doctor_readers_rows(size_t *n)
{
    *n = N_ROWS;
    return rows;
}

/* ---- the repair: a rule before all others ---- */

/* " by dn.exact=... break" of a role, "provisioner dn=<DN>" with or without
 * quotes around the DN; allocated. */
static char *
clause_of(const char *role)
{
    const char *who = role + strcspn(role, " ");
    bool group;
    size_t n;

    who += strspn(who, " ");
    group = strncmp(who, "group=", 6) == 0;
    if (!group && strncmp(who, "dn=", 3) != 0)
        return ctl_copy("");
    who += group ? 6 : 3;
    n = strlen(who);
    if (n > 1 && who[0] == '"' && who[n - 1] == '"') {
        who++;
        n -= 2;
    }
    return ctl_format(
        " by %s.exact=\"%.*s\" break", group ? "group" : "dn", (int)n, who);
}

/* " by <who> break" for whoever the rules let read or manage it by name;
 * allocated. */
static char *
named_clauses(const doctor *d, const char *attribute, bool manage)
{
    setup_values named = {NULL, 0};
    char *all = ctl_copy("");

    doctor_named(&d->access, attribute, manage, &named);
    for (size_t i = 0; i < named.n; i++) {
        char *longer = ctl_format("%s by %s break", all, named.values[i]);

        free(all);
        all = longer;
    }
    setup_free(&named);
    return all;
}

/* For those with a role, those who act for schools, whoever the rules name,
 * such as those who replicate, and root of the machine the rules that are there
 * go on to count. Allocated. */
static char *
roles_clauses(const doctor *d, const char *attribute)
{
    const setup_values *roles =
        setup_setting_of(&d->config, "olcEduconnectRole");
    char *named = named_clauses(d, attribute, false);
    char *all =
        ctl_format(" by dn.exact=\"" DOCTOR_MACHINE_ROOT "\" break%s", named);

    free(named);
    for (size_t i = 0; i < d->actors.n; i++) {
        char *longer = ctl_format("%s by %s break", all, d->actors.values[i]);

        free(all);
        all = longer;
    }
    for (size_t i = 0; roles != NULL && i < roles->n; i++) {
        char *one = clause_of(roles->values[i]);
        char *longer = ctl_format("%s%s", all, one);

        free(one);
        free(all);
        all = longer;
    }
    return all;
}

/* The rule that keeps an attribute from anonymous, or from every user as such;
 * allocated. */
static char *
rule_of(const doctor *d, const doctor_readers *row, bool users)
{
    bool password = strcasecmp(row->attribute, "userPassword") == 0;
    char *roles, *rule;

    if (!users)
        return ctl_format("{0}to attrs=%s by anonymous %s by * break",
            row->attribute, password ? "auth" : "none");
    if (row->who == DOCTOR_FOR_NOBODY && !password) {
        roles = named_clauses(d, row->attribute, true);
        rule = ctl_format("{0}to attrs=%s%s by * none", row->attribute, roles);
        free(roles);
        return rule;
    }
    roles = roles_clauses(d, row->attribute);
    rule =
        ctl_format("{0}to attrs=%s%s by self %s%s%s by * none", row->attribute,
            password ? " by anonymous auth" : "", password ? "=wx" : "break",
            roles, password ? "" : " by dnattr=educonnectGuardian break");
    free(roles);
    return rule;
}

static void
found(doctor *d, doctor_id id, const doctor_readers *row, bool users)
{
    ctl_change repair;
    char *rule;

    if (d->config.database_dn == NULL) {
        doctor_found(d, id, row->attribute, row->reason, NULL);
        return;
    }
    rule = rule_of(d, row, users);
    doctor_repair(
        &repair, d->config.database_dn, LDAP_MOD_ADD, "olcAccess", rule);
    doctor_found(d, id, row->attribute, row->reason, &repair);
    free(rule);
}

/* ---- asking ---- */

/* Who asks: what of the rows was shown, of entries that are not its own. */
typedef struct asker {
    LDAP *ld;
    const char *base;
    char *self; /* key of its DN, NULL: anonymous */
    bool shown[N_ROWS];
} asker;

#define ENTRIES                                                                \
    "(|(objectClass=educonnectStudent)(objectClass=educonnectLegalGuardian)"   \
    "(objectClass=educonnectSchool)(objectClass=educonnectService))"

static void
look_at(asker *a, LDAPMessage *entry)
{
    char *dn = ldap_get_dn(a->ld, entry);
    char *key = dn == NULL ? NULL : ctl_dn_key(dn);
    bool own = key == NULL || (a->self != NULL && strcmp(key, a->self) == 0);

    for (size_t i = 0; !own && i < N_ROWS; i++) {
        struct berval **values =
            ldap_get_values_len(a->ld, entry, rows[i].attribute);

        a->shown[i] = a->shown[i] || values != NULL;
        if (values != NULL)
            ldap_value_free_len(values);
    }
    free(key);
    ldap_memfree(dn);
}

static void
ask(asker *a, const char *filter, char **attributes, int most)
{
    LDAPMessage *answer = NULL;
    int result = ldap_search_ext_s(a->ld, a->base, LDAP_SCOPE_SUBTREE, filter,
        attributes, 0, NULL, NULL, NULL, most, &answer);

    if (result == LDAP_SUCCESS || result == LDAP_SIZELIMIT_EXCEEDED) {
        for (LDAPMessage *m = ldap_first_entry(a->ld, answer); m != NULL;
            m = ldap_next_entry(a->ld, m))
            look_at(a, m);
    }
    ldap_msgfree(answer);
}

/* Some entries with all that they show, and for what few have, who has it; two
 * of them, since one may be the asker's own. */
static void
ask_all(asker *a)
{
    char *all[N_ROWS + 1] = {NULL};

    for (size_t i = 0; i < N_ROWS; i++)
        all[i] = (char *)rows[i].attribute;
    ask(a, ENTRIES, all, SAMPLE);
    for (size_t i = 0; i < N_ROWS; i++) {
        char *one[] = {all[i], NULL};
        char *filter;

        if (a->shown[i])
            continue;
        filter = ctl_format("(&" ENTRIES "(%s=*))", rows[i].attribute);
        ask(a, filter, one, 2);
        free(filter);
    }
}

static ctl_exit
ask_anonymously(doctor *d)
{
    asker a = {.ld = ctl_connect_anonymously(d->c), .base = d->c->base};

    if (a.ld == NULL)
        return CTL_SERVER;
    ask_all(&a);
    for (size_t i = 0; i < N_ROWS; i++) {
        if (a.shown[i] && rows[i].who != DOCTOR_FOR_ANYBODY)
            found(d, DOCTOR_ACL_ANONYMOUS_, rows + i, false);
    }
    ldap_unbind_ext_s(a.ld, NULL, NULL);
    return CTL_OK;
}

/* What any user may read by the rules; of a row that no rule lets be read the
 * server was asked as one, when somebody was named. */
static void
judge_users(doctor *d, const asker *a)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        bool by_rule =
            d->config.database_dn != NULL &&
            doctor_reader_of(&d->access, rows[i].attribute) != DOCTOR_NOBODY;

        if (rows[i].who <= DOCTOR_FOR_CONCERNED &&
            (by_rule || (a != NULL && a->shown[i])))
            found(d, DOCTOR_ACL_USERS_, rows + i, true);
    }
}

static ctl_exit
ask_as_user(doctor *d)
{
    const char *user = ctl_value(d->c, CTL_OPT_DOCTOR_AS, NULL);
    const char *file = ctl_value(d->c, CTL_OPT_DOCTOR_AS_FILE, NULL);
    asker a = {.ld = NULL};

    if (user == NULL) {
        judge_users(d, NULL);
        return CTL_OK;
    }
    a = (asker){.ld = ctl_connect_as(d->c, user, file), .base = d->c->base};
    if (a.ld == NULL)
        return CTL_SERVER;
    a.self = ctl_dn_key(user);
    ask_all(&a);
    judge_users(d, &a);
    free(a.self);
    ldap_unbind_ext_s(a.ld, NULL, NULL);
    return CTL_OK;
}

ctl_exit
doctor_ask(doctor *d)
{
    ctl_exit status = ask_anonymously(d);

    return status == CTL_OK ? ask_as_user(d) : status;
}
