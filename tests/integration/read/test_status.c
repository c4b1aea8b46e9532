/* test_status.c - the help desk's view: what a bind would meet
 * (educonnectBindStatus) and what may be done next (educonnectAllowed).
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/model.h"

#define STATUS "educonnectBindStatus"
#define ALLOWED "educonnectAllowed"
#define SECRET "Bruyere-2026_Mauve"
#define FROZEN "uid=gele," PEOPLE

/* ---- educonnectBindStatus ---- */

#define LETTER                                                                 \
    "pwdReset: TRUE\neduconnectInformedBy: " COLLEGE_UAI "\n"                  \
    "educonnectProvisionalUntil: 20990101000000Z\n"
#define ACTIVE_STATE "educonnectState: active\neduconnectActivatedBy: letter\n"

/* Accounts as slapadd stores them, what their status is, and what a bind with
 * the right password says. */
static const struct stored {
    const char *uid;
    bool password;
    const char *lines;
    const char *status;
    int code;
    const char *codes;
} stored[] = {
    {"vide", false, "", "no-password", LDAP_INVALID_CREDENTIALS, ""},
    {"lettre", true, "educonnectState: informed\n" LETTER, "must-change",
        LDAP_SUCCESS, ""},
    {"actif", true, ACTIVE_STATE, "ok", LDAP_SUCCESS, ""},
    {"refait", true,
        "educonnectState: reset\neduconnectActivatedBy: letter\n" LETTER,
        "must-change", LDAP_SUCCESS, ""},
    {"perime", true,
        "educonnectState: informed\npwdReset: TRUE\n"
        "educonnectInformedBy: " COLLEGE_UAI "\n"
        "educonnectProvisionalUntil: 20200101000000Z\n",
        "provisional-expired", LDAP_INVALID_CREDENTIALS, "S03"},
    {"verrou", true, ACTIVE_STATE "pwdAccountLockedTime: 20990101000000Z\n",
        NULL, LDAP_INVALID_CREDENTIALS, ""},
    {"toujours", true, ACTIVE_STATE "pwdAccountLockedTime: 000001010000Z\n",
        "locked-until:99991231235959Z", LDAP_INVALID_CREDENTIALS, ""},
    {"passe", true, ACTIVE_STATE "pwdAccountLockedTime: 20200101000000Z\n",
        "ok", LDAP_SUCCESS, ""},
    {"ecarte", true,
        "educonnectState: suspended\neduconnectFormerState: active\n"
        "educonnectActivatedBy: letter\n",
        "suspended", LDAP_INVALID_CREDENTIALS, "S02"},
    {"ferme", true,
        "educonnectState: closed\neduconnectFormerState: active\n"
        "educonnectActivatedBy: letter\n",
        "closed", LDAP_INVALID_CREDENTIALS, "S02"},
    {"doublon", false,
        "educonnectState: closed\neduconnectFormerState: uninformed\n"
        "educonnectMergedInto: uid=actif," PEOPLE "\n",
        "merged:uid=actif," PEOPLE, LDAP_INVALID_CREDENTIALS, ""},
    {"federe", false,
        "educonnectState: active\neduconnectActivatedBy: federation\n"
        "educonnectFederatedId: fc-4711\n",
        "federated-only", LDAP_INVALID_CREDENTIALS, ""},
    {"ancien", true,
        "educonnectState: informed\npwdReset: TRUE\neduconnectInformedBy: -\n"
        "educonnectProvisionalUntil: 20990101000000Z\n"
        "educonnectLegacyId: aten-1\n",
        "legacy", LDAP_INVALID_CREDENTIALS, "S02"},
    {"revenu", true,
        "educonnectState: informed\neduconnectLegacyId: aten-2\n" LETTER,
        "must-change", LDAP_SUCCESS, ""},
};
#define N_STORED (sizeof(stored) / sizeof(stored[0]))

static void
slapadd_all(world *w)
{
    char *hash = ssha_of(SECRET), *output = NULL;

    for (size_t i = 0; i < N_STORED; i++) {
        const struct stored *s = &stored[i];
        char *ldif = text_of("dn: uid=%s," PEOPLE "\n"
                             "objectClass: inetOrgPerson\n"
                             "objectClass: educonnectLegalGuardian\n"
                             "uid: %s\ncn: Io Le\nsn: Le\n%s%s%s%s",
            s->uid, s->uid, s->lines, s->password ? "userPassword: " : "",
            s->password ? hash : "", s->password ? "\n" : "");

        if (server_tool(
                &w->server, ldif, &output, "slapadd", "-b %s", SUFFIX) != 0)
            FAIL("slapadd refused:\n%s\n%s", ldif, output);
        free(output);
        free(ldif);
    }
    free(hash);
}

/* Whatever the lock is dated: for 15 minutes from now at most. */
static void
expect_locked_shortly(world *w, const char *dn)
{
    char *status = client_read(w->as[ASSISTANCE], dn, STATUS);
    time_t latest = time(NULL) + 15 * 60 + 2;
    char text[32];

    REQUIRE(status != NULL && strncmp(status, "locked-until:", 13) == 0);
    strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", gmtime(&latest));
    REQUIRE(strcmp(status + 13, text) <= 0);
    latest -= 60;
    strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", gmtime(&latest));
    REQUIRE(strcmp(status + 13, text) >= 0);
    free(status);
}

static void
the_status_says_what_a_bind_meets(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N_STORED; i++) {
        const struct stored *s = &stored[i];
        char *dn = text_of("uid=%s," PEOPLE, s->uid);

        if (s->status == NULL) {
            expect_locked_shortly(w, dn);
        } else {
            expect_values(w->as[ASSISTANCE], dn, STATUS, s->status);
            expect(client_compare(w->as[ASSISTANCE], dn, STATUS, s->status),
                LDAP_COMPARE_TRUE, "");
        }
        expect(bind_once(&w->server, dn, SECRET), s->code, s->codes);
        free(dn);
    }
}

static void
lock_out(world *w, const account *a)
{
    for (int i = 0; i < 10; i++) {
        char guess[32];

        snprintf(guess, sizeof(guess), "Faux-mot-%d", i);
        expect(
            bind_once(&w->server, a->dn, guess), LDAP_INVALID_CREDENTIALS, "");
    }
}

static void
guesses_and_campaigns_show(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    char *status;

    lock_out(w, &a);
    status = client_read(w->as[ASSISTANCE], a.dn, STATUS);
    assert_non_null(status);
    assert_memory_equal(status, "locked-until:20", 15);
    free(status);
    expect_ok(client_modify(
        w->as[ASSISTANCE], a.dn, "delete: pwdAccountLockedTime\n"));
    expect_values(w->as[ASSISTANCE], a.dn, STATUS, "ok");
    expect_ok(world_configure(w, "replace: olcEduconnectCampaign\n"
                                 "olcEduconnectCampaign: 20200101000000Z\n"));
    expect_values(w->as[ASSISTANCE], a.dn, STATUS, "ok");
    expect_values(
        w->as[ASSISTANCE], "uid=actif," PEOPLE, STATUS, "must-change");
    expect_ok(world_configure(w, "delete: olcEduconnectCampaign\n"));
}

/* ---- educonnectAllowed ---- */

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
note(const char **events, size_t *n, const model *m, model_request *request)
{
    model_verdict v = model_judge(m, request);

    if (v.code == LDAP_SUCCESS)
        events[(*n)++] = v.event;
}

/* What the manual page lets one do with the account, sorted; allocated. */
static char *
promised(const model *m, actor who, bool self)
{
    model_request r = {.who = who, .self = self, .wish = 'p'};
    const char *events[N_STATES + 5];
    char *all = text_of("%s", "");
    size_t n = 0;

    note(events, &n, m, &r);
    r.wish = 's';
    for (int s = 0; s < N_STATES; s++) {
        r.target = (model_state)s;
        note(events, &n, m, &r);
    }
    r.wish = 'c';
    note(events, &n, m, &r);
    r.wish = 'm';
    note(events, &n, m, &r);
    r.wish = 'u';
    if (m->locked)
        note(events, &n, m, &r);
    r.wish = 'l';
    note(events, &n, m, &r);
    qsort(events, n, sizeof(events[0]), by_name);
    for (size_t i = 0; i < n; i++) {
        char *longer = text_of("%s%s%s", all, i > 0 ? "|" : "", events[i]);

        free(all);
        all = longer;
    }
    return all;
}

static void
expect_promised(world *w, const account *a, const model *m)
{
    for (int who = 0; who < N_ACTORS; who++) {
        char *all = promised(m, (actor)who, false);

        expect_values(w->as[who], a->dn, ALLOWED, all);
        free(all);
    }
}

/* As lead by student_in() and guardian_in(). */
static model
model_in(model_state state)
{
    return (model){.at_college = true,
        .state = state,
        .before_suspension = ACTIVE,
        .before_closing = ACTIVE,
        .letter = state == INFORMED ? LETTER_OF_COLLEGE
                  : state == RESET  ? LETTER_OF_NOBODY
                                    : NO_LETTER};
}

static void
everybody_is_told_of_his_own_events(void **state)
{
    world *w = *state;

    for (int s = 0; s < N_STATES; s++) {
        model m = model_in((model_state)s);
        account a = student_in(w, model_state_name(m.state));
        account second = new_student(w, LYCEE);

        expect_promised(w, &a, &m);
        m.guardian = true;
        a = guardian_in(w, model_state_name(m.state));
        expect_promised(w, &a, &m);
        expect_ok(client_modify(w->as[PROVISIONER], second.dn,
            "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
        m.at_lycee = true;
        expect_promised(w, &a, &m);
    }
}

static void
a_lock_and_a_hold_count(void **state)
{
    world *w = *state;
    account a = student_in(w, "active"), held = new_student(w, COLLEGE);
    model m = model_in(ACTIVE);

    lock_out(w, &a);
    m.locked = true;
    expect_promised(w, &a, &m);
    expect_ok(client_modify(
        w->as[PROVISIONER], held.dn, "delete: educonnectBirthDate\n"));
    m = model_in(UNINFORMED);
    m.incomplete = true;
    expect_promised(w, &held, &m);
    expect_ok(client_modify(w->as[PROVISIONER], held.dn,
        "add: educonnectBirthDate\neduconnectBirthDate: 2011-03-09\n"));
    m.incomplete = false;
    expect_promised(w, &held, &m);
}

static void
the_holder_is_told(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect_values(self, a.dn, ALLOWED, "change|merge");
    expect_values(self, a.dn, STATUS, "ok");
    expect_values(self, a.child, ALLOWED, "");
    client_close(self);
}

/* An event that slapd's access rules refuse is not allowed. */
static void
access_rules_count(void **state)
{
    world *w = *state;

    expect_values(w->as[PROVISIONER], FROZEN, ALLOWED, "close|inform");
    expect_values(
        w->as[ROOT], FROZEN, ALLOWED, "claim|close|inform|lock|merge");
    expect_values(w->as[ACADEMY], FROZEN, ALLOWED, "claim|lock|merge");
    expect(client_password(w->as[ACADEMY], FROZEN, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_modify(w->as[ACADEMY], FROZEN,
               "replace: educonnectState\neduconnectState: closed\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
    step_state(w, &(account){.dn = FROZEN}, PROVISIONER, "closed");
    expect_values(w->as[ACADEMY], FROZEN, ALLOWED, "lock|reopen");
    step_state(w, &(account){.dn = FROZEN}, ACADEMY, "uninformed");
}

static int
prepared_world(void **state)
{
    static const setup how = {
        .access = "access to dn.exact=\"" FROZEN "\" attrs=userPassword\n"
                  "    by dn.exact=\"uid=academy," STAFF_DN "\" read\n"
                  "    by * break\n"
                  "access to dn.exact=\"" FROZEN "\" attrs=educonnectState "
                  "val=\"closed\"\n"
                  "    by dn.exact=\"uid=academy," STAFF_DN "\" read\n"
                  "    by * break\n"};
    world *w = calloc(1, sizeof(*w));

    *state = w;
    world_begin(w, &how);
    server_stop(&w->server);
    slapadd_all(w);
    server_start(&w->server);
    world_login(w);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: " FROZEN "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: gele\ncn: G\nsn: G\n"));
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_status_says_what_a_bind_meets),
        cmocka_unit_test(guesses_and_campaigns_show),
        cmocka_unit_test(everybody_is_told_of_his_own_events),
        cmocka_unit_test(a_lock_and_a_hold_count),
        cmocka_unit_test(the_holder_is_told),
        cmocka_unit_test(access_rules_count),
    };

    return cmocka_run_group_tests_name(
        "status", tests, prepared_world, end_world);
}
