/* account_steps.h - settings for a test, accounts in each state, and what is
 * asked of them.
 */
#ifndef EDC_TEST_ACCOUNT_STEPS_H
#define EDC_TEST_ACCOUNT_STEPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/account/decide.h"

#define NOW 1790000000 /* 2026-09-21 */

/* The defaults, anew for each test that is WITH_SETTINGS. */
extern edc_settings settings;
int steps_setup(void **state);
int steps_teardown(void **state);
#define WITH_SETTINGS(test)                                                    \
    cmocka_unit_test_setup_teardown(test, steps_setup, steps_teardown)

/* An account that is consistent in its state. */
edc_account account_in(edc_state state);

/* A request by roles, of a school when one of them is a school's. */
edc_request ask(edc_wish wish, unsigned roles);

/* Fail the test unless it is allowed, and unless it is refused. */
void decide(
    const edc_account *account, const edc_request *request, edc_plan *plan);
edc_codes refused(const edc_account *account, const edc_request *request);

#define EXPECT_REFUSED(account, request, code)                                 \
    assert_int_equal(refused(account, request), EDC_BIT(EDC_##code))

/* The value a plan sets, "" when it drops it, NULL when it leaves it. */
const char *planned(const edc_plan *plan, edc_kept kept, char out[64]);

#define PLANNED(plan, kept) planned(plan, EDC_KEPT_##kept, (char[64]){0})
#define EXPECT_SET(plan, kept, text)                                           \
    assert_string_equal(PLANNED(plan, kept), text)
#define EXPECT_LEFT(plan, kept) assert_null(PLANNED(plan, kept))

#endif
