/* test_footprint.c - a search through many entries leaves no memory behind,
 * whatever is computed for each.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/launch.h"
#include "harness/services.h"

#define STUDENTS 1000

/* What slapd's threads may differ by. What is forgotten for each entry comes to
 * more in the rounds that the tests choose. */
#define GROWTH_MAX_KIB 4096

static int
many_students(void **state)
{
    world *w = calloc(1, sizeof(*w));
    char *ldif = NULL, *output = NULL;
    size_t size;
    FILE *file = open_memstream(&ldif, &size);

    *state = w;
    launch_forgetful();
    world_begin(w, NULL);
    for (int i = 0; i < STUDENTS; i++)
        fprintf(file,
            "dn: uid=parent%d," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectLegalGuardian\nuid: parent%d\n"
            "cn: P\nsn: P\neduconnectState: active\n"
            "educonnectActivatedBy: federation\n"
            "educonnectFederatedId: p%d\n\n"
            "dn: uid=pupil%d," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: pupil%d\ncn: P\nsn: P\n"
            "educonnectIne: 01%07dZZ\neduconnectEnrolledAt: " COLLEGE "\n"
            "educonnectGuardian: uid=parent%d," PEOPLE "\n\n",
            i, i, i, i, i, i, i);
    fclose(file);
    server_stop(&w->server);
    if (server_tool(&w->server, ldif, &output, "slapadd", "-q -b %s", SUFFIX) !=
        0)
        FAIL("slapadd: %s", output);
    server_start(&w->server);
    world_login(w);
    world_with_services(w);
    free(output);
    free(ldif);
    return 0;
}

static void
search_all(LDAP *ld, const char *filter, const char *attribute)
{
    char *attrs[] = {(char *)attribute, NULL};
    LDAPMessage *result = NULL;

    assert_int_equal(ldap_search_ext_s(ld, PEOPLE, LDAP_SCOPE_SUBTREE, filter,
                         attrs, 0, NULL, NULL, NULL, 0, &result),
        LDAP_SUCCESS);
    assert_true(ldap_count_entries(ld, result) >= STUDENTS);
    ldap_msgfree(result);
}

static void
expect_no_growth(
    world *w, LDAP *ld, const char *filter, const char *attribute, int rounds)
{
    long before, after;

    /* slapd's threads each come to their own size first. */
    for (int i = 0; i < rounds; i++)
        search_all(ld, filter, attribute);
    before = server_status_kib(&w->server, "VmRSS");
    for (int i = 0; i < rounds; i++)
        search_all(ld, filter, attribute);
    after = server_status_kib(&w->server, "VmRSS");
    if (after - before > GROWTH_MAX_KIB)
        FAIL("%d searches %s for %s: %ld KiB more", rounds, filter, attribute,
            after - before);
}

static void
what_is_computed_for_many_leaves_nothing(void **state)
{
    world *w = *state;

    expect_no_growth(w, w->as[HEAD1], "(uid=*)", "educonnectHold", 10);
    expect_no_growth(w, w->as[HEAD1], "(uid=*)", "educonnectAllowed", 10);
    expect_no_growth(w, w->as[ACADEMY], "(educonnectChild=*)", "1.1", 10);
    expect_no_growth(w, w->as[ACADEMY], "(uid=*)", ACCESS, 40);
}

static void
the_usability_of_many_leaves_nothing(void **state)
{
    world *w = *state;
    LDAP *ld = actor_login(&w->server, ACADEMY);

    client_sends(ld, SENDS_USABILITY, NULL);
    expect_no_growth(w, ld, "(uid=*)", "1.1", 40);
    client_close(ld);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_computed_for_many_leaves_nothing),
        cmocka_unit_test(the_usability_of_many_leaves_nothing),
    };

    return cmocka_run_group_tests_name(
        "footprint", tests, many_students, end_world);
}
