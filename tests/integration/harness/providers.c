/* providers.c - two or three providers that all take writes. */
#define _GNU_SOURCE 1
#include "harness/providers.h"

#include <stdlib.h>
#include <string.h>

#include "harness/port.h"
#include "harness/replica.h"

/* One syncrepl line for each of the others; allocated. */
static char *
sources_of(size_t side, const providers_setup *how, const int *ports)
{
    char *all = text_of("%s", "");

    for (size_t i = 0; i < how->n; i++) {
        int through = how->through[side][i];
        char *url, *line, *longer;

        if (i == side)
            continue;
        url = text_of("ldap://127.0.0.1:%d/", through ? through : ports[i]);
        line = replica_of(
            url, (int)i + 1, how->by == BY_CHANGE ? REPLICA_DELTA : "");
        longer = text_of("%s%s", all, line);
        free(url);
        free(line);
        free(all);
        all = longer;
    }
    return all;
}

/* What is loaded has the first one's number, and a contextCSN that is stored:
 * slapd takes the log's from there, and refuses readers of a log that has none
 * ("consumer has state info but provider doesn't!"). */
static setup
setup_of(size_t side, const providers_setup *how, const int *ports)
{
    static const char *const numbers[PROVIDERS_MAX] = {
        "serverID 1\n", "serverID 2\n", "serverID 3\n"};
    bool logged = how->by == BY_CHANGE;
    char *sources = sources_of(side, how, ports);
    setup one = {.modules = logged ? REPLICA_MODULES : "moduleload syncprov\n",
        .global = numbers[side],
        .databases = logged ? REPLICA_LOG : NULL,
        .database = text_of("%smultiprovider on\n", sources),
        .below = logged ? REPLICA_OVERLAYS : "overlay syncprov\n",
        .directives = how->directives,
        .above = how->without ? "overlay ppolicy\n" : NULL,
        .without = how->without,
        .slapadd = "-w -S 1",
        .port = ports[side]};

    free(sources);
    return one;
}

static size_t
count_readings(const char *log, const char *of)
{
    size_t n = 0;

    for (const char *at = log; (at = strstr(at, of)) != NULL; at++)
        n++;
    return n;
}

/* Until the others read this one's changes as they come. Writes before that
 * are a matter of slapd's first copy, which is not what is tested. */
static void
await_readers(const server *s, size_t readers)
{
    deadline d = deadline_in(60);

    for (bool read = false; !read;) {
        char *log = server_log(s);

        read = count_readings(log, "SRCH base=\"cn=log\"") >= readers;
        free(log);
        if (!read)
            deadline_wait(&d, "the providers to read each other");
    }
}

void
providers_begin(providers *p, const providers_setup *how)
{
    int ports[PROVIDERS_MAX];

    REQUIRE(how->n >= 2 && how->n <= PROVIDERS_MAX);
    memset(p, 0, sizeof(*p));
    p->n = how->n;
    for (size_t i = 0; i < p->n; i++)
        ports[i] = how->ports[i] != 0 ? how->ports[i] : server_free_port();
    for (size_t i = 0; i < p->n; i++) {
        setup one = setup_of(i, how, ports);
        world *w = &p->side[i];

        if (i == 0) {
            world_begin(w, &one);
        } else {
            server_prepare(&w->server, &one);
            server_start(&w->server);
            replicas_meet(&p->side[0].server, &w->server);
            world_login(w);
        }
        w->serial = (unsigned)i * 30000; /* other names and passwords */
        free((char *)(size_t)one.database);
    }
    for (size_t i = 0; i < p->n && how->by == BY_CHANGE; i++)
        await_readers(&p->side[i].server, p->n - 1);
}

void
providers_end(providers *p)
{
    for (size_t i = 0; i < p->n; i++)
        world_end(&p->side[i]);
}

/* What the last one hears may have come by way of the one before it. */
void
providers_agree(providers *p)
{
    for (size_t i = 1; i < p->n; i++)
        replicas_agree(&p->side[0].server, &p->side[i].server);
}
