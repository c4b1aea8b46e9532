/* part_read.c - what everybody does all day: searches, reads, compares. */
#define _GNU_SOURCE 1
#include "bench.h"

/* What is computed, or kept by memberof, beside what is simply stored. */
static void
children(bench *b, const peer_server *p, const people *who)
{
    requests r = {.weight[REQUEST_BASE] = 1,
        .dn = "uid=three%," PEOPLE,
        .wanted = "mail",
        .n = (uint64_t)who->families};
    double stored = bench_rate(b, p, &r, BENCH_CONNECTIONS, BENCH_ACADEMY),
           shown;

    r.wanted = p->peer == OURS ? "educonnectChild" : "memberOf";
    shown = bench_rate(b, p, &r, BENCH_CONNECTIONS, BENCH_ACADEMY);
    bench_say("%-5s guardian: %.0f/s, with children %.0f/s",
        peer_names[p->peer], stored, shown);
    figure_add(&b->figures, FIGURE_CHILDREN, p->peer, shown, stored);
}

void
part_read(bench *b)
{
    const unsigned peers = 1U << BARE | 1U << STOCK | 1U << OURS;
    people who = people_of(10000);
    peer_server servers[N_PEERS];
    const requests search = {.weight[REQUEST_SEARCH] = 1,
        .base = SUFFIX,
        .filter = "(uid=g%)",
        .n = (uint64_t)who.guardians};
    const requests base = {.weight[REQUEST_BASE] = 1,
        .dn = "uid=g%," PEOPLE,
        .n = (uint64_t)who.guardians};
    const requests compare = {.weight[REQUEST_COMPARE] = 1,
        .dn = "uid=g%," PEOPLE,
        .attribute = "mail",
        .value = "g%@example.org",
        .n = (uint64_t)who.guardians};

    bench_begin(b, servers, peers, &who, &(peer_setup){.sync = true});
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++) {
        bench_against_bare(b, servers, FIGURE_SEARCH, search, BENCH_ACADEMY);
        bench_against_bare(b, servers, FIGURE_BASE, base, BENCH_ACADEMY);
        bench_against_bare(b, servers, FIGURE_COMPARE, compare, BENCH_ACADEMY);
        children(b, &servers[STOCK], &who);
        children(b, &servers[OURS], &who);
    }
    bench_end(servers, peers);
}

/* Searches offered at one rate after another, for the pictures. */
void
part_load(bench *b)
{
    static const double rates[] = {500, 1000, 2000, 4000, 6000, 8000, 10000};
    const unsigned peers = 1U << BARE | 1U << STOCK | 1U << OURS;
    people who = people_of(10000);
    peer_server servers[N_PEERS];
    requests search = {.weight[REQUEST_SEARCH] = 1,
        .base = SUFFIX,
        .filter = "(uid=g%)",
        .n = (uint64_t)who.guardians};

    bench_begin(b, servers, peers, &who, &(peer_setup){.sync = true});
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        for (int p = 0; p < N_PEERS; p++) {
            load_group g = {.url = servers[p].s.url,
                .connections = 16,
                .rate = rates[i],
                .dn = BENCH_ACADEMY,
                .password = BENCH_PASSWORD,
                .send = request_send,
                .context = &search};

            load_run(&g, 1, b->warm_up, b->seconds);
            bench_point(b, PLOT_LOAD, peer_names[p], rates[i],
                histogram_at(&g.latency, 0.99) * 1e3);
        }
    }
    bench_end(servers, peers);
}
