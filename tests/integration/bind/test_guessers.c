/* test_guessers.c - an address that only guesses is told of, in the log and in
 * cn=monitor; one that many people come from is not.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUESSER "127.0.0.2"
#define PORTAL "127.0.0.3"
#define TYPIST "127.0.0.4"

static LDAP *
open_from(world *w, const char *address)
{
    LDAP *ld = client_open(&w->server);

    REQUIRE(ldap_set_option(ld, LDAP_OPT_SOCKET_BIND_ADDRESSES, address) ==
            LDAP_OPT_SUCCESS);
    return ld;
}

static void
guess(world *w, const char *address, const char *dn, int from, int n)
{
    LDAP *ld = open_from(w, address);

    for (int i = from; i < from + n; i++) {
        char password[64];

        snprintf(password, sizeof(password), "Secret-Devine-%d", i);
        expect(client_bind(ld, dn, password), LDAP_INVALID_CREDENTIALS, "");
    }
    client_close(ld);
}

static size_t
count(const char *text, const char *what)
{
    size_t n = 0;

    while ((text = strstr(text, what)) != NULL) {
        text++;
        n++;
    }
    return n;
}

static void
a_guesser_is_told_of_and_nobody_else(void **state)
{
    world *w = *state;
    account a[3];
    LDAP *portal = open_from(w, PORTAL);
    char *log, *shown;

    for (size_t i = 0; i < 3; i++)
        a[i] = student_in(w, "active");
    for (int i = 0; i < 5; i++)
        expect_ok(client_bind(portal, a[0].dn, a[0].password));
    client_close(portal);
    guess(w, PORTAL, a[0].dn, 0, 9);
    guess(w, PORTAL, "uid=personne," PEOPLE, 0, 20);
    guess(w, TYPIST, a[1].dn, 0, 8);
    for (int i = 0; i < 4; i++) {
        guess(w, GUESSER, a[2].dn, i, 1);
        guess(w, GUESSER, "uid=personne," PEOPLE, i, 1);
        guess(w, GUESSER, "uid=inconnu," PEOPLE, i, 1);
    }
    /* One line, and no more within the minute. */
    guess(w, GUESSER, "uid=inconnu," PEOPLE, 10, 30);
    log = server_log(&w->server);
    assert_int_equal(count(log, "educonnect: address "), 1);
    assert_int_equal(
        count(log, "educonnect: address " GUESSER
                   ": 10 wrong passwords for 3 names, 0 right ones, in "),
        1);
    assert_int_equal(count(log, "Secret-Devine"), 0);
    free(log);
    assert_int_equal(monitor_counter(w, GUESSES, "addresses-told "), 1);
    shown = monitor_counters(w, "educonnectMonitorAddresses");
    assert_string_equal(shown, GUESSER " wrong 42 right 0");
    free(shown);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guesser_is_told_of_and_nobody_else),
    };

    return cmocka_run_group_tests_name(
        "guessers", tests, usual_world, end_world);
}
