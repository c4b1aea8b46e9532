/* test_lockout_release.c - every event that opens an account again, written at
 * any server that takes writes, releases the counts and locks of all servers.
 *
 * Every event on an account of its own, for each way in which the servers have
 * guesses to forget.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/trio.h"

#define LOCKED "pwdAccountLockedTime"
#define FOR_GOOD "000001010000Z"
#define LIMIT 3

/* ---- the events ---- */

/* One event on one account, at one of the servers. */
typedef struct doing {
    world *at;
    account *a;
    LDAP *self; /* the holder's session there, from before the guesses */
    char mobile[24];
} doing;

static answer
unlock(doing *d)
{
    return client_modify(
        d->at->as[ASSISTANCE], d->a->dn, "delete: " LOCKED "\n");
}

static answer
unlock_by_school(doing *d)
{
    return client_modify(d->at->as[HEAD1], d->a->dn, "replace: " LOCKED "\n");
}

static answer
lock_and_unlock(doing *d)
{
    expect_ok(client_modify(d->at->as[ACADEMY], d->a->dn,
        "replace: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n"));
    return client_modify(d->at->as[ACADEMY], d->a->dn,
        "delete: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n");
}

/* A password that the server makes. */
static answer
made(doing *d, actor who)
{
    answer r = client_password(d->at->as[who], d->a->dn, NULL, NULL);

    snprintf(d->a->password, sizeof(d->a->password), "%s", r.made);
    return r;
}

/* One that the client brings. */
static answer
brought(doing *d, actor who)
{
    fresh_password(d->at, d->a->password);
    return client_replace(d->at->as[who], d->a->dn, "userPassword",
        d->a->password, strlen(d->a->password));
}

static answer
letter_of_school(doing *d)
{
    return made(d, HEAD1);
}

static answer
letter_of_academy(doing *d)
{
    answer r;

    client_sends(d->at->as[ACADEMY], SENDS_PPOLICY | SENDS_RELAX, NULL);
    r = brought(d, ACADEMY);
    client_sends(d->at->as[ACADEMY], SENDS_PPOLICY, NULL);
    return r;
}

static answer
letter_of_import(doing *d)
{
    return brought(d, PROVISIONER);
}

static answer
reset_made(doing *d)
{
    return made(d, ACADEMY);
}

static answer
reset_brought(doing *d)
{
    return brought(d, ACADEMY);
}

static answer
recover_brought(doing *d)
{
    return brought(d, REGISTRAR);
}

static answer
recover_exop(doing *d)
{
    fresh_password(d->at, d->a->password);
    return client_password(
        d->at->as[REGISTRAR], d->a->dn, NULL, d->a->password);
}

static answer
claim(doing *d)
{
    claim_data data = {
        d->mobile, "Karadec", "Soizic", "2011-03-09", d->a->password, NULL};

    fresh_password(d->at, d->a->password);
    return client_claim(d->at->as[REGISTRAR], &data);
}

static answer
withdraw_and_inform(doing *d)
{
    expect_ok(client_modify(d->at->as[HEAD1], d->a->dn,
        "replace: educonnectState\neduconnectState: uninformed\n"));
    return made(d, HEAD1);
}

static answer
own_password(doing *d)
{
    fresh_password(d->at, d->a->password);
    return client_password(d->self, NULL, NULL, d->a->password);
}

static const struct event {
    const char *name;
    const char *from; /* "imported": a letter of the provisioner's */
    bool student;
    bool self;
    answer (*run)(doing *d);
} events[] = {
    {"unlock", "active", false, false, unlock},
    {"unlock of a letter", "informed", false, false, unlock},
    {"unlock by the school", "active", true, false, unlock_by_school},
    {"lock and unlock", "active", false, false, lock_and_unlock},
    {"letter again", "informed", false, false, letter_of_school},
    {"letter of the academy", "informed", false, false, letter_of_academy},
    {"letter of an import", "imported", false, false, letter_of_import},
    {"school-reset", "active", true, false, letter_of_school},
    {"school-reset again", "reset", true, false, letter_of_school},
    {"academy-reset", "active", false, false, reset_made},
    {"academy-reset by Modify", "active", true, false, reset_brought},
    {"recover", "active", false, false, recover_brought},
    {"recover by exop", "reset", false, false, recover_exop},
    {"claim", "informed", false, false, claim},
    {"withdraw and inform", "informed", false, false, withdraw_and_inform},
    {"change", "active", false, true, own_password},
    {"activate", "informed", false, true, own_password},
    {"activate after a reset", "reset", false, true, own_password},
};
#define N_EVENTS (sizeof(events) / sizeof(events[0]))

/* ---- what there is to forget ---- */

typedef enum guessed {
    COUNTED,   /* one guess less than locks, at each */
    ELSEWHERE, /* locks at all but the one that is written at */
    EVERYWHERE,
    N_GUESSED
} guessed;

static const char *const guessed_names[N_GUESSED] = {
    "counted", "locked elsewhere", "locked everywhere"};

/* The last guess at a server. One that takes writes writes the lock, and it is
 * everywhere before the next is asked. */
static void
complete(trio *t, size_t side, const account *a)
{
    bind_wrongly(&t->side[side].server, a, "Dernier", 1);
    if (side < trio_writers(t))
        free(client_await(t->side[side].as[ROOT], a->dn, LOCKED));
}

static account
begin_account(trio *t, const struct event *e)
{
    world *w = &t->side[0];
    doing d = {.at = w};
    account a;

    if (strcmp(e->from, "imported") != 0)
        return e->student ? student_in(w, e->from) : guardian_in(w, e->from);
    a = guardian_in(w, "uninformed");
    d.a = &a;
    expect_ok(letter_of_import(&d));
    return a;
}

static void
begin_one(trio *t, size_t writer, size_t i, account *a, doing *d)
{
    world *w = &t->side[0];

    *a = begin_account(t, &events[i]);
    *d = (doing){.at = &t->side[writer], .a = a};
    snprintf(d->mobile, sizeof(d->mobile), "+336%08u", w->serial + 10000000);
    if (!events[i].student)
        expect_ok(client_modify(w->as[PROVISIONER], a->dn,
            "replace: mobile\nmobile: %s\n", d->mobile));
}

static void
guess_at(trio *t, size_t writer, guessed how, doing *all, size_t n)
{
    for (size_t side = 0; side < t->n; side++) {
        for (size_t i = 0; i < n; i++)
            bind_wrongly(&t->side[side].server, all[i].a, "Avant", LIMIT - 1);
    }
    /* Those that write nothing first: their locks are in memory. */
    for (size_t side = t->n; how != COUNTED && side-- > 0;) {
        for (size_t i = 0; i < n; i++) {
            if (how == EVERYWHERE || side != writer)
                complete(t, side, all[i].a);
        }
        trio_meet(t);
    }
}

/* Nothing is left at any server: all but the last guess are had once more. */
static void
expect_forgotten(
    trio *t, const doing *d, const struct event *e, const char *what)
{
    for (size_t side = 0; side < t->n; side++) {
        const server *s = &t->side[side].server;
        answer r;

        bind_wrongly(s, d->a, "Apres", LIMIT - 1);
        r = bind_once(s, d->a->dn, d->a->password);
        if (r.code != LDAP_SUCCESS)
            FAIL("%s, %s, %s: server %zu answers %d %s", trio_name(t->kind),
                e->name, what, side, r.code, r.text);
    }
}

/* A holder who works in an open session lifts no lock with another password:
 * only what is counted goes. Such a session by way of a consumer is another
 * test's subject (test_chained.c). */
static bool
is_played(const trio *t, size_t writer, const struct event *e, guessed how)
{
    return !e->self || (writer < trio_writers(t) && how == COUNTED);
}

static void
play_round(trio *t, size_t writer, guessed how)
{
    static account accounts[N_EVENTS];
    static doing all[N_EVENTS];
    const struct event *played[N_EVENTS];
    size_t n = 0;

    for (size_t i = 0; i < N_EVENTS; i++) {
        if (!is_played(t, writer, &events[i], how))
            continue;
        begin_one(t, writer, i, &accounts[n], &all[n]);
        played[n++] = &events[i];
    }
    trio_meet(t);
    for (size_t i = 0; i < n; i++) {
        if (played[i]->self)
            all[i].self = client_login(
                &all[i].at->server, all[i].a->dn, all[i].a->password);
    }
    guess_at(t, writer, how, all, n);
    for (size_t i = 0; i < n; i++) {
        answer r = played[i]->run(&all[i]);

        if (r.code != LDAP_SUCCESS)
            FAIL("%s, %s, at %zu: %d %s", trio_name(t->kind), played[i]->name,
                writer, r.code, r.text);
    }
    trio_meet(t);
    for (size_t i = 0; i < n; i++) {
        expect_forgotten(t, &all[i], played[i], guessed_names[how]);
        client_close(all[i].self);
    }
}

static void
play(trio_kind kind, size_t servers)
{
    char *directives = text_of(
        "%seduconnect-lockout failures=%d\n", usual_directives(), LIMIT);
    trio t;
    size_t writers;

    trio_begin(&t, kind, servers, directives);
    writers = kind == TRIO_CHAINED ? servers : trio_writers(&t);
    for (size_t writer = 0; writer < writers; writer++) {
        for (int how = 0; how < N_GUESSED; how++)
            play_round(&t, writer, (guessed)how);
    }
    trio_end(&t);
    free(directives);
}

static void
consumers_by_syncrepl(void **state)
{
    (void)state;
    play(TRIO_PLAIN, 2);
}

static void
consumers_by_delta_syncrepl(void **state)
{
    (void)state;
    play(TRIO_DELTA, 2);
}

static void
consumers_that_chain(void **state)
{
    (void)state;
    play(TRIO_CHAINED, 3);
}

static void
three_providers(void **state)
{
    (void)state;
    play(TRIO_PROVIDERS, 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(consumers_by_syncrepl),
        cmocka_unit_test(consumers_by_delta_syncrepl),
        cmocka_unit_test(consumers_that_chain),
        cmocka_unit_test(three_providers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
