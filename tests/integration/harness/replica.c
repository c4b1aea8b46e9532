/* replica.c - servers that hold the same data. */
#define _GNU_SOURCE 1
#include "harness/replica.h"

#include <stdlib.h>
#include <string.h>

#include "harness/client.h"

char *
replica_of(const char *url, int rid, const char *more)
{
    return text_of("syncrepl rid=%03d provider=%s bindmethod=simple\n"
                   "    binddn=\"" ROOT_DN "\" credentials=" ROOT_PASSWORD
                   "\n    searchbase=\"" SUFFIX
                   "\" type=refreshAndPersist\n    retry=\"1 +\" %s\n",
        rid, url, more);
}

const setup replica_plain = {
    .modules = "moduleload syncprov\n", .below = "overlay syncprov\n"};

const setup replica_delta = {.modules = REPLICA_MODULES,
    .databases = REPLICA_LOG,
    .below = REPLICA_OVERLAYS};

void
replica_start(server *consumer, const server *provider, const setup *how,
    const char *more)
{
    static const setup usual = {.modules = "moduleload syncprov\n"};
    setup mine = how != NULL ? *how : usual;
    char *syncrepl = replica_of(provider->url, 1, more);
    char *database = text_of("%supdateref %s\n", syncrepl, provider->url);

    mine.database = database;
    server_prepare(consumer, &mine);
    server_start(consumer);
    free(database);
    free(syncrepl);
}

char *
replica_chain(const server *provider, const char *dn, const char *password,
    const char *more)
{
    return text_of("overlay chain\nchain-uri %s\n"
                   "chain-idassert-bind bindmethod=simple "
                   "binddn=\"%s\" credentials=%s mode=self %s\n"
                   "chain-idassert-authzFrom \"dn.subtree:" SUFFIX
                   "\"\nchain-return-error TRUE\n",
        provider->url, dn, password, more);
}

static char *
context_of(const server *s)
{
    LDAP *ld = client_open(s);
    char *context;

    client_bind(ld, ROOT_DN, ROOT_PASSWORD);
    context = client_read_all(ld, SUFFIX, "contextCSN");
    client_close(ld);
    return context;
}

void
replicas_meet(const server *a, const server *b)
{
    deadline d = deadline_in(60);

    for (bool same = false; !same;) {
        char *here = context_of(a), *there = context_of(b);

        same = here[0] != '\0' && strcmp(here, there) == 0;
        free(here);
        free(there);
        if (!same)
            deadline_wait(&d, "two servers to hear of the same changes");
    }
}

/* ---- a provider and its consumer ---- */

void
replica_pair_begin(replica_pair *p, const setup *provider, const char *more)
{
    world_begin(&p->provider, provider);
    replica_start(&p->consumer, &p->provider.server, NULL, more);
}

void
replica_pair_end(replica_pair *p)
{
    server_finish(&p->consumer);
    world_end(&p->provider);
}

void
replica_pair_meet(const replica_pair *p)
{
    replicas_meet(&p->provider.server, &p->consumer);
}

/* ---- the same data ---- */

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The order of entries and attributes is each database's own matter. */
char *
replica_dump(server *s)
{
    char *dump = NULL, **lines, *at, *line, *out, *end;
    const char *dn = "";
    size_t n = 0, size = 1;

    REQUIRE(server_tool(s, NULL, &dump, "slapcat", "-o ldif-wrap=no -b %s",
                SUFFIX) == 0);
    lines = calloc(strlen(dump) + 1, sizeof(*lines));
    for (at = dump; (line = strsep(&at, "\n")) != NULL;) {
        if (strncmp(line, "dn: ", 4) == 0)
            dn = line;
        /* A running provider keeps its contextCSN in memory. */
        if (line[0] == '\0' || strncmp(line, "contextCSN:", 11) == 0)
            continue;
        lines[n] = text_of("%s %s\n", dn, line);
        size += strlen(lines[n++]);
    }
    qsort(lines, n, sizeof(*lines), by_text);
    out = end = calloc(1, size);
    for (size_t i = 0; i < n; i++) {
        end = stpcpy(end, lines[i]);
        free(lines[i]);
    }
    free(lines);
    free(dump);
    return out;
}

static void
show_difference(const char *here, const char *there)
{
    size_t i = 0;

    while (here[i] == there[i])
        i++;
    while (i > 0 && here[i - 1] != '\n')
        i--;
    FAIL("here: %.400s\nthere: %.400s", here + i, there + i);
}

/* A provider that takes links out after its answer is still writing. */
void
replicas_agree(server *a, server *b)
{
    deadline d = deadline_in(20);
    bool equal = false;

    while (!equal) {
        char *here, *there;

        replicas_meet(a, b);
        here = replica_dump(a);
        there = replica_dump(b);
        REQUIRE(strstr(here, "userPassword:: ") != NULL);
        equal = strcmp(here, there) == 0;
        if (!equal && deadline_over(&d))
            show_difference(here, there);
        free(here);
        free(there);
    }
}
