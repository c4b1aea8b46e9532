/* test_provision.c - scripts/provision-school: rows are checked before anything
 * is written, only differences are written, and --dry-run prints them.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define SCRIPT "scripts/provision-school"
#define UAI "9990003Z"
#define SCHOOL_DN "ou=" UAI "," SCHOOLS
#define HEADINGS                                                               \
    "uid,sn,givenName,ine,birthDate,guardian1_uid,guardian1_sn,"               \
    "guardian1_givenName,guardian1_mobile,guardian2_uid,guardian2_sn,"         \
    "guardian2_givenName\n"
#define SCHOOL_OPTIONS                                                         \
    "--level college --name 'Collège des Genêts' --head uid=head1," STAFF_DN   \
    " --student-delegate 'uid=sdel1, " STAFF_DN "'"
#define CLASS_OPTIONS SCHOOL_OPTIONS " --class 6A"

static const char class_6a[] = HEADINGS
    "z.un,Un,Zoé-Lou,000000001AA,2014-02-28,a.un,Un,Aurèle,+33 6 00 00 00 11,"
    "i.deux,Deux,Inès\n"
    "\"n.deux\",\"Deux, dit \"\"Le Grand\"\"\",Noé,0000000002A,2014-11-30,"
    "i.deux,Deux,Inès,,,,\n"
    "c.trois,Trois,Camille,,,,,,,,,\n";

/* Runs the script as the provisioner; returns its exit status. Output and
 * errors together go to *output, allocated. */
static int
provision(world *w, const char *options, const char *csv, char **output)
{
    char *dn = actor_dn(PROVISIONER), *password = actor_password(PROVISIONER);
    char *file = server_path(&w->server, "class.csv");
    char *secret = server_path(&w->server, "secret");
    char *out = server_path(&w->server, "provision.out");
    char *command = text_of(SCRIPT " --base " SUFFIX " --school " UAI
                                   " %s %s %s -- -H %s -x -D %s -y %s "
                                   ">%s 2>&1",
        options, csv != NULL ? "--pupils" : "", csv != NULL ? file : "",
        w->server.url, dn, secret, out);
    int status;

    if (csv != NULL)
        write_file(file, csv);
    write_file(secret, password);
    status = system(command);
    *output = read_file(out, NULL);
    free(dn);
    free(password);
    free(file);
    free(secret);
    free(out);
    free(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
runs_at(int line, world *w, const char *options, const char *csv, int status,
    const char *says)
{
    char *output = NULL;
    int ended = provision(w, options, csv, &output);

    if (ended != status || strstr(output, says) == NULL)
        FAIL("line %d: status %d, not %d, or no \"%s\" in:\n%s", line, ended,
            status, says, output);
    free(output);
}
#define runs(w, options, csv, status, says)                                    \
    runs_at(__LINE__, w, options, csv, status, says)

static int
entries(world *w)
{
    return client_count(w->as[ROOT], SUFFIX, "(objectClass=*)");
}

static void
class_is_written_once(void **state)
{
    world *w = *state;
    char *before, *after;

    runs(w, CLASS_OPTIONS, class_6a, 0, "6 entries added, 0 changed, 0 left");
    expect_stored(w->as[ROOT], SCHOOL_DN, "educonnectUai", UAI);
    expect_stored(
        w->as[ROOT], SCHOOL_DN, "educonnectHead", "uid=head1," STAFF_DN);
    expect_stored(w->as[ROOT], "uid=z.un," PEOPLE, "cn", "Zoé-Lou Un");
    expect_stored(
        w->as[ROOT], "uid=z.un," PEOPLE, "educonnectState", "uninformed");
    expect_stored(
        w->as[ROOT], "uid=z.un," PEOPLE, "educonnectEnrolledAt", SCHOOL_DN);
    expect_stored(
        w->as[ROOT], "uid=n.deux," PEOPLE, "sn", "Deux, dit \"Le Grand\"");
    assert_int_equal(client_count(w->as[ROOT], PEOPLE,
                         "(educonnectGuardian=uid=i.deux," PEOPLE ")"),
        2);
    before = client_read_all(w->as[ROOT], "uid=z.un," PEOPLE, "entryCSN");
    runs(w, CLASS_OPTIONS, class_6a, 0, "nothing to change, 6 entries");
    after = client_read_all(w->as[ROOT], "uid=z.un," PEOPLE, "entryCSN");
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void
dry_run_prints_what_would_be_written(void **state)
{
    world *w = *state;
    char *output = NULL, *ldif;
    int before = entries(w);

    assert_int_equal(
        provision(w, CLASS_OPTIONS " --dry-run", class_6a, &output), 0);
    assert_int_equal(entries(w), before);
    ldif = strstr(output, "dn: " SCHOOL_DN "\nchangetype: add\n");
    assert_non_null(ldif);
    assert_non_null(strstr(ldif, "would add 6 entries, change 0, leave 0"));
    *strstr(ldif, "provision-school:") = '\0';
    for (char *next; ldif != NULL && *ldif != '\0'; ldif = next) {
        next = strstr(ldif, "\n\n");
        if (next != NULL) {
            *next = '\0';
            next += 2;
        }
        expect_ok(client_ldif(w->as[PROVISIONER], "%s\n", ldif));
    }
    assert_int_equal(entries(w), before + 6);
    runs(w, CLASS_OPTIONS, class_6a, 0, "nothing to change, 6 entries");
    free(output);
}

static void
only_differences_are_written(void **state)
{
    world *w = *state;

    runs(w, CLASS_OPTIONS, class_6a, 0, "6 entries added");
    expect_ok(client_modify(w->as[PROVISIONER], "uid=a.un," PEOPLE,
        "replace: mobile\nmobile: +33 6 99 99 99 99\n"));
    runs(w, SCHOOL_OPTIONS " --class 5B",
        HEADINGS "z.un,Un,Zoé-Lou,000000001AA,2014-03-01,a.un,Un,Aurèle,"
                 "+33 6 00 00 00 11,,,\n",
        0, "0 entries added, 1 changed, 2 left");
    expect_stored(w->as[ROOT], "uid=z.un," PEOPLE, "educonnectClass", "5B");
    expect_stored(
        w->as[ROOT], "uid=z.un," PEOPLE, "educonnectBirthDate", "2014-03-01");
    expect_stored(w->as[ROOT], "uid=z.un," PEOPLE, "educonnectGuardian",
        "uid=a.un," PEOPLE);
    expect_stored(
        w->as[ROOT], "uid=a.un," PEOPLE, "mobile", "+33 6 99 99 99 99");
    runs(w, "--head uid=head2," STAFF_DN, NULL, 0, "1 changed");
    expect_stored(
        w->as[ROOT], SCHOOL_DN, "educonnectHead", "uid=head2," STAFF_DN);
}

static void
contested_guardian_is_not_linked_again(void **state)
{
    world *w = *state;

    runs(w, CLASS_OPTIONS, class_6a, 0, "6 entries added");
    expect_ok(client_modify(w->as[PROVISIONER], "uid=z.un," PEOPLE,
        "delete: educonnectGuardian\n"
        "educonnectGuardian: uid=i.deux," PEOPLE "\n-\n"
        "add: educonnectContestedGuardian\n"
        "educonnectContestedGuardian: uid=i.deux," PEOPLE "\n"));
    runs(w, CLASS_OPTIONS, class_6a, 0, "nothing to change");
}

static void
bad_rows_are_named_and_nothing_is_written(void **state)
{
    world *w = *state;
    int before = entries(w);
    static const struct {
        const char *row, *says;
    } bad[] = {
        {"z un,Un,Z,,,,,,,,,\n", "class.csv:3: uid: "},
        {"z.un,Un,,,,,,,,,,\n", "class.csv:3: givenName: a value is needed"},
        {"z.un,Un,Z,,2014-02-29,,,,,,,\n", "class.csv:3: birthDate: "},
        {"z.un,Un,Z,,28/02/2014,,,,,,,\n", "class.csv:3: birthDate: "},
        {"z.un,Un,Z,12345678901,,,,,,,,\n", "class.csv:3: ine: "},
        {"z.un,Un,Z\n", "class.csv:3: 3 values, but there are 12 headings"},
        {"z.un,\"Un\nuserPassword: x\",Z,,,,,,,,,\n",
            "class.csv:3: sn: control character"},
        {"z.un,U\"n,Z,,,,,,,,,\n", "class.csv:3: a quote stands"},
        {"z.un,\"Un,Z,,,,,,,,,\n", "class.csv:3: a quote is opened"},
        {"ok,Un,Z,,,,,,,,,\n", "class.csv:3: uid: already on line 2"},
        {"z.un,Un,Z,,,g,,X,,,,\n", "class.csv:3: guardian1_sn: "},
        {"z.un,Un,Z,,,g,G,X,abc,,,\n", "class.csv:3: guardian1_mobile: "},
        {"z.un,Un,Z,,,g,G,X,,g,G,X\n", "class.csv:3: both guardians"},
        {"z.un,Un,Z,,,ok,Other,O,,,,\n", "line 2 has another name"},
        {"\xe9.un,Un,Z,,,,,,,,,\n", "is not UTF-8"},
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        char *csv = text_of(HEADINGS "ok,Bon,O,,,,,,,,,\n%s", bad[i].row);

        runs(w, CLASS_OPTIONS, csv, 1, bad[i].says);
        runs(w, CLASS_OPTIONS, csv, 1, "nothing was written");
        free(csv);
    }
    runs(w, CLASS_OPTIONS, "uid,sn,givenName,hobby\n", 1, "no such column");
    runs(w, CLASS_OPTIONS, "uid,sn\n", 1, "are needed");
    runs(w, CLASS_OPTIONS, HEADINGS, 1, "no pupil follows");
    runs(w, CLASS_OPTIONS, "", 1, "the file is empty");
    assert_int_equal(entries(w), before);
}

static void
somebody_elses_number_is_refused(void **state)
{
    world *w = *state;
    int before;

    runs(w, CLASS_OPTIONS, class_6a, 0, "6 entries added");
    before = entries(w);
    runs(w, CLASS_OPTIONS,
        "uid,sn,givenName,ine\nthief,Un,T,0000000009Z\n"
        "other,Un,T,000000001AA\n",
        1, "class.csv:3: educonnectIne already belongs to uid=z.un");
    runs(w, CLASS_OPTIONS, "uid,sn,givenName,ine\nz.un,Un,Z,0000000009Z\n", 1,
        "has another educonnectIne");
    assert_int_equal(entries(w), before);
}

static void
spreadsheets_of_france_are_read(void **state)
{
    world *w = *state;

    runs(w, CLASS_OPTIONS,
        "\xef\xbb\xbfuid;sn;givenName\r\nq.un;\"Un; deux\";Qim\r\n;;\r\n", 0,
        "2 entries added");
    expect_stored(w->as[ROOT], "uid=q.un," PEOPLE, "sn", "Un; deux");
}

static void
school_is_checked_before_anything_is_written(void **state)
{
    world *w = *state;
    int before = entries(w);

    runs(w, "--level college --school 9990003A", NULL, 1, "check letter");
    runs(w, "", NULL, 1, "--level is needed");
    runs(w, "--level university", NULL, 2, "--level is");
    runs(w, "--level college --head uid=none," STAFF_DN, NULL, 1, "no entry");
    runs(w, "--level college", class_6a, 2, "--pupils needs --class");
    assert_int_equal(entries(w), before);
}

#define one_test(f) cmocka_unit_test_setup_teardown(f, usual_world, end_world)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        one_test(class_is_written_once),
        one_test(dry_run_prints_what_would_be_written),
        one_test(only_differences_are_written),
        one_test(contested_guardian_is_not_linked_again),
        one_test(bad_rows_are_named_and_nothing_is_written),
        one_test(somebody_elses_number_is_refused),
        one_test(spreadsheets_of_france_are_read),
        one_test(school_is_checked_before_anything_is_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
