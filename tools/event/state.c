/* state.c - suspend, resume, close, reopen, lock, unlock: events that are
 * written as one value.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/account/account.h"
#include "ctl/change.h"
#include "ctl/language.h"
#include "event/event.h"

static ctl_exit
send(event *e, ctl_change *change)
{
    ctl_exit status = CTL_OK;
    int result;

    if (e->dry_run) {
        ctl_change_print(change, false, stdout);
    } else {
        result = ctl_change_apply(change, e->c->ld);
        if (result == LDAP_SUCCESS)
            event_done(e, change->dn, NULL);
        else
            status = event_answered(e, change->dn, result);
    }
    ctl_change_free(change);
    return status;
}

static ctl_exit
set_state(event *e, const char *dn, const char *state)
{
    ctl_change change;

    ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
    ctl_change_set(&change, LDAP_MOD_REPLACE, "educonnectState", state);
    return send(e, &change);
}

static ctl_exit
suspend_one(event *e, const char *dn)
{
    return set_state(e, dn, "suspended");
}

static ctl_exit
close_one(event *e, const char *dn)
{
    return set_state(e, dn, "closed");
}

static ctl_exit
unlock_one(event *e, const char *dn)
{
    ctl_change change;

    ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
    ctl_change_mod(&change, LDAP_MOD_DELETE, "pwdAccountLockedTime");
    return send(e, &change);
}

static ctl_exit
lock_one(event *e, const char *dn)
{
    ctl_change change;

    ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
    ctl_change_set(
        &change, LDAP_MOD_REPLACE, "pwdAccountLockedTime", EDC_LOCKED_FOR_GOOD);
    return send(e, &change);
}

/* ---- back to the state before ---- */

typedef struct former {
    char *state;
} former;

/* A closed account that had been suspended has both states to come back to, and
 * comes back suspended. */
static bool
read_former(void *ctx, const ctl_entry *entry)
{
    former *f = ctx;

    if (ctl_entry_has(entry, "educonnectFormerState", "suspended") &&
        ctl_entry_has(entry, "educonnectState", "closed"))
        f->state = ctl_copy("suspended");
    else
        f->state = ctl_entry_first(entry, "educonnectFormerState");
    return false;
}

static ctl_exit
back_one(event *e, const char *dn)
{
    static const char *const attributes[] = {
        "educonnectState", "educonnectFormerState", NULL};
    former f = {NULL};
    ctl_exit status;
    int result = ctl_search(e->c, dn, LDAP_SCOPE_BASE, "(objectClass=*)",
        attributes, read_former, &f);

    if (result != LDAP_SUCCESS)
        return event_answered(e, dn, result);
    if (f.state == NULL) {
        event_refused(e, dn,
            ctl_text("no former state to come back to",
                "aucun état antérieur auquel revenir"));
        return CTL_OK;
    }
    status = set_state(e, dn, f.state);
    free(f.state);
    return status;
}

/* ---- the subcommands ---- */

static ctl_exit
run(ctl *c, event_step *step, ctl_opt dry_run)
{
    event e;
    ctl_exit status;

    if (c->n_args == 0)
        return ctl_fail(c, CTL_USAGE, "name the accounts, or - for a list");
    status = event_begin(&e, c);
    e.dry_run = ctl_count(c, dry_run) > 0;
    return status == CTL_OK ? event_each(&e, step) : status;
}

ctl_exit
ctl_suspend(ctl *c)
{
    return run(c, suspend_one, CTL_OPT_SUSPEND_DRY_RUN);
}

ctl_exit
ctl_resume(ctl *c)
{
    return run(c, back_one, CTL_OPT_RESUME_DRY_RUN);
}

ctl_exit
ctl_close(ctl *c)
{
    return run(c, close_one, CTL_OPT_CLOSE_DRY_RUN);
}

ctl_exit
ctl_reopen(ctl *c)
{
    return run(c, back_one, CTL_OPT_REOPEN_DRY_RUN);
}

ctl_exit
ctl_unlock(ctl *c)
{
    return run(c, unlock_one, CTL_OPT_UNLOCK_DRY_RUN);
}

ctl_exit
ctl_lock(ctl *c)
{
    return run(c, lock_one, CTL_OPT_LOCK_DRY_RUN);
}
