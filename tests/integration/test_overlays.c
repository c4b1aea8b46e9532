/* test_overlays.c - slapo-ppolicy beside educonnect, as the manual says: below
 * it, for entries that are no accounts.
 */
#define _GNU_SOURCE 1
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLICY "cn=policy," SUFFIX

static int
world_with_ppolicy(void **state)
{
    static const setup how = {.below = "overlay ppolicy\n"};
    world *w = calloc(1, sizeof(*w));

    *state = w;
    world_begin(w, &how);
    expect_ok(client_ldif(w->as[ROOT],
        "dn: " POLICY "\nobjectClass: device\nobjectClass: pwdPolicy\n"
        "cn: policy\npwdAttribute: userPassword\npwdMinLength: 24\n"
        "pwdCheckQuality: 2\npwdLockout: TRUE\npwdMaxFailure: 2\n"));
    return 0;
}

static void
a_policy_holds_for_entries_that_name_it(void **state)
{
    world *w = *state;
    char *staff = actor_dn(SDEL2);
    answer refused;

    expect_ok(client_modify(w->as[ROOT], staff,
        "add: pwdPolicySubentry\npwdPolicySubentry: " POLICY "\n"));
    refused = client_password(w->as[SDEL2], staff, NULL, "Court-2026");
    expect(refused, LDAP_CONSTRAINT_VIOLATION, "");
    expect_control(&refused, PP_SHORT);
    expect_ok(client_password(
        w->as[SDEL2], staff, NULL, "Assez-long-pour-la-politique"));
    for (int i = 0; i < 2; i++)
        expect(
            bind_once(&w->server, staff, "faux"), LDAP_INVALID_CREDENTIALS, "");
    expect(bind_once(&w->server, staff, "Assez-long-pour-la-politique"),
        LDAP_INVALID_CREDENTIALS, "");
    free(staff);
}

/* A whole life, with a control in every answer as without ppolicy. */
static void
accounts_do_not_notice(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");
    LDAP *self;
    answer r = bind_once(&w->server, a.dn, a.password);

    expect_ok(r);
    expect_control(&r, PP_MUST_CHANGE);
    assert_int_equal(r.n_controls, 1);
    step_activate(w, &a);
    r = bind_once(&w->server, a.dn, a.password);
    expect_ok(r);
    expect_control(&r, PP_NONE);
    self = client_login(&w->server, a.dn, a.password);
    r = client_password(self, NULL, NULL, "court");
    expect(r, LDAP_CONSTRAINT_VIOLATION, "P01 P03");
    expect_control(&r, PP_SHORT);
    r = client_modify(
        self, a.dn, "replace: userPassword\nuserPassword: Iris-2026_Bleu\n");
    expect_ok(r);
    expect_control(&r, PP_NONE);
    client_close(self);
    for (int i = 0; i < 10; i++) {
        char *guess = text_of("Mauvaise-Reponse-%d", i);

        expect(
            bind_once(&w->server, a.dn, guess), LDAP_INVALID_CREDENTIALS, "");
        free(guess);
    }
    expect(bind_once(&w->server, a.dn, "Iris-2026_Bleu"),
        LDAP_INVALID_CREDENTIALS, "");
    expect_ok(client_modify(
        w->as[ASSISTANCE], a.dn, "delete: pwdAccountLockedTime\n"));
    expect_ok(bind_once(&w->server, a.dn, "Iris-2026_Bleu"));
    step_inform(w, &a, ACADEMY);
    step_activate(w, &a);
    step_state(w, &a, ASSISTANCE, "suspended");
    step_state(w, &a, ASSISTANCE, "active");
    step_state(w, &a, PROVISIONER, "closed");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_holds_for_entries_that_name_it),
        cmocka_unit_test(accounts_do_not_notice),
    };

    return cmocka_run_group_tests(tests, world_with_ppolicy, end_world);
}
