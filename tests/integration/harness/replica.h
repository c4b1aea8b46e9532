/* replica.h - servers that hold the same data. */
#ifndef HARNESS_REPLICA_H
#define HARNESS_REPLICA_H

#include "harness/server.h"

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

/* Waits until both servers have heard of the same changes. */
void replicas_meet(const server *a, const server *b);

/* Every line of slapcat with its entry's DN in front, sorted, without
 * contextCSN; allocated. */
char *replica_dump(server *s);

/* Waits until they meet and fails the test unless they hold the same, entryCSN
 * included. */
void replicas_agree(server *a, server *b);

#endif
