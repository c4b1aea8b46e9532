/* test_guessing.c - ways to try passwords that are no bind, and what a dead
 * password still opens.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A reset whose write fails anyway: who sends it wants to know whether the
 * rule against reuse tells anything. */
static answer
try_reset(LDAP *ld, const account *a, const char *password)
{
    return client_modify(ld, a->dn,
        "replace: userPassword\nuserPassword: %s\n-\n"
        "add: cn\ncn: Ines Karadec\n",
        password);
}

static void
a_reset_is_no_way_of_guessing(void **state)
{
    static const actor actors[] = {HEAD1, REGISTRAR, ACADEMY};
    world *w = *state;

    for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
        account a = student_in(w, "active");
        long before = monitor_counter(w, GUESSES, "evaluated "), after;
        answer last;
        char *codes;

        for (int n = 0; n < 25; n++) {
            char guess[40];

            snprintf(
                guess, sizeof(guess), "Essai-Genet-%c%c-7", 'a' + n, 'z' - n);
            last = try_reset(w->as[actors[i]], &a, guess);
            /* The lock's own write may come in between. */
            codes = codes_of(last.text);
            if (last.code != LDAP_BUSY || strcmp(codes, "B02") != 0)
                expect(last, LDAP_TYPE_OR_VALUE_EXISTS, "");
            free(codes);
        }
        after = monitor_counter(w, GUESSES, "evaluated ");
        assert_true(after - before <= 10);
        last = try_reset(w->as[actors[i]], &a, a.password);
        expect(last, LDAP_TYPE_OR_VALUE_EXISTS, "");
        expect(bind_once(&w->server, a.dn, a.password),
            LDAP_INVALID_CREDENTIALS, "");
    }
}

/* Honest resets are not counted: what is stored forgets them, and lifts the
 * lock. */
static void
resets_do_not_lock(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char password[96];

    for (int n = 0; n < 15; n++) {
        fresh_password(w, password);
        expect_ok(client_modify(w->as[REGISTRAR], a.dn,
            "replace: userPassword\nuserPassword: %s\n", password));
    }
    expect_ok(bind_once(&w->server, a.dn, password));
    expect(client_modify(w->as[REGISTRAR], a.dn,
               "replace: userPassword\nuserPassword: %s\n", password),
        LDAP_CONSTRAINT_VIOLATION, "P07");
}

/* A former password that was tried in a bind is a former one all the same. */
static void
a_known_wrong_one_may_be_a_former_one(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char former[96], password[96];
    LDAP *self = client_login(&w->server, a.dn, a.password);

    snprintf(former, sizeof(former), "%s", a.password);
    fresh_password(w, password);
    expect_ok(client_password(self, a.dn, NULL, password));
    expect(bind_once(&w->server, a.dn, former), LDAP_INVALID_CREDENTIALS, "");
    expect(client_modify(w->as[REGISTRAR], a.dn,
               "replace: userPassword\nuserPassword: %s\n", former),
        LDAP_CONSTRAINT_VIOLATION, "P07");
    client_close(self);
}

static void
a_letter_dies_with_the_activation(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");
    LDAP *copied = client_login(&w->server, a.dn, a.password);
    LDAP *own = client_login(&w->server, a.dn, a.password);
    char password[96];

    fresh_password(w, password);
    expect(client_search(copied, a.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
    expect_ok(client_password(own, a.dn, NULL, password));
    expect_ok(client_search(own, a.dn));
    expect(client_search(copied, a.dn), LDAP_INSUFFICIENT_ACCESS, "A03");
    expect(client_password(copied, a.dn, NULL, "Autre-Rose-Bleue-7"),
        LDAP_INSUFFICIENT_ACCESS, "A03");
    expect_ok(client_bind(copied, a.dn, password));
    expect_ok(client_search(copied, a.dn));
    client_close(copied);
    client_close(own);
}

/* A holder who changes the password keeps the other sessions. */
static void
a_change_leaves_sessions_open(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *one = client_login(&w->server, a.dn, a.password);
    LDAP *other = client_login(&w->server, a.dn, a.password);
    char password[96];

    fresh_password(w, password);
    expect_ok(client_password(one, a.dn, a.password, password));
    expect_ok(client_search(other, a.dn));
    client_close(one);
    client_close(other);
}

/* A stored lock refuses without asking anybody, and says so in the counter. */
static void
refusals_are_counted(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    long before, after;

    for (int n = 0; n < 10; n++) {
        char guess[40];

        snprintf(guess, sizeof(guess), "Faux-mot-%d", n);
        expect(
            bind_once(&w->server, a.dn, guess), LDAP_INVALID_CREDENTIALS, "");
    }
    before = monitor_counter(w, GUESSES, "refused ");
    for (int n = 0; n < 3; n++)
        expect(bind_once(&w->server, a.dn, a.password),
            LDAP_INVALID_CREDENTIALS, "");
    after = monitor_counter(w, GUESSES, "refused ");
    assert_int_equal(after - before, 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_is_no_way_of_guessing),
        cmocka_unit_test(resets_do_not_lock),
        cmocka_unit_test(a_known_wrong_one_may_be_a_former_one),
        cmocka_unit_test(a_letter_dies_with_the_activation),
        cmocka_unit_test(a_change_leaves_sessions_open),
        cmocka_unit_test(refusals_are_counted),
    };

    return cmocka_run_group_tests_name(
        "guessing", tests, usual_world, end_world);
}
