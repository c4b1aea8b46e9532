/* bench.c - what the parts of a run share. */
#define _GNU_SOURCE 1
#include "bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Writes while somebody reads. */
#define AGE_WRITES 200

/* Longest that a run of so many requests may take. */
#define LIMIT_SECONDS 60

/* How often a measurement is tried, each time for longer: a machine that others
 * use may answer nothing for a moment. */
#define TRIES 4
#define LONGER 3

/* Longest that a server may go on by itself. */
#define SETTLE_SECONDS 60

void
bench_say(const char *format, ...)
{
    static double begin;
    va_list list;

    if (begin == 0)
        begin = load_now();
    fprintf(stderr, "%6.0f s  ", load_now() - begin);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

void
bench_point(bench *b, plot plot, const char *series, double x, double y)
{
    point *p = &b->points[b->n_points];

    if (b->n_points == BENCH_POINTS_MAX)
        FAIL("too many points");
    b->n_points++;
    p->plot = plot;
    snprintf(p->series, sizeof(p->series), "%s", series);
    p->x = x;
    p->y = y;
}

void
bench_begin_part(bench *b)
{
    b->figures.part++;
}

bool
bench_goes_on(const bench *b, int round)
{
    figure_id id;

    if (round < b->rounds)
        return true;
    id = figure_wanting(&b->figures, b->rounds, !b->quick);
    if (round >= b->rounds_most || id == N_FIGURES)
        return false;
    bench_say("once more: \"%s\" %s", figure_infos[id].title,
        b->figures.of[id][OURS].n < b->rounds ? "lacks a round"
                                              : "is undecided");
    return true;
}

/* Whoever answers something else than it should measures something else. */
static bool
is_right(const load_group *g, const peer_server *p, const requests *r)
{
    uint64_t good = g->answers[LDAP_SUCCESS] + g->answers[LDAP_COMPARE_TRUE] +
                    g->answers[LDAP_COMPARE_FALSE];

    if (g->failures == 0 && g->latency.n > 0 && good * 100 >= g->latency.n * 99)
        return true;
    bench_say("%s: of %lu answers for %s only %lu were right, %lu failed: "
              "not counted",
        peer_names[p->peer], (unsigned long)g->latency.n,
        r->dn != NULL ? r->dn : r->base, (unsigned long)good,
        (unsigned long)g->failures);
    return false;
}

static load_group
group_of(const peer_server *p, requests *r, size_t connections, const char *dn)
{
    return (load_group){.url = p->s.url,
        .connections = connections,
        .busy_pause = 0.1,
        .dn = dn,
        .password = dn != NULL ? BENCH_PASSWORD : NULL,
        .in_pairs = r->weight[REQUEST_TOGGLE] + r->weight[REQUEST_SWITCH] > 0,
        .send = request_send,
        .context = r};
}

static double
rate(const peer_server *p, requests *r, size_t connections, const char *dn,
    double warm_up, double seconds)
{
    for (int try = 0; try < TRIES; try++, seconds *= LONGER) {
        load_group g = group_of(p, r, connections, dn);

        load_run(&g, 1, warm_up, seconds);
        if (is_right(&g, p, r))
            return load_rate_of_all(&g);
        bench_settle(p);
    }
    FAIL("%s does not answer as it should", peer_names[p->peer]);
}

double
bench_rate(const bench *b, const peer_server *p, requests *r,
    size_t connections, const char *dn)
{
    return rate(p, r, connections, dn, b->warm_up, b->seconds);
}

void
bench_mean(double *mean, double rate, int turns)
{
    if (rate <= 0)
        *mean = -1;
    else if (*mean >= 0)
        *mean += rate / turns;
}

double
bench_rate_once(const peer_server *p, requests *r, size_t connections,
    const char *dn, double seconds)
{
    load_group g = group_of(p, r, connections, dn);
    uint64_t used;

    if (r->n == 0) {
        bench_say("%-5s nobody is left for another turn", peer_names[p->peer]);
        return 0;
    }
    g.limit = r->n;
    r->in_order = true;
    load_run(&g, 1, 0, seconds);
    used = g.sent < r->n ? g.sent : r->n;
    r->first += used;
    r->n -= used;
    return is_right(&g, p, r) ? load_rate_of_all(&g) : 0;
}

/* Turns that a round is made of, each begun by another server, and how many of
 * them are as long as another measurement. */
#define TURNS 6
#define TURNS_QUICK 3
#define TURNS_A_MEASUREMENT 3

void
bench_against_bare(bench *b, peer_server servers[N_PEERS], figure_id id,
    requests r, const char *dn)
{
    int turns = b->quick ? TURNS_QUICK : TURNS;
    double all[N_PEERS] = {0};

    for (int turn = 0; turn < turns; turn++) {
        for (int i = 0; i < N_PEERS; i++) {
            int p = (turn + i) % N_PEERS;

            all[p] += rate(&servers[p], &r, BENCH_CONNECTIONS, dn,
                          b->warm_up / TURNS_A_MEASUREMENT,
                          b->seconds / TURNS_A_MEASUREMENT) /
                      turns;
        }
    }
    figure_add(&b->figures, id, STOCK, all[STOCK], all[BARE]);
    figure_add(&b->figures, id, OURS, all[OURS], all[BARE]);
    bench_say("%s: bare %.0f/s, stock %.0f/s, ours %.0f/s",
        figure_infos[id].title, all[BARE], all[STOCK], all[OURS]);
}

void
bench_settle(const peer_server *p)
{
    struct timespec moment = {0, 30 * 1000 * 1000};
    double before, now = peer_seconds(p);
    double until = load_now() + SETTLE_SECONDS;
    int quiet = 0;

    while (quiet < 2 && load_now() < until) {
        nanosleep(&moment, NULL);
        before = now;
        now = peer_seconds(p);
        quiet = now > before ? 0 : quiet + 1;
    }
}

/* Every database in use has a list of free pages, from the times when somebody
 * read for long; LMDB's writes cost more then. Ours looks at all links once
 * after a start: before. */
static void
age(const peer_server *p)
{
    requests look = {.weight[REQUEST_BASE] = 1, .dn = SUFFIX, .n = 1};
    requests notes = {.weight[REQUEST_MODIFY] = 1,
        .dn = "uid=a%," PEOPLE,
        .attribute = "description",
        .value = "note %",
        .n = AGE_WRITES};
    peer_reader *reader;

    (void)bench_rate_once(p, &look, 1, BENCH_PROVISIONER, LIMIT_SECONDS);
    bench_settle(p);
    reader = peer_read(p);
    (void)bench_rate_once(p, &notes, 1, BENCH_PROVISIONER, LIMIT_SECONDS);
    peer_read_end(reader);
    bench_settle(p);
}

void
bench_begin(bench *b, peer_server servers[N_PEERS], unsigned peers,
    const people *who, const peer_setup *how)
{
    for (int p = 0; p < N_PEERS; p++) {
        char *data;

        if ((peers & 1U << p) == 0)
            continue;
        data = peers_data(b->directory, who, (peer)p);
        peer_begin(&servers[p], (peer)p, data, how);
        unlink(data);
        free(data);
        age(&servers[p]);
    }
}

void
bench_end(peer_server servers[N_PEERS], unsigned peers)
{
    for (int p = 0; p < N_PEERS; p++) {
        if ((peers & 1U << p) != 0)
            peer_end(&servers[p]);
    }
}
