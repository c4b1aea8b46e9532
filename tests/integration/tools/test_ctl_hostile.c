/* test_ctl_hostile.c - a directory and files that were written to harm whoever
 * looks at them with educonnectctl: nothing that a terminal obeys is printed,
 * no secret is, no file is written or read but the one that was named.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/tool.h"

/* ---- what was printed ---- */

/* Fails on a byte that a terminal may obey: a control character but line feed
 * and the CR before it, C1 or a change of direction in UTF-8, and what is no
 * UTF-8 (a lone byte of C1). */
static void
expect_harmless_text(int line, const char *what, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    for (; *p != '\0'; p++) {
        bool bad = (*p < 0x20 && *p != '\n' && !(*p == '\r' && p[1] == '\n')) ||
                   *p == 0x7f || (*p >= 0x80 && *p < 0xa0 && p[-1] < 0x80) ||
                   (*p == 0xc2 && p[1] < 0xa0) ||
                   (*p == 0xe2 && p[1] == 0x80 &&
                       (p[2] == 0x8e || p[2] == 0x8f ||
                           (p[2] >= 0xa8 && p[2] <= 0xae))) ||
                   (*p == 0xe2 && p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf);

        if (bad)
            FAIL("line %d: %s: byte %02x at %td:\n%s", line, what, *p,
                (const char *)p - text, text);
        if (p[0] >= 0xc3 && p[1] >= 0x80 && p[1] < 0xc0)
            p++; /* its second byte is none of C1 */
        if (p[0] >= 0x80 && p[0] < 0xc0 && p[1] >= 0x80 && p[1] < 0xc0)
            p++;
    }
}

static void
expect_harmless_at(int line, const tool *t)
{
    expect_harmless_text(line, "stdout", t->out);
    expect_harmless_text(line, "stderr", t->err);
    if (strstr(t->out, "\nfaked: done") != NULL ||
        strstr(t->err, "\nfaked: done") != NULL)
        FAIL("line %d: a line was faked:\n%s%s", line, t->out, t->err);
}
#define expect_harmless(t) expect_harmless_at(__LINE__, t)

/* ---- the directory ---- */

/* Every kind, each in a value: a colour, a title, a link, C1, a change of
 * direction, a line of the tool's own. */
#define NASTY                                                                  \
    "\x1b[31m\x1b]0;t\x07\x1b]8;;http://x/\x1b\\y\x7f\xc2\x9b"                 \
    "1m\xe2\x80\xaez\xe2\x81\xa6\nfaked: done"

static char *
line_of(const char *attribute, const char *value)
{
    char *line = client_line(attribute, value);

    REQUIRE(line != NULL);
    return line;
}

/* A school, a pupil and a guardian full of it. */
static void
add_hostile(world *w)
{
    char *nasty = line_of("description", NASTY), *sn = line_of("sn", NASTY),
         *cn = line_of("cn", NASTY), *given = line_of("givenName", NASTY),
         *class = line_of("educonnectClass", NASTY),
         *source = line_of("educonnectSourceId", "X$" NASTY),
         *uid = line_of("uid", "evil" NASTY);

    expect_ok(client_ldif(w->as[ROOT],
        "dn: ou=evil," SCHOOLS "\nobjectClass: organizationalUnit\n"
        "objectClass: educonnectSchool\nou: evil\neduconnectUai: 0010001W\n"
        "educonnectSchoolLevel: college\n%s",
        nasty));
    expect_ok(client_ldif(w->as[ROOT],
        "dn: cn=guardian,%s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\n%s%s%s%scn: guardian\n"
        "uid: evil.guardian\nmobile: 0612345678\n",
        PEOPLE, sn, cn, given, ""));
    expect_ok(client_ldif(w->as[ROOT],
        "dn: cn=pupil,%s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\n%s%s%s%s%s%scn: pupil\n"
        "uid: evil\neduconnectEnrolledAt: ou=evil," SCHOOLS
        "\neduconnectEnrolledAt: " COLLEGE
        "\neduconnectGuardian: cn=guardian,%s\neduconnectBirthDate: "
        "2012-03-04\n",
        PEOPLE, sn, cn, given, class, source, uid, PEOPLE));
    free(nasty), free(sn), free(cn), free(given), free(class), free(source);
    free(uid);
}

static void
nothing_that_a_terminal_obeys_is_printed(void **state)
{
    static const struct {
        const char *subcommand, *words;
    } runs[] = {
        {"status", "evil"},
        {"status", "evil.guardian"},
        {"status", "--json evil"},
        {"status", "'no\x1b[31m\nfaked: done'"},
        {"status", "'cn=no\x1b[31m\nfaked: done," PEOPLE "'"},
        {"report", "all"},
        {"report", "all -f json"},
        {"report", "all -f html"},
        {"report", "activation --by class -f csv"},
        {"report", "activation --by class -f csv -l fr"},
        {"report", "activation -f svg"},
        {"report", "no-guardian -f csv"},
        {"report", "holds -f csv"},
        {"report", "multi-enrolled -f csv"},
        {"report", "'x\x1b[31m\nfaked: done'"},
        {"letters", "-s 0010001W -n"},
        {"letters", "-s 0010001W -n --json"},
        {"letters", "-s 0010001W -n -c '\x1b[31m\nfaked: done'"},
        {"doctor", "--data-only"},
        {"doctor", "--data-only --json"},
        {"school", "0010001W"},
        {"school", "0010001W --json"},
        {"school", "0010001W -n --head '\x1b[31m\nfaked: done'"},
        {"suspend", "evil"},
        {"close", "-n evil"},
        {"close", "evil"},
        {"close", "--json evil"},
        {"unlock", "'\x1b[31m\nfaked: done'"},
        {"purge", "--all-closed --closed-after 0s --max-removals 100%"},
        {"purge", "--json --all-closed --closed-after 0s"},
        {"import", "'/none/\x1b[31m\nfaked: done'"},
        {"import", "-r '/none/\x1b[31m\nfaked: done' /dev/null"},
        {"migrate-aten", "'/none/\x1b[31m\nfaked: done'"},
        {"reset", "-o '/none/\x1b[31m\nfaked: done' evil"},
        {"setup", "-d '\x1b[31m\nfaked: done'"},
        {"doctor", "'\x1b[31m\nfaked: done'"},
        {"import", "'--\x1b[31m\nfaked: done'"},
        {"import", "-b '\x1b[31m\nfaked: done' /dev/null"},
    };
    world *w = *state;

    add_hostile(w);
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        tool t =
            tool_run(w, ACADEMY, NULL, runs[i].subcommand, "%s", runs[i].words);

        if (t.out[0] == '\0' && t.err[0] == '\0' &&
            strstr(runs[i].words, "--json") == NULL)
            FAIL("%s %s says nothing", runs[i].subcommand, runs[i].words);
        expect_harmless(&t);
        tool_free(&t);
    }
}

/* Ids, names and columns of files. */
static void
files_say_nothing_that_a_terminal_obeys(void **state)
{
    world *w = *state;
    char *csv = server_path(&w->server, "pupils.csv");
    char *report = server_path(&w->server, "report.csv");
    char *text = text_of("id;sn;givenName;birthDate;school;class\n"
                         "\"%s\";\"%s\";b;2012-01-02;0010001W;\"%s\"\n"
                         "=cmd;c;d;no date;%s;e\n",
        NASTY, NASTY, NASTY, "\x1b[1m");
    tool t;

    write_file(csv, text);
    t = tool_run(w, PROVISIONER, NULL, "import", "-r %s %s", report, csv);
    expect_harmless(&t);
    tool_free(&t);
    free(text);
    text = read_file(report, NULL);
    REQUIRE(text != NULL);
    expect_harmless_text(__LINE__, "the report", text);
    REQUIRE(strstr(text, ",'=cmd,") != NULL);
    free(text);
    t = tool_run(w, PROVISIONER, NULL, "import", "-n %s", csv);
    expect_harmless(&t);
    tool_free(&t);
    write_file(csv, "id;\x1b[31m\nx;y\n");
    t = tool_run(w, PROVISIONER, NULL, "import", "%s", csv);
    expect_status(&t, 5);
    expect_harmless(&t);
    tool_free(&t);
    write_file(csv, "login;\x1b[31mcolumn\n\x1b[1mx;y\n");
    t = tool_run(w, PROVISIONER, NULL, "migrate-aten", "-r %s %s", report, csv);
    expect_harmless(&t);
    tool_free(&t);
    text = read_file(report, NULL);
    REQUIRE(text != NULL);
    expect_harmless_text(__LINE__, "the report", text);
    free(text);
    free(report);
    free(csv);
}

/* ---- files that are written ---- */

static mode_t
mode_of(const char *path)
{
    struct stat st;

    REQUIRE(lstat(path, &st) == 0);
    return st.st_mode;
}

static void
expect_content(const char *path, const char *content)
{
    char *text = read_file(path, NULL);

    REQUIRE(text != NULL);
    if (strcmp(text, content) != 0)
        FAIL("%s holds:\n%s", path, text);
    free(text);
}

/* Every subcommand that writes a file; csv is what import and migrate-aten
 * read. */
enum { IMPORT, IMPORT_JSON, IMPORT_LDIF, MIGRATE, PAGE, TABLE, RESET, N_RUNS };

static tool
run_to(world *w, int run, const char *out, const char *csv)
{
    switch (run) {
    case IMPORT:
        return tool_run(
            w, PROVISIONER, NULL, "import", "-n -r %s %s", out, csv);
    case IMPORT_JSON:
        return tool_run(
            w, PROVISIONER, NULL, "import", "-n --json -r %s %s", out, csv);
    case IMPORT_LDIF:
        return tool_run(
            w, PROVISIONER, NULL, "import", "--ldif %s %s", out, csv);
    case MIGRATE:
        return tool_run(w, PROVISIONER, NULL, "migrate-aten",
            "-f csv -n -r %s %s.aten", out, csv);
    case PAGE:
        return tool_run(w, ACADEMY, NULL, "report", "-f html -o %s", out);
    case TABLE:
        return tool_run(w, ACADEMY, NULL, "report", "-o %s", out);
    default:
        return tool_run(w, ACADEMY, NULL, "reset", "-o %s evil", out);
    }
}

/* What is written is its owner's alone, whatever was there; no link is
 * followed; what is not the owner's own plain file stays. */
static void
output_files_are_new_private_and_where_they_are_said_to_be(void **state)
{
    world *w = *state;
    char *csv = server_path(&w->server, "people.csv");
    char *aten = server_path(&w->server, "people.csv.aten");
    char *out = server_path(&w->server, "out");
    char *victim = server_path(&w->server, "victim");

    write_file(csv, "id;sn;mobile\n1;a;\n");
    write_file(aten, "login;sn;givenName\nx;a;b\n");
    for (int run = 0; run < N_RUNS; run++) {
        bool replaces = run != RESET;
        tool t;

        write_file(victim, "precious");
        REQUIRE(symlink(victim, out) == 0);
        t = run_to(w, run, out, csv);
        expect_status(&t, 6);
        tool_free(&t);
        expect_content(victim, "precious");
        REQUIRE(S_ISLNK(mode_of(out)));
        REQUIRE(unlink(out) == 0 && unlink(victim) == 0);
        write_file(out, "former");
        REQUIRE(chmod(out, 0644) == 0);
        t = run_to(w, run, out, csv);
        if ((mode_of(out) & 0777) != (replaces ? 0600 : 0644))
            FAIL("run %d: %o\n%s%s", run, mode_of(out), t.out, t.err);
        if (!replaces) {
            expect_status(&t, 6);
            expect_content(out, "former");
        }
        tool_free(&t);
        REQUIRE(unlink(out) == 0);
    }
    free(victim), free(out), free(aten), free(csv);
}

static void
what_was_there_is_lost_by_no_run_that_fails(void **state)
{
    world *w = *state;
    char *csv = server_path(&w->server, "people.csv");
    char *aten = server_path(&w->server, "people.csv.aten");
    char *out = server_path(&w->server, "out");
    tool t;

    write_file(out, "former");
    write_file(csv, "nothing;known\n");
    write_file(aten, "login;sn;givenName\nx;a;b\n");
    t = tool_run(w, PROVISIONER, NULL, "import", "-r %s %s", out, csv);
    expect_status(&t, 5);
    expect_content(out, "former");
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "import", "-r %s %s", csv, csv);
    expect_status(&t, 2);
    expect_content(csv, "nothing;known\n");
    tool_free(&t);
    t = tool_run(
        w, PROVISIONER, NULL, "migrate-aten", "-f csv -r %s %s", aten, aten);
    expect_status(&t, 2);
    expect_content(aten, "login;sn;givenName\nx;a;b\n");
    tool_free(&t);
    free(out), free(aten), free(csv);
}

/* ---- secrets ---- */

#define SECRET "Tr0ub4dor-and-3"

static void
expect_no_secret_at(int line, const tool *t, const char *secret)
{
    if (strstr(t->out, secret) != NULL || strstr(t->err, secret) != NULL)
        FAIL("line %d: the secret was printed:\n%s%s", line, t->out, t->err);
}
#define expect_no_secret(t, secret) expect_no_secret_at(__LINE__, t, secret)

/* Lists with passwords beside or instead of logins, as other tools write them.
 */
static const char *const lists[] = {
    "uid=x," PEOPLE "\t" SECRET "\n",
    "x " SECRET "\n",
    "x:" SECRET "\n",
    "x;" SECRET "\n",
    "\"6A\";\"x\";\"" SECRET "\"\n",
    "x," SECRET "\n",
    SECRET "\n",
    "userPassword: " SECRET "\n",
};

static void
lists_with_passwords_show_none(void **state)
{
    static const char *const subcommands[] = {
        "reset", "suspend", "resume", "close", "reopen", "unlock"};
    world *w = *state;
    char *path = server_path(&w->server, "list");
    char *log;
    tool t;

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        write_file(path, lists[i]);
        t = tool_run(w, HEAD1, NULL, "letters", "-s 9990001X -n -l %s", path);
        expect_no_secret(&t, SECRET);
        if (strstr(t.err, "list:1: names no pupil") == NULL)
            FAIL("\"%s\": %s", lists[i], t.err);
        tool_free(&t);
        for (size_t k = 0; k < sizeof(subcommands) / sizeof(subcommands[0]);
            k++) {
            t = tool_run(w, ACADEMY, lists[i], subcommands[k], "-n -");
            expect_no_secret(&t, SECRET);
            REQUIRE(strstr(t.out, "line 1: refused") != NULL);
            expect_status(&t, 1);
            tool_free(&t);
        }
        t = tool_run(w, ACADEMY, lists[i], "merge", "-i evil.guardian -");
        expect_no_secret(&t, SECRET);
        tool_free(&t);
        t = tool_run(w, REGISTRAR, lists[i], "claim", "-");
        expect_no_secret(&t, SECRET);
        expect_status(&t, 5);
        tool_free(&t);
        t = tool_run(w, PROVISIONER, NULL, "import", "%s", path);
        expect_no_secret(&t, SECRET);
        tool_free(&t);
        t = tool_run(w, PROVISIONER, NULL, "migrate-aten", "-f csv %s", path);
        expect_no_secret(&t, SECRET);
        tool_free(&t);
        t = tool_run(w, PROVISIONER, NULL, "migrate-aten", "-f ldif %s", path);
        expect_no_secret(&t, SECRET);
        tool_free(&t);
        t = tool_run_plain(lists[i], "doctor", "--slapcat -");
        expect_no_secret(&t, SECRET);
        tool_free(&t);
        t = tool_run(w, ACADEMY, NULL, "school", "--csv %s", path);
        expect_no_secret(&t, SECRET);
        tool_free(&t);
    }
    /* Nor was any but the one that looks like a login asked for. */
    log = server_log(&w->server);
    REQUIRE(strstr(log, " " SECRET) == NULL);
    REQUIRE(strstr(log, ";" SECRET) == NULL);
    REQUIRE(strstr(log, "09" SECRET) == NULL);
    free(log);
    free(path);
}

/* What is typed in the wrong place. */
static void
misplaced_passwords_are_not_repeated(void **state)
{
    static const struct {
        const char *subcommand, *words;
    } runs[] = {
        {"status", "-w" SECRET " x"},
        {"status", "--password=" SECRET " x"},
        {"status", "--bind-password=" SECRET " x"},
        {"status", "-D cn=x -y " SECRET " x"},
        {"doctor", SECRET},
        {"purge", SECRET},
        {"setup", SECRET},
        {"letters", "-s 9990001X -n " SECRET},
        {"-w" SECRET, "x"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        tool t = tool_run_plain(NULL, runs[i].subcommand, "%s", runs[i].words);

        if (t.status == 0)
            FAIL("%s %s ends well", runs[i].subcommand, runs[i].words);
        expect_no_secret(&t, SECRET);
        tool_free(&t);
    }
}

/* As whom -y's file is good for everybody. */
static void
a_password_file_that_others_may_read_is_told(void **state)
{
    static const struct {
        mode_t mode;
        bool told;
    } modes[] = {{0600, false}, {0400, false}, {0640, true}, {0604, true},
        {0644, true}, {0620, true}};
    world *w = *state;
    char *path = server_path(&w->server, "secret");
    char *password = actor_password(ACADEMY), *dn = actor_dn(ACADEMY);
    tool t;

    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        write_file(path, password);
        REQUIRE(chmod(path, modes[i].mode) == 0);
        t = tool_run_plain(NULL, "report", "-H %s -D %s -y %s -b " SUFFIX,
            w->server.url, dn, path);
        expect_status(&t, 0);
        if ((strstr(t.err, "warning: ") != NULL) != modes[i].told)
            FAIL("%o: %s", modes[i].mode, t.err);
        tool_free(&t);
    }
    write_file(path, "\n");
    {
        t = tool_run_plain(NULL, "report", "-H %s -D %s -y %s -b " SUFFIX,
            w->server.url, dn, path);

        expect_status(&t, 2);
        REQUIRE(strstr(t.err, "empty: no password") != NULL);
        tool_free(&t);
    }
    free(dn), free(password), free(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_a_terminal_obeys_is_printed),
        cmocka_unit_test(files_say_nothing_that_a_terminal_obeys),
        cmocka_unit_test(
            output_files_are_new_private_and_where_they_are_said_to_be),
        cmocka_unit_test(what_was_there_is_lost_by_no_run_that_fails),
        cmocka_unit_test(lists_with_passwords_show_none),
        cmocka_unit_test(misplaced_passwords_are_not_repeated),
        cmocka_unit_test(a_password_file_that_others_may_read_is_told),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
