/* test_ctl_import_outcome.c - what an import says is what happened: refused in
 * any phase, cut off, ended by a signal, or one of two.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/aaf.h"
#include "harness/import.h"

#define COLLEGE_1                                                              \
    AAF_SCHOOL("88001", "9990011H", "Collège des Genêts", "COLLEGE")
#define LYCEE_1 AAF_SCHOOL("88002", "9990012J", "Lycée des Ajoncs", "LYCEE")
#define ZOE                                                                    \
    AAF_PUPIL("9100001", "EXEMPLE", "Zoé", "000000001AA", "29/02/2012",        \
        "88001", "6EME A", AAF_V("9200001$10$1$1$1$1"))
#define MALO                                                                   \
    AAF_PUPIL("9100002", "EXEMPLE", "Malo", "000000002AA", "01/03/2009",       \
        "88002", "2NDE 1", AAF_V("9200001$10$1$1$1$1"))
/* An adult who answers for herself. */
#define LENA                                                                   \
    AAF_PUPIL("9100003", "ADULTE", "Léna", "000000003AA", "01/03/2006",        \
        "88002", "TLE 1", AAF_V("9200003$70$1$1$1$1"))
#define ANNE                                                                   \
    AAF_GUARDIAN("9200001", "EXEMPLE", "Anne", "+33 6 39 98 00 01", "a@x.org")
#define LENA_HERSELF                                                           \
    AAF_GUARDIAN("9200003", "ADULTE", "Léna", "+33 6 39 98 00 03", "l@x.org")

static void
write_all(world *w)
{
    aaf_write(w, "Complet", "EtabEducNat", COLLEGE_1 LYCEE_1);
    aaf_write(w, "Complet", "Eleve", ZOE MALO LENA);
    aaf_write(w, "Complet", "PersRelEleve", ANNE LENA_HERSELF);
}

static void
expect_row(const char *report, const char *outcome, const char *what)
{
    char *copy = text_of("%s", report);
    char *rest = NULL;
    bool found = false;

    for (char *line = strtok_r(copy, "\r\n", &rest); line != NULL && !found;
        line = strtok_r(NULL, "\r\n", &rest))
        found = strncmp(line, outcome, strlen(outcome)) == 0 &&
                line[strlen(outcome)] == ',' && strstr(line, what) != NULL;
    if (!found)
        FAIL("no row %s of %s:\n%s", outcome, what, report);
    free(copy);
}

/* ---- refused, in any phase ---- */

/* Rules under which the provisioner may write all but one thing. */
#define BUT(what)                                                              \
    "access to " what " by dn.exact=\"uid=provisioner,ou=staff," SUFFIX        \
    "\" read by * break\n"

static const struct phase {
    const char *access;
    const char *of;        /* the row of the report */
    const char *left_over; /* who is refused with it; NULL: nobody */
    const char *said;      /* below the table */
} phases[] = {
    {BUT("dn.subtree=\"" SCHOOLS "\""), ",school,88001,", ",student,9100001,",
        "\n1 of 6 changes: 5 refused\n"},
    {BUT("dn.exact=\"uid=anne.exemple," PEOPLE "\""), ",guardian,9200001,",
        ",student,9100001,", "\n3 of 6 changes: 3 refused\n"},
    {BUT("dn.exact=\"uid=lena.adulte," PEOPLE "\""), ",student,9100003,", NULL,
        "\n5 of 6 changes: 1 refused\n"},
    {BUT("dn.exact=\"uid=zoe.exemple," PEOPLE "\""), ",student,9100001,", NULL,
        "\n5 of 6 changes: 1 refused\n"},
};

static tool
import_reported(world *w, const char *words, char **report)
{
    char *path = server_path(&w->server, "report.csv");
    tool t = aaf_import(w, "--report %s %s", path, words);

    *report = read_file(path, NULL);
    REQUIRE(*report != NULL);
    free(path);
    return t;
}

static void
a_refusal_in_each_phase_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
        const struct phase *p = phases + i;
        setup how = {.access = p->access};
        char *report;
        world w;
        tool t;

        world_begin(&w, &how);
        write_all(&w);
        t = import_reported(&w, "", &report);
        expect_status(&t, 1);
        expect_row(report, "refused", p->of);
        if (p->left_over != NULL)
            expect_row(report, "refused", p->left_over);
        expect_text(t.out, p->said);
        tool_free(&t);
        free(report);
        world_end(&w);
    }
}

/* Where the container cannot be made, nothing below it is. */
static void
a_container_that_is_refused_is_told(void **state)
{
    char *report;
    world w;
    tool t;

    (void)state;
    world_begin(&w, NULL);
    write_all(&w);
    t = import_reported(&w, "--people ou=elsewhere,dc=example,dc=com", &report);
    expect_status(&t, 1);
    expect_text(t.err, "ou=elsewhere,dc=example,dc=com: ");
    expect_row(report, "refused", ",student,9100003,");
    expect_row(report, "created", ",school,88002,");
    expect_text(t.out, "\n2 of 7 changes: 5 refused\n");
    tool_free(&t);
    free(report);
    world_end(&w);
}

static void
a_closing_that_is_refused_is_told(void **state)
{
    setup how = {.access = BUT("dn.exact=\"uid=malo.exemple," PEOPLE
                               "\" attrs=educonnectState")};
    char *report;
    world w;
    tool t;

    (void)state;
    world_begin(&w, &how);
    write_all(&w);
    t = aaf_import(&w, "%s", "");
    expect_status(&t, 0);
    tool_free(&t);
    aaf_write(&w, "Complet", "Eleve", ZOE);
    t = import_reported(&w, "--max-removals 100%", &report);
    expect_status(&t, 1);
    expect_row(report, "refused", "uid=malo.exemple," PEOPLE);
    expect_row(report, "closed", "uid=lena.adulte," PEOPLE);
    expect_text(
        t.out, "\n0 of 1 accounts are no longer in the source: 1 refused\n");
    expect_text(t.out, "\n1 of 2 changes: 1 refused\n");
    expect_stored(w.as[ROOT], "uid=malo.exemple," PEOPLE, "educonnectState",
        "uninformed");
    tool_free(&t);
    t = import_reported(&w, "--max-removals 100% --json", &report);
    expect_text(t.out, "\"notInFilesBecame\":{\"done\":0,\"refused\":1,");
    tool_free(&t);
    free(report);
    world_end(&w);
}

/* ---- cut off, ended by a signal ---- */

#define OPTIONS "--seed 11 --people 600 --schools 3 --traps"

static long
count_outcome(const char *report, const char *outcome, const char *kind)
{
    char *begin = text_of("\n%s,%s,", outcome, kind);
    long n = 0;

    for (const char *at = report; (at = strstr(at, begin)) != NULL; at++)
        n++;
    free(begin);
    return n;
}

static long
count_stored(world *w, const char *class)
{
    char *digest = import_digest(w);
    char *line = text_of("\nobjectClass: %s\n", class);
    long n = 0;

    for (const char *at = digest; (at = strstr(at, line)) != NULL; at++)
        n++;
    free(line);
    free(digest);
    return n;
}

/* The figure in front of words, where they come last; 0: none. */
static long
figure_before(const char *text, const char *words)
{
    const char *at = NULL;

    for (const char *p = text; (p = strstr(p, words)) != NULL; p++)
        at = p;
    if (at == NULL)
        return 0;
    while (at > text && strchr("0123456789", at[-1]) != NULL)
        at--;
    return strtol(at, NULL, 10);
}

/* Breaks one off after this share of what it sends, and holds its words against
 * what is in the directory. */
static void
play_break(import_break how, int status, double share, uint64_t bytes)
{
    char *report_path, *path, *rest, *report;
    const char *at;
    world w;
    long pupils, made, unknown;
    tool t;

    world_begin(&w, NULL);
    path = import_files(&w, OPTIONS);
    report_path = server_path(&w.server, "report.csv");
    rest = text_of("--report %s %s", report_path, path);
    t = import_broken(&w, (uint64_t)(share * (double)bytes), how, NULL, rest);
    expect_status(&t, status);
    report = read_file(report_path, NULL);
    REQUIRE(report != NULL);
    pupils = count_stored(&w, "educonnectStudent");
    /* The table's: in the report a person may have two records. */
    at = strstr(t.out, "\nstudent");
    REQUIRE(at != NULL);
    made = strtol(at + strlen("\nstudent"), NULL, 10);
    unknown = count_outcome(report, "unknown", "student");
    if (pupils < made || pupils > made + unknown)
        FAIL("%ld pupils were made, %ld are told, %ld not known", pupils, made,
            unknown);
    REQUIRE(how == IMPORT_CUT || unknown == 0);
    REQUIRE(count_outcome(report, "not done", "student") > 0);
    REQUIRE(figure_before(t.out, " not done") > 0);
    REQUIRE(figure_before(t.out, " changes: ") >=
            figure_before(t.out, " not done"));
    expect_text(t.err, "run it again, it goes on where it was");
    tool_free(&t);
    t = import_relayed(&w, 0, NULL, rest);
    expect_status(&t, 1);
    REQUIRE(
        count_stored(&w, "educonnectStudent") == import_figure(path, "pupils"));
    tool_free(&t);
    free(report);
    free(rest);
    free(report_path);
    free(path);
    world_end(&w);
}

static uint64_t whole_bytes;

static void
an_import_that_is_cut_off_tells_what_was_done(void **state)
{
    static const double shares[] = {0.2, 0.45, 0.6, 0.75, 0.9};
    world w;
    char *path;
    tool t;

    (void)state;
    world_begin(&w, NULL);
    path = import_files(&w, OPTIONS);
    t = import_relayed(&w, 0, &whole_bytes, path);
    expect_status(&t, 1);
    tool_free(&t);
    free(path);
    world_end(&w);
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
        play_break(IMPORT_CUT, 3, shares[i], whole_bytes);
}

static void
an_import_that_a_signal_ends_tells_what_was_done(void **state)
{
    static const double shares[] = {0.3, 0.7};

    (void)state;
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
        play_break(IMPORT_TERM, 128 + SIGTERM, shares[i], whole_bytes);
}

/* ---- others that plan and then do ---- */

#define OTHERS 40

static void
a_purge_that_is_cut_off_tells_the_rest(void **state)
{
    world w;
    long deleted, without, rest, there;
    tool t;

    (void)state;
    world_begin(&w, NULL);
    for (int i = 0; i < OTHERS; i++) {
        char *dn = text_of("uid=left%d," PEOPLE, i);

        expect_ok(client_ldif(w.as[PROVISIONER],
            "dn: %s\nchangetype: add\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectLegalGuardian\nuid: left%d\ncn: L\nsn: "
            "L\ngivenName: L\n\n",
            dn, i));
        expect_ok(client_modify(w.as[PROVISIONER], dn,
            "replace: educonnectState\neduconnectState: closed\n-\nreplace: "
            "educonnectLeftAt\neduconnectLeftAt: 20200101000000Z\n"));
        free(dn);
    }
    t = import_other_cut(&w, 9000, "purge", "--apply --max-removals 100%");
    expect_status(&t, 3);
    there = count_stored(&w, "educonnectLegalGuardian");
    deleted = strtol(strstr(t.out, "Deleted: ") + 9, NULL, 10);
    without = strstr(t.out, "without an answer: 1") != NULL;
    REQUIRE(strstr(t.out, "not done: ") != NULL);
    rest = strtol(strstr(t.out, "not done: ") + 10, NULL, 10);
    REQUIRE(deleted > 0 && rest > 0 && deleted + without + rest == OTHERS);
    REQUIRE(there <= OTHERS - deleted && there >= OTHERS - deleted - without);
    tool_free(&t);
    world_end(&w);
}

static void
a_migration_that_is_cut_off_tells_the_rest(void **state)
{
    char *csv = text_of("%s", "id;login;sn;givenName;type\n");
    world w;
    char *path, *words;
    long created, rest, there;
    tool t;

    (void)state;
    world_begin(&w, NULL);
    for (int i = 0; i < OTHERS; i++) {
        char *longer = text_of("%s%d;a.exemple%d;EXEMPLE;A%c%c;2\n", csv, i, i,
            'a' + i % 26, 'a' + i / 26);

        free(csv);
        csv = longer;
    }
    path = server_path(&w.server, "former.csv");
    write_file(path, csv);
    words = text_of("%s", path);
    t = import_other_cut(&w, 9000, "migrate-aten", words);
    expect_status(&t, 3);
    there = count_stored(&w, "educonnectLegalGuardian");
    REQUIRE(strstr(t.out, "created ") != NULL);
    REQUIRE(strstr(t.out, "not done") != NULL);
    created = strtol(strstr(t.out, "created ") + 8, NULL, 10);
    rest = strtol(strstr(t.out, "not done") + 8, NULL, 10);
    /* The one that no answer came to stands among those not done. */
    REQUIRE(created > 0 && rest > 0 && created + rest == OTHERS);
    REQUIRE(there == created || there == created + 1);
    tool_free(&t);
    free(words);
    free(path);
    free(csv);
    world_end(&w);
}

/* ---- two at once ---- */

static const char *files;

/* More of them than a socket has room for that nobody takes connections up
 * from. */
#define MANY_SECONDS 12

static void
be_second(world *w, pid_t pid)
{
    char *who = text_of("process %ld of ", (long)pid);
    static const char *const runs[][2] = {
        {"import", ""}, {"import", "--source OTHER"}, {"purge", "--apply"}};

    for (int n = 0; n < MANY_SECONDS; n++) {
        int i = n % 3;
        char *words = text_of("%s %s", runs[i][1], i < 2 ? files : "");
        tool t = tool_run(w, PROVISIONER, NULL, runs[i][0], "%s", words);

        expect_status(&t, 4);
        expect_text(t.err, who);
        expect_text(t.err, " in " SUFFIX " at this moment");
        assert_string_equal(t.out, "");
        tool_free(&t);
        free(words);
    }
    free(who);
}

/* A dry run writes nothing: it is told, and goes on. */
static void
be_second_and_look(world *w, pid_t pid)
{
    char *who = text_of("process %ld of ", (long)pid);
    tool t = tool_run(w, PROVISIONER, NULL, "import", "--dry-run %s", files);

    expect_status(&t, 1);
    expect_text(t.err, who);
    expect_text(t.err, "nothing was written: this is what a run would do");
    REQUIRE(strstr(t.out, "changetype: add") != NULL);
    tool_free(&t);
    free(who);
}

/* Who only looks keeps nobody waiting. */
static void
be_second_to_who_looks(world *w, pid_t pid)
{
    tool t = tool_run(w, PROVISIONER, NULL, "import", "%s", files);

    (void)pid;
    expect_status(&t, 1);
    REQUIRE(strstr(t.err, "at this moment") == NULL);
    tool_free(&t);
}

static void
the_second_of_two_is_told_and_nothing_stays_behind(void **state)
{
    world w;
    tool t;
    char *path, *looks;

    (void)state;
    world_begin(&w, NULL);
    files = path = import_files(&w, OPTIONS);
    t = import_broken(&w, whole_bytes / 2, IMPORT_HOLD, be_second, files);
    expect_status(&t, 128 + SIGKILL);
    tool_free(&t);
    t = import_broken(
        &w, whole_bytes / 10, IMPORT_HOLD, be_second_and_look, files);
    expect_status(&t, 128 + SIGKILL);
    tool_free(&t);
    looks = text_of("--dry-run %s", files);
    t = import_broken(&w, 400, IMPORT_HOLD, be_second_to_who_looks, looks);
    expect_status(&t, 128 + SIGKILL);
    tool_free(&t);
    free(looks);
    /* The killed ones left nothing that would be in the way. */
    t = import_relayed(&w, 0, NULL, files);
    expect_status(&t, 1);
    REQUIRE(count_stored(&w, "educonnectStudent") ==
            import_figure(files, "pupils"));
    tool_free(&t);
    free(path);
    world_end(&w);
}

/* ---- counting, the brake, how far it is ---- */

static void
people_are_counted_once(void **state)
{
    world w;
    tool t;

    (void)state;
    world_begin(&w, NULL);
    write_all(&w);
    /* Zoé stands in two files; Léna is pupil and guardian. */
    aaf_write(&w, "Delta", "Eleve", ZOE);
    t = aaf_import(&w, "%s", "");
    expect_status(&t, 0);
    expect_text(t.out, "school             2         0");
    expect_text(t.out, "student            3         0");
    expect_text(t.out, "guardian           1         0");
    expect_text(t.out, "\n8 records of 6 schools and people\n");
    expect_text(t.out, "\n6 changes\n");
    tool_free(&t);
    world_end(&w);
}

static void
a_dry_run_past_the_brake_ends_as_the_run_would(void **state)
{
    world w;
    tool t;

    (void)state;
    world_begin(&w, NULL);
    write_all(&w);
    t = aaf_import(&w, "%s", "");
    expect_status(&t, 0);
    tool_free(&t);
    aaf_write(&w, "Complet", "Eleve", ZOE);
    t = aaf_import(&w, "--dry-run");
    expect_status(&t, 4);
    REQUIRE(strstr(t.out, "\neduconnectState: closed\n") != NULL);
    expect_text(t.err, "this would close 2 of 4 accounts");
    expect_text(t.err, "nothing was written");
    tool_free(&t);
    t = aaf_import(&w, "%s", "");
    expect_status(&t, 4);
    expect_text(
        t.out, "\n0 of 1 accounts are no longer in the source: 1 not done\n");
    expect_text(t.out, "\n0 of 2 changes: 2 not done\n");
    tool_free(&t);
    t = aaf_import(&w, "--dry-run --max-removals 100%%");
    expect_status(&t, 0);
    tool_free(&t);
    world_end(&w);
}

/* Every subcommand that may take long says in a log how far it is. */
static void
a_log_is_told_how_far_it_is(void **state)
{
    static const struct {
        const char *subcommand, *words, *line;
    } runs[] = {
        {"import", "", "\nwriting: "},
        {"import", "--dry-run", "\nplanning: "},
        {"doctor", "--data-only", "reading entries: "},
        {"report", "", "accounts read: "},
        {"purge", "", "accounts read: "},
    };
    world w;
    char *path;

    (void)state;
    world_begin(&w, NULL);
    path = import_files(&w, OPTIONS);
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        const char *read = i < 2 ? path : "";
        tool t = tool_run(&w, PROVISIONER, NULL, runs[i].subcommand,
            "--progress 1e-9 %s %s", runs[i].words, read);

        expect_text(t.err, runs[i].line);
        REQUIRE(strpbrk(t.err, "\r\033") == NULL);
        tool_free(&t);
        t = tool_run(&w, PROVISIONER, NULL, runs[i].subcommand,
            "--progress 0 %s %s", runs[i].words, read);
        REQUIRE(strstr(t.err, runs[i].line) == NULL);
        tool_free(&t);
    }
    free(path);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_in_each_phase_is_told),
        cmocka_unit_test(a_container_that_is_refused_is_told),
        cmocka_unit_test(a_closing_that_is_refused_is_told),
        cmocka_unit_test(an_import_that_is_cut_off_tells_what_was_done),
        cmocka_unit_test(an_import_that_a_signal_ends_tells_what_was_done),
        cmocka_unit_test(a_purge_that_is_cut_off_tells_the_rest),
        cmocka_unit_test(a_migration_that_is_cut_off_tells_the_rest),
        cmocka_unit_test(the_second_of_two_is_told_and_nothing_stays_behind),
        cmocka_unit_test(people_are_counted_once),
        cmocka_unit_test(a_dry_run_past_the_brake_ends_as_the_run_would),
        cmocka_unit_test(a_log_is_told_how_far_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
