/* part_guess.c - right passwords beside wrong ones, and passwords that are
 * known for a while.
 */
#define _GNU_SOURCE 1
#include "bench.h"

#include <string.h>

/* Imported accounts, none of which binds twice: what has bound once may have
 * another hash. */
#define IMPORTED 400000
#define IMPORTED_QUICK 40000

/* {ARGON2} accounts: the first half gives right passwords, the other wrong
 * ones. */
#define ARGON_HALF 128

static requests
right_ones(const char *dn, uint64_t first, uint64_t n)
{
    return (requests){.weight[REQUEST_BIND] = 1,
        .dn = dn,
        .password = BENCH_PASSWORD,
        .first = first,
        .n = n};
}

static requests
wrong_ones(const char *dn, uint64_t first, uint64_t n)
{
    return (requests){.weight[REQUEST_BIND] = 1,
        .dn = dn,
        .password = BENCH_WRONG,
        .fresh = true,
        .first = first,
        .n = n};
}

static load_group
group_of(
    const peer_server *p, requests *r, size_t connections, const char *address)
{
    return (load_group){.url = p->s.url,
        .connections = connections,
        .busy_pause = 0.1,
        .address = address,
        .send = request_send,
        .context = r};
}

/* A rate of so few answers says nothing: where hashes are slow they are counted
 * for longer. */
#define FEW 5
#define LONGER 4

/* Answers of one code a second of the first group, beside the others. The
 * server is through with what it was sent then: of a queue that is left the
 * next is measured. */
static double
rate_of(const bench *b, const peer_server *p, const load_group *groups,
    size_t n, int code)
{
    load_group now[2];

    for (int try = 0; try < 2; try++) {
        double seconds = b->seconds * (try == 0 ? 1 : LONGER);

        memcpy(now, groups, n * sizeof(*now));
        load_run(now, n, b->warm_up, seconds);
        bench_settle(p);
        if (now[0].answers[code] >= FEW)
            break;
    }
    return load_rate(&now[0], code);
}

static double
right_rate(
    const bench *b, const peer_server *p, const load_group *groups, size_t n)
{
    return rate_of(b, p, groups, n, LDAP_SUCCESS);
}

static double
wrong_rate(const bench *b, const peer_server *p, const load_group *group)
{
    return rate_of(b, p, group, 1, LDAP_INVALID_CREDENTIALS);
}

/* {SSHA} at its speed. Every run has accounts of its own, in order; the last
 * tenth of all is for the wrong ones. */
static void
imported(bench *b, const peer_server *p, int round, long guardians)
{
    uint64_t wrong = (uint64_t)guardians / 10;
    uint64_t share =
        ((uint64_t)guardians - wrong) / (uint64_t)b->rounds_most / 2;
    uint64_t first = (uint64_t)round * 2 * share;
    requests alone = right_ones("uid=g%," PEOPLE, first, share);
    requests beside = right_ones("uid=g%," PEOPLE, first + share, share);
    requests bad =
        wrong_ones("uid=g%," PEOPLE, (uint64_t)guardians - wrong, wrong);
    load_group one[] = {group_of(p, &alone, 8, NULL)};
    load_group two[] = {
        group_of(p, &beside, 8, NULL), group_of(p, &bad, 8, NULL)};
    load_group three[] = {group_of(p, &bad, 8, NULL)};
    double without, with, wrongs;

    alone.in_order = beside.in_order = true;
    without = right_rate(b, p, one, 1);
    with = right_rate(b, p, two, 2);
    wrongs = wrong_rate(b, p, three);
    bench_say("%-5s {SSHA} binds: right %.0f/s, beside wrong ones %.0f/s, "
              "wrong %.0f/s",
        peer_names[p->peer], without, with, wrongs);
    figure_add(&b->figures, FIGURE_RIGHT_SSHA, p->peer, with, without);
    figure_add(&b->figures, FIGURE_WRONG_SSHA, p->peer, wrongs, without);
}

/* {ARGON2}: two connections of one portal, and a flood from elsewhere. */
static void
fair_share(bench *b, const peer_server *p)
{
    requests right = right_ones("uid=a%," PEOPLE, 0, ARGON_HALF);
    requests wrong = wrong_ones("uid=a%," PEOPLE, ARGON_HALF, ARGON_HALF);
    load_group groups[] = {group_of(p, &right, 2, "127.0.0.2"),
        group_of(p, &wrong, 32, "127.0.0.3")};
    double without = right_rate(b, p, groups, 1), with;
    load_group again[] = {group_of(p, &right, 2, "127.0.0.2"),
        group_of(p, &wrong, 32, "127.0.0.3")};

    with = right_rate(b, p, again, 2);
    bench_say("%-5s right {ARGON2} binds: %.0f/s alone, %.0f/s beside a flood",
        peer_names[p->peer], without, with);
    figure_add(&b->figures, FIGURE_RIGHT_ARGON2, p->peer, with, without / 2);
}

static void
wrong_against_right(bench *b, const peer_server *p)
{
    requests right = right_ones("uid=a%," PEOPLE, 0, ARGON_HALF);
    requests wrong = wrong_ones("uid=a%," PEOPLE, ARGON_HALF, ARGON_HALF);
    load_group g = group_of(p, &right, 4, NULL),
               w = group_of(p, &wrong, 4, NULL);
    double good = right_rate(b, p, &g, 1), bad;

    bad = wrong_rate(b, p, &w);
    bench_say("%-5s {ARGON2} binds: %.0f/s right, %.0f/s wrong",
        peer_names[p->peer], good, bad);
    figure_add(&b->figures, FIGURE_WRONG_ARGON2, p->peer, bad, good);
}

static void
set_cache(const peer_server *p, bool on)
{
    LDAP *ld = client_login(&p->s, CONFIG_DN, CONFIG_PASSWORD);
    answer r = client_modify(ld,
        "olcOverlay={0}educonnect,olcDatabase={2}mdb,"
        "cn=config",
        "replace: olcEduconnectVerifyCache\n%s",
        on ? "olcEduconnectVerifyCache: entries=1000 ttl=10m\n" : "");

    expect_ok(r);
    client_close(ld);
}

/* A portal that binds on every page. */
static void
known(bench *b, const peer_server *p)
{
    requests portal = right_ones(BENCH_PORTAL, 0, 1);
    double without = bench_rate(b, p, &portal, 4, NULL), with;

    set_cache(p, true);
    with = bench_rate(b, p, &portal, 4, NULL);
    set_cache(p, false);
    bench_say("ours  portal's binds: %.0f/s, known %.0f/s", without, with);
    figure_add(&b->figures, FIGURE_CACHE, p->peer, with, without);
}

void
part_guess(bench *b)
{
    const unsigned peers = 1U << STOCK | 1U << OURS;
    people who = people_of(0);
    peer_server servers[N_PEERS];

    who.guardians = b->quick ? IMPORTED_QUICK : IMPORTED;
    who.letters = who.families = who.fives = who.large = who.claims =
        who.merges = 0;
    bench_begin(b, servers, peers, &who, &(peer_setup){.sync = true});
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++) {
        for (int p = STOCK; p <= OURS; p++)
            imported(b, &servers[p], round, who.guardians);
        for (int p = STOCK; p <= OURS; p++)
            fair_share(b, &servers[p]);
        for (int p = STOCK; p <= OURS; p++)
            wrong_against_right(b, &servers[p]);
        known(b, &servers[OURS]);
    }
    bench_end(servers, peers);
}
