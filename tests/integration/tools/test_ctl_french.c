/* test_ctl_french.c - educonnectctl in French as a user meets it: what a screen
 * says, in which locales, and that what programs read is the same in all.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/tool.h"

/* The locales that the build has made; allocated. */
static char *
locales(void)
{
    const char *named = getenv("EDC_LOCALES");
    char path[PATH_MAX];

    if (realpath(named == NULL ? "build/locales" : named, path) == NULL)
        FAIL("no locales in %s", named == NULL ? "build/locales" : named);
    return text_of("%s", path);
}

static int
french_world(void **state)
{
    char *path = locales();

    REQUIRE(setenv("LOCPATH", path, 1) == 0);
    free(path);
    return usual_world(state);
}

/* As the administrator of cn=config. */
static tool
as_administrator(world *w, const char *subcommand, const char *words)
{
    char *secret = server_path(&w->server, "config-secret");
    tool t;

    write_file(secret, CONFIG_PASSWORD);
    REQUIRE(chmod(secret, 0600) == 0);
    tool_secret(CONFIG_PASSWORD);
    t = tool_run_plain(NULL, subcommand,
        "-H %s -D " CONFIG_DN " -y %s -b " SUFFIX " %s", w->server.url, secret,
        words);
    free(secret);
    return t;
}

/* ---- a screen ---- */

static void
what_is_wrong_is_said_in_french(void **state)
{
    world *w = *state;
    tool t;

    tool_locale("fr_FR.UTF-8");
    t = tool_run_plain(NULL, "nowhere", "%s", "");
    expect_status(&t, 2);
    expect_text(t.err, "nowhere\u00a0: pas de sous-commande de ce nom");
    tool_free(&t);
    t = tool_run_plain(NULL, "import", "%s", "");
    expect_status(&t, 2);
    expect_text(t.err, "nommez les fichiers à importer");
    tool_free(&t);
    t = tool_run_plain(NULL, "import", "--nothing x");
    expect_status(&t, 2);
    expect_text(t.err, "--nothing: il n'y a pas d'option de ce nom");
    expect_text(t.err, "educonnectctl import --help dit ce qu'il y a");
    tool_free(&t);
    t = tool_run_plain(
        NULL, "status", "-H ldap://127.0.0.1:1 -b " SUFFIX " somebody");
    expect_status(&t, 3);
    expect_text(t.err, "Impossible de joindre le serveur LDAP");
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "school", "-n --name X xyz");
    expect_text(t.err, "xyz: refusé: ce n'est pas un UAI, ou sa lettre de");
    tool_free(&t);
    tool_locale("C");
}

/* A file that is wrong: its reason is made where it is read. */
static void
what_is_wrong_with_a_file_is_said_in_french(void **state)
{
    static const struct {
        const char *name, *text, *said;
    } rows[] = {
        {"a.csv", "", "il est vide"},
        {"b.csv", "x;y\n1;2\n", "la ligne d'en-tête ne désigne ni des"},
        {"c.csv", "id;sn;givenName;birthDate;school\n\"1;2\n",
            "un guillemet n'est pas fermé"},
        {"d.xml", "<?xml version=\"1.0\"?><other/>", "mais pas de l'AAF"},
        {"e.xml", "hello", "ce n'est pas du XML"},
        {"f.csv", "id;id;sn;givenName;birthDate;school\n", "est là deux fois"},
    };
    world *w = *state;

    tool_locale("fr_FR.UTF-8");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *path = server_path(&w->server, rows[i].name);
        tool t;

        write_file(path, rows[i].text);
        t = tool_run(w, PROVISIONER, NULL, "import", "-n %s", path);
        if (strstr(t.err, rows[i].said) == NULL)
            FAIL("%s: \"%s\" instead of \"%s\"", rows[i].name, t.err,
                rows[i].said);
        expect_status(&t, 5);
        tool_free(&t);
        free(path);
    }
    tool_locale("C");
}

static void
findings_and_figures_are_french(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    tool t;

    (void)a;
    tool_locale("fr_FR.UTF-8");
    t = as_administrator(w, "doctor", "");
    expect_texts(t.out, "EDD-",
        " avertissement\u00a0: ", "erreurs\u00a0: ", ", remarques\u00a0: ");
    REQUIRE(strstr(t.out, "warning") == NULL);
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "report", "%s", "");
    expect_status(&t, 0);
    expect_texts(
        t.out, "Activation des comptes par établissement", "Non informés");
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "report", "--language en");
    expect_status(&t, 0);
    expect_texts(t.out, "School", "Uninformed", "students");
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "purge", "--max-removals 100%%");
    expect_text(t.out, "# 0 compte sur ");
    expect_text(t.out, " est échu.\n");
    tool_free(&t);
    tool_locale("C");
}

/* ---- in which locales ---- */

static bool
speaks_french(const char *locale, const char *language)
{
    tool t;
    bool french;

    REQUIRE((language == NULL ? unsetenv("LANGUAGE")
                              : setenv("LANGUAGE", language, 1)) == 0);
    tool_locale(locale);
    t = tool_run_plain(NULL, "import", "%s", "");
    expect_status(&t, 2);
    french = strstr(t.err, "nommez les fichiers") != NULL;
    if (!french)
        expect_text(t.err, "name the files to import");
    tool_free(&t);
    tool_locale("C");
    (void)unsetenv("LANGUAGE");
    return french;
}

static void
language_and_locale_say_which(void **state)
{
    (void)state;
    assert_true(speaks_french("fr_FR.UTF-8", NULL));
    assert_true(speaks_french("fr_FR.UTF-8", "fr"));
    assert_true(speaks_french("fr_FR.UTF-8", "fr:en"));
    assert_true(speaks_french("fr_FR.UTF-8", "de:fr"));
    assert_true(speaks_french("fr_FR.UTF-8", "fr_CA"));
    assert_false(speaks_french("fr_FR.UTF-8", "en"));
    assert_false(speaks_french("fr_FR.UTF-8", "en_GB:fr"));
    assert_false(speaks_french("fr_FR.UTF-8", "de"));
    assert_false(speaks_french("C", NULL));
    assert_false(speaks_french("C", "fr"));
    assert_false(speaks_french("POSIX", "fr"));
    assert_false(speaks_french("de_DE.UTF-8", NULL));
    assert_false(speaks_french("frr_DE.UTF-8", NULL));
}

/* As ssh brings a locale to a machine that has another alone. */
static void
a_locale_that_is_missing_is_made_up_for(void **state)
{
    world *w = *state;
    char *made = locales(), *few = server_path(&w->server, "locales");
    char *from = text_of("%s/fr_FR.UTF-8", made);
    char *to = text_of("%s/en_US.UTF-8", few);

    REQUIRE(mkdir(few, 0700) == 0 && symlink(from, to) == 0);
    REQUIRE(setenv("LOCPATH", few, 1) == 0);
    assert_true(speaks_french("fr_CA.UTF-8", NULL));
    assert_true(speaks_french("fr_FR", NULL));
    assert_false(speaks_french("fr_FR.UTF-8", "en"));
    assert_true(speaks_french("en_US.UTF-8", "fr"));
    assert_false(speaks_french("en_US.UTF-8", NULL));
    assert_false(speaks_french("de_DE.UTF-8", NULL));
    REQUIRE(setenv("LOCPATH", made, 1) == 0);
    free(to);
    free(from);
    free(few);
    free(made);
}

/* ---- what programs read ---- */

static void
expect_same(const tool *one, const tool *other, const char *what)
{
    if (strcmp(one->out, other->out) != 0 || one->status != other->status)
        FAIL("%s: \"%s\" and in French \"%s\"", what, one->out, other->out);
    if (one->out[0] == '\0')
        FAIL("%s: says nothing", what);
}

static void
what_programs_read_is_the_same(void **state)
{
    static const struct {
        actor who;
        const char *subcommand, *words;
    } rows[] = {
        {ACADEMY, "status", "--json %s"},
        {PROVISIONER, "report", "--json all"},
        {PROVISIONER, "report", "--format csv activation"},
        {PROVISIONER, "report", "--format csv --language fr activation"},
        {PROVISIONER, "report", "--format csv holds"},
        {PROVISIONER, "purge", "--json --max-removals 100%%"},
        {PROVISIONER, "school", "--json 9990001X"},
        {PROVISIONER, "school", "-n --name Autre 9990001X"},
        {ACADEMY, "suspend", "-n %s"},
        {ACADEMY, "suspend", "--json -n %s"},
        {ACADEMY, "suspend", "--json nobody.there"},
    };
    world *w = *state;
    account a = student_in(w, "active");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *words = text_of(rows[i].words, a.uid);
        tool one, other;

        one = tool_run(w, rows[i].who, NULL, rows[i].subcommand, "%s", words);
        tool_locale("fr_FR.UTF-8");
        other = tool_run(w, rows[i].who, NULL, rows[i].subcommand, "%s", words);
        tool_locale("C");
        expect_same(&one, &other, words);
        tool_free(&one);
        tool_free(&other);
        free(words);
    }
}

static void
what_programs_read_of_a_server_is_the_same(void **state)
{
    static const char *const rows[][2] = {{"doctor", "--json"},
        {"setup",
            "-n --replace --set 'guard audit' --role 'academy dn=cn=x," SUFFIX
            "'"}};
    world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tool one = as_administrator(w, rows[i][0], rows[i][1]);
        tool other;

        tool_locale("fr_FR.UTF-8");
        other = as_administrator(w, rows[i][0], rows[i][1]);
        tool_locale("C");
        expect_same(&one, &other, rows[i][0]);
        tool_free(&one);
        tool_free(&other);
    }
}

/* Its figures made 0: they are others a second later. */
static void
mask(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0';) {
        size_t n = strspn(from, "0123456789.");

        if (n > 0 && *from != '.') {
            *to++ = '0';
            from += n;
        } else {
            *to++ = *from++;
        }
    }
    *to = '\0';
}

/* Figures, plugins' lines, LDIF and JSON of what no two runs say alike. */
static void
what_programs_measure_is_the_same(void **state)
{
    static const struct {
        const char *subcommand, *words;
    } rows[] = {
        {"metrics", "-b " SUFFIX},
        {"metrics", "-b " SUFFIX " --no-accounts"},
        {"metrics", "-b " SUFFIX " --check"},
        {"metrics", "-b " SUFFIX " --check -w locked=0 -c age=0"},
        {"person", "-b " SUFFIX " --export %s"},
        {"person", "-b " SUFFIX " --export --json %s"},
        {"tune", "--for 1s --json"},
    };
    world *w = *state;
    account a = guardian_in(w, "active");

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *words = text_of(rows[i].words, a.uid);
        bool plain = strcmp(rows[i].subcommand, "tune") == 0;
        tool t[2];

        for (int french = 0; french < 2; french++) {
            tool_locale(french ? "fr_FR.UTF-8" : "C");
            t[french] =
                plain
                    ? tool_run_plain(NULL, rows[i].subcommand, "%s", words)
                    : tool_run(w, ROOT, NULL, rows[i].subcommand, "%s", words);
            mask(t[french].out);
        }
        tool_locale("C");
        expect_same(&t[0], &t[1], words);
        tool_free(&t[0]);
        tool_free(&t[1]);
        free(words);
    }
}

/* Directives and LDIF stand among French, as slapd takes them. */
static void
what_tune_proposes_is_no_french(void **state)
{
    tool t;

    (void)state;
    tool_locale("fr_FR.UTF-8");
    t = tool_run_plain(NULL, "tune", "--for 1s");
    tool_locale("C");
    expect_status(&t, 0);
    expect_texts(t.out, "libargon2\u00a0: /", "\nprocesseurs\u00a0: ",
        "\nmémoire Kio passes créneaux ms/empreinte empreintes/s "
        "connexions/min\n");
    mask(t.out);
    expect_texts(t.out,
        "    educonnect-hash memory=0 time=0 parallelism=0\n"
        "    educonnect-hash-slots 0 queue=0\n    educonnect-rehash rate=0/s\n",
        "\ndn: olcOverlay={0}educonnect,olcDatabase={0}mdb,cn=config\n"
        "changetype: modify\nreplace: olcEduconnectHash\n"
        "olcEduconnectHash: memory=0 time=0 parallelism=0\n-\n");
    tool_free(&t);
}

static void
a_history_is_a_table_in_french_and_the_same_json(void **state)
{
    world *w = *state;
    char *trail = server_path(&w->server, "trail");
    account a;
    tool one, other;

    expect_ok(world_configure(
        w, "replace: olcEduconnectAudit\nolcEduconnectAudit: %s\n", trail));
    a = guardian_in(w, "active");
    one = tool_run_plain(NULL, "history", "--file %s --json %s", trail, a.uid);
    tool_locale("fr_FR.UTF-8");
    other =
        tool_run_plain(NULL, "history", "--file %s --json %s", trail, a.uid);
    expect_same(&one, &other, "history --json");
    tool_free(&other);
    other = tool_run_plain(NULL, "history", "--file %s %s", trail, a.uid);
    tool_locale("C");
    expect_text(other.out,
        "heure (UTC)          événement        de -> à                   "
        "établissement  adresse          par\n");
    expect_text(other.out, "  activate         informed -> active        ");
    tool_free(&one);
    tool_free(&other);
    free(trail);
}

/* What is sent is the same; what it says of it is for whoever reads. */
static void
an_erasure_is_the_same_but_for_its_remarks(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    tool one, other;
    char *end;

    expect_ok(client_modify(w->as[ROOT], a.child,
        "replace: educonnectLeftAt\neduconnectLeftAt: 20260701000000Z\n"));
    one = tool_run(w, ROOT, NULL, "person", "-b " SUFFIX " --erase %s", a.uid);
    tool_locale("fr_FR.UTF-8");
    other =
        tool_run(w, ROOT, NULL, "person", "-b " SUFFIX " --erase %s", a.uid);
    expect_text(other.out, "\n# Fiches\u00a0: 1, mentions\u00a0: 1\u00a0; "
                           "tout serait effacé\u00a0; --apply l'efface.\n");
    expect_text(other.out, "\n# non effacé\u00a0: les sauvegardes, et les ");
    for (int i = 0; i < 2; i++) {
        end = strstr(i == 0 ? one.out : other.out, "\n# ");
        REQUIRE(end != NULL);
        *end = '\0';
    }
    expect_same(&one, &other, "person --erase");
    tool_free(&one);
    tool_free(&other);
    other = tool_run(
        w, ROOT, NULL, "person", "-b " SUFFIX " --erase --apply %s", a.uid);
    tool_locale("C");
    expect_status(&other, 0);
    expect_text(other.out, "Fiches\u00a0: 1, mentions\u00a0: 1\u00a0; tout est "
                           "effacé.\nnon effacé\u00a0: accesslog\u00a0: ");
    tool_free(&other);
}

static void
import_reports_the_same(void **state)
{
    world *w = *state;
    char *file = server_path(&w->server, "pupils.csv");
    char *report = server_path(&w->server, "report.csv");
    char *text[2];

    write_file(file, "id;sn;givenName;birthDate;school\n"
                     "1;Karadec;Ines;2012-03-04;9990001X\n"
                     "2;;Yann;2012-03-04;9990001X\n"
                     "3;Kerbrat;Lou;04/2012;9990001X\n");
    for (int french = 0; french < 2; french++) {
        tool t;

        tool_locale(french ? "fr_FR.UTF-8" : "C");
        t = tool_run(
            w, PROVISIONER, NULL, "import", "-n --report %s %s", report, file);
        expect_text(t.err, "");
        text[french] = read_file(report, NULL);
        if (french)
            expect_texts(t.err, "créé", "élève", "rien n'a été écrit");
        tool_free(&t);
    }
    tool_locale("C");
    assert_string_equal(text[0], text[1]);
    expect_text(text[0], "no family name");
    free(text[0]);
    free(text[1]);
    free(report);
    free(file);
}

/* Those that each have another reason to be refused, and one that has none. */
static void
people_of_before(world *w)
{
    static const char *const people[][2] = {
        {"uid=day", "uid: day\ncn: x\ndescription: 31/02/2011\n"},
        {"uid=school", "uid: school\ncn: x\nemployeeNumber: 9990010G\n"},
        {"uid=hash", "uid: hash\ncn: x\nuserPassword: en-clair\n"},
        {"uid=name", "uid: name\ncn: x\ntitle: no name\n"},
        {"cn=nameless", "cn: nameless\n"},
        {"uid=good", "uid: good\ncn: x\n"},
    };

    client_sends(w->as[ROOT], SENDS_RELAX, NULL);
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
        expect_ok(client_ldif(w->as[ROOT],
            "dn: %s," SUFFIX "\nobjectClass: inetOrgPerson\nsn: x\n"
            "givenName: y\n%s",
            people[i][0], people[i][1]));
    client_sends(w->as[ROOT], 0, NULL);
}

/* Each reason that there is before the first write, and what a run would do. */
static void
adopt_reports_the_same(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), b = guardian_in(w, "active");
    char *list = server_path(&w->server, "people.txt");
    char *report = server_path(&w->server, "report.csv");
    char *text[2], *changes[2], *words;

    people_of_before(w);
    words = text_of("nobody.there\ndn:: &\n%s\n%s\n%s\nday\nschool\nhash\n"
                    "name\ncn=nameless," SUFFIX "\ngood\n",
        COLLEGE, a.dn, b.dn);
    write_file(list, words);
    free(words);
    for (int french = 0; french < 2; french++) {
        tool t;

        tool_locale(french ? "fr_FR.UTF-8" : "C");
        t = tool_run(w, ROOT, NULL, "adopt",
            "-n --kind student --scheme {SSHA} --report %s "
            "--take educonnectBirthDate=description "
            "--take educonnectEnrolledAt=employeeNumber "
            "--take educonnectGuardian=title %s",
            report, list);
        text[french] = read_file(report, NULL);
        changes[french] = text_of("%s", t.out);
        if (french)
            expect_texts(t.err, "9 fiches sur 11 seraient refusées",
                "\ncréé      1\ninchangé  1\nrefusé    9\n",
                "rien n'a été écrit");
        tool_free(&t);
    }
    tool_locale("C");
    assert_string_equal(text[0], text[1]);
    assert_string_equal(changes[0], changes[1]);
    expect_texts(text[0], "it is not there", "no login and no DN",
        "a school's or a service's", "of the other public");
    expect_texts(text[0], "description: ", "the school 9990010G is not in",
        "title: it is no DN", "it has no login (uid)");
    for (int french = 0; french < 2; french++) {
        free(text[french]);
        free(changes[french]);
    }
    free(report);
    free(list);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_said_in_french),
        cmocka_unit_test(what_is_wrong_with_a_file_is_said_in_french),
        cmocka_unit_test(findings_and_figures_are_french),
        cmocka_unit_test(language_and_locale_say_which),
        cmocka_unit_test(a_locale_that_is_missing_is_made_up_for),
        cmocka_unit_test(what_programs_read_is_the_same),
        cmocka_unit_test(what_programs_read_of_a_server_is_the_same),
        cmocka_unit_test(what_programs_measure_is_the_same),
        cmocka_unit_test(what_tune_proposes_is_no_french),
        cmocka_unit_test(a_history_is_a_table_in_french_and_the_same_json),
        cmocka_unit_test(an_erasure_is_the_same_but_for_its_remarks),
        cmocka_unit_test(import_reports_the_same),
        cmocka_unit_test(adopt_reports_the_same),
    };

    return cmocka_run_group_tests(tests, french_world, end_world);
}
