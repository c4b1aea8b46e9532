/* peers.h - the servers that are held against each other, and their data.
 *
 *   bare   slapd and back-mdb alone
 *   stock  slapd with what an administrator would put together without us:
 *          ppolicy, unique, constraint, memberof, refint
 *   ours   slapd with educonnect
 *
 * All have the same schema, indexes, threads, access rules and entries. Their
 * configurations stand in peers.c, beside each other.
 */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include "harness.h"

typedef enum peer { BARE, STOCK, OURS, N_PEERS } peer;

extern const char *const peer_names[N_PEERS];

/* Cost of the hashes, the same everywhere (OWASP: 19 MiB, 2 passes). */
#define BENCH_MEMORY 19456
#define BENCH_PASSES 2

/* Worker threads of every server. */
#define BENCH_THREADS "16"

#define BENCH_PASSWORD "Calanque-91-bleue"
#define BENCH_WRONG "Faux-42-mot-du-tout"

/* The people, of whom two in five are students with two guardians each:
 *   uid=s<i>  students, {SSHA}     uid=g<i>  guardians, {SSHA}
 *   uid=a<i>  BENCH_ARGON of them, guardians, {ARGON2}
 *   uid=none<i>, three<i>, five<i>, fifty<i>  BENCH_FAMILIES guardians each
 *                                   with so many children
 * All are active. */
#define BENCH_ARGON 256
#define BENCH_FAMILIES 60

typedef struct peer_server {
    server s;
    peer peer;
} peer_server;

/* Writes the people's LDIF; states: as accounts, for ours, else without what
 * only the module knows. Returns the path, allocated. */
char *peers_data(const char *directory, long people, bool states);

/* Prepares, loads and starts one; more: directives of ours, or NULL. sync: the
 * database waits for the disk at each write, as it does by default. */
void peer_begin(
    peer_server *p, peer which, const char *data, bool sync, const char *more);
void peer_end(peer_server *p);

/* Students and guardians among so many people. */
long peers_students(long people);
long peers_guardians(long people);

#endif
