/* test_eligibility.c - why no account is opened for a student: shown by
 * educonnectHold, and refused.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/parallel.h"

#define HOLD "educonnectHold"

static void
what_holds_an_account_is_named(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE), b = new_student(w, COLLEGE "|" LYCEE);
    account parent = new_guardian(w, COLLEGE);
    char *ine = client_read(w->as[ROOT], a.dn, "educonnectIne"), *all;

    expect_values(w->as[ACADEMY], a.dn, HOLD, "");
    expect_values(w->as[ACADEMY], parent.dn, HOLD, "");
    expect_values(w->as[ACADEMY], b.dn, HOLD,
        "multi-enrolled:" COLLEGE_UAI "," LYCEE_UAI);
    expect_ok(client_modify(w->as[PROVISIONER], b.dn,
        "replace: educonnectIne\neduconnectIne: %s\n-\n"
        "delete: educonnectBirthDate\n-\ndelete: givenName\n",
        ine));
    all = text_of("duplicate-ine:%s|multi-enrolled:" COLLEGE_UAI "," LYCEE_UAI
                  "|record-incomplete:educonnectBirthDate"
                  "|record-incomplete:givenName",
        a.dn);
    expect_values(w->as[ACADEMY], b.dn, HOLD, all);
    expect(client_compare(w->as[ACADEMY], b.dn, HOLD, "record-incomplete:sn"),
        LDAP_COMPARE_FALSE, "");
    expect(client_compare(
               w->as[ACADEMY], b.dn, HOLD, "record-incomplete:givenName"),
        LDAP_COMPARE_TRUE, "");
    expect(client_password(w->as[HEAD1], b.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "E01 E02 E03");
    free(all);
    free(ine);
}

/* Gives a student another's number, as two imports of one pupil would. */
static void
copy_number(world *w, const account *from, const account *to)
{
    char *ine = client_read(w->as[ROOT], from->dn, "educonnectIne");

    for (char *c = ine; *c != '\0'; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c);
    expect_ok(client_modify(w->as[PROVISIONER], to->dn,
        "replace: educonnectIne\neduconnectIne: %s\n", ine));
    free(ine);
}

static void
two_students_with_one_number_hold_each_other(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE), b = new_student(w, LYCEE);
    char *named = text_of("duplicate-ine:%s", b.dn);
    answer refused;

    copy_number(w, &a, &b);
    expect_values(w->as[ACADEMY], a.dn, HOLD, named);
    refused = client_password(w->as[HEAD1], a.dn, NULL, NULL);
    expect(refused, LDAP_UNWILLING_TO_PERFORM, "E03");
    assert_non_null(strstr(refused.text, b.dn));
    expect(client_password(w->as[ACADEMY], b.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "E03");
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "uninformed");
    expect_ok(client_modify(w->as[PROVISIONER], b.dn,
        "replace: educonnectIne\neduconnectIne: %s\n", "0700000001Z"));
    expect_values(w->as[ACADEMY], a.dn, HOLD, "");
    step_inform(w, &a, HEAD1);
    free(named);
}

static void
who_opens_nothing_is_told_nothing(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE), b = new_student(w, COLLEGE);
    const struct {
        actor who;
        const char *code;
    } rows[] = {
        {STRANGER, "A02"}, {ASSISTANCE, "A02"}, {HEAD2, "A01"}, {GDEL1, "A01"}};

    copy_number(w, &a, &b);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        answer refused = client_password(w->as[rows[i].who], a.dn, NULL, NULL);

        expect(refused, LDAP_INSUFFICIENT_ACCESS, rows[i].code);
        assert_null(strstr(refused.text, b.uid));
    }
}

static void
an_open_account_stays_open(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), b = new_student(w, LYCEE);
    char *named = text_of("duplicate-ine:%s", b.dn);

    copy_number(w, &a, &b);
    expect_values(w->as[ACADEMY], a.dn, HOLD, named);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    step_inform(w, &a, HEAD1);
    step_activate(w, &a);
    step_state(w, &b, PROVISIONER, "closed");
    step_state(w, &b, PROVISIONER, "uninformed");
    free(named);
}

/* One of the clients of a race: adds its own student with everybody's number,
 * open from the start when it brings a password. */
typedef struct newcomers {
    int round;
} newcomers;

static answer
create(LDAP *ld, int round, size_t index, const char *password)
{
    return client_ldif(ld,
        "dn: uid=course%d-%zu," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: course%d-%zu\n"
        "cn: Ines Karadec\nsn: Karadec\ngivenName: Ines\n"
        "educonnectIne: 08%07dXY\neduconnectBirthDate: 2011-03-09\n"
        "educonnectEnrolledAt: " COLLEGE "\n%s",
        round, index, round, index, round, password);
}

static answer
create_informed(void *context, size_t index, LDAP *ld)
{
    const newcomers *n = context;

    return create(ld, n->round, index, "userPassword: Jonquille-2026_Bleue\n");
}

static void
a_taken_number_opens_no_second_account(void **state)
{
    world *w = *state;
    newcomers n = {.round = 9000};

    expect_ok(create(w->as[PROVISIONER], n.round, 0, ""));
    expect(create_informed(&n, 1, w->as[PROVISIONER]),
        LDAP_UNWILLING_TO_PERFORM, "E03");
    expect_ok(create(w->as[PROVISIONER], n.round, 1, ""));
    expect_values(w->as[ACADEMY], "uid=course9000-1," PEOPLE, HOLD,
        "duplicate-ine:uid=course9000-0," PEOPLE);
}

#define CLIENTS 8
#define ROUNDS 40

static void
of_many_at_once_one_is_opened(void **state)
{
    world *w = *state;
    LDAP *clients[CLIENTS];

    for (int i = 0; i < CLIENTS; i++)
        clients[i] = actor_login(&w->server, PROVISIONER);
    for (newcomers n = {0}; n.round < ROUNDS; n.round++) {
        answer *answers = in_parallel(CLIENTS, clients, create_informed, &n);
        char *filter = text_of("(educonnectIne=08%07dXY)", n.round);
        size_t refused =
            count_answers(answers, CLIENTS, LDAP_UNWILLING_TO_PERFORM, "E03") +
            count_answers(answers, CLIENTS, LDAP_BUSY, "B02");

        assert_int_equal(count_answers(answers, CLIENTS, LDAP_SUCCESS, ""), 1);
        assert_int_equal(refused, CLIENTS - 1);
        assert_int_equal(client_count(w->as[ROOT], PEOPLE, filter), 1);
        free(filter);
        free(answers);
    }
    for (int i = 0; i < CLIENTS; i++)
        client_close(clients[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_an_account_is_named),
        cmocka_unit_test(two_students_with_one_number_hold_each_other),
        cmocka_unit_test(who_opens_nothing_is_told_nothing),
        cmocka_unit_test(an_open_account_stays_open),
        cmocka_unit_test(a_taken_number_opens_no_second_account),
        cmocka_unit_test(of_many_at_once_one_is_opened),
    };

    return cmocka_run_group_tests_name(
        "eligibility", tests, usual_world, end_world);
}
