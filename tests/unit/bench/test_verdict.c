/* test_verdict.c - what the bench says of its rounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/verdict.h"

static verdict
at_least(double bound, int n, const double *quotients)
{
    return verdict_of(quotients, n, LEAST, bound);
}

static verdict
at_most(double bound, int n, const double *quotients)
{
    return verdict_of(quotients, n, MOST, bound);
}

static void
without_a_goal_there_is_nothing_to_meet(void **state)
{
    const double q[] = {1, 2, 3, 4};

    (void)state;
    assert_int_equal(verdict_of(q, 4, NONE, 0), NO_GOAL);
    assert_int_equal(verdict_of(q, 0, NONE, 0), NO_GOAL);
}

static void
rounds_that_agree_decide(void **state)
{
    const double q[] = {0.95, 0.91, 1.3, 0.9};

    (void)state;
    assert_int_equal(at_least(0.9, 4, q), MET);
    assert_int_equal(at_least(0.89, 4, q), MET);
    assert_int_equal(at_least(1.31, 4, q), NOT_MET);
    assert_int_equal(at_most(1.3, 4, q), MET);
    assert_int_equal(at_most(0.89, 4, q), NOT_MET);
}

/* However near the goal their median is, and however far. */
static void
rounds_that_lie_on_both_sides_do_not(void **state)
{
    const double near[] = {0.88, 0.91, 0.92, 0.91}, far[] = {0.5, 3, 3, 3};

    (void)state;
    assert_int_equal(at_least(0.9, 4, near), UNDECIDED);
    assert_int_equal(at_most(0.9, 4, near), UNDECIDED);
    assert_int_equal(at_least(0.9, 4, far), UNDECIDED);
    assert_int_equal(at_most(2.9, 4, far), UNDECIDED);
}

static void
few_rounds_do_not_decide(void **state)
{
    const double q[] = {5, 5, 5};

    (void)state;
    for (int n = 0; n < VERDICT_ROUNDS; n++) {
        assert_int_equal(at_least(0.9, n, q), UNDECIDED);
        assert_int_equal(at_most(0.9, n, q), UNDECIDED);
    }
}

/* Of seven and eight one may lie off on each side, of four to six none. */
static void
of_many_rounds_some_may_lie_off(void **state)
{
    double q[16] = {0.1};

    (void)state;
    for (int n = 1; n < 16; n++)
        q[n] = 1;
    for (int n = VERDICT_ROUNDS; n <= 6; n++)
        assert_int_equal(at_least(0.9, n, q), UNDECIDED);
    for (int n = 7; n <= 16; n++)
        assert_int_equal(at_least(0.9, n, q), MET);
    for (int n = 1; n < 16; n++)
        q[n] = 0.2;
    q[0] = 1;
    assert_int_equal(at_least(0.9, 6, q), UNDECIDED);
    assert_int_equal(at_least(0.9, 8, q), NOT_MET);
    q[1] = 1;
    assert_int_equal(at_least(0.9, 8, q), UNDECIDED);
    /* Half and half is never decided. */
    for (int n = 0; n < 16; n++)
        q[n] = n % 2;
    for (int n = VERDICT_ROUNDS; n <= 16; n++)
        assert_int_equal(at_least(0.9, n, q), UNDECIDED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_goal_there_is_nothing_to_meet),
        cmocka_unit_test(rounds_that_agree_decide),
        cmocka_unit_test(rounds_that_lie_on_both_sides_do_not),
        cmocka_unit_test(few_rounds_do_not_decide),
        cmocka_unit_test(of_many_rounds_some_may_lie_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
