/* test_overlays.c - other overlays beside educonnect: slapo-ppolicy as the
 * manual says, below it, for entries that are no accounts; slapo-sssvlv and
 * slapo-chain, which send results from within a result.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

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

static void
expect_reset(world *w, const account *a, const char *wanted)
{
    char *stored = client_read(w->as[ROOT], a->dn, "userPassword");
    char *reset = client_read(w->as[ROOT], a->dn, "pwdReset");

    REQUIRE(stored != NULL && strstr(stored, "m=128,") != NULL);
    if ((reset == NULL) != (wanted == NULL) ||
        (reset != NULL && strcmp(reset, wanted) != 0))
        FAIL("%s: pwdReset is %s", a->dn, reset == NULL ? "not there" : reset);
    free(reset);
    free(stored);
}

/* ppolicy would take the mark from a letter's password that is only hashed
 * anew, and give it to one that its holder chose. */
static void
a_hash_made_anew_is_no_new_password(void **state)
{
    world *w = *state;
    account letter = guardian_in(w, "informed");
    account chosen = guardian_in(w, "active");
    char *before = client_read(w->as[ROOT], chosen.dn, "pwdChangedTime");
    char *after;

    expect_ok(client_modify(
        w->as[ROOT], POLICY, "replace: pwdMustChange\npwdMustChange: TRUE\n"));
    expect_ok(client_modify(w->as[ROOT], chosen.dn,
        "add: pwdPolicySubentry\npwdPolicySubentry: " POLICY "\n"));
    expect_ok(world_configure(w,
        "replace: olcEduconnectHash\n"
        "olcEduconnectHash: memory=128 time=1 parallelism=1\n"));
    expect_ok(bind_once(&w->server, letter.dn, letter.password));
    expect_ok(bind_once(&w->server, chosen.dn, chosen.password));
    expect_reset(w, &letter, "TRUE");
    expect_reset(w, &chosen, NULL);
    after = client_read(w->as[ROOT], chosen.dn, "pwdChangedTime");
    assert_string_equal(after, before);
    expect_ok(client_modify(w->as[ROOT], POLICY, "delete: pwdMustChange\n"));
    free(after);
    free(before);
}

/* ---- results within results ---- */

static int
sorted(LDAP *ld, const char *filter, char *attributes[])
{
    LDAPSortKey **keys = NULL;
    LDAPControl *sort = NULL;
    LDAPControl *list[2] = {NULL};
    LDAPMessage *result = NULL;
    int code;

    REQUIRE(ldap_create_sort_keylist(
                &keys, (char *)"uid:caseIgnoreOrderingMatch") == LDAP_SUCCESS);
    REQUIRE(ldap_create_sort_control(ld, keys, 0, &sort) == LDAP_SUCCESS);
    list[0] = sort;
    code = ldap_search_ext_s(ld, SUFFIX, LDAP_SCOPE_SUBTREE, filter, attributes,
        0, list, NULL, NULL, 0, &result);
    ldap_msgfree(result);
    ldap_control_free(sort);
    ldap_free_sort_keylist(keys);
    return code;
}

/* What slapd has freed is scribbled over, so that it ends when it is used. */
static void
scribble(void)
{
    setenv("MALLOC_PERTURB_", "165", 1);
    setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
}

static void
scribble_no_more(void)
{
    unsetenv("MALLOC_PERTURB_");
    unsetenv("GLIBC_TUNABLES");
}

static void
sorted_results_leave_the_server_whole(void **state)
{
    static const setup above = {
        .modules = "moduleload sssvlv\n", .above = "overlay sssvlv\n"};
    static const setup below = {
        .modules = "moduleload sssvlv\n", .below = "overlay sssvlv\n"};
    static const setup *const both[] = {&above, &below};
    static const char *const filters[] = {"(objectClass=*)",
        "(educonnectChild=*)", "(!(educonnectGuardian=*))", "(uid=nobody)"};
    char *all[] = {(char *)"*", (char *)"+", NULL};

    (void)state;
    scribble();
    for (size_t i = 0; i < 2; i++) {
        world w;

        world_begin(&w, both[i]);
        new_guardian(&w, COLLEGE);
        for (size_t f = 0; f < 8; f++)
            assert_int_equal(sorted(w.as[f / 4 == 0 ? STRANGER : HEAD1],
                                 filters[f % 4], all),
                LDAP_SUCCESS);
        expect_ok(client_whoami(w.as[STRANGER]));
        world_end(&w);
    }
    scribble_no_more();
}

/* ---- chain, on the database itself ---- */

#define ELSEWHERE "ou=ailleurs," SUFFIX

/* Each kind of operation on what another server has; root's. */
static void
work_elsewhere(LDAP *ld, int round)
{
    char *dn = text_of("cn=chose-%d," ELSEWHERE, round);

    expect_ok(client_ldif(
        ld, "dn: %s\nobjectClass: device\ncn: chose-%d\n", dn, round));
    expect_ok(client_modify(ld, dn, "add: description\ndescription: une\n"));
    expect(client_compare(ld, dn, "description", "une"), LDAP_COMPARE_TRUE, "");
    assert_int_equal(client_count(ld, dn, "(description=une)"), 1);
    assert_int_equal(
        ldap_rename_s(ld, dn, "cn=autre", NULL, 1, NULL, NULL), LDAP_SUCCESS);
    assert_int_equal(
        ldap_delete_ext_s(ld, "cn=autre," ELSEWHERE, NULL, NULL), LDAP_SUCCESS);
    free(dn);
}

static void
chained_writes_leave_the_server_whole(void **state)
{
    world there;

    (void)state;
    world_begin(&there, &(const setup){0});
    expect_ok(client_ldif(there.as[ROOT],
        "dn: " ELSEWHERE "\nobjectClass: organizationalUnit\nou: ailleurs\n"));
    scribble();
    for (int i = 0; i < 2; i++) {
        char *chain = text_of("overlay chain\nchain-uri %s\n"
                              "chain-idassert-bind bindmethod=simple "
                              "binddn=\"" ROOT_DN
                              "\" credentials=" ROOT_PASSWORD " mode=self\n",
            there.server.url);
        setup how = {.modules = "moduleload back_ldap\n",
            .above = i == 0 ? chain : NULL,
            .below = i == 1 ? chain : NULL};
        world here;

        world_begin(&here, &how);
        expect_ok(client_ldif(here.as[ROOT],
            "dn: " ELSEWHERE "\nobjectClass: referral\n"
            "objectClass: extensibleObject\nou: ailleurs\nref: %s" ELSEWHERE
            "\n",
            there.server.url));
        for (int round = 0; round < 5; round++)
            work_elsewhere(here.as[ROOT], round);
        expect_ok(client_whoami(here.as[STRANGER]));
        world_end(&here);
        free(chain);
    }
    scribble_no_more();
    world_end(&there);
}

int
main(void)
{
    const struct CMUnitTest apart[] = {
        cmocka_unit_test(sorted_results_leave_the_server_whole),
        cmocka_unit_test(chained_writes_leave_the_server_whole),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_holds_for_entries_that_name_it),
        cmocka_unit_test(accounts_do_not_notice),
        cmocka_unit_test(a_hash_made_anew_is_no_new_password),
    };

    return cmocka_run_group_tests(tests, world_with_ppolicy, end_world) +
           cmocka_run_group_tests_name("within", apart, NULL, NULL);
}
