/* test_adopted.c - an entry that was there before becomes an account and keeps
 * its password, and is that entry again as long as nobody used the account.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "ancien"
#define SINCE "20240901080000Z"

/* A world that takes {SSHA} over. */
static int
adopting_world(void **state)
{
    char *directives =
        text_of("%seduconnect-import-schemes {SSHA}\n", usual_directives());
    setup how = {.directives = directives};
    int begun = world_of(state, &how);

    free(directives);
    return begun;
}

/* A person of before with this password, and more; allocated. */
static char *
new_person(world *w, const char *password, const char *more)
{
    unsigned n = ++w->serial;
    char *dn = text_of("uid=avant%u," PEOPLE, n);

    client_sends(w->as[ROOT], SENDS_RELAX, NULL);
    expect_ok(client_ldif(w->as[ROOT],
        "dn: %s\nobjectClass: inetOrgPerson\nuid: avant%u\ncn: Avant\n"
        "sn: Avant\nmobile: 06 12 34 56 %02u\n%s%s%s%s",
        dn, n, n % 100, *password == '\0' ? "" : "userPassword: ", password,
        *password == '\0' ? "" : "\n", more));
    client_sends(w->as[ROOT], 0, NULL);
    return dn;
}

static answer
relaxed(world *w, actor who, const char *dn, const char *change)
{
    answer r;

    client_sends(w->as[who], SENDS_RELAX, NULL);
    r = client_modify(w->as[who], dn, "%s", change);
    client_sends(w->as[who], 0, NULL);
    return r;
}

#define TAKE "add: objectClass\nobjectClass: educonnectStudent\n"
#define GUARDIAN "add: objectClass\nobjectClass: educonnectLegalGuardian\n"
#define LEAVE "delete: objectClass\nobjectClass: educonnectStudent\n"

/* All of an entry but what slapd writes at every change. */
static char *
all_of(world *w, const char *dn)
{
    static const char *const names[] = {"objectClass", "uid", "cn", "sn",
        "mobile", "userPassword", "pwdChangedTime", "pwdAccountLockedTime",
        "pwdFailureTime", "educonnectState", "educonnectStateSince",
        "educonnectActivatedBy", "educonnectSerial", "educonnectMobileKey",
        "educonnectPasswordHistory", "educonnectInformedBy", NULL};

    return client_picture(w->as[ROOT], dn, names);
}

/* ---- it keeps its password ---- */

static void
its_password_opens_it(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn = new_person(w, hash, "pwdChangedTime: " SINCE "\n");
    char *now;

    expect(client_modify(w->as[PROVISIONER], dn, TAKE),
        LDAP_UNWILLING_TO_PERFORM, "S06");
    expect_ok(relaxed(w, PROVISIONER, dn, TAKE));
    expect_stored(w->as[ROOT], dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], dn, "educonnectActivatedBy", "migration");
    expect_stored(w->as[ROOT], dn, "userPassword", hash);
    expect_stored(w->as[ROOT], dn, "pwdChangedTime", SINCE);
    expect(bind_once(&w->server, dn, "falsch"), LDAP_INVALID_CREDENTIALS, "");
    expect_ok(bind_once(&w->server, dn, SECRET));
    expect_ok(bind_once(&w->server, dn, SECRET));
    now = client_read(w->as[ROOT], dn, "userPassword");
    REQUIRE(strncmp(now, "{ARGON2}", 8) == 0);
    expect(
        relaxed(w, PROVISIONER, dn, LEAVE), LDAP_UNWILLING_TO_PERFORM, "S07");
    free(now);
    free(dn);
    free(hash);
}

/* Nobody is let in again whom a lock keeps out. */
static void
a_lock_stays(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn = new_person(w, hash, "pwdAccountLockedTime: 000001010000Z\n");

    expect_ok(relaxed(w, ACADEMY, dn, GUARDIAN));
    expect_stored(w->as[ROOT], dn, "educonnectState", "active");
    expect(bind_once(&w->server, dn, SECRET), LDAP_INVALID_CREDENTIALS, "");
    expect_ok(
        client_modify(w->as[ACADEMY], dn, "delete: pwdAccountLockedTime\n"));
    expect_ok(bind_once(&w->server, dn, SECRET));
    free(dn);
    free(hash);
}

/* Marks that somebody wrote beforehand are none of the account's. */
static void
marks_of_before_count_for_nothing(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn = new_person(w, hash, "educonnectState: closed\n");

    expect_ok(relaxed(w, PROVISIONER, dn, TAKE));
    expect_stored(w->as[ROOT], dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], dn, "educonnectActivatedBy", "migration");
    expect_stored(w->as[ROOT], dn, "educonnectFormerState", NULL);
    expect_stored(w->as[ROOT], dn, "educonnectMergedInto", NULL);
    free(dn);
    free(hash);
}

/* ---- who, and what cannot be ---- */

static void
others_may_not(void **state)
{
    static const struct {
        actor who;
        const char *code;
    } others[] = {{ASSISTANCE, "A02"}, {REGISTRAR, "A02"}, {HEAD1, "A01"},
        {STRANGER, "A02"}};
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn = new_person(w, hash, "");
    char *account = new_person(w, hash, "");

    expect_ok(relaxed(w, PROVISIONER, account, TAKE));
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        expect(relaxed(w, others[i].who, dn, TAKE), LDAP_INSUFFICIENT_ACCESS,
            others[i].code);
        expect(relaxed(w, others[i].who, account, LEAVE),
            LDAP_INSUFFICIENT_ACCESS, others[i].code);
    }
    free(account);
    free(dn);
    free(hash);
}

static void
what_is_no_hash_to_take_is_refused(void **state)
{
    static const struct {
        const char *password, *more, *code;
        int result;
    } bad[] = {
        {"clear", "", "P13", LDAP_CONSTRAINT_VIOLATION},
        {"{MD5}4QrcOUm6Wau+VuBX8g+IPg==", "", "P13", LDAP_CONSTRAINT_VIOLATION},
        {"{SSHA}short", "", "P13", LDAP_CONSTRAINT_VIOLATION},
        {"{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g0YWJj", "userPassword: second\n",
            "P12", LDAP_CONSTRAINT_VIOLATION},
        {"{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g0YWJj",
            "userPassword;lang-fr: second\n", "P12", LDAP_CONSTRAINT_VIOLATION},
        {"{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g0YWJj", "pwdReset: TRUE\n", "D04",
            LDAP_CONSTRAINT_VIOLATION},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char *dn = new_person(w, bad[i].password, bad[i].more);
        char *before = all_of(w, dn), *after;

        expect(relaxed(w, PROVISIONER, dn, TAKE), bad[i].result, bad[i].code);
        after = all_of(w, dn);
        assert_string_equal(before, after);
        free(after);
        free(before);
        free(dn);
    }
}

/* One request is one event. */
static void
nothing_else_is_written_with_it(void **state)
{
    world *w = *state;
    char *hash = ssha_of(SECRET);
    char *dn = new_person(w, hash, "");

    expect(relaxed(w, ACADEMY, dn,
               TAKE "-\nreplace: userPassword\nuserPassword: Cle-du-36-Roi\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect(relaxed(w, ACADEMY, dn,
               TAKE "-\nadd: educonnectState\neduconnectState: active\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect_ok(relaxed(w, ACADEMY, dn, TAKE));
    expect(relaxed(w, ACADEMY, dn, LEAVE "-\ndelete: userPassword\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect(client_modify(w->as[ACADEMY], dn, LEAVE), LDAP_UNWILLING_TO_PERFORM,
        "D03");
    free(dn);
    free(hash);
}

/* ---- and back ---- */

static void
it_is_again_what_it_was(void **state)
{
    static const char *const kinds[] = {"",
        "pwdChangedTime: " SINCE "\npwdFailureTime: 20240901080100Z\n"
        "pwdAccountLockedTime: 000001010000Z\n"};
    world *w = *state;
    char *hash = ssha_of(SECRET);

    for (size_t i = 0; i < 4; i++) {
        char *dn = new_person(w, i < 2 ? hash : "", i < 2 ? kinds[i] : "");
        char *before = all_of(w, dn), *after;

        expect_ok(relaxed(w, PROVISIONER, dn,
            i == 3 ? GUARDIAN
                   : TAKE "-\nadd: educonnectIne\n"
                          "educonnectIne: 900000012AB\n"));
        expect_stored(w->as[ROOT], dn, "educonnectState",
            i < 2 ? "active" : "uninformed");
        expect_ok(relaxed(w, PROVISIONER, dn,
            i == 3 ? "delete: objectClass\nobjectClass: "
                     "educonnectLegalGuardian\n"
                   : LEAVE "-\ndelete: educonnectIne\n"));
        after = all_of(w, dn);
        assert_string_equal(before, after);
        free(after);
        free(before);
        free(dn);
    }
    free(hash);
}

/* Whose link would name nobody is told before. */
static void
a_guardian_with_children_stays(void **state)
{
    world *w = *state;
    char *dn = new_person(w, "", "");
    account child = student_in(w, "uninformed");
    const char *leave =
        "delete: objectClass\nobjectClass: educonnectLegalGuardian\n";

    expect_ok(relaxed(w, PROVISIONER, dn, GUARDIAN));
    expect_ok(client_modify(w->as[PROVISIONER], child.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", dn));
    expect(
        relaxed(w, PROVISIONER, dn, leave), LDAP_UNWILLING_TO_PERFORM, "L05");
    expect_ok(client_modify(
        w->as[PROVISIONER], child.dn, "delete: educonnectGuardian\n"));
    expect_ok(relaxed(w, PROVISIONER, dn, leave));
    free(dn);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_password_opens_it),
        cmocka_unit_test(a_lock_stays),
        cmocka_unit_test(marks_of_before_count_for_nothing),
        cmocka_unit_test(others_may_not),
        cmocka_unit_test(what_is_no_hash_to_take_is_refused),
        cmocka_unit_test(nothing_else_is_written_with_it),
        cmocka_unit_test(it_is_again_what_it_was),
        cmocka_unit_test(a_guardian_with_children_stays),
    };

    return cmocka_run_group_tests(tests, adopting_world, end_world);
}
