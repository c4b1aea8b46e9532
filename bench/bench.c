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

/* Whoever answers something else than it should measures something else. */
static void
check_answers(const load_group *g, const peer_server *p, const requests *r)
{
    uint64_t good = g->answers[LDAP_SUCCESS] + g->answers[LDAP_COMPARE_TRUE] +
                    g->answers[LDAP_COMPARE_FALSE];

    if (g->failures > 0 || good * 100 < g->latency.n * 99)
        FAIL("%s: of %lu answers for %s only %lu were right, %lu failed",
            peer_names[p->peer], (unsigned long)g->latency.n, r->dn,
            (unsigned long)good, (unsigned long)g->failures);
}

static load_group
group_of(const peer_server *p, requests *r, size_t connections, const char *dn)
{
    return (load_group){.url = p->s.url,
        .connections = connections,
        .busy_pause = 0.1,
        .dn = dn,
        .password = dn != NULL ? BENCH_PASSWORD : NULL,
        .send = request_send,
        .context = r};
}

static double
rate(const peer_server *p, requests *r, size_t connections, const char *dn,
    double warm_up, double seconds)
{
    load_group g = group_of(p, r, connections, dn);

    load_run(&g, 1, warm_up, seconds);
    check_answers(&g, p, r);
    return load_rate_of_all(&g);
}

double
bench_rate(const bench *b, const peer_server *p, requests *r,
    size_t connections, const char *dn)
{
    return rate(p, r, connections, dn, b->warm_up, b->seconds);
}

double
bench_rate_of(const bench *b, const peer_server *p, requests *r,
    size_t connections, const char *dn, uint64_t limit)
{
    load_group g = group_of(p, r, connections, dn);

    (void)b;
    g.limit = limit;
    load_run(&g, 1, 0, LIMIT_SECONDS);
    check_answers(&g, p, r);
    return load_rate_of_all(&g);
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
    struct timespec moment = {0, 100 * 1000 * 1000};
    double before, now = peer_seconds(p);
    int quiet = 0;

    while (quiet < 3) {
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
age(const bench *b, const peer_server *p)
{
    requests look = {.weight[REQUEST_BASE] = 1, .dn = SUFFIX, .n = 1};
    requests notes = {.weight[REQUEST_MODIFY] = 1,
        .dn = "uid=a%," PEOPLE,
        .attribute = "description",
        .value = "note %",
        .n = 256};
    peer_reader *reader;

    (void)bench_rate_of(b, p, &look, 1, BENCH_PROVISIONER, 1);
    bench_settle(p);
    reader = peer_read(p);
    (void)bench_rate_of(b, p, &notes, 1, BENCH_PROVISIONER, AGE_WRITES);
    peer_read_end(reader);
    bench_settle(p);
}

void
bench_begin(bench *b, peer_server servers[N_PEERS], unsigned peers,
    const people *who, bool sync, const char *directives)
{
    for (int p = 0; p < N_PEERS; p++) {
        char *data;

        if ((peers & 1U << p) == 0)
            continue;
        data = peers_data(b->directory, who, (peer)p);
        peer_begin(&servers[p], (peer)p, data, sync, directives);
        unlink(data);
        free(data);
        age(b, &servers[p]);
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
