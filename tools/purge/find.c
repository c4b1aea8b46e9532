/* find.c - reads every account, keeps what is due. */
#include <stdlib.h>
#include <string.h>

#include "purge/purge.h"

static const char tables[] = "CREATE TABLE due (dn TEXT, verdict INT, "
                             "time TEXT, unchanged TEXT, login TEXT);"
                             "CREATE TABLE former (dn TEXT)";

typedef struct finding {
    purge *p;
    sqlite3_stmt *insert;
} finding;

static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};

static bool
seen(void *ctx, const ctl_entry *e)
{
    (void)e;
    *(bool *)ctx = true;
    return false;
}

/* Whoever cannot be looked for is taken to be there. */
static bool
exists(ctl *c, const char *base, int scope, const char *filter)
{
    bool found = false;
    int result = ctl_search(c, base, scope, filter, nothing, seen, &found);

    return found || (result != LDAP_SUCCESS && result != LDAP_NO_SUCH_OBJECT);
}

static bool
is_named(ctl *c, const char *dn)
{
    char *filter = ctl_filter("educonnectGuardian", dn);
    bool named = exists(c, c->base, LDAP_SCOPE_SUBTREE, filter);

    free(filter);
    return named;
}

/* Added to a filter, when the entry has the attribute. Released: filter. */
static char *
and_value(char *filter, const ctl_entry *e, const char *attribute)
{
    char *value = ctl_entry_first(e, attribute);
    char *term, *longer;

    if (value == NULL)
        return filter;
    term = ctl_filter(attribute, value);
    longer = ctl_format("%s%s", filter, term);
    free(term);
    free(value);
    free(filter);
    return longer;
}

/* What is true of the account as long as nobody has touched it since. */
static char *
unchanged(const ctl_entry *e)
{
    static const char *const attributes[] = {"educonnectState",
        "educonnectSerial", "educonnectStateSince", "educonnectLeftAt",
        "educonnectMergedInto", "educonnectProvisionalUntil"};
    char *filter = ctl_copy(""), *all;

    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++)
        filter = and_value(filter, e, attributes[i]);
    all = ctl_format("(&%s)", filter);
    free(filter);
    return all;
}

static void
keep(finding *f, const ctl_entry *e, purge_verdict verdict, const char *time)
{
    char *filter = unchanged(e);
    char *login = ctl_entry_first(e, "uid");

    store_text(f->insert, 1, e->dn);
    store_number(f->insert, 2, verdict);
    store_text(f->insert, 3, time);
    store_text(f->insert, 4, filter);
    store_text(f->insert, 5, login);
    store_do(f->insert);
    free(login);
    free(filter);
}

static bool
look(void *ctx, const ctl_entry *e)
{
    finding *f = ctx;
    purge *p = f->p;
    char *state = ctl_entry_first(e, "educonnectState");
    char *since = ctl_entry_first(e, "educonnectStateSince");
    char *left_at = ctl_entry_first(e, "educonnectLeftAt");
    char *until = ctl_entry_first(e, "educonnectProvisionalUntil");
    char *heir = ctl_entry_first(e, "educonnectMergedInto");
    purge_account a = {
        state, since, left_at, until, heir != NULL, false, false};
    purge_verdict verdict;

    if (heir != NULL) {
        a.heir_exists = exists(p->c, heir, LDAP_SCOPE_BASE, "(objectClass=*)");
        a.named = a.heir_exists && is_named(p->c, e->dn);
    }
    verdict = purge_judge(&a, &p->rules);
    p->n[verdict]++;
    if (verdict != PURGE_NOT_DUE)
        keep(f, e, verdict, purge_time_of(&a, verdict));
    ctl_progress("accounts read", (size_t)++p->all, 0);
    free(state);
    free(since);
    free(left_at);
    free(until);
    free(heir);
    return true;
}

ctl_exit
purge_find(purge *p)
{
    static const char *const names[] = {"educonnectState", "educonnectSerial",
        "educonnectStateSince", "educonnectLeftAt", "educonnectMergedInto",
        "educonnectProvisionalUntil", "uid", NULL};
    finding f = {p, NULL};
    int result;

    store_open(&p->store, tables);
    f.insert = store_prepare(&p->store, "INSERT INTO due VALUES (?,?,?,?,?)");
    result = ctl_search(p->c, p->c->base, LDAP_SCOPE_SUBTREE,
        "(|(objectClass=educonnectStudent)"
        "(objectClass=educonnectLegalGuardian))",
        names, look, &f);
    ctl_progress_end();
    store_end(f.insert);
    return result == LDAP_SUCCESS
               ? CTL_OK
               : ctl_fail_ldap(p->c, CTL_SERVER, p->c->ld, result, p->c->base);
}

int64_t
purge_due(const purge *p)
{
    return p->n[PURGE_LEFT] + p->n[PURGE_CLOSED] + p->n[PURGE_MERGED] +
           p->n[PURGE_UNCONFIRMED];
}
