/* part_bind.c - right passwords whose hash costs next to nothing, so that what
 * is left is the way that a bind goes.
 */
#define _GNU_SOURCE 1
#include "bench.h"

#define CHEAP_KIB 64

static requests
right_ones(const char *dn, long n)
{
    return (requests){.weight[REQUEST_BIND] = 1,
        .dn = dn,
        .password = BENCH_PASSWORD,
        .n = (uint64_t)n};
}

/* A digest is made anew at the first bind where this server alone writes; here
 * others do, of which none is there. */
static void
digests(bench *b)
{
    static const peer_setup several = {.global = "serverid 1\n",
        .database = "syncrepl rid=001 provider=ldap://127.0.0.1:1 "
                    "bindmethod=simple type=refreshAndPersist "
                    "retry=\"86400 +\" searchbase=\"" SUFFIX "\"\n"
                    "multiprovider on\n"};
    const unsigned peers = 1U << BARE | 1U << STOCK | 1U << OURS;
    people who = people_of(10000);
    peer_server servers[N_PEERS];

    bench_begin(b, servers, peers, &who, &several);
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++)
        bench_against_bare(b, servers, FIGURE_BIND_SSHA,
            right_ones("uid=g%," PEOPLE, who.guardians), NULL);
    bench_end(servers, peers);
}

static void
cheap_hashes(bench *b)
{
    static const peer_setup cheap = {
        .ours = "educonnect-hash memory=64 time=1\n"};
    const unsigned peers = 1U << BARE | 1U << STOCK | 1U << OURS;
    people who = people_of(10000);
    peer_server servers[N_PEERS];

    who.memory = CHEAP_KIB;
    who.passes = 1;
    bench_begin(b, servers, peers, &who, &cheap);
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++)
        bench_against_bare(b, servers, FIGURE_BIND_ARGON2,
            right_ones("uid=a%," PEOPLE, who.argon), NULL);
    bench_end(servers, peers);
}

void
part_bind(bench *b)
{
    digests(b);
    cheap_hashes(b);
}
