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

#include "harness/harness.h"

typedef enum peer { BARE, STOCK, OURS, N_PEERS } peer;

extern const char *const peer_names[N_PEERS];

/* Cost of the hashes, the same everywhere (OWASP: 19 MiB, 2 passes). */
#define BENCH_MEMORY 19456
#define BENCH_PASSES 2

/* Worker threads of every server. */
#define BENCH_THREADS "16"

#define BENCH_PASSWORD "Calanque-91-bleue"
#define BENCH_WRONG "Faux-42-mot-du-tout"

/* Identities: the academy, and a portal that binds on every page (its hash is
 * {ARGON2}). Both have BENCH_PASSWORD. */
#define BENCH_ACADEMY "uid=academy," STAFF_DN
#define BENCH_PROVISIONER "uid=provisioner," STAFF_DN
#define BENCH_PORTAL "uid=portal," STAFF_DN

/* Who is in a directory. Accounts are active, with {SSHA} passwords, but for
 * a<i> and u<i>. */
typedef struct people {
    long guardians; /* uid=g<i> */
    long students;  /* uid=s<i>: of g<i> and g<i+1> */
    long argon;     /* uid=a<i>: guardians with {ARGON2} */
    long links;     /* uid=l<i>: students of a<i % argon> only */
    long letters;   /* uid=u<i>: guardians, uninformed, without a password */
    long families;  /* uid=none<i>, three<i>: guardians with so many children
                       who have no other */
    long fives;     /* uid=five<i>: the same */
    long large;     /* uid=fifty<i>: the same */
    long claims;    /* uid=c<i>, i from PEOPLE_CLAIM_FIRST on: uninformed
                       guardians with mobile +337<i> and one child */
    long merges;    /* uid=m<i> and uid=n<i>: guardians who are one person */
    long memory, passes; /* of {ARGON2}, KiB */
} people;

#define PEOPLE_CLAIM_FIRST 10000000

/* So many people, two in five of them students, and of the others what the
 * measurements need. */
people people_of(long all);

typedef struct peer_server {
    server s;
    peer peer;
    char memory[48]; /* directory of the database in memory, "": on disk */
} peer_server;

/* Writes the people's LDIF: ours with their states, the others with as much of
 * something else, stock with memberOf on the guardians of families, as its
 * overlay would have put there. Returns the path, allocated. */
char *peers_data(const char *directory, const people *who, peer which);

/* How servers are configured beside the usual; NULL: nothing. */
typedef struct peer_setup {
    /* The database waits for the disk at each write, as it does by default;
     * else it does not, and is in memory: what a file system makes of writes
     * depends on how the file came to be. */
    bool sync;
    const char *ours;     /* directives of ours */
    const char *global;   /* lines of all: before the databases */
    const char *database; /* and in the one of the people */
} peer_setup;

/* Prepares, loads and starts one; data NULL: nothing is loaded. */
void peer_begin(
    peer_server *p, peer which, const char *data, const peer_setup *how);
void peer_end(peer_server *p);

/* A reader of the database that stays until it is ended: pages that are freed
 * meanwhile stay free afterwards. */
typedef struct peer_reader peer_reader;
peer_reader *peer_read(const peer_server *p);
void peer_read_end(peer_reader *reader);

/* A server with nothing behind it: every entry is no such object. */
void peer_begin_null(peer_server *p);

/* Seconds of processor time that it has used. */
double peer_seconds(const peer_server *p);

#endif
