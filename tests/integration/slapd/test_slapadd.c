/* test_slapadd.c - accounts that slapadd loads, names and counts, or refuses.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOUND_STUDENT(uid)                                                     \
    "dn: uid=" uid "," PEOPLE "\nobjectClass: inetOrgPerson\n"                 \
    "objectClass: educonnectStudent\nuid: " uid                                \
    "\ncn: Ines Karadec\nsn: Karadec\n"
#define HASH "{SSHA}OEcQMyjVPaXyZ5/OANdRnsPwqn9zYWx0MTIzNA=="
#define PASSWORD "userPassword: " HASH "\n"
#define LETTER                                                                 \
    "educonnectInformedBy: " COLLEGE_UAI                                       \
    "\neduconnectProvisionalUntil: 20990101000000Z\n"

static const char *const contradictions[] = {
    /* a password, but no state */
    PASSWORD,
    /* uninformed with a password */
    "educonnectState: uninformed\n" PASSWORD,
    /* a letter without one of its parts */
    "educonnectState: informed\npwdReset: TRUE\n" LETTER,
    "educonnectState: informed\npwdReset: TRUE\n"
    "educonnectProvisionalUntil: 20990101000000Z\n" PASSWORD,
    "educonnectState: informed\npwdReset: TRUE\n"
    "educonnectInformedBy: -\n" PASSWORD,
    "educonnectState: informed\n" LETTER PASSWORD,
    "educonnectState: reset\npwdReset: FALSE\n" LETTER PASSWORD,
    "educonnectState: reset\npwdReset: TRUE\n" LETTER,
    /* active, but nobody knows how, or without any key */
    "educonnectState: active\n" PASSWORD,
    "educonnectState: active\neduconnectActivatedBy: letter\n",
    /* suspended or closed out of nowhere, or a former state of the living */
    "educonnectState: suspended\n" PASSWORD,
    "educonnectState: closed\n",
    "educonnectState: active\neduconnectActivatedBy: letter\n"
    "educonnectFormerState: informed\n" PASSWORD,
    /* merged, but open */
    "educonnectState: active\neduconnectActivatedBy: letter\n"
    "educonnectMergedInto: uid=x," PEOPLE "\n" PASSWORD,
    /* more than one password, one with options, one in clear */
    ("educonnectState: active\neduconnectActivatedBy: letter\n" PASSWORD
     "userPassword: {SSHA}MEcQMyjVPaXyZ5/OANdRnsPwqn9zYWx0MTIzNA==\n"),
    "educonnectState: active\neduconnectActivatedBy: letter\n"
    "userPassword;lang-fr: " HASH "\n",
    "educonnectState: active\neduconnectActivatedBy: letter\n"
    "userPassword: Iris-2026_Bleu\n",
};
#define N_CONTRADICTIONS (sizeof(contradictions) / sizeof(contradictions[0]))

static const char *const sound[] = {
    "",
    "educonnectState: uninformed\n",
    "educonnectState: informed\npwdReset: TRUE\n" LETTER PASSWORD,
    "educonnectState: reset\neduconnectActivatedBy: letter\n"
    "pwdReset: TRUE\n" LETTER PASSWORD,
    "educonnectState: active\neduconnectActivatedBy: letter\n" PASSWORD,
    "educonnectState: active\neduconnectActivatedBy: federation\n"
    "educonnectFederatedId: fc-4711\n",
    "educonnectState: suspended\neduconnectActivatedBy: letter\n"
    "educonnectFormerState: active\n" PASSWORD,
    "educonnectState: closed\neduconnectFormerState: uninformed\n",
    "educonnectState: closed\neduconnectActivatedBy: letter\n"
    "educonnectFormerState: suspended\neduconnectFormerState: "
    "active\n" PASSWORD,
};
#define N_SOUND (sizeof(sound) / sizeof(sound[0]))

/* What slapcat may write, because replication brought it. */
static const char *const bad_values[] = {
    "educonnectState: endormi\n",
    "educonnectBirthDate: 2010-02-30\n",
    "educonnectIne;lang-fr: 000000001AA\n",
    "educonnectActivatedBy: magie\n",
};
#define N_BAD_VALUES (sizeof(bad_values) / sizeof(bad_values[0]))
#define N_WRONG (N_CONTRADICTIONS + N_BAD_VALUES)

/* One account with a fault; they are told apart by a number. */
static char *
wrong_account(size_t i)
{
    return text_of("dn: uid=faux%zu," PEOPLE "\nobjectClass: inetOrgPerson\n"
                   "objectClass: educonnectStudent\nuid: faux%zu\n"
                   "cn: Ines Karadec\nsn: Karadec\n%s\n",
        i, i,
        i < N_CONTRADICTIONS ? contradictions[i]
                             : bad_values[i - N_CONTRADICTIONS]);
}

static const char *
wrong_code(size_t i)
{
    return i < N_CONTRADICTIONS ? "EDC-D04" : "EDC-D01";
}

/* Who wrote the LDIF by hand may ask for it. */
static void
slapadd_refuses_contradictions_when_asked_to(void **state)
{
    world *w = *state;

    server_stop(&w->server);
    for (size_t i = 0; i < N_WRONG; i++) {
        char *ldif = wrong_account(i), *output = NULL;
        int status = server_tool(&w->server, ldif, &output, "slapadd",
            "-o value-check=yes -b %s", SUFFIX);

        if (status == 0)
            FAIL("slapadd took:\n%s", ldif);
        if (strstr(output, wrong_code(i)) == NULL)
            FAIL("slapadd refused without the reason:\n%s\n%s", ldif, output);
        free(output);
        free(ldif);
    }
    server_start(&w->server);
    world_login(w);
    assert_int_equal(client_count(w->as[ROOT], PEOPLE, "(uid=faux*)"), 0);
}

/* The line of slapadd's that names the entry has the code, and no password. */
static void
expect_named(const char *output, size_t i)
{
    char *name = text_of("uid=faux%zu,", i);
    const char *at = strstr(output, name);
    char *line;

    if (at == NULL)
        FAIL("%s is not named in:\n%s", name, output);
    line = text_of("%.*s", (int)strcspn(at, "\n"), at);
    if (strstr(line, wrong_code(i)) == NULL)
        FAIL("%s is not named with %s: %s", name, wrong_code(i), line);
    free(line);
    free(name);
}

/* A backup is loaded whole, and loaded again after a restore. What does not
 * hold is named, counted, opens nothing, and is taken away. */
static void
slapadd_loads_contradictions_and_names_them(void **state)
{
    world *w = *state;
    char *ldif = text_of("%s", ""), *output = NULL, *count, *longer;

    for (size_t i = 0; i < N_WRONG; i++) {
        char *one = wrong_account(i);

        longer = text_of("%s%s", ldif, one);
        free(one);
        free(ldif);
        ldif = longer;
    }
    server_stop(&w->server);
    if (server_tool(&w->server, ldif, &output, "slapadd", "-b %s", SUFFIX) != 0)
        FAIL("slapadd did not load a dump:\n%s", output);
    for (size_t i = 0; i < N_WRONG; i++)
        expect_named(output, i);
    count = strstr(output, "loaded: ");
    REQUIRE(count != NULL && strtoul(count + 8, NULL, 10) >= N_WRONG);
    REQUIRE(strstr(output, "Iris-2026_Bleu") == NULL);
    free(output);
    free(ldif);
    server_start(&w->server);
    world_login(w);
    assert_int_equal(client_count(w->as[ROOT], PEOPLE, "(uid=faux*)"), N_WRONG);
    for (size_t i = 0; i < N_WRONG; i++) {
        char *dn = text_of("uid=faux%zu," PEOPLE, i);

        expect_ok(client_ldif(w->as[ROOT], "dn: %s\nchangetype: delete\n", dn));
        free(dn);
    }
}

/* ---- what is loaded freezes nothing ---- */

static void
load_wrong_accounts(world *w)
{
    server_stop(&w->server);
    for (size_t i = 0; i < N_WRONG; i++) {
        char *ldif = wrong_account(i);

        REQUIRE(server_tool(
                    &w->server, ldif, NULL, "slapadd", "-b %s", SUFFIX) == 0);
        free(ldif);
    }
    server_start(&w->server);
    world_login(w);
}

/* Writes that have nothing to do with it, of the record, and a new name. */
static void
expect_written(world *w, const char *dn, size_t i)
{
    LDAP *root = w->as[ROOT];

    expect_ok(client_modify(
        root, dn, "replace: description\ndescription: nouvelle adresse\n"));
    expect_ok(
        client_modify(root, dn, "replace: mobile\nmobile: 06 12 34 56 78\n"));
    expect_ok(client_ldif(root,
        "dn: %s\nchangetype: modrdn\nnewrdn: cn=autre%zu\ndeleteoldrdn: 0\n",
        dn, i));
    expect_ok(client_ldif(root,
        "dn: cn=autre%zu," PEOPLE
        "\nchangetype: modrdn\nnewrdn: uid=faux%zu\ndeleteoldrdn: 0\n",
        i, i));
}

/* The first event of the academy's that the account's state lets it have. */
static void
heal(world *w, const char *dn)
{
    LDAP *academy = w->as[ACADEMY];

    if (client_password(academy, dn, NULL, NULL).code == LDAP_SUCCESS ||
        client_modify(
            academy, dn, "replace: educonnectState\neduconnectState: closed\n")
                .code == LDAP_SUCCESS)
        return;
    expect_ok(client_modify(academy, dn, "delete: pwdAccountLockedTime\n"));
}

static void
what_was_loaded_can_be_written_and_healed(void **state)
{
    world *w = *state;
    char *dump = NULL, *output = NULL;

    load_wrong_accounts(w);
    for (size_t i = 0; i < N_WRONG; i++) {
        char *dn = text_of("uid=faux%zu," PEOPLE, i);

        expect_written(w, dn, i);
        if (i < N_CONTRADICTIONS)
            heal(w, dn);
        else
            expect_ok(
                client_ldif(w->as[ROOT], "dn: %s\nchangetype: delete\n", dn));
        free(dn);
    }
    server_stop(&w->server);
    REQUIRE(
        server_tool(&w->server, NULL, &dump, "slapcat", "-b %s", SUFFIX) == 0);
    if (server_tool(&w->server, dump, &output, "slapadd",
            "-u -o value-check=yes -b %s", SUFFIX) != 0)
        FAIL("not healed:\n%s", output);
    free(output);
    free(dump);
    server_start(&w->server);
    world_login(w);
    for (size_t i = 0; i < N_CONTRADICTIONS; i++) {
        char *dn = text_of("uid=faux%zu," PEOPLE, i);

        expect_ok(client_ldif(w->as[ROOT], "dn: %s\nchangetype: delete\n", dn));
        free(dn);
    }
}

#define LEVEL "educonnectSchoolLevel"
#define ODD "ou=bizarre," SCHOOLS

/* Values that are bad and there may go one by one, stay beside good ones, and
 * stand in another order; no other bad one comes. */
static void
bad_values_go_one_by_one(void **state)
{
    static const char odd[] =
        "dn: " ODD "\nobjectClass: organizationalUnit\n"
        "objectClass: educonnectSchool\nou: bizarre\n"
        "educonnectUai: 9990009E\n" LEVEL ": foo\n" LEVEL ": bar\n" LEVEL
        ": baz\n" LEVEL ";lang-fr: lycee\n" LEVEL ";lang-fr: college\n";
    static const struct {
        const char *modify;
        bool refused;
    } steps[] = {
        {"add: " LEVEL "\n" LEVEL ": pire\n", true},
        {"replace: " LEVEL "\n" LEVEL ": foo\n" LEVEL ": pire\n", true},
        {"delete: " LEVEL "\n" LEVEL ": foo\n", false},
        {"add: " LEVEL "\n" LEVEL ": foo\n", true},
        {"add: " LEVEL "\n" LEVEL ": lycee\n", false},
        {"replace: " LEVEL "\n" LEVEL ": lycee\n" LEVEL ": baz\n" LEVEL
         ": bar\n",
            false},
        {"delete: " LEVEL "\n" LEVEL ": bar\n-\nadd: " LEVEL "\n" LEVEL
         ": college\n",
            false},
        {"replace: " LEVEL "\n" LEVEL ": lycee\n", false},
        {"add: " LEVEL "\n" LEVEL ": baz\n", true},
        {"add: " LEVEL ";lang-fr\n" LEVEL ";lang-fr: ecole\n", true},
        {"delete: " LEVEL ";lang-fr\n" LEVEL ";lang-fr: lycee\n", false},
        {"add: " LEVEL ";lang-fr\n" LEVEL ";lang-fr: lycee\n", true},
        {"delete: " LEVEL ";lang-fr\n", false},
        {"add: " LEVEL ";lang-fr\n" LEVEL ";lang-fr: lycee\n", true},
    };
    world *w = *state;

    server_stop(&w->server);
    REQUIRE(
        server_tool(&w->server, odd, NULL, "slapadd", "-b %s", SUFFIX) == 0);
    server_start(&w->server);
    world_login(w);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        answer r = client_modify(w->as[ROOT], ODD, "%s", steps[i].modify);

        if (steps[i].refused)
            expect(r, LDAP_CONSTRAINT_VIOLATION, "D01");
        else
            expect_ok(r);
    }
    expect_values(w->as[ROOT], ODD, LEVEL, "lycee");
    expect_ok(client_ldif(w->as[ROOT], "dn: " ODD "\nchangetype: delete\n"));
}

static void
slapadd_says_nothing_of_sound_data(void **state)
{
    world *w = *state;
    char *output = NULL;

    server_stop(&w->server);
    REQUIRE(server_tool(&w->server, SOUND_STUDENT("muet"), &output, "slapadd",
                "-b %s", SUFFIX) == 0);
    REQUIRE(strstr(output, "educonnect") == NULL);
    free(output);
    server_start(&w->server);
    world_login(w);
}

static void
slapadd_stores_every_sound_account(void **state)
{
    world *w = *state;
    char *dump = NULL;

    server_stop(&w->server);
    for (size_t i = 0; i < N_SOUND; i++) {
        char *ldif = text_of("dn: uid=juste%zu," PEOPLE "\n"
                             "objectClass: inetOrgPerson\n"
                             "objectClass: educonnectLegalGuardian\n"
                             "uid: juste%zu\ncn: Io Le\nsn: Le\n%s",
            i, i, sound[i]);
        char *output = NULL;

        if (server_tool(
                &w->server, ldif, &output, "slapadd", "-b %s", SUFFIX) != 0)
            FAIL("slapadd refused:\n%s\n%s", ldif, output);
        free(output);
        free(ldif);
    }
    REQUIRE(
        server_tool(&w->server, NULL, &dump, "slapcat", "-b %s", SUFFIX) == 0);
    server_start(&w->server);
    world_login(w);
    assert_int_equal(
        client_count(w->as[ROOT], PEOPLE, "(uid=juste*)"), N_SOUND);
    REQUIRE(strstr(dump, "educonnectFormerState: suspended") != NULL);
    free(dump);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slapadd_refuses_contradictions_when_asked_to),
        cmocka_unit_test(slapadd_loads_contradictions_and_names_them),
        cmocka_unit_test(what_was_loaded_can_be_written_and_healed),
        cmocka_unit_test(bad_values_go_one_by_one),
        cmocka_unit_test(slapadd_says_nothing_of_sound_data),
        cmocka_unit_test(slapadd_stores_every_sound_account),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
