/* forward.h - the lock of a server that takes no writes, handed on to the one
 * that does.
 */
#ifndef OV_FORWARD_H
#define OV_FORWARD_H

#include "slapd/instance.h"

/* Has the time of a lock written to the account where writes are taken, as
 * slapo-ppolicy's ppolicy_forward_updates does: as rootdn, with the Relax
 * control, by way of this server's update referral, which slapo-chain follows.
 * Not when the account has changed there from what this server knows. Returns
 * an LDAP result: LDAP_REFERRAL when nobody chains. Waits for the other server.
 * Call between ov_enter() and ov_leave(), in a task of the server's own. */
int ov_forward_lock(Operation *op, Entry *entry, const struct berval *time);

#endif
