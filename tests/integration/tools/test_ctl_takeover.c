/* test_ctl_takeover.c - an existing directory, with {SSHA} passwords and
 * ppolicy for its staff, is taken over and given back: nobody loses a password.
 *
 * EDC_ADOPT_ENTRIES is how many people it has (120).
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/tool.h"

#define POLICY "cn=personnel," SUFFIX
#define PROF "uid=prof%u,ou=staff," SUFFIX
#define PROF_SECRET "Prof-depuis-1998"
#define N_PROFS 4

/* Two pupils to a guardian. */
static bool
is_guardian(unsigned n)
{
    return n % 3 == 0;
}

static unsigned
n_people(void)
{
    const char *wanted = getenv("EDC_ADOPT_ENTRIES");
    long n = wanted == NULL ? 120 : strtol(wanted, NULL, 10);

    REQUIRE(n >= 6 && n <= 1000000);
    return (unsigned)n;
}

static char *
dn_of(unsigned n)
{
    return text_of("uid=%s%u," PEOPLE, is_guardian(n) ? "parent" : "eleve", n);
}

static void
secret_of(unsigned n, char secret[32])
{
    snprintf(secret, 32, "ancien-%u-secret", n);
}

/* ---- the directory that is there ---- */

static void
print_person(FILE *out, unsigned n)
{
    char secret[32], *dn = dn_of(n), *hash;

    secret_of(n, secret);
    hash = ssha_of(secret);
    fprintf(out,
        "dn: %s\nobjectClass: inetOrgPerson\nuid: %.*s\ncn: Personne %u\n"
        "sn: Personne\ngivenName: Zoe\nemployeeType: %s\nmobile: 06%08u\n"
        "userPassword: %s\n",
        dn, (int)strcspn(dn + 4, ","), dn + 4, n,
        is_guardian(n) ? "parent" : "eleve", n, hash);
    if (!is_guardian(n)) {
        char *guardian = dn_of(n - n % 3);

        fprintf(out,
            "employeeNumber: %09uAB\nseeAlso: %s\ndescription: 09/03/2011\n", n,
            guardian);
        free(guardian);
    }
    fprintf(out, "\n");
    free(hash);
    free(dn);
}

static void
print_staff(FILE *out)
{
    char *hash = ssha_of(PROF_SECRET);

    fprintf(out, "dn: " POLICY "\nobjectClass: device\nobjectClass: pwdPolicy\n"
                 "cn: personnel\npwdAttribute: userPassword\npwdLockout: TRUE\n"
                 "pwdMaxFailure: 3\npwdMinLength: 14\npwdCheckQuality: 1\n\n");
    for (unsigned i = 0; i < N_PROFS; i++)
        fprintf(out,
            "dn: " PROF "\nobjectClass: inetOrgPerson\nuid: prof%u\n"
            "cn: Prof\nsn: Prof\nuserPassword: %s\npwdPolicySubentry: " POLICY
            "\n\n",
            i, i, hash);
    free(hash);
}

static char *
existing_ldif(void)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    REQUIRE(out != NULL);
    print_staff(out);
    for (unsigned i = 0; i < n_people(); i++)
        print_person(out, i);
    REQUIRE(fclose(out) == 0);
    return text;
}

static void
load(server *s, const char *ldif)
{
    char *output = NULL;

    if (server_tool(s, ldif, &output, "slapadd", "-b %s", SUFFIX) != 0)
        FAIL("slapadd: %s", output);
    free(output);
}

/* ---- slapd, of one configuration and another ---- */

static const char ppolicy[] = "overlay ppolicy\n";

/* What was there before, and is again afterwards. */
static const setup plain = {.without = true, .below = ppolicy};

static setup
with_overlay(void)
{
    static char *directives;

    free(directives);
    directives =
        text_of("%seduconnect-import-schemes {SSHA}\n", usual_directives());
    return (setup){.below = ppolicy, .directives = directives};
}

static void
restart(world *w, const setup *how)
{
    char *path = server_path(&w->server, "slapd.conf");
    char *text = config_text(w->server.directory, how);

    server_stop(&w->server);
    write_file(path, text);
    server_start(&w->server);
    world_login(w);
    free(text);
    free(path);
}

/* ---- what is there ---- */

static int
by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_ours(const char *line)
{
    return strncmp(line, "educonnect", 10) == 0 ||
           strncmp(line, "objectClass: educonnect", 23) == 0;
}

/* What slapd writes at every change, a password where it was hashed anew, and
 * with `ours` what an account has. */
static bool
counts(const char *line, bool bare)
{
    static const char *const passing[] = {"entryCSN:", "modifyTimestamp:",
        "modifiersName:", "contextCSN:", "structuralObjectClass:"};

    for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
        if (strncmp(line, passing[i], strlen(passing[i])) == 0)
            return false;
    }
    return !bare || (!is_ours(line) && strncmp(line, "userPassword:", 13) != 0);
}

static void
print_record(FILE *out, char *record, bool bare)
{
    char *lines[64], *line;
    size_t n = 0;

    while ((line = strsep(&record, "\n")) != NULL) {
        REQUIRE(n < 64);
        if (line[0] != '\0' && counts(line, bare))
            lines[n++] = line;
    }
    qsort(lines, n, sizeof(lines[0]), by_text);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s\n", lines[i]);
    fprintf(out, "\n");
}

/* The people as slapcat has them, each entry's lines in order; allocated. bare:
 * without what an account has. */
static char *
people(world *w, bool bare)
{
    char *dump = NULL, *text = NULL, *at, *end;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    REQUIRE(out != NULL);
    if (server_tool(&w->server, NULL, &dump, "slapcat", "-o ldif-wrap=no -b %s",
            SUFFIX) != 0)
        FAIL("slapcat: %s", dump);
    for (at = dump; (end = strstr(at, "\n\n")) != NULL; at = end + 2) {
        *end = '\0';
        if (strstr(at, "," PEOPLE "\n") == NULL)
            continue;
        print_record(out, at, bare);
    }
    REQUIRE(fclose(out) == 0);
    free(dump);
    return text;
}

/* Says where two long texts part. */
static void
expect_same_people(const char *a, const char *b)
{
    size_t i = 0;

    while (a[i] != '\0' && a[i] == b[i])
        i++;
    if (a[i] != b[i])
        FAIL("it was:\n%.300s\nand is:\n%.300s", a + (i > 100 ? i - 100 : 0),
            b + (i > 100 ? i - 100 : 0));
}

/* ---- who gets in ---- */

static answer
try_person(LDAP *ld, unsigned n)
{
    char secret[32], *dn = dn_of(n);
    answer r;

    secret_of(n, secret);
    r = client_bind(ld, dn, secret);
    free(dn);
    return r;
}

/* Every n-th person from the first on. */
static void
expect_all_get_in(world *w, unsigned first, unsigned step)
{
    LDAP *ld = client_open(&w->server);

    client_sends(ld, 0, NULL);
    for (unsigned n = first; n < n_people(); n += step) {
        answer r = try_person(ld, n);

        if (r.code != LDAP_SUCCESS)
            FAIL("person %u: %d %s", n, r.code, r.text);
    }
    client_close(ld);
}

static answer
try_prof(world *w, unsigned n, const char *secret)
{
    char *dn = text_of(PROF, n);
    answer r = bind_once(&w->server, dn, secret);

    free(dn);
    return r;
}

/* One of them is locked out by the staff's policy, and its rule of length holds
 * for another; the rest get in. */
static void
expect_policy_works(world *w, unsigned locked, unsigned free_one)
{
    char *dn = text_of(PROF, free_one);
    LDAP *self;

    for (int i = 0; i < 3; i++)
        expect(try_prof(w, locked, "falsch"), LDAP_INVALID_CREDENTIALS, "");
    expect(try_prof(w, locked, PROF_SECRET), LDAP_INVALID_CREDENTIALS, "");
    expect_ok(try_prof(w, free_one, PROF_SECRET));
    self = client_login(&w->server, dn, PROF_SECRET);
    assert_int_equal(client_password(self, NULL, NULL, "court-9").code,
        LDAP_CONSTRAINT_VIOLATION);
    client_close(self);
    free(dn);
}

/* ---- adopt ---- */

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
expect_run(world *w, const char *words, const char *figures)
{
    double begun = seconds();
    tool t = tool_run(w, ROOT, NULL, "adopt", "%s", words);

    print_message("%.1f s: adopt %s\n%s", seconds() - begun, words, t.out);
    expect_status(&t, 0);
    expect_text(t.out, figures);
    tool_free(&t);
}

static const char guardians[] =
    "--kind guardian --scheme {SSHA} --filter (employeeType=parent)";
static const char pupils[] =
    "--kind student --scheme {SSHA} --filter (employeeType=eleve) "
    "--take educonnectIne=employeeNumber --take educonnectGuardian=seeAlso "
    "--take educonnectBirthDate=description";

static void
adopt_all(world *w, const char *outcome)
{
    unsigned n = n_people(), parents = (n + 2) / 3;
    char *text = text_of("%-9s %u\n", outcome, parents);

    expect_run(w, guardians, text);
    free(text);
    text = text_of("%-9s %u\n", outcome, n - parents);
    expect_run(w, pupils, text);
    free(text);
}

static void
begin(world *w)
{
    char *ldif = existing_ldif();

    world_begin(w, &plain);
    server_stop(&w->server);
    load(&w->server, ldif);
    server_start(&w->server);
    world_login(w);
    free(ldif);
}

/* ---- the online way ---- */

static setup
without_overlay_again(void)
{
    static char *global;
    const char *top = getenv("EDC_SOURCE");
    char *root = realpath(top != NULL ? top : ".", NULL);
    setup how = plain;

    REQUIRE(root != NULL);
    free(global);
    global = text_of("include %s/schema/educonnect.schema\n", root);
    how.global = global;
    how.modules = "moduleload argon2\n";
    free(root);
    return how;
}

static void
it_is_taken_over_and_given_back(void **state)
{
    world w = {0};
    setup with = with_overlay(), after = without_overlay_again();
    char *before, *once, *twice, *undo, *back, *left, *bare;
    tool t;

    (void)state;
    begin(&w);
    expect_policy_works(&w, 0, 3);
    before = people(&w, false);
    bare = people(&w, true);
    restart(&w, &with);
    expect_ok(try_prof(&w, 3, PROF_SECRET));
    adopt_all(&w, "migrated");
    once = people(&w, false);
    adopt_all(&w, "same");
    twice = people(&w, false);
    expect_same_people(once, twice);
    t = tool_run(&w, ROOT, NULL, "doctor", "--data-only");
    expect_status(&t, 0);
    tool_free(&t);

    undo = text_of("released  %u\n", n_people());
    expect_run(&w, "--undo", undo);
    back = people(&w, false);
    expect_same_people(before, back);

    adopt_all(&w, "migrated");
    expect_all_get_in(&w, 0, 2);
    expect_all_get_in(&w, 0, 2);
    expect_policy_works(&w, 1, 3);
    expect(try_prof(&w, 0, PROF_SECRET), LDAP_INVALID_CREDENTIALS, "");

    restart(&w, &after);
    expect_all_get_in(&w, 0, 1);
    expect_policy_works(&w, 2, 3);
    left = people(&w, true);
    expect_same_people(bare, left);
    world_end(&w);
    free(left);
    free(back);
    free(undo);
    free(twice);
    free(once);
    free(bare);
    free(before);
}

/* ---- the slapcat way ---- */

/* The lines dn: of those that slapcat finds. */
static char *
list_of(world *w, const char *filter)
{
    char *dump = NULL, *list = text_of("%s", ""), *at, *line;
    size_t n;
    FILE *out;

    free(list);
    list = NULL;
    out = open_memstream(&list, &n);
    REQUIRE(out != NULL);
    REQUIRE(server_tool(&w->server, NULL, &dump, "slapcat",
                "-o ldif-wrap=no -b %s -a '%s'", SUFFIX, filter) == 0);
    for (at = dump; (line = strsep(&at, "\n")) != NULL;) {
        if (strncmp(line, "dn:", 3) == 0)
            fprintf(out, "%s\n", line);
    }
    REQUIRE(fclose(out) == 0);
    free(dump);
    return list;
}

static void
convert(world *w, const char *filter, const char *words, const char *from,
    const char *to)
{
    char *list = list_of(w, filter);
    char *in = server_path(&w->server, from),
         *out = server_path(&w->server, to);
    double begun = seconds();
    tool t = tool_run_plain(list, "adopt",
        "-b %s --scheme {SSHA} %s --ldif %s --output %s -", SUFFIX, words, in,
        out);

    print_message(
        "%.1f s: adopt --ldif %s\n%s", seconds() - begun, words, t.out);
    expect_status(&t, 0);
    tool_free(&t);
    free(out);
    free(in);
    free(list);
}

static void
it_is_taken_over_by_slapcat_and_slapadd(void **state)
{
    world w = {0}, fresh = {0};
    setup with = with_overlay();
    char *dump = NULL, *path, *ldif;

    (void)state;
    begin(&w);
    server_stop(&w.server);
    REQUIRE(
        server_tool(&w.server, NULL, &dump, "slapcat", "-b %s", SUFFIX) == 0);
    path = server_path(&w.server, "before.ldif");
    write_file(path, dump);
    convert(&w, "(employeeType=parent)", "--kind guardian", "before.ldif",
        "guardians.ldif");
    convert(&w, "(employeeType=eleve)",
        "--kind student --take educonnectIne=employeeNumber "
        "--take educonnectGuardian=seeAlso",
        "guardians.ldif", "all.ldif");
    free(path);
    path = server_path(&w.server, "all.ldif");
    ldif = read_file(path, NULL);
    server_prepare(&fresh.server, &with);
    load(&fresh.server, ldif);
    server_start(&fresh.server);
    world_login(&fresh);
    assert_int_equal(client_count(fresh.as[ROOT], SUFFIX,
                         "(&(educonnectState=active)"
                         "(educonnectActivatedBy=migration))"),
        n_people());
    expect_all_get_in(&fresh, 0, 1);
    expect_policy_works(&fresh, 1, 3);
    expect_run(&fresh, guardians, "migrated  0\n");
    world_end(&fresh);
    server_start(&w.server);
    world_login(&w);
    world_end(&w);
    free(ldif);
    free(path);
    free(dump);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_taken_over_and_given_back),
        cmocka_unit_test(it_is_taken_over_by_slapcat_and_slapadd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
