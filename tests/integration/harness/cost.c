/* cost.c - what a request costs the server, in instructions. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include "harness/cost.h"
#include "harness/launch.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
cost_begin(world *w)
{
    char *wrapper = text_of("valgrind -q --tool=callgrind "
                            "--vgdb-prefix=%s/vgdb "
                            "--callgrind-out-file=%s/cost",
        w->server.directory, w->server.directory);

    server_stop(&w->server);
    launch_uninstrumented();
    setenv("EDC_SLAPD_WRAPPER", wrapper, 1);
    launch_link_modules(&w->server, false);
    server_start(&w->server);
    world_login(w);
    free(wrapper);
}

static void
tell_valgrind(world *w, const char *what)
{
    char *command = text_of("vgdb --vgdb-prefix=%s/vgdb --wait=10 --pid=%d %s "
                            ">/dev/null 2>%s/vgdb.log",
        w->server.directory, (int)w->server.pid, what, w->server.directory);
    int status = system(command);

    if (status != 0)
        FAIL("%s: status %d", command, status);
    free(command);
}

/* callgrind numbers its files; the newest says "totals: <n>". */
static unsigned long long
read_total(world *w)
{
    char *pattern = server_path(&w->server, "cost.*");
    glob_t found;
    char *text, *line;
    unsigned long long total;

    if (glob(pattern, 0, NULL, &found) != 0 || found.gl_pathc != 1)
        FAIL("callgrind has written no single file %s", pattern);
    text = read_file(found.gl_pathv[0], NULL);
    line = text == NULL ? NULL : strstr(text, "\ntotals: ");
    if (line == NULL)
        FAIL("no total in %s", found.gl_pathv[0]);
    total = strtoull(line + strlen("\ntotals: "), NULL, 10);
    unlink(found.gl_pathv[0]);
    globfree(&found);
    free(text);
    free(pattern);
    return total;
}

unsigned long long
cost_of(world *w, void (*run)(void *ctx), void *ctx)
{
    tell_valgrind(w, "zero");
    run(ctx);
    tell_valgrind(w, "dump");
    return read_total(w);
}

typedef struct sized {
    world *w;
    void (*run)(world *w, unsigned n);
    unsigned n;
} sized;

static void
run_sized(void *ctx)
{
    sized *s = ctx;

    s->run(s->w, s->n);
}

/* Whatever slapd does by itself, once a second or in a new thread. */
#define NOISE 200000

static bool
measure(world *w, const cost_case *c)
{
    long long cost[3];
    bool linear;

    for (int i = 0; i < 3; i++) {
        sized s = {w, c->run, c->n << i};

        cost[i] = (long long)cost_of(w, run_sized, &s);
    }
    linear = cost[2] - cost[1] <= 3 * (cost[1] - cost[0]) + NOISE;
    printf("%-42s %5u: %11lld %11lld %11lld%s\n", c->what, c->n, cost[0],
        cost[1], cost[2], linear ? "" : " TOO MUCH");
    fflush(stdout);
    return linear;
}

/* What something else has added to one of the three is not there again; n
 * squared is. */
bool
cost_is_linear(world *w, const cost_case *c)
{
    return measure(w, c) || measure(w, c) || measure(w, c);
}
