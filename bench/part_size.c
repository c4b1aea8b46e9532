/* part_size.c - whether what an event costs depends on how many people there
 * are: the same work in directories of several sizes, without fsync and with a
 * hash that costs next to nothing, so that what is left is the server's.
 */
#define _GNU_SOURCE 1
#include "bench.h"

#include <stdio.h>

#define SIZES_MAX 3

#define CHEAP_HASH "educonnect-hash memory=64 time=1\n"
#define CHEAP_KIB 64

#define ROUNDS 3

/* Once-only events in a round. */
#define LETTERS 1000
#define DELETES 300

/* The work: what is sent, by whom, and to how many entries of all (0: all
 * guardians). */
typedef struct work {
    figure_id id;
    const char *name, *who;
    requests requests;
    uint64_t limit; /* so many a round, each once; 0: as fast as it goes */
    bool ours_only;
} work;

static const work works[] = {
    {FIGURE_SIZE_SEARCH, "search", BENCH_ACADEMY,
        {.weight[REQUEST_SEARCH] = 1, .base = SUFFIX, .filter = "(uid=g%)"}, 0,
        false},
    {FIGURE_SIZE_CHILDREN, "children", BENCH_ACADEMY,
        {.weight[REQUEST_BASE] = 1,
            .dn = "uid=three%," PEOPLE,
            .wanted = "educonnectChild",
            .n = 1000},
        0, true},
    {FIGURE_SIZE_BIND, "bind", NULL,
        {.weight[REQUEST_BIND] = 1,
            .dn = "uid=a%," PEOPLE,
            .password = BENCH_PASSWORD,
            .n = 256},
        0, false},
    {FIGURE_SIZE_MODIFY, "modify", BENCH_PROVISIONER,
        {.weight[REQUEST_MODIFY] = 1,
            .dn = "uid=g%," PEOPLE,
            .attribute = "description",
            .value = "note %",
            .n = 5000},
        0, false},
    {FIGURE_SIZE_STATE, "suspend and resume", BENCH_ACADEMY,
        {.weight[REQUEST_SWITCH] = 1,
            .dn = "uid=g%," PEOPLE,
            .attribute = "educonnectState",
            .value = "suspended",
            .other = "active",
            .n = 5000},
        0, true},
    {FIGURE_SIZE_LETTER, "letter", BENCH_ACADEMY,
        {.weight[REQUEST_LETTER] = 1, .dn = "uid=u%," PEOPLE}, LETTERS, true},
    {FIGURE_SIZE_LINK, "link", BENCH_PROVISIONER,
        {.weight[REQUEST_TOGGLE] = 1,
            .dn = "uid=l%," PEOPLE,
            .attribute = "educonnectGuardian",
            .value = "uid=g%," PEOPLE,
            .n = 4000},
        0, false},
    {FIGURE_SIZE_DELETE, "delete", BENCH_PROVISIONER,
        {.weight[REQUEST_DELETE] = 1, .dn = "uid=five%," PEOPLE}, DELETES,
        false},
};

#define N_WORKS (sizeof(works) / sizeof(works[0]))

/* The servers of one size: bare, which says what the tree of the database
 * itself costs, and ours. */
typedef struct sized {
    peer_server servers[N_PEERS];
    people who;
    long entries;
} sized;

static const unsigned peers = 1U << BARE | 1U << OURS;

static double
rate_of(bench *b, const sized *s, peer p, const work *w, int round)
{
    requests r = w->requests;
    double rate;

    if (w->limit != 0) {
        r.first = (uint64_t)round * w->limit;
        r.n = w->limit;
        r.in_order = true;
        rate = bench_rate_of(
            b, &s->servers[p], &r, BENCH_CONNECTIONS, w->who, w->limit);
    } else {
        if (r.n == 0)
            r.n = (uint64_t)s->who.guardians;
        rate = bench_rate(b, &s->servers[p], &r, BENCH_CONNECTIONS, w->who);
    }
    bench_settle(&s->servers[p]);
    return rate;
}

static void
begin_size(bench *b, sized *s, long entries)
{
    s->entries = entries;
    s->who = people_of(entries);
    s->who.large = 0;
    s->who.memory = CHEAP_KIB;
    s->who.passes = 1;
    bench_begin(b, s->servers, peers, &s->who, false, CHEAP_HASH);
    bench_say("%ld people are there", entries);
}

/* One kind of work on one peer; the sizes between only once, for the
 * picture. */
static void
run_work(bench *b, const sized *all, size_t n, peer p, const work *w, int round,
    bool last)
{
    double rates[SIZES_MAX] = {0};

    for (size_t i = 0; i < n; i++) {
        if (i != 0 && i != n - 1 && !last)
            continue;
        rates[i] = rate_of(b, &all[i], p, w, round);
        if (last && p == OURS)
            bench_point(
                b, PLOT_SIZE, w->name, (double)all[i].entries, 1e3 / rates[i]);
    }
    bench_say("%-5s %s: %.0f/s of %ld people, %.0f/s of %ld", peer_names[p],
        w->name, rates[0], all[0].entries, rates[n - 1], all[n - 1].entries);
    figure_add(&b->figures, w->id, p, rates[n - 1], rates[0]);
}

void
part_size(bench *b)
{
    static const long sizes[] = {10000, 100000, 1000000};
    size_t n = b->quick ? 2 : 3;
    int rounds = b->quick ? 1 : ROUNDS < b->rounds ? ROUNDS : b->rounds;
    sized all[SIZES_MAX];

    for (size_t i = 0; i < n; i++)
        begin_size(b, &all[i], sizes[i]);
    for (int round = 0; round < rounds; round++) {
        for (size_t w = 0; w < N_WORKS; w++) {
            if (!works[w].ours_only)
                run_work(
                    b, all, n, BARE, &works[w], round, round == rounds - 1);
            run_work(b, all, n, OURS, &works[w], round, round == rounds - 1);
        }
    }
    for (size_t i = 0; i < n; i++)
        bench_end(all[i].servers, peers);
}
