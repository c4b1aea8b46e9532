/* test_computed.c - attributes that are answered and never stored. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHILD "educonnectChild"
#define HOLD "educonnectHold"
#define STATUS "educonnectBindStatus"
#define ALLOWED "educonnectAllowed"

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
    both = strcmp(a.child, second.dn) < 0
               ? text_of("%s|%s", a.child, second.dn)
               : text_of("%s|%s", second.dn, a.child);
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

/* A guardian's accounts, one merged into the next, as slapadd brings them. */
static void
slapadd_merged(world *w, const char *uid, const char *into)
{
    char *ldif =
        text_of("dn: uid=%s," PEOPLE "\nobjectClass: inetOrgPerson\n"
                "objectClass: educonnectLegalGuardian\nuid: %s\n"
                "cn: Soizic Karadec\nsn: Karadec\neduconnectState: closed\n"
                "educonnectFormerState: uninformed\n"
                "educonnectMergedInto: %s\n",
            uid, uid, into);

    assert_int_equal(
        server_tool(&w->server, ldif, NULL, "slapadd", "-b %s", SUFFIX), 0);
    free(ldif);
}

static void
link_to(world *w, const char *student, const char *guardian)
{
    expect_ok(client_modify(w->as[PROVISIONER], student,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", guardian));
}

static int
by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Three names as client_read_all() joins them. */
static char *
sorted(const char *a, const char *b, const char *c)
{
    const char *names[] = {a, b, c};

    qsort(names, 3, sizeof(names[0]), by_bytes);
    return text_of("%s|%s|%s", names[0], names[1], names[2]);
}

static void
children_of_merged_accounts_count(void **state)
{
    world *w = *state;
    account kept = new_guardian(w, COLLEGE);
    account second = new_student(w, COLLEGE), third = new_student(w, LYCEE);
    char *all = sorted(kept.child, second.dn, third.dn), *filter;

    server_stop(&w->server);
    slapadd_merged(w, "doublon", kept.dn);
    slapadd_merged(w, "triplon", "uid=doublon," PEOPLE);
    server_start(&w->server);
    world_login(w);
    link_to(w, second.dn, "uid=doublon," PEOPLE);
    link_to(w, third.dn, "uid=triplon," PEOPLE);
    link_to(w, kept.child, "uid=triplon," PEOPLE);
    expect_values(w->as[ACADEMY], kept.dn, CHILD, all);
    expect_values(w->as[ACADEMY], "uid=doublon," PEOPLE, CHILD, "");
    expect(client_compare(w->as[ACADEMY], kept.dn, CHILD, third.dn),
        LDAP_COMPARE_TRUE, "");
    expect(
        client_compare(w->as[ACADEMY], "uid=triplon," PEOPLE, CHILD, third.dn),
        LDAP_NO_SUCH_ATTRIBUTE, "");
    filter = text_of("(" CHILD "=%s)", third.dn);
    assert_int_equal(client_count(w->as[ACADEMY], kept.dn, filter), 1);
    assert_int_equal(client_count(w->as[ACADEMY], SUFFIX, filter), 1);
    free(filter);
    free(all);
}

/* The group's access rules keep the stranger from the attributes. */
static void
access_rules_hold_for_what_is_computed(void **state)
{
    world *w = *state;
    LDAP *stranger = w->as[STRANGER];
    account a = new_guardian(w, COLLEGE);

    expect_values(stranger, a.dn, CHILD, "");
    assert_false(brings(stranger, a.dn, "+", CHILD));
    assert_true(brings(stranger, a.dn, "+", STATUS));
    expect(client_compare(stranger, a.dn, CHILD, a.child),
        LDAP_INSUFFICIENT_ACCESS, "");
    assert_int_equal(client_count(stranger, a.dn, "(" CHILD "=*)"), 0);
    assert_int_equal(client_count(stranger, a.dn, "(!(" CHILD "=*))"), 0);
    expect(client_compare(stranger, "uid=invisible," PEOPLE, STATUS, "ok"),
        LDAP_NO_SUCH_OBJECT, "");
}

static void
a_restricted_session_asks_for_nothing(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect(client_search(self, a.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
    expect(client_compare(self, a.dn, CHILD, a.child), LDAP_INSUFFICIENT_ACCESS,
        "S04");
    client_close(self);
    step_activate(w, &a);
    self = client_login(&w->server, a.dn, a.password);
    expect_values(self, a.dn, CHILD, a.child);
    client_close(self);
}

static void
nothing_is_stored(void **state)
{
    static const char *const names[] = {CHILD, HOLD, STATUS, ALLOWED};
    world *w = *state;
    char *dump = NULL;

    assert_int_equal(
        server_tool(&w->server, NULL, &dump, "slapcat", "-b %s", SUFFIX), 0);
    REQUIRE(strstr(dump, "educonnectGuardian: ") != NULL);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_null(strstr(dump, names[i]));
    free(dump);
}

static int
guarded_world(void **state)
{
    static const setup how = {
        .access = "access to attrs=" CHILD "\n"
                  "    by dn.exact=\"uid=stranger," STAFF_DN "\" none\n"
                  "    by * break\n"
                  "access to dn.exact=\"uid=invisible," PEOPLE "\"\n"
                  "    by dn.exact=\"uid=stranger," STAFF_DN "\" none\n"
                  "    by * break\n"};
    world *w = calloc(1, sizeof(*w));

    *state = w;
    world_begin(w, &how);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: uid=invisible," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: invisible\n"
        "cn: I\nsn: I\n"));
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_are_asked_for_by_name_or_as_operational),
        cmocka_unit_test(children_follow_the_students),
        cmocka_unit_test(children_of_merged_accounts_count),
        cmocka_unit_test(comparing_is_the_same_as_reading),
        cmocka_unit_test(access_rules_hold_for_what_is_computed),
        cmocka_unit_test(a_restricted_session_asks_for_nothing),
        cmocka_unit_test(nobody_writes_them),
        cmocka_unit_test(nothing_is_stored),
    };

    return cmocka_run_group_tests_name(
        "computed", tests, guarded_world, end_world);
}
