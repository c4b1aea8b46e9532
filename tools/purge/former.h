/* former.h - logins of accounts that were deleted, which nobody is given for a
 * time: mail and shared files of the former holder would reach the next one of
 * that name.
 *
 * The directory remembers them: an entry cn=<login>,ou=former-logins beside
 * where the account stood, of the class organizationalRole with ou:
 * former-logins, and nothing else; its createTimestamp is the day. Imports give
 * no login that stands there.
 */
#ifndef PURGE_FORMER_H
#define PURGE_FORMER_H

#include "ctl/change.h"
#include "purge/purge.h"

/* The entry that remembers a login of an account with this DN; allocated. */
char *former_dn(const char *account, const char *login);

/* Prints the LDIF that makes it, and what it stands in where that is not there.
 */
void former_print(purge *p, const char *account, const char *login);

/* Makes it, and what it stands in. LDAP_ALREADY_EXISTS: it was there. */
int former_remember(purge *p, const char *account, const char *login);

/* Takes it away again: the account was not deleted. */
void former_forget(purge *p, const char *account, const char *login);

/* Logins whose time is over: printed as LDIF, or given free. */
ctl_exit former_sweep(purge *p);

#endif
