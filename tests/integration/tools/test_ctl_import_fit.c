/* test_ctl_import_fit.c - educonnectctl import: files that do not fit the
 * directory stop before the first write, and a word goes on.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/aaf.h"

#define IMPORT_LEFT_OUT                                                        \
    "left out: every pupil has as many legal guardians as may be linked"

#define COLLEGE_1 AAF_SCHOOL("88001", "9990011H", "Collège", "COLLEGE")

#define PUPIL(n, sn, given, birth, class, links)                               \
    AAF_PUPIL(                                                                 \
        "91000" n, sn, given, "0000000" n "AA", birth, "88001", class, links)
#define OF(n) AAF_V("92000" n "$10$1$1$1$1")
#define GUARDIAN(n, sn, given)                                                 \
    AAF_GUARDIAN(                                                              \
        "92000" n, sn, given, "+33 6 39 98 00 " n, given "@example.org")

#define PUPILS                                                                 \
    PUPIL("01", "UN", "Zoe", "01/02/2012", "6A", OF("01"))                     \
    PUPIL("02", "DEUX", "Malo", "02/02/2012", "6A", OF("02"))                  \
    PUPIL("03", "TROIS", "Ana", "03/02/2012", "6A", OF("03"))
#define GUARDIANS                                                              \
    GUARDIAN("01", "UN", "Anne")                                               \
    GUARDIAN("02", "DEUX", "Paul") GUARDIAN("03", "TROIS", "Luc")

#define ZOE "uid=zoe.un," PEOPLE

static void
write_all(world *w, const char *pupils, const char *guardians)
{
    aaf_write(w, "Complet", "EtabEducNat", COLLEGE_1);
    aaf_write(w, "Complet", "Eleve", pupils);
    aaf_write(w, "Complet", "PersRelEleve", guardians);
}

static void
expect_run(world *w, int status, const char *said, const char *options)
{
    tool t = aaf_import(w, "%s", options);

    expect_status(&t, status);
    expect_text(status == 4 ? t.err : t.out, said);
    if (status == 4)
        expect_text(t.err, "nothing was written");
    tool_free(&t);
}

/* Renames the files' day. */
static void
date_files(world *w, const char *from, const char *to)
{
    char *directory = aaf_directory(w);
    char *command = text_of("cd %s && for f in *%s*; do mv \"$f\" "
                            "\"${f%%%%%s*}%s${f##*%s}\"; done",
        directory, from, from, to, from);

    REQUIRE(system(command) == 0);
    free(command);
    free(directory);
}

static void
an_older_export_stops(void **state)
{
    world *w = *state;

    write_all(w, PUPILS, GUARDIANS);
    expect_run(w, 0, "changes", "");
    expect_values(w->as[ROOT], PEOPLE, "description",
        "educonnectctl import AAF 20260901");
    expect_run(w, 0, "\n0 changes\n", "");
    date_files(w, "20260901", "20260831");
    expect_run(w, 4,
        "the files are of 20260831, and AAF of 20260901 was imported already",
        "");
    expect_run(w, 4, "--accept older goes on", "--dry-run");
    expect_run(w, 0, "\n0 changes\n", "--accept older");
    expect_values(w->as[ROOT], PEOPLE, "description",
        "educonnectctl import AAF 20260901");
    date_files(w, "20260831", "20260902");
    expect_run(w, 0, "\n0 changes\n", "");
    expect_values(w->as[ROOT], PEOPLE, "description",
        "educonnectctl import AAF 20260902");
    date_files(w, "20260902", "20260903");
    /* Another source has days of its own. */
    expect_run(w, 0, "changetype: modify\n", "--source OTHER --dry-run");
    date_files(w, "20260903", "20260902");
}

/* What else stands there is not touched. */
static void
a_description_of_the_administrators_stays(void **state)
{
    world *w = *state;

    expect_ok(client_modify(
        w->as[ROOT], PEOPLE, "add: description\ndescription: ours\n"));
    date_files(w, "20260902", "20260905");
    expect_run(w, 0, "\n0 changes\n", "");
    expect_values(w->as[ROOT], PEOPLE, "description",
        "educonnectctl import AAF 20260905|ours");
    date_files(w, "20260905", "20260901");
    expect_run(w, 0, "\n0 changes\n", "--accept older");
}

#define STRANGER(n, sn, given, birth)                                          \
    AAF_PUPIL(                                                                 \
        "91000" n, sn, given, "1111111" n "AA", birth, "88001", "6A", OF(n))

static void
other_people_under_the_same_ids_stop(void **state)
{
    world *w = *state;
    tool t;

    write_all(w,
        STRANGER("01", "AUTRE", "Noe", "11/02/2012")
            STRANGER("02", "AUTRES", "Eva", "12/02/2012")
                PUPIL("03", "TROIS", "Ana", "03/02/2012", "6B", OF("03")),
        GUARDIANS);
    expect_run(w, 4, "2 of 6 people whom the directory knows by these ids",
        "--accept older");
    expect_stored(
        w->as[ROOT], "uid=ana.trois," PEOPLE, "educonnectClass", "6A");
    /* One is refused by itself: an id that was given again. */
    write_all(w,
        STRANGER("01", "AUTRE", "Noe", "11/02/2012")
            PUPIL("02", "DEUX", "Malo", "02/02/2012", "6A", OF("02"))
                PUPIL("03", "TROIS", "Ana", "03/02/2012", "6B", OF("03")),
        GUARDIANS);
    t = aaf_import(w, "--accept older --max-removals 100");
    expect_status(&t, 1);
    tool_free(&t);
    expect_stored(w->as[ROOT], ZOE, "sn", "UN");
    expect_stored(w->as[ROOT], ZOE, "educonnectIne", "000000001AA");
    expect_stored(
        w->as[ROOT], "uid=ana.trois," PEOPLE, "educonnectClass", "6B");
    /* Corrections of one thing are corrections. */
    write_all(w,
        AAF_PUPIL("9100001", "UN", "Zoe", "222222201AA", "01/02/2012", "88001",
            "6A", OF("01")) PUPIL("02", "DEUX", "Malo", "12/02/2012", "6A",
            OF("02")) PUPIL("03", "AUTRE", "Nom", "03/02/2012", "6B", OF("03")),
        GUARDIANS);
    expect_run(w, 0, "changes", "--accept older --max-removals 100");
    expect_stored(w->as[ROOT], ZOE, "educonnectIne", "222222201AA");
    write_all(w, PUPILS, GUARDIANS);
    expect_run(w, 0, "changes", "--accept older --accept others");
}

static void
a_delta_is_no_complete_export(void **state)
{
    world *w = *state;

    aaf_write(w, "Complet", "Eleve",
        PUPILS AAF_CHANGE(
            "Eleve", "9100001", "ENTEleveClasses", AAF_V("88001$6C")));
    expect_run(w, 4, "as only a delta has", "--accept older");
    expect_stored(w->as[ROOT], ZOE, "educonnectClass", "6A");
    expect_run(w, 0, "changes", "--accept older --accept delta");
    expect_stored(w->as[ROOT], ZOE, "educonnectClass", "6C");
    write_all(w, PUPILS, GUARDIANS);
    expect_run(w, 0, "changes", "--accept older");
}

static void
one_degree_is_not_the_other(void **state)
{
    world *w = *state;

    aaf_write(w, "Complet", "Eleve",
        AAF_ADD("Eleve", "9100001",
            AAF_A("ENTPersonNom", "UN") AAF_A("ENTPersonPrenom", "Zoe")
                AAF_A("ENTPersonStructRattach", "88001")
                    AAF_A("ENTEleveAutoriteParentale", "9200001$10")));
    expect_run(w, 4, "its records are of the first degree", "--accept older");
    write_all(w, PUPILS, GUARDIANS);
    expect_run(w, 0, "\n0 changes\n", "--accept older");
}

/* Where two of them can be no other days; one alone is a slip. */
static void
days_with_the_month_first_stop(void **state)
{
    world *w = *state;
    tool t;

    write_all(w,
        PUPIL("01", "UN", "Zoe", "02/01/2012", "6A", OF("01"))
            PUPIL("02", "DEUX", "Malo", "02/22/2012", "6A", OF("02"))
                PUPIL("03", "TROIS", "Ana", "02/23/2012", "6A", OF("03")),
        GUARDIANS);
    expect_run(w, 4,
        "2 of 3 days of birth are none unless the month stands first",
        "--accept older");
    t = aaf_import(
        w, "--accept older --accept others --accept days %s", "--dry-run");
    expect_status(&t, 0);
    tool_free(&t);
    write_all(w,
        PUPIL("01", "UN", "Zoe", "01/02/2012", "6A", OF("01"))
            PUPIL("02", "DEUX", "Malo", "02/22/2012", "6A", OF("02"))
                PUPIL("03", "TROIS", "Ana", "03/02/2012", "6A", OF("03")),
        GUARDIANS);
    expect_run(w, 0, "", "--accept older");
    expect_stored(w->as[ROOT], ZOE, "educonnectBirthDate", "2012-02-01");
    write_all(w, PUPILS, GUARDIANS);
    expect_run(w, 0, "", "--accept older");
}

/* Third and fourth ones, whom every pupil leaves out. */
static void
who_is_left_out_gets_no_account(void **state)
{
    world *w = *state;
    char *path = server_path(&w->server, "left.csv");
    char *report, *none;
    tool t;

    write_all(w,
        PUPIL("01", "UN", "Zoe", "01/02/2012", "6A",
            OF("01") OF("02") OF("04") OF("05"))
            PUPIL("02", "DEUX", "Malo", "02/02/2012", "6A", OF("02")) PUPIL(
                "03", "TROIS", "Ana", "03/02/2012", "6A", OF("03") OF("05")),
        GUARDIANS GUARDIAN("04", "QUATRE", "Eve")
            GUARDIAN("05", "CINQ", "Max"));
    t = aaf_import(w, "--accept older -r %s", path);
    expect_status(&t, 0);
    tool_free(&t);
    none = aaf_dn(w, "AAF$9200004");
    REQUIRE(none == NULL);
    expect_values(w->as[ROOT], "uid=ana.trois," PEOPLE, "educonnectGuardian",
        "uid=luc.trois," PEOPLE "|uid=max.cinq," PEOPLE);
    report = read_file(path, NULL);
    REQUIRE(report != NULL);
    expect_text(report, "refused,guardian,9200004,");
    expect_text(report, IMPORT_LEFT_OUT);
    free(report);
    free(path);
    expect_run(w, 0, "\n0 changes\n", "--accept older");
}

/* Two schools may both have a 6A. */
static void
a_class_of_an_unknown_school_is_not_kept(void **state)
{
    world *w = *state;

    write_all(w,
        AAF_ADD("Eleve", "9100001",
            AAF_A("sn", "UN") AAF_A("givenName", "Zoe") AAF_A(
                "ENTEleveINE", "000000001AA") AAF_A("ENTPersonDateNaissance",
                "01/02/2012") "<attr name=\"ENTEleveClasses\">" AAF_V("88001$"
                                                                      "6A")
                AAF_V("77777$CM2") "</attr>"
                                   "<attr name=\"ENTElevePersRelEleve\">" OF(
                                       "01") "</attr>")
            PUPIL("02", "DEUX", "Malo", "02/02/2012", "6A", OF("02"))
                PUPIL("03", "TROIS", "Ana", "03/02/2012", "6A", OF("03")),
        GUARDIANS);
    expect_run(w, 0, "changes", "--accept older --max-removals 100");
    expect_values(w->as[ROOT], ZOE, "educonnectClass", "6A");
}

/* ---- codes with a wrong check letter ---- */

static void
wrong_codes_need_a_directory_for_tests(void **state)
{
    world *w = *state;
    char *path = server_path(&w->server, "schools.csv");
    tool t;

    write_file(path, "uai;name\n9990011A;Essai\n");
    t = tool_run(w, PROVISIONER, NULL, "import", "%s", path);
    expect_status(&t, 1);
    tool_free(&t);
    /* The word alone does not do it. */
    t = tool_run(w, PROVISIONER, NULL, "import", "--accept codes %s", path);
    expect_status(&t, 1);
    expect_text(t.err, "TEST DATA: 1 schools have a code with a wrong check "
                       "letter");
    tool_free(&t);
    REQUIRE(client_read(w->as[ROOT], "ou=9990011A," SCHOOLS, "ou") == NULL);
    expect_ok(world_configure(
        w, "replace: olcEduconnectTestData\nolcEduconnectTestData: yes\n"));
    t = tool_run(w, PROVISIONER, NULL, "import", "%s", path);
    expect_status(&t, 1);
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "import", "--accept codes %s", path);
    expect_status(&t, 0);
    tool_free(&t);
    expect_stored(
        w->as[ROOT], "ou=9990011A," SCHOOLS, "educonnectUai", "9990011A");
    /* A school's own files, which do not say of which one they are. */
    write_file(path, "id;sn;givenName;class\n1;ESSAI;Ana;6A\n");
    t = tool_run(w, PROVISIONER, NULL, "import", "--school 9990011A %s", path);
    expect_status(&t, 2);
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "import",
        "--school 9990011A --accept codes %s", path);
    expect_status(&t, 0);
    tool_free(&t);
    expect_stored(w->as[ROOT], "uid=ana.essai," PEOPLE, "educonnectEnrolledAt",
        "ou=9990011A," SCHOOLS);
    /* Still no code at all. */
    expect(client_modify(w->as[ROOT], "ou=9990011A," SCHOOLS,
               "replace: educonnectUai\neduconnectUai: 999001A\n"),
        LDAP_CONSTRAINT_VIOLATION, "D01");
    expect_ok(world_configure(w, "delete: olcEduconnectTestData\n"));
    expect(client_modify(w->as[ROOT], "ou=9990011A," SCHOOLS,
               "replace: educonnectUai\neduconnectUai: 9990011B\n"),
        LDAP_CONSTRAINT_VIOLATION, "D01");
    free(path);
}

/* Said at every start, and it holds for what slapadd loads. */
static void
a_server_for_tests_says_so(void **state)
{
    static const char school[] =
        "dn: " SUFFIX "\nobjectClass: dcObject\nobjectClass: organization\n"
        "dc: example\no: example\n\n"
        "dn: " SCHOOLS "\nobjectClass: organizationalUnit\nou: schools\n\n"
        "dn: ou=9990011A," SCHOOLS "\nobjectClass: organizationalUnit\n"
        "objectClass: educonnectSchool\nou: 9990011A\n"
        "educonnectUai: 9990011A\n";
    static const setup how = {
        .directives = "educonnect-test-data yes\n"
                      "educonnect-role provisioner "
                      "dn=uid=provisioner,ou=staff,dc=example,dc=org\n"};
    static const setup usual = {.directives = NULL};

    (void)state;
    for (int marked = 0; marked < 2; marked++) {
        char *output = NULL, *log;
        bool said;
        int status;
        server s;

        server_prepare(&s, marked ? &how : &usual);
        status = server_tool(
            &s, school, &output, "slapadd", "-o value-check=yes -b %s", SUFFIX);
        REQUIRE((status == 0) == (marked == 1));
        free(output);
        server_start(&s);
        log = server_log(&s);
        said = strstr(log, "educonnect: TEST DATA: " SUFFIX " takes codes of "
                           "schools with a wrong check letter") != NULL;
        REQUIRE(said == (marked == 1));
        free(log);
        server_finish(&s);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_older_export_stops),
        cmocka_unit_test(a_description_of_the_administrators_stays),
        cmocka_unit_test(other_people_under_the_same_ids_stop),
        cmocka_unit_test(a_delta_is_no_complete_export),
        cmocka_unit_test(one_degree_is_not_the_other),
        cmocka_unit_test(days_with_the_month_first_stop),
        cmocka_unit_test(who_is_left_out_gets_no_account),
        cmocka_unit_test(a_class_of_an_unknown_school_is_not_kept),
        cmocka_unit_test(wrong_codes_need_a_directory_for_tests),
        cmocka_unit_test(a_server_for_tests_says_so),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
