/* part_write.c - writes: of what is nobody's business, of links, and deletes of
 * guardians who have many.
 */
#define _GNU_SOURCE 1
#include "bench.h"

/* Deletes that one round of one figure takes. */
#define DELETES 30

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

/* Deletes a second by one client, one after the other. */
static double
delete_rate(bench *b, const peer_server *p, const char *dn, int round)
{
    requests r = {.weight[REQUEST_DELETE] = 1,
        .dn = dn,
        .first = (uint64_t)round * DELETES,
        .n = DELETES,
        .in_order = true};
    double rate = bench_rate_of(b, p, &r, 1, BENCH_PROVISIONER, DELETES);

    bench_settle(p);
    return rate;
}

void
part_delete(bench *b)
{
    const unsigned peers = 1U << BARE | 1U << STOCK | 1U << OURS;
    people who = people_of(10000);
    peer_server servers[N_PEERS];

    bench_begin(b, servers, peers, &who, true, NULL);
    for (int round = 0; round < b->rounds; round++) {
        double bare =
            delete_rate(b, &servers[BARE], "uid=none%," PEOPLE, round);

        bench_against_bare(
            b, servers, FIGURE_MODIFY_SYNC, notes(&who), BENCH_PROVISIONER);
        for (int p = STOCK; p <= OURS; p++) {
            double five =
                delete_rate(b, &servers[p], "uid=five%," PEOPLE, round);
            double fifty =
                delete_rate(b, &servers[p], "uid=fifty%," PEOPLE, round);

            bench_say("%-5s deletes: %.0f/s with 5 links, %.0f/s with 50, "
                      "bare %.0f/s",
                peer_names[p], five, fifty, bare);
            figure_add(&b->figures, FIGURE_DELETE_5, (peer)p, five, bare);
            figure_add(&b->figures, FIGURE_DELETE_50, (peer)p, fifty, bare);
        }
    }
    bench_end(servers, peers);
}
