/* test_helpdesk.c - the modifications that tools of help desks send (LTB
 * service-desk, LAM, scripts over ppolicy): a password that must be changed,
 * a lock, an unlock.
 */
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LOCKED "pwdAccountLockedTime"
#define LOCKED_OID "1.3.6.1.4.1.42.2.27.8.1.17"
#define FOR_GOOD "000001010000Z"
#define UNTIL "locked-until:99991231235959Z"

/* ---- a new password, and what is said beside it ---- */

static const struct {
    const char *state;
    actor who; /* STRANGER: the holder */
    const char *said;
    int code;
    const char *codes, *then;
} resets[] = {
    {"active", ACADEMY, "replace: pwdReset\npwdReset: TRUE\n", 0, "", "reset"},
    {"active", ACADEMY, "add: pwdReset\npwdReset: TRUE\n", 0, "", "reset"},
    {"reset", ACADEMY, "replace: pwdReset\npwdReset: TRUE\n", 0, "", "reset"},
    {"reset", HEAD1, "add: pwdReset\npwdReset: TRUE\n", 0, "", "reset"},
    {"active", HEAD1, "replace: pwdReset\npwdReset: TRUE\n", 0, "", "reset"},
    {"uninformed", PROVISIONER, "replace: pwdReset\npwdReset: TRUE\n", 0, "",
        "informed"},
    {"informed", HEAD1, "delete: pwdReset\n-\nadd: pwdReset\npwdReset: TRUE\n",
        0, "", "informed"},
    {"active", ACADEMY, "replace: pwdReset\npwdReset: FALSE\n", 19, "D04",
        "active"},
    {"active", ACADEMY, "replace: pwdReset\n", 19, "D04", "active"},
    {"active", REGISTRAR, "replace: pwdReset\npwdReset: TRUE\n", 19, "D04",
        "active"},
    {"active", REGISTRAR, "replace: pwdReset\npwdReset: FALSE\n", 0, "",
        "active"},
    {"reset", REGISTRAR, "delete: pwdReset\n", 0, "", "active"},
    {"active", STRANGER, "replace: pwdReset\npwdReset: TRUE\n", 50, "",
        "active"},

    {"active", ACADEMY, "delete: " LOCKED "\n", 0, "", "reset"},
    {"active", ACADEMY,
        "replace: pwdReset\npwdReset: TRUE\n-\nreplace: " LOCKED "\n", 0, "",
        "reset"},
    {"active", HEAD1, "replace: " LOCKED "\n", 0, "", "reset"},
    {"active", REGISTRAR, "replace: " LOCKED "\n", 50, "A02", "active"},
    {"active", STRANGER, "replace: " LOCKED "\n", 50, "", "active"},
    {"active", ACADEMY, "replace: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n", 53,
        "S01", "active"},
    {"active", ACADEMY,
        "replace: pwdReset\npwdReset: TRUE\n-\nreplace: educonnectState\n"
        "educonnectState: suspended\n",
        53, "S01", "active"},
};

static void
a_password_and_what_is_said_of_it(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < COUNT(resets); i++) {
        for (int first = 0; first < 2; first++) {
            account a = student_in(w, resets[i].state);
            bool self = resets[i].who == STRANGER;
            LDAP *ld = self ? client_login(&w->server, a.dn, a.password)
                            : w->as[resets[i].who];
            char password[96];
            answer r;

            fresh_password(w, password);
            r = client_modify(ld, a.dn,
                "%s%sreplace: userPassword\nuserPassword: %s\n%s%s",
                first ? resets[i].said : "", first ? "-\n" : "", password,
                first ? "" : "-\n", first ? "" : resets[i].said);
            if (r.code != resets[i].code)
                FAIL("row %zu: %d %s", i, r.code, r.text);
            expect(r, resets[i].code, resets[i].codes);
            expect_stored(w->as[ROOT], a.dn, "educonnectState", resets[i].then);
            expect_stored(w->as[ROOT], a.dn, "pwdReset",
                strcmp(resets[i].then, "active") == 0 ? NULL : "TRUE");
            if (r.code == LDAP_SUCCESS)
                expect_ok(bind_once(&w->server, a.dn, password));
            if (self)
                client_close(ld);
        }
    }
}

/* Without a password it asks for what no state is. */
static void
a_mark_alone_is_no_event(void **state)
{
    static const char *const changes[] = {"replace: pwdReset\npwdReset: TRUE\n",
        "add: pwdReset\npwdReset: FALSE\n", "replace: pwdReset\n"};
    world *w = *state;
    account a = student_in(w, "active");

    for (size_t i = 0; i < COUNT(changes); i++) {
        expect(
            client_modify(w->as[ACADEMY], a.dn, "%s", changes[i]), 53, "S01");
        expect_ok(bind_once(&w->server, a.dn, a.password));
    }
}

static void
new_accounts_are_said_to_be_reset(void **state)
{
    static const char entry[] =
        "dn: uid=desk%d," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: desk%d\ncn: x\nsn: x\n"
        "%s%s";
    static const char password[] = "userPassword: Primevere-2026-Or\n";
    world *w = *state;

    expect_ok(client_ldif(
        w->as[PROVISIONER], entry, 1, 1, password, "pwdReset: TRUE\n"));
    expect_stored(
        w->as[ROOT], "uid=desk1," PEOPLE, "educonnectState", "informed");
    expect_values(w->as[ROOT], "uid=desk1," PEOPLE, "pwdReset", "TRUE");
    expect(client_ldif(
               w->as[PROVISIONER], entry, 2, 2, password, "pwdReset: FALSE\n"),
        53, "S01");
    expect(client_ldif(w->as[PROVISIONER], entry, 2, 2, "", "pwdReset: TRUE\n"),
        53, "S01");
}

/* ---- the lock ---- */

static const char *const locks[] = {
    "replace: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n",
    "add: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n",
    "delete: " LOCKED "\n-\nadd: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n",
    "replace: " LOCKED_OID "\n" LOCKED_OID ": 00000101000000Z\n",
};

static const char *const unlocks[] = {
    "delete: " LOCKED "\n",
    "replace: " LOCKED "\n",
    "delete: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n",
    "delete: " LOCKED_OID "\n",
    "add: " LOCKED "\n" LOCKED ": " FOR_GOOD "\n-\ndelete: " LOCKED "\n",
};

static void
a_lock_shuts_until_an_unlock(void **state)
{
    static const actor who[] = {ACADEMY, ASSISTANCE, HEAD1, SDEL1, ROOT};
    world *w = *state;
    long before = monitor_counter(w, "educonnectMonitorEvents", "lock");
    account a = student_in(w, "active");
    size_t rounds = COUNT(locks) * COUNT(unlocks);

    for (size_t i = 0; i < rounds; i++) {
        LDAP *ld = w->as[who[i % COUNT(who)]];
        answer r;

        expect_ok(client_modify(ld, a.dn, "%s", locks[i % COUNT(locks)]));
        expect_stored(w->as[ROOT], a.dn, LOCKED, FOR_GOOD);
        expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
        expect_stored(w->as[ROOT], a.dn, "educonnectBindStatus", UNTIL);
        /* Whoever binds is told what a wrong password is. */
        r = bind_once(&w->server, a.dn, a.password);
        expect(r, LDAP_INVALID_CREDENTIALS, "");
        assert_string_equal(r.text, "");
        expect_ok(client_modify(ld, a.dn, "%s", unlocks[i % COUNT(unlocks)]));
        expect_stored(w->as[ROOT], a.dn, LOCKED, NULL);
        expect_stored(w->as[ROOT], a.dn, "educonnectBindStatus", "ok");
        expect_ok(bind_once(&w->server, a.dn, a.password));
    }
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorEvents", "lock") - before, rounds);
}

/* Who takes away the lock that a screen has shown takes away no other. */
static void
an_unlock_by_value_means_that_lock(void **state)
{
    static const char *const stale[] = {
        "delete: " LOCKED "\n" LOCKED ": 20260901080000Z\n",
        "delete: " LOCKED_OID "\n" LOCKED_OID ": 20260901080000.0Z\n",
    };
    world *w = *state;
    account a = student_in(w, "active");
    char password[96];

    expect_ok(client_modify(w->as[ACADEMY], a.dn, "%s", locks[0]));
    for (size_t i = 0; i < COUNT(stale); i++) {
        expect(
            client_modify(w->as[ASSISTANCE], a.dn, "%s", stale[i]), 51, "B02");
        fresh_password(w, password);
        expect(client_modify(w->as[ACADEMY], a.dn,
                   "%s-\nreplace: userPassword\nuserPassword: %s\n", stale[i],
                   password),
            51, "B02");
        expect_stored(w->as[ROOT], a.dn, LOCKED, FOR_GOOD);
        expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    }
    /* Who may not unlock learns nothing of it. */
    expect(client_modify(w->as[HEAD2], a.dn, "%s", stale[0]), 50, "A01");
    expect_ok(client_modify(w->as[ASSISTANCE], a.dn,
        "delete: " LOCKED "\n" LOCKED ": 0000010100Z\n"));
    expect_ok(bind_once(&w->server, a.dn, a.password));
    /* Where there is none, nothing is in the way. */
    expect_ok(client_modify(w->as[ASSISTANCE], a.dn, "%s", stale[0]));
}

/* Who may suspend may lock, in every state; whoever else may not. */
static void
who_may_suspend_may_lock(void **state)
{
    static const char *const states[] = {
        "uninformed", "informed", "active", "reset", "suspended", "closed"};
    world *w = *state;

    for (size_t i = 0; i < COUNT(states); i++) {
        for (actor who = ROOT; who < N_ACTORS; who++) {
            account student = student_in(w, states[i]);
            account guardian = guardian_in(w, states[i]);
            bool desk = who == ROOT || who == ACADEMY || who == ASSISTANCE;
            bool school = who == HEAD1 || who == SDEL1;
            answer r = client_modify(w->as[who], student.dn, "%s", locks[0]);

            if ((r.code == LDAP_SUCCESS) != (desk || school))
                FAIL("%s locks a student: %d %s", actor_name(who), r.code,
                    r.text);
            r = client_modify(w->as[who], guardian.dn, "%s", locks[0]);
            if ((r.code == LDAP_SUCCESS) != desk)
                FAIL("%s locks a guardian: %d %s", actor_name(who), r.code,
                    r.text);
            expect_stored(
                w->as[ROOT], student.dn, "educonnectState", states[i]);
        }
    }
}

/* Any other time is the server's to write. */
static void
other_times_are_not_written(void **state)
{
    static const char *const times[] = {"20260101000000Z", "99991231235959Z",
        "00010101000000Z", "19700101000000Z"};
    world *w = *state;
    account a = student_in(w, "active");

    for (size_t i = 0; i < COUNT(times); i++)
        expect(client_modify(w->as[ACADEMY], a.dn,
                   "replace: " LOCKED "\n" LOCKED ": %s\n", times[i]),
            53, "S01");
    expect_stored(w->as[ROOT], a.dn, LOCKED, NULL);
}

static void
what_may_be_done_next_says_lock(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    expect_values(w->as[ASSISTANCE], a.dn, "educonnectAllowed", "lock|suspend");
    expect_ok(client_modify(w->as[ASSISTANCE], a.dn, "%s", locks[0]));
    expect_values(
        w->as[ASSISTANCE], a.dn, "educonnectAllowed", "suspend|unlock");
}

/* What somebody locked a letter of the school opens, which may unlock; proof by
 * mail or text message does not. */
static void
letters_and_recoveries_of_locked_accounts(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char password[96];

    expect_ok(client_modify(w->as[ASSISTANCE], a.dn, "%s", locks[0]));
    fresh_password(w, password);
    expect_ok(client_password(w->as[REGISTRAR], a.dn, NULL, password));
    expect_stored(w->as[ROOT], a.dn, LOCKED, FOR_GOOD);
    expect(bind_once(&w->server, a.dn, password), 49, "");
    fresh_password(w, password);
    expect_ok(client_password(w->as[HEAD1], a.dn, NULL, password));
    expect_stored(w->as[ROOT], a.dn, LOCKED, NULL);
    expect_ok(bind_once(&w->server, a.dn, password));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_and_what_is_said_of_it),
        cmocka_unit_test(a_mark_alone_is_no_event),
        cmocka_unit_test(new_accounts_are_said_to_be_reset),
        cmocka_unit_test(a_lock_shuts_until_an_unlock),
        cmocka_unit_test(an_unlock_by_value_means_that_lock),
        cmocka_unit_test(who_may_suspend_may_lock),
        cmocka_unit_test(other_times_are_not_written),
        cmocka_unit_test(what_may_be_done_next_says_lock),
        cmocka_unit_test(letters_and_recoveries_of_locked_accounts),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
