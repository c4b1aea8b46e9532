/* part_storm.c - the first morning: everybody binds at once, and others search.
 *
 * Two connections search, at a rate of their own (a latency counts from when a
 * search was due) or as fast as they go; so many bind with {ARGON2} in a closed
 * loop. libargon2 alone is asked in the same round.
 */
#define _GNU_SOURCE 1
#include "bench.h"

#include "raw.h"

#define SEARCHES 200

/* A storm is measured so many times as long as other things: of few searches
 * the slowest hundredth says nothing. */
#define STORM_LENGTH 2.5

/* What the server may keep beside the slots' memory. */
#define OWN_MIB 64

typedef struct storm {
    double p99;   /* of searches, ms */
    double binds; /* a second */
} storm;

/* Where not a single search was answered, at least all the time. */
static double
p99_of(const load_group *g)
{
    return (g->latency.n > 0 ? histogram_at(&g->latency, 0.99) : g->seconds) *
           1e3;
}

static storm
run_storm(const bench *b, const peer_server *p, size_t binders, double rate)
{
    people who = people_of(10000);
    requests searches = {.weight[REQUEST_SEARCH] = 1,
        .base = SUFFIX,
        .filter = "(uid=g%)",
        .n = (uint64_t)who.guardians};
    requests binds = {.weight[REQUEST_BIND] = 1,
        .dn = "uid=a%," PEOPLE,
        .password = BENCH_PASSWORD,
        .n = (uint64_t)who.argon};
    load_group groups[] = {{.url = p->s.url,
                               .connections = 2,
                               .rate = rate,
                               .send = request_send,
                               .context = &searches},
        {.url = p->s.url,
            .connections = binders,
            .busy_pause = 0.1,
            .send = request_send,
            .context = &binds}};
    storm s;

    load_run(groups, binders > 0 ? 2 : 1, b->warm_up * STORM_LENGTH,
        b->seconds * STORM_LENGTH);
    bench_settle(p);
    s.p99 = p99_of(&groups[0]);
    s.binds = load_rate(&groups[1], LDAP_SUCCESS);
    bench_say("%-5s %2zu binders, searches %s: p99 %.2f ms, %.0f binds/s",
        peer_names[p->peer], binders, rate > 0 ? "in time" : "at full speed",
        s.p99, s.binds);
    return s;
}

/* One round of one server; argon2: what libargon2 alone did in it. */
static void
round_of(bench *b, const peer_server *p, double argon2)
{
    static const struct {
        size_t binders;
        figure_id p99, full, binds;
    } sizes[] = {
        {32, FIGURE_P99_32, FIGURE_FULL_P99_32, FIGURE_STORM_BINDS_32},
        {64, FIGURE_P99_64, FIGURE_FULL_P99_64, FIGURE_STORM_BINDS_64},
    };
    double slots = 2.0 * BENCH_MEMORY / 1024;
    storm alone = run_storm(b, p, 0, SEARCHES), full = run_storm(b, p, 0, 0);

    for (size_t i = 0; i < (b->quick ? 1 : sizeof(sizes) / sizeof(sizes[0]));
        i++) {
        storm s = run_storm(b, p, sizes[i].binders, SEARCHES);

        figure_add(&b->figures, sizes[i].p99, p->peer, s.p99, alone.p99);
        figure_add(&b->figures, sizes[i].binds, p->peer, s.binds, argon2);
        s = run_storm(b, p, sizes[i].binders, 0);
        figure_add(&b->figures, sizes[i].full, p->peer, s.p99, full.p99);
    }
    figure_add(&b->figures, FIGURE_STORM_MEMORY, p->peer,
        (double)server_status_kib(&p->s, "RssAnon") / 1024, OWN_MIB + slots);
}

/* Once, for the pictures. */
static void
draw(bench *b, const peer_server *p)
{
    static const size_t binders[] = {0, 4, 8, 16, 32, 48, 64};

    for (size_t i = 0; i < sizeof(binders) / sizeof(binders[0]); i++) {
        storm s = run_storm(b, p, binders[i], SEARCHES);

        bench_point(
            b, PLOT_BINDERS, peer_names[p->peer], (double)binders[i], s.p99);
        if (binders[i] > 0)
            bench_point(b, PLOT_BINDS, peer_names[p->peer], (double)binders[i],
                s.binds);
    }
}

void
part_storm(bench *b)
{
    const unsigned peers = 1U << STOCK | 1U << OURS;
    people who = people_of(10000);
    peer_server servers[N_PEERS];

    bench_begin(b, servers, peers, &who, &(peer_setup){.sync = true});
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++) {
        round_of(b, &servers[STOCK], raw_argon2(b->seconds));
        round_of(b, &servers[OURS], raw_argon2(b->seconds));
    }
    for (int p = STOCK; p <= OURS && !b->quick; p++)
        draw(b, &servers[p]);
    bench_end(servers, peers);
}
