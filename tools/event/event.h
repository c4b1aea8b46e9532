/* event.h - the events of accounts as subcommands: for the accounts named, or
 * for a list.
 */
#ifndef EVENT_H
#define EVENT_H

#include "ctl/ctl.h"

/* One call. */
typedef struct event {
    ctl *c;
    bool json, dry_run;
    size_t n_done, n_refused;
} event;

/* What an event is for one account. dn is the account's. Returns CTL_OK; an
 * answer of the server's that is a refusal was told to event_refused(). Any
 * other status ends the list. */
typedef ctl_exit event_step(event *e, const char *dn);

/* Runs the step for every account that the arguments name, or that stdin names,
 * a word a line, when the argument is "-" (empty lines and what follows a # are
 * passed over). A word that names no account is a refusal, and the list goes
 * on. CTL_OK, CTL_REFUSED when something was refused, or what ended it. */
ctl_exit event_each(event *e, event_step *step);

/* Begins a call: the common options, a session. */
ctl_exit event_begin(event *e, ctl *c);

/* What became of one account: a line, or a JSON object. text may be NULL. */
void event_done(event *e, const char *dn, const char *text);
void event_refused(event *e, const char *dn, const char *reason);

/* The same for an LDAP result that is no success: the server's own words. A
 * lost connection is CTL_SERVER. */
ctl_exit event_answered(event *e, const char *dn, int result);

#endif
