/* load.c - load on an LDAP server. */
#define _GNU_SOURCE 1
#include "load.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct connection {
    LDAP *ld;
    int message; /* 0: none is under way */
    uint64_t step;
    double begun;
    double rest; /* until when it pauses */
} connection;

/* One group while it runs. */
typedef struct runner {
    load_group *g;
    connection *c;
    struct pollfd *fds;
    pthread_t thread;
    uint64_t serial, unsent, answered;
    double begin, end; /* of what counts */
    double due;        /* of the next request, at a fixed rate */
    bool over;         /* nothing counts any more */
} runner;

double
load_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double
load_rate(const load_group *g, int code)
{
    return g->seconds > 0 ? (double)g->answers[code] / g->seconds : 0;
}

double
load_rate_of_all(const load_group *g)
{
    return g->seconds > 0 ? (double)g->latency.n / g->seconds : 0;
}

static void
give_up(const char *what, int code)
{
    fprintf(stderr, "load: %s: %s\n", what, ldap_err2string(code));
    exit(1);
}

static void
open_connection(const load_group *g, connection *c)
{
    int version = LDAP_VERSION3;
    struct berval cred = {0, ""};
    int rc = ldap_initialize(&c->ld, g->url);

    if (rc != LDAP_SUCCESS)
        give_up("no connection", rc);
    ldap_set_option(c->ld, LDAP_OPT_PROTOCOL_VERSION, &version);
    if (g->address != NULL)
        ldap_set_option(c->ld, LDAP_OPT_SOCKET_BIND_ADDRESSES, g->address);
    if (g->password != NULL)
        cred = (struct berval){strlen(g->password), (char *)g->password};
    rc = ldap_sasl_bind_s(c->ld, g->dn != NULL ? g->dn : "", LDAP_SASL_SIMPLE,
        &cred, NULL, NULL, NULL);
    if (rc != LDAP_SUCCESS)
        give_up(g->dn != NULL ? g->dn : "anonymous", rc);
}

static void
send_one(runner *r, size_t i, double begun)
{
    connection *c = &r->c[i];
    load_turn turn = {i, c->step++, r->serial++};

    c->begun = begun;
    if (r->g->send(r->g, c->ld, &turn, &c->message) != LDAP_SUCCESS) {
        r->g->failures++;
        r->unsent++;
        c->message = 0;
        c->rest = begun + 0.1;
    }
}

static void
count(runner *r, connection *c, int code, double now)
{
    load_group *g = r->g;

    r->answered++;
    if (code == LDAP_BUSY)
        c->rest = now + g->busy_pause;
    if (now < r->begin || now > r->end || r->over)
        return;
    if (code < 0 || code >= LOAD_CODES) {
        g->failures++;
        return;
    }
    g->answers[code]++;
    if (code != LDAP_BUSY)
        histogram_add(&g->latency, now - c->begun);
}

static void
receive(runner *r, connection *c)
{
    struct timeval at_once = {0, 0};
    LDAPMessage *message = NULL;
    int code = -1;
    int rc = ldap_result(c->ld, c->message, LDAP_MSG_ALL, &at_once, &message);

    if (rc == 0)
        return;
    if (rc > 0)
        ldap_parse_result(c->ld, message, &code, NULL, NULL, NULL, NULL, 1);
    c->message = 0;
    count(r, c, code, load_now());
}

static bool
is_sent(const runner *r)
{
    return r->g->limit != 0 && r->serial >= r->g->limit;
}

/* Sends what is to be sent now; returns when there will be more. */
static double
send_due(runner *r, double now)
{
    double next = r->end;

    for (size_t i = 0; i < r->g->connections && !is_sent(r); i++) {
        connection *c = &r->c[i];

        if (c->message != 0)
            continue;
        if (c->rest > now) {
            next = c->rest < next ? c->rest : next;
        } else if (r->g->rate == 0) {
            send_one(r, i, now);
        } else if (r->due <= now) {
            send_one(r, i, r->due);
            r->due += 1 / r->g->rate;
        } else {
            next = r->due < next ? r->due : next;
        }
    }
    return next;
}

static bool
is_answered(const runner *r)
{
    return r->answered >= r->serial - r->unsent;
}

/* Waits until something comes in, or for so many seconds, and takes it. */
static void
await(runner *r, double seconds)
{
    struct timespec wait = {0, 0};

    if (seconds > 0) {
        wait.tv_sec = (time_t)seconds;
        wait.tv_nsec = (long)((seconds - (double)wait.tv_sec) * 1e9);
    }
    for (size_t i = 0; i < r->g->connections; i++)
        r->fds[i].events = r->c[i].message != 0 ? POLLIN : 0;
    if (ppoll(r->fds, r->g->connections, &wait, NULL) < 0)
        return;
    for (size_t i = 0; i < r->g->connections; i++) {
        if (r->c[i].message != 0 && r->fds[i].revents != 0)
            receive(r, &r->c[i]);
    }
}

/* Sends the second halves of pairs; returns whether anything is under way. */
static bool
send_rest(runner *r)
{
    bool busy = false;

    for (size_t i = 0; i < r->g->connections; i++) {
        connection *c = &r->c[i];

        if (c->message == 0 && r->g->in_pairs && c->step % 2 != 0)
            send_one(r, i, load_now());
        busy = busy || c->message != 0;
    }
    return busy;
}

/* Longest that a server may take for what it was sent. */
#define REST_SECONDS 60

static void
drain(runner *r)
{
    double until = load_now() + REST_SECONDS;

    r->over = true;
    while (send_rest(r) && load_now() < until)
        await(r, 0.1);
}

static void *
run_group(void *arg)
{
    runner *r = arg;
    double now;

    while ((now = load_now()) < r->end && !(is_sent(r) && is_answered(r)))
        await(r, send_due(r, now) - load_now());
    if (is_sent(r))
        r->g->seconds = now - r->begin;
    r->g->sent = r->serial;
    drain(r);
    return NULL;
}

static void
open_group(runner *r)
{
    r->c = calloc(r->g->connections, sizeof(*r->c));
    r->fds = calloc(r->g->connections, sizeof(*r->fds));
    if (r->c == NULL || r->fds == NULL)
        give_up("load", LDAP_NO_MEMORY);
    for (size_t i = 0; i < r->g->connections; i++) {
        open_connection(r->g, &r->c[i]);
        ldap_get_option(r->c[i].ld, LDAP_OPT_DESC, &r->fds[i].fd);
    }
}

static void
close_group(runner *r)
{
    for (size_t i = 0; i < r->g->connections; i++)
        ldap_unbind_ext(r->c[i].ld, NULL, NULL);
    free(r->c);
    free(r->fds);
}

void
load_run(load_group *groups, size_t n, double warm_up, double seconds)
{
    runner *runners = calloc(n, sizeof(*runners));

    if (runners == NULL)
        give_up("load", LDAP_NO_MEMORY);
    for (size_t i = 0; i < n; i++) {
        runners[i].g = &groups[i];
        open_group(&runners[i]);
    }
    for (size_t i = 0; i < n; i++) {
        runners[i].due = load_now();
        runners[i].begin =
            runners[i].due + (groups[i].limit != 0 ? 0 : warm_up);
        runners[i].end = runners[i].due + warm_up + seconds;
        groups[i].seconds = seconds;
        if (pthread_create(&runners[i].thread, NULL, run_group, &runners[i]) !=
            0)
            give_up("no thread", LDAP_NO_MEMORY);
    }
    for (size_t i = 0; i < n; i++)
        pthread_join(runners[i].thread, NULL);
    for (size_t i = 0; i < n; i++)
        close_group(&runners[i]);
    free(runners);
}
