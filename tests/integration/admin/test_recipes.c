/* test_recipes.c - scripts/recipes: a school, who acts for it, a class, a
 * letter run and a closing by stock clients; arguments are checked, values are
 * safe in LDIF.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define UAI "9990003Z"
#define SCHOOL_DN "ou=" UAI "," SCHOOLS
#define HEAD1_DN "uid=head1," STAFF_DN

/* Runs a recipe as this actor, with input on its stdin. Returns the exit
 * status; output and errors together go to *output, allocated. */
static int
recipe(world *w, actor who, const char *words, const char *input, char **output)
{
    char *dn = actor_dn(who), *password = actor_password(who);
    char *in = server_path(&w->server, "recipe.in");
    char *out = server_path(&w->server, "recipe.out");
    char *secret = server_path(&w->server, "recipe.secret");
    char *command = text_of("cd %s && \"$OLDPWD\"/scripts/recipes/%s "
                            "-- -H %s -x -D %s -y %s <%s >%s 2>&1",
        w->server.directory, words, w->server.url, dn, secret, in, out);
    int status;

    write_file(secret, password);
    write_file(in, input);
    status = system(command);
    *output = read_file(out, NULL);
    free(command);
    free(secret);
    free(out);
    free(in);
    free(password);
    free(dn);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
runs_at(int line, world *w, actor who, const char *words, const char *input,
    int status, const char *says)
{
    char *output = NULL;
    int ended = recipe(w, who, words, input, &output);

    if (ended != status || strstr(output, says) == NULL)
        FAIL("line %d: status %d, not %d, or no \"%s\" in:\n%s", line, ended,
            status, says, output);
    free(output);
}
#define runs(w, who, words, input, status, says)                               \
    runs_at(__LINE__, w, who, words, input, status, says)

#define SCHOOL_WORDS                                                           \
    "school " SCHOOLS " " UAI " ' Collège: «les Genêts»' college " HEAD1_DN

static void
a_school_is_made(void **state)
{
    world *w = *state;

    runs(w, PROVISIONER,
        "school -n"
        " " SCHOOLS " " UAI " Nom lycee " HEAD1_DN,
        "", 0,
        "dn: " SCHOOL_DN "\nchangetype: add\n"
        "objectClass: organizationalUnit\nobjectClass: educonnectSchool\n"
        "ou: " UAI "\neduconnectUai: " UAI "\ndescription: Nom\n"
        "educonnectSchoolLevel: lycee\neduconnectHead: " HEAD1_DN "\n");
    assert_int_equal(
        client_count(w->as[ROOT], SCHOOLS, "(educonnectUai=" UAI ")"), 0);
    runs(w, PROVISIONER, SCHOOL_WORDS, "", 0, "adding new entry");
    expect_stored(
        w->as[ROOT], SCHOOL_DN, "description", " Collège: «les Genêts»");
    expect_stored(w->as[ROOT], SCHOOL_DN, "educonnectHead", HEAD1_DN);
    runs(w, PROVISIONER, SCHOOL_WORDS, "", 68, "Already exists");
}

static void
who_acts_for_it_is_named(void **state)
{
    world *w = *state;

    runs(w, PROVISIONER, "head " SUFFIX " " COLLEGE_UAI " add student stranger",
        "", 0, "modifying entry");
    expect_values(w->as[ROOT], COLLEGE, "educonnectStudentDelegate",
        "uid=sdel1," STAFF_DN "|uid=stranger," STAFF_DN);
    runs(w, PROVISIONER,
        "head " SUFFIX " " COLLEGE_UAI " delete student uid=stranger," STAFF_DN,
        "", 0, "modifying entry");
    expect_values(w->as[ROOT], COLLEGE, "educonnectStudentDelegate",
        "uid=sdel1," STAFF_DN);
}

static void
a_class_is_written(void **state)
{
    static const char csv[] = "uid,sn,givenName,ine,birthDate\n"
                              "r.un,Un,Zoé,000000009AA,2014-02-28\n";
    world *w = *state;
    char *path = server_path(&w->server, "6a.csv");

    write_file(path, csv);
    runs(w, PROVISIONER, "class " SUFFIX " " COLLEGE_UAI " '6EME A' 6a.csv", "",
        0, "1 entries added");
    expect_stored(w->as[ROOT], "uid=r.un," PEOPLE, "educonnectClass", "6EME A");
    runs(w, PROVISIONER, "class -n " SUFFIX " " COLLEGE_UAI " '6EME A' 6a.csv",
        "", 0, "would add 0 entries, change 0");
    free(path);
}

/* The password of an account in the file of a letter run, allocated. */
static char *
password_of(const char *content, const char *dn)
{
    char *begin = text_of("%s\t", dn);
    const char *row = strstr(content, begin);

    if (row == NULL)
        FAIL("%s is not in:\n%s", dn, content);
    row += strlen(begin);
    free(begin);
    return strndup(row, strcspn(row, "\n"));
}

static void
letters_are_made_and_refusals_named(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE), b = new_student(w, COLLEGE);
    account other = new_student(w, LYCEE);
    char *input =
        text_of("%s\n%s\nnobody.at.all\n\n%s", a.uid, other.uid, b.dn);
    char *path = server_path(&w->server, "made");
    char *content, *password;
    struct stat st;

    runs(w, HEAD1, "letters " SUFFIX " made", input, 1,
        "2 refused; the others are in made");
    REQUIRE(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    content = read_file(path, NULL);
    REQUIRE(strstr(content, other.uid) == NULL);
    password = password_of(content, a.dn);
    expect_ok(bind_once(&w->server, a.dn, password));
    free(password);
    password = password_of(content, b.dn);
    expect_ok(bind_once(&w->server, b.dn, password));
    runs(w, HEAD1, "letters " SUFFIX " made", input, 2, "exists already");
    expect_ok(bind_once(&w->server, b.dn, password));
    free(password);
    free(content);
    free(path);
    free(input);
}

static void
accounts_are_closed(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), b = student_in(w, "uninformed");
    account done = student_in(w, "closed");
    char *wrong = text_of("%s\nnobody.at.all\n%s\n", a.uid, b.uid);
    char *list = text_of("%s\n%s\n%s\n", a.dn, done.uid, b.uid);

    runs(w, PROVISIONER, "close " SUFFIX, wrong, 1, "nobody.at.all: no such");
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    runs(w, PROVISIONER, "close -n " SUFFIX, list, 0,
        "changetype: modify\nreplace: educonnectState\n"
        "educonnectState: closed\n-\n");
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    runs(w, PROVISIONER, "close " SUFFIX, list, 53, "EDC-S");
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "closed");
    expect_stored(w->as[ROOT], b.dn, "educonnectState", "closed");
    free(list);
    free(wrong);
}

static void
arguments_are_checked(void **state)
{
    static const struct {
        const char *words, *says;
    } bad[] = {
        {"school", "Example:"},
        {"school " SCHOOLS " 9990003A Nom college " HEAD1_DN, "is no UAI"},
        {"school " SCHOOLS " " UAI " '' college " HEAD1_DN, "name is empty"},
        {"school " SCHOOLS " " UAI " Nom fac " HEAD1_DN, "not fac"},
        {"head " SUFFIX " 9990001X set head head1", "not set"},
        {"head " SUFFIX " 9990001X add boss head1", "not boss"},
        {"head " SUFFIX " 9990001 add head head1", "is no UAI"},
        {"class " SUFFIX " 9990001X 6A nowhere.csv", "cannot be read"},
        {"class " SUFFIX " 9990001X", "Example"},
        {"letters " SUFFIX, "Example:"},
        {"close", "Example:"},
        {"close " SUFFIX " more", "Example:"},
    };
    static const struct {
        const char *words, *says;
    } refused[] = {
        {"school " SCHOOLS " " UAI " Nom college uid=none," STAFF_DN,
            "no such entry"},
        {"head " SUFFIX " 9990001X add head nobody", "no such entry"},
        {"head " SUFFIX " 9990001X add head '*'", "no such entry"},
        {"head " SUFFIX " 9990010G add head head1", "no such school"},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        runs(w, PROVISIONER, bad[i].words, "", 2, bad[i].says);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        runs(w, PROVISIONER, refused[i].words, "", 1, refused[i].says);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_school_is_made),
        cmocka_unit_test(who_acts_for_it_is_named),
        cmocka_unit_test(a_class_is_written),
        cmocka_unit_test(letters_are_made_and_refusals_named),
        cmocka_unit_test(accounts_are_closed),
        cmocka_unit_test(arguments_are_checked),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
