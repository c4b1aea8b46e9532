/* test_decide_desk.c - what help desks write: a lock without end, and what is
 * said beside a password.
 */
#include "account/account_steps.h"

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SETTINGS(test_locks_without_end),
        WITH_SETTINGS(test_what_is_said_beside_a_password),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
