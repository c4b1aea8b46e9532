/* replica.h - servers that hold the same data. */
#ifndef HARNESS_REPLICA_H
#define HARNESS_REPLICA_H

#include "harness/sample.h"

/* For setup.databases and setup.below of a delta-syncrepl provider. */
#define REPLICA_MODULES "moduleload syncprov\nmoduleload accesslog\n"
#define REPLICA_LOG                                                            \
    "database mdb\nsuffix cn=log\nrootdn " ROOT_DN "\n"                        \
    "directory %s/log-db\nmaxsize 536870912\ndbnosync\n"                       \
    "index entryCSN,reqStart,reqResult,reqDN,objectClass eq\n"                 \
    "limits dn.exact=\"" ROOT_DN "\" size=unlimited\n"                         \
    "overlay syncprov\nsyncprov-nopresent TRUE\nsyncprov-reloadhint TRUE\n"
#define REPLICA_OVERLAYS                                                       \
    "overlay syncprov\noverlay accesslog\nlogdb cn=log\n"                      \
    "logops writes\nlogsuccess TRUE\n"

/* What follows "syncrepl ..." for delta-syncrepl. */
#define REPLICA_DELTA                                                          \
    "logbase=\"cn=log\" syncdata=accesslog "                                   \
    "logfilter=\"(&(objectClass=auditWriteObject)(reqResult=0))\""

/* A syncrepl line that takes everything from a server; allocated. */
char *replica_of(const char *url, int rid, const char *more);

/* Providers: plain syncrepl, and delta-syncrepl. */
extern const setup replica_plain;
extern const setup replica_delta;

/* Starts a consumer of a server that runs. Its setup is this one (NULL: what a
 * consumer needs) with syncrepl in its database; more follows there. */
void replica_start(server *consumer, const server *provider, const setup *how,
    const char *more);

/* For the setup.global of a consumer that hands writes on, bound as dn; more is
 * added to chain-idassert-bind. Needs back_ldap; allocated. */
char *replica_chain(const server *provider, const char *dn,
    const char *password, const char *more);

/* A provider with the sample, and its consumer. */
typedef struct replica_pair {
    world provider;
    server consumer;
} replica_pair;
void replica_pair_begin(
    replica_pair *p, const setup *provider, const char *more);
void replica_pair_end(replica_pair *p);

/* Waits until the consumer has all that was written. */
void replica_pair_meet(const replica_pair *p);

/* Waits until both servers have heard of the same changes. */
void replicas_meet(const server *a, const server *b);

/* Every line of slapcat with its entry's DN in front, sorted, without
 * contextCSN; allocated. */
char *replica_dump(server *s);

/* Waits until they meet and fails the test unless they hold the same, entryCSN
 * included. */
void replicas_agree(server *a, server *b);

#endif
