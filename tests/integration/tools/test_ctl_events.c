/* test_ctl_events.c - the events as subcommands: for one account, for a list,
 * refused ones named with the server's own words.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/exop.h"
#include "harness/tool.h"

static void
expect_says(const tool *t, const char *text)
{
    if (strstr(t->out, text) == NULL)
        FAIL("\"%s\" is not said:\n%s%s", text, t->out, t->err);
}

static void
run(world *w, actor who, int status, const char *says, const char *subcommand,
    const char *words)
{
    tool t = tool_run(w, who, NULL, subcommand, "%s", words);

    expect_status(&t, status);
    expect_says(&t, says);
    tool_free(&t);
}

static void
accounts_are_suspended_resumed_closed_and_reopened(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *done = text_of("%s: done\n", a.dn);

    run(w, ACADEMY, 0, done, "suspend", a.uid);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "suspended");
    run(w, ACADEMY, 0, done, "close", a.dn);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "closed");
    run(w, ACADEMY, 0, done, "reopen", a.uid);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "suspended");
    run(w, ASSISTANCE, 0, done, "resume", a.uid);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    free(done);
}

static void
a_refusal_has_the_servers_words_and_the_list_goes_on(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    account b = student_in(w, "uninformed");
    char *list = text_of("# both\n%s\n\n  %s # the second\nnobody.at.all\n%s\n",
        b.uid, a.uid, b.dn);
    tool t = tool_run(w, SDEL1, list, "suspend", "-");

    expect_status(&t, 1);
    expect_says(&t, "refused: EDC-S01 ");
    expect_says(&t, "line 5: refused: names no account");
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "suspended");
    expect_stored(w->as[ROOT], b.dn, "educonnectState", "uninformed");
    tool_free(&t);
    t = tool_run(w, STRANGER, NULL, "resume", "%s", a.uid);
    expect_status(&t, 1);
    expect_says(&t, "refused: EDC-A02 ");
    tool_free(&t);
    free(list);
}

static void
a_dry_run_prints_ldif_and_changes_nothing(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *ldif = text_of("dn: %s\nchangetype: modify\nreplace: "
                         "educonnectState\neduconnectState: closed\n-\n\n",
        a.dn);

    run(w, ACADEMY, 0, ldif, "close", text_of("--dry-run %s", a.uid));
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    free(ldif);
}

static void
json_is_an_object_a_line(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *line = text_of("{\"account\":\"%s\",\"outcome\":\"done\"}\n", a.dn);

    run(w, ACADEMY, 0, line, "suspend", text_of("--json %s", a.uid));
    free(line);
}

static void
a_lock_is_taken_away(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    for (int i = 0; i < 10; i++) {
        char wrong[32];

        snprintf(wrong, sizeof(wrong), "Wrong-number-%d!", i);
        expect(bind_once(&w->server, a.dn, wrong), 49, "");
    }
    expect(bind_once(&w->server, a.dn, a.password), 49, "");
    run(w, SDEL1, 0, ": done\n", "unlock", a.uid);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    run(w, SDEL1, 0, ": done\n", "lock", a.uid);
    expect(bind_once(&w->server, a.dn, a.password), 49, "");
    run(w, GDEL1, 1, "refused: EDC-A0", "unlock", a.uid);
    run(w, ASSISTANCE, 0, ": done\n", "unlock", a.uid);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    run(w, ASSISTANCE, 0, "pwdAccountLockedTime: 000001010000Z\n", "lock",
        text_of("--dry-run %s", a.uid));
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

/* ---- reset ---- */

/* slapd's log, which every administrator reads. */
static void
expect_not_logged(world *w, const char *secret)
{
    char *log = server_log(&w->server);

    if (strstr(log, secret) != NULL)
        FAIL("a secret stands in the log");
    free(log);
}

static void
a_reset_password_goes_to_a_private_file_only(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *path = server_path(&w->server, "made");
    char *content, *password;
    struct stat st;
    tool t = tool_run(w, SDEL1, NULL, "reset", "%s", a.uid);

    expect_status(&t, 2);
    tool_free(&t);
    t = tool_run(w, SDEL1, NULL, "reset", "--output %s %s", path, a.uid);
    expect_status(&t, 0);
    REQUIRE(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    content = read_file(path, NULL);
    REQUIRE(content != NULL && strchr(content, '\t') != NULL);
    password = strchr(content, '\t') + 1;
    password[strcspn(password, "\n")] = '\0';
    REQUIRE(strstr(t.out, password) == NULL);
    REQUIRE(strstr(t.err, password) == NULL);
    expect_not_logged(w, password);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "reset");
    expect_ok(bind_once(&w->server, a.dn, password));
    tool_free(&t);
    t = tool_run(w, SDEL1, NULL, "reset", "--output %s %s", path, a.uid);
    expect_status(&t, 6);
    tool_free(&t);
    free(content);
    free(path);
}

static void
the_guard_holds_and_the_academy_goes_past_it(void **state)
{
    world *w = *state;
    account g = new_guardian(w, COLLEGE "|" LYCEE);
    char *one = server_path(&w->server, "one");
    char *two = server_path(&w->server, "two");
    char *three = server_path(&w->server, "three");
    tool t;

    step_inform(w, &g, HEAD1);
    t = tool_run(w, HEAD2, NULL, "reset", "-o %s %s", one, g.uid);
    expect_status(&t, 1);
    expect_says(&t, "refused: EDC-G01 ");
    tool_free(&t);
    t = tool_run(w, ACADEMY, NULL, "reset", "-o %s %s", two, g.uid);
    expect_status(&t, 1);
    tool_free(&t);
    t = tool_run(
        w, ACADEMY, NULL, "reset", "--past-guard -o %s %s", three, g.uid);
    expect_status(&t, 0);
    tool_free(&t);
    free(three);
    free(two);
    free(one);
}

/* ---- the extended operations ---- */

static void
accounts_are_merged_claimed_and_contested(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    account b = new_guardian(w, LYCEE);
    account child = new_student(w, COLLEGE);
    LDAP *root = w->as[ROOT];
    char *words;

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: sn\nsn: Commun\n-\nreplace: givenName\ngivenName: Ève\n"));
    expect_ok(client_modify(w->as[PROVISIONER], b.dn,
        "replace: sn\nsn: COMMUN\n-\nreplace: givenName\ngivenName: eve\n"));
    words = text_of("--into %s %s", a.uid, b.uid);
    run(w, ASSISTANCE, 0, "merged and closed", "merge", words);
    expect_stored(root, b.dn, "educonnectMergedInto", a.dn);
    free(words);
    expect_ok(client_modify(w->as[PROVISIONER], child.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    run(w, STRANGER, 1, "refused: ", "contest", child.uid);
}

static void
a_claim_is_read_from_stdin(void **state)
{
    world *w = *state;
    account g = new_guardian(w, COLLEGE);
    char *path = server_path(&w->server, "claim-password");
    char *sn = client_read(w->as[ROOT], g.dn, "sn");
    char *given = client_read(w->as[ROOT], g.dn, "givenName");
    char *birth = client_read(w->as[ROOT], g.child, "educonnectBirthDate");
    char *said = text_of("mobile: 06 39 98 77 66\nsn: %s\ngivenName: %s\n"
                         "birthDate: %s\n",
        sn, given, birth);
    char password[96];
    tool t;

    expect_ok(client_modify(
        w->as[PROVISIONER], g.dn, "replace: mobile\nmobile: +33639987766\n"));
    fresh_password(w, password);
    tool_secret(password);
    tool_secret(birth);
    write_file(path, password);
    t = tool_run(w, REGISTRAR, said, "claim", "-p %s -", path);
    expect_status(&t, 0);
    expect_says(&t, g.dn);
    expect_ok(bind_once(&w->server, g.dn, password));
    expect_not_logged(w, password);
    expect_not_logged(w, birth);
    tool_free(&t);
    t = tool_run(w, REGISTRAR, "sn: X\nnonsense\n", "claim", "-p %s -", path);
    expect_status(&t, 5);
    tool_free(&t);
    free(said);
    free(birth);
    free(given);
    free(sn);
    free(path);
}

/* ---- options ---- */

static void
options_are_checked_before_anything_is_done(void **state)
{
    world *w = *state;
    tool t = tool_run(w, ACADEMY, NULL, "suspend", "%s", "");

    expect_status(&t, 2);
    tool_free(&t);
    t = tool_run(w, ACADEMY, NULL, "suspend", "--no-such-option x");
    expect_status(&t, 2);
    tool_free(&t);
    t = tool_run_plain(NULL, "suspend", "-w x y");
    expect_status(&t, 2);
    REQUIRE(strstr(t.err, "there is no -w") != NULL);
    tool_free(&t);
    t = tool_run_plain(NULL, "suspend", "-H ldap://127.0.0.1:1 y");
    expect_status(&t, 3);
    tool_free(&t);
    t = tool_run_plain(NULL, "no-such-thing", "%s", "");
    expect_status(&t, 2);
    tool_free(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_are_suspended_resumed_closed_and_reopened),
        cmocka_unit_test(a_refusal_has_the_servers_words_and_the_list_goes_on),
        cmocka_unit_test(a_dry_run_prints_ldif_and_changes_nothing),
        cmocka_unit_test(json_is_an_object_a_line),
        cmocka_unit_test(a_lock_is_taken_away),
        cmocka_unit_test(a_reset_password_goes_to_a_private_file_only),
        cmocka_unit_test(the_guard_holds_and_the_academy_goes_past_it),
        cmocka_unit_test(accounts_are_merged_claimed_and_contested),
        cmocka_unit_test(a_claim_is_read_from_stdin),
        cmocka_unit_test(options_are_checked_before_anything_is_done),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
