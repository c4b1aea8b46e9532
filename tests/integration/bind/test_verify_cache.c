/* test_verify_cache.c - educonnect-verify-cache: who is known without a hash,
 * and who never is.
 *
 * Whether a password was hashed is read in cn=monitor.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE "uid=ent," STAFF_DN

static void
switch_on(world *w)
{
    expect_ok(
        world_configure(w, "replace: olcEduconnectVerifyCache\n"
                           "olcEduconnectVerifyCache: entries=100 ttl=1h\n"));
}

static void
switch_off(world *w)
{
    expect_ok(world_configure(w, "replace: olcEduconnectVerifyCache\n"));
}

/* A bind that is answered like this, after so many hashes. */
static void
expect_bind(world *w, const char *dn, const char *password, int code,
    const char *codes, long hashes)
{
    long before = gate_counter(w, "done");

    expect(bind_once(&w->server, dn, password), code, codes);
    assert_int_equal(gate_counter(w, "done") - before, hashes);
}

static void
off_every_bind_is_hashed(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    for (int i = 0; i < 3; i++)
        expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 1);
    assert_int_equal(gate_counter(w, "known") + gate_counter(w, "unknown"), 0);
}

static void
on_a_repeated_bind_is_known(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *ld;

    switch_on(w);
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 1);
    for (int i = 0; i < 5; i++)
        expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 0);
    assert_int_equal(gate_counter(w, "known"), 5);
    /* The session is like any other. */
    ld = client_login(&w->server, a.dn, a.password);
    expect_ok(client_whoami(ld));
    expect_ok(client_modify(
        ld, a.dn, "replace: mobile\nmobile: +33 6 00 00 00 01\n"));
    client_close(ld);
    switch_off(w);
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 1);
}

static void
a_wrong_password_is_not_known(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    switch_on(w);
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 1);
    expect_bind(w, a.dn, "Faux-42-mot", LDAP_INVALID_CREDENTIALS, "", 1);
    expect_bind(w, a.dn, "Faux-42-mot", LDAP_INVALID_CREDENTIALS, "", 1);
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 0);
    switch_off(w);
}

static void
a_change_of_the_password_is_seen_at_once(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char before[96];

    switch_on(w);
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 1);
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 0);
    snprintf(before, sizeof(before), "%s", a.password);
    expect_ok(client_password(w->as[ACADEMY], a.dn, NULL, "Provisoire-19-bis"));
    expect_bind(w, a.dn, before, LDAP_INVALID_CREDENTIALS, "", 1);
    /* A letter's password opens nothing but its own change: never known. */
    expect_bind(w, a.dn, "Provisoire-19-bis", LDAP_SUCCESS, "", 1);
    expect_bind(w, a.dn, "Provisoire-19-bis", LDAP_SUCCESS, "", 1);
    switch_off(w);
}

static void
states_and_locks_are_judged_as_ever(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), b = student_in(w, "active");
    char wrong[32];

    switch_on(w);
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 1);
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 0);
    step_state(w, &a, ACADEMY, "suspended");
    expect_bind(w, a.dn, a.password, LDAP_INVALID_CREDENTIALS, "S02", 1);
    step_state(w, &a, ACADEMY, "active");
    expect_bind(w, a.dn, a.password, LDAP_SUCCESS, "", 1);
    expect_bind(w, b.dn, b.password, LDAP_SUCCESS, "", 1);
    for (int i = 0; i < 10; i++) {
        snprintf(wrong, sizeof(wrong), "Faux-42-%d", i);
        expect_bind(w, b.dn, wrong, LDAP_INVALID_CREDENTIALS, "", 1);
    }
    expect_bind(w, b.dn, b.password, LDAP_INVALID_CREDENTIALS, "", 1);
    expect_ok(
        client_modify(w->as[ACADEMY], b.dn, "delete: pwdAccountLockedTime\n"));
    expect_bind(w, b.dn, b.password, LDAP_SUCCESS, "", 1);
    switch_off(w);
}

/* Services are no accounts, and are who it is for. */
static void
a_service_is_known_until_its_entry_changes(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *hash = client_read(w->as[ROOT], a.dn, "userPassword");

    expect_ok(client_ldif(w->as[ROOT],
        "dn: " SERVICE "\nobjectClass: inetOrgPerson\nuid: ent\ncn: ent\n"
        "sn: ent\nuserPassword: %s\n",
        hash));
    expect_bind(w, SERVICE, a.password, LDAP_SUCCESS, "", 1);
    expect_bind(w, SERVICE, "Faux-42-mot", LDAP_INVALID_CREDENTIALS, "", 1);
    switch_on(w);
    expect_bind(w, SERVICE, a.password, LDAP_SUCCESS, "", 1);
    expect_bind(w, SERVICE, a.password, LDAP_SUCCESS, "", 0);
    expect_bind(w, SERVICE, "Faux-42-mot", LDAP_INVALID_CREDENTIALS, "", 1);
    expect_ok(client_modify(w->as[ROOT], SERVICE, "replace: sn\nsn: other\n"));
    expect_bind(w, SERVICE, a.password, LDAP_SUCCESS, "", 1);
    expect_bind(w, SERVICE, a.password, LDAP_SUCCESS, "", 0);
    expect_ok(client_modify(w->as[ROOT], SERVICE, "delete: userPassword\n"));
    expect(bind_once(&w->server, SERVICE, a.password), LDAP_INVALID_CREDENTIALS,
        "");
    switch_off(w);
    free(hash);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(off_every_bind_is_hashed),
        cmocka_unit_test(on_a_repeated_bind_is_known),
        cmocka_unit_test(a_wrong_password_is_not_known),
        cmocka_unit_test(a_change_of_the_password_is_seen_at_once),
        cmocka_unit_test(states_and_locks_are_judged_as_ever),
        cmocka_unit_test(a_service_is_known_until_its_entry_changes),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
