/* test_services.c - what an account opens: educonnectServiceAccess. */
#define _GNU_SOURCE 1
#include "harness/harness.h"
#include "harness/exop.h"
#include "harness/services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define expect_access(w, dn, names)                                            \
    expect_values((w)->as[ACADEMY], (dn), ACCESS, (names))

static void
levels_and_audiences_decide(void **state)
{
    world *w = *state;
    account young = active_student(w, COLLEGE, HEAD1);
    account old = active_student(w, LYCEE, HEAD2);
    account parent = guardian_in(w, "active");

    expect_access(w, young.dn, "ent|folios");
    expect_access(w, old.dn, "ent|folios|parcours");
    expect_access(w, parent.dn, "ent|orientation");
    expect_ok(client_modify(w->as[PROVISIONER], parent.child,
        "replace: educonnectEnrolledAt\neduconnectEnrolledAt: " LYCEE "\n"));
    expect_access(w, parent.dn, "ent");
    expect_ok(client_modify(w->as[PROVISIONER], young.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", parent.dn));
    expect_access(w, parent.dn, "ent|orientation");
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
        expect_access(w, student_in(w, states[i]).dn, "");
}

/* No school, no services: a school is an entry of that class. */
static void
no_school_opens_nothing(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);
    account parent = guardian_in(w, "active");

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: educonnectEnrolledAt\neduconnectEnrolledAt: " SCHOOLS "\n"));
    expect_access(w, a.dn, "");
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: educonnectEnrolledAt\n"
        "educonnectEnrolledAt: ou=nowhere," SCHOOLS "\n"));
    expect_access(w, a.dn, "");
    expect_ok(client_modify(
        w->as[PROVISIONER], parent.child, "delete: educonnectGuardian\n"));
    expect_access(w, parent.dn, "");
}

/* The children of an account that was merged open what they open to the one
 * that stays; the closed one opens nothing. */
static void
a_merged_family_opens_together(void **state)
{
    world *w = *state;
    account kept = guardian_in(w, "active"), other = guardian_in(w, "active");

    expect_ok(client_modify(w->as[PROVISIONER], kept.child,
        "replace: educonnectEnrolledAt\neduconnectEnrolledAt: " LYCEE "\n"));
    expect_access(w, kept.dn, "ent");
    expect_access(w, other.dn, "ent|orientation");
    expect_ok(client_merge_of(w->as[ACADEMY], other.dn, kept.dn));
    expect_access(w, kept.dn, "ent|orientation");
    expect_access(w, other.dn, "");
}

static void
a_change_counts_from_its_answer_on(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);

    expect_access(w, a.dn, "ent|folios");
    add_service(w, "livret", "educonnectAudience: student\n");
    expect_access(w, a.dn, "ent|folios|livret");
    expect_ok(change_service(w, "livret",
        "add: educonnectOpensAt\neduconnectOpensAt: 20990101000000Z\n"));
    expect_access(w, a.dn, "ent|folios");
    expect_ok(change_service(w, "livret",
        "replace: educonnectOpensAt\neduconnectOpensAt: 20200101000000Z\n"
        "-\nadd: educonnectClosesAt\neduconnectClosesAt: 20990101000000Z\n"));
    expect_access(w, a.dn, "ent|folios|livret");
    expect_ok(change_service(w, "livret",
        "replace: educonnectClosesAt\neduconnectClosesAt: 20210101000000Z\n"));
    expect_access(w, a.dn, "ent|folios");
    expect_ok(change_service(w, "livret",
        "delete: educonnectClosesAt\n-\n"
        "add: educonnectServiceSchool\neduconnectServiceSchool: " LYCEE "\n"));
    expect_access(w, a.dn, "ent|folios");
    expect_ok(change_service(w, "livret",
        "add: educonnectServiceSchool\neduconnectServiceSchool: " COLLEGE
        "\n"));
    expect_access(w, a.dn, "ent|folios|livret");
    expect_ok(change_service(w, "livret",
        "add: educonnectSchoolLevel\neduconnectSchoolLevel: lycee\n"));
    expect_access(w, a.dn, "ent|folios");
    expect_ok(change_service(w, "livret", "delete: educonnectSchoolLevel\n"));
    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: cn=livret," SERVICES "\nchangetype: modrdn\n"
        "newrdn: cn=livret scolaire\ndeleteoldrdn: 1\n"));
    expect_access(w, a.dn, "ent|folios|livret scolaire");
    expect_ok(remove_service(w, "livret scolaire"));
    expect_access(w, a.dn, "ent|folios");
}

/* GeneralizedTime has more forms than one. */
static void
times_in_every_form(void **state)
{
    static const struct {
        const char *attribute, *value;
        bool open;
    } times[] = {
        {"educonnectClosesAt", "2021010100Z", false},
        {"educonnectClosesAt", "202101010000Z", false},
        {"educonnectClosesAt", "20210101000000+0100", false},
        {"educonnectClosesAt", "20210101000000.5Z", false},
        {"educonnectClosesAt", "2099010100-03", true},
        {"educonnectOpensAt", "2099010100Z", false},
        {"educonnectOpensAt", "209901010000+0100", false},
        {"educonnectOpensAt", "20161231235960Z", false},
        {"educonnectOpensAt", "202101010000+0100", true},
    };
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);

    add_service(w, "fiche", "educonnectAudience: student\n");
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        char *change = text_of("add: %s\n%s: %s\n", times[i].attribute,
            times[i].attribute, times[i].value);
        char *undo = text_of("delete: %s\n", times[i].attribute);

        expect_ok(change_service(w, "fiche", change));
        expect_access(
            w, a.dn, times[i].open ? "ent|fiche|folios" : "ent|folios");
        expect_ok(change_service(w, "fiche", undo));
        free(change);
        free(undo);
    }
    expect_ok(remove_service(w, "fiche"));
}

static void
await_access(world *w, const char *dn, const char *names)
{
    deadline d = deadline_in(30);

    for (bool same = false; !same;) {
        char *now = client_read_all(w->as[ACADEMY], dn, ACCESS);

        same = strcmp(now, names) == 0;
        free(now);
        if (!same)
            deadline_wait(&d, names);
    }
}

/* Nobody writes: the time comes. */
/* time() may be a tick behind the clock that slapd reads. */
static time_t
now_exactly(void)
{
    struct timespec now;

    assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
    return now.tv_sec;
}

static void
time_opens_and_closes(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);
    time_t opens = time(NULL) + 2, closes = opens + 2;
    char opening[32], closing[32], *lines;

    strftime(opening, sizeof(opening), "%Y%m%d%H%M%SZ", gmtime(&opens));
    strftime(closing, sizeof(closing), "%Y%m%d%H%M%SZ", gmtime(&closes));
    lines = text_of("educonnectAudience: student\neduconnectOpensAt: %s\n"
                    "educonnectClosesAt: %s\n",
        opening, closing);
    add_service(w, "inscription", lines);
    free(lines);
    await_access(w, a.dn, "ent|folios|inscription");
    assert_true(now_exactly() >= opens);
    await_access(w, a.dn, "ent|folios");
    assert_true(now_exactly() >= closes);
    expect_ok(remove_service(w, "inscription"));
}

/* A value is there once, whoever opens it. */
static void
services_of_one_name_are_one(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);

    expect_ok(client_ldif(w->as[ACADEMY],
        "dn: cn=Ent," SCHOOLS "\nobjectClass: applicationProcess\n"
        "objectClass: educonnectService\ncn: Ent\n"
        "labeledURI: https://other.example\neduconnectAudience: student\n"));
    expect_access(w, a.dn, "ent|folios");
    expect_ok(change_service(
        w, "ent", "delete: educonnectAudience\neduconnectAudience: student\n"));
    expect_access(w, a.dn, "Ent|folios");
    expect_ok(change_service(
        w, "ent", "add: educonnectAudience\neduconnectAudience: student\n"));
    expect_ok(client_ldif(
        w->as[ACADEMY], "dn: cn=Ent," SCHOOLS "\nchangetype: delete\n"));
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
    expect(change_service(
               w, "ent", "add: educonnectOpensAt\neduconnectOpensAt: soon\n"),
        LDAP_INVALID_SYNTAX, "");
}

/* What is computed is read as what is stored is, and written by nobody. */
static void
access_rules_hold_and_nobody_writes(void **state)
{
    world *w = *state;
    account a = active_student(w, COLLEGE, HEAD1);

    expect_values(w->as[STRANGER], a.dn, ACCESS, "");
    expect(client_compare(w->as[STRANGER], a.dn, ACCESS, "ent"),
        LDAP_INSUFFICIENT_ACCESS, "");
    assert_int_not_equal(
        client_modify(w->as[ACADEMY], a.dn, "add: " ACCESS "\n" ACCESS ": x\n")
            .code,
        LDAP_SUCCESS);
    expect_access(w, a.dn, "ent|folios");
}

static int
rules_world(void **state)
{
    static const setup private = {
        .access = "access to attrs=educonnectServiceAccess\n"
                  "    by dn.exact=\"uid=stranger," STAFF_DN "\" none\n"
                  "    by * break\n"};
    world *w = calloc(1, sizeof(*w));

    world_begin(w, &private);
    world_with_services(w);
    *state = w;
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_and_audiences_decide),
        cmocka_unit_test(only_active_accounts_open_anything),
        cmocka_unit_test(no_school_opens_nothing),
        cmocka_unit_test(a_merged_family_opens_together),
        cmocka_unit_test(a_change_counts_from_its_answer_on),
        cmocka_unit_test(times_in_every_form),
        cmocka_unit_test(time_opens_and_closes),
        cmocka_unit_test(services_of_one_name_are_one),
        cmocka_unit_test(values_are_checked),
        cmocka_unit_test(access_rules_hold_and_nobody_writes),
    };

    return cmocka_run_group_tests_name(
        "services", tests, rules_world, end_world);
}
