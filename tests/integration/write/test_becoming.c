/* test_becoming.c - what an entry becomes decides, whatever operation makes it
 * so and however that is spelled: accounts are made and unmade by no rename,
 * and moves that change no login work.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARC "2.25.330384226632443921537185309621840029201"
#define STUDENT_OID ARC ".2.2"
#define GUARDIAN_OID ARC ".2.3"

static answer
rename_entry(LDAP *ld, const char *dn, const char *rdn, bool delete_old,
    const char *parent)
{
    return client_ldif(ld,
        "dn: %s\nchangetype: modrdn\nnewrdn: %s\ndeleteoldrdn: %d\n%s%s%s", dn,
        rdn, delete_old,
        parent == NULL ? "" : "newsuperior: ", parent == NULL ? "" : parent,
        parent == NULL ? "" : "\n");
}

/* A person who is no account; allocated. */
static char *
new_person(world *w, const char *more)
{
    unsigned n = ++w->serial;
    char *dn = text_of("cn=Personne %u," PEOPLE, n);

    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: personne%u\n"
        "cn: Personne %u\nsn: Personne\n%s",
        dn, n, n, more));
    return dn;
}

/* Answers with a result and codes, and changes nothing. */
static void
expect_refused(world *w, const char *dn, const char *what, answer a, int code,
    const char *codes, const char *csn)
{
    char *now = client_read(w->as[ROOT], dn, "entryCSN");
    char *got = codes_of(a.text);

    if (a.code != code || strcmp(got, codes) != 0)
        FAIL("%s of %s: wanted %d %s, got %d %s", what, dn, code, codes, a.code,
            a.text);
    if (now == NULL || strcmp(now, csn) != 0)
        FAIL("%s of %s: refused, and changed it", what, dn);
    free(got);
    free(now);
}

/* ---- an account is made by no rename ---- */

static const char *const making[] = {
    "objectClass=educonnectStudent",
    "objectClass=EDUCONNECTLEGALGUARDIAN",
    "objectClass=" STUDENT_OID,
    "2.5.4.0=educonnectLegalGuardian",
    "2.5.4.0=" GUARDIAN_OID,
    "uid=autre+objectClass=educonnectStudent",
    "OBJECTCLASS=" GUARDIAN_OID "+cn=Autre",
};
#define N_MAKING (sizeof(making) / sizeof(making[0]))

static const struct {
    actor who;
    int code;
    const char *codes;
} makers[] = {
    {ROOT, LDAP_UNWILLING_TO_PERFORM, "S01"},
    {ACADEMY, LDAP_UNWILLING_TO_PERFORM, "S01"},
    {PROVISIONER, LDAP_UNWILLING_TO_PERFORM, "S01"},
    {ASSISTANCE, LDAP_INSUFFICIENT_ACCESS, "A02"},
    {HEAD1, LDAP_INSUFFICIENT_ACCESS, "A01"},
    {STRANGER, LDAP_INSUFFICIENT_ACCESS, "A02"},
};
#define N_MAKERS (sizeof(makers) / sizeof(makers[0]))

static void
a_rename_makes_no_account(void **state)
{
    world *w = *state;
    char *dn = new_person(w, "");
    char *csn = client_read(w->as[ROOT], dn, "entryCSN");

    for (size_t i = 0; i < N_MAKING * 2; i++) {
        for (size_t m = 0; m < N_MAKERS; m++)
            expect_refused(w, dn, making[i / 2],
                rename_entry(w->as[makers[m].who], dn, making[i / 2], i % 2,
                    i % 3 == 0 ? SCHOOLS : NULL),
                makers[m].code, makers[m].codes, csn);
    }
    free(csn);
    free(dn);
}

/* Two classes do not come to one account by a rename either. */
static void
a_rename_gives_no_second_class(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");

    expect_refused(w, a.dn, "guardian",
        rename_entry(w->as[ROOT], a.dn, "objectClass=educonnectLegalGuardian",
            false, NULL),
        LDAP_UNWILLING_TO_PERFORM, "D03", csn);
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: objectClass\nobjectClass: educonnectLegalGuardian\n"));
    expect_ok(bind_once(&w->server, a.dn, a.password));
    free(csn);
}

/* ---- it stays one ---- */

static const char *const unmaking[] = {
    "delete: objectClass\nobjectClass: educonnectStudent\n",
    "delete: objectClass\nobjectClass: " STUDENT_OID "\n",
    "delete: 2.5.4.0\n2.5.4.0: EDUCONNECTSTUDENT\n",
    "replace: objectClass\nobjectClass: inetOrgPerson\n",
    "replace: objectClass\nobjectClass: inetOrgPerson\n"
    "objectClass: educonnectAccount\n",
    "replace: objectClass\nobjectClass: inetOrgPerson\n"
    "objectClass: educonnectLegalGuardian\n",
    "replace: objectClass\nobjectClass: inetOrgPerson\n"
    "objectClass: extensibleObject\n",
    "delete: objectClass\nobjectClass: educonnectStudent\n-\n"
    "add: objectClass\nobjectClass: educonnectSchool\n-\n"
    "add: educonnectUai\neduconnectUai: 9990003Z\n",
};
#define N_UNMAKING (sizeof(unmaking) / sizeof(unmaking[0]))

static void
a_modify_unmakes_no_account(void **state)
{
    static const actor who[] = {ROOT, ACADEMY, PROVISIONER, STRANGER};
    world *w = *state;
    account a = student_in(w, "active");
    char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");

    for (size_t i = 0; i < N_UNMAKING * 4; i++)
        expect_refused(w, a.dn, unmaking[i / 4],
            client_modify(w->as[who[i % 4]], a.dn, "%s", unmaking[i / 4]),
            LDAP_UNWILLING_TO_PERFORM, "D03", csn);
    /* What means the same account is no other one. */
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: objectClass\nobjectClass: inetOrgPerson\n"
        "objectClass: " STUDENT_OID "\n"));
    expect_ok(bind_once(&w->server, a.dn, a.password));
    free(csn);
}

/* An account that has its class in its name, and would lose it with it. */
static void
a_rename_unmakes_no_account(void **state)
{
    static const char *const names[] = {
        "objectClass=educonnectStudent", "objectClass=" STUDENT_OID};
    static const actor who[] = {ROOT, ACADEMY, PROVISIONER, STRANGER};
    world *w = *state;

    for (size_t i = 0; i < 2; i++) {
        char *dn = text_of("%s," PEOPLE, names[i]);
        char *csn;

        expect_ok(client_ldif(w->as[PROVISIONER],
            "dn: %s\nobjectClass: inetOrgPerson\n%s\nuid: classe%zu\n"
            "cn: Classe\nsn: Classe\n",
            dn,
            i == 0 ? "objectClass: educonnectStudent"
                   : "objectClass: " STUDENT_OID,
            i));
        csn = client_read(w->as[ROOT], dn, "entryCSN");
        for (size_t k = 0; k < 4; k++)
            expect_refused(w, dn, "a rename",
                rename_entry(w->as[who[k]], dn, "cn=Classe", true, NULL),
                LDAP_UNWILLING_TO_PERFORM, "D03", csn);
        expect_ok(rename_entry(w->as[ROOT], dn, "cn=Classe", false, SCHOOLS));
        expect_stored(
            w->as[ROOT], "cn=Classe," SCHOOLS, "educonnectState", "uninformed");
        expect_ok(client_ldif(
            w->as[ROOT], "dn: cn=Classe," SCHOOLS "\nchangetype: delete\n"));
        free(csn);
        free(dn);
    }
}

/* A class that descends from ours is one of ours. */
static void
classes_that_descend_are_the_same(void **state)
{
    static const setup how = {
        .global = "objectclass ( 1.1.2.99 NAME ( 'pupil' 'pupille' )\n"
                  "    SUP educonnectStudent AUXILIARY )\n"};
    static const char *const names[] = {"pupil", "PUPILLE", "1.1.2.99"};
    const char *dn = "uid=descend," PEOPLE;
    char *person, *csn;
    world w;

    (void)state;
    world_begin(&w, &how);
    person = new_person(&w, "");
    csn = client_read(w.as[ROOT], person, "entryCSN");
    for (size_t i = 0; i < 3; i++) {
        char *rdn = text_of("objectClass=%s", names[i]);

        expect_refused(&w, person, rdn,
            rename_entry(w.as[ROOT], person, rdn, false, NULL),
            LDAP_UNWILLING_TO_PERFORM, "S01", csn);
        expect(client_modify(w.as[STRANGER], person,
                   "add: objectClass\nobjectClass: %s\n", names[i]),
            LDAP_INSUFFICIENT_ACCESS, "A02");
        free(rdn);
    }
    free(csn);
    expect_ok(client_ldif(w.as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\nobjectClass: pupille\n"
        "uid: descend\ncn: D\nsn: D\n",
        dn));
    csn = client_read(w.as[ROOT], dn, "entryCSN");
    for (size_t i = 0; i < 3; i++)
        expect_refused(&w, dn, names[i],
            client_modify(w.as[ROOT], dn,
                "delete: objectClass\nobjectClass: %s\n", names[i]),
            LDAP_UNWILLING_TO_PERFORM, "D03", csn);
    expect_ok(client_modify(w.as[ROOT], dn,
        "add: objectClass\nobjectClass: educonnectStudent\n-\n"
        "delete: objectClass\nobjectClass: pupil\n"));
    expect_stored(w.as[ROOT], dn, "educonnectState", "uninformed");
    free(csn);
    free(person);
    world_end(&w);
}

/* ---- login, password, marks ---- */

static const struct {
    const char *rdn; /* %s: the login */
    bool delete_old;
    int code;
    const char *root, *stranger;
} bringing[] = {
    {"uid=autre", false, LDAP_UNWILLING_TO_PERFORM, "D03", "D03"},
    {"userid=autre", true, LDAP_UNWILLING_TO_PERFORM, "D03", "D03"},
    {"0.9.2342.19200300.100.1.1=autre", false, LDAP_UNWILLING_TO_PERFORM, "D03",
        "D03"},
    {"uid;lang-fr=autre", false, LDAP_UNWILLING_TO_PERFORM, "D03", "D03"},
    {"cn=Ines Karadec", true, LDAP_UNWILLING_TO_PERFORM, "D03", "D03"},
    {"userPassword=x", false, LDAP_UNWILLING_TO_PERFORM, "S01", "A02"},
    {"2.5.4.35=Cle-du-36-Royaume", false, LDAP_UNWILLING_TO_PERFORM, "S01",
        "A02"},
    {"uid=%s+userPassword;lang-fr=x", false, LDAP_UNWILLING_TO_PERFORM, "S01",
        "A02"},
    {"pwdAccountLockedTime=000001010000Z", false, LDAP_UNWILLING_TO_PERFORM,
        "S01", "A02"},
    {"pwdReset=TRUE", false, LDAP_UNWILLING_TO_PERFORM, "S01", "A02"},
    {"uid=%s+educonnectMergedInto=cn=a", false, LDAP_UNWILLING_TO_PERFORM,
        "S01", "A02"},
    {"educonnectGuardian=cn=a", false, LDAP_CONSTRAINT_VIOLATION, "D01", "D01"},
    {"uid=%s+educonnectContestedGuardian=cn=a", true, LDAP_CONSTRAINT_VIOLATION,
        "D01", "D01"},
};
#define N_BRINGING (sizeof(bringing) / sizeof(bringing[0]))

static void
a_rename_brings_and_takes_nothing_that_is_governed(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");

    for (size_t i = 0; i < N_BRINGING * 2; i++) {
        char *rdn = text_of("%s", bringing[i / 2].rdn);
        char *at = strstr(rdn, "%s");
        bool root = i % 2 == 0;
        const char *codes =
            root ? bringing[i / 2].root : bringing[i / 2].stranger;

        if (at != NULL) {
            char *whole =
                text_of("%.*s%s%s", (int)(at - rdn), rdn, a.uid, at + 2);

            free(rdn);
            rdn = whole;
        }
        expect_refused(w, a.dn, rdn,
            rename_entry(w->as[root ? ROOT : STRANGER], a.dn, rdn,
                bringing[i / 2].delete_old, NULL),
            codes[0] == 'A' ? LDAP_INSUFFICIENT_ACCESS : bringing[i / 2].code,
            codes, csn);
        free(rdn);
    }
    expect(client_modify(
               w->as[ROOT], a.dn, "add: uid;lang-fr\nuid;lang-fr: autre\n"),
        LDAP_UNWILLING_TO_PERFORM, "D03");
    expect(client_ldif(w->as[PROVISIONER],
               "dn: uid=option," PEOPLE "\nobjectClass: inetOrgPerson\n"
               "objectClass: educonnectStudent\nuid: option\n"
               "uid;lang-fr: eleve1\ncn: O\nsn: O\n"),
        LDAP_CONSTRAINT_VIOLATION, "D01");
    expect(client_ldif(w->as[PROVISIONER],
               "dn: uid=lien+educonnectGuardian=cn\\3Da," PEOPLE "\n"
               "objectClass: inetOrgPerson\nobjectClass: educonnectStudent\n"
               "uid: lien\ncn: L\nsn: L\neduconnectGuardian: cn=a\n"),
        LDAP_CONSTRAINT_VIOLATION, "D01");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    free(csn);
}

/* ---- moves ---- */

/* Each rename is made of what the one before left. */
static const struct {
    const char *rdn;
    bool delete_old;
    const char *parent;
} moves[] = {
    {"uid=%s", true, SCHOOLS},
    {"uid=%s", true, SCHOOLS},
    {"uid=%s", false, PEOPLE},
    {"UID= %s ", true, SCHOOLS},
    {"userid=%s", true, PEOPLE},
    {"0.9.2342.19200300.100.1.1=%s", true, NULL},
    {"uid=%s+cn=Ines Karadec", false, SCHOOLS},
    {"cn=Ines Karadec+uid=%s", true, PEOPLE},
    {"uid=%s", false, NULL},
    {"uid=%s+description=une", true, NULL},
    {"uid=%s+description=une", true, SCHOOLS},
    {"uid=%s+description=deux", true, NULL},
    {"uid=%s", true, PEOPLE},
};
#define N_MOVES (sizeof(moves) / sizeof(moves[0]))

static void
play_moves(world *w, account *a)
{
    char *dn = text_of("%s", a->dn);

    for (size_t i = 0; i < N_MOVES; i++) {
        const char *at = strstr(moves[i].rdn, "%s");
        char *rdn = text_of(
            "%.*s%s%s", (int)(at - moves[i].rdn), moves[i].rdn, a->uid, at + 2);
        const char *parent =
            moves[i].parent != NULL ? moves[i].parent : strchr(dn, ',') + 1;
        char *next = text_of("%s,%s", rdn, parent);

        expect_ok(rename_entry(
            w->as[PROVISIONER], dn, rdn, moves[i].delete_old, moves[i].parent));
        if (a->child[0] != '\0')
            assert_int_equal(client_compare(w->as[ACADEMY], a->child,
                                 "educonnectGuardian", next)
                                 .code,
                LDAP_COMPARE_TRUE);
        expect_ok(bind_once(&w->server, next, a->password));
        free(dn);
        free(rdn);
        dn = next;
    }
    snprintf(a->dn, sizeof(a->dn), "%s", dn);
    free(dn);
}

static void
a_move_is_none_of_the_login(void **state)
{
    world *w = *state;
    account student = student_in(w, "active");
    account guardian = guardian_in(w, "active");
    char *serial = client_read(w->as[ROOT], student.dn, "educonnectSerial");

    play_moves(w, &student);
    expect_stored(w->as[ROOT], student.dn, "educonnectSerial", serial);
    expect_values(w->as[ROOT], student.dn, "uid", student.uid);
    play_moves(w, &guardian);
    expect_values(
        w->as[ACADEMY], guardian.dn, "educonnectChild", guardian.child);
    free(serial);
}

/* A session that may do nothing but change its password may do nothing more
 * when its account has gone elsewhere. */
static void
a_letters_session_does_not_outlive_its_name(void **state)
{
    world *w = *state;

    for (int i = 0; i < 2; i++) {
        account a = student_in(w, "informed"), other = student_in(w, "active");
        LDAP *self = client_login(&w->server, a.dn, a.password);
        char *rdn = text_of("uid=%s", a.uid);

        expect(client_search(self, other.dn), LDAP_INSUFFICIENT_ACCESS, "S04");
        if (i == 0)
            expect_ok(client_ldif(
                w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", a.dn));
        else
            expect_ok(
                rename_entry(w->as[PROVISIONER], a.dn, rdn, true, SCHOOLS));
        for (int again = 0; again < 2; again++)
            expect(
                client_search(self, other.dn), LDAP_INSUFFICIENT_ACCESS, "A03");
        client_close(self);
        free(rdn);
    }
}

/* ---- inside a transaction ---- */

static void
expect_in_transaction(
    world *w, const char *dn, const char *rdn, const char *parent)
{
    LDAP *ld = actor_login(&w->server, ROOT);
    char *csn = client_read(w->as[ROOT], dn, "entryCSN");
    long before = monitor_counter(w, "educonnectMonitorRefusals", "EDC-S05 ");
    struct berval *id = NULL;
    answer a;

    REQUIRE(ldap_txn_start_s(ld, NULL, NULL, &id) == LDAP_SUCCESS);
    client_sends(ld, SENDS_TRANSACTION, NULL);
    a = rename_entry(ld, dn, rdn, true, parent);
    client_sends(ld, 0, NULL);
    await_operations(w, "Modrdn");
    if (a.code == LDAP_SUCCESS)
        a = client_transaction_end(ld, true);
    if (a.code == LDAP_SUCCESS)
        FAIL("a transaction renamed %s to %s", dn, rdn);
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorRefusals", "EDC-S05 "),
        before + 1);
    expect_stored(w->as[ROOT], dn, "entryCSN", csn);
    ber_bvfree(id);
    free(csn);
    client_close(ld);
}

static void
no_account_is_renamed_in_a_transaction(void **state)
{
    static const char unit[] = "ou=famille," PEOPLE;
    world *w = *state;
    account a = student_in(w, "active"), g = guardian_in(w, "active");
    char *rdn = text_of("uid=%s", a.uid), *person = new_person(w, "");
    char *moved = text_of("uid=%s", g.uid);

    expect_in_transaction(w, a.dn, rdn, SCHOOLS);
    expect_in_transaction(w, person, "objectClass=educonnectStudent", NULL);
    expect_in_transaction(w, person, "objectClass=" GUARDIAN_OID, NULL);
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: organizationalUnit\nou: famille\n", unit));
    expect_ok(rename_entry(w->as[ROOT], g.dn, moved, true, unit));
    expect_in_transaction(w, unit, "ou=familles", NULL);
    free(moved);
    free(person);
    free(rdn);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rename_makes_no_account),
        cmocka_unit_test(a_rename_gives_no_second_class),
        cmocka_unit_test(a_modify_unmakes_no_account),
        cmocka_unit_test(a_rename_unmakes_no_account),
        cmocka_unit_test(a_rename_brings_and_takes_nothing_that_is_governed),
        cmocka_unit_test(a_move_is_none_of_the_login),
        cmocka_unit_test(a_letters_session_does_not_outlive_its_name),
        cmocka_unit_test(no_account_is_renamed_in_a_transaction),
        cmocka_unit_test(classes_that_descend_are_the_same),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
