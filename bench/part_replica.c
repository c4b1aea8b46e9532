/* part_replica.c - what a consumer costs the server that it follows: ours and
 * bare, each with a consumer of its kind on the same machine.
 */
#define _GNU_SOURCE 1
#include "bench.h"

#include <stdlib.h>
#include <time.h>

#define PEOPLE_REPLICATED 2000

/* Longest that a consumer may take until it has everything. */
#define REFRESH_SECONDS 120

static const unsigned peers = 1U << BARE | 1U << OURS;

static const peer_setup provider = {
    .global = "moduleload syncprov\n", .database = "overlay syncprov\n"};

static void
begin_consumer(peer_server *consumer, const peer_server *of)
{
    char *database = text_of(
        "syncrepl rid=001 provider=%s bindmethod=simple "
        "binddn=\"" ROOT_DN "\" credentials=" ROOT_PASSWORD " "
        "type=refreshAndPersist retry=\"1 +\" searchbase=\"" SUFFIX "\"\n",
        of->s.url);
    peer_setup how = {.database = database};

    peer_begin(consumer, of->peer, NULL, &how);
    free(database);
}

/* The last that was loaded. */
static void
await_refresh(const peer_server *consumer, const people *who)
{
    char *dn = text_of("uid=n%ld," PEOPLE, who->merges - 1);
    struct timespec moment = {0, 100 * 1000 * 1000};
    double until = load_now() + REFRESH_SECONDS;
    bool there = false;

    while (!there && load_now() < until) {
        LDAP *ld = client_open(&consumer->s);

        there = client_search(ld, dn).code == LDAP_SUCCESS;
        client_close(ld);
        nanosleep(&moment, NULL);
    }
    if (!there)
        FAIL("the consumer of %s is not there", peer_names[consumer->peer]);
    bench_settle(consumer);
    free(dn);
}

static double
rate_of(bench *b, const peer_server *p, const peer_server *consumer,
    const requests *what)
{
    requests r = *what;
    double rate = bench_rate(b, p, &r, BENCH_CONNECTIONS, BENCH_PROVISIONER);

    bench_settle(p);
    if (consumer != NULL)
        bench_settle(consumer);
    return rate;
}

static void
round_of(bench *b, const peer_server with[N_PEERS],
    const peer_server consumers[N_PEERS], const peer_server without[N_PEERS],
    const people *who)
{
    const requests note = {.weight[REQUEST_MODIFY] = 1,
        .dn = "uid=g%," PEOPLE,
        .attribute = "description",
        .value = "note %",
        .n = (uint64_t)who->guardians};
    const requests link = {.weight[REQUEST_TOGGLE] = 1,
        .dn = "uid=l%," PEOPLE,
        .attribute = "educonnectGuardian",
        .value = "uid=g%," PEOPLE,
        .n = (uint64_t)who->guardians};
    double notes[N_PEERS], links[N_PEERS], alone[N_PEERS];

    for (int p = BARE; p <= OURS; p += OURS - BARE) {
        notes[p] = rate_of(b, &with[p], &consumers[p], &note);
        links[p] = rate_of(b, &with[p], &consumers[p], &link);
        alone[p] = rate_of(b, &without[p], NULL, &note);
        figure_add(
            &b->figures, FIGURE_REPLICA_COST, (peer)p, notes[p], alone[p]);
    }
    bench_say("with a consumer: bare %.0f/s (%.0f without), links %.0f/s; ours "
              "%.0f/s (%.0f without), links %.0f/s",
        notes[BARE], alone[BARE], links[BARE], notes[OURS], alone[OURS],
        links[OURS]);
    figure_add(
        &b->figures, FIGURE_REPLICA_MODIFY, OURS, notes[OURS], notes[BARE]);
    figure_add(
        &b->figures, FIGURE_REPLICA_LINK, OURS, links[OURS], links[BARE]);
}

void
part_replica(bench *b)
{
    people who = people_of(PEOPLE_REPLICATED);
    peer_server with[N_PEERS], without[N_PEERS], consumers[N_PEERS];

    who.large = who.claims = who.letters = who.families = who.fives = 0;
    who.links = who.guardians;
    who.merges = 1;
    bench_begin(b, with, peers, &who, &provider);
    bench_begin(b, without, peers, &who, &provider);
    for (int p = BARE; p <= OURS; p += OURS - BARE) {
        begin_consumer(&consumers[p], &with[p]);
        await_refresh(&consumers[p], &who);
    }
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++)
        round_of(b, with, consumers, without, &who);
    bench_end(consumers, peers);
    bench_end(with, peers);
    bench_end(without, peers);
}
