/* twins.c - two providers that both take writes. */
#define _GNU_SOURCE 1
#include "harness/twins.h"

#include <stdlib.h>
#include <string.h>

#include "harness/port.h"
#include "harness/replica.h"

/* One of the two; the other's data come to it by themselves. What is loaded has
 * the first one's number, and a contextCSN that is stored: slapd takes the
 * log's from there, and refuses readers of a log that has none ("consumer has
 * state info but provider doesn't!"). */
static setup
twin_setup(int side, const int *ports, const char *directives)
{
    char *url = text_of("ldap://127.0.0.1:%d/", ports[1 - side]);
    char *syncrepl = replica_of(url, 1, REPLICA_DELTA);
    setup how = {.modules = REPLICA_MODULES,
        .global = side == 0 ? "serverID 1\n" : "serverID 2\n",
        .databases = REPLICA_LOG,
        .database = text_of("%smultiprovider on\n", syncrepl),
        .below = REPLICA_OVERLAYS,
        .directives = directives,
        .slapadd = "-w -S 1",
        .port = ports[side]};

    free(url);
    free(syncrepl);
    return how;
}

/* Until the other one reads this one's changes as they come. Writes before
 * that are a matter of slapd's first copy, which is not what is tested. */
static void
await_reader(const server *s)
{
    deadline d = deadline_in(60);

    for (bool reads = false; !reads;) {
        char *log = server_log(s);

        reads = strstr(log, "SRCH base=\"cn=log\"") != NULL;
        free(log);
        if (!reads)
            deadline_wait(&d, "the providers to read each other");
    }
}

void
twins_begin(twins *t, const char *directives)
{
    int ports[2] = {server_free_port(), server_free_port()};
    setup how[2];

    memset(t, 0, sizeof(*t));
    for (int i = 0; i < 2; i++)
        how[i] = twin_setup(i, ports, directives);
    world_begin(&t->side[0], &how[0]);
    server_prepare(&t->side[1].server, &how[1]);
    server_start(&t->side[1].server);
    replicas_meet(&t->side[0].server, &t->side[1].server);
    world_login(&t->side[1]);
    for (int i = 0; i < 2; i++)
        await_reader(&t->side[i].server);
    t->side[1].serial = 50000; /* other names and passwords */
    for (int i = 0; i < 2; i++)
        free((char *)(size_t)how[i].database);
}

void
twins_end(twins *t)
{
    world_end(&t->side[0]);
    world_end(&t->side[1]);
}

void
twins_agree(twins *t)
{
    replicas_agree(&t->side[0].server, &t->side[1].server);
}
