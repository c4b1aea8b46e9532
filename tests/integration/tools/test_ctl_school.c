/* test_ctl_school.c - schools and who acts for them: made and changed only
 * where they differ, by options or by a small file.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tool.h"

#define UAI "9990003Z"
#define SCHOOL_DN "ou=" UAI "," SCHOOLS
#define STAFF(name) "uid=" name "," STAFF_DN

static void
expect_says_at(int line, const tool *t, const char *text)
{
    if (strstr(t->out, text) == NULL && strstr(t->err, text) == NULL)
        FAIL("line %d: \"%s\" is not said:\n%s%s", line, text, t->out, t->err);
}
#define expect_says(t, text) expect_says_at(__LINE__, t, text)

static void
runs_at(int line, world *w, actor who, const char *words, int status,
    const char *says)
{
    tool t = tool_run(w, who, NULL, "school", "%s", words);

    if (t.status != status)
        FAIL("line %d: exit status %d, not %d\n%s%s", line, t.status, status,
            t.out, t.err);
    expect_says_at(line, &t, says);
    tool_free(&t);
}
#define runs(w, who, words, status, says)                                      \
    runs_at(__LINE__, w, who, words, status, says)

static void
a_school_is_made_changed_and_left_alone(void **state)
{
    world *w = *state;
    LDAP *root = w->as[ROOT];
    char *before, *after;

    runs(w, PROVISIONER,
        UAI " --name 'Collège des Genêts' --level college --head head1"
            " --student-delegate 'UID=sdel1, " STAFF_DN "'",
        0, UAI ": created: " SCHOOL_DN "\n");
    expect_stored(root, SCHOOL_DN, "educonnectUai", UAI);
    expect_stored(root, SCHOOL_DN, "description", "Collège des Genêts");
    expect_values(root, SCHOOL_DN, "educonnectHead", STAFF("head1"));
    expect_values(root, SCHOOL_DN, "educonnectStudentDelegate", STAFF("sdel1"));
    before = client_read_all(root, SCHOOL_DN, "entryCSN");
    runs(w, PROVISIONER,
        "9990003z --name 'Collège des Genêts' --level COLLEGE"
        " --head 'uid=HEAD1," STAFF_DN "' --remove-head head2",
        0, UAI ": as it should be\n");
    after = client_read_all(root, SCHOOL_DN, "entryCSN");
    assert_string_equal(before, after);
    runs(w, PROVISIONER,
        UAI " --head head2 --head gdel1 --remove-head head1 --level lycee", 0,
        UAI ": changed: level, head\n");
    expect_values(
        root, SCHOOL_DN, "educonnectHead", STAFF("gdel1") "|" STAFF("head2"));
    expect_values(root, SCHOOL_DN, "educonnectSchoolLevel", "lycee");
    expect_values(root, SCHOOL_DN, "educonnectStudentDelegate", STAFF("sdel1"));
    free(before);
    free(after);
}

/* The delegate acts for the school as soon as it says so, no longer after. */
static void
who_is_named_may_act(void **state)
{
    world *w = *state;
    account a;

    runs(w, PROVISIONER, UAI " --level college", 0, UAI);
    a = new_student(w, SCHOOL_DN);
    expect(client_password(w->as[STRANGER], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    runs(w, PROVISIONER, UAI " --student-delegate stranger", 0, "changed");
    expect_ok(client_password(w->as[STRANGER], a.dn, NULL, NULL));
    runs(w, PROVISIONER, UAI " --remove-student-delegate stranger", 0,
        "changed: student delegate");
    expect(client_password(w->as[STRANGER], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A02");
}

static void
a_dry_run_prints_what_a_run_would_send(void **state)
{
    world *w = *state;
    int before = client_count(w->as[ROOT], SCHOOLS, "(objectClass=*)");
    tool t = tool_run(w, PROVISIONER, NULL, "school",
        "9990009F --name 'Collège' --head head1 --dry-run");

    expect_status(&t, 0);
    assert_string_equal(t.out,
        "dn: ou=9990009F," SCHOOLS "\nchangetype: add\n"
        "objectClass: organizationalUnit\nobjectClass: educonnectSchool\n"
        "ou: 9990009F\neduconnectUai: 9990009F\n"
        "description:: Q29sbMOoZ2U=\neduconnectHead: " STAFF("head1") "\n\n");
    expect_says(&t, "9990009F: would be created");
    assert_int_equal(
        client_count(w->as[ROOT], SCHOOLS, "(objectClass=*)"), before);
    expect_ok(client_ldif(w->as[PROVISIONER], "%s", t.out));
    tool_free(&t);
    runs(w, PROVISIONER, "9990009F --name 'Collège' --head head1 --dry-run", 0,
        "as it should be");
}

static void
without_a_wish_it_is_shown(void **state)
{
    world *w = *state;
    tool t = tool_run(w, PROVISIONER, NULL, "school", COLLEGE_UAI);

    expect_status(&t, 0);
    expect_says(&t, COLLEGE_UAI "  " COLLEGE "\n");
    expect_says(&t, "head               " STAFF("head1") "\n");
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "school", "--json " COLLEGE_UAI);
    expect_status(&t, 0);
    expect_says(&t, "\"dn\": \"" COLLEGE "\"");
    expect_says(&t, "\"head\": [\n    \"" STAFF("head1") "\"\n  ]");
    tool_free(&t);
    runs(w, PROVISIONER, "9990010G", 1, "no such school");
}

static void
refusals_say_why(void **state)
{
    world *w = *state;

    runs(w, PROVISIONER, "9990003A --level college", 1,
        "9990003A: refused: no UAI, or its check letter is wrong");
    runs(w, PROVISIONER, UAI " --head nobody.at.all", 1,
        UAI ": refused: nobody.at.all: names nobody");
    runs(w, PROVISIONER, UAI " --head uid=none," STAFF_DN, 1, "names nobody");
    runs(w, PROVISIONER, COLLEGE_UAI " --level fac", 1, "refused: EDC-D01 ");
    runs(w, N_ACTORS, COLLEGE_UAI " --name Autre", 1, COLLEGE_UAI ": refused");
    runs(w, PROVISIONER, "", 2, "name one school");
    runs(w, PROVISIONER, UAI " --csv x", 2, "--csv stands alone");
    runs(w, PROVISIONER, UAI " --head ''", 2, "empty");
    expect_values(w->as[ROOT], COLLEGE, "educonnectSchoolLevel", "college");
}

/* ---- a file ---- */

static tool
run_file(world *w, const char *content, const char *more)
{
    char *path = server_path(&w->server, "schools.csv");
    tool t;

    write_file(path, content);
    t = tool_run(w, PROVISIONER, NULL, "school", "%s --csv %s", more, path);
    free(path);
    return t;
}

static void
a_file_makes_many_and_names_each(void **state)
{
    static const char content[] =
        "uai;name;level;head;studentDelegate\n"
        "9990004A;École des Lilas;ecole;head1|uid=head2," STAFF_DN ";\n"
        "9990005Z;Mauvaise lettre;ecole;head1;\n"
        "9990006C;Lycée;lycee;personne;\n"
        "9990007D;\"Lycée; professionnel\";lycee|college;;sdel1\n";
    world *w = *state;
    tool t = run_file(w, content, "");

    expect_status(&t, 1);
    expect_says(&t, "9990004A: created");
    expect_says(&t, "9990005Z: refused: no UAI");
    expect_says(&t, "9990006C: refused: personne: names nobody");
    expect_says(&t, "9990007D: created");
    tool_free(&t);
    expect_values(w->as[ROOT], "ou=9990004A," SCHOOLS, "educonnectHead",
        STAFF("head1") "|" STAFF("head2"));
    expect_values(w->as[ROOT], "ou=9990007D," SCHOOLS, "educonnectSchoolLevel",
        "college|lycee");
    expect_stored(w->as[ROOT], "ou=9990007D," SCHOOLS, "description",
        "Lycée; professionnel");
    t = run_file(w,
        "uai;name;level;head\n9990004A;;;\n9990007D;Lycée B;;head2\n",
        "--json");
    expect_status(&t, 0);
    assert_string_equal(t.out,
        "{\"school\":\"9990004A\",\"outcome\":\"as it should be\",\"text\":"
        "\"\"}\n"
        "{\"school\":\"9990007D\",\"outcome\":\"changed\",\"text\":\"name, "
        "head\"}\n");
    tool_free(&t);
}

static void
a_file_that_is_broken_changes_nothing(void **state)
{
    world *w = *state;
    tool t = run_file(w, "uai;name\n9990008E;Une\n9990009F;\"Autre\n", "");

    expect_status(&t, 5);
    expect_says(&t, "schools.csv:3: record 9990008E: a quote is not closed");
    tool_free(&t);
    assert_int_equal(client_count(w->as[ROOT], SCHOOLS, "(ou=9990008E)"), 0);
    t = run_file(w, "id;sn;givenName;mobile\n1;Un;Une;\n", "");
    expect_status(&t, 5);
    expect_says(&t, "are not those of schools");
    tool_free(&t);
    t = run_file(w, "id;nom;prenom\n1;Une;Une\n", "");
    expect_status(&t, 5);
    tool_free(&t);
    /* What it does not know it says. */
    t = run_file(w, "uai;Nom;Adresse\n9990008E;Une;x\n", "--dry-run");
    expect_status(&t, 0);
    expect_says(&t, "schools.csv:1: columns that are not read: Adresse");
    REQUIRE(strstr(t.out, "description: Une\n") != NULL);
    tool_free(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_school_is_made_changed_and_left_alone),
        cmocka_unit_test(who_is_named_may_act),
        cmocka_unit_test(a_dry_run_prints_what_a_run_would_send),
        cmocka_unit_test(without_a_wish_it_is_shown),
        cmocka_unit_test(refusals_say_why),
        cmocka_unit_test(a_file_makes_many_and_names_each),
        cmocka_unit_test(a_file_that_is_broken_changes_nothing),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
