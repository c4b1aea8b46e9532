/* test_ctl_report.c - educonnectctl report: figures and lists of a directory
 * that the test knows person by person.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/tool.h"

#define ACTIVE "educonnectState: active\neduconnectActivatedBy: federation\n"
#define LETTER(until)                                                          \
    "educonnectState: informed\npwdReset: TRUE\n"                              \
    "educonnectInformedBy: " COLLEGE_UAI "\n"                                  \
    "educonnectProvisionalUntil: " until "\nuserPassword: {SSHA}none\n"
#define CLOSED "educonnectState: closed\neduconnectFormerState: uninformed\n"
#define AT(school) "educonnectEnrolledAt: " school "\n"
#define OF(guardian) "educonnectGuardian: uid=" guardian "," PEOPLE "\n"
#define CLASS(label) "educonnectClass: " label "\n"
#define INE(digit) "educonnectIne: 00000000" digit "AB\n"

/* Everybody: two records of one mother, of which one was merged; a third one
 * with her names exchanged; a father with a letter that ran out. */
static const struct person {
    const char *uid, *given, *sn, *lines;
    bool student;
} people[] = {
    {"soizic", "Soizic", "Karadec",
        ACTIVE "educonnectFederatedId: f1\nmobile: 06 00 00 00 01\n", false},
    {"soizic2", "Soizic", "Karadec",
        CLOSED "educonnectMergedInto: uid=soizic," PEOPLE "\n"
               "mobile: 06 00 00 00 01\n",
        false},
    {"karadec", "Karadec", "Soizic", "mobile: +33 6 00000001\n", false},
    {"yann", "Yann", "Tanguy", LETTER("20200101000000Z"), false},
    {"seul", "Malo", "Riou", "mobile: 0600000001\n", false},
    {"e1", "Ines", "Karadec",
        ACTIVE "educonnectFederatedId: f2\n" AT(COLLEGE) OF("soizic")
            CLASS("6EME A") INE("1"),
        true},
    {"e2", "Noé", "Tanguy",
        LETTER("20990101000000Z") AT(COLLEGE) OF("yann") CLASS("6EME A")
            INE("2"),
        true},
    {"e3", "Zoé", "Karadec",
        AT(COLLEGE) AT(LYCEE) OF("soizic2") CLASS("2NDE 1") INE("3"), true},
    {"e4", "Tom", "Riou", CLOSED AT(LYCEE) INE("4"), true},
    {"e5", "=Loïc", "Riou", AT(LYCEE) OF("seul") CLASS("2NDE 1"), true},
};

static int
known_world(void **state)
{
    world *w;

    usual_world(state);
    w = *state;
    expect_ok(client_modify(w->as[PROVISIONER], COLLEGE,
        "add: description\ndescription: Collège <des> \"Embruns\"\n"));
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        const struct person *p = people + i;
        char *output = NULL;
        char *ldif = text_of("dn: uid=%s," PEOPLE "\n"
                             "objectClass: inetOrgPerson\nobjectClass: %s\n"
                             "uid: %s\ncn: %s %s\nsn: %s\ngivenName: %s\n%s%s",
            p->uid,
            p->student ? "educonnectStudent" : "educonnectLegalGuardian",
            p->uid, p->given, p->sn, p->sn, p->given, p->lines,
            p->student ? "educonnectBirthDate: 2011-03-09\n" : "");

        if (server_tool(
                &w->server, ldif, &output, "slapadd", "-b %s", SUFFIX) != 0)
            FAIL("slapadd refused:\n%s\n%s", ldif, output);
        free(output);
        free(ldif);
    }
    return 0;
}

static void
expect_output_at(const char *file, int line, world *w, const char *words,
    const char *expected)
{
    tool t = tool_run(w, PROVISIONER, NULL, "report", "%s", words);

    expect_status_at(file, line, &t, 0);
    if (strcmp(t.out, expected) != 0)
        fail_test(
            file, line, "report %s gave\n%s\nnot\n%s", words, t.out, expected);
    tool_free(&t);
}
#define expect_output(w, words, expected)                                      \
    expect_output_at(__FILE__, __LINE__, (w), (words), (expected))

/* Guardians count once in each school, merged accounts where they went; who
 * has no school is counted apart. */
static void
activation_by_school(void **state)
{
    expect_output(*state, "--format csv",
        "uai,school,public,accounts,active,informed,reset,uninformed,"
        "suspended,closed,activePercent\n"
        "9990001X,\"Collège <des> \"\"Embruns\"\"\",student,3,1,1,0,1,0,0,"
        "33.3\n"
        "9990001X,\"Collège <des> \"\"Embruns\"\"\",guardian,2,1,1,0,0,0,0,"
        "50.0\n"
        "9990002Y,,student,3,0,0,0,2,0,1,0.0\n"
        "9990002Y,,guardian,2,1,0,0,1,0,0,50.0\n"
        "-,,guardian,1,0,0,0,1,0,0,0.0\n");
}

static void
activation_by_class_and_public(void **state)
{
    expect_output(*state, "activation --by class --school 9990001X -f csv",
        "uai,school,class,public,accounts,active,informed,reset,uninformed,"
        "suspended,closed,activePercent\n"
        "9990001X,\"Collège <des> \"\"Embruns\"\"\",2NDE 1,student,1,0,0,0,1,"
        "0,0,0.0\n"
        "9990001X,\"Collège <des> \"\"Embruns\"\"\",2NDE 1,guardian,1,1,0,0,0,"
        "0,0,100.0\n"
        "9990001X,\"Collège <des> \"\"Embruns\"\"\",6EME A,student,2,1,1,0,0,"
        "0,0,50.0\n"
        "9990001X,\"Collège <des> \"\"Embruns\"\"\",6EME A,guardian,2,1,1,0,0,"
        "0,0,50.0\n");
    expect_output(*state, "--by public",
        "Activation of accounts\n\n"
        "Public     Accounts  Active  Informed  Reset  Uninformed  Suspended  "
        "Closed  Active %\n"
        "students          5       1         1      0           2          0  "
        "     1    20.0 %\n"
        "guardians         4       1         1      0           2          0  "
        "     0    25.0 %\n");
    expect_output(*state, "--by public --format csv --language fr",
        "Public;Comptes;Actifs;Informés;Réinitialisés;Non informés;Suspendus;"
        "Fermés;Part d’actifs\n"
        "élèves;5;1;1;0;2;0;1;20,0 %\n"
        "responsables;4;1;1;0;2;0;0;25,0 %\n");
}

/* The child of a merged account has the guardian that it was merged into. */
static void
pupils_without_an_active_guardian(void **state)
{
    expect_output(*state, "no-guardian --format csv",
        "schools,class,uid,name,state,guardians,furthest\n"
        "9990001X,6EME A,e2,Noé Tanguy,informed,1,informed\n"
        "9990002Y,2NDE 1,e5,'=Loïc Riou,uninformed,1,uninformed\n");
    expect_output(*state, "no-guardian --format csv --school 9990002Y",
        "schools,class,uid,name,state,guardians,furthest\n"
        "9990002Y,2NDE 1,e5,'=Loïc Riou,uninformed,1,uninformed\n");
}

/* The merged record is no candidate any more; the stranger who has the same
 * number shows from a lower score on. */
static void
likely_duplicates(void **state)
{
    expect_output(*state, "duplicate-guardians --json",
        "{\"report\":\"duplicate-guardians\",\"score\":80,\"uid1\":\"soizic\","
        "\"name1\":\"Soizic Karadec\",\"state1\":\"active\",\"schools1\":"
        "\"9990001X 9990002Y\",\"uid2\":\"karadec\",\"name2\":\"Karadec "
        "Soizic\",\"state2\":\"uninformed\",\"schools2\":\"-\",\"reasons\":["
        "\"swapped-names\",\"same-mobile\"]}\n");
    expect_output(*state,
        "duplicate-guardians --min-score 30 --school 9990002Y -f csv",
        "score,uid1,name1,state1,schools1,uid2,name2,state2,schools2,reasons\n"
        "80,soizic,Soizic Karadec,active,9990001X 9990002Y,karadec,Karadec "
        "Soizic,uninformed,-,\"names exchanged, same mobile number\"\n"
        "35,soizic,Soizic Karadec,active,9990001X 9990002Y,seul,Malo "
        "Riou,uninformed,9990002Y,same mobile number\n"
        "35,karadec,Karadec Soizic,uninformed,-,seul,Malo Riou,uninformed,"
        "9990002Y,same mobile number\n");
}

static void
the_other_lists(void **state)
{
    expect_output(*state, "multi-enrolled --format csv",
        "schools,class,uid,name,state\n"
        "9990001X 9990002Y,2NDE 1,e3,Zoé Karadec,uninformed\n");
    expect_output(*state, "expired-letters --format csv",
        "schools,public,uid,name,state,until,informedBy\n"
        "9990001X,guardian,yann,Yann Tanguy,informed,2020-01-01T00:00:00Z,"
        "\"9990001X Collège <des> \"\"Embruns\"\"\"\n");
    expect_output(*state, "holds --format csv",
        "schools,class,uid,name,state,hold\n"
        "9990001X 9990002Y,2NDE 1,e3,Zoé Karadec,uninformed,\"multi-enrolled:"
        "9990001X,9990002Y\"\n"
        "9990002Y,2NDE 1,e5,'=Loïc Riou,uninformed,record-incomplete:"
        "educonnectIne\n");
    /* In a spreadsheet nobody's name is a formula. */
    expect_output(*state, "holds --format csv --language fr --school 9990002Y",
        "Établissements;Classe;Identifiant;Nom;État;Motif de blocage\n"
        "9990001X 9990002Y;2NDE 1;e3;Zoé Karadec;non informé;inscrit dans "
        "plusieurs établissements : 9990001X,9990002Y\n"
        "9990002Y;2NDE 1;e5;'=Loïc Riou;non informé;il manque au dossier : "
        "l'INE\n");
    expect_output(*state, "expired-letters --school 9990002Y",
        "Letters that have run out\n\nNone.\n");
}

/* A page for a head: in French, with its chart, for the owner's eyes. */
static void
a_page_and_a_chart(void **state)
{
    world *w = *state;
    char *path = server_path(&w->server, "page.html");
    char *page;
    struct stat s;
    tool t = tool_run(
        w, PROVISIONER, NULL, "report", "all --format html --output %s", path);

    expect_status(&t, 0);
    assert_string_equal(t.out, "");
    tool_free(&t);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
    page = read_file(path, NULL);
    assert_non_null(strstr(page, "<html lang=\"fr\">"));
    assert_non_null(strstr(page, "Élèves sans responsable actif</h2>"));
    assert_non_null(strstr(page, "Collège &lt;des&gt; &quot;Embruns&quot;"));
    assert_non_null(strstr(page, "il manque au dossier : l&#39;INE"));
    assert_non_null(strstr(page, "</svg>"));
    assert_null(strstr(page, "00000000"));
    assert_null(strstr(page, "2011"));
    assert_null(strstr(page, "<des>"));
    free(page);
    free(path);
    t = tool_run(w, PROVISIONER, NULL, "report", "--format svg --language en");
    expect_status(&t, 0);
    assert_memory_equal(t.out, "<svg ", 5);
    assert_non_null(strstr(t.out, "suspended or closed"));
    tool_free(&t);
}

static void
wrong_words_are_refused(void **state)
{
    static const struct {
        const char *words, *says; /* what there is instead */
    } wrong[] = {
        {"pupils", "there are activation, no-guardian,"},
        {"holds all", "one report at a time"},
        {"--by age", "there are school, class, public\n"},
        {"--format pdf", "there are table, csv, json, svg, html\n"},
        {"--language de", "there are en, fr\n"},
        {"--min-score 101", "0 to 100"},
        {"--min-score x", "0 to 100"},
        {"holds --format svg", "activation alone"},
        {"all --format svg", "activation alone"},
        {"all --format csv", "one report at a time"},
    };
    world *w = *state;
    tool t;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        t = tool_run(w, PROVISIONER, NULL, "report", "%s", wrong[i].words);
        expect_status(&t, 2);
        expect_text(t.err, wrong[i].says);
        assert_string_equal(t.out, "");
        tool_free(&t);
    }
    t = tool_run(w, PROVISIONER, NULL, "report", "--school 9990003Z");
    expect_status(&t, 1);
    tool_free(&t);
    t = tool_run(
        w, PROVISIONER, NULL, "report", "--output /nonexistent/report");
    expect_status(&t, 6);
    tool_free(&t);
}

/* Whoever may not read states would get a report of nothing but uninformed
 * accounts: there is none. */
static void
no_report_of_what_cannot_be_read(void **state)
{
    static const setup how = {
        .access = "access to attrs=educonnectState\n"
                  "    by dn.exact=\"uid=stranger," STAFF_DN "\" none\n"
                  "    by * break\n"};
    world w;
    tool t;

    (void)state;
    world_begin(&w, &how);
    (void)student_in(&w, "uninformed");
    t = tool_run(&w, STRANGER, NULL, "report", "--by public");
    expect_status(&t, 3);
    assert_string_equal(t.out, "");
    assert_non_null(strstr(t.err, "may not read educonnectState"));
    tool_free(&t);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activation_by_school),
        cmocka_unit_test(activation_by_class_and_public),
        cmocka_unit_test(pupils_without_an_active_guardian),
        cmocka_unit_test(likely_duplicates),
        cmocka_unit_test(the_other_lists),
        cmocka_unit_test(a_page_and_a_chart),
        cmocka_unit_test(wrong_words_are_refused),
        cmocka_unit_test(no_report_of_what_cannot_be_read),
    };

    return cmocka_run_group_tests(tests, known_world, end_world);
}
