/* test_told_nothing.c - slapd's access rules come before everything, and roles
 * before whatever tells of an account: who may not write learns nothing from
 * what is refused, and who has no role the same whatever is sent.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OTHER_ID "urn:de-quelqu-un"

/* ---- no role ---- */

/* Modifications, whole; %s is the account's right password. Each is told by the
 * attribute that comes first in the table of wishes. */
static const char *const modifications[] = {
    "delete: userPassword\n",
    "replace: userPassword\n",
    "delete: userPassword\nuserPassword: %s\n",
    "delete: userPassword\nuserPassword: Mauvais-2026-Or\n",
    "delete: userPassword\nuserPassword: %s\n-\n"
    "add: userPassword\nuserPassword: Primevere-2026-Or\n",
    "delete: userPassword\nuserPassword: Mauvais-2026-Or\n-\n"
    "add: userPassword\nuserPassword: Primevere-2026-Or\n",
    "replace: userPassword\nuserPassword: Primevere-2026-Or\n",
    "replace: userPassword\nuserPassword: court\n",
    "replace: userPassword\nuserPassword: %s\n",
    "add: userPassword\nuserPassword: un\nuserPassword: deux\n",
    "replace: userPassword\nuserPassword: un\nuserPassword: deux\n",
    "add: userPassword;lang-fr\nuserPassword;lang-fr: x\n",
    "add: 2.5.4.35\n2.5.4.35: x\n",
    "replace: userPassword\nuserPassword: {SSHA}WWtdTxFVFDmOHFhcAdLmXNkGJdOj\n",
    "replace: educonnectState\neduconnectState: active\n",
    "replace: educonnectState\neduconnectState: suspended\n",
    "add: educonnectState\neduconnectState: closed\n",
    "delete: educonnectState\n",
    "delete: educonnectState\neduconnectState: active\n",
    "replace: educonnectState\n",
    "add: educonnectState\neduconnectState: closed\n-\n"
    "add: educonnectState\neduconnectState: active\n",
    "delete: educonnectState\neduconnectState: active\n-\n"
    "add: educonnectState\neduconnectState: closed\n",
    "replace: educonnectState\neduconnectState: closed\n-\n"
    "replace: userPassword\nuserPassword: Primevere-2026-Or\n",
    "delete: pwdAccountLockedTime\n",
    "replace: pwdAccountLockedTime\n",
    "delete: pwdAccountLockedTime\n-\ndelete: userPassword\n",
    "delete: pwdAccountLockedTime\n-\ndelete: educonnectState\n",
    "replace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n",
    "add: pwdReset\npwdReset: TRUE\n",
    "delete: pwdReset\n",
    "replace: pwdReset\npwdReset: FALSE\n-\n"
    "replace: userPassword\nuserPassword: Primevere-2026-Or\n",
    /* with something that another rule would tell of */
    "replace: userPassword\nuserPassword: court\n-\n"
    "add: educonnectGuardian\neduconnectGuardian: uid=personne," PEOPLE "\n",
    "delete: userPassword\n-\n"
    "add: educonnectFederatedId\neduconnectFederatedId: " OTHER_ID "\n",
    "delete: educonnectState\n-\nadd: uid\nuid: autre\n",
    "delete: userPassword\n-\ndelete: objectClass\n"
    "objectClass: educonnectStudent\n",
};
#define N_MODIFICATIONS (sizeof(modifications) / sizeof(modifications[0]))

static const char *const states[] = {
    "uninformed", "informed", "active", "reset", "suspended", "closed"};
#define N_STATES (sizeof(states) / sizeof(states[0]))

static const struct {
    actor who;
    const char *codes;
    bool relax;
} outsiders[] = {{STRANGER, "A02", false}, {STRANGER, "A02", true},
    {HEAD2, "A01", false}, {GDEL1, "A01", false}};
#define N_OUTSIDERS (sizeof(outsiders) / sizeof(outsiders[0]))

static answer
send(LDAP *ld, const account *a, const char *modification)
{
    const char *at = strstr(modification, "%s");
    const char *password = a->password[0] != '\0' ? a->password : "Aucun-1";

    if (at == NULL)
        return client_modify(ld, a->dn, "%s", modification);
    return client_modify(ld, a->dn, "%.*s%s%s", (int)(at - modification),
        modification, password, at + 2);
}

/* The same words in every state; said[i]: those of the first state. */
static void
expect_same(answer a, const char *codes, const char *what, char **said)
{
    char *got = codes_of(a.text);

    if (a.code != LDAP_INSUFFICIENT_ACCESS || strcmp(got, codes) != 0)
        FAIL("%s: wanted 50 %s, got %d %s", what, codes, a.code, a.text);
    if (*said == NULL)
        *said = text_of("%s", a.text);
    if (strcmp(*said, a.text) != 0)
        FAIL("%s: \"%s\" here, \"%s\" there", what, a.text, *said);
    free(got);
}

static void
no_role_hears_the_same_of_every_state(void **state)
{
    world *w = *state;
    char *said[N_OUTSIDERS][N_MODIFICATIONS] = {{NULL}};
    account other = guardian_in(w, "active");

    expect_ok(client_modify(w->as[PROVISIONER], other.dn,
        "add: educonnectFederatedId\neduconnectFederatedId: " OTHER_ID "\n"));
    for (size_t s = 0; s < N_STATES; s++) {
        account a = student_in(w, states[s]);
        char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");
        long guesses = monitor_counter(w, GUESSES, "evaluated ");

        for (size_t o = 0; o < N_OUTSIDERS; o++) {
            LDAP *ld = w->as[outsiders[o].who];

            client_sends(ld, outsiders[o].relax ? SENDS_RELAX : 0, NULL);
            for (size_t i = 0; i < N_MODIFICATIONS; i++)
                expect_same(send(ld, &a, modifications[i]), outsiders[o].codes,
                    modifications[i], &said[o][i]);
            client_sends(ld, SENDS_PPOLICY, NULL);
        }
        expect_stored(w->as[ROOT], a.dn, "entryCSN", csn);
        /* Nor was an old password looked at. */
        assert_int_equal(monitor_counter(w, GUESSES, "evaluated "), guesses);
        free(csn);
    }
    for (size_t i = 0; i < N_OUTSIDERS * N_MODIFICATIONS; i++)
        free(said[i / N_MODIFICATIONS][i % N_MODIFICATIONS]);
}

static void
no_role_hears_the_same_from_the_exop(void **state)
{
    static const char *const new[] = {NULL, "court", "Primevere-2026-Or"};
    world *w = *state;
    char *said = NULL;

    for (size_t s = 0; s < N_STATES; s++) {
        account a = student_in(w, states[s]);
        long guesses = monitor_counter(w, GUESSES, "evaluated ");

        for (size_t i = 0; i < 9; i++) {
            const char *old = i / 3 == 0   ? NULL
                              : i / 3 == 1 ? "Mauvais-2026-Or"
                                           : a.password;

            if (old != NULL && old[0] == '\0')
                continue;
            expect_same(client_password(w->as[STRANGER], a.dn, old, new[i % 3]),
                "A02", "the exop", &said);
        }
        assert_int_equal(monitor_counter(w, GUESSES, "evaluated "), guesses);
    }
    free(said);
}

/* A role that has no event from this state is told so before its old password
 * is looked at; one that has some may guess, and it counts. */
static void
an_old_password_is_looked_at_last(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    long guesses = monitor_counter(w, GUESSES, "evaluated ");

    expect(client_password(
               w->as[PROVISIONER], a.dn, a.password, "Primevere-2026-Or"),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect(client_password(w->as[PROVISIONER], a.dn, "Mauvais-2026-Or",
               "Primevere-2026-Or"),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    assert_int_equal(monitor_counter(w, GUESSES, "evaluated "), guesses);
}

/* A new account's links and unique values are not looked at for who may make
 * none. */
static const char *const additions[] = {
    "educonnectGuardian: uid=personne," PEOPLE "\n",
    "educonnectFederatedId: " OTHER_ID "\n",
    "userPassword: court\n",
    "userPassword: un\nuserPassword: deux\n",
    "userPassword;lang-fr: un\n",
    "educonnectState: active\n",
    "pwdReset: TRUE\n",
    "uid;lang-fr: autre\n",
};

static void
no_role_hears_the_same_of_an_add(void **state)
{
    static const char *const classes[] = {"educonnectStudent",
        "2.25.330384226632443921537185309621840029201.2.2"};
    world *w = *state;
    char *said = NULL;

    for (size_t i = 0; i < 2 * sizeof(additions) / sizeof(additions[0]); i++) {
        expect_same(
            client_ldif(w->as[STRANGER],
                "dn: uid=nouveau," PEOPLE "\nobjectClass: inetOrgPerson\n"
                "objectClass: %s\nuid: nouveau\ncn: N\nsn: N\n%s",
                classes[i % 2], additions[i / 2]),
            "A02", additions[i / 2], &said);
    }
    free(said);
}

/* ---- no access ---- */

static const char closed_people[] =
    "access to dn.subtree=\"" PEOPLE "\"\n"
    "    by dn.exact=\"uid=stranger," STAFF_DN "\" read\n"
    "    by * break\n";

/* %s: the entry's DN; the second one, where it is: its RDN's value. */
static const char *const requests[] = {
    "dn: %s\nchangetype: modify\nreplace: userPassword\nuserPassword: court\n",
    "dn: %s\nchangetype: modify\ndelete: userPassword\n",
    "dn: %s\nchangetype: modify\nadd: userPassword\nuserPassword: a\n"
    "userPassword: b\n",
    "dn: %s\nchangetype: modify\nreplace: educonnectState\n"
    "educonnectState: closed\n",
    "dn: %s\nchangetype: modify\ndelete: pwdAccountLockedTime\n",
    "dn: %s\nchangetype: modify\nadd: pwdReset\npwdReset: TRUE\n",
    "dn: %s\nchangetype: modify\nadd: uid\nuid: autre\n",
    "dn: %s\nchangetype: modify\nadd: objectClass\n"
    "objectClass: educonnectLegalGuardian\n",
    "dn: %s\nchangetype: modify\nreplace: objectClass\n"
    "objectClass: inetOrgPerson\n",
    "dn: %s\nchangetype: modify\nadd: educonnectGuardian\n"
    "educonnectGuardian: uid=personne," PEOPLE "\n",
    "dn: %s\nchangetype: modify\nadd: educonnectFederatedId\n"
    "educonnectFederatedId: " OTHER_ID "\n",
    "dn: %s\nchangetype: modify\nadd: educonnectSourceId\n"
    "educonnectSourceId: a$1\n",
    "dn: %s\nchangetype: modrdn\nnewrdn: uid=autre\ndeleteoldrdn: 1\n",
    "dn: %s\nchangetype: modrdn\nnewrdn: userPassword=x\ndeleteoldrdn: 0\n",
    "dn: %s\nchangetype: modrdn\nnewrdn: objectClass=educonnectStudent\n"
    "deleteoldrdn: 0\n",
    "dn: %s\nchangetype: modrdn\nnewrdn: educonnectGuardian=cn=a\n"
    "deleteoldrdn: 0\n",
    "dn: %s\nchangetype: modrdn\nnewrdn: uid=autre\ndeleteoldrdn: 0\n"
    "newsuperior: " SCHOOLS "\n",
    "dn: %s\nchangetype: delete\n",
    "dn: cn=dessous,%s\nobjectClass: device\nobjectClass: extensibleObject\n"
    "cn: dessous\neduconnectFederatedId: " OTHER_ID "\n",
};
#define N_REQUESTS (sizeof(requests) / sizeof(requests[0]))

static answer
ask(LDAP *ld, const char *request, const char *dn)
{
    const char *at = strstr(request, "%s");

    return client_ldif(
        ld, "%.*s%s%s", (int)(at - request), request, dn, at + 2);
}

/* What the server said in its log of refusals of ours. */
static long
refusals(world *w)
{
    char *log = server_log(&w->server);
    long n = 0;

    for (char *at = log; (at = strstr(at, "educonnect: refused")) != NULL; at++)
        n++;
    free(log);
    return n;
}

static void
no_access_hears_slapd_alone(void **state)
{
    static const setup how = {.access = closed_people};
    const char *plain = "cn=Ordinaire," PEOPLE;
    account subjects[3];
    long before;
    world w;

    (void)state;
    world_begin(&w, &how);
    subjects[0] = student_in(&w, "active");
    subjects[1] = student_in(&w, "closed");
    subjects[2] = guardian_in(&w, "informed");
    expect_ok(client_modify(w.as[PROVISIONER], subjects[2].dn,
        "add: educonnectFederatedId\neduconnectFederatedId: " OTHER_ID "\n"));
    expect_ok(client_ldif(w.as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: ordinaire\n"
        "cn: Ordinaire\nsn: O\nuserPassword: {SSHA}x\n",
        plain));
    before = refusals(&w);
    for (size_t i = 0; i < N_REQUESTS; i++) {
        answer of_plain = ask(w.as[STRANGER], requests[i], plain);

        assert_int_equal(of_plain.code, LDAP_INSUFFICIENT_ACCESS);
        for (size_t s = 0; s < 3; s++) {
            answer a = ask(w.as[STRANGER], requests[i], subjects[s].dn);

            if (a.code != of_plain.code || strcmp(a.text, of_plain.text) != 0)
                FAIL("%s: %d \"%s\" of an account, %d \"%s\" of another entry",
                    requests[i], a.code, a.text, of_plain.code, of_plain.text);
        }
    }
    for (size_t i = 0; i < 4; i++) {
        const char *old = i % 2 == 0 ? NULL : "Mauvais-1";
        const char *new = i / 2 == 0 ? NULL : "Autre-2026-Or";
        answer of_plain = client_password(w.as[STRANGER], plain, old, new);

        for (size_t s = 0; s < 3; s++) {
            answer a =
                client_password(w.as[STRANGER], subjects[s].dn, old, new);

            assert_int_equal(a.code, of_plain.code);
            assert_string_equal(a.text, of_plain.text);
        }
        expect(client_password(
                   w.as[STRANGER], subjects[0].dn, subjects[0].password, new),
            LDAP_UNWILLING_TO_PERFORM, "");
    }
    expect(client_ldif(w.as[STRANGER],
               "dn: uid=nouveau," PEOPLE "\nobjectClass: inetOrgPerson\n"
               "objectClass: educonnectStudent\nuid: nouveau\ncn: N\nsn: N\n"
               "educonnectFederatedId: " OTHER_ID "\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
    assert_int_equal(refusals(&w), before);
    world_end(&w);
}

/* A letter that takes its time, as its head's connection sends it. */
typedef struct slow_letter {
    LDAP *ld;
    const char *dn;
    answer got;
} slow_letter;

static void *
send_letter(void *arg)
{
    slow_letter *letter = arg;

    letter->got = client_password(letter->ld, letter->dn, NULL, NULL);
    return NULL;
}

/* A delete and a rename wait for whoever writes the entry: not those of an
 * identity that may do neither. */
static void
who_has_no_access_waits_for_nobody(void **state)
{
    char *directives =
        text_of("%seduconnect-hash memory=262144 time=12\n", usual_roles());
    setup how = {.access = closed_people, .directives = directives};
    deadline d = deadline_in(30);
    slow_letter letter;
    pthread_t thread;
    account a;
    world w;

    (void)state;
    world_begin(&w, &how);
    a = new_student(&w, COLLEGE);
    letter = (slow_letter){.ld = w.as[HEAD1], .dn = a.dn};
    REQUIRE(pthread_create(&thread, NULL, send_letter, &letter) == 0);
    while (monitor_counter(&w, "educonnectMonitorHashing", "running ") == 0)
        deadline_wait(&d, "the letter's hash to be made");
    expect(client_ldif(w.as[STRANGER], "dn: %s\nchangetype: delete\n", a.dn),
        LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_ldif(w.as[STRANGER],
               "dn: %s\nchangetype: modrdn\nnewrdn: uid=autre\n"
               "deleteoldrdn: 0\n",
               a.dn),
        LDAP_INSUFFICIENT_ACCESS, "");
    REQUIRE(pthread_join(thread, NULL) == 0);
    expect_ok(letter.got);
    world_end(&w);
    free(directives);
}

/* ---- what a new account begins with, and what is unique ---- */

static void
a_new_account_begins_with_nothing(void **state)
{
    static const char dn[] = "uid=reste," PEOPLE;
    world *w = *state;

    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: reste\ncn: R\nsn: R\n"
        "educonnectState: active\npwdReset: TRUE\n",
        dn));
    expect_ok(client_modify(w->as[ROOT], dn,
        "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"));
    expect(client_modify(w->as[PROVISIONER], dn,
               "add: objectClass\nobjectClass: educonnectStudent\n-\n"
               "replace: pwdReset\npwdReset: FALSE\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect_ok(client_modify(w->as[PROVISIONER], dn,
        "add: objectClass\nobjectClass: educonnectStudent\n"));
    expect_stored(w->as[ROOT], dn, "educonnectState", "uninformed");
    expect_stored(w->as[ROOT], dn, "pwdReset", NULL);
    expect_stored(w->as[ROOT], dn, "pwdAccountLockedTime", NULL);
}

/* The ways in which an entry comes to a value. */
#define N_WAYS 6

static answer
bring_value(
    LDAP *ld, int way, const account *a, const char *name, const char *value)
{
    const char *dn = a->dn, *uid = a->uid;

    switch (way) {
    case 0:
        return client_modify(ld, dn, "add: %s\n%s: %s\n", name, name, value);
    case 1:
        return client_modify(
            ld, dn, "replace: %s\n%s: %s\n", name, name, value);
    case 2:
        return client_modify(ld, dn,
            "add: %s\n%s: of-its-own\n-\nreplace: %s\n%s: %s\n", name, name,
            name, name, value);
    case 3:
        return client_ldif(ld,
            "dn: %s\nchangetype: modrdn\nnewrdn: uid=%s+%s=%s\n"
            "deleteoldrdn: 0\n",
            dn, uid, name, value);
    case 4:
        return client_ldif(ld,
            "dn: %s\nchangetype: modrdn\nnewrdn: %s=%s\ndeleteoldrdn: 0\n", dn,
            name, value);
    default:
        return client_ldif(ld,
            "dn: uid=%s-2," PEOPLE "\nobjectClass: inetOrgPerson\n"
            "objectClass: educonnectStudent\nuid: %s-2\ncn: N\nsn: N\n"
            "%s: %s\n",
            uid, uid, name, value);
    }
}

static void
unique_values_are_unique_by_every_way(void **state)
{
    static const char *const names[] = {
        "educonnectSourceId", "EDUCONNECTSOURCEID", "educonnectFederatedId"};
    world *w = *state;
    LDAP *ld = w->as[PROVISIONER];

    for (size_t n = 0; n < 3; n++) {
        const char *value = n < 2 ? "aaf$77" : "urn:d-un-seul";
        account a = new_guardian(w, COLLEGE), b = new_guardian(w, COLLEGE);

        expect_ok(bring_value(ld, 0, &a, names[n], value));
        for (int way = 0; way < N_WAYS; way++)
            expect(bring_value(ld, way, &b, names[n], value),
                LDAP_CONSTRAINT_VIOLATION, "D02");
        expect_ok(client_modify(ld, a.dn, "delete: %s\n", names[n]));
        expect_ok(bring_value(ld, 0, &b, names[n], value));
        expect_ok(client_modify(ld, b.dn, "delete: %s\n", names[n]));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_role_hears_the_same_of_every_state),
        cmocka_unit_test(no_role_hears_the_same_from_the_exop),
        cmocka_unit_test(an_old_password_is_looked_at_last),
        cmocka_unit_test(no_role_hears_the_same_of_an_add),
        cmocka_unit_test(a_new_account_begins_with_nothing),
        cmocka_unit_test(unique_values_are_unique_by_every_way),
        cmocka_unit_test(no_access_hears_slapd_alone),
        cmocka_unit_test(who_has_no_access_waits_for_nobody),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
