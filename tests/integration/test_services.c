/* test_services.c - what an account opens: educonnectServiceAccess. */
#define _GNU_SOURCE 1
#include "harness.h"
#include "harness_parallel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCESS "educonnectServiceAccess"
#define SERVICES "ou=services," SUFFIX

static void
expect_access_at(
    const char *file, int line, LDAP *ld, const char *dn, const char *names)
{
    char *got = client_read_all(ld, dn, ACCESS);

    if (strcmp(got, names) != 0) {
        print_error("%s: \"%s\", not \"%s\"\n", dn, got, names);
        _fail(file, line);
    }
    free(got);
}
#define expect_access(ld, dn, names)                                           \
    expect_access_at(__FILE__, __LINE__, (ld), (dn), (names))

static void
add_service(world *w, const char *cn, const char *lines)
{
    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: cn=%s," SERVICES "\nobjectClass: applicationProcess\n"
        "objectClass: educonnectService\ncn: %s\n"
        "labeledURI: https://%s.example\n%s",
        cn, cn, cn, lines));
}

static answer
remove_service(world *w, const char *cn)
{
    return client_ldif(
        w->as[ACADEMY], "dn: cn=%s," SERVICES "\nchangetype: delete\n", cn);
}

static answer
change_service(world *w, const char *cn, const char *lines)
{
    char *dn = text_of("cn=%s," SERVICES, cn);
    answer a = client_modify(w->as[ACADEMY], dn, "%s", lines);

    free(dn);
    return a;
}

static int
world_with_services(void **state)
{
    world *w;
    int rc = usual_world(state);

    w = *state;
    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: " SERVICES "\nobjectClass: organizationalUnit\nou: services\n"));
    add_service(w, "ent",
        "educonnectAudience: student\neduconnectAudience: guardian\n");
    add_service(w, "orientation",
        "educonnectAudience: guardian\neduconnectSchoolLevel: college\n");
    add_service(w, "folios",
        "educonnectAudience: student\neduconnectSchoolLevel: college\n"
        "educonnectSchoolLevel: lycee\n");
    add_service(w, "parcours",
        "educonnectAudience: student\neduconnectSchoolLevel: lycee\n");
    return rc;
}

static account
active_student(world *w, const char *school, actor head)
{
    account a = new_student(w, school);

    step_inform(w, &a, head);
    step_activate(w, &a);
    return a;
}

static void
levels_and_audiences_decide(void **state)
{
    world *w = *state;
    account young = active_student(w, COLLEGE, HEAD1);
    account old = active_student(w, LYCEE, HEAD2);
    account parent = guardian_in(w, "active");

    expect_access(w->as[ACADEMY], young.dn, "ent|folios");
    expect_access(w->as[ACADEMY], old.dn, "ent|folios|parcours");
    expect_access(w->as[ACADEMY], parent.dn, "ent|orientation");
    expect_ok(client_modify(w->as[PROVISIONER], parent.child,
        "replace: educonnectEnrolledAt\neduconnectEnrolledAt: " LYCEE "\n"));
    expect_access(w->as[ACADEMY], parent.dn, "ent");
    expect_ok(client_modify(w->as[PROVISIONER], young.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", parent.dn));
    expect_access(w->as[ACADEMY], parent.dn, "ent|orientation");
    expect(client_compare(w->as[ACADEMY], parent.dn, ACCESS, "orientation"),
        LDAP_COMPARE_TRUE, "");
    expect(client_compare(w->as[ACADEMY], parent.dn, ACCESS, "folios"),
        LDAP_COMPARE_FALSE, "");
}

static void
only_active_accounts_open_anything(void **state)
{
    static const char *const states[] = {
        "uninformed", "informed", "reset", "suspended", "closed"};
    world *w = *state;

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        expect_access(w->as[ACADEMY], student_in(w, states[i]).dn, "");
}

static void
a_change_counts_from_its_answer_on(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);

    expect_access(w->as[ACADEMY], a.dn, "ent|folios");
    add_service(w, "livret", "educonnectAudience: student\n");
    expect_access(w->as[ACADEMY], a.dn, "ent|folios|livret");
    expect_ok(change_service(w, "livret",
        "add: educonnectOpensAt\neduconnectOpensAt: 20990101000000Z\n"));
    expect_access(w->as[ACADEMY], a.dn, "ent|folios");
    expect_ok(change_service(w, "livret",
        "replace: educonnectOpensAt\neduconnectOpensAt: 20200101000000Z\n"
        "-\nadd: educonnectClosesAt\neduconnectClosesAt: 20990101000000Z\n"));
    expect_access(w->as[ACADEMY], a.dn, "ent|folios|livret");
    expect_ok(change_service(w, "livret",
        "replace: educonnectClosesAt\neduconnectClosesAt: 20210101000000Z\n"));
    expect_access(w->as[ACADEMY], a.dn, "ent|folios");
    expect_ok(change_service(w, "livret",
        "delete: educonnectClosesAt\n-\n"
        "add: educonnectServiceSchool\neduconnectServiceSchool: " LYCEE "\n"));
    expect_access(w->as[ACADEMY], a.dn, "ent|folios");
    expect_ok(change_service(w, "livret",
        "add: educonnectServiceSchool\neduconnectServiceSchool: " COLLEGE
        "\n"));
    expect_access(w->as[ACADEMY], a.dn, "ent|folios|livret");
    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: cn=livret," SERVICES "\nchangetype: modrdn\n"
        "newrdn: cn=livret scolaire\ndeleteoldrdn: 1\n"));
    expect_access(w->as[ACADEMY], a.dn, "ent|folios|livret scolaire");
    expect_ok(remove_service(w, "livret scolaire"));
    expect_access(w->as[ACADEMY], a.dn, "ent|folios");
}

static void
values_are_checked(void **state)
{
    world *w = *state;

    expect(change_service(
               w, "ent", "add: educonnectAudience\neduconnectAudience: all\n"),
        LDAP_CONSTRAINT_VIOLATION, "D01");
    expect(change_service(w, "ent",
               "add: educonnectSchoolLevel\neduconnectSchoolLevel: creche\n"),
        LDAP_CONSTRAINT_VIOLATION, "D01");
}

/* One client opens and closes a service and looks at once; others look all the
 * time. */
#define ROUNDS 60
#define LOOKERS 4

typedef struct looking {
    world *w;
    const char *dn;
} looking;

static answer
look_or_change(void *context, size_t index, LDAP *ld)
{
    const looking *l = context;
    answer a = {0};

    for (int i = 0; i < ROUNDS && a.code == LDAP_SUCCESS; i++) {
        if (index == 0) {
            a = client_ldif(ld,
                "dn: cn=ent," SERVICES "\nchangetype: modify\n"
                "replace: educonnectAudience\neduconnectAudience: %s\n",
                i % 2 == 0 ? "guardian" : "student");
            if (a.code == LDAP_SUCCESS &&
                (client_compare(ld, l->dn, ACCESS, "ent").code ==
                    LDAP_COMPARE_TRUE) != (i % 2 == 1))
                a.code = LDAP_OTHER;
        } else {
            a = client_search(ld, l->dn);
        }
    }
    return a;
}

static void
who_changes_sees_the_change(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);
    looking l = {.w = w, .dn = a.dn};
    LDAP *clients[LOOKERS + 1];
    answer *answers;

    for (int i = 0; i <= LOOKERS; i++)
        clients[i] = actor_login(&w->server, ACADEMY);
    answers = in_parallel(LOOKERS + 1, clients, look_or_change, &l);
    assert_int_equal(
        count_answers(answers, LOOKERS + 1, LDAP_SUCCESS, "") +
            count_answers(answers, LOOKERS + 1, LDAP_COMPARE_TRUE, "") +
            count_answers(answers, LOOKERS + 1, LDAP_COMPARE_FALSE, ""),
        LOOKERS + 1);
    free(answers);
    for (int i = 0; i <= LOOKERS; i++)
        client_close(clients[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_and_audiences_decide),
        cmocka_unit_test(only_active_accounts_open_anything),
        cmocka_unit_test(a_change_counts_from_its_answer_on),
        cmocka_unit_test(values_are_checked),
        cmocka_unit_test(who_changes_sees_the_change),
    };

    return cmocka_run_group_tests_name(
        "services", tests, world_with_services, end_world);
}
