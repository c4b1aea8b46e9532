/* test_ctl_who.c - status, reset, unlock and their like find people by what a
 * help desk is told on the telephone, and speak its language.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tool.h"

static const struct person {
    const char *uid, *sn, *given, *class; /* class NULL: a guardian */
} people[] = {
    {"p.chescay", "CHESÇAY", "Paul", "6EME A"},
    {"m.chescay", "Chesçay", "Marie-Lou", "6EME B"},
    {"j.oeuvrard", "Œuvrard", "Jean-Pierre", "6EME A"},
    {"e.dartagnan", "d'Artagnan", "Ève", "5EME 1"},
    {"p.durand", "Durand", "Paul", NULL},
    {"h.martin1", "Martin", "Hugo", "4EME C"},
    {"h.martin2", "Martin", "Hugo", "4EME C"},
};

static char *
dn_of(const char *uid)
{
    return text_of("uid=%s," PEOPLE, uid);
}

static int
begin(void **state)
{
    static world w;
    setup how = {.access = NULL};
    unsigned ine = 0;
    char *helper;

    helper = actor_dn(ASSISTANCE);
    how.access = text_of("access to dn.exact=\"uid=p.durand," PEOPLE
                         "\" by dn.exact=\"%s\" none by * break\n",
        helper);
    world_begin(&w, &how);
    free(helper);
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        const struct person *p = people + i;
        char *pupil =
            p->class == NULL
                ? text_of("objectClass: educonnectLegalGuardian\n")
                : text_of("objectClass: educonnectStudent\neduconnectIne: "
                          "00000001%uAB\neduconnectBirthDate: 2014-05-06\n"
                          "educonnectEnrolledAt: " COLLEGE
                          "\neduconnectClass: %s\n",
                      ine++, p->class);

        expect_ok(client_ldif(w.as[PROVISIONER],
            "dn: uid=%s," PEOPLE "\nchangetype: add\nobjectClass: "
            "inetOrgPerson\n%suid: %s\ncn: %s %s\nsn: %s\ngivenName: %s\n\n",
            p->uid, pupil, p->uid, p->given, p->sn, p->sn, p->given));
        free(pupil);
    }
    *state = &w;
    return 0;
}

static int
end(void **state)
{
    world_end(*state);
    return 0;
}

static void
one_is_found_by_name(void **state)
{
    static const struct {
        const char *typed, *uid;
    } rows[] = {
        {"'Chesçay Paul'", "p.chescay"},
        {"'Paul Chesçay'", "p.chescay"},
        {"'paul chescay'", "p.chescay"},
        {"'CHESCAY, PAUL'", "p.chescay"},
        {"chescay paul", "p.chescay"}, /* without quotes */
        {"'  Chescay   Paul '", "p.chescay"},
        {"'marie-lou chescay'", "m.chescay"},
        {"'chescay marie'", "m.chescay"},
        {"'chescay lou'", "m.chescay"},
        {"oeuvrard", "j.oeuvrard"},
        {"ŒUVRARD", "j.oeuvrard"},
        {"'jean-pierre oeuvrard'", "j.oeuvrard"},
        {"d’artagnan", "e.dartagnan"},
        {"dartagnan", "e.dartagnan"},
        {"'eve artagnan'", "e.dartagnan"},
        {"durand", "p.durand"},
        {"h.martin2", "h.martin2"}, /* logins go before */
        {"H.MARTIN2", "h.martin2"},
        {"uid=h.martin1," PEOPLE, "h.martin1"},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tool t;
        char *line;

        t = tool_run(w, ACADEMY, NULL, "status", "%s", rows[i].typed);
        line = text_of("\nuid         %s\n", rows[i].uid);
        if (t.status != 0 || strstr(t.out, line) == NULL)
            FAIL("%s is not %s:\n%s%s", rows[i].typed, rows[i].uid, t.out,
                t.err);
        free(line);
        tool_free(&t);
    }
}

static void
several_are_listed(void **state)
{
    static const struct {
        const char *typed, *said, *one, *other, *not;
    } rows[] = {
        {"chescay", "chescay may be:",
            "p.chescay: Paul CHESÇAY, student, "
            "6EME A, uninformed",
            "m.chescay: ", "oeuvrard"},
        {"paul", "paul may be:", "p.chescay: ",
            "p.durand: Paul Durand, guardian, uninformed", "martin"},
        {"'hugo martin'", "may be:", "h.martin1: ", "h.martin2: ", "chescay"},
        {"'6EME A'",
            "6EME A is a class:", "p.chescay: ", "j.oeuvrard: ", "m.chescay"},
        {"'6eme a'", "is a class:", "p.chescay: ", "j.oeuvrard: ", "m.chescay"},
        /* One alone that only sounds like it is never taken for it. */
        {"'duran'", "nobody has the name duran",
            "p.durand: ", "p.durand: ", "chescay"},
        {"'5EME 1'",
            "5EME 1 is a class:", "e.dartagnan: ", "e.dartagnan: ", "chescay"},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tool t = tool_run(w, ACADEMY, NULL, "status", "%s", rows[i].typed);

        expect_status(&t, 1);
        assert_string_equal(t.out, "");
        expect_text(t.err, rows[i].said);
        expect_text(t.err, rows[i].one);
        expect_text(t.err, rows[i].other);
        expect_text(t.err, "none was chosen");
        if (strstr(t.err, rows[i].not) != NULL)
            FAIL("%s is listed: %s", rows[i].not, t.err);
        tool_free(&t);
    }
}

static void
who_is_nobody_is_said(void **state)
{
    static const char *const rows[] = {"xyzzy", "'6EME Z'", "'* )('", "'...'",
        "'chescay xyzzy'", "'cn=*'", "-- -"};
    world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tool t = tool_run(w, ACADEMY, NULL, "status", "%s", rows[i]);

        expect_status(&t, 1);
        expect_text(t.err, "no such account, or not to be read");
        tool_free(&t);
    }
}

/* What changes something takes no one who was not clearly meant. */
static void
events_take_a_name_and_never_guess(void **state)
{
    static const char *const events[] = {
        "suspend", "unlock", "close", "resume", "reopen"};
    world *w = *state;
    char *dn = dn_of("p.chescay");
    char *path = server_path(&w->server, "made");
    tool t;

    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        t = tool_run(w, ACADEMY, NULL, events[i], "chescay duran '6EME A'");
        expect_status(&t, 1);
        expect_text(t.out, "chescay: refused: names no account, or more than");
        expect_text(t.out, "duran: refused: ");
        expect_text(t.out, "6EME A: refused: ");
        tool_free(&t);
    }
    t = tool_run(w, HEAD1, NULL, "reset", "-o %s 'paul chescay' chescay", path);
    expect_status(&t, 1);
    expect_text(t.out, dn);
    expect_stored(w->as[ROOT], dn, "educonnectState", "informed");
    tool_free(&t);
    t = tool_run(w, HEAD1, NULL, "unlock", "'paul chescay'");
    expect_status(&t, 0);
    expect_text(t.out, dn);
    tool_free(&t);
    t = tool_run(w, ACADEMY, NULL, "suspend", "'Chesçay Paul'");
    expect_status(&t, 0);
    expect_stored(w->as[ROOT], dn, "educonnectState", "suspended");
    tool_free(&t);
    t = tool_run(w, ACADEMY, "paul chescay\n", "resume", "-");
    expect_status(&t, 1);
    expect_text(t.out, "line 1: refused: is no login, DN or source id");
    tool_free(&t);
    t = tool_run(w, ACADEMY, NULL, "resume", "'chescay, paul'");
    expect_status(&t, 0);
    tool_free(&t);
    free(path);
    free(dn);
}

static void
somebody_at_a_terminal_is_asked(void **state)
{
    static const struct {
        const char *typed;
        int status;
        const char *part;
    } rows[] = {
        {"1\n", 0, "m.chescay"},
        {"2\n", 0, "Paul CHESÇAY"},
        {"\n", 1, "none was chosen"},
        {"3\n", 1, "none was chosen"},
        {"0\n", 1, "none was chosen"},
        {"-1\n", 1, "none was chosen"},
        {"1x\n", 1, "none was chosen"},
        {"99999999999999999999\n", 1, "none was chosen"},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const tool_dialogue dialogue[] = {
            {"Which one (a number, or nothing)?", rows[i].typed}, {NULL, NULL}};
        tool t =
            tool_run_on_terminal(w, ACADEMY, dialogue, "status", "chescay");

        expect_status(&t, rows[i].status);
        expect_text(t.out, "  1  m.chescay: ");
        expect_text(t.out, "  2  p.chescay: ");
        expect_text(t.out, rows[i].part);
        tool_free(&t);
    }
}

/* Whom the access rules hide is not found by name either. */
static void
nobody_is_told_of_whom_is_hidden(void **state)
{
    world *w = *state;
    tool t;

    t = tool_run(w, ASSISTANCE, NULL, "status", "durand");
    expect_status(&t, 1);
    expect_text(t.err, "no such account, or not to be read");
    REQUIRE(strstr(t.err, "p.durand") == NULL);
    tool_free(&t);
}

/* ---- French ---- */

static void
a_french_terminal_is_spoken_to_in_french(void **state)
{
    static const char *const locales[] = {
        "fr_FR.UTF-8", "fr_FR", "fr", "fr_CA.UTF-8", "fr_FR@euro"};
    static const char *const others[] = {
        "C", "en_GB.UTF-8", "de_DE", "fur_IT", "POSIX"};
    world *w = *state;
    tool t;

    for (size_t i = 0; i < sizeof(locales) / sizeof(locales[0]); i++) {
        tool_locale(locales[i]);
        t = tool_run(w, ACADEMY, NULL, "status", "'paul chescay'");
        expect_status(&t, 0);
        expect_texts(t.out, "\nétat           informé depuis le ", " h ",
            "\nraison         a un courrier remis par ",
            " ; il est valable jusqu'au ",
            "\nconnexion      peut se connecter, pour choisir",
            "\nvous pouvez    ", "la suspension");
        REQUIRE(strstr(t.out, "suspend,") == NULL);
        REQUIRE(strstr(t.out, "informed") == NULL);
        tool_free(&t);
    }
    t = tool_run(w, ACADEMY, NULL, "status", "chescay");
    expect_status(&t, 1);
    expect_text(t.err, "chescay peut être :");
    expect_text(t.err, "p.chescay: Paul CHESÇAY, élève, 6EME A, informé");
    tool_free(&t);
    t = tool_run(w, ACADEMY, NULL, "suspend", "'paul chescay'");
    expect_text(t.out, ": fait\n");
    tool_free(&t);
    t = tool_run(w, ACADEMY, NULL, "resume", "'paul chescay' xyzzy");
    expect_text(t.out, "xyzzy: refusé: ne désigne aucun compte, ou plusieurs");
    tool_free(&t);
    /* Programs read one language. */
    t = tool_run(w, ACADEMY, NULL, "status", "--json 'paul chescay'");
    expect_text(t.out, "\"informed\"");
    REQUIRE(strstr(t.out, "courrier") == NULL);
    tool_free(&t);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        tool_locale(others[i]);
        t = tool_run(w, ACADEMY, NULL, "status", "'paul chescay'");
        expect_text(t.out, "\nstate       informed since ");
        tool_free(&t);
    }
    tool_locale("C");
}

/* ---- who asks ---- */

static const struct {
    const char *subcommand, *words;
    bool output; /* with -o */
} nobodys[] = {
    {"status", "p.chescay", false},
    {"status", "'paul chescay'", false},
    {"close", "p.chescay", false},
    {"lock", "p.chescay", false},
    {"reset", "p.chescay", true},
    {"history", "p.chescay", false},
    {"person", "--export p.chescay", false},
    {"letters", "-s 9990001X", true},
    {"school", "9990001X", false},
    {"report", "", false},
    {"purge", "", false},
    {"merge", "-i p.chescay m.chescay", false},
    {"contest", "p.chescay", false},
    {"adopt", "-k student -F (uid=p.chescay)", false},
    {"setup", "", false},
};

/* A search tells nobody that there is nothing; why is said by the tool. Who
 * said who he is, and who is shown something, does not hear it. */
static void
who_forgot_to_say_who_he_is_is_told(void **state)
{
    static const char advice[] = "say who you are by -D";
    setup how = {.access = "access to * by anonymous auth by * break\n"};
    world w;
    tool t;

    (void)state;
    world_begin(&w, &how);
    for (size_t i = 0; i < sizeof(nobodys) / sizeof(nobodys[0]); i++) {
        char *path = server_path(&w.server, "new");
        char *words = nobodys[i].output
                          ? text_of("%s -o %s", nobodys[i].words, path)
                          : text_of("%s", nobodys[i].words);

        t = tool_run(&w, N_ACTORS, NULL, nobodys[i].subcommand, "%s", words);
        if (t.status == 0 || strstr(t.err, advice) == NULL)
            FAIL(
                "%s %s: %d\n%s", nobodys[i].subcommand, words, t.status, t.err);
        tool_free(&t);
        free(words);
        free(path);
    }
    t = tool_run(&w, N_ACTORS, NULL, "status", "--json");
    expect_status(&t, 2);
    REQUIRE(strstr(t.err, advice) == NULL);
    tool_free(&t);
    t = tool_run(&w, ASSISTANCE, NULL, "status", "p.chescay");
    expect_status(&t, 1);
    REQUIRE(strstr(t.err, advice) == NULL);
    tool_free(&t);
    world_end(&w);
}

static void
what_is_no_uri_is_said(void **state)
{
    static const char *const none[] = {"ldap.example.org", "http://127.0.0.1"};

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        tool t = tool_run_plain(NULL, "status", "-H %s p.chescay", none[i]);

        expect_status(&t, 3);
        expect_text(t.err, none[i]);
        expect_text(t.err, "no URI of a server: ldap://host");
        tool_free(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_is_found_by_name),
        cmocka_unit_test(several_are_listed),
        cmocka_unit_test(who_is_nobody_is_said),
        cmocka_unit_test(events_take_a_name_and_never_guess),
        cmocka_unit_test(somebody_at_a_terminal_is_asked),
        cmocka_unit_test(nobody_is_told_of_whom_is_hidden),
        cmocka_unit_test(a_french_terminal_is_spoken_to_in_french),
        cmocka_unit_test(who_forgot_to_say_who_he_is_is_told),
        cmocka_unit_test(what_is_no_uri_is_said),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
