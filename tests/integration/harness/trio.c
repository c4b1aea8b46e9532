/* trio.c - up to three servers that hold the same data and answer binds. */
#define _GNU_SOURCE 1
#include "harness/trio.h"

#include <stdlib.h>
#include <string.h>

#include "harness/port.h"
#include "harness/replica.h"

static const char *const names[N_TRIO_KINDS] = {
    [TRIO_PLAIN] = "consumers by syncrepl",
    [TRIO_DELTA] = "consumers by delta-syncrepl",
    [TRIO_CHAINED] = "consumers that chain",
    [TRIO_PROVIDERS] = "providers",
};

const char *
trio_name(trio_kind kind)
{
    return names[kind];
}

size_t
trio_writers(const trio *t)
{
    return t->kind == TRIO_PROVIDERS ? t->n : 1;
}

/* ---- providers ---- */

/* As in twins.c: what is loaded has the first one's number. */
static setup
provider_setup(const trio *t, size_t side, const int *ports)
{
    char *database = text_of("%s", "");
    setup how = {.modules = REPLICA_MODULES,
        .databases = REPLICA_LOG,
        .below = REPLICA_OVERLAYS,
        .slapadd = "-w -S 1",
        .port = ports[side]};

    for (size_t i = 0; i < t->n; i++) {
        char *url = text_of("ldap://127.0.0.1:%d/", ports[i]);
        char *one = replica_of(url, (int)i + 1, REPLICA_DELTA);
        char *longer = text_of("%s%s", database, i == side ? "" : one);

        free(url);
        free(one);
        free(database);
        database = longer;
    }
    how.database = text_of("%smultiprovider on\n", database);
    how.global = text_of("serverID %zu\n", side + 1);
    free(database);
    return how;
}

/* Until the others read this one's changes as they come. */
static void
await_readers(const trio *t, const server *s)
{
    deadline d = deadline_in(60);

    for (size_t readers = 0; readers < t->n - 1;) {
        char *log = server_log(s);

        readers = 0;
        for (const char *at = log;
            (at = strstr(at, "SRCH base=\"cn=log\"")) != NULL; at++)
            readers++;
        free(log);
        if (readers < t->n - 1)
            deadline_wait(&d, "the providers to read each other");
    }
}

static void
begin_providers(trio *t, const char *directives)
{
    int ports[TRIO];

    for (size_t i = 0; i < t->n; i++)
        ports[i] = server_free_port();
    for (size_t i = 0; i < t->n; i++) {
        setup how = provider_setup(t, i, ports);

        how.directives = directives;
        if (i == 0) {
            world_begin(&t->side[0], &how);
        } else {
            server_prepare(&t->side[i].server, &how);
            server_start(&t->side[i].server);
        }
        free((char *)(size_t)how.database);
        free((char *)(size_t)how.global);
    }
    trio_meet(t);
    for (size_t i = 1; i < t->n; i++)
        world_login(&t->side[i]);
    for (size_t i = 0; i < t->n; i++)
        await_readers(t, &t->side[i].server);
}

/* ---- consumers ---- */

static void
begin_consumers(trio *t, const char *directives)
{
    bool chained = t->kind == TRIO_CHAINED, delta = t->kind == TRIO_DELTA;
    setup provider = delta ? replica_delta : replica_plain;
    setup consumer = {.directives = directives,
        .modules = chained ? "moduleload syncprov\nmoduleload back_ldap\n"
                           : "moduleload syncprov\n"};
    char *global = NULL;

    provider.directives = directives;
    provider.port = server_free_port();
    world_begin(&t->side[0], &provider);
    if (chained)
        global = replica_chain(&t->side[0].server, ROOT_DN, ROOT_PASSWORD, "");
    consumer.global = global;
    for (size_t i = 1; i < t->n; i++)
        replica_start(&t->side[i].server, &t->side[0].server, &consumer,
            delta ? REPLICA_DELTA : "");
    trio_meet(t);
    for (size_t i = 1; i < t->n; i++)
        world_login(&t->side[i]);
    free(global);
}

/* ---- all of them ---- */

void
trio_begin(trio *t, trio_kind kind, size_t n, const char *directives)
{
    memset(t, 0, sizeof(*t));
    t->kind = kind;
    t->n = n;
    if (kind == TRIO_PROVIDERS)
        begin_providers(t, directives);
    else
        begin_consumers(t, directives);
    /* Other names and passwords. */
    for (size_t i = 1; i < n; i++)
        t->side[i].serial = (unsigned)i * 20000;
}

void
trio_end(trio *t)
{
    for (size_t i = t->n; i-- > 0;)
        world_end(&t->side[i]);
}

void
trio_meet(const trio *t)
{
    for (size_t i = 1; i < t->n; i++)
        replicas_meet(&t->side[0].server, &t->side[i].server);
}

void
trio_restart(trio *t, size_t side)
{
    server_stop(&t->side[side].server);
    server_start(&t->side[side].server);
    world_login(&t->side[side]);
}
