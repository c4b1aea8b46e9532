/* carried.h - claim, merge and contest by way of a server in front, which sends
 * them on for the client: what is the same for all such servers.
 */
#ifndef EXOP_CARRIED_H
#define EXOP_CARRIED_H

#include "harness/exop.h"
#include "harness/sample.h"

#define NEW_PASSWORD "Primevere-2026-Or"

/* Who carries for everybody and has no other right. */
#define PORTAL "uid=portal," STAFF_DN
#define PORTAL_PASSWORD "portal-secret"
void carried_add_portal(world *w);

/* Guardians, of whom one is to be claimed and two are to be merged into a. */
typedef struct carried {
    account a, b, claimed, d;
    char mobile[16]; /* of claimed */
} carried;

/* Makes them; rounds of one world have different numbers, 0 to 9. */
void carried_begin(carried *c, world *w, int round);

/* Sends every operation to the server in front, as who may, and sees it done in
 * the world behind. */
void carried_arrive(const carried *c, world *w, const server *front);

/* That a session may neither merge two active accounts nor claim one. */
void carried_refused(world *w, LDAP *ld, const account *a, const account *b,
    int code, const char *codes);

/* That b was not merged, nor a's child contested. */
void carried_nothing(world *w, const account *a, const account *b);

#endif
