/* purge.h - one run of educonnectctl purge. */
#ifndef PURGE_H
#define PURGE_H

#include "ctl/ctl.h"
#include "purge/due.h"
#include "source/store.h"

typedef struct purge {
    ctl *c;
    purge_rules rules;
    double share;        /* of all accounts that may go, 0.1 */
    int64_t keep_logins; /* seconds that a login is given to nobody; 0: none */
    char *printed; /* DN of what former logins stand in, known to be there */
    bool apply;
    bool json;
    store store; /* what is due */
    int64_t all; /* accounts that were read */
    int64_t n[PURGE_N_VERDICTS];
    int64_t deleted, changed, refused; /* of purge_apply() */
    int64_t unknown;                   /* no answer came */
} purge;

/* Reads every account and keeps in the store what is due. CTL_OK, or what to
 * exit with after it has printed why. */
ctl_exit purge_find(purge *p);

/* Prints what is due as LDIF, or deletes it. */
ctl_exit purge_print(purge *p);
ctl_exit purge_apply(purge *p);

/* How many accounts are due. */
int64_t purge_due(const purge *p);

#endif
