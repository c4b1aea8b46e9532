/* part_storm.c - the first morning: everybody binds at once, and others search.
 *
 * Two connections search, at a rate of their own (a latency counts from when a
 * search was due) or as fast as they go; so many bind with {ARGON2} in a closed
 * loop. libargon2 alone is asked in the same round, and so is ours with the
 * system's libargon2, where it has one of its own (make argon2).
 */
#define _GNU_SOURCE 1
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/gate/machine.h"
#include "core/password/library.h"
#include "raw.h"

#define SEARCHES 200

/* A storm is measured so many times as long as other things: of few searches
 * the slowest hundredth says nothing. */
#define STORM_LENGTH 2.5

/* Where nobody gets in, it is measured again, each time for longer: with slow
 * hashes the first ones are not over in a short run. */
#define TRIES 3
#define LONGER 4

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
    load_group now[2];
    double length = STORM_LENGTH;
    storm s;

    for (int try = 0; try < TRIES; try++, length *= LONGER) {
        memcpy(now, groups, sizeof(now));
        load_run(
            now, binders > 0 ? 2 : 1, b->warm_up * length, b->seconds * length);
        bench_settle(p);
        if (binders == 0 || now[1].answers[LDAP_SUCCESS] > 0)
            break;
        bench_say("%-5s %2zu binders, and not one bind: not counted",
            peer_names[p->peer], binders);
    }
    s.p99 = p99_of(&now[0]);
    s.binds = load_rate(&now[1], LDAP_SUCCESS);
    bench_say("%-5s %2zu binders, searches %s: p99 %.2f ms, %.0f binds/s",
        peer_names[p->peer], binders, rate > 0 ? "in time" : "at full speed",
        s.p99, s.binds);
    return s;
}

/* Of 32 and 64 connections. */
#define SIZES 2

static size_t
sizes_of(const bench *b)
{
    return b->quick ? 1 : SIZES;
}

/* One round of one server; argon2: what libargon2 alone did in it. Leaves the
 * binds a second. */
static void
round_of(bench *b, const peer_server *p, double argon2, double binds[SIZES])
{
    static const struct {
        size_t binders;
        figure_id p99, full, binds;
    } sizes[SIZES] = {
        {32, FIGURE_P99_32, FIGURE_FULL_P99_32, FIGURE_STORM_BINDS_32},
        {64, FIGURE_P99_64, FIGURE_FULL_P99_64, FIGURE_STORM_BINDS_64},
    };
    double slots = (double)edc_processors("") * BENCH_MEMORY / 1024;
    storm alone = run_storm(b, p, 0, SEARCHES), full = run_storm(b, p, 0, 0);

    for (size_t i = 0; i < sizes_of(b); i++) {
        storm s = run_storm(b, p, sizes[i].binders, SEARCHES);

        binds[i] = s.binds;
        figure_add(&b->figures, sizes[i].p99, p->peer, s.p99, alone.p99);
        figure_add(&b->figures, sizes[i].binds, p->peer, s.binds, argon2);
        s = run_storm(b, p, sizes[i].binders, 0);
        figure_add(&b->figures, sizes[i].full, p->peer, s.p99, full.p99);
    }
    figure_add(&b->figures, FIGURE_STORM_MEMORY, p->peer,
        (double)server_status_kib(&p->s, "RssAnon") / 1024, OWN_MIB + slots);
}

/* ---- ours by both libraries ---- */

/* The file of libargon2 that a server has in memory, which one with {ARGON2} of
 * slapd's own has from its start; allocated. */
static char *
library_of(const peer_server *p)
{
    char *path = text_of("/proc/%d/maps", (int)p->s.pid);
    char *maps = read_file(path, NULL);
    char *name = maps != NULL ? strstr(maps, "/libargon2.so") : NULL;
    char *file = NULL;

    if (name != NULL) {
        char *begin = name;

        while (begin > maps && begin[-1] != ' ' && begin[-1] != '\n')
            begin--;
        file = text_of("%.*s", (int)strcspn(begin, "\n"), begin);
    }
    free(maps);
    free(path);
    return file;
}

/* Ours once more, with the library that stock has: ld.so takes that of
 * LD_LIBRARY_PATH before the module's run path. */
static void
begin_plain(bench *b, peer_server servers[N_PEERS], const people *who,
    const char *library)
{
    char *wrapper = text_of("env LD_LIBRARY_PATH=%.*s",
        (int)(strrchr(library, '/') - library), library);
    char *had;

    setenv("EDC_SLAPD_WRAPPER", wrapper, 1);
    bench_begin(b, servers, 1U << OURS, who, &(peer_setup){.sync = true});
    unsetenv("EDC_SLAPD_WRAPPER");
    had = library_of(&servers[OURS]);
    REQUIRE(had != NULL && strcmp(had, library) == 0);
    free(had);
    free(wrapper);
}

static void
compare_libraries(bench *b, const peer_server *plain, const double ours[SIZES],
    const double stock[SIZES])
{
    static const figure_id rows[SIZES] = {
        FIGURE_STORM_STOCK_32, FIGURE_STORM_STOCK_64};
    double with = run_storm(b, plain, 32, SEARCHES).binds;

    figure_add(&b->figures, FIGURE_STORM_LIBRARY, OURS, ours[0], with);
    for (size_t i = 0; i < sizes_of(b); i++)
        figure_add(&b->figures, rows[i], OURS, ours[i], stock[i]);
}

/* ---- how long passwords waited and took ---- */

/* What so many in a hundred took less than, by cn=monitor's buckets; ms, 0:
 * nothing was counted or they were longer. */
static unsigned long
below(const char *values, const char *what, double share)
{
    char *key = text_of("%s-under-", what);
    unsigned long all = 0, so_far = 0, found = 0;

    for (int pass = 0; pass < 2; pass++) {
        for (unsigned long ms = 1; found == 0 && ms <= 32768; ms *= 2) {
            char *name = text_of("%s%lums ", key, ms);
            const char *at = strstr(values, name);
            unsigned long n =
                at != NULL ? strtoul(at + strlen(name), NULL, 10) : 0;

            free(name);
            if (pass == 0)
                all += n;
            else if ((double)(so_far += n) >= share * (double)all && all > 0)
                found = ms;
        }
    }
    free(key);
    return found;
}

static void
tell_gate(bench *b, const peer_server *p)
{
    LDAP *ld = client_login(&p->s, ROOT_DN, ROOT_PASSWORD);
    char *values = client_read_all(ld,
        "cn=Overlay 0,cn=Database 2,cn=Databases,cn=Monitor",
        "educonnectMonitorTimes");

    snprintf(b->gate, sizeof(b->gate),
        "half of the passwords waited less than %lu ms and 99 in 100 less than "
        "%lu ms, and took less than %lu and %lu ms",
        below(values, "waited", 0.5), below(values, "waited", 0.99),
        below(values, "hashed", 0.5), below(values, "hashed", 0.99));
    bench_say("%s", b->gate);
    free(values);
    client_close(ld);
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
    peer_server servers[N_PEERS], plain[N_PEERS];
    char *system, *own;
    bool has_own;

    bench_begin(b, servers, peers, &who, &(peer_setup){.sync = true});
    system = library_of(&servers[STOCK]);
    own = library_of(&servers[OURS]);
    REQUIRE(system != NULL && own != NULL);
    bench_say("stock hashes by %s, ours by %s", system, own);
    has_own = !edc_str_eq(edc_library_level(own), EDC_STR("none"));
    if (has_own)
        begin_plain(b, plain, &who, system);
    bench_begin_part(b);
    for (int round = 0; bench_goes_on(b, round); round++) {
        double stock[SIZES], ours[SIZES];

        round_of(b, &servers[STOCK], raw_argon2(b->seconds), stock);
        round_of(b, &servers[OURS], raw_argon2(b->seconds), ours);
        if (has_own)
            compare_libraries(b, &plain[OURS], ours, stock);
    }
    tell_gate(b, &servers[OURS]);
    for (int p = STOCK; p <= OURS && !b->quick; p++)
        draw(b, &servers[p]);
    if (has_own)
        bench_end(plain, 1U << OURS);
    bench_end(servers, peers);
    free(system);
    free(own);
}
