/* test_ctl_extra.c - ENT attributes passed through by educonnectctl import, as
 * far as the directory has a schema for them.
 *
 * The schema here is the tests' own: a few names of the SDET, with the numbers
 * that public copies of it use.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/aaf.h"

static const char ent_schema[] =
    "attributetype ( 1.1.1.1.109 NAME 'ENTPersonLogin'"
    " EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15"
    " SINGLE-VALUE )\n"
    "attributetype ( 1.1.1.1.111 NAME 'ENTPersonJointure'"
    " EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n"
    "attributetype ( 1.1.1.1.103 NAME 'ENTPersonSexe'"
    " EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n"
    "attributetype ( 1.1.1.1.112 NAME 'ENTPersonStructRattach'"
    " EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )\n"
    "attributetype ( 1.1.1.1.129 NAME 'ENTEleveMEF'"
    " EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )\n"
    "objectclass ( 1.1.1.2.1 NAME 'ENTPerson' SUP inetOrgPerson STRUCTURAL"
    " MUST ( ENTPersonLogin $ ENTPersonJointure )"
    " MAY ( ENTPersonSexe $ ENTPersonStructRattach ) )\n"
    "objectclass ( 1.1.1.2.2 NAME 'ENTEleve' SUP ENTPerson STRUCTURAL"
    " MUST ENTEleveMEF )\n";

#define SCHOOL AAF_SCHOOL("88001", "9990011H", "Collège des Genêts", "COLLEGE")
#define PUPIL(id, more)                                                        \
    AAF_ADD("Eleve", id,                                                       \
        AAF_A("sn", "EXEMPLE") AAF_A("givenName", "Ana") AAF_A("ENTEleveINE",  \
            "00" id "AA") AAF_A("ENTPersonDateNaissance", "29/02/2012")        \
            AAF_A("ENTPersonStructRattach", "88001") AAF_A("ENTEleveClasses",  \
                "88001$6EME A") AAF_A("ENTPersonJointure", id)                 \
                AAF_A("ENTPersonAutre", "unknown") more)

#define FIRST "uid=ana.exemple," PEOPLE
#define SECOND "uid=ana.exemple2," PEOPLE

static void
run(world *w, int status, const char *options)
{
    tool t = aaf_import(w, "%s", options);

    expect_status(&t, status);
    tool_free(&t);
}

static void
known_attributes_are_passed_through(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];

    aaf_write(w, "Complet", "EtabEducNat", SCHOOL);
    aaf_write(w, "Complet", "Eleve",
        PUPIL("9100001",
            AAF_A("ENTEleveMEF", "10010012110") AAF_A("entPersonSexe", "F"))
            PUPIL("9100002", AAF_A("ENTPersonSexe", "F")));
    run(w, 0, "--pass-through");
    expect_stored(root, FIRST, "ENTEleveMEF", "10010012110");
    expect_stored(root, FIRST, "ENTPersonSexe", "F");
    expect_stored(root, FIRST, "ENTPersonLogin", "ana.exemple");
    expect_values(root, FIRST, "ENTPersonStructRattach", "");
    assert_int_equal(client_count(root, SUFFIX, "(objectClass=ENTEleve)"), 1);
    expect_values(root, SECOND, "ENTPersonSexe", "");
    expect_stored(root, SECOND, "educonnectClass", "6EME A");
}

static void
the_same_again_changes_nothing_and_changes_are_written(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];
    tool t = aaf_import(w, "--pass-through");

    expect_status(&t, 0);
    REQUIRE(strstr(t.out, "\n0 changes\n") != NULL);
    tool_free(&t);
    aaf_write(w, "Complet", "Eleve",
        PUPIL("9100001",
            AAF_A("ENTEleveMEF", "10010012999") AAF_A("ENTPersonSexe", ""))
            PUPIL("9100002", AAF_A("ENTPersonSexe", "F")));
    run(w, 0, "--pass-through");
    expect_stored(root, FIRST, "ENTEleveMEF", "10010012999");
    expect_values(root, FIRST, "ENTPersonSexe", "");
}

static void
without_the_option_they_are_left_alone(void **state)
{
    world *w = *state;
    tool t = aaf_import(w, "%s", "");

    expect_status(&t, 0);
    REQUIRE(strstr(t.out, "\n0 changes\n") != NULL);
    expect_stored(w->as[ROOT], FIRST, "ENTEleveMEF", "10010012999");
    tool_free(&t);
}

static void
without_the_schema_the_option_is_refused(void **state)
{
    world *w = *state;
    world bare;
    tool t;

    (void)w;
    world_begin(&bare, NULL);
    aaf_write(&bare, "Complet", "EtabEducNat", SCHOOL);
    t = aaf_import(&bare, "--pass-through");
    expect_status(&t, 2);
    REQUIRE(strstr(t.err, "none of the ENT classes") != NULL);
    tool_free(&t);
    world_end(&bare);
}

static int
begin(void **state)
{
    setup how = {.global = ent_schema};

    return world_of(state, &how);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_attributes_are_passed_through),
        cmocka_unit_test(
            the_same_again_changes_nothing_and_changes_are_written),
        cmocka_unit_test(without_the_option_they_are_left_alone),
        cmocka_unit_test(without_the_schema_the_option_is_refused),
    };

    return cmocka_run_group_tests(tests, begin, end_world);
}
