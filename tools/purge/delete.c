/* delete.c - prints what is due, or deletes it.
 *
 * Every deletion carries an assertion (RFC 4528): that the account is still as
 * it was read. Whoever came back in between is kept, by the server itself, in
 * the LDIF of a dry run as well as in a real run.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/change.h"
#include "purge/former.h"
#include "status/words.h"

/* One account that is due. */
typedef struct due {
    const char *dn;
    purge_verdict verdict;
    const char *time;
    const char *unchanged;
    const char *login; /* "" when the account has none */
} due;

/* ---- the assertion ---- */

static LDAPControl *
assertion(ctl *c, const char *filter)
{
    struct berval value = {0, NULL};
    LDAPControl *control = NULL;
    char *copy = ctl_copy(filter);

    if (ldap_create_assertion_control_value(c->ld, copy, &value) !=
            LDAP_SUCCESS ||
        ldap_control_create(LDAP_CONTROL_ASSERT, 1, &value, 1, &control) !=
            LDAP_SUCCESS)
        control = NULL;
    ber_memfree(value.bv_val);
    free(copy);
    return control;
}

static bool
offers_assertions(ctl *c)
{
    static const char *const names[] = {"supportedControl", NULL};
    LDAPMessage *found = NULL;
    bool offers = false;

    if (ldap_search_ext_s(c->ld, "", LDAP_SCOPE_BASE, "(objectClass=*)",
            (char **)names, 0, NULL, NULL, NULL, 1, &found) == LDAP_SUCCESS) {
        LDAPMessage *m = ldap_first_entry(c->ld, found);
        ctl_entry e = {c->ld, m, ""};

        offers = m != NULL &&
                 ctl_entry_has(&e, "supportedControl", LDAP_CONTROL_ASSERT);
    }
    ldap_msgfree(found);
    return offers;
}

/* ---- printing ---- */

/* "left the sources (2026-08-01 10:00 UTC)"; allocated. */
static char *
reason(const due *d)
{
    char *time = status_time(d->time);
    char *text = ctl_format("%s (%s)", purge_words(d->verdict), time);

    free(time);
    return text;
}

static void
print_json(const due *d, const char *result, const char *text)
{
    char *why = reason(d);
    char *time = status_time_iso(d->time);
    json_t *o = json_pack("{s:o, s:s, s:s, s:s}", "dn", print_json_text(d->dn),
        "result", result, "reason", why, "since", time);

    if (text != NULL)
        json_object_set_new(o, "text", print_json_text(text));
    print_as_json(stdout, o, JSON_COMPACT);
    json_decref(o);
    free(time);
    free(why);
}

/* The deletion of an account as long as it is unchanged. False after it has
 * printed why there is none. */
static bool
deletion_of(purge *p, const due *d, ctl_change *change)
{
    ctl_change_begin(change, CTL_CHANGE_DELETE, d->dn);
    change->control = assertion(p->c, d->unchanged);
    if (change->control != NULL)
        return true;
    ctl_warn(p->c, "%s: no assertion could be made", d->dn);
    ctl_change_free(change);
    return false;
}

static void
deletion_free(ctl_change *change)
{
    ldap_control_free(change->control);
    ctl_change_free(change);
}

/* ---- every account that is due ---- */

static ctl_exit
each_due(purge *p, const char *what, ctl_exit (*each)(purge *p, const due *d))
{
    size_t total = (size_t)store_count(&p->store, "SELECT count(*) FROM due");
    size_t done = 0;
    sqlite3_stmt *q = store_prepare(&p->store,
        "SELECT dn, verdict, time, unchanged, login FROM due ORDER BY rowid");
    ctl_exit worst = CTL_OK;

    while (worst != CTL_SERVER && store_next(q)) {
        due d = {store_col_text(q, 0), (purge_verdict)store_col(q, 1),
            store_col_text(q, 2), store_col_text(q, 3), store_col_text(q, 4)};
        ctl_exit status = each(p, &d);

        /* On a terminal the accounts themselves go by. */
        if (!isatty(STDOUT_FILENO))
            ctl_progress(what, ++done, total);
        if (status > worst)
            worst = status;
    }
    store_again(q);
    store_end(q);
    ctl_progress_end();
    return worst;
}

static bool
remembers(const purge *p, const due *d)
{
    return p->keep_logins > 0 && d->login[0] != '\0';
}

/* ---- what a dry run prints ---- */

static ctl_exit
print_one(purge *p, const due *d)
{
    bool named = d->verdict == PURGE_NAMED;
    ctl_change change;
    char *why;

    if (p->json) {
        print_json(d, named ? "kept" : "due", NULL);
        return CTL_OK;
    }
    if (!named && remembers(p, d)) {
        print(stdout, "# a login that is given to nobody for a time\n");
        former_print(p, d->dn, d->login);
    }
    why = reason(d);
    print(stdout, "# %s%s\n", why, named ? ": kept" : "");
    free(why);
    if (named) {
        print(stdout, "# %s\n\n", d->dn);
        return CTL_OK;
    }
    if (!deletion_of(p, d, &change))
        return CTL_SERVER;
    ctl_change_print(&change, false, stdout);
    deletion_free(&change);
    return CTL_OK;
}

ctl_exit
purge_print(purge *p)
{
    return each_due(p, "reading them again", print_one);
}

/* ---- what a real run deletes ---- */

static void
tell(const purge *p, const due *d, const char *result, const char *text)
{
    char *why;

    if (p->json) {
        print_json(d, result, text);
        return;
    }
    why = reason(d);
    ctl_progress_aside();
    print(stdout, "%s %s: %s%s%s\n", result, d->dn, why,
        text == NULL ? "" : "; ", text == NULL ? "" : text);
    free(why);
}

static ctl_exit
refused(purge *p, const due *d, int result)
{
    char *said = ctl_diagnostic(p->c->ld);
    char *text = said[0] == '\0'
                     ? ctl_copy(ctl_result(result))
                     : ctl_format("%s (%s)", ctl_result(result), said);

    tell(p, d, result < 0 ? "unknown" : "refused", text);
    free(text);
    free(said);
    if (result < 0)
        p->unknown++;
    else
        p->refused++;
    return result < 0 ? CTL_SERVER : CTL_REFUSED;
}

/* Remembers the login and deletes the account. Whose login cannot be remembered
 * is kept: the next of that name would get it. */
static int
remember_and_delete(purge *p, const due *d, const ctl_change *deletion)
{
    int made = remembers(p, d) ? former_remember(p, d->dn, d->login)
                               : LDAP_ALREADY_EXISTS;
    int result;

    if (made != LDAP_SUCCESS && made != LDAP_ALREADY_EXISTS)
        return made;
    result = ctl_change_apply(deletion, p->c->ld);
    if (result != LDAP_SUCCESS && made == LDAP_SUCCESS) {
        char *said = ctl_diagnostic(p->c->ld);

        former_forget(p, d->dn, d->login);
        (void)ldap_set_option(p->c->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, said);
        free(said);
    }
    return result;
}

static ctl_exit
delete_one(purge *p, const due *d)
{
    ctl_change change;
    int result;

    if (d->verdict == PURGE_NAMED) {
        tell(p, d, "kept", NULL);
        return CTL_OK;
    }
    if (!deletion_of(p, d, &change))
        return CTL_SERVER;
    result = remember_and_delete(p, d, &change);
    deletion_free(&change);
    switch (result) {
    case LDAP_SUCCESS:
        p->deleted++;
        tell(p, d, "deleted", NULL);
        return CTL_OK;
    case LDAP_ASSERTION_FAILED:
    case LDAP_NO_SUCH_OBJECT:
        p->changed++;
        tell(p, d, "kept", "changed since it was read");
        return CTL_OK;
    default:
        return refused(p, d, result);
    }
}

ctl_exit
purge_apply(purge *p)
{
    if (!offers_assertions(p->c))
        return ctl_fail(p->c, CTL_SERVER,
            "the server has no assertion control (RFC 4528): whoever comes "
            "back meanwhile could be deleted; nothing was");
    return each_due(p, "deleting", delete_one);
}
