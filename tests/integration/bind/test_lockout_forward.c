/* test_lockout_forward.c - the lock of a server that takes no writes: handed on
 * where that server chains, else shown there and lifted from where writes are
 * taken.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/replica.h"
#include "harness/trio.h"

#define LOCKED "pwdAccountLockedTime"
#define SERIAL "educonnectSerial"
#define STATUS "educonnectBindStatus"
#define FOR_GOOD "000001010000Z"
#define LIMIT 10

static void
expect_everywhere(const trio *t, const account *a, int code)
{
    for (size_t i = 0; i < t->n; i++)
        expect(bind_once(&t->side[i].server, a->dn, a->password), code, "");
}

static void
unlock(trio *t, const account *a)
{
    expect_ok(client_modify(
        t->side[0].as[ASSISTANCE], a->dn, "delete: " LOCKED "\n"));
    trio_meet(t);
}

static void
await_counter(world *w, const char *key, long n)
{
    deadline d = deadline_in(60);

    while (monitor_counter(w, GUESSES, key) < n)
        deadline_wait(&d, key);
    assert_int_equal(monitor_counter(w, GUESSES, key), n);
}

/* ---- handed on ---- */

static void
expect_kept_by_starts(trio *t, const account *a)
{
    for (size_t i = 0; i < t->n; i++) {
        trio_restart(t, i);
        server_kill(&t->side[i].server);
        server_start(&t->side[i].server);
        world_login(&t->side[i]);
        expect_everywhere(t, a, LDAP_INVALID_CREDENTIALS);
    }
}

static void
a_consumers_lock_is_everywhere(void **state)
{
    trio t;

    (void)state;
    trio_begin(&t, TRIO_CHAINED, 3, NULL);
    for (size_t side = 1; side < t.n; side++) {
        account a = guardian_in(&t.side[0], "active");
        char *serial, *stored;

        trio_meet(&t);
        bind_wrongly(&t.side[side].server, &a, "Un", LIMIT);
        stored = client_await(t.side[0].as[ROOT], a.dn, LOCKED);
        await_counter(&t.side[side], "locks-handed-on ", 1);
        await_counter(&t.side[side], "locks-alone ", 0);
        trio_meet(&t);
        for (size_t i = 0; i < t.n; i++)
            expect_stored(t.side[i].as[ROOT], a.dn, LOCKED, stored);
        expect_everywhere(&t, &a, LDAP_INVALID_CREDENTIALS);
        /* Nothing is written again for guesses that are refused. */
        serial = client_read(t.side[0].as[ROOT], a.dn, SERIAL);
        bind_wrongly(&t.side[side].server, &a, "Deux", LIMIT);
        expect_stored(t.side[0].as[ROOT], a.dn, SERIAL, serial);
        expect_kept_by_starts(&t, &a);
        unlock(&t, &a);
        expect_everywhere(&t, &a, LDAP_SUCCESS);
        free(serial);
        free(stored);
    }
    trio_end(&t);
}

/* The consumer tries again once guesses come while the provider is there. */
static void
a_provider_that_was_away_gets_the_lock(void **state)
{
    trio t;
    account a;
    deadline d;
    char *stored = NULL;

    (void)state;
    trio_begin(&t, TRIO_CHAINED, 2, NULL);
    a = guardian_in(&t.side[0], "active");
    trio_meet(&t);
    server_stop(&t.side[0].server);
    bind_wrongly(&t.side[1].server, &a, "Un", LIMIT);
    await_counter(&t.side[1], "locks-alone ", 1);
    server_start(&t.side[0].server);
    world_login(&t.side[0]);
    for (d = deadline_in(60); stored == NULL;) {
        bind_wrongly(&t.side[1].server, &a, "Deux", 1);
        stored = client_read(t.side[0].as[ROOT], a.dn, LOCKED);
        if (stored == NULL)
            deadline_wait(&d, "the lock to be handed on once more");
    }
    await_counter(&t.side[1], "locks-handed-on ", 1);
    await_counter(&t.side[1], "locks-alone ", 1);
    trio_meet(&t);
    expect_everywhere(&t, &a, LDAP_INVALID_CREDENTIALS);
    unlock(&t, &a);
    expect_everywhere(&t, &a, LDAP_SUCCESS);
    free(stored);
    trio_end(&t);
}

/* ---- not handed on ---- */

/* A consumer that hears of nothing after its first copy. */
#define DEAF "type=refreshOnly interval=01:00:00:00"

/* As in the manual. */
static void
begin_strict_consumer(
    world *provider, world *consumer, const char *strict, const char *more)
{
    setup how = {.modules = "moduleload syncprov\nmoduleload back_ldap\n"};
    char *global = text_of("overlay chain\nchain-uri %s\n"
                           "chain-idassert-bind bindmethod=simple\n"
                           "    binddn=\"" ROOT_DN
                           "\" credentials=" ROOT_PASSWORD " mode=self\n"
                           "chain-idassert-authzFrom \"dn.exact:" ROOT_DN "\"\n"
                           "chain-network-timeout 5\nchain-timeout 5\n"
                           "chain-return-error TRUE\n%s",
        provider->server.url, strict);

    memset(consumer, 0, sizeof(*consumer));
    how.global = global;
    replica_start(&consumer->server, &provider->server, &how, more);
    replicas_meet(&provider->server, &consumer->server);
    world_login(consumer);
    free(global);
}

static void
begin_consumer(world *provider, world *consumer, const char *more)
{
    begin_strict_consumer(provider, consumer, "", more);
}

static void
expect_handed_on(const char *strict)
{
    world provider, consumer;
    account a;

    world_begin(&provider, &replica_plain);
    a = guardian_in(&provider, "active");
    begin_strict_consumer(&provider, &consumer, strict, "");
    bind_wrongly(&consumer.server, &a, "Un", LIMIT);
    free(client_await(provider.as[ROOT], a.dn, LOCKED));
    await_counter(&consumer, "locks-handed-on ", 1);
    replicas_meet(&provider.server, &consumer.server);
    expect(bind_once(&provider.server, a.dn, a.password),
        LDAP_INVALID_CREDENTIALS, "");
    world_end(&consumer);
    world_end(&provider);
}

static void
the_manuals_lines_are_enough(void **state)
{
    (void)state;
    expect_handed_on("");
}

/* What a server asks of its clients' connections it does not ask of itself. */
static void
what_is_asked_of_clients_is_no_matter(void **state)
{
    (void)state;
    expect_handed_on("security update_ssf=128 update_transport=128 "
                     "update_tls=128 update_sasl=128\n");
    expect_handed_on("require bind LDAPv3 authc strong\n");
}

static void
a_provider_that_hangs_holds_nobody_up(void **state)
{
    world provider, consumer;
    account a, b;

    (void)state;
    world_begin(&provider, &replica_plain);
    a = guardian_in(&provider, "active");
    b = guardian_in(&provider, "active");
    begin_consumer(&provider, &consumer, DEAF);
    REQUIRE(kill(provider.server.pid, SIGSTOP) == 0);
    bind_wrongly(&consumer.server, &a, "Un", LIMIT);
    expect_ok(bind_once(&consumer.server, b.dn, b.password));
    await_counter(&consumer, "locks-alone ", 1);
    /* Nor the end of the server, which the next lock's try does not outlast. */
    bind_wrongly(&consumer.server, &b, "Un", LIMIT);
    server_stop(&consumer.server);
    REQUIRE(kill(provider.server.pid, SIGCONT) == 0);
    world_end(&consumer);
    world_end(&provider);
}

static size_t
count_of(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)) != NULL; text++)
        n++;
    return n;
}

/* slapd ends after the try that is under way, however many locks there are. */
static void
many_locks_do_not_hold_the_end_up(void **state)
{
    world provider, consumer;
    account all[8];
    char *log;

    (void)state;
    world_begin(&provider, &replica_plain);
    for (size_t i = 0; i < 8; i++)
        all[i] = guardian_in(&provider, "active");
    begin_consumer(&provider, &consumer, DEAF);
    REQUIRE(kill(provider.server.pid, SIGSTOP) == 0);
    for (size_t i = 0; i < 8; i++)
        bind_wrongly(&consumer.server, &all[i], "Un", LIMIT);
    server_stop(&consumer.server);
    log = server_log(&consumer.server);
    assert_int_equal(count_of(log, "\" locked out\n"), 8);
    assert_in_range(count_of(log, "is locked on this server alone"), 1, 2);
    free(log);
    REQUIRE(kill(provider.server.pid, SIGCONT) == 0);
    world_end(&consumer);
    world_end(&provider);
}

static answer
another_password(world *w, account *a)
{
    fresh_password(w, a->password);
    return client_password(w->as[REGISTRAR], a->dn, NULL, a->password);
}

static answer
an_unlock(world *w, account *a)
{
    return client_modify(w->as[ASSISTANCE], a->dn, "delete: " LOCKED "\n");
}

static answer
a_suspension(world *w, account *a)
{
    step_state(w, a, ASSISTANCE, "suspended");
    return client_modify(w->as[ASSISTANCE], a->dn,
        "replace: educonnectState\neduconnectState: active\n");
}

/* Guesses at what an account was are no reason to lock what it has become. */
static void
a_lock_of_the_past_is_not_stored(void **state)
{
    static answer (*const changes[])(world *w, account *a) = {
        another_password, an_unlock, a_suspension};
    world provider, consumer;
    account all[3];

    (void)state;
    world_begin(&provider, &replica_plain);
    for (size_t i = 0; i < 3; i++)
        all[i] = guardian_in(&provider, "active");
    begin_consumer(&provider, &consumer, DEAF);
    for (size_t i = 0; i < 3; i++) {
        expect_ok(changes[i](&provider, &all[i]));
        bind_wrongly(&consumer.server, &all[i], "Un", LIMIT);
        await_counter(&consumer, "locks-alone ", (long)i + 1);
        expect_stored(provider.as[ROOT], all[i].dn, LOCKED, NULL);
        expect_ok(bind_once(&provider.server, all[i].dn, all[i].password));
    }
    await_counter(&consumer, "locks-handed-on ", 0);
    world_end(&consumer);
    world_end(&provider);
}

static void
expect_shown(const world *w, const account *a)
{
    char *status = client_read(w->as[ROOT], a->dn, STATUS);
    char *log = server_log(&w->server);

    REQUIRE(status != NULL && strncmp(status, "locked-until:", 13) == 0);
    REQUIRE(strstr(log, "is locked on this server alone") != NULL);
    free(status);
    free(log);
}

/* Nobody hands it on: it is shown where it is, and lifted from where writes are
 * taken, where there is nothing to see. A restart forgets it. */
static void
a_lock_alone_is_shown_and_lifted(void **state)
{
    trio t;

    (void)state;
    for (int kind = TRIO_PLAIN; kind <= TRIO_DELTA; kind++) {
        account a;

        trio_begin(&t, (trio_kind)kind, 2, NULL);
        a = guardian_in(&t.side[0], "active");
        trio_meet(&t);
        bind_wrongly(&t.side[1].server, &a, "Un", LIMIT);
        await_counter(&t.side[1], "locks-alone ", 1);
        await_counter(&t.side[1], "locks-handed-on ", 0);
        expect_shown(&t.side[1], &a);
        expect_stored(t.side[0].as[ROOT], a.dn, LOCKED, NULL);
        expect_stored(t.side[0].as[ROOT], a.dn, STATUS, "ok");
        unlock(&t, &a);
        expect_everywhere(&t, &a, LDAP_SUCCESS);
        bind_wrongly(&t.side[1].server, &a, "Deux", LIMIT);
        expect(bind_once(&t.side[1].server, a.dn, a.password),
            LDAP_INVALID_CREDENTIALS, "");
        trio_restart(&t, 1);
        expect_everywhere(&t, &a, LDAP_SUCCESS);
        trio_end(&t);
    }
}

/* ---- what the provider takes ---- */

#define TIME "20261129120000Z"

static const struct {
    actor who;
    bool relax;
    const char *change;
    int code;
    const char *codes;
} asked[] = {
    {ROOT, false, LOCKED ": " TIME "\n", LDAP_UNWILLING_TO_PERFORM, "S01"},
    {ACADEMY, false, LOCKED ": " TIME "\n", LDAP_UNWILLING_TO_PERFORM, "S01"},
    {ASSISTANCE, true, LOCKED ": " TIME "\n", LDAP_UNWILLING_TO_PERFORM, "S01"},
    {PROVISIONER, true, LOCKED ": " TIME "\n", LDAP_UNWILLING_TO_PERFORM,
        "S01"},
    {REGISTRAR, true, LOCKED ": " TIME "\n", LDAP_UNWILLING_TO_PERFORM, "S01"},
    {STRANGER, true, LOCKED ": " TIME "\n", LDAP_INSUFFICIENT_ACCESS, "A02"},
    {HEAD2, true, LOCKED ": " TIME "\n", LDAP_INSUFFICIENT_ACCESS, "A01"},
    /* The same times, as nobody stores them: they would lock nothing. */
    {ACADEMY, true, LOCKED ": 20261129130000+0100\n", LDAP_UNWILLING_TO_PERFORM,
        "S01"},
    {ROOT, true, LOCKED ": 202611291200Z\n", LDAP_UNWILLING_TO_PERFORM, "S01"},
    {ACADEMY, true,
        LOCKED ": " TIME "\n-\nreplace: description\ndescription: x\n",
        LDAP_UNWILLING_TO_PERFORM, "S01"},
    {ACADEMY, true,
        LOCKED ": " TIME "\n-\nreplace: educonnectState\n"
               "educonnectState: suspended\n",
        LDAP_UNWILLING_TO_PERFORM, "S01"},
    {ACADEMY, true,
        LOCKED ": " TIME "\n-\nreplace: " LOCKED "\n" LOCKED ": " TIME "\n",
        LDAP_UNWILLING_TO_PERFORM, "S01"},
};

static answer
ask(world *w, actor who, bool relax, const char *dn, const char *change)
{
    answer r;

    client_sends(
        w->as[who], relax ? SENDS_PPOLICY | SENDS_RELAX : SENDS_PPOLICY, NULL);
    r = client_modify(w->as[who], dn, "replace: " LOCKED "\n%s", change);
    client_sends(w->as[who], SENDS_PPOLICY, NULL);
    return r;
}

static void
expect_refusals(world *w)
{
    account a = student_in(w, "active"), none = student_in(w, "uninformed");

    for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        expect(ask(w, asked[i].who, asked[i].relax, a.dn, asked[i].change),
            asked[i].code, asked[i].codes);
        expect_stored(w->as[ROOT], a.dn, LOCKED, NULL);
    }
    expect(ask(w, ROOT, true, none.dn, LOCKED ": " TIME "\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect_ok(ask(w, ACADEMY, true, a.dn, LOCKED ": " FOR_GOOD "\n"));
    expect(ask(w, ROOT, true, a.dn, LOCKED ": " TIME "\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect_stored(w->as[ROOT], a.dn, LOCKED, FOR_GOOD);
}

static void
only_the_academy_hands_on(void **state)
{
    static const actor who[] = {ROOT, ACADEMY};
    world *w = *state;

    expect_refusals(w);
    for (size_t i = 0; i < 2; i++) {
        account a = guardian_in(w, "active");
        char *serial = client_read(w->as[ROOT], a.dn, SERIAL), *after;
        char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");

        expect_ok(ask(w, who[i], true, a.dn, LOCKED ": " TIME "\n"));
        expect_stored(w->as[ROOT], a.dn, LOCKED, TIME);
        after = client_read(w->as[ROOT], a.dn, SERIAL);
        assert_int_equal(atoll(after), atoll(serial) + 1);
        expect_ok(
            client_modify(w->as[ASSISTANCE], a.dn, "delete: " LOCKED "\n"));
        expect_ok(bind_once(&w->server, a.dn, a.password));
        free(after);
        free(serial);
        free(csn);
    }
}

/* An unlock is an event, and has no other way. */
static void
no_lock_gives_way_to_an_older_one(void **state)
{
    static const actor who[] = {ROOT, ACADEMY};
    world *w = *state;

    for (size_t i = 0; i < 2; i++) {
        account a = guardian_in(w, "active");
        char *stored;

        bind_wrongly(&w->server, &a, "Un", LIMIT);
        stored = client_await(w->as[ROOT], a.dn, LOCKED);
        expect(ask(w, who[i], true, a.dn, LOCKED ": 20200101000000Z\n"),
            LDAP_UNWILLING_TO_PERFORM, "S01");
        expect_stored(w->as[ROOT], a.dn, LOCKED, stored);
        free(stored);
    }
}

/* A lock that is over when it arrives takes nothing away of what is counted.
 */
static void
an_old_lock_releases_nothing(void **state)
{
    trio t;
    account a;

    (void)state;
    trio_begin(&t, TRIO_PLAIN, 2, NULL);
    a = guardian_in(&t.side[0], "active");
    trio_meet(&t);
    bind_wrongly(&t.side[1].server, &a, "Un", LIMIT - 1);
    expect_ok(
        ask(&t.side[0], ACADEMY, true, a.dn, LOCKED ": 20200101000000Z\n"));
    trio_meet(&t);
    bind_wrongly(&t.side[1].server, &a, "Deux", 1);
    expect(bind_once(&t.side[1].server, a.dn, a.password),
        LDAP_INVALID_CREDENTIALS, "");
    expect_ok(bind_once(&t.side[0].server, a.dn, a.password));
    trio_end(&t);
}

/* To consumers a serial that comes alone is an unlock. */
static void
the_same_lock_releases_nothing(void **state)
{
    (void)state;
    for (int kind = TRIO_PLAIN; kind <= TRIO_DELTA; kind++) {
        trio t;
        account a;

        trio_begin(&t, (trio_kind)kind, 2, NULL);
        a = guardian_in(&t.side[0], "active");
        expect_ok(
            ask(&t.side[0], ACADEMY, true, a.dn, LOCKED ": 20200101000000Z\n"));
        trio_meet(&t);
        bind_wrongly(&t.side[1].server, &a, "Un", LIMIT - 1);
        expect_ok(
            ask(&t.side[0], ACADEMY, true, a.dn, LOCKED ": 20200101000000Z\n"));
        trio_meet(&t);
        bind_wrongly(&t.side[1].server, &a, "Deux", 1);
        expect(bind_once(&t.side[1].server, a.dn, a.password),
            LDAP_INVALID_CREDENTIALS, "");
        trio_end(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_consumers_lock_is_everywhere),
        cmocka_unit_test(a_provider_that_was_away_gets_the_lock),
        cmocka_unit_test(the_manuals_lines_are_enough),
        cmocka_unit_test(what_is_asked_of_clients_is_no_matter),
        cmocka_unit_test(a_lock_of_the_past_is_not_stored),
        cmocka_unit_test(a_provider_that_hangs_holds_nobody_up),
        cmocka_unit_test(many_locks_do_not_hold_the_end_up),
        cmocka_unit_test(a_lock_alone_is_shown_and_lifted),
        cmocka_unit_test_setup_teardown(
            only_the_academy_hands_on, usual_world, end_world),
        cmocka_unit_test_setup_teardown(
            no_lock_gives_way_to_an_older_one, usual_world, end_world),
        cmocka_unit_test(an_old_lock_releases_nothing),
        cmocka_unit_test(the_same_lock_releases_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
