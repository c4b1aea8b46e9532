/* unread.h - a client that sends requests and reads no answer. */
#ifndef HARNESS_UNREAD_H
#define HARNESS_UNREAD_H

#include <ldap.h>

#include "harness/server.h"

/* Writers that slapd lets wait for their client; needs cn=monitor. */
int unread_waiters(LDAP *ld);

typedef struct unread unread;

/* Connects, and sends searches until the server waits to write an answer; it
 * needs cn=monitor. */
unread *unread_begin(const server *s);

/* Closes the connection, and frees. */
void unread_end(unread *u);

#endif
