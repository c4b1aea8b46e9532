/* test_given_up.c - writes whose client has gone while their password waited
 * for its hash: whoever began anew meanwhile is not undone by them.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"

#include <string.h>

#include "harness/pending.h"

#define MANY 16
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

/* Asks for a letter, with a password of the client's own or one that the server
 * makes, and goes when it waits for its hash. */
static void
ask_and_go(world *w, LDAP *ld, const account *a, bool by_modify)
{
    struct berval dn = {strlen(a->dn), (char *)a->dn};
    char *values[] = {OWN, NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE,
        .mod_type = "userPassword",
        .mod_values = values};
    LDAPMod *mods[] = {&mod, NULL};
    long before = jobs(w);
    int id;

    if (by_modify)
        REQUIRE(ldap_modify_ext(ld, a->dn, mods, NULL, NULL, &id) == 0);
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_that_nobody_waits_for_is_not_made),
        cmocka_unit_test(nor_is_a_password_stored_that_nobody_waits_for),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
