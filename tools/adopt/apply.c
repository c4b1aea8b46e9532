/* apply.c - the changes, printed or sent. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "adopt/adopt.h"
#include "ctl/catalog.h"
#include "ctl/file.h"

typedef struct applier {
    adopt *a;
    output dropped;
    size_t done;
} applier;

static void
became(adopt *a, int64_t n, adopt_outcome outcome, const char *reason)
{
    static const char sql[] =
        "UPDATE entry SET outcome = ?, reason = ? WHERE n = ?";
    sqlite3_stmt *q = store_kept(&a->s, sql);

    store_number(q, 1, outcome);
    store_text(q, 2, reason);
    store_number(q, 3, n);
    store_do(q);
}

/* What the server says of a change: done, refused, or that it is gone. */
static ctl_exit
answered(adopt *a, int64_t n, adopt_outcome planned, int result,
    const ctl_change *change)
{
    char *text;

    if (result == LDAP_SUCCESS) {
        became(a, n, planned, "");
        return CTL_OK;
    }
    if (result < 0) {
        became(a, n, ADOPT_NOT_DONE, "no answer came, it may be done");
        return ctl_fail_ldap(a->c, CTL_SERVER, a->c->ld, result, change->dn);
    }
    text = ctl_diagnostic(a->c->ld);
    became(
        a, n, ADOPT_REFUSED, text[0] != '\0' ? text : ldap_err2string(result));
    free(text);
    return CTL_OK;
}

/* ---- passwords that go ---- */

void
adopt_change_passwords(ctl_change *change, const adopt_entry *e, int op)
{
    const char *last = NULL;
    bool options;

    ctl_change_begin(change, CTL_CHANGE_MODIFY, e->dn);
    for (size_t i = 0; i < e->n_items; i++) {
        const struct adopt_item *item = e->items + i;

        if (!adopt_is_password(item->name, &options))
            continue;
        if (last == NULL || strcasecmp(last, item->name) != 0)
            ctl_change_mod(change, op, item->name);
        ctl_change_value(change, item->value, item->n);
        last = item->name;
    }
}

/* What stands beside a password, and goes with it; NULL-terminated. */
static const char *const beside[] = {"pwdReset", "pwdChangedTime",
    "pwdAccountLockedTime", "pwdFailureTime", NULL};

/* slapd takes it only with the Relax control: it is said, no more. */
static void
print_beside(const adopt_entry *e, FILE *out)
{
    const char *value;

    for (size_t k = 0; beside[k] != NULL; k++) {
        for (size_t i = 0; (value = adopt_entry_get(e, beside[k], i)) != NULL;
            i++)
            print(out, "# %s: %s\n", beside[k], value);
    }
}

void
adopt_print_passwords(const adopt_entry *e, FILE *out)
{
    ctl_change change;

    adopt_change_passwords(&change, e, LDAP_MOD_ADD);
    if (change.n_mods > 0) {
        print_beside(e, out);
        ctl_change_print(&change, false, out);
    }
    ctl_change_free(&change);
}

/* They are on the disk before they go, and those go that are there. */
static bool
keep_copy(applier *p, const adopt_entry *e)
{
    adopt_print_passwords(e, p->dropped.file);
    return fflush(p->dropped.file) == 0 && fsync(fileno(p->dropped.file)) == 0;
}

typedef struct taker {
    applier *p;
    ctl_exit status;
    int result;
} taker;

static bool
take(void *ctx, const ctl_entry *e)
{
    taker *t = ctx;
    adopt *a = t->p->a;
    ctl_change change;
    adopt_entry entry;

    adopt_entry_read(&entry, e, 0);
    adopt_change_passwords(&change, &entry, LDAP_MOD_DELETE);
    if (change.n_mods > 0 && !keep_copy(t->p, &entry))
        t->status =
            ctl_fail(a->c, CTL_LOCAL, "%s: %s", a->dropped, strerror(errno));
    else if (change.n_mods > 0)
        t->result = ctl_change_apply(&change, a->c->ld);
    ctl_change_free(&change);
    adopt_entry_free(&entry);
    return true;
}

static ctl_exit
take_password(applier *p, const ctl_change *change, int *result)
{
    const char *names[sizeof(beside) / sizeof(beside[0]) + 1] = {
        "userPassword"};
    taker t = {p, CTL_OK, LDAP_SUCCESS};

    memcpy(names + 1, beside, sizeof(beside));
    *result = ctl_search(p->a->c, change->dn, LDAP_SCOPE_BASE,
        "(objectClass=*)", names, take, &t);
    if (*result == LDAP_SUCCESS)
        *result = t.result;
    return t.status;
}

/* ---- one ---- */

static void
print_change(const ctl_change *change, bool drops)
{
    ctl_change drop;

    if (drops) {
        ctl_change_begin(&drop, CTL_CHANGE_MODIFY, change->dn);
        ctl_change_mod(&drop, LDAP_MOD_DELETE, "userPassword");
        ctl_change_print(&drop, false, stdout);
        ctl_change_free(&drop);
    }
    ctl_change_print(change, false, stdout);
}

static ctl_exit
apply(applier *p, int64_t n, adopt_outcome planned, bool drops,
    const ctl_change *change)
{
    adopt *a = p->a;
    ctl_exit status = CTL_OK;
    int result = LDAP_SUCCESS;

    if (a->dry_run) {
        print_change(change, drops);
        became(a, n, planned, drops ? "its password goes" : "");
        return CTL_OK;
    }
    if (drops)
        status = take_password(p, change, &result);
    if (status != CTL_OK)
        return status;
    if (result == LDAP_SUCCESS)
        result = ctl_change_apply(change, a->c->ld);
    return answered(a, n, planned, result, change);
}

/* ---- all ---- */

static ctl_exit
open_dropped(applier *p)
{
    adopt *a = p->a;

    if (a->dry_run || a->dropped == NULL ||
        store_count(&a->s, "SELECT count(*) FROM entry WHERE drops AND"
                           " outcome = 0") == 0)
        return CTL_OK;
    return ctl_file_begin(a->c, &p->dropped, a->dropped, OUTPUT_NEW);
}

static ctl_exit
each(applier *p, sqlite3_stmt *q, size_t total)
{
    size_t n;
    const char *bytes = store_col_bytes(q, 3, &n);
    int64_t row = store_col(q, 0);
    adopt_outcome planned = (adopt_outcome)store_col(q, 1);
    bool drops = store_col(q, 2) != 0;
    ctl_change change;
    ctl_exit status;

    if (!ctl_change_unpack(&change, bytes, n))
        store_broken();
    status = apply(p, row, planned, drops, &change);
    ctl_progress(catalog_text(p->a->undo ? N_("giving back") : N_("writing")),
        ++p->done, total);
    ctl_change_free(&change);
    return status;
}

ctl_exit
adopt_apply(adopt *a)
{
    applier p = {a, {NULL, NULL, -1, NULL, NULL}, 0};
    size_t total = (size_t)store_count(
        &a->s, "SELECT count(*) FROM entry WHERE outcome = 0");
    ctl_exit status = open_dropped(&p), ended;
    sqlite3_stmt *q;

    if (status != CTL_OK)
        return status;
    q = store_prepare(&a->s, "SELECT n, planned, drops, change FROM entry"
                             " WHERE outcome = 0 ORDER BY late, n");
    while (status == CTL_OK && store_next(q))
        status = each(&p, q, total);
    store_end(q);
    ctl_progress_end();
    ended = ctl_file_end(a->c, &p.dropped, true);
    return status == CTL_OK ? ended : status;
}
