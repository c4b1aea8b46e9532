/* test_figure.c - of which figure the bench measures another round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/figure.h"

#define ROUNDS VERDICT_ROUNDS

/* Rounds of one figure whose quotient is 1 in all but `off` of them, then 0. */
static figures
rounds_of(figure_id id, int n, int off)
{
    figures f = {.part = 1};

    for (int i = 0; i < n; i++)
        figure_add(&f, id, OURS, i < off ? 0.001 : 1, 1);
    return f;
}

/* In a short run as in a long one. */
static void
a_round_that_has_failed_is_repeated(void **state)
{
    figures f = rounds_of(FIGURE_SEARCH, ROUNDS - 1, 0);

    (void)state;
    figure_add(&f, FIGURE_SEARCH, OURS, 0, 1);
    figure_add(&f, FIGURE_SEARCH, OURS, 1, 0);
    figure_add(&f, FIGURE_SEARCH, OURS, -1, 1);
    assert_int_equal(figure_wanting(&f, ROUNDS, false), FIGURE_SEARCH);
    assert_int_equal(figure_wanting(&f, ROUNDS, true), FIGURE_SEARCH);
    figure_add(&f, FIGURE_SEARCH, OURS, 1, 1);
    assert_int_equal(figure_wanting(&f, ROUNDS, false), N_FIGURES);
    assert_int_equal(figure_wanting(&f, ROUNDS, true), N_FIGURES);
}

static void
what_is_undecided_is_measured_on_where_it_is_asked_for(void **state)
{
    figures f = rounds_of(FIGURE_SEARCH, ROUNDS, 1);

    (void)state;
    assert_int_equal(figure_wanting(&f, ROUNDS, false), N_FIGURES);
    assert_int_equal(figure_wanting(&f, ROUNDS, true), FIGURE_SEARCH);
    /* Nothing is to be met. */
    f = rounds_of(FIGURE_COMPARE, ROUNDS, 1);
    assert_int_equal(figure_wanting(&f, ROUNDS, true), N_FIGURES);
}

/* What is over is not measured again, nor what this run is without. */
static void
other_parts_are_left_alone(void **state)
{
    figures f = rounds_of(FIGURE_SEARCH, ROUNDS - 1, 0);

    (void)state;
    f.part = 2;
    assert_int_equal(figure_wanting(&f, ROUNDS, true), N_FIGURES);
}

static void
rounds_over_the_most_are_left_out(void **state)
{
    figures f = rounds_of(FIGURE_SEARCH, FIGURE_ROUNDS_MAX + 3, 0);

    (void)state;
    assert_int_equal(f.of[FIGURE_SEARCH][OURS].n, FIGURE_ROUNDS_MAX);
    assert_int_equal(figure_verdict(&f, FIGURE_SEARCH), MET);
}

static void
the_median_is_the_middle(void **state)
{
    static const double q[] = {4, 1, 3, 2};

    (void)state;
    for (int n = 0; n <= 4; n++) {
        static const double medians[] = {0, 4, 2.5, 3, 2.5};

        assert_true(spread_of(q, n).median == medians[n]);
    }
    assert_true(spread_of(q, 4).min == 1 && spread_of(q, 4).max == 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_that_has_failed_is_repeated),
        cmocka_unit_test(
            what_is_undecided_is_measured_on_where_it_is_asked_for),
        cmocka_unit_test(other_parts_are_left_alone),
        cmocka_unit_test(rounds_over_the_most_are_left_out),
        cmocka_unit_test(the_median_is_the_middle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
