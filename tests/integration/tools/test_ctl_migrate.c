/* test_ctl_migrate.c - former accounts become accounts that keep their former
 * login, never its password; each record is reported once.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/tool.h"

#define ZOE_DN "uid=zoe.exemple," PEOPLE
#define ANNE_DN "uid=anne.exemple," PEOPLE
#define SECRET "Tr0ub4dor-and-3"

static tool
migrate(world *w, actor who, const char *name, const char *content,
    const char *words)
{
    char *path = server_path(&w->server, name);
    tool t;

    write_file(path, content);
    t = tool_run(w, who, NULL, "migrate-aten", "%s %s", words, path);
    free(path);
    return t;
}

static void
expect_says_at(int line, const char *text, const char *said)
{
    if (strstr(said, text) == NULL)
        FAIL("line %d: \"%s\" is not said:\n%s", line, text, said);
}
#define expect_says(text, said) expect_says_at(__LINE__, text, said)

/* The report of a run that ends with this status, allocated. */
static char *
report_of_at(int line, world *w, const char *name, const char *content,
    const char *words, int status)
{
    char *report = server_path(&w->server, "migration.csv");
    char *all = text_of("%s --report %s", words, report);
    tool t = migrate(w, PROVISIONER, name, content, all);
    char *text;

    if (t.status != status)
        FAIL("line %d: exit status %d, not %d\n%s%s", line, t.status, status,
            t.out, t.err);
    text = read_file(report, NULL);
    REQUIRE(text != NULL);
    tool_free(&t);
    free(all);
    free(report);
    return text;
}
#define report_of(w, name, content, words, status)                             \
    report_of_at(__LINE__, w, name, content, words, status)

static size_t
count_lines(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* ---- CSV ---- */

#define COLUMNS                                                                \
    "id;login;password;sn;givenName;type;uai;birthDate;ine;guardian1;"         \
    "guardian2\n"

static const char family[] = COLUMNS
    "1;z.exemple3;" SECRET
    ";EXEMPLE;Zoé;4;9990001X;29/02/2012;000000001AA;11;12\n"
    "2;n.exemple;" SECRET ";EXEMPLE;Noé;4;9990001x;2014-11-30;000000002AA;11;\n"
    "11;a.exemple;{SSHA}" SECRET ";EXEMPLE;Anne;2;;;;;\n"
    "12;p.autre;;\"AUTRE; dit le Grand\";Paul;2;;;;;\n";

static void
accounts_are_made_without_passwords(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];
    char *report, *log;

    report = report_of(w, "family.csv", family, "", 0);
    assert_int_equal(count_lines(report), 5);
    expect_says("created,student,1,z.exemple3,\"" ZOE_DN "\",", report);
    free(report);
    expect_stored(root, ZOE_DN, "educonnectState", "uninformed");
    expect_stored(root, ZOE_DN, "userPassword", NULL);
    expect_stored(root, ZOE_DN, "educonnectLegacyId", "z.exemple3");
    expect_stored(root, ZOE_DN, "educonnectSourceId", "ATEN$1");
    expect_stored(root, ZOE_DN, "givenName", "Zoé");
    expect_stored(root, ZOE_DN, "educonnectBirthDate", "2012-02-29");
    expect_stored(root, ZOE_DN, "educonnectEnrolledAt", COLLEGE);
    expect_values(root, ZOE_DN, "educonnectGuardian",
        ANNE_DN "|uid=paul.autreditlegrand," PEOPLE);
    expect_stored(root, ANNE_DN, "userPassword", NULL);
    expect_stored(root, ANNE_DN, "educonnectLegacyId", "a.exemple");
    log = server_log(&w->server);
    REQUIRE(strstr(log, SECRET) == NULL);
    free(log);
}

/* Everybody is known again, and so is an account that goes on living. */
static void
the_same_file_again_changes_nothing(void **state)
{
    world *w = *state;
    char *before, *after, *report;
    answer made = client_password(w->as[HEAD1], ZOE_DN, NULL, NULL);

    expect_ok(made);
    before = client_read_all(w->as[ROOT], ZOE_DN, "entryCSN");
    report = report_of(w, "family.csv", family, "", 0);
    expect_says("same,student,1,z.exemple3,\"" ZOE_DN "\",", report);
    REQUIRE(strstr(report, "created") == NULL);
    REQUIRE(strstr(report, "changed") == NULL);
    after = client_read_all(w->as[ROOT], ZOE_DN, "entryCSN");
    assert_string_equal(before, after);
    free(report);
    free(before);
    free(after);
}

static void
a_dry_run_prints_what_is_sent(void **state)
{
    static const char two[] =
        COLUMNS "21;d.essai;;ESSAI;Dina;3;9990001X;2015-01-02;000000021AA;22;\n"
                "22;e.essai;" SECRET ";ESSAI;Ève;1;;;;;\n";
    world *w = *state;
    int before = client_count(w->as[ROOT], PEOPLE, "(objectClass=*)");
    tool t = migrate(w, PROVISIONER, "two.csv", two, "--dry-run");
    char *pupil;

    expect_status(&t, 0);
    assert_string_equal(t.out,
        "dn: uid=eve.essai," PEOPLE "\nchangetype: add\n"
        "objectClass: inetOrgPerson\nobjectClass: educonnectLegalGuardian\n"
        "uid: eve.essai\ncn:: w4h2ZSBFU1NBSQ==\nsn: ESSAI\n"
        "givenName:: w4h2ZQ==\neduconnectLegacyId: e.essai\n"
        "educonnectSourceId: ATEN$22\n\n"
        "dn: uid=dina.essai," PEOPLE "\nchangetype: add\n"
        "objectClass: inetOrgPerson\nobjectClass: educonnectStudent\n"
        "uid: dina.essai\ncn: Dina ESSAI\nsn: ESSAI\ngivenName: Dina\n"
        "educonnectLegacyId: d.essai\neduconnectSourceId: ATEN$21\n"
        "educonnectIne: 000000021AA\neduconnectBirthDate: 2015-01-02\n"
        "educonnectEnrolledAt: " COLLEGE "\n"
        "educonnectGuardian: uid=eve.essai," PEOPLE "\n\n");
    expect_says("created   2\n", t.err);
    assert_int_equal(
        client_count(w->as[ROOT], PEOPLE, "(objectClass=*)"), before);
    pupil = strstr(t.out, "dn: uid=dina");
    pupil[-1] = '\0';
    expect_ok(client_ldif(w->as[PROVISIONER], "%s", t.out));
    expect_ok(client_ldif(w->as[PROVISIONER], "%s", pupil));
    tool_free(&t);
    t = migrate(w, PROVISIONER, "two.csv", two, "--dry-run");
    assert_string_equal(t.out, "");
    tool_free(&t);
}

/* ---- who has an account already ---- */

static void
existing_accounts_get_their_former_login_only(void **state)
{
    world *w = *state;
    account pupil = student_in(w, "active");
    account other = student_in(w, "active");
    account mother = new_guardian(w, COLLEGE);
    char *ine = client_read(w->as[ROOT], pupil.dn, "educonnectIne");
    char *birth = client_read(w->as[ROOT], pupil.dn, "educonnectBirthDate");
    char *ine_2 = client_read(w->as[ROOT], other.dn, "educonnectIne");
    char *sn = client_read(w->as[ROOT], mother.dn, "sn");
    char *given = client_read(w->as[ROOT], mother.dn, "givenName");
    char *content, *report, *row;

    expect_ok(client_modify(w->as[PROVISIONER], pupil.dn,
        "replace: educonnectGuardian\neduconnectGuardian: %s\n", mother.dn));
    content = text_of(COLUMNS "31;known;;AUTREMENT;Dit;4;9990002Y;%s;%s;33;\n"
                              "32;other.birth;;X;Y;4;9990001X;2001-01-01;%s;;\n"
                              "33;mother;;%s;%s;2;;;;;\n"
                              "34;stranger;;INCONNU;Guy;2;;;;;\n"
                              "35;again;;AUTREMENT;Dit;4;9990002Y;%s;%s;34;\n",
        birth, ine, ine_2, sn, given, birth, ine);
    report = report_of(w, "known.csv", content, "", 1);
    row = text_of("changed,student,31,known,\"%s\",", pupil.dn);
    expect_says(row, report);
    free(row);
    row = text_of("changed,guardian,33,mother,\"%s\",", mother.dn);
    expect_says(row, report);
    free(row);
    expect_says("refused,student,32,other.birth,,an account with its INE has "
                "another birth date,3\r\n",
        report);
    expect_says("refused,student,35,again,,another record is about the same "
                "account",
        report);
    expect_says(
        "refused,guardian,34,stranger,,\"its pupils are refused", report);
    expect_stored(w->as[ROOT], pupil.dn, "educonnectLegacyId", "known");
    expect_stored(w->as[ROOT], pupil.dn, "educonnectEnrolledAt", COLLEGE);
    expect_stored(w->as[ROOT], pupil.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], pupil.dn, "educonnectSourceId", NULL);
    expect_stored(w->as[ROOT], mother.dn, "educonnectLegacyId", "mother");
    expect_ok(bind_once(&w->server, pupil.dn, pupil.password));
    free(report);
    report = report_of(w, "known.csv", content, "", 1);
    REQUIRE(strstr(report, "changed") == NULL);
    expect_says("same,student,31,", report);
    expect_says("same,guardian,33,", report);
    free(report);
    free(content);
    free(given);
    free(sn);
    free(ine_2);
    free(birth);
    free(ine);
}

/* ---- who cannot ---- */

static void
every_refusal_has_its_reason(void **state)
{
    static const struct {
        const char *row, *says;
    } bad[] = {
        {"41;no.name;;;Zoé;4;9990001X;;;;\n", "no.name,,no name,2\r\n"},
        {"42;;;NOM;Zoé;4;9990001X;;;;\n", "42,,,no former login,3\r\n"},
        {"43;twice;;NOM;Zoé;4;9990001X;;;;\n",
            "43,twice,,another record has the same former login"},
        {"44;twice;;NOM;Guy;4;9990001X;;;;\n",
            "44,twice,,another record has the same former login"},
        {"45;no.type;;NOM;Zoé;;9990001X;;;;\n", "neither a pupil nor"},
        {"46;bad.day;;NOM;Zoé;4;9990001X;31/02/2012;;;\n", "is no day"},
        {"47;bad.uai;;NOM;Zoé;4;9990001A;;;;\n", "its check letter"},
        {"48;no.uai;;NOM;Zoé;4;;;;;\n", "no.uai,,no school"},
        {"49;far;;NOM;Zoé;4;9990010G;;;;\n",
            "the school 9990010G is not in the directory"},
        {"41;same.id;;NOM;Zoé;4;9990001X;;;;\n", "another record has its id"},
        {"50;z.exemple3;;NOM;Zoé;4;9990001X;;;;\n",
            "the former login is another account's: " ZOE_DN},
        {"51;cells;;NOM\n", "it has other cells than the header line"},
        {"1;other.login;;EXEMPLE;Zoé;4;9990001X;;;;\n",
            "1,other.login,\"" ZOE_DN
            "\",its account keeps another former login"},
        {"11;a.pupil;;EXEMPLE;Anne;4;9990001X;;;;\n",
            "its account is no student's"},
    };
    world *w = *state;
    char *content = text_of("%s", COLUMNS), *report;
    int before = client_count(w->as[ROOT], PEOPLE, "(objectClass=*)");
    size_t n = sizeof(bad) / sizeof(bad[0]);

    for (size_t i = 0; i < n; i++) {
        char *longer = text_of("%s%s", content, bad[i].row);

        free(content);
        content = longer;
    }
    report = report_of(w, "bad.csv", content, "", 1);
    assert_int_equal(count_lines(report), n + 1);
    for (size_t i = 0; i < n; i++)
        expect_says(bad[i].says, report);
    assert_int_equal(
        client_count(w->as[ROOT], PEOPLE, "(objectClass=*)"), before);
    free(report);
    free(content);
}

/* What the directory refuses is said in its words, and the others are made. */
static void
the_directory_has_the_last_word(void **state)
{
    static const char three[] =
        COLUMNS "61;t.trop;;TROP;Tom;4;9990001X;2012-02-03;000000061AA;62;63\n"
                "62;u.trop;;TROP;Una;2;;;;;\n"
                "63;v.trop;;TROP;Val;2;;;;;\n"
                "64;w.trop;;TROP;Will;2;;;;;\n";
    char *content = text_of("%s", three);
    world *w = *state;
    tool t = migrate(w, STRANGER, "three.csv", content, "--json");

    expect_status(&t, 1);
    expect_says("\"refused\":4}", t.out);
    tool_free(&t);
    t = migrate(w, PROVISIONER, "three.csv", content, "--json");
    expect_status(&t, 0);
    expect_says(
        "{\"created\":4,\"changed\":0,\"same\":0,\"refused\":0}", t.out);
    tool_free(&t);
    free(content);
}

/* ---- LDIF ---- */

static const char ldif[] =
    "version: 1\n\n"
    "dn: uid=eleve9,ou=personnes,dc=ancien,dc=example\n"
    "objectClass: top\nobjectClass: ENTEleve\n"
    "uid: l.ancien\nsn: ANCIEN\ngivenName:: TMOpYQ==\n"
    "userPassword: {SSHA}" SECRET "\n"
    "FrEduVecteur: 4|ANCIEN|Léa|7001|9990001X\n"
    "ENTEleveINE: 000000071AA\nENTPersonDateNaissance: 05/06/2013\n"
    "ENTPersonJointure: AC$71\n\n"
    "dn: uid=parent9,ou=personnes,dc=ancien,dc=example\n"
    "objectClass: top\nENTPersonLogin: m.ancien\nuid: parent9\n"
    "FrEduVecteur: 2|ANCIEN|Marc|7001|9990001X\n"
    "FrEduVecteur: 2|ANCIEN|Marc|7002|9990001X\n"
    "ENTPersonJointure: AC$72\nuserPassword:: VHIwdWI0ZG9yLWFuZC0z\n\n"
    "dn: uid=eleve10,ou=personnes,dc=ancien,dc=example\n"
    "uid: o.ancien\n"
    "FrEduVecteur: 4|ANCIEN|Oscar|7002|9990001X\n"
    "ENTEleveAutoriteParentale: uid=Parent10,  ou=personnes,\n"
    " dc=ancien,dc=example\n\n"
    "dn: uid=parent10,ou=personnes,dc=ancien,dc=example\n"
    "uid: jeanne.ancien\nsn: ANCIEN\ngivenName: Jeanne\n"
    "objectClass: ENTAuxPersRelEleve\n\n"
    "dn: uid=thief,ou=personnes,dc=ancien,dc=example\n"
    "uid: thief\nsn:< file:///etc/hostname\ngivenName: X\n\n"
    "dn: uid=odd,ou=personnes,dc=ancien,dc=example\n"
    "uid: odd\nFrEduVecteur: 9|A|B|C|D\n";

static void
ldif_is_read_with_its_vectors(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];
    char *report = report_of(w, "ancien.ldif", ldif, "--source AAF", 1);

    assert_int_equal(count_lines(report), 7);
    expect_says(
        "created,student,AC$71,l.ancien,\"uid=lea.ancien," PEOPLE, report);
    expect_says("created,guardian,AC$72,m.ancien,\"uid=marc.ancien,", report);
    expect_says("thief,,a value is to be fetched from elsewhere", report);
    expect_says("odd,,the ATEN vector is none", report);
    free(report);
    expect_stored(root, "uid=lea.ancien," PEOPLE, "userPassword", NULL);
    expect_stored(
        root, "uid=lea.ancien," PEOPLE, "educonnectSourceId", "AAF$AC$71");
    expect_stored(
        root, "uid=lea.ancien," PEOPLE, "educonnectBirthDate", "2013-06-05");
    expect_values(root, "uid=lea.ancien," PEOPLE, "educonnectGuardian",
        "uid=marc.ancien," PEOPLE);
    expect_values(root, "uid=oscar.ancien," PEOPLE, "educonnectGuardian",
        "uid=jeanne.ancien," PEOPLE "|uid=marc.ancien," PEOPLE);
    report = report_of(w, "ancien.ldif", ldif, "--source AAF", 1);
    REQUIRE(strstr(report, "created") == NULL);
    REQUIRE(strstr(report, "changed") == NULL);
    free(report);
}

static void
former_logins_are_kept_where_they_are_free(void **state)
{
    static const char two[] =
        COLUMNS "81;k.garde;;GARDE;Karl;4;9990001X;2012-02-05;000000081AA;;\n"
                "82;head1;;GARDE;Lou;4;9990001X;2012-02-06;000000082AA;;\n"
                "83;a b;;GARDE;Mia;4;9990001X;2012-02-07;000000083AA;;\n";
    world *w = *state;
    char *report = report_of(w, "keep.csv", two, "--keep-login", 1);

    expect_says("created,student,81,k.garde,\"uid=k.garde," PEOPLE, report);
    expect_says("head1,,somebody else has the former login", report);
    expect_says("a b,,the former login has signs", report);
    free(report);
}

/* ---- files and options ---- */

static void
broken_files_and_options_change_nothing(void **state)
{
    static const struct {
        const char *name, *content, *words, *says;
        int status;
    } bad[] = {
        {"x.csv", "id;sn\n1;X\n", "", "no column login", 5},
        {"x.csv", "", "", "no header line", 5},
        {"x.csv", COLUMNS "1;\"x\n", "", "x.csv:2: a quote is not closed", 5},
        {"x.csv", "login;login\n", "", "stands twice", 5},
        {"x.ldif", "uid: x\n", "", "x.ldif:1: a record without dn", 5},
        {"x.csv", COLUMNS, "--format xml", "ldif or csv", 2},
        {"x.csv", COLUMNS, "--source 'a$b'", "without $", 2},
        {"x.csv", COLUMNS, "--login-pattern '{x}'", "--login-pattern", 2},
        {"x.csv", COLUMNS, "--people ou=none," SUFFIX, "No such object", 2},
    };
    world *w = *state;
    struct stat st;
    char *report;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        tool t =
            migrate(w, PROVISIONER, bad[i].name, bad[i].content, bad[i].words);

        expect_status(&t, bad[i].status);
        expect_says(bad[i].says, t.err);
        tool_free(&t);
    }
    report = server_path(&w->server, "migration.csv");
    REQUIRE(stat(report, &st) == 0 && (st.st_mode & 0777) == 0600);
    free(report);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_are_made_without_passwords),
        cmocka_unit_test(the_same_file_again_changes_nothing),
        cmocka_unit_test(a_dry_run_prints_what_is_sent),
        cmocka_unit_test(existing_accounts_get_their_former_login_only),
        cmocka_unit_test(every_refusal_has_its_reason),
        cmocka_unit_test(the_directory_has_the_last_word),
        cmocka_unit_test(ldif_is_read_with_its_vectors),
        cmocka_unit_test(former_logins_are_kept_where_they_are_free),
        cmocka_unit_test(broken_files_and_options_change_nothing),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
