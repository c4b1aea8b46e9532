/* test_ctl_letters.c - educonnectctl letters against the real slapd: who gets a
 * letter, who does not, and that letters open accounts.
 */
#define _GNU_SOURCE
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/exop.h"
#include "harness/letters.h"

/* A class with a pupil alone, and two pupils of one guardian, of whom one is
 * in another class. */
typedef struct family {
    account alone, elder, younger, guardian;
} family;

static family
new_family(world *w, const char *class, const char *other)
{
    family f;

    f.guardian = letters_guardian(w, "Kervella");
    f.alone = letters_pupil(w, COLLEGE, class, NULL);
    f.elder = letters_pupil(w, COLLEGE, class, f.guardian.dn);
    f.younger = letters_pupil(w, COLLEGE, other, f.guardian.dn);
    return f;
}

static char *
first_page_of(const char *directory)
{
    char *path = text_of("%s/letters.html", directory);
    char *html = read_file(path, NULL);

    if (html == NULL)
        FAIL("no %s", path);
    free(path);
    return html;
}

/* What a reader of the PDF sees; allocated. */
static char *
words_of_pdf(const char *path)
{
    char *command = text_of("pdftotext -q -layout %s -", path);
    FILE *out = popen(command, "re");
    char *words = NULL;
    size_t n = 0;

    REQUIRE(out != NULL);
    REQUIRE(getdelim(&words, &n, '\0', out) > 0 && pclose(out) == 0);
    free(command);
    return words;
}

/* What a telephone reads on a page of the PDF; allocated. */
static char *
code_of_pdf(const char *path, int page)
{
    char *command = text_of("pdftoppm -q -r 150 -f %d -l %d -png %s %s.page && "
                            "zbarimg -q --raw %s.page*.png 2>/dev/null; "
                            "rm -f %s.page*.png",
        page, page, path, path, path, path);
    FILE *out = popen(command, "re");
    char *read = NULL;
    size_t n = 0;

    REQUIRE(out != NULL);
    if (getdelim(&read, &n, '\0', out) < 0)
        FAIL("no code on page %d", page);
    pclose(out);
    free(command);
    return read;
}

static void
a_class_is_informed_and_every_letter_opens_its_account(void **state)
{
    world *w = *state;
    family f = new_family(w, "6EME A", "5EME B");
    char *output = letters_output(w, "class");
    char *directory = text_of("%s/9990001X-6EME-A", output);
    char *path = text_of("%s/letters.pdf", directory);
    account *all[] = {&f.alone, &f.elder, &f.guardian};
    tool t = tool_run(w, HEAD1, NULL, "letters",
        "--school %s --class '6EME A' --output %s "
        "--login-address https://comptes.example.org/",
        COLLEGE_UAI, output);
    char *pdf, *html;

    expect_status(&t, 0);
    expect_text(t.out, "6EME A: 3 letters in ");
    expect_text(t.out, "letters written: 3");
    letters_are_private(output);
    pdf = words_of_pdf(path);
    html = first_page_of(directory);
    expect_text(html, "Ines KARADEC (5EME B)</li><li>Ines KARADEC (6EME A)");
    expect_text(html, "https://comptes.example.org/");
    for (size_t i = 0; i < 3; i++) {
        letters_read(all[i], directory);
        expect_text(pdf, all[i]->password);
        expect_text(pdf, all[i]->uid);
        if (strstr(t.out, all[i]->password) || strstr(t.err, all[i]->password))
            FAIL("a password was printed");
        expect_stored(
            w->as[ACADEMY], all[i]->dn, "educonnectInformedBy", COLLEGE_UAI);
        step_activate(w, all[i]);
        expect_stored(w->as[ACADEMY], all[i]->dn, "educonnectState", "active");
    }
    expect_stored(
        w->as[ACADEMY], f.younger.dn, "educonnectState", "uninformed");
    tool_free(&t);
    free(html);
    free(pdf);
    free(path);
    free(directory);
    free(output);
}

/* Pages behind the cover, for pupil and guardian; whoever scans it is led to
 * the address that stands beside it, and nowhere else. */
static void
the_code_on_paper_is_the_address(void **state)
{
    static const char *const addresses[] = {"https://comptes.example.org/",
        "https://e.example.org/activer?retour=%2Faccueil&x=1#haut",
        "https://connexion.academie-fictive-de-l-ouest.example.org/annuaire/"
        "comptes/activation/etablissement/9990001X/premiere-connexion.html?"
        "langue=fr&origine=courrier&annee=2026-2027&version=12"};
    world *w = *state;

    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        char *class = text_of("6EME Q%zu", i), *name = text_of("code%zu", i);
        family f = new_family(w, class, class);
        char *output = letters_output(w, name);
        char *path = text_of("%s/9990001X-6EME-Q%zu/letters.pdf", output, i);
        char *line = text_of("%s\n", addresses[i]);
        tool t = tool_run(w, HEAD1, NULL, "letters",
            "--school %s --class '%s' --output %s --login-address %s",
            COLLEGE_UAI, class, output, addresses[i]);

        (void)f;
        expect_status(&t, 0);
        for (int page = 2; page <= 5; page++) {
            char *read = code_of_pdf(path, page);

            if (strcmp(read, line) != 0)
                FAIL("page %d of %s leads to %s", page, addresses[i], read);
            free(read);
        }
        tool_free(&t);
        free(line);
        free(path);
        free(output);
        free(name);
        free(class);
    }
}

static void
an_address_with_a_password_is_refused(void **state)
{
    static const char *const addresses[] = {"https://a:b@example.org/",
        "https://user@example.org", "http://:secret@e.example.org/?x=1"};
    world *w = *state;
    char *output = letters_output(w, "userinfo");

    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        tool t = tool_run(w, HEAD1, NULL, "letters",
            "--school %s --output %s --login-address %s", COLLEGE_UAI, output,
            addresses[i]);

        expect_status(&t, 2);
        tool_free(&t);
    }
    REQUIRE(access(output, F_OK) != 0);
    free(output);
}

/* For one class, in CSV: what is said to a pupil and to a guardian. */
static void
expect_rules(world *w, actor who, const char *class, const char *more,
    const char *pupil, const char *guardian)
{
    family f = new_family(w, class, class);
    char *output = letters_output(w, class + 5);
    char *directory = text_of("%s/9990001X-6EME-%s", output, class + 5);
    char *path = text_of("%s/letters.csv", directory);
    char *said[2], *csv;
    tool t = tool_run(w, who, NULL, "letters",
        "--school %s --class '%s' --output %s --format csv %s", COLLEGE_UAI,
        class, output, more);

    expect_status(&t, 0);
    csv = read_file(path, NULL);
    said[0] = letters_field(csv, f.alone.uid, "password_rules");
    said[1] = letters_field(csv, f.guardian.uid, "password_rules");
    REQUIRE(said[0] != NULL && said[1] != NULL);
    expect_text(said[0], pupil);
    expect_text(said[1], guardian);
    free(said[0]);
    free(said[1]);
    free(csv);
    tool_free(&t);
    free(path);
    free(directory);
    free(output);
}

/* Those that are given, those of the server where they may be read, and the
 * overlay's own. */
static void
rules_are_those_that_hold(void **state)
{
    world *w = *state;
    char *provisioner = actor_dn(PROVISIONER);
    tool t;

    expect_rules(w, HEAD1, "6EME R1", "", "au moins 12 caractères, dont une",
        "au moins 12 caractères, dont une");
    expect_rules(w, HEAD1, "6EME R2",
        "--password-rules 'student min=9 classes=2' "
        "--password-rules 'default min=14'",
        "au moins 9 caractères, de deux de ces genres",
        "au moins 14 caractères, dont une");
    t = tool_run(w, HEAD1, NULL, "letters",
        "--school %s --output /nowhere --password-rules 'student min=3'",
        COLLEGE_UAI);
    expect_status(&t, 2);
    expect_text(t.err, "--password-rules \"student min=3\": ");
    tool_free(&t);
    expect_ok(world_configure(w, "add: olcEduconnectPassword\n"
                                 "olcEduconnectPassword: student min=10\n"
                                 "olcEduconnectPassword: guardian min=16 "
                                 "classes=3\n"));
    expect_rules(w, PROVISIONER, "6EME R3", "", "au moins 12 caractères",
        "au moins 12 caractères");
    expect_ok(client_modify(w->config, "olcDatabase={0}config,cn=config",
        "add: olcAccess\nolcAccess: to * by dn.exact=\"%s\" read by * none\n",
        provisioner));
    expect_rules(w, PROVISIONER, "6EME R4", "", "au moins 10 caractères",
        "au moins 16 caractères, de trois");
    expect_rules(w, PROVISIONER, "6EME R5", "--password-rules 'default min=11'",
        "au moins 11 caractères", "au moins 11 caractères");
    expect_ok(world_configure(w, "delete: olcEduconnectPassword\n"));
    free(provisioner);
}

static void
a_second_run_issues_nothing_unless_told(void **state)
{
    world *w = *state;
    family f = new_family(w, "4EME C", "4EME C");
    account *all[] = {&f.alone, &f.elder, &f.younger, &f.guardian};
    char *output = letters_output(w, "second");
    char *first = text_of("%s/9990001X-4EME-C", output);
    char *second = text_of("%s/9990001X-4EME-C-2", output);
    tool t = letters_run(w, "4EME C", output, "");
    char *old;

    expect_status(&t, 0);
    expect_text(t.out, "letters written: 4");
    tool_free(&t);
    t = letters_run(w, "4EME C", output, "");
    expect_status(&t, 0);
    expect_text(t.out, "letters written: 0");
    expect_text(t.out, "already written, still valid: 4");
    REQUIRE(access(second, F_OK) != 0);
    tool_free(&t);
    for (size_t i = 0; i < 4; i++)
        letters_read(all[i], first);
    step_activate(w, &f.alone);
    old = text_of("%s", f.elder.password);
    t = letters_run(w, "4EME C", output, "--again");
    expect_status(&t, 0);
    expect_text(t.out, "letters written: 3");
    expect_text(t.out, "activated: no letter needed: 1");
    for (size_t i = 1; i < 4; i++)
        letters_read(all[i], second);
    expect(bind_once(&w->server, f.elder.dn, old), 49, "");
    expect_ok(bind_once(&w->server, f.elder.dn, f.elder.password));
    expect_ok(bind_once(&w->server, f.alone.dn, f.alone.password));
    tool_free(&t);
    free(old);
    free(second);
    free(first);
    free(output);
}

static void
a_large_class_goes_into_several_directories(void **state)
{
    world *w = *state;
    char *output = letters_output(w, "large");
    char *second = text_of("%s/9990001X-1ERE-G-2", output);
    account last = {0};
    tool t;

    for (int i = 0; i < 51; i++)
        last = letters_pupil(w, COLLEGE, "1ERE G", NULL);
    expect_ok(client_modify(
        w->as[PROVISIONER], last.dn, "replace: sn\nsn: Zoller\n"));
    t = letters_run(w, "1ERE G", output, "");
    expect_status(&t, 0);
    expect_text(t.out, "1ERE G: 50 letters in ");
    expect_text(t.out, "1ERE G: 1 letter in ");
    letters_read(&last, second);
    step_activate(w, &last);
    tool_free(&t);
    free(second);
    free(output);
}

static void
a_letter_from_elsewhere_is_left_valid(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "3EME 1", NULL);
    char *output = letters_output(w, "elsewhere");
    tool t;

    step_inform(w, &a, HEAD1);
    t = letters_run(w, "3EME 1", output, "");
    expect_status(&t, 0);
    expect_text(t.out, "informed otherwise, letter still valid: 1");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    tool_free(&t);
    free(output);
}

static void
an_expired_letter_is_made_anew(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "3EME 2", NULL);
    char *output = letters_output(w, "expired");
    char *directory = text_of("%s/9990001X-3EME-2", output);
    deadline d = deadline_in(120);
    tool t;

    letters_expire_soon(w);
    step_inform(w, &a, HEAD1);
    letters_expire_as_usual(w);
    while (bind_once(&w->server, a.dn, a.password).code != 49)
        deadline_wait(&d, "the letter to expire");
    t = letters_run(w, "3EME 2", output, "");
    expect_status(&t, 0);
    letters_read(&a, directory);
    step_activate(w, &a);
    tool_free(&t);
    free(directory);
    free(output);
}

/* Somebody's password was reset, on a screen: a letter brings another one. */
static void
a_pupil_who_was_reset_gets_a_letter(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "3EME 7", NULL);
    account b = letters_pupil(w, COLLEGE, "3EME 7", NULL);
    char *output = letters_output(w, "reset");
    char *directory = text_of("%s/9990001X-3EME-7", output);
    char *made = server_path(&w->server, "made-by-reset");
    char *told;
    tool t;

    step_inform(w, &a, HEAD1);
    step_activate(w, &a);
    step_inform(w, &b, HEAD1);
    step_activate(w, &b);
    told = text_of("%s", a.password);
    t = tool_run(w, HEAD1, NULL, "reset", "-o %s %s", made, a.uid);
    expect_status(&t, 0);
    tool_free(&t);
    t = letters_run(w, "3EME 7", output, "--dry-run");
    expect_status(&t, 0);
    expect_text(t.out, "letters to write: 1");
    tool_free(&t);
    t = letters_run(w, "3EME 7", output, "");
    expect_status(&t, 0);
    expect_text(t.out, "letters written: 1");
    expect_text(t.out, "activated: no letter needed: 1");
    tool_free(&t);
    letters_read(&a, directory);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "reset");
    expect(bind_once(&w->server, a.dn, told), 49, "");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    /* That letter is valid: no other one. */
    t = letters_run(w, "3EME 7", output, "");
    expect_status(&t, 0);
    expect_text(t.out, "letters written: 0");
    expect_text(t.out, "already written, still valid: 1");
    tool_free(&t);
    step_activate(w, &a);
    expect_ok(bind_once(&w->server, b.dn, b.password));
    free(told);
    free(made);
    free(directory);
    free(output);
}

static void
another_schools_letter_is_refused_by_the_directory(void **state)
{
    world *w = *state;
    account guardian = letters_guardian(w, "Le Goff");
    char *output = letters_output(w, "guard");
    char *directory = text_of("%s/9990002Y-2NDE-1", output);
    char *password;
    account pupil;
    tool t;

    (void)letters_pupil(w, COLLEGE, "3EME 3", guardian.dn);
    pupil = letters_pupil(w, LYCEE, "2NDE 1", guardian.dn);
    step_inform(w, &guardian, HEAD1);
    t = tool_run(w, HEAD2, NULL, "letters", "-s %s -c '2NDE 1' -o %s -f csv",
        LYCEE_UAI, output);
    expect_status(&t, 1);
    expect_text(t.out, "letters written: 1");
    expect_text(t.out, "refused uid=parent");
    expect_text(t.out, "EDC-G01 ");
    letters_read(&pupil, directory);
    expect_ok(bind_once(&w->server, pupil.dn, pupil.password));
    expect_ok(bind_once(&w->server, guardian.dn, guardian.password));
    tool_free(&t);

    password = text_of("%s", guardian.password);
    t = tool_run(w, ACADEMY, NULL, "letters",
        "-s %s -c '2NDE 1' -o %s -f csv --past-guard", LYCEE_UAI, output);
    expect_status(&t, 0);
    free(directory);
    directory = text_of("%s/9990002Y-2NDE-1-2", output);
    letters_read(&guardian, directory);
    expect(bind_once(&w->server, guardian.dn, password), 49, "");
    step_activate(w, &guardian);
    tool_free(&t);
    free(password);
    free(directory);
    free(output);
}

static void
a_school_gets_no_letters_for_another(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, LYCEE, "2NDE 2", NULL);
    char *output = letters_output(w, "foreign");
    tool t = tool_run(w, HEAD1, NULL, "letters",
        "-s %s -c '2NDE 2' -o %s -f csv", LYCEE_UAI, output);

    expect_status(&t, 1);
    expect_text(t.out, "EDC-A01 ");
    expect_text(t.out, "letters written: 0");
    expect_stored(w->as[ACADEMY], a.dn, "educonnectState", "uninformed");
    tool_free(&t);
    free(output);
}

static void
a_list_names_who_gets_a_letter(void **state)
{
    world *w = *state;
    family f = new_family(w, "5EME D", "5EME E");
    char *output = letters_output(w, "list");
    char *input = text_of("# for the office\n%s\n\nUID=%s, ou=People," SUFFIX
                          "\nnobody-of-this-name\n",
        f.alone.uid, f.guardian.uid);
    tool t = tool_run(w, HEAD1, input, "letters",
        "-s %s -o %s -f csv --list - --json", COLLEGE_UAI, output);

    expect_status(&t, 1);
    expect_text(t.err, "stdin:5: names no pupil of this school");
    expect_text(t.out, "\"written\": 2");
    expect_text(t.out, "\"notOfThisSchool\": 1");
    expect_stored(w->as[ACADEMY], f.alone.dn, "educonnectState", "informed");
    expect_stored(w->as[ACADEMY], f.guardian.dn, "educonnectState", "informed");
    expect_stored(w->as[ACADEMY], f.elder.dn, "educonnectState", "uninformed");
    tool_free(&t);
    free(input);
    free(output);
}

static void
one_audience_at_a_time(void **state)
{
    world *w = *state;
    family f = new_family(w, "5EME F", "5EME F");
    char *output = letters_output(w, "audience");
    tool t = tool_run(w, GDEL1, NULL, "letters",
        "-s %s -c '5EME F' -o %s -f csv -a guardian", COLLEGE_UAI, output);

    expect_status(&t, 0);
    expect_text(t.out, "letters written: 1");
    tool_free(&t);
    t = tool_run(w, SDEL1, NULL, "letters",
        "-s %s -c '5EME F' -o %s -f csv -a student", COLLEGE_UAI, output);
    expect_status(&t, 0);
    expect_text(t.out, "letters written: 3");
    expect_stored(w->as[ACADEMY], f.guardian.dn, "educonnectState", "informed");
    expect_stored(w->as[ACADEMY], f.alone.dn, "educonnectState", "informed");
    tool_free(&t);
    free(output);
}

static void
a_dry_run_changes_and_writes_nothing(void **state)
{
    world *w = *state;
    family f = new_family(w, "6EME D", "6EME D");
    char *output = letters_output(w, "dry");
    tool t = tool_run(w, HEAD1, NULL, "letters",
        "-s %s -c '6EME D' -o %s --dry-run", COLLEGE_UAI, output);

    expect_status(&t, 0);
    expect_text(t.out, "6EME D: 4 letters\n");
    expect_text(t.out, "letters to write: 4");
    REQUIRE(access(output, F_OK) != 0);
    expect_stored(w->as[ACADEMY], f.alone.dn, "educonnectState", "uninformed");
    tool_free(&t);
    t = tool_run(
        w, HEAD2, NULL, "letters", "-s %s -c '6EME D' --dry-run", COLLEGE_UAI);
    expect_status(&t, 1);
    expect_text(t.out, "letters to write: 0");
    expect_text(t.out, "refused: 4");
    tool_free(&t);
    free(output);
}

static void
a_merged_guardian_is_the_account_it_went_into(void **state)
{
    world *w = *state;
    account kept = letters_guardian(w, "Le Bihan");
    account merged = letters_guardian(w, "Le Bihan");
    char *output = letters_output(w, "merged");
    tool t;

    (void)letters_pupil(w, COLLEGE, "3EME 5", kept.dn);
    (void)letters_pupil(w, COLLEGE, "3EME 6", merged.dn);
    step_inform(w, &kept, HEAD1);
    step_activate(w, &kept);
    expect_ok(client_merge_of(w->as[ACADEMY], merged.dn, kept.dn));
    t = tool_run(w, HEAD1, NULL, "letters",
        "-s %s -c '3EME 6' -a guardian -o %s -f csv", COLLEGE_UAI, output);
    expect_status(&t, 0);
    expect_text(t.out, "activated: no letter needed: 1");
    expect_text(t.out, "letters written: 0");
    tool_free(&t);
    free(output);
}

/* Access rules that hide states would make every account look uninformed. */
static void
an_account_whose_state_is_hidden_is_left_alone(void **state)
{
    const setup how = {
        .access = "access to attrs=educonnectState,educonnectBindStatus\n"
                  "    by dn.base=\"uid=head1,ou=staff," SUFFIX "\" none\n"
                  "    by * break\n"};
    world w;
    account a;
    char *output;
    tool t;

    (void)state;
    world_begin(&w, &how);
    a = letters_pupil(&w, COLLEGE, "6EME G", NULL);
    step_inform(&w, &a, ACADEMY);
    step_activate(&w, &a);
    output = letters_output(&w, "hidden");
    t = tool_run(
        &w, HEAD1, NULL, "letters", "-s %s -o %s -f csv", COLLEGE_UAI, output);
    expect_status(&t, 1);
    expect_text(t.out, "state not to be read (access rules): left alone: 1");
    expect_ok(bind_once(&w.server, a.dn, a.password));
    tool_free(&t);
    free(output);
    world_end(&w);
}

/* ---- the output directory ---- */

static void
expect_untouched(
    world *w, const account *a, const char *output, const char *why)
{
    tool t = letters_run(w, "6EME E", output, "");

    expect_status(&t, 6);
    expect_text(t.err, why);
    expect_stored(w->as[ACADEMY], a->dn, "educonnectState", "uninformed");
    tool_free(&t);
}

static void
a_directory_that_others_may_enter_is_refused(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "6EME E", NULL);
    char *output = letters_output(w, "open");
    char *link = letters_output(w, "link");
    char *slashed = text_of("%s/", link);
    static const mode_t modes[] = {0755, 0750, 0702, 0710, 0720, 0704};

    REQUIRE(mkdir(output, 0700) == 0 && symlink(output, link) == 0);
    for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        REQUIRE(chmod(output, modes[i]) == 0);
        expect_untouched(w, &a, output, "chmod 700");
    }
    REQUIRE(chmod(output, 0700) == 0);
    expect_untouched(w, &a, link, "symbolic link");
    expect_untouched(w, &a, slashed, "symbolic link");
    if (geteuid() == 0) {
        REQUIRE(chown(output, 65534, (gid_t)-1) == 0);
        expect_untouched(w, &a, output, "belongs to somebody else");
        REQUIRE(chown(output, 0, (gid_t)-1) == 0);
    }
    free(slashed);
    free(link);
    free(output);
}

static void
what_is_missing_is_said_before_anything_is_done(void **state)
{
    world *w = *state;
    account a = letters_pupil(w, COLLEGE, "6EME F", NULL);
    char *output = letters_output(w, "missing");
    char *path = text_of("%s", getenv("PATH"));
    tool t;

    REQUIRE(setenv("PATH", w->server.directory, 1) == 0);
    t = tool_run(w, HEAD1, NULL, "letters", "-s %s -c '6EME F' -o %s",
        COLLEGE_UAI, output);
    expect_status(&t, 6);
    expect_text(t.err, "weasyprint, which is not installed");
    tool_free(&t);
    t = letters_run(w, "6EME F", output, "-e age1something");
    expect_status(&t, 6);
    expect_text(t.err, "age, which is not installed");
    tool_free(&t);
    REQUIRE(setenv("PATH", path, 1) == 0);
    t = letters_run(w, "6EME X", output, "");
    expect_status(&t, 2);
    expect_text(t.err, "no pupil of 9990001X is in a class 6EME X");
    tool_free(&t);
    t = tool_run(
        w, HEAD1, NULL, "letters", "-s %s -o %s -f doc", COLLEGE_UAI, output);
    expect_status(&t, 2);
    tool_free(&t);
    REQUIRE(access(output, F_OK) != 0);
    expect_stored(w->as[ACADEMY], a.dn, "educonnectState", "uninformed");
    free(path);
    free(output);
}

/* Their letters go to the right one of two. */
static void
homonyms_of_a_class_are_told_apart(void **state)
{
    world *w = *state;
    account a = letters_guardian(w, "Premier");
    account b = letters_guardian(w, "Second");
    account one = letters_pupil(w, COLLEGE, "6EME H", a.dn);
    account two = letters_pupil(w, COLLEGE, "6EME H", b.dn);
    account other = letters_pupil(w, COLLEGE, "6EME H", a.dn);
    char *output = letters_output(w, "homonyms");
    tool t;

    expect_ok(client_modify(w->as[ROOT], one.dn,
        "replace: sn\nsn: Martin\n-\nreplace: givenName\ngivenName: "
        "Zo\xC3\xA9\n"));
    expect_ok(client_modify(w->as[ROOT], two.dn,
        "replace: sn\nsn: MARTIN\n-\nreplace: givenName\ngivenName: Zoe\n"));
    t = tool_run(w, HEAD1, NULL, "letters",
        "-s %s -c '6EME H' -a student -o %s -f csv,html", COLLEGE_UAI, output);
    expect_status(&t, 0);
    tool_free(&t);
    REQUIRE(letters_contain(output, "responsables : Maelle PREMIER"));
    REQUIRE(letters_contain(output, "responsables : Maelle SECOND"));
    REQUIRE(letters_contain(output, other.uid));
    free(output);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_class_is_informed_and_every_letter_opens_its_account),
        cmocka_unit_test(homonyms_of_a_class_are_told_apart),
        cmocka_unit_test(rules_are_those_that_hold),
        cmocka_unit_test(an_address_with_a_password_is_refused),
        cmocka_unit_test(the_code_on_paper_is_the_address),
        cmocka_unit_test(a_second_run_issues_nothing_unless_told),
        cmocka_unit_test(a_large_class_goes_into_several_directories),
        cmocka_unit_test(a_letter_from_elsewhere_is_left_valid),
        cmocka_unit_test(an_expired_letter_is_made_anew),
        cmocka_unit_test(a_pupil_who_was_reset_gets_a_letter),
        cmocka_unit_test(another_schools_letter_is_refused_by_the_directory),
        cmocka_unit_test(a_school_gets_no_letters_for_another),
        cmocka_unit_test(a_list_names_who_gets_a_letter),
        cmocka_unit_test(one_audience_at_a_time),
        cmocka_unit_test(a_dry_run_changes_and_writes_nothing),
        cmocka_unit_test(a_merged_guardian_is_the_account_it_went_into),
        cmocka_unit_test(an_account_whose_state_is_hidden_is_left_alone),
        cmocka_unit_test(a_directory_that_others_may_enter_is_refused),
        cmocka_unit_test(what_is_missing_is_said_before_anything_is_done),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
