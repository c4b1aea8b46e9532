/* test_events.c - every event of an account's life.
 *
 * First the whole table: every state x actor x request, by every way of
 * writing it, against the second opinion of harness/model.h. Then each event by
 * itself: what it stores and what a bind meets afterwards.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/model.h"

/* ---- the whole table ---- */

enum way { EXOP_MADE, EXOP_GIVEN, MODIFY, N_WAYS };

typedef struct cell {
    world *w;
    account a;
    model m;
} cell;

/* A fresh account in a state, with the model in step. */
static void
begin_cell(cell *c, bool guardian, model_state state)
{
    c->a = guardian ? guardian_in(c->w, model_state_name(state))
                    : student_in(c->w, model_state_name(state));
    c->m = (model){.guardian = guardian,
        .at_college = true,
        .state = state,
        .before_suspension = ACTIVE,
        .before_closing = ACTIVE};
    snprintf(c->m.uid, sizeof(c->m.uid), "%s", c->a.uid);
    snprintf(c->m.password, sizeof(c->m.password), "%s", c->a.password);
    if (state == INFORMED)
        c->m.letter = LETTER_OF_COLLEGE;
    if (state == RESET)
        c->m.letter = LETTER_OF_NOBODY;
}

/* Whether the account is stored and answers binds as the model says. */
static void
check_cell(cell *c)
{
    const char *control;
    model_verdict bind = model_bind(&c->m, &control);
    answer a;

    expect_stored(c->w->as[ROOT], c->a.dn, "educonnectState",
        model_state_name(c->m.state));
    expect_stored(c->w->as[ROOT], c->a.dn, "educonnectInformedBy",
        model_informed_by(&c->m));
    if (c->m.password[0] == '\0')
        return;
    a = bind_once(&c->w->server, c->a.dn, c->m.password);
    expect(a, bind.code, bind.codes);
    expect_control(&a, control);
}

static answer
ask(cell *c, const model_request *r, enum way way, LDAP *ld)
{
    if (r->wish == 'u')
        return client_modify(ld, c->a.dn, "delete: pwdAccountLockedTime\n");
    if (r->wish == 's')
        return client_modify(ld, c->a.dn,
            "replace: educonnectState\neduconnectState: %s\n",
            model_state_name(r->target));
    if (way == MODIFY)
        return client_modify(ld, c->a.dn,
            "replace: userPassword\nuserPassword: %s\n", r->password);
    return client_password(ld, c->a.dn, NULL, r->password);
}

/* One request; a granted one uses the account up. */
static void
try_cell(cell *c, model_request r, enum way way, model_state state)
{
    char given[96];
    LDAP *ld = c->w->as[r.who];
    char *before, *after;
    model_verdict v;
    answer a;

    fresh_password(c->w, given);
    if (r.wish == 'p' && way != EXOP_MADE)
        r.password = given;
    v = model_judge(&c->m, &r);
    if (r.wish == 'u' && v.code == LDAP_SUCCESS)
        return; /* there is no lock to lift: see the test of unlock */
    if (r.self)
        ld = client_login(&c->w->server, c->a.dn, c->a.password);
    before = client_read(c->w->as[ROOT], c->a.dn, "entryCSN");
    a = ask(c, &r, way, ld);
    if (a.code != v.code || strcmp(v.codes, codes_of(a.text)) != 0)
        FAIL("%s %s in %s: %s asks %c %s way %d: expected %d [%s], got %d %s",
            c->m.guardian ? "guardian" : "student", c->a.uid,
            model_state_name(state), r.self ? "self" : actor_name(r.who),
            r.wish, r.wish == 's' ? model_state_name(r.target) : "", (int)way,
            v.code, v.codes, a.code, a.text);
    if (v.code == LDAP_SUCCESS)
        model_apply(&c->m, &r, &v, r.password != NULL ? r.password : a.made);
    after = client_read(c->w->as[ROOT], c->a.dn, "entryCSN");
    if ((strcmp(before, after) != 0) != (v.code == LDAP_SUCCESS))
        FAIL("%s: a refusal wrote, or an event did not", c->a.uid);
    if (v.code == LDAP_SUCCESS) {
        check_cell(c);
        begin_cell(c, c->m.guardian, state);
    }
    if (r.self)
        client_close(ld);
    free(before);
    free(after);
}

static void
try_actor(cell *c, model_request r, model_state state)
{
    r.wish = 'p';
    for (int way = 0; way < N_WAYS; way++)
        try_cell(c, r, (enum way)way, state);
    if (r.self)
        return; /* what a holder may write else is the ACL's matter */
    r.wish = 's';
    for (int target = 0; target < N_STATES; target++) {
        r.target = (model_state)target;
        try_cell(c, r, MODIFY, state);
    }
    r.wish = 'u';
    try_cell(c, r, MODIFY, state);
}

static void
try_table(world *w, bool guardian)
{
    for (int state = 0; state < N_STATES; state++) {
        cell c = {.w = w};

        begin_cell(&c, guardian, (model_state)state);
        for (int who = 0; who < N_ACTORS; who++)
            try_actor(&c, (model_request){.who = (actor)who}, c.m.state);
        if (state == INFORMED || state == ACTIVE || state == RESET)
            try_actor(
                &c, (model_request){.who = STRANGER, .self = true}, c.m.state);
        check_cell(&c);
    }
}

static void
whole_table_for_students(void **state)
{
    try_table(*state, false);
}

static void
whole_table_for_guardians(void **state)
{
    try_table(*state, true);
}

/* ---- each event by itself ---- */

static void
create_gives_an_uninformed_account(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE);

    expect_stored(w->as[ROOT], a.dn, "educonnectState", "uninformed");
    expect_stored(w->as[ROOT], a.dn, "userPassword", NULL);
    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", NULL);
    expect_stored(w->as[ROOT], a.dn, "educonnectProvisionalUntil", NULL);
    expect_stored(w->as[ROOT], a.dn, "pwdReset", NULL);
    REQUIRE(client_read(w->as[ROOT], a.dn, "educonnectStateSince") != NULL);
    expect(
        bind_once(&w->server, a.dn, "whatever"), LDAP_INVALID_CREDENTIALS, "");
}

static answer
add_account(world *w, actor who, const char *uid, const char *more)
{
    return client_ldif(w->as[who],
        "dn: uid=%s," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: %s\ncn: Malo Riou\nsn: Riou\n"
        "givenName: Malo\neduconnectIne: 0123%sCD\n"
        "educonnectBirthDate: 2012-01-31\neduconnectEnrolledAt: " COLLEGE "\n"
        "%s",
        uid, uid, uid, more);
}

static void
create_is_for_provisioner_and_academy(void **state)
{
    world *w = *state;

    for (int who = 0; who < N_ACTORS; who++) {
        char *uid = text_of("c%02d", who);
        answer a = add_account(w, (actor)who, uid, "");
        bool may = who == PROVISIONER || who == ACADEMY || who == ROOT;

        if (may) {
            expect_ok(a);
        } else if (who >= HEAD1 && who <= GDEL2) {
            REQUIRE(a.code == LDAP_INSUFFICIENT_ACCESS);
            REQUIRE(strstr(a.text, "EDC-A0") != NULL);
        } else {
            expect(a, LDAP_INSUFFICIENT_ACCESS, "A02");
        }
        free(uid);
    }
    assert_int_equal(client_count(w->as[ROOT], PEOPLE, "(uid=c*)"), 3);
}

static void
create_informed_hands_out_a_letter(void **state)
{
    world *w = *state;
    const char *dn = "uid=ci1," PEOPLE;
    answer a;

    expect_ok(
        add_account(w, PROVISIONER, "ci1", "userPassword: Begonia-77-Vert\n"));
    expect_stored(w->as[ROOT], dn, "educonnectState", "informed");
    expect_stored(w->as[ROOT], dn, "educonnectInformedBy", "-");
    expect_stored(w->as[ROOT], dn, "pwdReset", "TRUE");
    a = bind_once(&w->server, dn, "Begonia-77-Vert");
    expect_ok(a);
    expect_control(&a, PP_MUST_CHANGE);
    expect(add_account(w, REGISTRAR, "ci2", "userPassword: Begonia-77-Vert\n"),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect(add_account(w, PROVISIONER, "ci3", "userPassword: court\n"),
        LDAP_CONSTRAINT_VIOLATION, "P01 P03");
    assert_int_equal(client_count(w->as[ROOT], PEOPLE, "(uid=ci*)"), 1);
}

static void
inform_names_the_school_and_the_end(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");
    char *until = client_read(w->as[ROOT], a.dn, "educonnectProvisionalUntil");
    char *changed = client_read(w->as[ROOT], a.dn, "pwdChangedTime");
    char *stored = client_read(w->as[ROOT], a.dn, "userPassword");

    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", COLLEGE_UAI);
    expect_stored(w->as[ROOT], a.dn, "pwdReset", "TRUE");
    REQUIRE(until != NULL && strlen(until) == 15 && changed != NULL);
    REQUIRE(strcmp(until, changed) > 0);
    REQUIRE(strncmp(stored, "{ARGON2}$argon2id$v=19$m=128,t=1,p=1$", 37) == 0);
    free(until);
    free(changed);
    free(stored);
}

/* XXXX-XXXX-XXXX of symbols that nobody confuses. */
static void
made_password_has_the_promised_form(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");
    size_t n = strlen(a.password);

    assert_int_equal(n, 14);
    assert_int_equal(a.password[4], '-');
    assert_int_equal(a.password[9], '-');
    assert_int_equal(
        strspn(a.password, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789-"), n);
}

static void
next_letter_kills_the_former_one(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");
    char former[96];

    snprintf(former, sizeof(former), "%s", a.password);
    step_inform(w, &a, HEAD1);
    expect(bind_once(&w->server, a.dn, former), LDAP_INVALID_CREDENTIALS, "");
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
withdraw_drops_the_password(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");

    expect(client_modify(w->as[HEAD2], a.dn,
               "replace: educonnectState\neduconnectState: uninformed\n"),
        LDAP_INSUFFICIENT_ACCESS, "A01");
    step_state(w, &a, GDEL1, "uninformed");
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "uninformed");
    expect_stored(w->as[ROOT], a.dn, "userPassword", NULL);
    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", NULL);
    expect_stored(w->as[ROOT], a.dn, "educonnectProvisionalUntil", NULL);
    expect_stored(w->as[ROOT], a.dn, "pwdReset", NULL);
    expect(bind_once(&w->server, a.dn, a.provisional), LDAP_INVALID_CREDENTIALS,
        "");
}

static void
withdraw_is_for_the_informing_school(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    account second = new_student(w, LYCEE);

    expect_ok(client_modify(w->as[PROVISIONER], second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    step_inform(w, &a, HEAD1);
    expect(client_modify(w->as[HEAD2], a.dn,
               "replace: educonnectState\neduconnectState: uninformed\n"),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    step_state(w, &a, ACADEMY, "uninformed");
}

static void
activation_ends_what_was_provisional(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    answer bind = bind_once(&w->server, a.dn, a.password);

    expect_ok(bind);
    expect_control(&bind, PP_NONE);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], a.dn, "educonnectActivatedBy", "letter");
    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", NULL);
    expect_stored(w->as[ROOT], a.dn, "educonnectProvisionalUntil", NULL);
    expect_stored(w->as[ROOT], a.dn, "pwdReset", NULL);
    expect(bind_once(&w->server, a.dn, a.provisional), LDAP_INVALID_CREDENTIALS,
        "");
}

static void
activation_by_modify_delete_and_add(void **state)
{
    world *w = *state;
    account a = student_in(w, "informed");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect_ok(client_modify(self, a.dn,
        "delete: userPassword\nuserPassword: %s\n-\n"
        "add: userPassword\nuserPassword: Glycine-2026-Mauve\n",
        a.password));
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    expect_ok(client_search(self, a.dn));
    client_close(self);
    expect_ok(bind_once(&w->server, a.dn, "Glycine-2026-Mauve"));
}

static void
a_reset_does_not_lose_how_it_was_activated(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    step_inform(w, &a, SDEL1);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "reset");
    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", COLLEGE_UAI);
    expect_stored(w->as[ROOT], a.dn, "educonnectActivatedBy", "letter");
    step_activate(w, &a);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
}

static void
recover_makes_a_reset_account_active(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "reset");
    answer bind;

    expect_ok(
        client_password(w->as[REGISTRAR], a.dn, NULL, "Jonquille-9-Bleue"));
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], a.dn, "pwdReset", NULL);
    bind = bind_once(&w->server, a.dn, "Jonquille-9-Bleue");
    expect_ok(bind);
    expect_control(&bind, PP_NONE);
}

static void
suspension_remembers_where_from(void **state)
{
    static const char *const from[] = {"informed", "active", "reset"};
    world *w = *state;

    for (size_t i = 0; i < 3; i++) {
        account a = guardian_in(w, from[i]);
        answer bind;

        step_state(w, &a, ASSISTANCE, "suspended");
        expect_stored(w->as[ROOT], a.dn, "educonnectFormerState", from[i]);
        bind = bind_once(&w->server, a.dn, a.password);
        expect(bind, LDAP_INVALID_CREDENTIALS, "S02");
        expect_control(&bind, PP_LOCKED);
        step_state(w, &a, ACADEMY, from[i]);
        expect_stored(w->as[ROOT], a.dn, "educonnectFormerState", NULL);
        expect_ok(bind_once(&w->server, a.dn, a.password));
    }
}

static void
a_closed_suspended_account_comes_back_suspended(void **state)
{
    world *w = *state;
    account a = student_in(w, "suspended");

    step_state(w, &a, PROVISIONER, "closed");
    expect(client_modify(w->as[PROVISIONER], a.dn,
               "replace: educonnectState\neduconnectState: active\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    step_state(w, &a, PROVISIONER, "suspended");
    step_state(w, &a, SDEL1, "active");
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
closing_and_reopening_in_every_state(void **state)
{
    static const char *const from[] = {
        "uninformed", "informed", "active", "reset", "suspended"};
    world *w = *state;

    for (size_t i = 0; i < 5; i++) {
        account a = student_in(w, from[i]);

        step_state(w, &a, PROVISIONER, "closed");
        expect_stored(w->as[ROOT], a.dn, "educonnectState", "closed");
        step_state(w, &a, ACADEMY, from[i]);
        expect_stored(w->as[ROOT], a.dn, "educonnectState", from[i]);
        if (i >= 1 && i <= 3)
            expect_ok(bind_once(&w->server, a.dn, a.password));
    }
}

/* ---- the guard ---- */

static void
a_letter_of_another_school_is_not_wiped(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    account second = new_student(w, LYCEE);
    answer refusal;

    expect_ok(client_modify(w->as[PROVISIONER], second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    step_inform(w, &a, HEAD1);
    refusal = client_password(w->as[HEAD2], a.dn, NULL, NULL);
    expect(refusal, LDAP_UNWILLING_TO_PERFORM, "G01");
    REQUIRE(strstr(refusal.text, COLLEGE_UAI) != NULL);
    REQUIRE(refusal.made[0] == '\0');
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect(client_password(w->as[ACADEMY], a.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "G01");
    expect(client_password(w->as[PROVISIONER], a.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "G01");
    step_inform(w, &a, GDEL1);
}

/* slapd takes the Relax control with a Modify, not with the Password Modify
 * exop, where it answers that it knows no such critical extension. */
static answer
replace_relaxed(world *w, actor who, const account *a, const char *password)
{
    answer r;

    client_sends(w->as[who], SENDS_PPOLICY | SENDS_RELAX, NULL);
    r = client_modify(w->as[who], a->dn,
        "replace: userPassword\nuserPassword: %s\n", password);
    client_sends(w->as[who], SENDS_PPOLICY, NULL);
    return r;
}

static void
academy_passes_the_guard_with_relax_alone(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");

    expect(replace_relaxed(w, PROVISIONER, &a, "Reseda-2026-Jaune"),
        LDAP_UNWILLING_TO_PERFORM, "G01");
    expect(replace_relaxed(w, HEAD2, &a, "Reseda-2026-Jaune"),
        LDAP_INSUFFICIENT_ACCESS, "A01");
    expect(replace_relaxed(w, REGISTRAR, &a, "Reseda-2026-Jaune"),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect(client_modify(w->as[ACADEMY], a.dn,
               "replace: userPassword\nuserPassword: Reseda-2026-Jaune\n"),
        LDAP_UNWILLING_TO_PERFORM, "G01");
    expect_ok(bind_once(&w->server, a.dn, a.password));
    expect_ok(replace_relaxed(w, ACADEMY, &a, "Reseda-2026-Jaune"));
    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", "-");
    expect_ok(bind_once(&w->server, a.dn, "Reseda-2026-Jaune"));
}

/* Past the guard, not past the rules. */
static void
relax_lets_no_bad_password_pass(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    expect(replace_relaxed(w, ACADEMY, &a, "court"), LDAP_CONSTRAINT_VIOLATION,
        "P01 P03");
    expect(replace_relaxed(w, ROOT, &a, "{SSHA}OEcQMyjVPaXyZ5/OANdRnsPwqn9z"),
        LDAP_CONSTRAINT_VIOLATION, "P10");
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

/* ---- what no role may do ---- */

static void
one_event_for_each_request(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    expect(client_modify(w->as[ACADEMY], a.dn,
               "replace: userPassword\nuserPassword: Pivoine-2026-Rose\n-\n"
               "replace: educonnectState\neduconnectState: suspended\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect(client_modify(w->as[ACADEMY], a.dn,
               "replace: educonnectState\neduconnectState: suspended\n-\n"
               "replace: educonnectState\neduconnectState: closed\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect(client_modify(w->as[ACADEMY], a.dn, "delete: userPassword\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect(client_modify(w->as[ACADEMY], a.dn, "delete: educonnectState\n"),
        LDAP_UNWILLING_TO_PERFORM, "S01");
    expect_ok(bind_once(&w->server, a.dn, a.password));
}

static void
an_acl_that_refuses_says_nothing_more(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    account other = student_in(w, "informed");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    answer refusal = client_password(self, other.dn, NULL, "Hortensia-31-Bleu");

    expect(refusal, LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_modify(self, other.dn,
               "replace: educonnectState\neduconnectState: suspended\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_modify(self, a.dn,
               "replace: educonnectState\neduconnectState: suspended\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
    client_close(self);
    expect_ok(bind_once(&w->server, other.dn, other.password));
}

/* What a consumer hands on is the one exception (test_lockout_forward.c). */
#define LOCK "pwdAccountLockedTime"
static bool
is_handed_on(const char *attribute, actor who, bool relax)
{
    return relax && who != PROVISIONER &&
           strncmp(attribute, LOCK, strlen(LOCK)) == 0;
}

static void
kept_attributes_are_not_the_clients(void **state)
{
    static const char *const attributes[] = {
        "educonnectStateSince: 20260101000000Z",
        "educonnectActivatedBy: letter", "educonnectInformedBy: 9990001X",
        "educonnectProvisionalUntil: 20300101000000Z",
        "educonnectFormerState: active", "educonnectMergedInto: " COLLEGE,
        "educonnectPasswordHistory: 20260101000000Z#{SSHA}xxxx",
        "educonnectSerial: 7", "pwdChangedTime: 20260101000000Z",
        "pwdReset: TRUE", "pwdFailureTime: 20260101000000Z",
        LOCK ": 20260101000000Z"};
    static const actor who[] = {ROOT, ACADEMY, PROVISIONER};
    world *w = *state;
    account a = student_in(w, "active");

    for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
        char *csn = client_read(w->as[ROOT], a.dn, "entryCSN");

        for (size_t j = 0; j < 6; j++) {
            int colon = (int)strcspn(attributes[i], ":");
            LDAP *ld = w->as[who[j % 3]];
            answer refusal;

            if (is_handed_on(attributes[i], who[j % 3], j >= 3))
                continue;
            client_sends(ld, j < 3 ? SENDS_PPOLICY : SENDS_RELAX, NULL);
            refusal = client_modify(ld, a.dn, "replace: %.*s\n%s\n", colon,
                attributes[i], attributes[i]);
            client_sends(ld, SENDS_PPOLICY, NULL);

            if (refusal.code != LDAP_CONSTRAINT_VIOLATION &&
                refusal.code != LDAP_UNWILLING_TO_PERFORM)
                FAIL("%s wrote %s: %d %s", actor_name(who[j % 3]),
                    attributes[i], refusal.code, refusal.text);
        }
        expect_stored(w->as[ROOT], a.dn, "entryCSN", csn);
        free(csn);
    }
}

static void
kept_attributes_do_not_come_with_a_new_account(void **state)
{
    static const char *const lines[] = {"educonnectState: active\n",
        "educonnectState: uninformed\n", "educonnectActivatedBy: letter\n",
        "educonnectSerial: 1\n", "educonnectInformedBy: -\n",
        "pwdReset: TRUE\n", "pwdAccountLockedTime: 20260101000000Z\n"};
    world *w = *state;

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        answer a = add_account(w, PROVISIONER, "kept", lines[i]);

        if (a.code != LDAP_CONSTRAINT_VIOLATION &&
            a.code != LDAP_UNWILLING_TO_PERFORM)
            FAIL("%s was added: %d %s", lines[i], a.code, a.text);
    }
    assert_int_equal(client_count(w->as[ROOT], PEOPLE, "(uid=kept)"), 0);
}

/* ---- both publics at once ---- */

/* An adult pupil who answers for himself or herself. */
static account
adult_pupil(world *w)
{
    account a = new_student(w, COLLEGE);

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: objectClass\nobjectClass: educonnectLegalGuardian\n"));
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    return a;
}

static void
an_adult_pupil_is_reset_as_a_student(void **state)
{
    world *w = *state;
    account a = adult_pupil(w);

    step_inform(w, &a, GDEL1);
    step_activate(w, &a);
    expect(client_password(w->as[GDEL1], a.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "G02");
    step_inform(w, &a, SDEL1);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "reset");
}

/* ---- what is told ---- */

static void
events_and_refusals_are_logged_and_counted(void **state)
{
    world *w = *state;
    account a = student_in(w, "uninformed");
    long informs = monitor_counter(w, "educonnectMonitorEvents", "inform ");
    long refusals = monitor_counter(w, "educonnectMonitorRefusals", "EDC-A01 ");
    char *log, *line;

    step_inform(w, &a, HEAD1);
    expect(client_password(w->as[HEAD2], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A01");
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorEvents", "inform "), informs + 1);
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorRefusals", "EDC-A01 "),
        refusals + 1);
    log = server_log(&w->server);
    line = text_of("educonnect: \"%s\" inform uninformed -> informed by "
                   "\"uid=head1," STAFF_DN "\"",
        a.dn);
    REQUIRE(strstr(log, line) != NULL);
    free(line);
    line = text_of("educonnect: refused EDC-A01 on \"%s\" to "
                   "\"uid=head2," STAFF_DN "\"",
        a.dn);
    REQUIRE(strstr(log, line) != NULL);
    free(line);
    free(log);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_table_for_students),
        cmocka_unit_test(whole_table_for_guardians),
        cmocka_unit_test(create_gives_an_uninformed_account),
        cmocka_unit_test(create_is_for_provisioner_and_academy),
        cmocka_unit_test(create_informed_hands_out_a_letter),
        cmocka_unit_test(inform_names_the_school_and_the_end),
        cmocka_unit_test(made_password_has_the_promised_form),
        cmocka_unit_test(next_letter_kills_the_former_one),
        cmocka_unit_test(withdraw_drops_the_password),
        cmocka_unit_test(withdraw_is_for_the_informing_school),
        cmocka_unit_test(activation_ends_what_was_provisional),
        cmocka_unit_test(activation_by_modify_delete_and_add),
        cmocka_unit_test(a_reset_does_not_lose_how_it_was_activated),
        cmocka_unit_test(recover_makes_a_reset_account_active),
        cmocka_unit_test(suspension_remembers_where_from),
        cmocka_unit_test(a_closed_suspended_account_comes_back_suspended),
        cmocka_unit_test(closing_and_reopening_in_every_state),
        cmocka_unit_test(a_letter_of_another_school_is_not_wiped),
        cmocka_unit_test(academy_passes_the_guard_with_relax_alone),
        cmocka_unit_test(relax_lets_no_bad_password_pass),
        cmocka_unit_test(one_event_for_each_request),
        cmocka_unit_test(an_acl_that_refuses_says_nothing_more),
        cmocka_unit_test(kept_attributes_are_not_the_clients),
        cmocka_unit_test(kept_attributes_do_not_come_with_a_new_account),
        cmocka_unit_test(an_adult_pupil_is_reset_as_a_student),
        cmocka_unit_test(events_and_refusals_are_logged_and_counted),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
