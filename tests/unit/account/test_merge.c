/* test_merge.c - which two accounts may become one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/account/merge.h"

static edc_account
guardian_in(edc_state state)
{
    return (edc_account){.guardian = true, .state = state};
}

static bool
is_open(edc_state state)
{
    return state == EDC_UNINFORMED || state == EDC_INFORMED ||
           state == EDC_ACTIVE || state == EDC_RESET;
}

static void
every_two_states(void **state)
{
    (void)state;
    for (int k = EDC_UNINFORMED; k < EDC_N_STATES; k++) {
        for (int o = EDC_UNINFORMED; o < EDC_N_STATES; o++) {
            edc_account kept = guardian_in((edc_state)k);
            edc_account other = guardian_in((edc_state)o);
            bool open = is_open((edc_state)k) && is_open((edc_state)o);
            bool active = k == EDC_ACTIVE || o == EDC_ACTIVE;
            edc_code code = open ? active ? EDC_N_CODES : EDC_M02 : EDC_M03;

            assert_int_equal(edc_merge_judge(&kept, &other, false, true), code);
            assert_int_equal(edc_merge_judge(&kept, &other, false, false),
                open ? EDC_M01 : EDC_M03);
            assert_int_equal(
                edc_merge_judge(&kept, &other, true, true), EDC_M03);
        }
    }
}

static void
only_guardians_merge(void **state)
{
    edc_account kept = guardian_in(EDC_ACTIVE);
    edc_account other = guardian_in(EDC_ACTIVE);

    (void)state;
    other.student = true; /* his or her own guardian: the pupil's account */
    assert_int_equal(edc_merge_judge(&kept, &other, false, true), EDC_M03);
    other = guardian_in(EDC_ACTIVE);
    kept.student = true;
    assert_int_equal(edc_merge_judge(&kept, &other, false, true), EDC_N_CODES);
    kept.guardian = false;
    assert_int_equal(edc_merge_judge(&kept, &other, false, true), EDC_M03);
    kept = guardian_in(EDC_ACTIVE);
    other.guardian = false;
    assert_int_equal(edc_merge_judge(&kept, &other, false, true), EDC_M03);
    other = guardian_in(EDC_ACTIVE);
    other.merged = true;
    assert_int_equal(edc_merge_judge(&kept, &other, false, true), EDC_M03);
    assert_false(edc_merge_may_stay(&other));
    assert_false(edc_merge_may_close(&other));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_two_states),
        cmocka_unit_test(only_guardians_merge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
