/* test_controls.c - other controls beside ours: what they promise holds. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/parallel.h"

#define NO_OP_OID "1.3.6.1.4.1.4203.666.5.2"
#define NO_OP_DONE 0x410e

/* AttributeSelection of RFC 4527: SEQUENCE OF "educonnectState". */
static char selection[] = "\x30\x11\x04\x0f"
                          "educonnectState";

static void
send_with(LDAP *ld, LDAPControl *control)
{
    LDAPControl ppolicy = {PPOLICY_OID, {0, NULL}, 0};
    LDAPControl *both[] = {&ppolicy, control, NULL};

    ldap_set_option(ld, LDAP_OPT_SERVER_CONTROLS, both);
}

static LDAPControl
read_control(const char *oid)
{
    return (LDAPControl){
        (char *)(size_t)oid, {sizeof(selection) - 1, selection}, 1};
}

static void
pre_and_post_read_go_with_ours(void **state)
{
    static const char *const oids[] = {
        LDAP_CONTROL_PRE_READ, LDAP_CONTROL_POST_READ};
    world *w = *state;

    for (int i = 0; i < 2; i++) {
        LDAPControl control = read_control(oids[i]);
        account a = student_in(w, "informed");
        LDAP *self = client_login(&w->server, a.dn, a.password);
        answer r;

        send_with(self, &control);
        r = client_modify(self, a.dn,
            "replace: userPassword\nuserPassword: Lavande-2026-Bleue\n");
        expect_ok(r);
        expect_control(&r, PP_NONE);
        assert_int_equal(r.n_controls, 2);
        r = client_modify(
            self, a.dn, "replace: userPassword\nuserPassword: court\n");
        expect(r, LDAP_CONSTRAINT_VIOLATION, "P01 P03");
        expect_control(&r, PP_SHORT);
        r = client_modify(
            self, a.dn, "replace: mobile\nmobile: +33 6 55 55 55 55\n");
        expect_ok(r);
        client_close(self);
        expect_ok(bind_once(&w->server, a.dn, "Lavande-2026-Bleue"));
    }
}

static void
post_read_with_a_new_account(void **state)
{
    world *w = *state;
    LDAPControl control = read_control(LDAP_CONTROL_POST_READ);
    LDAP *ld = actor_login(&w->server, PROVISIONER);
    answer r;

    send_with(ld, &control);
    r = client_ldif(ld,
        "dn: uid=lu," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: lu\ncn: Lu Le\nsn: Le\n"
        "userPassword: Lavande-2026-Bleue\n");
    expect_ok(r);
    expect_control(&r, PP_NONE);
    assert_int_equal(r.n_controls, 2);
    client_close(ld);
}

static void
an_assertion_that_fails_stops_the_event(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *ld = actor_login(&w->server, ACADEMY);
    LDAPControl *control = NULL;
    char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");

    REQUIRE(ldap_create_assertion_control(
                ld, "(educonnectState=closed)", 1, &control) == LDAP_SUCCESS);
    send_with(ld, control);
    expect(client_modify(ld, a.dn,
               "replace: userPassword\nuserPassword: Lavande-2026-Bleue\n"),
        LDAP_ASSERTION_FAILED, "");
    ldap_control_free(control);
    expect_stored(w->as[ROOT], a.dn, "entryCSN", csn);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    REQUIRE(ldap_create_assertion_control(
                ld, "(educonnectState=active)", 1, &control) == LDAP_SUCCESS);
    send_with(ld, control);
    expect_ok(client_modify(
        ld, a.dn, "replace: userPassword\nuserPassword: Lavande-2026-Bleue\n"));
    ldap_control_free(control);
    client_close(ld);
    free(csn);
}

/* A dry run judges as a real one would, and stores nothing. */
static void
no_op_stores_nothing(void **state)
{
    world *w = *state;
    LDAPControl control = {NO_OP_OID, {0, NULL}, 1};
    account a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");

    send_with(self, &control);
    assert_int_equal(client_modify(self, a.dn,
                         "replace: userPassword\n"
                         "userPassword: Lavande-2026-Bleue\n")
                         .code,
        NO_OP_DONE);
    expect(client_modify(
               self, a.dn, "replace: userPassword\nuserPassword: court\n"),
        LDAP_CONSTRAINT_VIOLATION, "P01 P03");
    expect_stored(w->as[ROOT], a.dn, "entryCSN", csn);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    /* The session still counts as bound with the password that is stored. */
    client_sends(self, SENDS_PPOLICY, NULL);
    expect_ok(client_password(self, NULL, NULL, "Lavande-2026-Bleue"));
    client_close(self);
    free(csn);
}

/* ---- permissive modify ---- */

static void
permissive_modify_opens_nothing(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *ld = actor_login(&w->server, ACADEMY);

    client_sends(ld, SENDS_PPOLICY | SENDS_PERMISSIVE, NULL);
    expect(client_modify(ld, a.dn,
               "add: userPassword\nuserPassword: Lavande-2026-Bleue\n"),
        LDAP_CONSTRAINT_VIOLATION, "P12");
    REQUIRE(
        client_modify(ld, a.dn, "delete: userPassword\nuserPassword: unknown\n")
            .code != LDAP_SUCCESS);
    expect(client_modify(ld, a.dn, "delete: userPassword\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    client_close(ld);
}

static answer
inform_by_modify(void *context, size_t index, LDAP *ld)
{
    const account *a = context;

    return client_modify(ld, a->dn,
        "replace: userPassword\nuserPassword: Lavande-2026-%zu-Bleue\n", index);
}

/* The test-and-set does not become permissive with the client's request. */
static void
permissive_races_have_one_winner(void **state)
{
    world *w = *state;
    LDAP *clients[] = {
        actor_login(&w->server, HEAD1), actor_login(&w->server, HEAD2)};

    client_sends(clients[0], SENDS_PERMISSIVE, NULL);
    client_sends(clients[1], SENDS_PERMISSIVE, NULL);
    for (int round = 0; round < 50; round++) {
        account a = shared_guardian(w);
        answer *answers = in_parallel(2, clients, inform_by_modify, &a);

        assert_int_equal(count_answers(answers, 2, LDAP_SUCCESS, ""), 1);
        assert_int_equal(
            count_answers(answers, 2, LDAP_UNWILLING_TO_PERFORM, "G01"), 1);
        free(answers);
    }
    client_close(clients[0]);
    client_close(clients[1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pre_and_post_read_go_with_ours),
        cmocka_unit_test(post_read_with_a_new_account),
        cmocka_unit_test(an_assertion_that_fails_stops_the_event),
        cmocka_unit_test(no_op_stores_nothing),
        cmocka_unit_test(permissive_modify_opens_nothing),
        cmocka_unit_test(permissive_races_have_one_winner),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
