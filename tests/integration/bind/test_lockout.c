/* test_lockout.c - guessing passwords: how many are computed, when it stops,
 * who ends it. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/gate.h"
#include "harness/parallel.h"
#include "harness/pending.h"

#define FAILURES 10

/* Different wrong passwords, one after another. */
static void
guess_wrong(world *w, const account *a, int from, int n)
{
    LDAP *ld = client_open(&w->server);

    for (int i = from; i < from + n; i++) {
        char guess[64];
        answer r;

        snprintf(guess, sizeof(guess), "Mauvaise-Reponse-%d", i);
        r = client_bind(ld, a->dn, guess);
        expect(r, LDAP_INVALID_CREDENTIALS, "");
        assert_string_equal(r.text, "");
        expect_control(&r, PP_NONE);
    }
    client_close(ld);
}

static void
lock(world *w, const account *a)
{
    guess_wrong(w, a, 0, FAILURES);
    free(client_await(w->as[ROOT], a->dn, "pwdAccountLockedTime"));
}

static void
expect_locked(world *w, const account *a)
{
    answer r = bind_once(&w->server, a->dn, a->password);

    expect(r, LDAP_INVALID_CREDENTIALS, "");
    assert_string_equal(r.text, "");
    expect_control(&r, PP_NONE);
}

/* ---- at once ---- */

#define CROWD 64

static answer
guess(void *context, size_t index, LDAP *ld)
{
    const account *a = context;
    char value[64];

    snprintf(value, sizeof(value), "Devinette-numero-%zu", index);
    return client_bind(ld, a->dn, value);
}

static void
of_64_guesses_at_once_10_are_computed(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *clients[CROWD];
    answer *answers;
    long before = monitor_counter(w, GUESSES, "evaluated "), values;
    char *times;

    for (size_t i = 0; i < CROWD; i++)
        clients[i] = client_open(&w->server);
    answers = in_parallel(CROWD, clients, guess, &a);
    assert_int_equal(
        count_answers(answers, CROWD, LDAP_INVALID_CREDENTIALS, ""), CROWD);
    assert_int_equal(
        monitor_counter(w, GUESSES, "evaluated ") - before, FAILURES);
    expect_locked(w, &a);
    assert_int_equal(
        monitor_counter(w, GUESSES, "evaluated ") - before, FAILURES);
    free(client_await(w->as[ROOT], a.dn, "pwdAccountLockedTime"));
    times = client_read_all(w->as[ROOT], a.dn, "pwdFailureTime");
    values = times[0] != '\0';
    for (const char *at = times; (at = strchr(at, '|')) != NULL; at++)
        values++;
    REQUIRE(values >= 1 && values <= FAILURES);
    for (size_t i = 0; i < CROWD; i++)
        client_close(clients[i]);
    free(times);
    free(answers);
}

/* ---- one after another ---- */

static void
the_same_guess_counts_once(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    long before = monitor_counter(w, GUESSES, "evaluated ");

    for (int i = 0; i < 3 * FAILURES; i++)
        expect(bind_once(&w->server, a.dn, "Toujours-La-Meme-1"),
            LDAP_INVALID_CREDENTIALS, "");
    assert_int_equal(monitor_counter(w, GUESSES, "evaluated ") - before, 1);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
a_right_password_forgets_the_wrong_ones(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    guess_wrong(w, &a, 0, FAILURES - 1);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    guess_wrong(w, &a, 100, FAILURES - 1);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
nothing_is_written_before_the_lock_and_once_then(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");

    guess_wrong(w, &a, 0, FAILURES - 1);
    expect_stored(w->as[ROOT], a.dn, "entryCSN", csn);
    expect_stored(w->as[ROOT], a.dn, "pwdAccountLockedTime", NULL);
    expect_stored(w->as[ROOT], a.dn, "pwdFailureTime", NULL);
    guess_wrong(w, &a, FAILURES - 1, 1);
    free(csn);
    free(client_await(w->as[ROOT], a.dn, "pwdAccountLockedTime"));
    csn = client_read(w->as[ROOT], a.dn, "entryCSN");
    guess_wrong(w, &a, 200, 3 * FAILURES);
    expect_locked(w, &a);
    expect_stored(w->as[ROOT], a.dn, "entryCSN", csn);
    free(csn);
}

static void
others_are_not_locked_with_it(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), b = student_in(w, "active");

    lock(w, &a);
    expect_locked(w, &a);
    expect_ok(bind_once(&w->server, b.dn, b.password));
}

static void
a_provisional_password_locks_too(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");

    lock(w, &a);
    expect_locked(w, &a);
}

/* A guess by way of an own change is a guess. */
static void
old_passwords_are_guesses(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    for (int i = 0; i < FAILURES; i++) {
        char *value = text_of("Ancien-Mot-%d", i);
        answer r = i % 2 == 0
                       ? client_password(self, a.dn, value, "Iris-2026_Bleu")
                       : client_modify(self, a.dn,
                             "delete: userPassword\nuserPassword: %s\n-\n"
                             "add: userPassword\n"
                             "userPassword: Iris-2026_Bleu\n",
                             value);

        REQUIRE(r.code != LDAP_SUCCESS);
        free(value);
    }
    expect_locked(w, &a);
    client_close(self);
}

static answer
change_with_old(
    LDAP *ld, const account *a, const char *old, bool by_exop, const char *new)
{
    return by_exop ? client_password(ld, a->dn, old, new)
                   : client_modify(ld, a->dn,
                         "delete: userPassword\nuserPassword: %s\n-\n"
                         "add: userPassword\nuserPassword: %s\n",
                         old, new);
}

/* Who may not choose a password does not learn either whether one is right,
 * nor locks anybody out by asking. */
static void
an_old_password_is_no_oracle_for_others(void **state)
{
    static const struct {
        actor who;
        const char *codes;
    } cases[] = {{STRANGER, "A02"}, {HEAD2, "A01"}, {ASSISTANCE, "A02"}};
    world *w = *state;
    account a = student_in(w, "active");
    long before = monitor_counter(w, GUESSES, "evaluated ");

    for (size_t i = 0; i < 3; i++) {
        for (int by_exop = 0; by_exop < 2; by_exop++) {
            LDAP *ld = w->as[cases[i].who];

            expect(
                change_with_old(ld, &a, a.password, by_exop, "Iris-2026_Bleu"),
                LDAP_INSUFFICIENT_ACCESS, cases[i].codes);
            expect(change_with_old(
                       ld, &a, "Devinette-1-Fausse", by_exop, "Iris-2026_Bleu"),
                LDAP_INSUFFICIENT_ACCESS, cases[i].codes);
        }
    }
    assert_int_equal(monitor_counter(w, GUESSES, "evaluated "), before);
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

/* ---- the end of a lock ---- */

static answer
unlock(world *w, const account *a, actor who)
{
    return client_modify(w->as[who], a->dn, "delete: pwdAccountLockedTime\n");
}

static void
unlock_is_for_schools_assistance_and_academy(void **state)
{
    static const actor may[] = {HEAD1, GDEL1, ASSISTANCE, ACADEMY, ROOT};
    static const struct {
        actor who;
        const char *codes;
    } may_not[] = {{PROVISIONER, "A02"}, {REGISTRAR, "A02"}, {STRANGER, "A02"},
        {HEAD2, "A01"}, {SDEL1, "A01"}, {GDEL2, "A01"}};
    static const char *const states[] = {"informed", "active", "reset"};
    world *w = *state;

    for (size_t i = 0; i < 5; i++) {
        account a = guardian_in(w, states[i % 3]);

        lock(w, &a);
        for (size_t j = 0; j < 6; j++)
            expect(unlock(w, &a, may_not[j].who), LDAP_INSUFFICIENT_ACCESS,
                may_not[j].codes);
        expect_locked(w, &a);
        expect_ok(unlock(w, &a, may[i]));
        expect_stored(w->as[ROOT], a.dn, "pwdAccountLockedTime", NULL);
        expect_stored(w->as[ROOT], a.dn, "pwdFailureTime", NULL);
        expect_stored(w->as[ROOT], a.dn, "educonnectState", states[i % 3]);
        expect_ok(bind_once(&w->server, a.dn, a.password));
        guess_wrong(w, &a, 0, FAILURES - 1);
        expect_ok(bind_once(&w->server, a.dn, a.password));
    }
}

/* A suspended account may be unlocked, and stays suspended. */
static void
unlock_changes_no_state(void **state)
{
    static const char *const states[] = {"suspended", "closed"};
    world *w = *state;

    for (size_t i = 0; i < 2; i++) {
        account a = student_in(w, "active");

        lock(w, &a);
        step_state(w, &a, ACADEMY, states[i]);
        expect_locked(w, &a);
        expect_ok(unlock(w, &a, ASSISTANCE));
        expect_stored(w->as[ROOT], a.dn, "educonnectState", states[i]);
        expect(bind_once(&w->server, a.dn, a.password),
            LDAP_INVALID_CREDENTIALS, "S02");
    }
}

static void
a_new_password_lifts_the_lock(void **state)
{
    static const struct {
        const char *state;
        actor who;
    } cases[] = {{"informed", HEAD1}, {"active", SDEL1}, {"reset", ACADEMY},
        {"active", REGISTRAR}};
    world *w = *state;

    for (size_t i = 0; i < 4; i++) {
        account a = student_in(w, cases[i].state);

        lock(w, &a);
        expect_locked(w, &a);
        step_inform(w, &a, cases[i].who);
        expect_stored(w->as[ROOT], a.dn, "pwdAccountLockedTime", NULL);
        expect_ok(bind_once(&w->server, a.dn, a.password));
    }
}

/* No condition of slapd's can be awaited here, but the clock can. */
static void
await_clock(time_t when)
{
    deadline d = deadline_in(30);

    while (time(NULL) < when)
        deadline_wait(&d, "the clock");
}

/* They are admitted, and computed when the letter is none any more: what they
 * complete then is nobody's lock. */
static void
guesses_at_a_letter_that_is_withdrawn_lock_nothing(void **state)
{
    world *w = *state;
    long before = monitor_counter(w, GUESSES, "evaluated ");
    pending guesses[FAILURES];
    account a;

    gate_slow(w, true);
    a = student_in(w, "informed");
    for (int i = 0; i < FAILURES; i++) {
        char *guess = text_of("Trop-Tard-%d", i);

        pending_bind(&w->server, &guesses[i], a.dn, guess);
        free(guess);
    }
    while (monitor_counter(w, GUESSES, "evaluated ") - before < FAILURES)
        server_check_alive(&w->server);
    expect_ok(client_replace(w->as[HEAD1], a.dn, "educonnectState",
        "uninformed", strlen("uninformed")));
    for (int i = 0; i < FAILURES; i++)
        assert_int_equal(pending_result(&guesses[i]), LDAP_INVALID_CREDENTIALS);
    gate_slow(w, false);
    expect_stored(w->as[ROOT], a.dn, "pwdAccountLockedTime", NULL);
    expect_stored(w->as[ROOT], a.dn, "educonnectBindStatus", "no-password");
}

static void
a_lock_ends_by_itself(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    deadline d = deadline_in(30);

    expect_ok(world_configure(w,
        "replace: olcEduconnectLockout\n"
        "olcEduconnectLockout: failures=3 window=15m duration=5s\n"));
    guess_wrong(w, &a, 0, 3);
    expect_locked(w, &a);
    while (bind_once(&w->server, a.dn, a.password).code != LDAP_SUCCESS)
        deadline_wait(&d, "the lock to end");
    expect_stored(w->as[ROOT], a.dn, "pwdAccountLockedTime", NULL);
    guess_wrong(w, &a, 50, 2);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect_ok(world_configure(w, "delete: olcEduconnectLockout\n"));
}

static void
failures_outside_the_window_are_forgotten(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    expect_ok(world_configure(w,
        "replace: olcEduconnectLockout\n"
        "olcEduconnectLockout: failures=3 window=3s duration=15m\n"));
    guess_wrong(w, &a, 0, 2);
    /* time() may be a tick behind slapd's clock: a second more. */
    await_clock(time(NULL) + 5);
    guess_wrong(w, &a, 10, 2);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect_ok(world_configure(w, "delete: olcEduconnectLockout\n"));
}

static void
a_lock_outlives_a_restart(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    lock(w, &a);
    server_stop(&w->server);
    server_start(&w->server);
    world_login(w);
    expect_locked(w, &a);
    expect_ok(unlock(w, &a, HEAD1));
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
account_usability_tells_of_the_lock(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *control;

    lock(w, &a);
    client_sends(w->as[ASSISTANCE], SENDS_PPOLICY | SENDS_USABILITY, NULL);
    control = client_entry_control(w->as[ASSISTANCE], a.dn, USABILITY_OID);
    client_sends(w->as[ASSISTANCE], SENDS_PPOLICY, NULL);
    REQUIRE(strncmp(control, "a1 10 80 01 ff 81 01 00 82 01 00 83 01 ff 84 02",
                47) == 0);
    free(control);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_64_guesses_at_once_10_are_computed),
        cmocka_unit_test(the_same_guess_counts_once),
        cmocka_unit_test(a_right_password_forgets_the_wrong_ones),
        cmocka_unit_test(nothing_is_written_before_the_lock_and_once_then),
        cmocka_unit_test(others_are_not_locked_with_it),
        cmocka_unit_test(a_provisional_password_locks_too),
        cmocka_unit_test(old_passwords_are_guesses),
        cmocka_unit_test(an_old_password_is_no_oracle_for_others),
        cmocka_unit_test(unlock_is_for_schools_assistance_and_academy),
        cmocka_unit_test(unlock_changes_no_state),
        cmocka_unit_test(a_new_password_lifts_the_lock),
        cmocka_unit_test(guesses_at_a_letter_that_is_withdrawn_lock_nothing),
        cmocka_unit_test(a_lock_ends_by_itself),
        cmocka_unit_test(failures_outside_the_window_are_forgotten),
        cmocka_unit_test(a_lock_outlives_a_restart),
        cmocka_unit_test(account_usability_tells_of_the_lock),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
