/* mix.c - the long mix: its servers, its population, its course. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include "harness/mix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/port.h"
#include "harness/replica.h"

double
mix_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
mix_sleep(double seconds)
{
    struct timespec t = {
        (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};

    nanosleep(&t, NULL);
}

/* ---- population ---- */

static const char *const states[] = {
    "uninformed", "informed", "active", "active", "reset", "suspended"};

static void
make_account(mix *m, size_t i)
{
    world *w = &m->p.side[0];
    mix_account *a = &m->accounts[i];
    const char *state = states[i % (sizeof(states) / sizeof(states[0]))];

    a->pupil = i % 3 == 0;
    a->a = a->pupil ? student_in(w, state) : guardian_in(w, state);
    snprintf(a->mobile, sizeof(a->mobile), "+336%08zu", 20000000 + i);
    if (!a->pupil)
        expect_ok(client_modify(w->as[PROVISIONER], a->a.dn,
            "replace: mobile\nmobile: %s\n", a->mobile));
    if (a->a.password[0] != '\0')
        memcpy(a->known[a->n_known++], a->a.password, sizeof(a->a.password));
}

static void
make_plain(mix *m, size_t i)
{
    mix_account *a = &m->accounts[i];

    snprintf(a->a.uid, sizeof(a->a.uid), "resp%zu", i);
    snprintf(a->a.dn, sizeof(a->a.dn), "uid=resp%zu," PEOPLE, i);
    expect_ok(client_ldif(m->p.side[0].as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: %s\ncn: Soizic Karadec\n"
        "sn: Karadec\n",
        a->a.dn, a->a.uid));
}

static void
make_counter(mix *m, size_t i)
{
    mix_counter *c = &m->counters[i];

    snprintf(c->dn, sizeof(c->dn), "uid=compteur%zu," PEOPLE, i);
    expect_ok(client_ldif(m->p.side[0].as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\n%suid: compteur%zu\n"
        "cn: Compteur\nsn: Compteur\ngivenName: Compteur\ndescription: 0\n",
        c->dn, m->without ? "" : "objectClass: educonnectLegalGuardian\n", i));
}

void
mix_begin(mix *m, chance c, bool without)
{
    providers_setup how = {.n = MIX_SERVERS, .by = BY_CHANGE};

    memset(m, 0, sizeof(*m));
    m->c = c;
    m->without = how.without = without;
    m->logs = text_of("%s", "");
    pthread_mutex_init(&m->mutex, NULL);
    for (size_t i = 0; i < MIX_SERVERS; i++)
        how.ports[i] = server_free_port();
    for (size_t i = 0; i < MIX_SERVERS; i++) {
        for (size_t j = 0; j < MIX_SERVERS; j++) {
            if (i == j)
                continue;
            wire_begin(&m->wires[i][j], how.ports[j]);
            how.through[i][j] = m->wires[i][j].port;
        }
    }
    providers_begin(&m->p, &how);
    if (!without)
        m->kept = guardian_in(&m->p.side[0], "active");
    for (size_t i = 0; i < MIX_ACCOUNTS; i++)
        without ? make_plain(m, i) : make_account(m, i);
    for (size_t i = 0; i < MIX_CLIENTS; i++)
        make_counter(m, i);
    for (size_t i = 1; i < MIX_SERVERS; i++)
        replicas_meet(&m->p.side[0].server, &m->p.side[i].server);
}

/* ---- its course ---- */

void
mix_play(mix *m, double seconds)
{
    static mix_client clients[MIX_CLIENTS];
    pthread_t threads[MIX_CLIENTS];

    m->until = mix_now() + seconds;
    for (size_t i = 0; i < MIX_CLIENTS; i++) {
        memset(&clients[i], 0, sizeof(clients[i]));
        clients[i].m = m;
        clients[i].number = i;
        clients[i].c = chance_of(m->c, i + 100);
        if (pthread_create(&threads[i], NULL, mix_client_run, &clients[i]) != 0)
            FAIL("no thread for a client");
    }
    while (mix_now() < m->until)
        mix_trouble(m);
    pthread_mutex_lock(&m->mutex);
    m->over = true;
    pthread_mutex_unlock(&m->mutex);
    for (size_t i = 0; i < MIX_CLIENTS; i++)
        pthread_join(threads[i], NULL);
}

void
mix_end(mix *m)
{
    providers_end(&m->p);
    for (size_t i = 0; i < MIX_SERVERS; i++) {
        free(m->backups[i]);
        for (size_t j = 0; j < MIX_SERVERS; j++) {
            if (i != j)
                wire_end(&m->wires[i][j]);
        }
    }
    free(m->logs);
    pthread_mutex_destroy(&m->mutex);
}
