/* test_ctl_import_csv.c - educonnectctl import: what a school exports by
 * itself, and saves with a spreadsheet.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/degrees.h"
#include "harness/import.h"

#define UAI "9990011H"
#define SCHOOL_DN "ou=" UAI "," SCHOOLS

/* Writes a file of the server's directory; its path, allocated. */
static char *
file_of(world *w, const char *name, const char *text)
{
    char *path = server_path(&w->server, name);

    write_file(path, text);
    return path;
}

/* Imports files that stand in the server's directory, "a.csv b.csv". */
static tool
import_csv(world *w, const char *options, const char *schools,
    const char *pupils, const char *guardians)
{
    char *s = file_of(w, "schools.csv", schools);
    char *p = file_of(w, "pupils.csv", pupils);
    char *g = file_of(w, "guardians.csv", guardians);
    tool t = tool_run(
        w, PROVISIONER, NULL, "import", "%s %s %s %s", options, s, p, g);

    free(s);
    free(p);
    free(g);
    return t;
}

#define SCHOOLS_CSV "Code UAI;Nom;Type\n" UAI ";Collège;CLG\n"
#define PUPILS_CSV                                                             \
    "Id;Nom;Prénom;Né(e) le;Classe;INE;Sexe;Id responsable 1;Id responsable 2" \
    ";;;\n"                                                                    \
    "12;EXEMPLE;Zoé;1/3/2012;6A;000000012AA;F;12;13;;;\n"                      \
    "13;EXEMPLE;Malo;40969;6A;000000013AA;M;13;12;;;\n"                        \
    "14;TERTIO;Ana;01.03.12;6B;000000014AA;F;14;;;;\n"
#define GUARDIANS_CSV                                                          \
    "\xEF\xBB\xBF\xEF\xBB\xBFPERS_ID;Nom;Prénom;Tél. portable;Mél\n"           \
    "12;EXEMPLE;Anne;0639980001;anne@example.org\n"                            \
    "13;DUPONT;Paul;639980002;paul@example.org\n"                              \
    "14;TERTIO;Luc;0639980003;luc@example.org\n"

#define ZOE "uid=zoe.exemple," PEOPLE
#define MALO "uid=malo.exemple," PEOPLE
#define ANNE "uid=anne.exemple," PEOPLE
#define PAUL "uid=paul.dupont," PEOPLE

/* Pupil 12 and guardian 12 are two people. */
static void
pupils_and_guardians_are_numbered_apart(void **state)
{
    world *w = *state;
    tool t =
        import_csv(w, "--school " UAI, SCHOOLS_CSV, PUPILS_CSV, GUARDIANS_CSV);

    expect_status(&t, 0);
    expect_text(t.err, "pupils.csv:1: columns that are not read: Sexe");
    tool_free(&t);
    aaf_expect_dn(w, "CSV$12", ZOE);
    aaf_expect_dn(w, "CSV$guardian$12", ANNE);
    aaf_expect_dn(w, "CSV$13", MALO);
    aaf_expect_dn(w, "CSV$guardian$13", PAUL);
    expect_values(w->as[ROOT], ZOE, "educonnectGuardian", ANNE "|" PAUL);
    expect_values(w->as[ROOT], MALO, "educonnectGuardian", ANNE "|" PAUL);
    expect_stored(w->as[ROOT], ZOE, "educonnectBirthDate", "2012-03-01");
    expect_stored(w->as[ROOT], MALO, "educonnectBirthDate", "2012-03-01");
    expect_stored(w->as[ROOT], ZOE, "educonnectEnrolledAt", SCHOOL_DN);
    expect_stored(w->as[ROOT], ZOE, "educonnectClass", "6A");
    expect_stored(w->as[ROOT], ANNE, "mail", "anne@example.org");
    t = import_csv(w, "--school " UAI, SCHOOLS_CSV, PUPILS_CSV, GUARDIANS_CSV);
    expect_status(&t, 0);
    expect_text(t.out, "\n0 changes\n");
    tool_free(&t);
}

/* The school is no row of the file's: `educonnectctl school` has made it. */
static void
a_pupil_of_a_school_that_is_there_changes_class(void **state)
{
    static const char head[] = "Id;Nom;Prénom;Né(e) le;Classe;INE\n";
    static const char *const classes[] = {"6EME A", "5EME B", "5EME B"};
    world *w = *state;
    tool t = tool_run(w, PROVISIONER, NULL, "school",
        "9990087R --name 'Collège fictif' --level college");

    expect_status(&t, 0);
    tool_free(&t);
    for (int i = 0; i < 3; i++) {
        char *text = text_of(
            "%s871;OCTAVO;Nils;05/03/2012;%s;000000871AA\n", head, classes[i]);
        char *pupils = file_of(w, "pupils-of-one.csv", text);

        t = tool_run(w, PROVISIONER, NULL, "import",
            "--source ONE --school 9990087R %s", pupils);
        expect_status(&t, 0);
        if (i == 2)
            expect_text(t.out, "\n0 changes\n");
        tool_free(&t);
        expect_values(w->as[ROOT], "uid=nils.octavo," PEOPLE, "educonnectClass",
            classes[i]);
        expect_values(w->as[ROOT], "uid=nils.octavo," PEOPLE,
            "educonnectEnrolledAt", "ou=9990087R," SCHOOLS);
        free(pupils);
        free(text);
    }
}

/* A guardian of an earlier version, under the plain number; it is given up only
 * where a pupil needs it. */
static void
a_guardian_under_a_plain_number_is_known(void **state)
{
    world *w = *state;
    tool t;

    expect_ok(client_modify(w->as[PROVISIONER], "uid=luc.tertio," PEOPLE,
        "replace: educonnectSourceId\neduconnectSourceId: CSV$14old\n"));
    expect_ok(client_modify(w->as[PROVISIONER], ANNE,
        "replace: educonnectSourceId\neduconnectSourceId: CSV$112\n"));
    t = import_csv(w, "--school " UAI, SCHOOLS_CSV,
        "Id;Nom;Prénom;Né(e) le;Classe;INE;guardian1\n"
        "112;QUARTO;Eva;01/03/2011;5A;000000112AA;112\n",
        "Id;Nom;Prénom;Mél\n112;EXEMPLE;Anne;anne@example.org\n"
        "14old;TERTIO;Luc;luc@example.org\n");
    expect_status(&t, 0);
    tool_free(&t);
    aaf_expect_dn(w, "CSV$112", "uid=eva.quarto," PEOPLE);
    aaf_expect_dn(w, "CSV$guardian$112", ANNE);
    aaf_expect_dn(w, "CSV$14old", "uid=luc.tertio," PEOPLE);
    expect_values(
        w->as[ROOT], "uid=eva.quarto," PEOPLE, "educonnectGuardian", ANNE);
}

#define SEAM "--source SEAM --school " UAI

/* Such a guardian, never used, gives way to the active account that an ecole's
 * file made of the same person, once a child of both makes that certain. */
static void
a_plain_number_gives_way(void **state)
{
    static const char guardians[] =
        "Id;Nom;Prénom;Mobile\n150;QUINTO;Ida;0639980150\n";
    static const char pupil[] =
        "Id;Nom;Prénom;Né(e) le;Classe;INE;guardian1\n"
        "151;QUINTO;Max;02/03/2013;6A;000000151AA;150\n";
    world *w = *state;
    char *links[2] = {"900", NULL};
    char *more =
        text_of("%s152;QUINTO;Lou;01/03/2012;6A;000000152AA;150\n", pupil);
    char password[96];
    char *unused;
    tool t;

    degree_write(w, ECOLE, "Complet",
        degree_pupil(
            ECOLE, "100", "QUINTO", "Lou", "000000152AA", "01/03/2012", links),
        degree_guardian(ECOLE, "900", "QUINTO", "Ida", "0639980150", ""));
    degree_expect(w, ECOLE, "", 0);
    degree_activate(w, "uid=ida.quinto," PEOPLE, password);
    t = import_csv(w, SEAM, SCHOOLS_CSV, pupil, guardians);
    expect_status(&t, 1);
    tool_free(&t);
    unused = aaf_dn(w, "SEAM$guardian$150");
    REQUIRE(unused != NULL);
    expect_ok(client_modify(w->as[PROVISIONER], unused,
        "replace: educonnectSourceId\neduconnectSourceId: SEAM$150\n"));
    t = import_csv(
        w, SEAM " --max-removals 100%", SCHOOLS_CSV, more, guardians);
    expect_status(&t, 0);
    tool_free(&t);
    aaf_expect_dn(w, "SEAM$guardian$150", "uid=ida.quinto," PEOPLE);
    aaf_expect_dn(w, "SEAM$150", NULL);
    expect_stored(w->as[ROOT], unused, "educonnectState", "closed");
    expect_stored(w->as[ROOT], "uid=max.quinto," PEOPLE, "educonnectGuardian",
        "uid=ida.quinto," PEOPLE);
    t = import_csv(w, SEAM, SCHOOLS_CSV, more, guardians);
    expect_text(t.out, "\n0 changes\n");
    tool_free(&t);
    free(unused);
    free(more);
}

/* Of many files with the same columns the first is named. */
static void
what_many_files_have_is_said_once(void **state)
{
    world *w = *state;
    char *directory = server_path(&w->server, "many");
    const char *at;
    tool t;

    REQUIRE(mkdir(directory, 0700) == 0);
    for (int i = 0; i < 5; i++) {
        char *path = text_of("%s/g%d.csv", directory, i);
        char *text = text_of("id;sn;mail;Sexe;%s\n9%d;X;x@example.org;F;%s\n",
            i == 4 ? "Autre" : "", i, i == 4 ? "1" : "");

        write_file(path, text);
        free(text);
        free(path);
    }
    t = tool_run(w, PROVISIONER, NULL, "import", "--dry-run %s", directory);
    expect_status(&t, 0);
    at = strstr(t.err, "g0.csv:1: columns that are not read: Sexe\n");
    REQUIRE(at != NULL);
    at = strchr(at, '\n');
    REQUIRE(strstr(at, "read: Sexe\n") == NULL);
    expect_text(t.err, "g4.csv:1: columns that are not read: Sexe, Autre\n");
    tool_free(&t);
    free(directory);
}

static void
strict_refuses_what_is_not_known(void **state)
{
    world *w = *state;
    tool t = import_csv(
        w, "--strict --school " UAI, SCHOOLS_CSV, PUPILS_CSV, GUARDIANS_CSV);

    expect_status(&t, 5);
    expect_text(t.err, "pupils.csv:1: there is no column Sexe");
    tool_free(&t);
    t = import_csv(w, "", SCHOOLS_CSV, PUPILS_CSV, GUARDIANS_CSV);
    expect_status(&t, 5);
    expect_text(t.err,
        "pupils.csv:1: the column school is missing: pupils need id (or ine), "
        "sn, givenName and school (or --school)");
    tool_free(&t);
}

/* Windows-1252, commas, every cell quoted, leading zeros gone. */
static void
what_a_spreadsheet_saves_is_read(void **state)
{
    world *w = *state;
    tool t = import_csv(w, "",
        "\"uai\",\"name\",\"level\"\n"
        "\"750655E\",\"Lyc\xE9"
        "e\",\"lycee\"\n",
        "\"id\",\"sn\",\"givenName\",\"birthDate\",\"school\",\"class\","
        "\"ine\"\n"
        "\"501\",\"C\x9Cur\",\"No\xEB\",\"03/01/2012\",\"750655E\",\"2A\","
        "\"000000501AA\"\n",
        "id\tsn\tmail\n501\tPERDU\tp@example.org\n");

    expect_status(&t, 0);
    tool_free(&t);
    aaf_expect_dn(w, "CSV$501", "uid=noe.coeur," PEOPLE);
    expect_stored(w->as[ROOT], "uid=noe.coeur," PEOPLE, "sn", "Cœur");
    expect_stored(w->as[ROOT], "uid=noe.coeur," PEOPLE, "educonnectEnrolledAt",
        "ou=0750655E," SCHOOLS);
    expect_stored(w->as[ROOT], "uid=noe.coeur," PEOPLE, "educonnectBirthDate",
        "2012-01-03");
}

/* Numbers alike, days and columns of every kind. */
static void
the_samples_csv_is_read(void **state)
{
    world *w = *state;
    char *files = import_files(w, "--people 400 --traps --csv");
    char *report = server_path(&w->server, "sample-report.csv");
    char *text;
    tool t = tool_run(w, PROVISIONER, NULL, "import",
        "--source SAMPLE -r %s %s/csv", report, files);

    /* Pupils without a name or a known school, and such, are refused. */
    expect_status(&t, 1);
    expect_text(t.err, "eleves.csv:2: columns that are not read: Sexe, Régime");
    expect_text(
        t.err, "responsables.csv:1: columns that are not read: Profession");
    tool_free(&t);
    text = read_file(report, NULL);
    REQUIRE(text != NULL);
    expect_text(text, "created,student,3,");
    expect_text(text, "created,guardian,3,");
    expect_text(text, "the birth date has a year of two digits: ");
    expect_text(text, "the birth date is a spreadsheet's number of a day: ");
    /* 1 January 1900, or a day to come. */
    REQUIRE(strstr(text, "it knows no day, left out") != NULL ||
            strstr(text, "is a day to come, left out") != NULL);
    REQUIRE(strstr(text, "is that of another kind") == NULL);
    free(text);
    t = tool_run(
        w, PROVISIONER, NULL, "import", "--source SAMPLE %s/csv", files);
    expect_status(&t, 1);
    expect_text(t.out, "\n0 changes\n");
    tool_free(&t);
    free(report);
    free(files);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pupils_and_guardians_are_numbered_apart),
        cmocka_unit_test(a_guardian_under_a_plain_number_is_known),
        cmocka_unit_test(a_pupil_of_a_school_that_is_there_changes_class),
        cmocka_unit_test(a_plain_number_gives_way),
        cmocka_unit_test(what_many_files_have_is_said_once),
        cmocka_unit_test(strict_refuses_what_is_not_known),
        cmocka_unit_test(the_samples_csv_is_read),
        cmocka_unit_test(what_a_spreadsheet_saves_is_read),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
