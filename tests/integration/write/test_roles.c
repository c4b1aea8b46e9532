/* test_roles.c - which of a school's people may do what to whom: every event
 * asked by the head and both delegates, of the own school and of another, on
 * guardians and on students; and when a tie ends.
 *
 * The expectations are written out here, cell by cell, from the manual page;
 * educonnectAllowed must say the same as the answers.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"

/* ---- every event by every one of a school's people ---- */

enum { HEAD, STUDENT_DELEGATE, GUARDIAN_DELEGATE, N_PEOPLE };

static const actor people[2][N_PEOPLE] = {
    {HEAD1, SDEL1, GDEL1},
    {HEAD2, SDEL2, GDEL2},
};

/* What is asked of an account in a state; "" for yes, else the code. */
typedef struct row {
    const char *event;
    const char *state;  /* "lent": informed by the academy; "locked": active */
    const char *wanted; /* new educonnectState; "-": unlock; NULL: a letter */
    const char *guardian[N_PEOPLE];
    const char *student[N_PEOPLE];
} row;

static const row rows[] = {
    {"inform", "uninformed", NULL, {"", "A01", ""}, {"", "", "A01"}},
    {"inform", "informed", NULL, {"", "A01", ""}, {"", "", "A01"}},
    {"inform", "lent", NULL, {"G01", "A01", "G01"}, {"", "", "A01"}},
    {"school-reset", "active", NULL, {"G02", "A01", "G02"}, {"", "", "A01"}},
    {"school-reset", "reset", NULL, {"G02", "A01", "G02"}, {"", "", "A01"}},
    {"school-reset", "suspended", NULL, {"S01", "A01", "S01"},
        {"S01", "S01", "A01"}},
    {"school-reset", "closed", NULL, {"S02", "A01", "S02"},
        {"S02", "S02", "A01"}},
    {"withdraw", "informed", "uninformed", {"", "A01", ""}, {"", "", "A01"}},
    {"withdraw", "lent", "uninformed", {"A02", "A01", "A02"},
        {"A02", "A02", "A01"}},
    {"suspend", "informed", "suspended", {"A02", "A01", "A02"},
        {"", "", "A01"}},
    {"suspend", "active", "suspended", {"A02", "A01", "A02"}, {"", "", "A01"}},
    {"resume", "suspended", "active", {"A02", "A01", "A02"}, {"", "", "A01"}},
    {"close", "active", "closed", {"A02", "A01", "A02"}, {"A02", "A02", "A01"}},
    {"reopen", "closed", "active", {"A02", "A01", "A02"},
        {"A02", "A02", "A01"}},
    {"unlock", "locked", "-", {"", "A01", ""}, {"", "", "A01"}},
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

static account
subject_of(world *w, const row *r, bool guardian)
{
    bool lent = strcmp(r->state, "lent") == 0;
    bool locked = strcmp(r->state, "locked") == 0;
    const char *state = lent ? "uninformed" : locked ? "active" : r->state;
    account a = guardian ? guardian_in(w, state) : student_in(w, state);

    if (lent)
        step_inform(w, &a, ACADEMY);
    for (int i = 0; locked && i < 10; i++) {
        char *guess = text_of("Mauvaise-Reponse-%d", i);

        bind_once(&w->server, a.dn, guess);
        free(guess);
    }
    /* The lock is written after the last answer. */
    if (locked)
        free(client_await(w->as[ROOT], a.dn, "pwdAccountLockedTime"));
    return a;
}

static answer
ask(world *w, actor who, const char *dn, const row *r, int way)
{
    char password[96];

    if (r->wanted == NULL && way == 0)
        return client_password(w->as[who], dn, NULL, NULL);
    fresh_password(w, password);
    if (r->wanted == NULL)
        return client_modify(w->as[who], dn,
            "replace: userPassword\nuserPassword: %s\n", password);
    if (r->wanted[0] == '-')
        return client_modify(w->as[who], dn, "delete: pwdAccountLockedTime\n");
    return client_modify(w->as[who], dn,
        "replace: educonnectState\neduconnectState: %s\n", r->wanted);
}

static bool
is_allowed(world *w, actor who, const char *dn, const char *event)
{
    char *all = client_read_all(w->as[who], dn, "educonnectAllowed");
    bool found = false;

    for (char *at = all, *one; (one = strsep(&at, "|")) != NULL;)
        found = found || strcmp(one, event) == 0;
    free(all);
    return found;
}

static int
code_of(const char *codes)
{
    return codes[0] == '\0'  ? LDAP_SUCCESS
           : codes[0] == 'A' ? LDAP_INSUFFICIENT_ACCESS
                             : LDAP_UNWILLING_TO_PERFORM;
}

/* One cell of the table, by every way of writing it. */
static void
try_cell(world *w, const row *r, bool guardian, actor who, const char *wanted)
{
    for (int way = 0; way < (r->wanted == NULL ? 2 : 1); way++) {
        account a = subject_of(w, r, guardian);
        char *before = client_read(w->as[ROOT], a.dn, "entryCSN"), *after;
        char *codes;
        bool allowed = is_allowed(w, who, a.dn, r->event);
        answer got = ask(w, who, a.dn, r, way);

        codes = codes_of(got.text);
        if (got.code != code_of(wanted) || strcmp(codes, wanted) != 0)
            FAIL("%s: %s of a %s that is %s: wanted [%s], got %d %s",
                actor_name(who), r->event, guardian ? "guardian" : "student",
                r->state, wanted, got.code, got.text);
        if (allowed != (wanted[0] == '\0'))
            FAIL("%s: %s of a %s that is %s: educonnectAllowed says %s",
                actor_name(who), r->event, guardian ? "guardian" : "student",
                r->state, allowed ? "yes" : "no");
        after = client_read(w->as[ROOT], a.dn, "entryCSN");
        assert_true((strcmp(before, after) == 0) == (wanted[0] != '\0'));
        free(codes);
        free(before);
        free(after);
    }
}

static void
people_of_the_own_school(void **state)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        for (int who = 0; who < N_PEOPLE; who++) {
            try_cell(
                *state, &rows[i], true, people[0][who], rows[i].guardian[who]);
            try_cell(
                *state, &rows[i], false, people[0][who], rows[i].student[who]);
        }
    }
}

static void
people_of_another_school(void **state)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        for (int who = 0; who < N_PEOPLE; who++) {
            try_cell(*state, &rows[i], true, people[1][who], "A01");
            try_cell(*state, &rows[i], false, people[1][who], "A01");
        }
    }
}

/* Accounts come from the academy's records: no school makes one. */
static void
nobody_of_a_school_creates(void **state)
{
    world *w = *state;

    for (int who = 0; who < N_PEOPLE; who++) {
        for (int guardian = 0; guardian < 2; guardian++) {
            for (int with = 0; with < 2; with++) {
                answer a = client_ldif(w->as[people[0][who]],
                    "dn: uid=nouveau," PEOPLE "\nobjectClass: inetOrgPerson\n"
                    "objectClass: %s\nuid: nouveau\ncn: nouveau\n"
                    "sn: nouveau\ngivenName: nouveau\n%s",
                    guardian ? "educonnectLegalGuardian" : "educonnectStudent",
                    with ? "userPassword: Iris-2026_Bleu\n" : "");

                expect(a, LDAP_INSUFFICIENT_ACCESS, "A01");
            }
        }
    }
}

/* ---- ties ---- */

static const char *const letters[] = {"", "A01", "G01"};
enum { GIVEN, NOT_TIED, GUARDED };

static void
expect_letter(world *w, actor who, const account *a, int what)
{
    expect(client_password(w->as[who], a->dn, NULL, NULL),
        what == GIVEN      ? LDAP_SUCCESS
        : what == NOT_TIED ? LDAP_INSUFFICIENT_ACCESS
                           : LDAP_UNWILLING_TO_PERFORM,
        letters[what]);
}

static void
move_child(world *w, const account *a, const char *school)
{
    expect_ok(client_modify(w->as[PROVISIONER], a->child,
        "replace: educonnectEnrolledAt\neduconnectEnrolledAt: %s\n", school));
}

/* The only child leaves: the former school has lost its parent too, with the
 * letter that it gave; the letter itself runs on. */
static void
a_child_that_moves_takes_the_tie_along(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");

    move_child(w, &a, LYCEE);
    expect_letter(w, HEAD1, &a, NOT_TIED);
    expect_letter(w, GDEL1, &a, NOT_TIED);
    expect(client_modify(w->as[HEAD1], a.dn,
               "replace: educonnectState\neduconnectState: uninformed\n"),
        LDAP_INSUFFICIENT_ACCESS, "A01");
    expect_letter(w, HEAD2, &a, GUARDED);
    expect_letter(w, GDEL2, &a, GUARDED);
    expect_letter(w, SDEL2, &a, NOT_TIED);
    expect_ok(bind_once(&w->server, a.dn, a.password));
    step_state(w, &a, ACADEMY, "uninformed");
    expect_letter(w, HEAD1, &a, NOT_TIED);
    expect_letter(w, GDEL2, &a, GIVEN);
    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", LYCEE_UAI);
    move_child(w, &a, COLLEGE);
    expect_letter(w, HEAD2, &a, NOT_TIED);
    expect_letter(w, HEAD1, &a, GUARDED);
}

static void
a_letter_that_has_expired_is_anybodys(void **state)
{
    world *w = *state;
    account a;
    deadline d = deadline_in(60);
    bool over = false;

    letters_expire_soon(w);
    a = guardian_in(w, "informed");
    letters_expire_as_usual(w);
    expect_ok(client_modify(w->as[PROVISIONER], a.child,
        "add: educonnectEnrolledAt\neduconnectEnrolledAt: " LYCEE "\n"));
    expect_letter(w, GDEL2, &a, GUARDED);
    while (!over) {
        char *status = client_read(w->as[ROOT], a.dn, "educonnectBindStatus");

        over = strcmp(status, "provisional-expired") == 0;
        free(status);
        if (!over)
            deadline_wait(&d, "the letter's end");
    }
    expect_letter(w, GDEL2, &a, GIVEN);
    expect_letter(w, HEAD1, &a, GUARDED);
}

static void
of_two_children_one_is_enough(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE), second = new_student(w, LYCEE);

    expect_letter(w, GDEL2, &a, NOT_TIED);
    expect_ok(client_modify(w->as[PROVISIONER], second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    expect_letter(w, GDEL2, &a, GIVEN);
    expect_letter(w, GDEL1, &a, GUARDED);
    step_state(w, &a, HEAD2, "uninformed");
    expect_letter(w, GDEL1, &a, GIVEN);
    step_state(w, &a, HEAD1, "uninformed");
    expect_ok(client_modify(w->as[PROVISIONER], second.dn,
        "delete: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    expect_letter(w, HEAD2, &a, NOT_TIED);
    expect_letter(w, HEAD1, &a, GIVEN);
    expect_ok(client_ldif(
        w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", a.child));
    expect_letter(w, HEAD1, &a, NOT_TIED);
    expect_stored(w->as[ROOT], a.dn, "educonnectState", "informed");
}

/* Who is named by the school's entry now counts, in sessions too that were
 * bound before. */
static void
a_new_head_takes_over(void **state)
{
    world *w = *state;
    account a = new_guardian(w, COLLEGE);
    char *stranger = actor_dn(STRANGER), *head = actor_dn(HEAD1);

    expect(client_password(w->as[STRANGER], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect_ok(client_modify(w->as[ACADEMY], COLLEGE,
        "replace: educonnectHead\neduconnectHead: %s\n", stranger));
    expect(client_password(w->as[HEAD1], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect_letter(w, STRANGER, &a, GIVEN);
    expect_letter(w, GDEL1, &a, GIVEN);
    expect_ok(client_modify(w->as[ACADEMY], COLLEGE,
        "replace: educonnectHead\neduconnectHead: %s\n", head));
    expect(client_password(w->as[STRANGER], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    free(stranger);
    free(head);
}

/* The lycee's delegate for students is the college's for guardians as well:
 * each office reaches its own public and no other. */
static void
two_offices_do_not_add_up(void **state)
{
    world *w = *state;
    account college_parent = new_guardian(w, COLLEGE);
    account lycee_parent = new_guardian(w, LYCEE);
    account college_pupil = new_student(w, COLLEGE);
    account lycee_pupil = new_student(w, LYCEE);
    char *who = actor_dn(SDEL2);

    expect_ok(client_modify(w->as[ACADEMY], COLLEGE,
        "add: educonnectGuardianDelegate\neduconnectGuardianDelegate: %s\n",
        who));
    expect_letter(w, SDEL2, &college_parent, GIVEN);
    expect_letter(w, SDEL2, &lycee_parent, NOT_TIED);
    expect_letter(w, SDEL2, &college_pupil, NOT_TIED);
    expect_letter(w, SDEL2, &lycee_pupil, GIVEN);
    expect_stored(
        w->as[ROOT], college_parent.dn, "educonnectInformedBy", COLLEGE_UAI);
    expect_ok(client_modify(w->as[ACADEMY], COLLEGE,
        "delete: educonnectGuardianDelegate\neduconnectGuardianDelegate: %s\n",
        who));
    expect_letter(w, SDEL2, &college_parent, NOT_TIED);
    free(who);
}

/* An adult pupil who answers for a child: a pupil of the lycee, and a parent
 * at the college. */
static void
one_entry_of_both_publics(void **state)
{
    world *w = *state;
    account a = new_student(w, LYCEE), child = new_student(w, COLLEGE);

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "add: objectClass\nobjectClass: educonnectLegalGuardian\n"));
    expect_ok(client_modify(w->as[PROVISIONER], child.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn));
    expect_letter(w, SDEL1, &a, NOT_TIED);
    expect_letter(w, GDEL2, &a, NOT_TIED);
    expect_letter(w, GDEL1, &a, GIVEN);
    expect_stored(w->as[ROOT], a.dn, "educonnectInformedBy", COLLEGE_UAI);
    expect_letter(w, SDEL2, &a, GUARDED);
    step_state(w, &a, GDEL1, "uninformed");
    step_inform(w, &a, SDEL2);
    step_activate(w, &a);
    expect(client_password(w->as[GDEL1], a.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "G02");
    expect_letter(w, SDEL2, &a, GIVEN);
}

/* Children of an account that was merged tie as one's own do; one that was
 * contested ties no more. */
static void
ties_follow_a_merge_and_end_with_a_contest(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = new_guardian(w, LYCEE);
    LDAP *self;

    expect(client_password(w->as[GDEL2], a.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A01");
    expect_ok(client_merge_of(w->as[ACADEMY], b.dn, a.dn));
    expect(client_password(w->as[GDEL2], a.dn, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "G02");
    expect_letter(w, GDEL2, &b, NOT_TIED);
    expect_letter(w, SDEL2, &a, NOT_TIED);
    self = client_login(&w->server, a.dn, a.password);
    expect_ok(client_contest(self, b.child));
    expect_letter(w, GDEL2, &a, NOT_TIED);
    expect_letter(w, HEAD2, &a, NOT_TIED);
    client_close(self);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_of_the_own_school),
        cmocka_unit_test(people_of_another_school),
        cmocka_unit_test(nobody_of_a_school_creates),
        cmocka_unit_test(a_child_that_moves_takes_the_tie_along),
        cmocka_unit_test(a_letter_that_has_expired_is_anybodys),
        cmocka_unit_test(of_two_children_one_is_enough),
        cmocka_unit_test(a_new_head_takes_over),
        cmocka_unit_test(two_offices_do_not_add_up),
        cmocka_unit_test(one_entry_of_both_publics),
        cmocka_unit_test(ties_follow_a_merge_and_end_with_a_contest),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
