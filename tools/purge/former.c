/* former.c - logins of accounts that were deleted, which nobody is given for a
 * time.
 */
#include "purge/former.h"

#include <stdlib.h>
#include <string.h>

#include "core/text/gentime.h"

#define CONTAINER CTL_FORMER_LOGINS

/* The DN of what an entry stands in; within it. */
static const char *
parent_of(const char *dn)
{
    const char *comma = dn;

    while (*comma != '\0' && *comma != ',')
        comma += *comma == '\\' && comma[1] != '\0' ? 2 : 1;
    return *comma == ',' ? comma + 1 : comma;
}

/* A value within a DN (RFC 4514): what has a meaning there as its number. */
static char *
escaped(const char *value)
{
    char *all = ctl_alloc(3 * strlen(value) + 1, 1);
    char *to = all;

    for (const char *p = value; *p != '\0'; p++) {
        bool plain =
            ((unsigned char)*p > ' ' && strchr(",+\"\\<>;=#", *p) == NULL);

        to += sprintf(to, plain ? "%c" : "\\%02X", (unsigned char)*p);
    }
    return all;
}

char *
former_dn(const char *account, const char *login)
{
    char *name = escaped(login);
    char *dn =
        ctl_format("cn=%s,ou=" CONTAINER ",%s", name, parent_of(account));

    free(name);
    return dn;
}

static void
former_change(ctl_change *change, const char *account, const char *login)
{
    char *dn = former_dn(account, login);

    ctl_change_begin(change, CTL_CHANGE_ADD, dn);
    ctl_change_set(change, LDAP_MOD_ADD, "objectClass", "organizationalRole");
    ctl_change_set(change, LDAP_MOD_ADD, "cn", login);
    ctl_change_set(change, LDAP_MOD_ADD, "ou", CONTAINER);
    free(dn);
}

static char *
container_of(const char *account)
{
    return ctl_format("ou=" CONTAINER ",%s", parent_of(account));
}

static void
container_change(ctl_change *change, const char *dn)
{
    ctl_change_begin(change, CTL_CHANGE_ADD, dn);
    ctl_change_set(change, LDAP_MOD_ADD, "objectClass", "organizationalUnit");
    ctl_change_set(change, LDAP_MOD_ADD, "ou", CONTAINER);
}

static int
make_container(purge *p, const char *account)
{
    char *dn = container_of(account);
    ctl_change change;
    int result;

    container_change(&change, dn);
    result = ctl_change_apply(&change, p->c->ld);
    ctl_change_free(&change);
    free(dn);
    return result == LDAP_ALREADY_EXISTS ? LDAP_SUCCESS : result;
}

static bool
there(void *ctx, const ctl_entry *e)
{
    (void)e;
    *(bool *)ctx = true;
    return false;
}

static void
print_container(purge *p, const char *account)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    char *dn = container_of(account);
    bool exists = false;
    ctl_change change;

    if (p->printed == NULL || strcmp(p->printed, dn) != 0) {
        (void)ctl_search(p->c, dn, LDAP_SCOPE_BASE, "(objectClass=*)", nothing,
            there, &exists);
        if (!exists) {
            container_change(&change, dn);
            ctl_change_print(&change, false, stdout);
            ctl_change_free(&change);
        }
    }
    free(p->printed);
    p->printed = dn;
}

void
former_print(purge *p, const char *account, const char *login)
{
    ctl_change change;

    print_container(p, account);
    former_change(&change, account, login);
    ctl_change_print(&change, false, stdout);
    ctl_change_free(&change);
}

int
former_remember(purge *p, const char *account, const char *login)
{
    ctl_change change;
    int result;

    former_change(&change, account, login);
    result = ctl_change_apply(&change, p->c->ld);
    if (result == LDAP_NO_SUCH_OBJECT) {
        result = make_container(p, account);
        if (result == LDAP_SUCCESS)
            result = ctl_change_apply(&change, p->c->ld);
    }
    ctl_change_free(&change);
    return result;
}

void
former_forget(purge *p, const char *account, const char *login)
{
    char *dn = former_dn(account, login);
    ctl_change change;

    ctl_change_begin(&change, CTL_CHANGE_DELETE, dn);
    /* One that stays does no harm: its time ends too. */
    (void)ctl_change_apply(&change, p->c->ld);
    ctl_change_free(&change);
    free(dn);
}

/* ---- the end of their time ---- */

static bool
look(void *ctx, const ctl_entry *e)
{
    static const char sql[] = "INSERT INTO former VALUES (?)";
    purge *p = ctx;
    sqlite3_stmt *q = store_kept(&p->store, sql);
    char *made = ctl_entry_first(e, "createTimestamp");
    int64_t at;

    if (made != NULL && edc_time_parse(edc_str_of(made), &at) &&
        at <= p->rules.now - p->keep_logins) {
        store_text(q, 1, e->dn);
        store_do(q);
    }
    free(made);
    return true;
}

static ctl_exit
end_one(purge *p, const char *dn)
{
    ctl_change change;
    int result = LDAP_SUCCESS;

    ctl_change_begin(&change, CTL_CHANGE_DELETE, dn);
    if (p->apply)
        result = ctl_change_apply(&change, p->c->ld);
    else if (!p->json)
        ctl_change_print(&change, false, stdout);
    ctl_change_free(&change);
    if (result == LDAP_SUCCESS || result == LDAP_NO_SUCH_OBJECT)
        return CTL_OK;
    return ctl_fail_ldap(
        p->c, result < 0 ? CTL_SERVER : CTL_REFUSED, p->c->ld, result, dn);
}

ctl_exit
former_sweep(purge *p)
{
    static const char *const wanted[] = {"createTimestamp", NULL};
    ctl_exit worst = CTL_OK;
    sqlite3_stmt *q;
    int result = ctl_search(p->c, p->c->base, LDAP_SCOPE_SUBTREE,
        "(&(objectClass=organizationalRole)(ou=" CONTAINER "))", wanted, look,
        p);

    if (result != LDAP_SUCCESS)
        return ctl_fail_ldap(p->c, CTL_SERVER, p->c->ld, result, p->c->base);
    q = store_prepare(&p->store, "SELECT dn FROM former ORDER BY rowid");
    while (worst != CTL_SERVER && store_next(q)) {
        ctl_exit status = end_one(p, store_col_text(q, 0));

        worst = status > worst ? status : worst;
    }
    store_again(q);
    store_end(q);
    return worst;
}
