/* load.h - load on an LDAP server: groups of connections that all do the same.
 *
 * Every group runs in one thread that polls its connections, so that hundreds
 * of clients cost little beside the server on the same machine.
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "histogram.h"

#define LOAD_CODES 128

typedef struct load_group load_group;

/* Whose turn it is to send. */
typedef struct load_turn {
    size_t connection;
    uint64_t step;   /* of this connection */
    uint64_t serial; /* of the group */
} load_turn;

/* Sends one request without waiting; returns libldap's result. Runs in the
 * group's thread. */
typedef int (*load_send)(
    load_group *g, LDAP *ld, const load_turn *turn, int *message);

struct load_group {
    const char *url;
    size_t connections;
    /* 0: closed, every connection sends when it was answered; else so many
     * requests a second by all together, whatever comes back: a latency then
     * counts from when the request was due. */
    double rate;
    double busy_pause;   /* seconds before a connection tries again after 51 */
    uint64_t limit;      /* requests, after which the group ends; 0: none */
    bool in_pairs;       /* a connection's second request undoes its first */
    const char *address; /* that is connected from, NULL: any */
    const char *dn, *password; /* all are bound as, NULL: anonymous */
    load_send send;
    void *context;

    /* what came of it, within the time that is measured */
    histogram latency; /* of answers other than 51 */
    uint64_t answers[LOAD_CODES];
    uint64_t failures; /* lost connections, other codes */
    double seconds;    /* that were measured */
    uint64_t sent;     /* requests, before and within them */
};

/* Runs the groups together: warm_up seconds that do not count, then so many
 * that do. A group with a limit ends when it was answered so often, and counts
 * from the start. What is under way then is waited for, and pairs are
 * completed, so that nothing of it is left to the next run. Ends the program
 * with a message when a server cannot be reached. */
void load_run(load_group *groups, size_t n, double warm_up, double seconds);

/* Answers of one code a second; of all codes but 51. */
double load_rate(const load_group *g, int code);
double load_rate_of_all(const load_group *g);

/* Seconds, from no particular beginning. */
double load_now(void);

#endif
