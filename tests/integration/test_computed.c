/* test_computed.c - attributes that are answered and never stored. */
#define _GNU_SOURCE 1
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHILD "educonnectChild"
#define HOLD "educonnectHold"
#define STATUS "educonnectBindStatus"
#define ALLOWED "educonnectAllowed"

static void
expect_values_at(const char *file, int line, LDAP *ld, const char *dn,
    const char *attribute, const char *values)
{
    char *got = client_read_all(ld, dn, attribute);

    if (strcmp(got, values) != 0) {
        print_error(
            "%s of %s: \"%s\", not \"%s\"\n", attribute, dn, got, values);
        _fail(file, line);
    }
    free(got);
}
#define expect_values(ld, dn, attribute, values)                               \
    expect_values_at(__FILE__, __LINE__, (ld), (dn), (attribute), (values))

/* Whether a base search for `wanted` brings the attribute. */
static bool
brings(LDAP *ld, const char *dn, char *wanted, const char *attribute)
{
    char *attrs[] = {wanted, NULL};
    LDAPMessage *result = NULL, *entry;
    struct berval **values;
    bool there;

    assert_int_equal(
        ldap_search_ext_s(ld, dn, LDAP_SCOPE_BASE, "(objectClass=*)", attrs, 0,
            NULL, NULL, NULL, 0, &result),
        LDAP_SUCCESS);
    entry = ldap_first_entry(ld, result);
    assert_non_null(entry);
    values = ldap_get_values_len(ld, entry, attribute);
    there = values != NULL;
    ldap_value_free_len(values);
    ldap_msgfree(result);
    return there;
}

static void
children_are_asked_for_by_name_or_as_operational(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);

    expect_values(w->as[ACADEMY], a.dn, CHILD, a.child);
    assert_true(brings(w->as[ACADEMY], a.dn, "+", CHILD));
    assert_true(brings(w->as[ACADEMY], a.dn, "+", STATUS));
    assert_false(brings(w->as[ACADEMY], a.dn, "*", CHILD));
    assert_false(brings(w->as[ACADEMY], a.dn, "*", STATUS));
    assert_false(brings(w->as[ACADEMY], a.child, "+", CHILD));
    assert_true(brings(w->as[ACADEMY], a.child, "+", STATUS));
    assert_false(brings(w->as[ACADEMY], COLLEGE, "+", STATUS));
}

static void
children_follow_the_students(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), other = new_guardian(w, COLLEGE);
    account second = new_student(w, LYCEE);
    char *both;

    expect_ok(client_modify(w->as[PROVISIONER], second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    both = text_of("%s|%s", a.child, second.dn);
    expect_values(w->as[ACADEMY], a.dn, CHILD, both);
    expect_ok(client_modify(w->as[PROVISIONER], second.dn,
        "replace: educonnectGuardian\neduconnectGuardian: %s\n", other.dn));
    expect_values(w->as[ACADEMY], a.dn, CHILD, a.child);
    expect_ok(client_ldif(
        w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", a.child));
    expect_values(w->as[ACADEMY], a.dn, CHILD, "");
    free(both);
}

static void
comparing_is_the_same_as_reading(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), b = new_student(w, COLLEGE);
    account c = {0};

    expect(client_compare(w->as[ACADEMY], a.dn, CHILD, a.child),
        LDAP_COMPARE_TRUE, "");
    expect(client_compare(w->as[ACADEMY], a.dn, CHILD, b.dn),
        LDAP_COMPARE_FALSE, "");
    expect(client_compare(w->as[ACADEMY], b.dn, CHILD, a.child),
        LDAP_NO_SUCH_ATTRIBUTE, "");
    expect(client_compare(w->as[ACADEMY], a.dn, STATUS, "no-password"),
        LDAP_COMPARE_TRUE, "");
    snprintf(c.dn, sizeof(c.dn), "uid=personne," PEOPLE);
    expect(client_compare(w->as[ACADEMY], c.dn, CHILD, a.child),
        LDAP_NO_SUCH_OBJECT, "");
}

static void
nobody_writes_them(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);

    assert_int_not_equal(client_modify(w->as[ROOT], a.dn,
                             "add: " CHILD "\n" CHILD ": %s\n", a.child)
                             .code,
        LDAP_SUCCESS);
    assert_int_not_equal(client_modify(w->as[ROOT], a.dn,
                             "replace: " ALLOWED "\n" ALLOWED ": inform\n")
                             .code,
        LDAP_SUCCESS);
}

static void
what_holds_an_account_is_named(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE), b = new_student(w, COLLEGE "|" LYCEE);
    char *ine = client_read(w->as[ROOT], a.dn, "educonnectIne"), *all;

    expect_values(w->as[ACADEMY], a.dn, HOLD, "");
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
    expect(client_password(w->as[HEAD1], b.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "E01 E02 E03");
    free(all);
    all = text_of("duplicate-ine:%s", b.dn);
    expect_values(w->as[ACADEMY], a.dn, HOLD, all);
    expect(client_password(w->as[HEAD1], a.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "E03");
    free(all);
    free(ine);
}

static void
the_status_says_what_a_bind_would_meet(void **state)
{
    static const char *const rows[][2] = {{"uninformed", "no-password"},
        {"informed", "must-change"}, {"active", "ok"}, {"reset", "must-change"},
        {"suspended", "suspended"}, {"closed", "closed"}};
    world *w = *state;
    account a;
    char *status;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        a = student_in(w, rows[i][0]);
        expect_values(w->as[ASSISTANCE], a.dn, STATUS, rows[i][1]);
    }
    a = student_in(w, "active");
    for (int i = 0; i < 10; i++) {
        char guess[32];

        snprintf(guess, sizeof(guess), "Faux-mot-%d", i);
        expect(
            bind_once(&w->server, a.dn, guess), LDAP_INVALID_CREDENTIALS, "");
    }
    status = client_read(w->as[ASSISTANCE], a.dn, STATUS);
    assert_non_null(status);
    assert_memory_equal(status, "locked-until:20", 15);
    free(status);
    expect_values(w->as[ASSISTANCE], a.dn, ALLOWED, "suspend|unlock");
}

static void
what_is_allowed_depends_on_who_reads(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    LDAP *self;

    expect_values(w->as[GDEL1], a.dn, ALLOWED, "inform");
    expect_values(w->as[SDEL1], a.dn, ALLOWED, "");
    expect_values(w->as[HEAD2], a.dn, ALLOWED, "");
    expect_values(w->as[PROVISIONER], a.dn, ALLOWED, "close|inform");
    a = guardian_in(w, "active");
    expect_values(w->as[HEAD1], a.dn, ALLOWED, "");
    expect_values(
        w->as[ACADEMY], a.dn, ALLOWED, "academy-reset|close|merge|suspend");
    self = client_login(&w->server, a.dn, a.password);
    expect_values(self, a.dn, ALLOWED, "change|merge");
    client_close(self);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_are_asked_for_by_name_or_as_operational),
        cmocka_unit_test(children_follow_the_students),
        cmocka_unit_test(comparing_is_the_same_as_reading),
        cmocka_unit_test(nobody_writes_them),
        cmocka_unit_test(what_holds_an_account_is_named),
        cmocka_unit_test(the_status_says_what_a_bind_would_meet),
        cmocka_unit_test(what_is_allowed_depends_on_who_reads),
    };

    return cmocka_run_group_tests_name(
        "computed", tests, usual_world, end_world);
}
