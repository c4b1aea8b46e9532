/* test_given_up.c - writes whose client has gone while their password waited
 * for its hash: whoever began anew meanwhile is not undone by them.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"

#include <stdlib.h>
#include <string.h>

#include "harness/pending.h"

#define MANY 16
#define LIMIT 10
#define WRONG "Faux-42-mot-du-tout"
#define OWN "Premier-essai-2026!"

/* Jobs that the gate has been given since the server began. Read in this order
 * none is counted twice on its way. */
static long
jobs(world *w)
{
    long done = gate_counter(w, "done");
    long running = gate_counter(w, "running");

    return done + running + gate_counter(w, "waiting");
}

static void
await_jobs(world *w, long least)
{
    deadline d = deadline_in(60);

    while (jobs(w) < least)
        deadline_wait(&d, "jobs at the gate");
}

/* Wrong binds, of which one is computed and the others wait, before whatever
 * comes next. */
static void
fill(world *w, pending *p, const account *a)
{
    long before;

    gate_configure(w, "1");
    gate_slow(w, true);
    before = jobs(w);
    for (size_t i = 0; i < MANY; i++)
        pending_bind(&w->server, &p[i], a->dn, WRONG);
    await_jobs(w, before + MANY);
}

static void
empty(world *w, pending *p)
{
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(pending_result(&p[i]), LDAP_INVALID_CREDENTIALS);
    gate_slow(w, false);
}

static int
send_password(LDAP *ld, const account *a)
{
    char *values[] = {OWN, NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE,
        .mod_type = "userPassword",
        .mod_values = values};
    LDAPMod *mods[] = {&mod, NULL};
    int id;

    return ldap_modify_ext(ld, a->dn, mods, NULL, NULL, &id);
}

/* Asks for a letter, with a password of the client's own or one that the server
 * makes, and goes when it waits for its hash. */
static void
ask_and_go(world *w, LDAP *ld, const account *a, bool by_modify)
{
    struct berval dn = {strlen(a->dn), (char *)a->dn};
    long before = jobs(w);
    int id;

    if (by_modify)
        REQUIRE(send_password(ld, a) == 0);
    else
        REQUIRE(ldap_passwd(ld, &dn, NULL, NULL, NULL, NULL, &id) == 0);
    await_jobs(w, before + 1);
    client_close(ld);
}

/* The second waits behind the first. */
static void
the_second_letter_counts(world *w, bool by_modify)
{
    account active = student_in(w, "active");
    account a = new_student(w, COLLEGE);
    LDAP *ld = actor_login(&w->server, HEAD1);
    pending p[MANY];
    answer second;

    fill(w, p, &active);
    ask_and_go(w, ld, &a, by_modify);
    second = client_password(w->as[HEAD1], a.dn, NULL, NULL);
    expect_ok(second);
    empty(w, p);
    expect_ok(bind_once(&w->server, a.dn, second.made));
    expect(bind_once(&w->server, a.dn, OWN), LDAP_INVALID_CREDENTIALS, "");
}

static void
a_letter_that_nobody_waits_for_is_not_made(void **state)
{
    the_second_letter_counts(*state, false);
}

static void
nor_is_a_password_stored_that_nobody_waits_for(void **state)
{
    the_second_letter_counts(*state, true);
}

static void
change_own(world *w, account *a)
{
    LDAP *self = client_login(&w->server, a->dn, a->password);

    fresh_password(w, a->password);
    expect_ok(client_password(self, NULL, NULL, a->password));
    client_close(self);
}

/* A password that somebody else brings is held against the stored one behind
 * the first binds, and against a former one behind the others. Whoever goes
 * then, or finds no room, has guessed all the same. */
static void
a_guess_that_was_looked_at_counts(void **state)
{
    world *w = *state;
    account active = student_in(w, "active"), a = student_in(w, "active");
    LDAP *ld = actor_login(&w->server, ACADEMY);
    pending first[MANY], then[MANY];
    long before;

    change_own(w, &a);
    fill(w, first, &active);
    before = jobs(w);
    REQUIRE(send_password(ld, &a) == 0);
    await_jobs(w, before + 1);
    for (size_t i = 0; i < MANY; i++)
        pending_bind(&w->server, &then[i], active.dn, WRONG);
    await_jobs(w, before + MANY + 2);
    client_close(ld);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(pending_result(&first[i]), LDAP_INVALID_CREDENTIALS);
        assert_int_equal(pending_result(&then[i]), LDAP_INVALID_CREDENTIALS);
    }
    gate_slow(w, false);
    for (int i = 1; i < LIMIT; i++) {
        char *wrong = text_of("Faux-%d", i);

        expect(
            bind_once(&w->server, a.dn, wrong), LDAP_INVALID_CREDENTIALS, "");
        free(wrong);
    }
    expect(
        bind_once(&w->server, a.dn, a.password), LDAP_INVALID_CREDENTIALS, "");
    free(client_await(w->as[ROOT], a.dn, "pwdAccountLockedTime"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_that_nobody_waits_for_is_not_made),
        cmocka_unit_test(nor_is_a_password_stored_that_nobody_waits_for),
        cmocka_unit_test(a_guess_that_was_looked_at_counts),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
