/* test_lockout_write.c - the lock that is stored: written after the answer,
 * whoever goes away, and believed no longer than it may last.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <lmdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/exop.h"
#include "harness/pending.h"

#define LOCKED "pwdAccountLockedTime"
#define ALLOWED "educonnectAllowed"
#define STATUS "educonnectBindStatus"
#define FAILURES 10

static void
guess_wrong(world *w, const char *dn, int from, int n)
{
    for (int i = from; i < from + n; i++) {
        char guess[64];

        snprintf(guess, sizeof(guess), "Mauvaise-Reponse-%d", i);
        expect(bind_once(&w->server, dn, guess), LDAP_INVALID_CREDENTIALS, "");
    }
}

/* ---- a disk that takes its time ---- */

/* The database's one writer: slapd waits for it as for a disk. */
typedef struct writer {
    MDB_env *env;
    MDB_txn *txn;
} writer;

static void
writer_begin(writer *h, world *w)
{
    char *path = server_path(&w->server, "db");

    REQUIRE(mdb_env_create(&h->env) == 0);
    REQUIRE(mdb_env_set_maxdbs(h->env, 128) == 0);
    REQUIRE(mdb_env_open(h->env, path, 0, 0600) == 0);
    REQUIRE(mdb_txn_begin(h->env, NULL, 0, &h->txn) == 0);
    free(path);
}

static void
writer_end(writer *h)
{
    if (h->txn != NULL)
        mdb_txn_abort(h->txn);
    if (h->env != NULL)
        mdb_env_close(h->env);
    *h = (writer){NULL, NULL};
}

/* After a test that failed, too: everybody would wait for ever. */
static writer held;

static int
let_go(void **state)
{
    (void)state;
    writer_end(&held);
    return 0;
}

/* How the guess is made that completes the lock. */
static answer
guess_by(world *w, int way, const account *a, LDAP *self, LDAP *other)
{
    switch (way) {
    case 0:
        return bind_once(&w->server, a->dn, "Derniere-Reponse-1");
    case 1:
        return client_password(
            self, a->dn, "Derniere-Reponse-1", "Iris-2026_Bleu");
    case 2:
        return client_modify(self, a->dn,
            "delete: userPassword\nuserPassword: Derniere-Reponse-1\n-\n"
            "add: userPassword\nuserPassword: Iris-2026_Bleu\n");
    default:
        return client_merge(other, a->uid, "Derniere-Reponse-1");
    }
}

/* Nobody can write, and every way of guessing is answered all the same; not
 * one more guess is evaluated meanwhile, and the lock is stored once it can
 * be. */
static void
the_last_guess_is_answered_before_the_write(void **state)
{
    static const struct {
        int code;
        const char *codes;
    } refusals[] = {{LDAP_INVALID_CREDENTIALS, ""},
        {LDAP_UNWILLING_TO_PERFORM, ""}, {LDAP_INSUFFICIENT_ACCESS, "A03"},
        {LDAP_INVALID_CREDENTIALS, ""}};
    world *w = *state;

    for (int way = 0; way < 4; way++) {
        account a = guardian_in(w, "active"), b = guardian_in(w, "active");
        LDAP *self = client_login(&w->server, a.dn, a.password);
        LDAP *other = client_login(&w->server, b.dn, b.password);
        LDAP *bound;
        long before;

        guess_wrong(w, a.dn, 0, FAILURES - 1);
        writer_begin(&held, w);
        expect(guess_by(w, way, &a, self, other), refusals[way].code,
            refusals[way].codes);
        expect_stored(w->as[ROOT], a.dn, LOCKED, NULL);
        before = monitor_counter(w, GUESSES, "evaluated ");
        guess_wrong(w, a.dn, 100, 2 * FAILURES);
        expect(bind_once(&w->server, a.dn, a.password),
            LDAP_INVALID_CREDENTIALS, "");
        assert_int_equal(monitor_counter(w, GUESSES, "evaluated "), before);
        /* The same connection is not held up either. */
        bound = client_open(&w->server);
        for (int i = 0; i < 3; i++)
            expect(client_bind(bound, a.dn, a.password),
                LDAP_INVALID_CREDENTIALS, "");
        client_close(bound);
        writer_end(&held);
        free(client_await(w->as[ROOT], a.dn, LOCKED));
        client_close(self);
        client_close(other);
    }
}

/* Who looks after the last guess sees the lock, and that he may take it away,
 * before it is stored as well as after. */
static void
what_is_told_does_not_wait_for_the_write(void **state)
{
    static const int actors[] = {ASSISTANCE, ACADEMY, HEAD1, PROVISIONER, ROOT};
    world *w = *state;
    account a = student_in(w, "active");
    char *told[5][2], *free_to[5];

    for (int i = 0; i < 5; i++)
        free_to[i] = client_read_all(w->as[actors[i]], a.dn, ALLOWED);
    guess_wrong(w, a.dn, 0, FAILURES - 1);
    writer_begin(&held, w);
    guess_wrong(w, a.dn, FAILURES, 1);
    for (int i = 0; i < 5; i++) {
        told[i][0] = client_read_all(w->as[actors[i]], a.dn, ALLOWED);
        told[i][1] = client_read_all(w->as[actors[i]], a.dn, STATUS);
    }
    expect_stored(w->as[ROOT], a.dn, LOCKED, NULL);
    writer_end(&held);
    free(client_await(w->as[ROOT], a.dn, LOCKED));
    assert_non_null(strstr(told[0][0], "unlock"));
    assert_null(strstr(free_to[0], "unlock"));
    for (int i = 0; i < 5; i++) {
        expect_values(w->as[actors[i]], a.dn, ALLOWED, told[i][0]);
        expect_values(w->as[actors[i]], a.dn, STATUS, told[i][1]);
        assert_int_equal(strncmp(told[i][1], "locked-until:", 13), 0);
        free(told[i][0]);
        free(told[i][1]);
    }
    expect_ok(client_modify(w->as[ASSISTANCE], a.dn, "delete: " LOCKED "\n"));
    for (int i = 0; i < 5; i++) {
        expect_values(w->as[actors[i]], a.dn, ALLOWED, free_to[i]);
        free(free_to[i]);
    }
}

static void *
end_transaction(void *arg)
{
    (void)client_transaction_end(arg, true);
    return NULL;
}

/* One that has been sent and not answered. */
static void
await_extended(world *w)
{
    static const char dn[] = "cn=Extended,cn=Operations,cn=Monitor";
    deadline d = deadline_in(60);
    bool under_way = false;

    while (!under_way) {
        char *begun = client_read(w->as[ROOT], dn, "monitorOpInitiated");
        char *done = client_read(w->as[ROOT], dn, "monitorOpCompleted");

        under_way = strcmp(begun, done) != 0;
        free(begun);
        free(done);
        if (!under_way)
            deadline_wait(&d, "the transaction's end to be sent");
    }
}

/* A transaction has the database's one writer, for which the lock's write waits
 * then: it does not wait for the lock. */
static void
a_transaction_waits_for_no_lock(void **state)
{
    world *w = *state;

    for (int round = 0; round < 5; round++) {
        account a = student_in(w, "active");
        LDAP *ld = client_login(&w->server, ROOT_DN, ROOT_PASSWORD);
        struct berval *id = NULL;
        struct timespec limit;
        pthread_t thread;

        REQUIRE(ldap_txn_start_s(ld, NULL, NULL, &id) == LDAP_SUCCESS);
        client_sends(ld, SENDS_TRANSACTION, NULL);
        expect_ok(client_modify(
            ld, a.dn, "replace: userPassword\nuserPassword: Iris-2026_Bleu\n"));
        client_sends(ld, 0, NULL);
        guess_wrong(w, a.dn, 0, FAILURES - 1);
        writer_begin(&held, w);
        REQUIRE(pthread_create(&thread, NULL, end_transaction, ld) == 0);
        await_extended(w);
        guess_wrong(w, a.dn, FAILURES, 1);
        writer_end(&held);
        clock_gettime(CLOCK_REALTIME, &limit);
        limit.tv_sec += 50;
        if (pthread_timedjoin_np(thread, NULL, &limit) != 0)
            FAIL("round %d: the transaction waits for the lock", round);
        free(client_await(w->as[ROOT], a.dn, LOCKED));
        ber_bvfree(id);
        client_close(ld);
    }
}

/* A change of the account that comes before the write finds it done. */
static void
an_unlock_is_not_overtaken(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    for (int round = 0; round < 20; round++) {
        guess_wrong(w, a.dn, round * FAILURES, FAILURES);
        expect_ok(
            client_modify(w->as[ASSISTANCE], a.dn, "delete: " LOCKED "\n"));
        expect_stored(w->as[ROOT], a.dn, LOCKED, NULL);
        expect_ok(bind_once(&w->server, a.dn, a.password));
    }
}

/* ---- who goes away ---- */

static bool
is_locked(world *w, const char *dn)
{
    char *status = client_read(w->as[ROOT], dn, "educonnectBindStatus");
    bool locked;

    REQUIRE(status != NULL);
    locked = strncmp(status, "locked-until:", 13) == 0;
    free(status);
    return locked;
}

/* Neither a client that does not wait for the answer nor the server's end
 * keeps the lock from being stored. */
static void
nobody_leaves_without_the_lock(void **state)
{
    world *w = *state;

    for (int round = 0; round < 10; round++) {
        account a = student_in(w, "active");
        pending last;
        char *dump, *entry;

        guess_wrong(w, a.dn, 0, FAILURES - 1);
        if (round % 2 == 0) {
            pending_bind(&w->server, &last, a.dn, "Derniere-Reponse-1");
            REQUIRE(pending_result(&last) == LDAP_INVALID_CREDENTIALS);
        } else {
            pending_bind(&w->server, &last, a.dn, "Derniere-Reponse-1");
            client_close(last.ld);
            /* One that was cancelled before it was computed counts nothing. */
            for (int i = 0; !is_locked(w, a.dn); i++)
                guess_wrong(w, a.dn, 50 + i, 1);
        }
        server_stop(&w->server);
        REQUIRE(server_tool(&w->server, NULL, &dump, "slapcat",
                    "-b %s -a '(uid=%s)'", SUFFIX, a.uid) == 0);
        entry = strstr(dump, LOCKED ": ");
        if (entry == NULL)
            FAIL("round %d: no lock in\n%s", round, dump);
        free(dump);
        server_start(&w->server);
        world_login(w);
        expect(bind_once(&w->server, a.dn, a.password),
            LDAP_INVALID_CREDENTIALS, "");
    }
}

/* ---- locks of another clock ---- */

static char *
stored_account(world *w, const char *uid, const char *locked)
{
    char *hash = ssha_of("Pivoine-Bleue-42"), *output = NULL;
    char *dn = text_of("uid=%s," PEOPLE, uid);
    char *ldif = text_of("dn: %s\nobjectClass: inetOrgPerson\n"
                         "objectClass: educonnectLegalGuardian\n"
                         "uid: %s\ncn: Io Le\nsn: Le\neduconnectState: active\n"
                         "educonnectActivatedBy: letter\n" LOCKED ": %s\n"
                         "userPassword: %s\n",
        dn, uid, locked, hash);

    if (server_tool(&w->server, ldif, &output, "slapadd", "-b %s", SUFFIX) != 0)
        FAIL("slapadd refused:\n%s\n%s", ldif, output);
    free(output);
    free(ldif);
    free(hash);
    return dn;
}

static char *
moment(int64_t from_now)
{
    time_t when = time(NULL) + (time_t)from_now;
    char text[32];

    strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", gmtime(&when));
    return text_of("%s", text);
}

/* Dated by a clock that was ahead, by seconds or by a lifetime: it holds, and
 * no longer than any lock does. What was far off is put right. */
static void
a_lock_of_the_future_ends(void **state)
{
    static const int64_t ahead[] = {10, 3600, 86400, 20LL * 365 * 86400};
    world *w = *state;
    char *dns[4];

    expect_ok(world_configure(w,
        "replace: olcEduconnectLockout\n"
        "olcEduconnectLockout: failures=3 window=15m duration=5s\n"));
    for (size_t i = 0; i < 4; i++) {
        char *locked = moment(ahead[i]), *uid = text_of("avance%zu", i);

        dns[i] = stored_account(w, uid, locked);
        expect(bind_once(&w->server, dns[i], "Pivoine-Bleue-42"),
            LDAP_INVALID_CREDENTIALS, "");
        free(locked);
        free(uid);
    }
    for (size_t i = 0; i < 4; i++) {
        deadline d = deadline_in(60);
        char *limit = NULL, *healed = NULL;

        while (ahead[i] > 60) {
            limit = moment(1);
            healed = client_read(w->as[ROOT], dns[i], LOCKED);
            if (healed == NULL || strcmp(healed, limit) <= 0)
                break;
            free(limit);
            free(healed);
            deadline_wait(&d, "the date to be put right");
        }
        while (bind_once(&w->server, dns[i], "Pivoine-Bleue-42").code !=
               LDAP_SUCCESS)
            deadline_wait(&d, "the lock to end");
        expect_stored(w->as[ROOT], dns[i], LOCKED, NULL);
        if (ahead[i] > 60) {
            free(limit);
            free(healed);
        }
        free(dns[i]);
    }
    expect_ok(world_configure(w, "delete: olcEduconnectLockout\n"));
}

/* A help desk's lock is dated in no year at all, and stays. */
static void
a_lock_without_an_end_stays(void **state)
{
    world *w = *state;
    char *dn = stored_account(w, "toujours", "000001010000Z");
    char *other = stored_account(w, "passager", "20990101000000Z");
    deadline d = deadline_in(60);

    expect_ok(world_configure(w,
        "replace: olcEduconnectLockout\n"
        "olcEduconnectLockout: failures=3 window=15m duration=2s\n"));
    while (
        bind_once(&w->server, other, "Pivoine-Bleue-42").code != LDAP_SUCCESS) {
        expect(bind_once(&w->server, dn, "Pivoine-Bleue-42"),
            LDAP_INVALID_CREDENTIALS, "");
        deadline_wait(&d, "the other lock to end");
    }
    expect(bind_once(&w->server, dn, "Pivoine-Bleue-42"),
        LDAP_INVALID_CREDENTIALS, "");
    guess_wrong(w, dn, 0, 2 * FAILURES);
    expect_stored(w->as[ROOT], dn, LOCKED, "000001010000Z");
    expect_ok(world_configure(w, "delete: olcEduconnectLockout\n"));
    free(dn);
    free(other);
}

/* ---- tell=yes ---- */

static void
expect_told(world *w, const char *dn, const char *password, const char *control)
{
    answer r = bind_once(&w->server, dn, password);

    expect(r, LDAP_INVALID_CREDENTIALS, "");
    assert_string_equal(r.text, "");
    expect_control(&r, control);
}

static void
expect_all_told(world *w, const account *a, const char *locked)
{
    expect_told(w, a->dn, "Mauvaise-Reponse-3", locked);
    expect_told(w, a->dn, "Tout-Autre-Reponse-1", locked);
    expect_told(w, a->dn, a->password, locked);
}

/* Whoever sends the control is told, whatever the password; of others than the
 * locked nothing is. */
static void
a_lock_is_told_where_that_is_wanted(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), c = student_in(w, "active");
    account none = student_in(w, "uninformed");
    account b = {.password = "Pivoine-Bleue-42"};
    char *dn = stored_account(w, "bloque", "000001010000Z");
    char *overlay = world_overlay_dn(w);

    guess_wrong(w, a.dn, 0, FAILURES);
    snprintf(b.dn, sizeof(b.dn), "%s", dn);
    expect_all_told(w, &a, PP_NONE);
    expect_all_told(w, &b, PP_NONE);
    expect_ok(world_configure(w, "replace: olcEduconnectLockout\n"
                                 "olcEduconnectLockout: tell=yes\n"));
    expect_all_told(w, &a, PP_LOCKED);
    expect_all_told(w, &b, PP_LOCKED);
    expect_told(w, c.dn, "Mauvaise-Reponse-1", PP_NONE);
    expect_told(w, none.dn, "Mauvaise-Reponse-1", PP_NONE);
    expect_told(w, "uid=personne," PEOPLE, "Mauvaise-Reponse-1", PP_NONE);
    expect_ok(bind_once(&w->server, c.dn, c.password));
    /* Counted, and not stored yet or no more. */
    guess_wrong(w, c.dn, 0, FAILURES);
    expect_all_told(w, &c, PP_LOCKED);
    expect_ok(client_modify(w->as[ASSISTANCE], c.dn, "delete: " LOCKED "\n"));
    expect_told(w, c.dn, "Mauvaise-Reponse-1", PP_NONE);
    expect_values(w->config, overlay, "olcEduconnectLockout", "tell=yes");
    expect_ok(world_configure(w, "delete: olcEduconnectLockout\n"));
    expect_all_told(w, &a, PP_NONE);
    free(overlay);
    free(dn);
}

/* What the guesses are counted by; slapd itself lets whoever may manage an
 * entry write it, with the Relax control. */
static void
what_is_counted_by_stays(void **state)
{
    static const char *const ways[] = {"replace: entryUUID\nentryUUID: %s\n",
        "replace: 1.3.6.1.1.16.4\n1.3.6.1.1.16.4: %s\n",
        "delete: entryUUID\n-\nadd: entryUUID\nentryUUID: %s\n",
        ("replace: description\ndescription: x\n-\n"
         "replace: ENTRYUUID\nentryuuid: %s\n"),
        "delete: entryUUID\n"};
    static const struct {
        actor who;
        int code;
        const char *codes;
    } all[] = {{ROOT, LDAP_UNWILLING_TO_PERFORM, "S01"},
        {ACADEMY, LDAP_UNWILLING_TO_PERFORM, "S01"},
        {PROVISIONER, LDAP_UNWILLING_TO_PERFORM, "S01"},
        {STRANGER, LDAP_INSUFFICIENT_ACCESS, "A02"}};
    world *w = *state;
    account a = student_in(w, "active");
    char *id = client_read(w->as[ROOT], a.dn, "entryUUID");
    long evaluated = monitor_counter(w, GUESSES, "evaluated ");

    for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        for (unsigned k = 0; k < 4; k++) {
            const char *at = strstr(ways[i], "%s");
            char *modification;
            LDAP *ld = w->as[all[k].who];

            guess_wrong(w, a.dn, (int)(4 * i + k), 1);
            client_sends(ld, SENDS_RELAX, NULL);
            modification = at == NULL ? text_of("%s", ways[i])
                                      : text_of("%.*s00000000-0000-4000-8000-"
                                                "0000000000%02u%s",
                                            (int)(at - ways[i]), ways[i],
                                            4 * i + k, at + 2);
            expect(client_modify(ld, a.dn, "%s", modification), all[k].code,
                all[k].codes);
            free(modification);
            client_sends(ld, SENDS_PPOLICY, NULL);
        }
    }
    expect_stored(w->as[ROOT], a.dn, "entryUUID", id);
    assert_int_equal(
        monitor_counter(w, GUESSES, "evaluated ") - evaluated, FAILURES);
    free(id);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(
            the_last_guess_is_answered_before_the_write, let_go),
        cmocka_unit_test_teardown(
            what_is_told_does_not_wait_for_the_write, let_go),
        cmocka_unit_test_teardown(a_transaction_waits_for_no_lock, let_go),
        cmocka_unit_test(an_unlock_is_not_overtaken),
        cmocka_unit_test(nobody_leaves_without_the_lock),
        cmocka_unit_test(a_lock_of_the_future_ends),
        cmocka_unit_test(a_lock_without_an_end_stays),
        cmocka_unit_test(a_lock_is_told_where_that_is_wanted),
        cmocka_unit_test(what_is_counted_by_stays),
    };

    return cmocka_run_group_tests_name(
        "lockout_write", tests, usual_world, end_world);
}
