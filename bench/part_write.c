/* part_write.c - writes: of what is nobody's business, of links, and deletes of
 * guardians who have many.
 */
#define _GNU_SOURCE 1
#include "bench.h"

/* Deletes in a turn, and turns in a round. */
#define DELETES 12
#define TURNS 3

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

    bench_begin(b, servers, peers, &who, false, NULL);
    for (int round = 0; round < b->rounds; round++) {
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
delete_rates(bench *b, const peer_server servers[N_PEERS], int round,
    double rates[N_DELETES])
{
    for (int turn = 0; turn < TURNS; turn++) {
        for (size_t i = 0; i < N_DELETES; i++) {
            const peer_server *p = &servers[deletes[i].peer];
            requests r = {.weight[REQUEST_DELETE] = 1,
                .dn = deletes[i].dn,
                .first = (uint64_t)(round * TURNS + turn) * DELETES,
                .n = DELETES,
                .in_order = true};

            rates[i] +=
                bench_rate_of(b, p, &r, 1, BENCH_PROVISIONER, DELETES) / TURNS;
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

    bench_begin(b, servers, peers, &who, true, NULL);
    for (int round = 0; round < b->rounds; round++) {
        double rates[N_DELETES] = {0};

        bench_against_bare(
            b, servers, FIGURE_MODIFY_SYNC, notes(&who), BENCH_PROVISIONER);
        delete_rates(b, servers, round, rates);
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
