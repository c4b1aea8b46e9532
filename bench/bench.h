/* bench.h - one run of `make bench`: what its parts share.
 *
 * A part starts the servers that it holds against each other, and in every
 * round asks all of them, one after the other, in the same minute.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "figure.h"
#include "peers.h"
#include "request.h"

/* Points of the plots. */
#define BENCH_POINTS_MAX 512

typedef enum plot {
    PLOT_LOAD,    /* searches offered a second; their p99, ms */
    PLOT_BINDERS, /* connections that bind; p99 of searches beside, ms */
    PLOT_BINDS,   /* connections that bind; binds a second */
    PLOT_SIZE,    /* entries; cost of an event, ms */
    N_PLOTS
} plot;

typedef struct point {
    plot plot;
    char series[48];
    double x, y;
} point;

/* Limits without an overlay, and without slapd. */
typedef struct limits {
    double argon2, lmdb, lmdb_nosync; /* a second */
    double null_search, null_bind;    /* slapd with back-null */
} limits;

typedef struct bench {
    bool quick;
    /* Where one has failed, or in the long run something is undecided, up to
     * rounds_most. */
    int rounds, rounds_most;
    double seconds, warm_up; /* of one measurement */
    char directory[48];      /* of the data */
    limits limits;
    figures figures;
    point points[BENCH_POINTS_MAX];
    size_t n_points;
    char gate[160]; /* how long passwords waited and took; "": not measured */
} bench;

void bench_point(bench *b, plot plot, const char *series, double x, double y);

/* Begins a part, whose rounds are then counted from 0: whether there is to be
 * one more. Says why, when it is not one of the usual. */
void bench_begin_part(bench *b);
bool bench_goes_on(const bench *b, int round);

/* What is answered with success a second, by so many connections in a closed
 * loop, bound as dn (NULL: anonymous). What fails is told, and tried again when
 * the server has nothing more to do; what fails again and again ends the
 * program. */
double bench_rate(const bench *b, const peer_server *p, requests *r,
    size_t connections, const char *dn);

/* Adds a turn's rate to the mean of so many turns; one without (0) spoils the
 * mean, which is below 0 then. */
void bench_mean(double *mean, double rate, int turns);

/* The same for what is done to each entry once, in order: for so many seconds,
 * without a warm-up, or until r->n are done. *r is left without those that were
 * used. A failure is told and returned as 0, which figure_add() leaves out:
 * the next round has other entries. */
double bench_rate_once(const peer_server *p, requests *r, size_t connections,
    const char *dn, double seconds);

/* Connections of a figure that is not about their number. */
#define BENCH_CONNECTIONS 4

/* One round of a figure: stock and ours beside bare. The machine's speed
 * drifts, so a round is made of short turns. */
void bench_against_bare(bench *b, peer_server servers[N_PEERS], figure_id id,
    requests r, const char *dn);

/* Returns when the server has nothing more to do. */
void bench_settle(const peer_server *p);

/* Says where the run is. */
void bench_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Starts servers of the peers that are named by bits; data is made and removed
 * again. */
void bench_begin(bench *b, peer_server servers[N_PEERS], unsigned peers,
    const people *who, const peer_setup *how);
void bench_end(peer_server servers[N_PEERS], unsigned peers);

/* The parts. */
void part_raw(bench *b);
void part_storm(bench *b);
void part_bind(bench *b);
void part_guess(bench *b);
void part_load(bench *b);
void part_read(bench *b);
void part_write(bench *b);
void part_delete(bench *b);
void part_once(bench *b);
void part_replica(bench *b);
void part_size(bench *b);

/* Writes results.json, results.md and the plots' data and pictures into a
 * directory. Returns false, with a message, when it cannot. */
bool result_write(const bench *b, const char *directory);

#endif
