/* part_write.c - writes: of what is nobody's business, of links, deletes of
 * guardians who have many, and what is done to somebody once.
 */
#define _GNU_SOURCE 1
#include "bench.h"

#include "raw.h"

/* Deletes in a turn, and turns in a round. */
#define DELETES 12
#define TURNS 3
#define DELETE_SECONDS 60

static requests
notes(const people *who)
{
    return (requests){.weight[REQUEST_MODIFY] = 1,
        .dn = "uid=g%," PEOPLE,
        .attribute = "description",
        .value = "note %",
        .n = (uint64_t)who->guardians};
}

void
part_write(bench *b)
{
    const unsigned peers = 1U << BARE | 1U << STOCK | 1U << OURS;
    people who = people_of(10000);
    peer_server servers[N_PEERS];
    const requests link = {.weight[REQUEST_TOGGLE] = 1,
        .dn = "uid=l%," PEOPLE,
        .attribute = "educonnectGuardian",
        .value = "uid=g%," PEOPLE,
        .n = (uint64_t)who.links};

    bench_begin(b, servers, peers, &who, &(peer_setup){.sync = false});
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++) {
        bench_against_bare(
            b, servers, FIGURE_MODIFY, notes(&who), BENCH_PROVISIONER);
        bench_against_bare(b, servers, FIGURE_LINK, link, BENCH_PROVISIONER);
    }
    bench_end(servers, peers);
}

/* Whose deletes are held against each other. */
static const struct {
    peer peer;
    const char *dn;
} deletes[] = {
    {BARE, "uid=none%," PEOPLE},
    {STOCK, "uid=five%," PEOPLE},
    {STOCK, "uid=fifty%," PEOPLE},
    {OURS, "uid=five%," PEOPLE},
    {OURS, "uid=fifty%," PEOPLE},
};

#define N_DELETES (sizeof(deletes) / sizeof(deletes[0]))

/* Deletes a second by one client, one after the other, in short turns, each
 * when the servers have done with what came before. */
static void
delete_rates(
    const peer_server servers[N_PEERS], int round, double rates[N_DELETES])
{
    for (int turn = 0; turn < TURNS; turn++) {
        for (size_t i = 0; i < N_DELETES; i++) {
            const peer_server *p = &servers[deletes[i].peer];
            requests r = {.weight[REQUEST_DELETE] = 1,
                .dn = deletes[i].dn,
                .first = (uint64_t)(round * TURNS + turn) * DELETES,
                .n = DELETES};

            bench_mean(&rates[i],
                bench_rate_once(p, &r, 1, BENCH_PROVISIONER, DELETE_SECONDS),
                TURNS);
            bench_settle(p);
        }
    }
}

void
part_delete(bench *b)
{
    const unsigned peers = 1U << BARE | 1U << STOCK | 1U << OURS;
    people who = people_of(10000);
    peer_server servers[N_PEERS];

    REQUIRE(who.large >= (long)b->rounds_most * TURNS * DELETES);
    bench_begin(b, servers, peers, &who, &(peer_setup){.sync = true});
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++) {
        double rates[N_DELETES] = {0};

        bench_against_bare(
            b, servers, FIGURE_MODIFY_SYNC, notes(&who), BENCH_PROVISIONER);
        delete_rates(servers, round, rates);
        bench_say("deletes: bare %.0f/s, stock %.0f/s with 5 links and %.0f/s "
                  "with 50, ours %.0f/s and %.0f/s",
            rates[0], rates[1], rates[2], rates[3], rates[4]);
        figure_add(&b->figures, FIGURE_DELETE_5, STOCK, rates[1], rates[0]);
        figure_add(&b->figures, FIGURE_DELETE_50, STOCK, rates[2], rates[0]);
        figure_add(&b->figures, FIGURE_DELETE_5, OURS, rates[3], rates[0]);
        figure_add(&b->figures, FIGURE_DELETE_50, OURS, rates[4], rates[0]);
    }
    bench_end(servers, peers);
}

/* Merges in a round: they are over long before a measurement is. */
#define MERGE_SECONDS 0.15

void
part_once(bench *b)
{
    const unsigned peers = 1U << BARE | 1U << OURS;
    people who = people_of(10000);
    peer_server servers[N_PEERS];
    requests claim = {.weight[REQUEST_CLAIM] = 1,
        .dn = "+337%",
        .value = BENCH_PASSWORD,
        .first = PEOPLE_CLAIM_FIRST,
        .n = (uint64_t)who.claims};
    requests merge = {.weight[REQUEST_MERGE] = 1,
        .dn = "uid=n%," PEOPLE,
        .value = "uid=m%," PEOPLE,
        .n = (uint64_t)who.merges};

    bench_begin(b, servers, peers, &who, &(peer_setup){.sync = false});
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++) {
        requests note = notes(&who);
        double argon2 = raw_argon2(b->seconds);
        double claims = bench_rate_once(&servers[OURS], &claim,
            BENCH_CONNECTIONS * 2, BENCH_ACADEMY, b->seconds);
        double merges = bench_rate_once(&servers[OURS], &merge,
            BENCH_CONNECTIONS, BENCH_ACADEMY, MERGE_SECONDS);
        double modifies = bench_rate(
            b, &servers[BARE], &note, BENCH_CONNECTIONS, BENCH_PROVISIONER);

        bench_settle(&servers[OURS]);
        bench_say("ours  claims: %.0f/s, merges %.0f/s", claims, merges);
        figure_add(&b->figures, FIGURE_CLAIM, OURS, claims, argon2);
        figure_add(&b->figures, FIGURE_MERGE, OURS, merges, modifies);
    }
    bench_end(servers, peers);
}
