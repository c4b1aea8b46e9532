/* test_ctl_adopt.c - entries that are there become accounts with the login and
 * the password that they have; what that did is undone until somebody binds.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/tool.h"

#define SECRET "ancien-secret"
#define MD5 "{MD5}4QrcOUm6Wau+VuBX8g+IPg=="
#define OLD "ou=anciens," SUFFIX

/* A world that takes {SSHA} over, with people of before below OLD. */
static int
adopting_world(void **state)
{
    char *directives =
        text_of("%seduconnect-import-schemes {SSHA}\n", usual_directives());
    setup how = {.directives = directives};
    world *w = calloc(1, sizeof(*w));

    *state = w;
    world_begin(w, &how);
    expect_ok(client_ldif(w->as[ROOT],
        "dn: " OLD "\nobjectClass: organizationalUnit\nou: anciens\n"));
    free(directives);
    return 0;
}

/* Somebody of before, in a group of this test's; allocated. */
static char *
somebody(world *w, const char *group, const char *password, const char *more)
{
    unsigned n = ++w->serial;
    char *dn = text_of("uid=ancien%u," OLD, n);

    client_sends(w->as[ROOT], SENDS_RELAX, NULL);
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: ancien%u\ncn: Ancien %u\n"
        "sn: Ancien\ngivenName: Zoé\no: %s\n%s%s%s%s",
        dn, n, n, group, *password == '\0' ? "" : "userPassword: ", password,
        *password == '\0' ? "" : "\n", more));
    client_sends(w->as[ROOT], 0, NULL);
    return dn;
}

static tool
adopt(world *w, actor who, const char *group, const char *words)
{
    return tool_run(w, who, NULL, "adopt", "--filter (o=%s) %s", group, words);
}

/* The LDIF of an entry but for what slapd writes at every change; allocated. */
static char *
shape_of(world *w, const char *dn)
{
    static const char *const names[] = {"objectClass", "uid", "sn", "givenName",
        "o", "employeeNumber", "description", "userPassword", "pwdChangedTime",
        "educonnectState", "educonnectSerial", "educonnectIne",
        "educonnectEnrolledAt", "educonnectBirthDate", NULL};

    return client_picture(w->as[ROOT], dn, names);
}

static char *
report_of(world *w)
{
    char *path = server_path(&w->server, "report.csv");
    char *text = read_file(path, NULL);

    REQUIRE(text != NULL);
    free(path);
    return text;
}

static void
expect_row(world *w, const char *outcome, const char *dn, const char *reason)
{
    char *report = report_of(w);
    char *row = text_of("%s,", outcome), *at = report, *line;
    bool found = false;

    while ((line = strsep(&at, "\n")) != NULL)
        found = found ||
                (strncmp(line, row, strlen(row)) == 0 &&
                    strstr(line, dn) != NULL && strstr(line, reason) != NULL);
    if (!found)
        FAIL("no row \"%s\" of %s with \"%s\"", outcome, dn, reason);
    free(row);
    free(report);
}

/* ---- from entry to account ---- */

static void
who_had_a_password_keeps_it(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn = somebody(w, "garde", hash,
        "employeeNumber: 900000031AB\ndescription: 9/3/2011\n");
    char *without = somebody(w, "garde", "", "");
    char *words = text_of("--kind student --take educonnectIne=employeeNumber "
                          "--take educonnectBirthDate=description "
                          "--give educonnectEnrolledAt=9990001X "
                          "--report %s/report.csv",
        w->server.directory);
    tool t = adopt(w, ROOT, "garde", words);

    expect_status(&t, 0);
    expect_texts(t.out, "migrated  1\n", "created   1\n", "refused   0\n");
    tool_free(&t);
    expect_row(w, "migrated", dn, "");
    expect_row(w, "created", without, "");
    expect_stored(w->as[ROOT], dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], dn, "educonnectActivatedBy", "migration");
    expect_stored(w->as[ROOT], dn, "educonnectIne", "900000031AB");
    expect_stored(w->as[ROOT], dn, "educonnectBirthDate", "2011-03-09");
    expect_stored(w->as[ROOT], dn, "educonnectEnrolledAt", COLLEGE);
    expect_stored(w->as[ROOT], dn, "userPassword", hash);
    expect_stored(w->as[ROOT], without, "educonnectState", "uninformed");
    expect_ok(bind_once(&w->server, dn, SECRET));
    t = adopt(w, ROOT, "garde", words);
    expect_status(&t, 0);
    expect_texts(t.out, "migrated  0\n", "created   0\n", "same      2\n");
    tool_free(&t);
    free(words);
    free(without);
    free(dn);
    free(hash);
}

/* A dry run writes nothing, and what it prints is what is sent. */
static void
a_dry_run_prints_the_changes(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn = somebody(w, "sec", hash, "");
    char *before = shape_of(w, dn), *after, *wanted;
    tool t = adopt(w, ROOT, "sec", "--kind guardian --dry-run");

    expect_status(&t, 0);
    wanted = text_of("dn: %s\ncontrol: 1.3.6.1.4.1.4203.666.5.12 true\n"
                     "changetype: modify\nadd: objectClass\n"
                     "objectClass: educonnectLegalGuardian\n-\n\n",
        dn);
    assert_string_equal(t.out, wanted);
    expect_text(t.err, "migrated  1\n");
    expect_text(t.err, "nothing was written");
    after = shape_of(w, dn);
    assert_string_equal(before, after);
    tool_free(&t);
    free(wanted);
    free(after);
    free(before);
    free(dn);
    free(hash);
}

/* ---- who cannot ---- */

static void
each_refusal_has_its_reason(void **state)
{
    static const struct {
        const char *password, *more, *reason;
    } bad[] = {
        {MD5, "", "EDC-P13"},
        {"en-clair", "", "EDC-P13"},
        {"{SSHA}court", "", "EDC-P13"},
        {"", "userPassword: " MD5 "\nuserPassword: autre\n", "EDC-P12"},
        {"{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g0YWJj", "pwdReset: TRUE\n",
            "EDC-D04"},
        {"", "employeeNumber: 31/02/2011\n", "employeeNumber: "},
        {"", "description: 9990010G\n", "the school 9990010G is not in the"},
    };
    world *w = *state;
    char *words = text_of("--kind student --max-refused 100 --report "
                          "%s/report.csv "
                          "--take educonnectBirthDate=employeeNumber "
                          "--take educonnectEnrolledAt=description",
        w->server.directory);
    char *dn[sizeof(bad) / sizeof(bad[0])], *before[8], *after;
    size_t n = sizeof(bad) / sizeof(bad[0]);
    tool t;

    for (size_t i = 0; i < n; i++) {
        dn[i] = somebody(w, "refus", bad[i].password, bad[i].more);
        before[i] = shape_of(w, dn[i]);
    }
    t = adopt(w, ROOT, "refus", words);
    expect_status(&t, 1);
    expect_text(t.out, "refused   7\n");
    tool_free(&t);
    for (size_t i = 0; i < n; i++) {
        expect_row(w, "refused", dn[i], bad[i].reason);
        after = shape_of(w, dn[i]);
        assert_string_equal(before[i], after);
        free(after);
        free(before[i]);
        free(dn[i]);
    }
    free(words);
}

/* Most of them at once is a slip: nothing is written. */
static void
too_many_refusals_stop_it(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *good = somebody(w, "frein", hash, "");
    char *bad = somebody(w, "frein", MD5, "");
    tool t = adopt(w, ROOT, "frein", "--kind student --scheme {SSHA}");

    expect_status(&t, 4);
    expect_text(t.err, "1 of 2 entries would be refused");
    expect_stored(w->as[ROOT], good, "educonnectState", NULL);
    tool_free(&t);
    t = adopt(w, ROOT, "frein", "--kind student --max-refused 50%");
    expect_status(&t, 1);
    expect_stored(w->as[ROOT], good, "educonnectState", "active");
    tool_free(&t);
    free(bad);
    free(good);
    free(hash);
}

static void
the_directory_has_the_last_word(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn = somebody(w, "dernier", hash, "");
    char *md5 = somebody(w, "dernier2", MD5, "");
    char *words =
        text_of("--kind student --report %s/report.csv", w->server.directory);
    tool t = adopt(w, ASSISTANCE, "dernier", words);

    expect_status(&t, 1);
    expect_row(w, "refused", dn, "EDC-A02");
    expect_stored(w->as[ROOT], dn, "educonnectState", NULL);
    tool_free(&t);
    free(words);
    words = text_of("--kind student --scheme {MD5} --report %s/report.csv",
        w->server.directory);
    t = adopt(w, ROOT, "dernier2", words);
    expect_status(&t, 1);
    expect_row(w, "refused", md5, "EDC-P13");
    tool_free(&t);
    free(words);
    free(md5);
    free(dn);
    free(hash);
}

/* ---- passwords that go ---- */

static void
a_password_that_goes_is_kept_in_a_file(void **state)
{
    world *w = *state;
    char *dn = somebody(w, "perdu", MD5, "");
    char *before = shape_of(w, dn), *after, *ldif;
    char *path = server_path(&w->server, "perdus.ldif");
    char *words = text_of("--kind student --scheme {SSHA} --max-refused 100 "
                          "--drop-passwords %s --report "
                          "%s/report.csv",
        path, w->server.directory);
    struct stat s;
    tool t = adopt(w, ROOT, "perdu", words);

    expect_status(&t, 0);
    expect_text(t.out, "created   1\n");
    tool_free(&t);
    expect_stored(w->as[ROOT], dn, "educonnectState", "uninformed");
    expect_stored(w->as[ROOT], dn, "userPassword", NULL);
    assert_int_equal(stat(path, &s), 0);
    assert_int_equal(s.st_mode & 077, 0);
    t = adopt(w, ROOT, "perdu", words); /* nobody's is lost by a second run */
    expect_status(&t, 0);
    expect_text(t.out, "same      1\n");
    tool_free(&t);
    t = tool_run(w, ROOT, NULL, "adopt", "--undo %s", dn);
    tool_free(&t);
    ldif = text_of("%s\n", dn);
    t = tool_run(w, ROOT, ldif, "adopt", "--undo -");
    expect_status(&t, 0);
    expect_text(t.out, "released  1\n");
    tool_free(&t);
    free(ldif);
    ldif = read_file(path, NULL);
    ldif[strlen(ldif) - 1] = '\0';
    expect_ok(client_ldif(w->as[ROOT], "%s", ldif));
    after = shape_of(w, dn);
    assert_string_equal(before, after);
    free(ldif);
    free(words);
    free(path);
    free(after);
    free(before);
    free(dn);
}

/* ---- and back ---- */

#define N_BACK 6

static void
undone_it_is_what_it_was(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn[N_BACK], *before[N_BACK], *after, *guardian;
    char *words = text_of("--kind student --report %s/report.csv "
                          "--take educonnectIne=employeeNumber "
                          "--take educonnectGuardian=seeAlso "
                          "--give educonnectClass=6EME",
        w->server.directory);
    char *undo = text_of("--undo %s/report.csv", w->server.directory);
    tool t;

    guardian = somebody(w, "parent", hash, "");
    for (size_t i = 0; i < N_BACK; i++) {
        char *more = text_of("employeeNumber: 90000005%zuAB\nseeAlso: %s\n%s",
            i, guardian, i == 1 ? "pwdChangedTime: 20240901080000Z\n" : "");

        dn[i] = somebody(w, "retour", i == 2 ? "" : hash, more);
        before[i] = shape_of(w, dn[i]);
        free(more);
    }
    t = adopt(w, ROOT, "parent", "--kind guardian");
    expect_status(&t, 0);
    tool_free(&t);
    t = adopt(w, ROOT, "retour", words);
    expect_status(&t, 0);
    tool_free(&t);
    expect_stored(w->as[ROOT], dn[0], "educonnectGuardian", guardian);
    expect_ok(bind_once(&w->server, dn[3], SECRET));
    t = tool_run(w, ROOT, NULL, "adopt", "%s", undo);
    expect_status(&t, 1);
    expect_texts(t.out, "released  5\n", "refused   1\n");
    tool_free(&t);
    for (size_t i = 0; i < N_BACK; i++) {
        after = shape_of(w, dn[i]);
        if (i == 3)
            expect_stored(w->as[ROOT], dn[i], "educonnectState", "active");
        else
            assert_string_equal(before[i], after);
        free(after);
    }
    t = tool_run(w, ROOT, NULL, "adopt", "%s", undo);
    expect_status(&t, 1);
    expect_texts(t.out, "released  0\n", "same      5\n");
    tool_free(&t);
    for (size_t i = 0; i < N_BACK; i++) {
        free(before[i]);
        free(dn[i]);
    }
    free(guardian);
    free(undo);
    free(words);
    free(hash);
}

/* Without a list: who is active by migration, students before guardians. */
static void
without_a_list_it_is_all_that_migrated(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *guardian = somebody(w, "tous1", hash, "");
    char *more = text_of("seeAlso: %s\n", guardian);
    char *pupil = somebody(w, "tous2", hash, more);
    tool t = adopt(w, ROOT, "tous1", "--kind guardian");

    tool_free(&t);
    t = adopt(
        w, ROOT, "tous2", "--kind student --take educonnectGuardian=seeAlso");
    expect_status(&t, 0);
    tool_free(&t);
    t = tool_run(w, ROOT, NULL, "adopt", "--undo");
    expect_stored(w->as[ROOT], pupil, "educonnectState", NULL);
    expect_stored(w->as[ROOT], guardian, "educonnectState", NULL);
    expect_stored(w->as[ROOT], guardian, "userPassword", hash);
    tool_free(&t);
    free(pupil);
    free(more);
    free(guardian);
    free(hash);
}

/* ---- lists ---- */

static void
a_list_is_logins_or_names(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *a = somebody(w, "liste", hash, ""), *b = somebody(w, "liste", "", "");
    char *c = somebody(w, "liste", hash, "");
    char *list = text_of("# anciens\n%s\n%.*s\ndn: %s\npersonne\nun mot de "
                         "passe: xyzzy\n",
        a, (int)strcspn(b + 4, ","), b + 4, c);
    char *words = text_of("--kind student --max-refused 100 --report "
                          "%s/report.csv -",
        w->server.directory);
    tool t = tool_run(w, ROOT, list, "adopt", "%s", words);
    char *report;

    expect_status(&t, 1);
    expect_texts(t.out, "migrated  2\n", "created   1\n", "refused   2\n");
    expect_row(w, "refused", "personne", "it is not there");
    report = report_of(w);
    REQUIRE(strstr(report, "xyzzy") == NULL);
    tool_free(&t);
    free(report);
    free(words);
    free(list);
    free(c);
    free(b);
    free(a);
    free(hash);
}

/* A list as programs of Windows, and slapcat, write it: a byte order mark, CR
 * LF, base64, a name that is folded, commas that are escaped. */
static void
a_list_comes_from_anywhere(void **state)
{
    static const char *const rdn[] = {
        "cn=Ancien\\, Zoé %u", "cn=Ancien\\2C Léo et un nom très long %u"};
    world *w = *state;
    char *dn[4], *coded, *list;
    tool t;

    for (size_t i = 0; i < 4; i++) {
        unsigned n = ++w->serial;
        char *name = text_of(rdn[i % 2], n);

        dn[i] = text_of("%s," OLD, name);
        expect_ok(client_ldif(w->as[ROOT],
            "dn: %s\nobjectClass: inetOrgPerson\nuid: ancien%u\n"
            "sn: Ancien\n",
            dn[i], n));
        free(name);
    }
    /* "dn:: ...", with its line feed. */
    coded = client_line("dn", dn[1]);
    list = text_of("\xef\xbb\xbf%s\r\n%.24s\r\n %s"
                   "dn: %.25s\r\n %s\r\nDN: %s\r\n\r\n",
        dn[0], coded, coded + 24, dn[2], dn[2] + 25, dn[3]);
    t = tool_run(w, ROOT, list, "adopt", "--kind student -");
    expect_status(&t, 0);
    expect_texts(t.out, "created   4\n", "refused   0\n");
    tool_free(&t);
    for (size_t i = 0; i < 4; i++) {
        expect_stored(w->as[ROOT], dn[i], "educonnectState", "uninformed");
        free(dn[i]);
    }
    free(list);
    free(coded);
}

/* ---- the slapcat way ---- */

static char *
slapcat(world *w)
{
    char *text = NULL;

    REQUIRE(server_tool(&w->server, NULL, &text, "slapcat",
                "-o ldif-wrap=no -b %s", SUFFIX) == 0);
    return text;
}

static void
a_file_of_slapcats_becomes_one_for_slapadd(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn = somebody(w, "hors", hash,
        "pwdChangedTime: 20240901080000Z\nemployeeNumber: 900000077AB\n");
    char *md5 = somebody(w, "hors", MD5, ""),
         *none = somebody(w, "hors", "", "mobile: 06 12 34 56 78\n");
    char *in = server_path(&w->server, "in.ldif");
    char *out = server_path(&w->server, "out.ldif");
    char *kept = server_path(&w->server, "kept.ldif"), *list, *text, *ldif;
    world fresh = {0};
    setup how = {.directives = NULL};
    tool t;

    text = slapcat(w);
    write_file(in, text);
    list = text_of("dn: %s\n%s\n%s\nuid=absent," OLD "\n", dn, md5, none);
    t = tool_run_plain(list, "adopt",
        "-b %s --kind student --scheme {SSHA} --ldif %s --output %s "
        "--max-refused 100 --drop-passwords %s --take "
        "educonnectIne=employeeNumber "
        "--give educonnectEnrolledAt=9990001x -",
        SUFFIX, in, out, kept);
    expect_status(&t, 1);
    expect_texts(t.out, "migrated  1\n", "created   2\n", "refused   1\n");
    tool_free(&t);
    free(text);
    text = read_file(kept, NULL);
    expect_text(text, md5);
    free(text);
    server_prepare(&fresh.server, &how);
    ldif = read_file(out, NULL);
    if (server_tool(&fresh.server, ldif, &text, "slapadd", "-b %s", SUFFIX) !=
        0)
        FAIL("slapadd: %s", text);
    server_start(&fresh.server);
    world_login(&fresh);
    expect_stored(fresh.as[ROOT], dn, "educonnectState", "active");
    expect_stored(fresh.as[ROOT], dn, "educonnectActivatedBy", "migration");
    expect_stored(fresh.as[ROOT], dn, "pwdChangedTime", "20240901080000Z");
    expect_stored(fresh.as[ROOT], dn, "educonnectEnrolledAt", COLLEGE);
    expect_stored(fresh.as[ROOT], none, "educonnectMobileKey", "+33612345678");
    expect_stored(fresh.as[ROOT], md5, "userPassword", NULL);
    expect_stored(fresh.as[ROOT], md5, "educonnectState", "uninformed");
    expect_ok(bind_once(&fresh.server, dn, SECRET));
    world_end(&fresh);
    free(text);
    free(ldif);
    free(list);
    free(kept);
    free(out);
    free(in);
    free(none);
    free(md5);
    free(dn);
    free(hash);
}

/* As by a server: most of them at once is a slip, and nothing is written. */
static void
too_many_refusals_stop_a_file_too(void **state)
{
    world *w = *state;
    char *bad = somebody(w, "frein2", MD5, "");
    char *in = server_path(&w->server, "frein.ldif"), *text = slapcat(w);
    char *out = server_path(&w->server, "frein.out.ldif");
    char *kept = server_path(&w->server, "frein.kept.ldif");
    char *list = text_of("%s\n", bad);
    struct stat s;

    write_file(in, text);
    for (int drop = 0; drop < 2; drop++) {
        char *more = text_of(drop ? "--drop-passwords %s" : "%.0s", kept);
        tool t = tool_run_plain(list, "adopt",
            "-b %s --kind student --scheme {SSHA} --ldif %s --output %s %s -",
            SUFFIX, in, out, more);

        expect_status(&t, 4);
        expect_text(t.err, "1 of 1 entries would be refused");
        REQUIRE(stat(out, &s) != 0 && stat(kept, &s) != 0);
        tool_free(&t);
        free(more);
    }
    free(list);
    free(kept);
    free(out);
    free(text);
    free(in);
    free(bad);
}

/* Under whatever name it stands. */
static void
a_password_with_options_is_kept_as_well(void **state)
{
    world *w = *state;
    char *md5 = ssha_of(SECRET);
    char *more = text_of("userPassword;lang-fr: %s\n"
                         "pwdChangedTime: 20240901080000Z\npwdReset: TRUE\n",
        md5);
    char *a = somebody(w, "langue", "", more),
         *b = somebody(w, "langue", MD5, more);
    char *in = server_path(&w->server, "langue.ldif"), *text = slapcat(w);
    char *out = server_path(&w->server, "langue.out.ldif");
    char *kept = server_path(&w->server, "langue.kept.ldif");
    char *list = text_of("%s\n%s\n", a, b);
    char *words = text_of("--kind student --scheme {SSHA} --max-refused 100 "
                          "--drop-passwords %s -",
        kept);
    tool t;

    write_file(in, text);
    free(text);
    t = tool_run_plain(list, "adopt", "-b %s --ldif %s --output %s %s", SUFFIX,
        in, out, words);
    expect_status(&t, 0);
    expect_text(t.out, "created   2\n");
    tool_free(&t);
    text = read_file(kept, NULL);
    expect_texts(text, "add: userPassword;lang-fr\n", "add: userPassword\n",
        "# pwdReset: TRUE\n", "# pwdChangedTime: 20240901080000Z\n");
    free(text);
    assert_int_equal(remove(kept), 0);
    t = tool_run(w, ROOT, list, "adopt", "%s", words);
    expect_status(&t, 0);
    expect_text(t.out, "created   2\n");
    tool_free(&t);
    t = tool_run(w, ROOT, list, "adopt", "--undo -");
    expect_status(&t, 0);
    tool_free(&t);
    text = read_file(kept, NULL);
    expect_texts(text, "add: userPassword;lang-fr\n", "add: userPassword\n",
        "# pwdReset: TRUE\n", "# pwdChangedTime: 20240901080000Z\n");
    free(text);
    free(words);
    free(list);
    free(kept);
    free(out);
    free(in);
    free(b);
    free(a);
    free(more);
    free(md5);
}

/* ---- how it is called ---- */

static void
what_does_not_go_together_is_said(void **state)
{
    static const struct {
        const char *words, *says;
    } wrong[] = {
        {"--filter (uid=*)", "name a --kind"},
        {"--kind pupil --filter (uid=*)", "--kind is student or guardian"},
        {"--kind student", "name a list of entries, or a --filter"},
        {"--kind student --filter (uid=*) list", "or a --filter"},
        {"--kind student --filter (uid=*) --give educonnectState=active",
            "knows no such attribute"},
        {"--kind student --filter (uid=*) --take educonnectIne",
            "is ATTRIBUTE"},
        {"--kind student --filter (uid=*) --give educonnectGuardian=zoe",
            "asks for a DN"},
        {"--kind student --filter (uid=*) --scheme {ROT13}", "is none that"},
        {"--kind student --ldif x --filter (uid=*)", "--ldif takes a list"},
        {"--kind student --ldif x list", "--ldif needs"},
        {"--kind student --filter (uid=*) --drop-passwords x",
            "--drop-passwords needs --scheme"},
        {"--undo --ldif x list", "load that to undo"},
        {"--kind student --filter (uid=*) --max-refused 200", "0% to 100%"},
        {"--kind student --filter uid=*)", "--filter: Bad search filter"},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        tool t = tool_run(w, ROOT, NULL, "adopt", "%s", wrong[i].words);

        expect_status(&t, 2);
        expect_text(t.err, wrong[i].says);
        tool_free(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_had_a_password_keeps_it),
        cmocka_unit_test(a_dry_run_prints_the_changes),
        cmocka_unit_test(each_refusal_has_its_reason),
        cmocka_unit_test(too_many_refusals_stop_it),
        cmocka_unit_test(the_directory_has_the_last_word),
        cmocka_unit_test(a_password_that_goes_is_kept_in_a_file),
        cmocka_unit_test(undone_it_is_what_it_was),
        cmocka_unit_test(without_a_list_it_is_all_that_migrated),
        cmocka_unit_test(a_list_is_logins_or_names),
        cmocka_unit_test(a_list_comes_from_anywhere),
        cmocka_unit_test(a_file_of_slapcats_becomes_one_for_slapadd),
        cmocka_unit_test(too_many_refusals_stop_a_file_too),
        cmocka_unit_test(a_password_with_options_is_kept_as_well),
        cmocka_unit_test(what_does_not_go_together_is_said),
    };

    tool_secret(SECRET);
    return cmocka_run_group_tests(tests, adopting_world, end_world);
}
