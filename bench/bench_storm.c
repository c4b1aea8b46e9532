/* bench_storm.c - the first morning: everybody binds at once.
 *
 * Rows: searches alone and beside 16, 32 and 64 connections that bind with
 * Argon2id in a closed loop; the binds of that storm against libargon2 alone on
 * as many threads as processors; memory; right binds beside wrong ones. Every
 * round asks all the servers in the same minute.
 *
 * Variables: EDC_ROUNDS (3), EDC_SECONDS (3) of each measurement, EDC_PEOPLE
 * (10000).
 */
#define _GNU_SOURCE 1
#include "peers.h"

#include <argon2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "load.h"

static double seconds = 3;

/* ---- requests ---- */

static int
send_search(
    load_group *g, LDAP *ld, size_t connection, uint64_t serial, int *message)
{
    char filter[48];

    (void)connection;
    snprintf(filter, sizeof(filter), "(uid=g%lu)",
        (unsigned long)(serial * 7919 % *(unsigned long *)g->context));
    return ldap_search_ext(ld, PEOPLE, LDAP_SCOPE_ONELEVEL, filter, NULL, 0,
        NULL, NULL, NULL, 1, message);
}

typedef struct binds {
    char kind; /* 'a': Argon2, 'g': SSHA */
    unsigned long n;
    const char *password;
    bool fresh; /* another wrong password each time */
} binds;

static int
send_bind(
    load_group *g, LDAP *ld, size_t connection, uint64_t serial, int *message)
{
    const binds *b = g->context;
    char dn[96], wrong[64];
    const char *password = b->password;
    struct berval cred;

    (void)connection;
    if (b->fresh) {
        snprintf(
            wrong, sizeof(wrong), "%s-%lu", b->password, (unsigned long)serial);
        password = wrong;
    }
    cred = (struct berval){strlen(password), (char *)password};
    snprintf(dn, sizeof(dn), "uid=%c%lu," PEOPLE, b->kind,
        (unsigned long)(serial * 7919 % b->n));
    return ldap_sasl_bind(ld, dn, LDAP_SASL_SIMPLE, &cred, NULL, NULL, message);
}

/* ---- libargon2 alone ---- */

typedef struct alone {
    pthread_t thread;
    double until;
    unsigned long n;
} alone;

static void *
hash_alone(void *arg)
{
    alone *a = arg;
    unsigned char tag[32];

    while (load_now() < a->until) {
        if (argon2id_hash_raw(BENCH_PASSES, BENCH_MEMORY, 1, BENCH_PASSWORD,
                strlen(BENCH_PASSWORD), "salt of the bench", 16, tag,
                sizeof(tag)) == ARGON2_OK)
            a->n++;
    }
    return NULL;
}

static double
libargon2_alone(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    alone *all = calloc((size_t)n, sizeof(*all));
    double begin = load_now(), end;
    unsigned long hashes = 0;

    for (long i = 0; i < n; i++) {
        all[i].until = begin + seconds;
        pthread_create(&all[i].thread, NULL, hash_alone, &all[i]);
    }
    for (long i = 0; i < n; i++) {
        pthread_join(all[i].thread, NULL);
        hashes += all[i].n;
    }
    end = load_now();
    free(all);
    return (double)hashes / (end - begin);
}

/* ---- one measurement ---- */

static void
storm(const peer_server *p, size_t binders, double rate, unsigned long people)
{
    unsigned long guardians = (unsigned long)peers_guardians((long)people);
    binds right = {'a', BENCH_ARGON, BENCH_PASSWORD, false};
    load_group groups[2] = {
        {.url = p->s.url,
            .connections = 2,
            .rate = rate,
            .send = send_search,
            .context = &guardians},
        {.url = p->s.url,
            .connections = binders,
            .busy_pause = 0.1,
            .send = send_bind,
            .context = &right},
    };

    load_run(groups, binders > 0 ? 2 : 1, 0.5, seconds);
    print_message("  %-6s N=%-3zu %s searches/s %8.0f p50 %7.2f p95 %7.2f "
                  "p99 %7.2f max %7.2f ms | binds/s %6.1f busy/s %5.1f p50 "
                  "%6.0f ms | RSS %ld KiB\n",
        peer_names[p->peer], binders, rate > 0 ? "fixed " : "closed",
        load_rate(&groups[0], 0), histogram_at(&groups[0].latency, 0.5) * 1e3,
        histogram_at(&groups[0].latency, 0.95) * 1e3,
        histogram_at(&groups[0].latency, 0.99) * 1e3,
        groups[0].latency.max * 1e3, load_rate(&groups[1], 0),
        load_rate(&groups[1], LDAP_BUSY),
        histogram_at(&groups[1].latency, 0.5) * 1e3,
        server_status_kib(&p->s, "VmRSS"));
}

int
main(void)
{
    static const size_t sizes[] = {0, 16, 32, 64};
    const char *people_text = getenv("EDC_PEOPLE");
    long people = people_text != NULL ? atol(people_text) : 10000;
    peer_server servers[N_PEERS];
    char directory[] = "/tmp/educonnect-bench-XXXXXX", *data[2];

    if (getenv("EDC_SECONDS") != NULL)
        seconds = atof(getenv("EDC_SECONDS"));
    REQUIRE(mkdtemp(directory) != NULL);
    data[0] = peers_data(directory, people, false);
    data[1] = peers_data(directory, people, true);
    for (int p = 0; p < N_PEERS; p++)
        peer_begin(&servers[p], (peer)p, data[p == OURS], true, NULL);
    print_message("libargon2 alone: %.1f/s\n", libargon2_alone());
    for (size_t i = 0; i < 4; i++) {
        for (int p = 0; p < N_PEERS; p++) {
            if (p == BARE)
                continue;
            storm(&servers[p], sizes[i], 200, (unsigned long)people);
            storm(&servers[p], sizes[i], 0, (unsigned long)people);
        }
    }
    print_message("libargon2 alone: %.1f/s\n", libargon2_alone());
    for (int p = 0; p < N_PEERS; p++)
        peer_end(&servers[p]);
    unlink(data[0]);
    unlink(data[1]);
    rmdir(directory);
    return 0;
}
