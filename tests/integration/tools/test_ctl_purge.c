/* test_ctl_purge.c - educonnectctl purge: what is due, what goes, and what
 * never does.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "harness/tool.h"

#define CLOSED                                                                 \
    "educonnectState: closed\neduconnectFormerState: uninformed\n"             \
    "educonnectStateSince: 20200101000000Z\neduconnectSerial: 3\n"
#define ACTIVE "educonnectState: active\neduconnectActivatedBy: federation\n"
#define LEFT(at) "educonnectLeftAt: " at "\n"
#define MERGED(into) "educonnectMergedInto: uid=" into "," PEOPLE "\n"

static const struct {
    const char *uid;
    bool student;
    const char *lines;
} people[] = {
    {"parti", false, CLOSED LEFT("20200901000000Z")},
    {"tantot", true, CLOSED LEFT("20990101000000Z")},
    {"ferme", true, CLOSED},
    {"revenu", false,
        ACTIVE "educonnectFederatedId: f1\n" LEFT("20200901000000Z")},
    {"garde", false, ACTIVE "educonnectFederatedId: f2\n"},
    {"doublon", false, CLOSED MERGED("garde")},
    {"lie", false, CLOSED MERGED("garde")},
    {"perdu", false, CLOSED MERGED("parti-aussi")},
    {"lettre", false,
        "educonnectState: informed\npwdReset: TRUE\neduconnectInformedBy: -\n"
        "educonnectProvisionalUntil: 20200101000000Z\n"
        "userPassword: {SSHA}none\n"},
    {"enfant", true, "educonnectGuardian: uid=lie," PEOPLE "\n"},
};

/* A world with these people; how is its setup. */
static world *
world_with_people(const setup *how)
{
    world *w = calloc(1, sizeof(*w));

    world_begin(w, how);
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        char *output = NULL;
        char *ldif = text_of("dn: uid=%s," PEOPLE
                             "\nobjectClass: inetOrgPerson\n"
                             "objectClass: %s\nuid: %s\ncn: X\nsn: X\n%s",
            people[i].uid,
            people[i].student ? "educonnectStudent" : "educonnectLegalGuardian",
            people[i].uid, people[i].lines);

        if (server_tool(
                &w->server, ldif, &output, "slapadd", "-b %s", SUFFIX) != 0)
            FAIL("slapadd refused:\n%s\n%s", ldif, output);
        free(output);
        free(ldif);
    }
    return w;
}

static int
begin(void **state)
{
    *state = world_with_people(NULL);
    return 0;
}

/* The logins of all accounts that are there. */
static char *
remaining(world *w)
{
    char *list = text_of("%s", "");

    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
        char *dn = text_of("uid=%s," PEOPLE, people[i].uid);
        char *uid = client_read(w->as[PROVISIONER], dn, "uid");

        if (uid != NULL) {
            char *longer = text_of(
                "%s%s%s", list, list[0] == '\0' ? "" : " ", people[i].uid);

            free(list);
            list = longer;
        }
        free(uid);
        free(dn);
    }
    return list;
}

static void
expect_remaining_at(const char *file, int line, world *w, const char *expected)
{
    char *list = remaining(w);

    if (strcmp(list, expected) != 0)
        fail_test(file, line, "there are %s, not %s", list, expected);
    free(list);
}
#define expect_remaining(w, expected)                                          \
    expect_remaining_at(__FILE__, __LINE__, (w), (expected))

#define EVERYBODY                                                              \
    "parti tantot ferme revenu garde doublon lie perdu lettre enfant"

/* Runs ldapmodify on LDIF as the provisioner; returns its exit status. */
static int
ldapmodify(world *w, const char *ldif)
{
    char *password = actor_password(PROVISIONER), *dn = actor_dn(PROVISIONER);
    char *secret = server_path(&w->server, "secret");
    char *file = server_path(&w->server, "changes.ldif");
    char *command = text_of("ldapmodify -x -c -H %s -D %s -y %s -f %s "
                            ">/dev/null 2>&1",
        w->server.url, dn, secret, file);
    int status;

    write_file(secret, password);
    write_file(file, ldif);
    status = system(command);
    free(command);
    free(file);
    free(secret);
    free(dn);
    free(password);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
a_dry_run_names_what_is_due(void **state)
{
    world *w = *state;
    tool t = tool_run(w, PROVISIONER, NULL, "purge", "%s", "");

    /* As the real run would. */
    expect_status(&t, 4);
    expect_text(t.out, "# left the sources (2020-09-01 00:00 UTC)\n"
                       "dn: uid=parti," PEOPLE "\n"
                       "control: 1.3.6.1.1.12 true:: ");
    expect_text(t.out, "# merged into another account (2020-01-01 00:00 UTC)\n"
                       "dn: uid=perdu," PEOPLE "\n");
    expect_text(t.out, "changetype: delete\n");
    expect_text(t.out, "# 2 of 10 accounts are due; 1 left the sources; 1 "
                       "merged into another account.\n");
    expect_text(t.err, "with --apply this would stop");
    expect_remaining(w, EVERYBODY);
    tool_free(&t);
}

static void
options_widen_it(void **state)
{
    static const struct {
        const char *words, *summary;
    } known[] = {
        {"--all-closed --json",
            "\"accounts\":10,\"left\":1,\"closed\":1,\"merged\":1,"
            "\"unconfirmed\":0,\"keptForStudents\":0,\"deleted\":0,\"notDone\":"
            "0}}"},
        {"--merged --json",
            "\"accounts\":10,\"left\":1,\"closed\":0,\"merged\":2,"
            "\"unconfirmed\":0,\"keptForStudents\":1,\"deleted\":0,\"notDone\":"
            "0}}"},
        {"--unconfirmed-after 90d --json",
            "\"accounts\":10,\"left\":1,\"closed\":0,\"merged\":1,"
            "\"unconfirmed\":1,\"keptForStudents\":0,\"deleted\":0,\"notDone\":"
            "0}}"},
        {"--closed-after 36500d --json",
            "\"accounts\":10,\"left\":0,\"closed\":0,\"merged\":0,"
            "\"unconfirmed\":0,\"keptForStudents\":0,\"deleted\":0,\"notDone\":"
            "0}}"},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        tool t = tool_run(w, PROVISIONER, NULL, "purge",
            "--max-removals 100%% %s", known[i].words);

        expect_status(&t, 0);
        expect_text(t.out, "{\"summary\":{\"applied\":false,");
        expect_text(t.out, known[i].summary);
        tool_free(&t);
    }
    expect_remaining(w, EVERYBODY);
}

/* Two of ten are more than a tenth. */
static void
too_many_at_once_stop_it(void **state)
{
    world *w = *state;
    tool t = tool_run(w, PROVISIONER, NULL, "purge", "--apply");

    expect_status(&t, 4);
    assert_string_equal(t.out, "");
    expect_text(t.err, "2 of 10 accounts would go, more than 10%");
    expect_remaining(w, EVERYBODY);
    tool_free(&t);
}

static void
wrong_words_are_refused(void **state)
{
    static const char *const wrong[] = {"--closed-after 90", "parti",
        "--unconfirmed-after 0d", "--max-removals 101%", "--max-removals x"};
    world *w = *state;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        tool t = tool_run(w, PROVISIONER, NULL, "purge", "%s", wrong[i]);

        expect_status(&t, 2);
        assert_string_equal(t.out, "");
        tool_free(&t);
    }
    expect_remaining(w, EVERYBODY);
}

/* The LDIF of a dry run, sent by ldapmodify, spares who has come back. */
static void
the_ldif_spares_who_came_back(void **state)
{
    world *w = *state;
    tool t = tool_run(
        w, PROVISIONER, NULL, "purge", "--all-closed --max-removals 100%%");

    expect_status(&t, 0);
    expect_text(t.out, "dn: uid=ferme," PEOPLE "\n");
    expect_ok(client_modify(w->as[PROVISIONER], "uid=ferme," PEOPLE,
        "replace: educonnectState\neduconnectState: uninformed\n"));
    expect_ok(client_modify(w->as[PROVISIONER], "uid=ferme," PEOPLE,
        "replace: educonnectState\neduconnectState: closed\n"));
    assert_int_equal(ldapmodify(w, t.out), LDAP_ASSERTION_FAILED);
    expect_remaining(w, "tantot ferme revenu garde doublon lie lettre enfant");
    tool_free(&t);
}

static void
an_order_deletes_and_says_whom(void **state)
{
    world *w = *state;
    tool t = tool_run(w, PROVISIONER, NULL, "purge",
        "--apply --merged --unconfirmed-after 365d --max-removals 50%%");

    expect_status(&t, 0);
    expect_text(t.out, "deleted uid=doublon," PEOPLE
                       ": merged into another account (2020-01-01 00:00 "
                       "UTC)\n");
    expect_text(t.out, "kept uid=lie," PEOPLE ": merged, but students name it");
    expect_text(
        t.out, "deleted uid=lettre," PEOPLE ": the letter ran out unused");
    expect_text(t.out, "Deleted: 2, changed since they were read: 0, refused: "
                       "0.\n");
    expect_remaining(w, "tantot ferme revenu garde lie enfant");
    tool_free(&t);
    t = tool_run(w, PROVISIONER, NULL, "purge", "--apply --max-removals 50%%");
    expect_status(&t, 0);
    assert_string_equal(t.out,
        "0 of 6 accounts are due. Deleted: 0, changed since they were read: "
        "0, refused: 0.\n");
    tool_free(&t);
}

/* ---- logins that are given to nobody ---- */

#define FORMER(uid) "cn=" uid ",ou=former-logins," PEOPLE

/* Imports a pupil and guardian whose logins are their family names. */
static void
import_family(world *w, const char *number, const char *sn)
{
    char *path = server_path(&w->server, "family.csv");
    char *text = text_of("id;sn;givenName;birthDate;ine;school;guardian1_id;"
                         "guardian1_sn\n%s;%s;Eva;2012-03-01;0000000%sAA;%s;"
                         "%s;Autre%s\n",
        number, sn, number, COLLEGE_UAI, number, number);
    tool t;

    write_file(path, text);
    t = tool_run(
        w, PROVISIONER, NULL, "import", "--login-pattern {sn} %s", path);
    expect_status(&t, 0);
    tool_free(&t);
    free(text);
    free(path);
}

static void
expect_login(world *w, const char *ine, const char *login)
{
    char *dn = text_of("uid=%s," PEOPLE, login);

    expect_stored(w->as[ROOT], dn, "educonnectIne", ine);
    free(dn);
}

/* Mail and files of the former holder would reach the next of that name. */
static void
a_deleted_login_is_not_given_again(void **state)
{
    world *w = *state;
    char *all = client_read(w->as[ROOT], FORMER("parti"), "cn");
    tool t;

    REQUIRE(all != NULL);
    free(all);
    expect_values(
        w->as[ROOT], FORMER("parti"), "objectClass", "organizationalRole");
    expect_values(w->as[ROOT], FORMER("lettre"), "cn", "lettre");
    REQUIRE(client_read(w->as[ROOT], FORMER("parti"), "description") == NULL);
    /* Whoever was kept is not remembered. */
    REQUIRE(client_read(w->as[ROOT], FORMER("lie"), "cn") == NULL);
    import_family(w, "71", "Parti");
    expect_login(w, "000000071AA", "parti2");
    /* Their time is not over yet. */
    t = tool_run(w, PROVISIONER, NULL, "purge", "--apply");
    expect_status(&t, 0);
    tool_free(&t);
    REQUIRE(client_read(w->as[ROOT], FORMER("parti"), "cn") != NULL);
    t = tool_run(w, PROVISIONER, NULL, "purge", "--keep-logins none");
    expect_status(&t, 0);
    expect_text(t.out, "dn: " FORMER("parti") "\nchangetype: delete\n");
    tool_free(&t);
    REQUIRE(client_read(w->as[ROOT], FORMER("parti"), "cn") != NULL);
    t = tool_run(w, PROVISIONER, NULL, "purge", "--apply --keep-logins none");
    expect_status(&t, 0);
    tool_free(&t);
    REQUIRE(client_read(w->as[ROOT], FORMER("parti"), "cn") == NULL);
    import_family(w, "72", "Parti");
    expect_login(w, "000000072AA", "parti");
}

static void
nothing_is_remembered_where_nothing_is_to_be(void **state)
{
    world *w = world_with_people(NULL);
    tool t = tool_run(w, PROVISIONER, NULL, "purge",
        "--apply --max-removals 50%% --keep-logins none");

    (void)state;
    expect_status(&t, 0);
    tool_free(&t);
    REQUIRE(client_read(w->as[ROOT], "ou=former-logins," PEOPLE, "ou") == NULL);
    t = tool_run(w, PROVISIONER, NULL, "purge", "--keep-logins 3");
    expect_status(&t, 2);
    tool_free(&t);
    world_end(w);
    free(w);
}

/* Where the server cannot say that the account is as it was read, it is kept;
 * where it refuses, the run says so. Here the access rules are the reason. */
static void
doubt_and_refusal_keep_accounts(void **state)
{
    static const setup how = {
        .access = "access to attrs=educonnectLeftAt\n"
                  "    by dn.exact=\"uid=provisioner," STAFF_DN "\" =rd\n"
                  "    by * break\n"
                  "access to dn.exact=\"uid=perdu," PEOPLE "\" attrs=entry\n"
                  "    by * read\n"};
    world *w = world_with_people(&how);
    tool t;

    (void)state;
    t = tool_run(w, PROVISIONER, NULL, "purge", "--apply --max-removals 100%%");
    expect_status(&t, 1);
    expect_text(t.out, "kept uid=parti," PEOPLE
                       ": left the sources (2020-09-01 00:00 UTC); changed "
                       "since it was read\n");
    expect_text(t.out, "refused uid=perdu," PEOPLE ": ");
    expect_text(t.out, "Insufficient access");
    expect_remaining(w, EVERYBODY);
    tool_free(&t);
    world_end(w);
    free(w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dry_run_names_what_is_due),
        cmocka_unit_test(options_widen_it),
        cmocka_unit_test(too_many_at_once_stop_it),
        cmocka_unit_test(wrong_words_are_refused),
        cmocka_unit_test(the_ldif_spares_who_came_back),
        cmocka_unit_test(an_order_deletes_and_says_whom),
        cmocka_unit_test(a_deleted_login_is_not_given_again),
        cmocka_unit_test(nothing_is_remembered_where_nothing_is_to_be),
        cmocka_unit_test(doubt_and_refusal_keep_accounts),
    };

    return cmocka_run_group_tests(tests, begin, end_world);
}
