/* bench_storm.c - the whole run: make bench, make bench-quick.
 *
 * Variables: EDC_QUICK (when set: the short run), EDC_RESULTS (directory that
 * the results are written to), EDC_PARTS (some of raw storm guess bind load
 * read write delete once replica size; all when not set), EDC_ROUNDS (at least
 * so many), EDC_SECONDS.
 */
#define _GNU_SOURCE 1
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"

static const struct {
    const char *name;
    void (*run)(bench *b);
    bool quick; /* in the short run, too */
} parts[] = {
    {"raw", part_raw, true},
    {"storm", part_storm, true},
    {"guess", part_guess, true},
    {"bind", part_bind, true},
    {"load", part_load, false},
    {"read", part_read, true},
    {"write", part_write, true},
    {"delete", part_delete, false},
    {"once", part_once, false},
    {"replica", part_replica, false},
    {"size", part_size, true},
};

void
part_raw(bench *b)
{
    peer_server null;
    requests search = {.weight[REQUEST_BASE] = 1, .dn = SUFFIX, .n = 1};
    requests bind = {.weight[REQUEST_BIND] = 1,
        .dn = "uid=g%," PEOPLE,
        .password = BENCH_PASSWORD,
        .n = 1000};

    b->limits.argon2 = raw_argon2(b->seconds);
    b->limits.lmdb = raw_lmdb(b->directory, true, b->seconds);
    b->limits.lmdb_nosync = raw_lmdb(b->directory, false, b->seconds);
    peer_begin_null(&null);
    b->limits.null_search = bench_rate(b, &null, &search, 4, NULL);
    b->limits.null_bind = bench_rate(b, &null, &bind, 4, NULL);
    peer_end(&null);
    bench_say("libargon2 %.0f/s, LMDB %.0f/s, without fsync %.0f/s, back-null "
              "%.0f searches/s, %.0f binds/s",
        b->limits.argon2, b->limits.lmdb, b->limits.lmdb_nosync,
        b->limits.null_search, b->limits.null_bind);
}

/* Whether a list of words, NULL for all, has this one. */
static bool
is_wanted(const char *list, const char *word)
{
    const char *at = list;
    size_t n = strlen(word);

    if (list == NULL)
        return true;
    while ((at = strstr(at, word)) != NULL) {
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
        at += n;
    }
    return false;
}

static double
number(const char *name, double usual)
{
    const char *given = getenv(name);

    return given != NULL && given[0] != '\0' ? atof(given) : usual;
}

int
main(void)
{
    static bench b = {.directory = "/tmp/bench-educonnect-XXXXXX"};
    const char *results = getenv("EDC_RESULTS");
    bool good = true;

    b.quick = getenv("EDC_QUICK") != NULL;
    b.rounds = (int)number("EDC_ROUNDS", VERDICT_ROUNDS);
    /* In the short run for rounds that have failed, and no others. */
    b.rounds_most = b.quick ? b.rounds + b.rounds / 2 : b.rounds * 2;
    b.seconds = number("EDC_SECONDS", b.quick ? 0.15 : 1);
    b.warm_up = b.seconds / 4;
    if (b.rounds < 1 || b.rounds > FIGURE_ROUNDS_MAX / 2 || b.seconds <= 0) {
        fprintf(stderr, "bench: EDC_ROUNDS is 1 to %d, EDC_SECONDS over 0\n",
            FIGURE_ROUNDS_MAX / 2);
        return 2;
    }
    REQUIRE(mkdtemp(b.directory) != NULL);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && good; i++) {
        if (!is_wanted(getenv("EDC_PARTS"), parts[i].name) ||
            (!parts[i].quick && b.quick))
            continue;
        parts[i].run(&b);
        /* A later part may not end. */
        good = result_write(&b, results != NULL ? results : ".");
    }
    rmdir(b.directory);
    return good ? 0 : 1;
}
