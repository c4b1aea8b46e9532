/* pending.h - a simple bind that is sent and answered later. */
#ifndef HARNESS_PENDING_H
#define HARNESS_PENDING_H

#include "harness/client.h"

typedef struct pending {
    LDAP *ld;
    int id;
} pending;

/* Sends one on a connection of its own; fails the test when it cannot. */
void pending_bind(
    const server *s, pending *p, const char *dn, const char *password);

/* Its result code, -1 when none came within a minute; ends the connection. */
int pending_result(pending *p);

#endif
