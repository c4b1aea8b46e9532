/* test_ctl_letters_breaks.c - educonnectctl letters broken off, run twice at
 * once, and encrypted.
 */
#define _GNU_SOURCE
#include "harness/harness.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/letters.h"

#define CLASS_SIZE 6

/* How many names in a directory begin with this. */
static int
names_with(const char *directory, const char *start)
{
    DIR *dir = opendir(directory);
    struct dirent *one;
    int n = 0;

    REQUIRE(dir != NULL);
    while ((one = readdir(dir)) != NULL)
        n += strncmp(one->d_name, start, strlen(start)) == 0;
    closedir(dir);
    return n;
}

static int
informed(world *w, const char *class)
{
    char *filter =
        text_of("(&(educonnectClass=%s)(educonnectState=informed))", class);
    int n = client_count(w->as[ACADEMY], PEOPLE, filter);

    free(filter);
    return n;
}

static void
kill_tool(tool_process *p)
{
    tool t;

    REQUIRE(kill(p->pid, SIGKILL) == 0);
    t = tool_wait(p);
    tool_free(&t);
}

/* ---- broken off ---- */

static void
letters_that_were_lost_are_made_anew_and_no_others(void **state)
{
    world *w = *state;
    account guardian = letters_guardian(w, "Kervella");
    account a = letters_pupil(w, COLLEGE, "6EME A", guardian.dn);
    account b = letters_pupil(w, COLLEGE, "6EME A", NULL);
    account elsewhere = letters_pupil(w, COLLEGE, "6EME A", NULL);
    account *all[] = {&guardian, &a, &b};
    char *output = letters_output(w, "lost");
    char *directory = text_of("%s/9990001X-6EME-A", output);
    hold h = hold_begin(w);
    tool_process p;
    tool t;

    step_inform(w, &elsewhere, HEAD1);
    p = tool_start(w, HEAD1, NULL, "letters", "-s %s -c '6EME A' -o %s",
        COLLEGE_UAI, output);
    hold_reached(&h);
    kill_tool(&p);
    hold_release(&h);
    hold_end(&h);
    for (size_t i = 0; i < 3; i++)
        expect_stored(
            w->as[ACADEMY], all[i]->dn, "educonnectState", "informed");
    REQUIRE(access(directory, F_OK) != 0);

    t = letters_run(w, "6EME A", output, "");
    expect_status(&t, 0);
    expect_text(t.out, "letters written: 3");
    expect_text(t.out, "informed otherwise, letter still valid: 1");
    tool_free(&t);
    REQUIRE(names_with(output, ".") == 2); /* . and .. */
    expect_ok(bind_once(&w->server, elsewhere.dn, elsewhere.password));
    for (size_t i = 0; i < 3; i++) {
        letters_read(all[i], directory);
        step_activate(w, all[i]);
    }
    free(directory);
    free(output);
}

/* The account's password, from whichever of the directories has a letter whose
 * end is the one that counts; fails the test unless exactly one has. */
static void
read_only_letter(world *w, account *a, const char *output, const char *class)
{
    char *start = text_of("9990001X-%s", class);
    DIR *dir = opendir(output);
    struct dirent *one;
    int opening = 0;

    REQUIRE(dir != NULL);
    while ((one = readdir(dir)) != NULL) {
        char *path = text_of("%s/%s/letters.csv", output, one->d_name);
        char *csv = read_file(path, NULL);
        char *password =
            csv == NULL ? NULL : letters_field(csv, a->uid, "password");

        if (strncmp(one->d_name, start, strlen(start)) == 0 &&
            password != NULL) {
            expect_ok(bind_once(&w->server, a->dn, password));
            opening++;
        }
        free(password);
        free(csv);
        free(path);
    }
    closedir(dir);
    if (opening != 1)
        FAIL("%d letters for %s", opening, a->uid);
    free(start);
}

static void
killed_anywhere_every_account_gets_one_letter(void **state)
{
    world *w = *state;
    char *output = letters_output(w, "anywhere");

    for (int k = 1; k < CLASS_SIZE; k++) {
        char *class = text_of("5EME%d", k);
        account all[CLASS_SIZE];
        deadline d = deadline_in(60);
        tool_process p;
        tool t;

        for (int i = 0; i < CLASS_SIZE; i++)
            all[i] = letters_pupil(w, COLLEGE, class, NULL);
        p = tool_start(w, HEAD1, NULL, "letters", "-s %s -c %s -o %s -f csv",
            COLLEGE_UAI, class, output);
        while (informed(w, class) < k)
            deadline_wait(&d, "accounts to be informed");
        kill_tool(&p);
        t = letters_run(w, class, output, "");
        expect_status(&t, 0);
        tool_free(&t);
        for (int i = 0; i < CLASS_SIZE; i++)
            read_only_letter(w, all + i, output, class);
        REQUIRE(names_with(output, ".") == 2);
        free(class);
    }
    free(output);
}

static void
a_signal_lets_the_letters_at_hand_be_written(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "4EME A", NULL);
    account b = letters_pupil(w, COLLEGE, "4EME B", NULL);
    char *output = letters_output(w, "signal");
    char *directory = text_of("%s/9990001X-4EME-A", output);
    hold h = hold_begin(w);
    tool_process p;
    tool t;

    p = tool_start(w, HEAD1, NULL, "letters",
        "-s %s -c '4EME A' -c '4EME B' -o %s", COLLEGE_UAI, output);
    hold_reached(&h);
    REQUIRE(kill(p.pid, SIGTERM) == 0);
    hold_release(&h);
    t = tool_wait(&p);
    hold_end(&h);
    expect_status(&t, 128 + SIGTERM);
    expect_text(t.out, "letters written: 1");
    letters_read(&a, directory);
    step_activate(w, &a);
    expect_stored(w->as[ACADEMY], b.dn, "educonnectState", "uninformed");
    tool_free(&t);
    free(directory);
    free(output);
}

static void
a_second_run_at_once_is_refused_and_no_password_is_seen(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "4EME C", NULL);
    char *output = letters_output(w, "twice");
    char *directory = text_of("%s/9990001X-4EME-C", output);
    hold h = hold_begin(w);
    tool_process p;
    char *seen;
    tool t;

    p = tool_start(w, HEAD1, NULL, "letters", "-s %s -c '4EME C' -o %s",
        COLLEGE_UAI, output);
    hold_reached(&h);
    seen = letters_seen(p.pid);
    expect_text(seen, "4EME C");
    expect_text(seen, "/weasyprint ");
    t = letters_run(w, "4EME C", output, "--again");
    expect_status(&t, 6);
    expect_text(t.err, "another run is writing letters there");
    tool_free(&t);
    hold_release(&h);
    t = tool_wait(&p);
    hold_end(&h);
    expect_status(&t, 0);
    letters_read(&a, directory);
    REQUIRE(strstr(seen, a.password) == NULL);
    step_activate(w, &a);
    tool_free(&t);
    free(seen);
    free(directory);
    free(output);
}

static void
a_server_that_goes_away_loses_no_letter(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "2NDE A", NULL);
    account b = letters_pupil(w, COLLEGE, "2NDE B", NULL);
    char *output = letters_output(w, "away");
    char *first = text_of("%s/9990001X-2NDE-A", output);
    char *second = text_of("%s/9990001X-2NDE-B", output);
    hold h = hold_begin(w);
    tool_process p;
    tool t;

    p = tool_start(w, HEAD1, NULL, "letters",
        "-s %s -c '2NDE A' -c '2NDE B' -o %s", COLLEGE_UAI, output);
    hold_reached(&h);
    server_stop(&w->server);
    hold_release(&h);
    t = tool_wait(&p);
    hold_end(&h);
    expect_status(&t, 3);
    expect_text(t.out, "letters written: 1");
    tool_free(&t);
    server_start(&w->server);
    world_login(w);
    t = tool_run(w, HEAD1, NULL, "letters",
        "-s %s -c '2NDE A' -c '2NDE B' -o %s -f csv", COLLEGE_UAI, output);
    expect_status(&t, 0);
    expect_text(t.out, "letters written: 1");
    expect_text(t.out, "already written, still valid: 1");
    tool_free(&t);
    letters_read(&a, first);
    step_activate(w, &a);
    letters_read(&b, second);
    step_activate(w, &b);
    free(second);
    free(first);
    free(output);
}

static void
without_a_pdf_letters_are_there_as_html(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "2NDE C", NULL);
    char *output = letters_output(w, "no-pdf");
    char *page = text_of("%s/9990001X-2NDE-C/letters.html", output);
    hold h = hold_failing(w);
    tool t = tool_run(w, HEAD1, NULL, "letters",
        "-s %s -c '2NDE C' -o %s -f pdf", COLLEGE_UAI, output);

    hold_end(&h);
    expect_status(&t, 6);
    expect_text(t.err, "weasyprint failed: these letters are there as HTML");
    expect_text(t.out, "letters written: 1");
    REQUIRE(letters_contain(page, a.uid));
    tool_free(&t);
    free(page);
    free(output);
}

/* ---- encrypted ---- */

/* What a shell command prints; fails the test when it fails. Allocated. */
static char *
output_of(const char *command)
{
    FILE *out = popen(command, "re");
    char *text = NULL;
    size_t room = 0;

    REQUIRE(out != NULL);
    if (getdelim(&text, &room, '\0', out) < 0 || pclose(out) != 0)
        FAIL("%s failed", command);
    return text;
}

static void
expect_opens(world *w, account *a, const char *csv, const char *output)
{
    char *password = letters_field(csv, a->uid, "password");

    if (password == NULL)
        FAIL("no letter for %s", a->uid);
    snprintf(a->password, sizeof(a->password), "%s", password);
    REQUIRE(!letters_contain(output, password));
    step_activate(w, a);
    free(password);
}

static void
with_an_age_key_nothing_else_opens_the_letters(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "3EME A", NULL);
    char *output = letters_output(w, "age");
    char *key = text_of("%s/age-key", w->server.directory);
    char *make =
        text_of("age-keygen -o %s 2>/dev/null && age-keygen -y %s", key, key);
    char *recipient = output_of(make);
    char *open =
        text_of("age -d -i %s %s/9990001X-3EME-A/letters.csv.age", key, output);
    char *csv;
    tool t;

    recipient[strcspn(recipient, "\n")] = '\0';
    t = tool_run(w, HEAD1, NULL, "letters",
        "-s %s -c '3EME A' -o %s --encrypt-to %s", COLLEGE_UAI, output,
        recipient);
    expect_status(&t, 0);
    letters_are_private(output);
    free(make);
    make = text_of("cd %s/9990001X-3EME-A && echo *", output);
    csv = output_of(make);
    expect_text(csv, "accounts.txt letters.csv.age letters.html.age "
                     "letters.pdf.age\n");
    free(csv);
    csv = output_of(open);
    expect_opens(w, &a, csv, output);
    tool_free(&t);
    free(csv);
    free(open);
    free(recipient);
    free(make);
    free(key);
    free(output);
}

static void
with_an_openpgp_key_as_well(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "3EME B", NULL);
    char *output = letters_output(w, "gpg");
    char *home = letters_output(w, "gnupg");
    char *make = text_of("gpg --batch --quiet --pinentry-mode loopback "
                         "--passphrase '' --quick-gen-key office@example.org "
                         "rsa2048 encr never 2>&1; "
                         "gpg --batch --armor --export office@example.org "
                         ">%s/key.asc; echo done",
        home);
    char *open = text_of("gpg --batch --quiet --decrypt "
                         "%s/9990001X-3EME-B/letters.csv.gpg 2>/dev/null",
        output);
    char *csv;
    tool t;

    REQUIRE(mkdir(home, 0700) == 0 && setenv("GNUPGHOME", home, 1) == 0);
    free(output_of(make));
    t = tool_run(w, HEAD1, NULL, "letters",
        "-s %s -c '3EME B' -o %s -f csv -e %s/key.asc -e office@example.org",
        COLLEGE_UAI, output, home);
    expect_status(&t, 0);
    letters_are_private(output);
    csv = output_of(open);
    expect_opens(w, &a, csv, output);
    free(output_of("gpgconf --kill all; echo done"));
    REQUIRE(unsetenv("GNUPGHOME") == 0);
    tool_free(&t);
    free(csv);
    free(open);
    free(make);
    free(home);
    free(output);
}

static void
a_key_that_does_not_work_is_said_before_anything_is_done(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "3EME C", NULL);
    char *output = letters_output(w, "bad-key");
    char *home = letters_output(w, "no-keys");
    static const char *const keys[] = {
        "age1qqqqqq", "nobody@example.org", "/no/such/file"};

    REQUIRE(mkdir(home, 0700) == 0 && setenv("GNUPGHOME", home, 1) == 0);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        tool t = tool_run(w, HEAD1, NULL, "letters",
            "-s %s -c '3EME C' -o %s -f csv -e %s", COLLEGE_UAI, output,
            keys[i]);

        expect_status(&t, 2);
        expect_text(t.err, "--encrypt-to: ");
        REQUIRE(access(output, F_OK) != 0);
        tool_free(&t);
    }
    expect_stored(w->as[ACADEMY], a.dn, "educonnectState", "uninformed");
    REQUIRE(unsetenv("GNUPGHOME") == 0);
    free(home);
    free(output);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_that_were_lost_are_made_anew_and_no_others),
        cmocka_unit_test(killed_anywhere_every_account_gets_one_letter),
        cmocka_unit_test(a_signal_lets_the_letters_at_hand_be_written),
        cmocka_unit_test(
            a_second_run_at_once_is_refused_and_no_password_is_seen),
        cmocka_unit_test(a_server_that_goes_away_loses_no_letter),
        cmocka_unit_test(without_a_pdf_letters_are_there_as_html),
        cmocka_unit_test(with_an_age_key_nothing_else_opens_the_letters),
        cmocka_unit_test(with_an_openpgp_key_as_well),
        cmocka_unit_test(
            a_key_that_does_not_work_is_said_before_anything_is_done),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
