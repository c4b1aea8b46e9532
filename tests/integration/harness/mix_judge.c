/* mix_judge.c - what is left of the long mix. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/crossing.h"
#include "harness/mix.h"
#include "harness/replica.h"

/* ---- the same on all ---- */

/* With what differs on stderr when told is true. */
static size_t
count_different(const mix *m, char *const *dumps, bool told)
{
    size_t n = 0;

    for (size_t i = 0; i < MIX_ACCOUNTS + MIX_CLIENTS; i++) {
        const char *dn = i < MIX_ACCOUNTS ? m->accounts[i].a.dn
                                          : m->counters[i - MIX_ACCOUNTS].dn;
        char *first = crossing_lines(dumps[0], dn);
        bool same = true;

        for (size_t side = 1; side < MIX_SERVERS; side++) {
            char *other = crossing_lines(dumps[side], dn);

            if (strcmp(first, other) != 0 && told)
                fprintf(stderr, "on the first\n%son server %zu\n%s", first,
                    side + 1, other);
            same = same && strcmp(first, other) == 0;
            free(other);
        }
        n += !same;
        free(first);
    }
    return n;
}

/* Until nothing is different any more, or for a minute. */
static void
await_the_same(mix *m, char **dumps)
{
    double until = mix_now() + 60;

    for (;;) {
        bool last = mix_now() > until;

        for (size_t side = 0; side < MIX_SERVERS; side++)
            dumps[side] = replica_dump(&m->p.side[side].server);
        m->f.differ = count_different(m, dumps, last);
        if (m->f.differ == 0 || last)
            return;
        for (size_t side = 0; side < MIX_SERVERS; side++)
            free(dumps[side]);
        mix_sleep(2);
    }
}

/* ---- one after the other ---- */

static void
judge_sound(mix *m)
{
    for (size_t i = 0; i < MIX_ACCOUNTS && !m->without; i++) {
        bool sound = true;

        for (size_t side = 0; side < MIX_SERVERS; side++)
            sound = sound && crossing_sound(
                                 m->p.side[side].as[ROOT], m->accounts[i].a.dn);
        m->f.contradictory += !sound;
    }
}

static int
by_number(const void *a, const void *b)
{
    const unsigned long *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* What most servers have; a single one that is behind is counted as different.
 * A counter may be one ahead: that answer did not come. */
static void
judge_counters(mix *m)
{
    for (size_t i = 0; i < MIX_CLIENTS; i++) {
        const mix_counter *c = &m->counters[i];
        unsigned long there[MIX_SERVERS];

        for (size_t side = 0; side < MIX_SERVERS; side++) {
            char *text =
                client_read(m->p.side[side].as[ROOT], c->dn, "description");

            there[side] = text != NULL ? strtoul(text, NULL, 10) : 0;
            free(text);
        }
        qsort(there, MIX_SERVERS, sizeof(there[0]), by_number);
        if (there[MIX_SERVERS / 2] < c->acknowledged)
            m->f.lost += c->acknowledged - there[MIX_SERVERS / 2];
    }
}

/* Which of an account's passwords open it on a server, as bits. */
static unsigned
opened_by(const mix_account *a, LDAP *ld)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < MIX_PASSWORDS; i++) {
        if (a->known[i][0] != '\0' &&
            client_bind(ld, a->a.dn, a->known[i]).code == LDAP_SUCCESS)
            bits |= 1u << i;
    }
    return bits;
}

/* Servers count guesses for themselves, and forget them when they start. */
static void
judge_opened(mix *m)
{
    LDAP *ld[MIX_SERVERS];

    for (size_t side = 0; side < MIX_SERVERS; side++)
        ld[side] = client_open(&m->p.side[side].server);
    for (size_t i = 0; i < MIX_ACCOUNTS; i++) {
        unsigned here = opened_by(&m->accounts[i], ld[0]);
        bool same = true;

        for (size_t side = 1; side < MIX_SERVERS; side++)
            same = same && opened_by(&m->accounts[i], ld[side]) == here;
        m->f.opens_on_some += !same;
    }
    for (size_t side = 0; side < MIX_SERVERS; side++)
        client_close(ld[side]);
}

void
mix_judge(mix *m)
{
    char *dumps[MIX_SERVERS];

    mix_repair(m);
    await_the_same(m, dumps);
    judge_sound(m);
    judge_counters(m);
    mix_compare_logs(m, dumps[0]);
    judge_opened(m);
    for (size_t side = 0; side < MIX_SERVERS; side++)
        free(dumps[side]);
}
