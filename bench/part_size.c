/* part_size.c - whether what an event costs depends on how many people there
 * are: the same work in directories of several sizes, without fsync and with a
 * hash that costs next to nothing, so that what is left is the server's. Bare
 * slapd does what is nearest to it, which says what the tree of the database
 * itself costs.
 */
#define _GNU_SOURCE 1
#include "bench.h"

#include <stdio.h>

#define SIZES_MAX 3

#define CHEAP_HASH "educonnect-hash memory=64 time=1\n"
#define CHEAP_KIB 64

/* A round is made of short turns, small and large in turn: others use the
 * machine as well, and its speed drifts. Of what is done to somebody once, a
 * turn is shorter. */
#define TURNS 3
#define TURNS_QUICK 2
#define ONCE_SECONDS 0.06
#define ONCE_SECONDS_QUICK 0.03

/* People to whom something is done once, enough for all rounds. */
#define ONCE 6000
#define ONCE_QUICK 2500

/* The work: what is sent, by whom, and to how many entries of all (0: all
 * guardians). What bare cannot do it does `bare` for. */
typedef struct work {
    figure_id id;
    const char *name, *who;
    requests requests;
    bool once; /* to each entry */
    requests bare;
} work;

#define NOTE                                                                   \
    {.weight[REQUEST_MODIFY] = 1,                                              \
        .dn = "uid=g%," PEOPLE,                                                \
        .attribute = "description",                                            \
        .value = "note %",                                                     \
        .n = 5000}

static const work works[] = {
    {FIGURE_SIZE_SEARCH, "search", BENCH_ACADEMY,
        {.weight[REQUEST_SEARCH] = 1, .base = SUFFIX, .filter = "(uid=g%)"},
        false, {.n = 0}},
    {FIGURE_SIZE_CHILDREN, "children", BENCH_ACADEMY,
        {.weight[REQUEST_BASE] = 1,
            .dn = "uid=three%," PEOPLE,
            .wanted = "educonnectChild",
            .n = 1000},
        false,
        {.weight[REQUEST_BASE] = 1,
            .dn = "uid=three%," PEOPLE,
            .wanted = "mail",
            .n = 1000}},
    {FIGURE_SIZE_BIND, "bind", NULL,
        {.weight[REQUEST_BIND] = 1,
            .dn = "uid=a%," PEOPLE,
            .password = BENCH_PASSWORD,
            .n = 256},
        false, {.n = 0}},
    {FIGURE_SIZE_MODIFY, "modify", BENCH_PROVISIONER, NOTE, false, {.n = 0}},
    {FIGURE_SIZE_STATE, "suspend and resume", BENCH_ACADEMY,
        {.weight[REQUEST_SWITCH] = 1,
            .dn = "uid=g%," PEOPLE,
            .attribute = "educonnectState",
            .value = "suspended",
            .other = "active",
            .n = 5000},
        false,
        {.weight[REQUEST_SWITCH] = 1,
            .dn = "uid=g%," PEOPLE,
            .attribute = "employeeType",
            .value = "suspended",
            .other = "active",
            .n = 5000}},
    {FIGURE_SIZE_LETTER, "letter", BENCH_ACADEMY,
        {.weight[REQUEST_LETTER] = 1, .dn = "uid=u%," PEOPLE, .n = ONCE}, true,
        {.n = 0}},
    {FIGURE_SIZE_LINK, "link", BENCH_PROVISIONER,
        {.weight[REQUEST_TOGGLE] = 1,
            .dn = "uid=l%," PEOPLE,
            .attribute = "educonnectGuardian",
            .value = "uid=g%," PEOPLE,
            .n = 4000},
        false, {.n = 0}},
    {FIGURE_SIZE_DELETE, "delete", BENCH_PROVISIONER,
        {.weight[REQUEST_DELETE] = 1, .dn = "uid=five%," PEOPLE, .n = ONCE},
        true, {.n = 0}},
    {FIGURE_SIZE_CLAIM, "claim", BENCH_ACADEMY,
        {.weight[REQUEST_CLAIM] = 1,
            .dn = "+337%",
            .value = BENCH_PASSWORD,
            .first = PEOPLE_CLAIM_FIRST,
            .n = ONCE},
        true, NOTE},
    {FIGURE_SIZE_MERGE, "merge", BENCH_ACADEMY,
        {.weight[REQUEST_MERGE] = 1,
            .dn = "uid=n%," PEOPLE,
            .value = "uid=m%," PEOPLE,
            .n = ONCE},
        true, NOTE},
};

#define N_WORKS (sizeof(works) / sizeof(works[0]))

/* The servers of one size, and what is left to be done by each. */
typedef struct sized {
    peer_server servers[N_PEERS];
    requests left[N_PEERS][N_WORKS];
    people who;
    long entries;
} sized;

static const unsigned peers = 1U << BARE | 1U << OURS;

/* What bare does in its place is nothing that can be done once only. */
static bool
is_replaced(peer p, const work *w)
{
    return p == BARE && w->bare.n > 0;
}

static long
once_of(const bench *b)
{
    return b->quick ? ONCE_QUICK : ONCE;
}

static int
turns_of(const bench *b)
{
    return b->quick ? TURNS_QUICK : TURNS;
}

static void
begin_size(bench *b, sized *s, long entries)
{
    const peer_setup how = {.ours = CHEAP_HASH};

    s->entries = entries;
    s->who = people_of(entries);
    s->who.large = 0;
    s->who.memory = CHEAP_KIB;
    s->who.passes = 1;
    s->who.letters = s->who.fives = s->who.claims = s->who.merges = once_of(b);
    bench_begin(b, s->servers, peers, &s->who, &how);
    for (int p = 0; p < N_PEERS; p++) {
        for (size_t w = 0; w < N_WORKS; w++) {
            requests *r = &s->left[p][w];

            *r = is_replaced((peer)p, &works[w]) ? works[w].bare
                                                 : works[w].requests;
            if (r->n == 0)
                r->n = (uint64_t)s->who.guardians;
            else if (r->n == ONCE)
                r->n = (uint64_t)once_of(b);
        }
    }
    bench_say("%ld people are there", entries);
}

static double
turn_of(bench *b, sized *s, peer p, size_t w)
{
    const peer_server *server = &s->servers[p];
    requests *r = &s->left[p][w];
    bench shorter = {.seconds = b->seconds / turns_of(b),
        .warm_up = b->warm_up / turns_of(b)};
    double rate;

    if (works[w].once && !is_replaced(p, &works[w]))
        rate = bench_rate_once(server, r, BENCH_CONNECTIONS, works[w].who,
            b->quick ? ONCE_SECONDS_QUICK : ONCE_SECONDS);
    else
        rate = bench_rate(&shorter, server, r, BENCH_CONNECTIONS, works[w].who);
    bench_settle(server);
    return rate;
}

/* One kind of work on one peer, in the smallest and the largest directory. */
static void
run_work(bench *b, sized *all, size_t n, peer p, size_t w)
{
    double small = 0, large = 0;

    int turns = turns_of(b);

    for (int turn = 0; turn < turns; turn++) {
        for (int i = 0; i < 2; i++) {
            if ((turn + i) % 2 == 0)
                bench_mean(&small, turn_of(b, &all[0], p, w), turns);
            else
                bench_mean(&large, turn_of(b, &all[n - 1], p, w), turns);
        }
    }
    bench_say("%-5s %s: %.0f/s of %ld people, %.0f/s of %ld", peer_names[p],
        works[w].name, small, all[0].entries, large, all[n - 1].entries);
    figure_add(&b->figures, works[w].id, p, large, small);
}

/* Once, for the picture. */
static void
draw(bench *b, sized *all, size_t n)
{
    for (size_t w = 0; w < N_WORKS; w++) {
        for (size_t i = 0; i < n; i++) {
            double rate = turn_of(b, &all[i], OURS, w);

            if (rate > 0)
                bench_point(b, PLOT_SIZE, works[w].name, (double)all[i].entries,
                    1e3 / rate);
        }
    }
}

void
part_size(bench *b)
{
    static const long sizes[] = {10000, 100000, 1000000},
                      quick[] = {10000, 50000};
    size_t n = b->quick ? 2 : 3;
    static sized all[SIZES_MAX];

    for (size_t i = 0; i < n; i++)
        begin_size(b, &all[i], b->quick ? quick[i] : sizes[i]);
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++) {
        for (size_t w = 0; w < N_WORKS; w++) {
            run_work(b, all, n, BARE, w);
            run_work(b, all, n, OURS, w);
        }
    }
    draw(b, all, n);
    for (size_t i = 0; i < n; i++)
        bench_end(all[i].servers, peers);
}
