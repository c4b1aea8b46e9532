/* test_decide_desk.c - what help desks write: a lock without end, and what is
 * said beside a password.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/account/decide.h"
#include "core/account/guard.h"

#define NOW 1790000000 /* 2026-09-21 */

static edc_settings settings;

static int
setup(void **state)
{
    (void)state;
    return edc_settings_init(&settings) ? 0 : -1;
}

static int
teardown(void **state)
{
    (void)state;
    edc_settings_free(&settings);
    return 0;
}

/* An account that is consistent in its state. */
static edc_account
account_in(edc_state state)
{
    edc_account a = {
        .student = true,
        .state = state,
        .state_stored = state != EDC_ABSENT,
        .serial = EDC_STR("7"),
        .provisional_until = EDC_NO_TIME,
        .changed = EDC_NO_TIME,
        .locked = EDC_NO_TIME,
    };

    if (state == EDC_INFORMED || state == EDC_RESET) {
        a.informed_by = EDC_STR("9990001X");
        a.provisional_until = NOW + 1000;
        a.must_reset = true;
    }
    if (state == EDC_ACTIVE || state == EDC_RESET)
        a.activated_by = EDC_STR("letter");
    if (state != EDC_ABSENT && state != EDC_UNINFORMED) {
        a.password = EDC_STR("{ARGON2}x");
        a.n_passwords = 1;
        a.changed = NOW - 1000;
    }
    if (state == EDC_SUSPENDED || state == EDC_CLOSED)
        a.former = 1u << EDC_ACTIVE;
    return a;
}

static edc_request
ask(edc_wish wish, unsigned roles)
{
    return (edc_request){
        .wish = wish,
        .roles = roles,
        .school = (roles & (EDC_SCHOOL_STUDENT | EDC_SCHOOL_GUARDIAN)) != 0
                      ? EDC_STR("9990001X")
                      : (edc_str){NULL, 0},
        .proven = true,
        .relax = true,
        .source = EDC_SOURCE_CLEAR,
        .now = NOW,
    };
}

static void
decide(const edc_account *account, const edc_request *request, edc_plan *plan)
{
    edc_refusal refusal;

    assert_true(edc_decide(account, request, &settings, plan, &refusal));
}

static edc_codes
refused(const edc_account *account, const edc_request *request)
{
    edc_refusal refusal;
    edc_plan plan;

    assert_false(edc_decide(account, request, &settings, &plan, &refusal));
    return refusal.codes;
}

#define EXPECT_REFUSED(account, request, code)                                 \
    assert_int_equal(refused(account, request), EDC_BIT(EDC_##code))

/* The value a plan sets, "" when it drops it, NULL when it leaves it. */
static const char *
planned(const edc_plan *plan, edc_kept kept, char out[64])
{
    for (size_t i = 0; i < plan->n_set; i++) {
        if (plan->set[i].kept != kept)
            continue;
        if (plan->set[i].value.n > 0)
            memcpy(out, plan->set[i].value.p, plan->set[i].value.n);
        out[plan->set[i].value.n] = '\0';
        return out;
    }
    return NULL;
}

#define PLANNED(plan, kept) planned(plan, EDC_KEPT_##kept, (char[64]){0})
#define EXPECT_SET(plan, kept, text)                                           \
    assert_string_equal(PLANNED(plan, kept), text)
#define EXPECT_LEFT(plan, kept) assert_null(PLANNED(plan, kept))

/* What guesses locked any new letter opens; what somebody locked, who may
 * unlock. */
static void
test_locks_without_end(void **state)
{
    static const struct {
        edc_state state;
        unsigned role;
        bool lifted;
    } events[] = {
        {EDC_UNINFORMED, EDC_PROVISIONER, false},
        {EDC_INFORMED, EDC_SCHOOL_STUDENT, true},
        {EDC_ACTIVE, EDC_REGISTRAR, false},
        {EDC_ACTIVE, EDC_ACADEMY, true},
        {EDC_ACTIVE, EDC_SCHOOL_STUDENT, true},
        {EDC_RESET, EDC_REGISTRAR, false},
    };
    edc_account a = account_in(EDC_ACTIVE);
    edc_request lock = ask(EDC_WISH_LOCK, EDC_ASSISTANCE);
    edc_plan plan;

    (void)state;
    decide(&a, &lock, &plan);
    EXPECT_SET(&plan, PWD_LOCKED_TIME, "000001010000Z");
    EXPECT_LEFT(&plan, STATE);
    EXPECT_LEFT(&plan, PWD_FAILURE_TIME);
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        edc_request letter = ask(EDC_WISH_PASSWORD, events[i].role);

        a = account_in(events[i].state);
        a.has_lock = a.permanent_lock = true;
        decide(&a, &letter, &plan);
        if (events[i].lifted)
            EXPECT_SET(&plan, PWD_LOCKED_TIME, "");
        else
            EXPECT_LEFT(&plan, PWD_LOCKED_TIME);
        a.permanent_lock = false;
        decide(&a, &letter, &plan);
        EXPECT_SET(&plan, PWD_LOCKED_TIME, "");
    }
    a.merged = true;
    a.state = EDC_CLOSED;
    EXPECT_REFUSED(&a, &lock, S02);
}

/* What comes along with a password is what the event does, or nothing is. */
static void
test_what_is_said_beside_a_password(void **state)
{
    static const struct {
        edc_state state;
        unsigned role;
        bool letter, lifts;
    } events[] = {
        {EDC_UNINFORMED, EDC_PROVISIONER, true, true},
        {EDC_INFORMED, EDC_SCHOOL_STUDENT, true, true},
        {EDC_INFORMED, EDC_SELF, false, false},
        {EDC_ACTIVE, EDC_SELF, false, false},
        {EDC_ACTIVE, EDC_REGISTRAR, false, true},
        {EDC_ACTIVE, EDC_ACADEMY, true, true},
        {EDC_RESET, EDC_SCHOOL_STUDENT, true, true},
    };
    edc_plan plan;

    (void)state;
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        edc_account a = account_in(events[i].state);
        edc_request r = ask(EDC_WISH_PASSWORD, events[i].role);

        r.reset = events[i].letter ? EDC_SAID_TRUE : EDC_SAID_FALSE;
        decide(&a, &r, &plan);
        r.reset = events[i].letter ? EDC_SAID_FALSE : EDC_SAID_TRUE;
        EXPECT_REFUSED(&a, &r, D04);
        r.reset = EDC_SAID_NOTHING;
        r.unlock = true;
        if (events[i].lifts)
            decide(&a, &r, &plan);
        else
            EXPECT_REFUSED(&a, &r, S01);
    }
}

#define WITH_SETTINGS(test)                                                    \
    cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SETTINGS(test_locks_without_end),
        WITH_SETTINGS(test_what_is_said_beside_a_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
