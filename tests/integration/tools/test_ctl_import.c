/* test_ctl_import.c - educonnectctl import: what a source's files make of the
 * directory, again and again.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/aaf.h"
#include "harness/import.h"

#define COLLEGE_1                                                              \
    AAF_SCHOOL("88001", "9990011H", "Collège des Genêts", "COLLEGE")
#define LYCEE_1 AAF_SCHOOL("88002", "9990012J", "Lycée des Ajoncs", "LYCEE")

#define ZOE(links)                                                             \
    AAF_PUPIL("9100001", "EXEMPLE", "Zoé-Lou", "000000001AA", "29/02/2012",    \
        "88001", "6EME A", links)
#define MALO(school, class, links)                                             \
    AAF_PUPIL("9100002", "EXEMPLE", "Malo", "000000002AA", "01/03/2009",       \
        school, class, links)
#define ANNE(mail)                                                             \
    AAF_GUARDIAN("9200001", "EXEMPLE", "Anne", "+33 6 39 98 00 01", mail)
#define PAUL                                                                   \
    AAF_GUARDIAN(                                                              \
        "9200002", "DUPONT", "Paul", "+33 6 39 98 00 02", "paul@example.org")
#define GRANDPA                                                                \
    AAF_GUARDIAN(                                                              \
        "9200003", "DUPONT", "Léon", "+33 6 39 98 00 03", "leon@example.org")
#define BOTH                                                                   \
    AAF_V("9200001$10$1$1$1$1")                                                \
    AAF_V("9200002$20$0$1$1$0") AAF_V("9200003$38$0$3$1$0")

/* A family of two schools. */
static void
write_family(world *w)
{
    aaf_write(w, "Complet", "EtabEducNat", COLLEGE_1 LYCEE_1);
    aaf_write(w, "Complet", "Eleve", ZOE(BOTH) MALO("88002", "2NDE 1", BOTH));
    aaf_write(
        w, "Complet", "PersRelEleve", ANNE("anne@example.org") PAUL GRANDPA);
}

static void expect_import(world *w, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
expect_import(world *w, int status, const char *format, ...)
{
    char *rest = NULL;
    va_list ap;
    tool t;

    va_start(ap, format);
    rest = text_of_list(format, ap);
    va_end(ap);
    t = aaf_import(w, "%s", rest);
    expect_status(&t, status);
    tool_free(&t);
    free(rest);
}

/* The last line of a summary. */
static void
expect_run(world *w, size_t n, const char *options)
{
    tool t = aaf_import(w, "%s", options);

    expect_status(&t, 0);
    expect_changes(&t, n);
    tool_free(&t);
}

#define ZOE_DN "uid=zoelou.exemple," PEOPLE
#define MALO_DN "uid=malo.exemple," PEOPLE
#define ANNE_DN "uid=anne.exemple," PEOPLE
#define PAUL_DN "uid=paul.dupont," PEOPLE
#define COLLEGE_1_DN "ou=9990011H," SCHOOLS
#define LYCEE_1_DN "ou=9990012J," SCHOOLS

static void
everything_comes_from_the_files(void **state)
{
    world *w = *state;

    write_family(w);
    expect_import(w, 0, "%s", "");
    aaf_expect_dn(w, "AAF$9100001", ZOE_DN);
    expect_stored(w->as[ROOT], ZOE_DN, "sn", "EXEMPLE");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectIne", "000000001AA");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectBirthDate", "2012-02-29");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectClass", "6EME A");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectEnrolledAt", COLLEGE_1_DN);
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectState", "uninformed");
    expect_values(
        w->as[ROOT], ZOE_DN, "educonnectGuardian", ANNE_DN "|" PAUL_DN);
    expect_stored(
        w->as[ROOT], COLLEGE_1_DN, "educonnectSchoolLevel", "college");
    expect_stored(w->as[ROOT], LYCEE_1_DN, "educonnectSchoolLevel", "lycee");
    expect_stored(w->as[ROOT], ANNE_DN, "mail", "anne@example.org");
    aaf_expect_dn(w, "AAF$9200003", NULL);
}

static void
the_same_files_again_change_nothing(void **state)
{
    world *w = *state;

    expect_run(w, 0, "");
    expect_run(w, 0, "");
}

static void
every_record_stands_in_the_report_once(void **state)
{
    world *w = *state;
    char *path = server_path(&w->server, "report");
    char *report;
    size_t lines = 0;

    expect_import(w, 0, "--report %s", path);
    report = read_file(path, NULL);
    REQUIRE(report != NULL);
    for (const char *p = report; *p != '\0'; p++)
        lines += *p == '\n';
    assert_int_equal(lines, 1 + 2 + 2 + 3);
    REQUIRE(strstr(report, "same,student,9100001,\"" ZOE_DN "\"") != NULL);
    REQUIRE(strstr(report, "refused,guardian,9200003,,no pupil names this "
                           "person as legal guardian") != NULL);
    free(report);
    free(path);
}

static void
a_dry_run_prints_what_a_run_sends(void **state)
{
    world *w = *state;
    char *path = server_path(&w->server, "sent");
    char *sent;
    tool dry;

    aaf_write(w, "Complet", "Eleve",
        ZOE(AAF_V("9200001$10$1$1$1$1")) MALO("88001", "3EME B", BOTH)
            AAF_PUPIL("9100003", "N'GUYEN", "Noé", "000000003AA", "05/06/2011",
                "88002", "2NDE 2", AAF_V("9200002$20$1$1$1$1")));
    dry = aaf_import(w, "--dry-run --max-removals 50");
    expect_status(&dry, 0);
    aaf_expect_dn(w, "AAF$9100003", NULL);
    expect_import(w, 0, "--max-removals 50 --ldif %s", path);
    aaf_expect_dn(w, "AAF$9100003", "uid=noe.nguyen," PEOPLE);
    sent = read_file(path, NULL);
    REQUIRE(sent != NULL);
    assert_string_equal(dry.out, sent);
    expect_run(w, 0, "");
    free(sent);
    free(path);
    tool_free(&dry);
}

/* ---- accounts in use ---- */

static void
activate(world *w, const char *dn, char password[96])
{
    answer letter = client_password(w->as[PROVISIONER], dn, NULL, NULL);
    LDAP *holder;

    expect_ok(letter);
    tool_secret(letter.made);
    holder = client_login(&w->server, dn, letter.made);
    fresh_password(w, password);
    tool_secret(password);
    expect_ok(client_password(holder, dn, letter.made, password));
    client_close(holder);
}

static void
a_move_keeps_login_and_state(void **state)
{
    world *w = *state;
    char password[96];

    write_family(w);
    expect_import(w, 0, "--max-removals 100");
    activate(w, MALO_DN, password);
    aaf_write(w, "Complet", "Eleve", ZOE(BOTH) MALO("88001", "3EME B", BOTH));
    expect_run(w, 1, "");
    aaf_expect_dn(w, "AAF$9100002", MALO_DN);
    expect_stored(w->as[ROOT], MALO_DN, "educonnectState", "active");
    expect_stored(w->as[ROOT], MALO_DN, "educonnectEnrolledAt", COLLEGE_1_DN);
    expect_stored(w->as[ROOT], MALO_DN, "educonnectClass", "3EME B");
    expect_ok(bind_once(&w->server, MALO_DN, password));
}

static void
the_mail_of_an_activated_account_is_its_holders(void **state)
{
    world *w = *state;
    char password[96];

    write_family(w);
    expect_import(w, 0, "%s", "");
    aaf_write(w, "Complet", "PersRelEleve", ANNE("new@example.org") PAUL);
    expect_import(w, 0, "%s", "");
    expect_stored(w->as[ROOT], ANNE_DN, "mail", "new@example.org");
    activate(w, ANNE_DN, password);
    aaf_write(w, "Complet", "PersRelEleve", ANNE("newer@example.org") PAUL);
    expect_run(w, 0, "");
    expect_stored(w->as[ROOT], ANNE_DN, "mail", "new@example.org");
}

static void
who_leaves_is_closed_and_comes_back_as_before(void **state)
{
    world *w = *state;
    char password[96];

    write_family(w);
    expect_import(w, 0, "%s", "");
    activate(w, ZOE_DN, password);
    aaf_write(w, "Complet", "Eleve", MALO("88002", "2NDE 1", BOTH));
    expect_import(w, 4, "%s", "");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectState", "active");
    expect_import(w, 0, "--max-removals 100");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectState", "closed");
    expect_values(w->as[ROOT], ZOE_DN, "educonnectEnrolledAt", "");
    expect_run(w, 0, "");
    write_family(w);
    expect_run(w, 1, "");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectState", "active");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectEnrolledAt", COLLEGE_1_DN);
    expect_values(w->as[ROOT], ZOE_DN, "educonnectLeftAt", "");
    expect_ok(bind_once(&w->server, ZOE_DN, password));
}

static void
what_people_closed_stays_closed(void **state)
{
    world *w = *state;

    write_family(w);
    expect_import(w, 0, "%s", "");
    expect_ok(client_modify(w->as[ACADEMY], ZOE_DN,
        "replace: educonnectState\neduconnectState: closed\n"));
    expect_run(w, 0, "");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectState", "closed");
    expect_ok(client_modify(w->as[ACADEMY], ZOE_DN,
        "replace: educonnectState\neduconnectState: active\n"));
}

static void
a_suspended_account_comes_back_suspended(void **state)
{
    world *w = *state;

    write_family(w);
    expect_import(w, 0, "%s", "");
    expect_ok(client_modify(w->as[ACADEMY], ZOE_DN,
        "replace: educonnectState\neduconnectState: suspended\n"));
    aaf_write(w, "Complet", "Eleve", MALO("88002", "2NDE 1", BOTH));
    expect_import(w, 0, "--max-removals 100");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectState", "closed");
    write_family(w);
    expect_import(w, 0, "%s", "");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectState", "suspended");
    expect_ok(client_modify(w->as[ACADEMY], ZOE_DN,
        "replace: educonnectState\neduconnectState: active\n"));
}

static void
a_guardian_without_children_is_closed(void **state)
{
    world *w = *state;

    write_family(w);
    expect_import(w, 0, "%s", "");
    aaf_write(w, "Complet", "Eleve",
        ZOE(AAF_V("9200001$10$1$1$1$1"))
            MALO("88002", "2NDE 1", AAF_V("9200001$10$1$1$1$1")));
    expect_import(w, 4, "%s", "");
    expect_import(w, 0, "--max-removals 100");
    expect_stored(w->as[ROOT], PAUL_DN, "educonnectState", "closed");
    write_family(w);
    expect_import(w, 0, "%s", "");
    expect_stored(w->as[ROOT], PAUL_DN, "educonnectState", "uninformed");
    expect_values(
        w->as[ROOT], ZOE_DN, "educonnectGuardian", ANNE_DN "|" PAUL_DN);
}

/* ---- who is who ---- */

static void
a_pupil_may_answer_for_himself(void **state)
{
    world *w = *state;
    const char *dn = "uid=ugo.majeur," PEOPLE;

    write_family(w);
    aaf_write(w, "Complet", "Eleve",
        ZOE(BOTH) MALO("88002", "2NDE 1", BOTH)
            AAF_PUPIL("9100070", "MAJEUR", "Ugo", "000000070AA", "01/02/2006",
                "88002", "TLE 1", AAF_V("9200070$70$1$1$1$1")));
    aaf_write(w, "Complet", "PersRelEleve",
        ANNE("anne@example.org") PAUL AAF_GUARDIAN("9200070", "Majeur", "Ugo",
            "+33 6 39 98 00 70", "ugo@example.org"));
    expect_import(w, 0, "%s", "");
    aaf_expect_dn(w, "AAF$9100070", dn);
    aaf_expect_dn(w, "AAF$9200070", dn);
    expect_values(w->as[ROOT], dn, "educonnectGuardian", dn);
    expect_stored(w->as[ROOT], dn, "mail", "ugo@example.org");
    expect_run(w, 0, "");
}

static void
logins_are_unique_and_follow_the_pattern(void **state)
{
    world *w = *state;

    write_family(w);
    aaf_write(w, "Complet", "Eleve",
        ZOE(BOTH) MALO("88002", "2NDE 1", BOTH) AAF_PUPIL("9100080", "Exemple",
            "Malo", "000000080AA", "01/02/2010", "88001", "5EME A", BOTH)
            AAF_PUPIL("9100081", "ÉXEMPLE", "Mâlo", "000000081AA", "01/02/2011",
                "88001", "5EME A", BOTH));
    expect_import(w, 0, "--max-removals 100");
    aaf_expect_dn(w, "AAF$9100080", "uid=malo.exemple2," PEOPLE);
    aaf_expect_dn(w, "AAF$9100081", "uid=malo.exemple3," PEOPLE);
    aaf_write(w, "Complet", "Eleve",
        ZOE(BOTH) MALO("88002", "2NDE 1", BOTH) AAF_PUPIL("9100080", "Exemple",
            "Malo", "000000080AA", "01/02/2010", "88001", "5EME A", BOTH)
            AAF_PUPIL("9100082", "de La Forêt", "Chloé", "000000082AA",
                "01/02/2011", "88001", "5EME A", BOTH));
    expect_import(w, 0, "--max-removals 100 --login-pattern {given:1}{sn:8}");
    aaf_expect_dn(w, "AAF$9100082", "uid=cdelafore," PEOPLE);
    expect_import(w, 2, "--login-pattern %s", "{GIVEN}");
    expect_import(w, 2, "--login-pattern %s", "{given}");
}

static void
a_pupil_from_elsewhere_is_known_by_ine_and_birth_date(void **state)
{
    world *w = *state;
    account before = new_student(w, COLLEGE);
    char *ine = client_read(w->as[ROOT], before.dn, "educonnectIne");
    char *birth = client_read(w->as[ROOT], before.dn, "educonnectBirthDate");
    char *row = text_of("id,ine,sn,givenName,birthDate,school,class\n"
                        "77,%s,Nouveau,Nom,%s,9990011H,6EME A\n",
        ine, birth);
    char *path = server_path(&w->server, "pupils.csv");
    tool t;

    write_family(w);
    expect_import(w, 0, "--max-removals 100");
    write_file(path, row);
    t = tool_run(w, PROVISIONER, NULL, "import", "%s", path);
    expect_status(&t, 0);
    aaf_expect_dn(w, "CSV$77", before.dn);
    expect_stored(w->as[ROOT], before.dn, "uid", before.uid);
    tool_free(&t);
    free(path);
    free(row);
    free(birth);
    free(ine);
}

/* ---- deltas ---- */

static void
a_delta_writes_its_differences_only(void **state)
{
    world *w = *state;
    tool t;

    write_family(w);
    expect_import(w, 0, "--max-removals 100");
    aaf_write(w, "Complet", "EtabEducNat", NULL);
    aaf_write(w, "Complet", "Eleve", NULL);
    aaf_write(w, "Complet", "PersRelEleve", NULL);
    aaf_write(w, "Delta", "PersRelEleve",
        AAF_CHANGE("PersRelEleve", "9200002", "mobile", "<value/>")
            AAF_CHANGE("PersRelEleve", "9299999", "mobile", AAF_V("1")));
    aaf_write(w, "Delta", "Eleve",
        AAF_CHANGE("Eleve", "9100001", "ENTElevePersRelEleve",
            AAF_V("9200001$10$1$1$1$1") AAF_V("9288888$20$1$1$1$1")));
    t = aaf_import(w, "--max-removals 100");
    expect_status(&t, 1);
    REQUIRE(strstr(t.out, "\n2 changes\n") != NULL);
    expect_values(w->as[ROOT], PAUL_DN, "mobile", "");
    expect_stored(w->as[ROOT], PAUL_DN, "educonnectState", "uninformed");
    expect_values(w->as[ROOT], ZOE_DN, "educonnectGuardian", ANNE_DN);
    tool_free(&t);
    aaf_write(
        w, "Delta", "PersRelEleve", AAF_DELETE("PersRelEleve", "9200002"));
    aaf_write(w, "Delta", "Eleve", NULL);
    expect_import(w, 0, "--max-removals 100");
    expect_stored(w->as[ROOT], PAUL_DN, "educonnectState", "closed");
    aaf_write(w, "Delta", "PersRelEleve", NULL);
}

static void
a_delta_is_read_after_its_complete_export(void **state)
{
    world *w = *state;

    write_family(w);
    aaf_write(w, "Delta", "Eleve",
        AAF_CHANGE(
            "Eleve", "9100001", "ENTEleveClasses", AAF_V("88001$6EME C$x")));
    expect_import(w, 0, "--max-removals 100");
    expect_stored(w->as[ROOT], ZOE_DN, "educonnectClass", "6EME C$x");
    aaf_write(w, "Delta", "Eleve", NULL);
}

static void
what_a_delta_takes_away_again_is_not_made(void **state)
{
    world *w = *state;
    char *path = server_path(&w->server, "taken-away");
    char *report;

    write_family(w);
    aaf_write(w, "Complet", "Eleve",
        ZOE(BOTH) MALO("88002", "2NDE 1", BOTH) AAF_PUPIL("9100110", "BREF",
            "Ana", "000000110AA", "01/02/2010", "88001", "5EME A", BOTH));
    aaf_write(w, "Delta", "Eleve", AAF_DELETE("Eleve", "9100110"));
    expect_import(w, 0, "--max-removals 100 --report %s", path);
    aaf_expect_dn(w, "AAF$9100110", NULL);
    report = read_file(path, NULL);
    REQUIRE(report != NULL);
    REQUIRE(strstr(report, "same,student,9100110,,a later file of the run "
                           "takes it away again,") != NULL);
    REQUIRE(strstr(report, "refused,student") == NULL);
    aaf_write(w, "Delta", "Eleve", NULL);
    free(report);
    free(path);
}

static void
an_empty_database_is_filled(void **state)
{
    world w = {0};
    setup how = {0};
    char *secret, *directory;
    tool t;

    (void)state;
    server_prepare(&w.server, &how);
    server_start(&w.server);
    w.as[ROOT] = client_login(&w.server, ROOT_DN, ROOT_PASSWORD);
    write_family(&w);
    secret = server_path(&w.server, "root-secret");
    directory = aaf_directory(&w);
    write_file(secret, ROOT_PASSWORD);
    for (int again = 0; again < 2; again++) {
        t = tool_run_plain(NULL, "import",
            "-H %s -D " ROOT_DN " -y %s -b " SUFFIX " %s", w.server.url, secret,
            directory);
        expect_status(&t, 0);
        REQUIRE(again == 0 || strstr(t.out, "\n0 changes\n") != NULL);
        tool_free(&t);
    }
    aaf_expect_dn(&w, "AAF$9100001", ZOE_DN);
    client_close(w.as[ROOT]);
    free(directory);
    free(secret);
    server_finish(&w.server);
}

static void
who_is_shown_a_part_only_imports_nothing(void **state)
{
    static const setup how = {.global = "sizelimit 10\n"};
    world w = {0};
    tool t;

    (void)state;
    world_begin(&w, &how);
    write_family(&w);
    t = aaf_import(&w, "%s", "");
    expect_status(&t, 3);
    REQUIRE(strstr(t.err, "not shown all of the directory") != NULL);
    aaf_expect_dn(&w, "AAF$9100001", NULL);
    tool_free(&t);
    world_end(&w);
}

/* ---- files that are no good ---- */

static void
a_broken_file_changes_nothing(void **state)
{
    world *w = *state;
    char *directory = aaf_directory(w);
    char *path =
        text_of("%s/ENT_FICTIF_Complet_20260901_Eleve_0001.xml", directory);
    tool t;

    write_family(w);
    write_file(path,
        "<ficAlimMENESR>\n" AAF_PUPIL("9100090", "PERDU", "Ana", "000000090AA",
            "01/02/2010", "88001", "5EME A", BOTH) "<addRequest>\n");
    t = aaf_import(w, "%s", "");
    expect_status(&t, 5);
    REQUIRE(strstr(t.err, "Eleve_0001.xml:") != NULL);
    REQUIRE(strstr(t.err, "9100090") != NULL);
    REQUIRE(strstr(t.err, "nothing was written") != NULL);
    aaf_expect_dn(w, "AAF$9100090", NULL);
    REQUIRE(unlink(path) == 0);
    tool_free(&t);
    free(path);
    free(directory);
}

static void
records_that_say_too_little_are_refused(void **state)
{
    world *w = *state;
    char *path = server_path(&w->server, "refusals");
    char *report;
    tool t;

    write_family(w);
    aaf_write(w, "Complet", "Eleve",
        ZOE(BOTH) MALO("88002", "2NDE 1", BOTH) AAF_PUPIL("9100095", "", "Ana",
            "000000095AA", "01/02/2010", "88001", "5EME A", BOTH)
            AAF_PUPIL("9100096", "PERDU", "Ana", "000000096AA", "31/02/2010",
                "77777", "5EME A", BOTH));
    t = aaf_import(w, "--report %s", path);
    expect_status(&t, 1);
    report = read_file(path, NULL);
    REQUIRE(report != NULL);
    REQUIRE(strstr(report, "refused,student,9100095,,no family name,") != NULL);
    REQUIRE(strstr(report,
                "refused,student,9100096,,\"the birth date is no "
                "day, left out; none of its schools is known\",") != NULL);
    aaf_expect_dn(w, "AAF$9100095", NULL);
    tool_free(&t);
    free(report);
    free(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_from_the_files),
        cmocka_unit_test(the_same_files_again_change_nothing),
        cmocka_unit_test(every_record_stands_in_the_report_once),
        cmocka_unit_test(a_dry_run_prints_what_a_run_sends),
        cmocka_unit_test(a_move_keeps_login_and_state),
        cmocka_unit_test(the_mail_of_an_activated_account_is_its_holders),
        cmocka_unit_test(who_leaves_is_closed_and_comes_back_as_before),
        cmocka_unit_test(what_people_closed_stays_closed),
        cmocka_unit_test(a_suspended_account_comes_back_suspended),
        cmocka_unit_test(a_guardian_without_children_is_closed),
        cmocka_unit_test(a_pupil_may_answer_for_himself),
        cmocka_unit_test(logins_are_unique_and_follow_the_pattern),
        cmocka_unit_test(a_pupil_from_elsewhere_is_known_by_ine_and_birth_date),
        cmocka_unit_test(a_delta_writes_its_differences_only),
        cmocka_unit_test(a_delta_is_read_after_its_complete_export),
        cmocka_unit_test(what_a_delta_takes_away_again_is_not_made),
        cmocka_unit_test(an_empty_database_is_filled),
        cmocka_unit_test(who_is_shown_a_part_only_imports_nothing),
        cmocka_unit_test(a_broken_file_changes_nothing),
        cmocka_unit_test(records_that_say_too_little_are_refused),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
