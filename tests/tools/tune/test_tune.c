/* test_tune.c - what tune makes of what it measured, and that it measures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tune/tune.h"

static const edc_cost usual = {
    EDC_HASH_MEMORY, EDC_HASH_TIME, EDC_HASH_PARALLELISM};

static tune_row
row_at(uint32_t slots, double hash)
{
    return (tune_row){usual, slots, hash, slots / hash, 1};
}

/* ---- slots ---- */

static void
no_more_slots_than_gain_something(void **state)
{
    static const struct {
        double hashes[3];
        uint32_t slots;
    } cases[] = {
        {{50, 99, 190}, 8},
        {{50, 190, 191}, 4},
        {{50, 190, 201}, 8},
        {{50, 49, 48}, 1},
        {{50, 190, 100}, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tune_row rows[3];

        for (uint32_t k = 0; k < 3; k++) {
            rows[k] = row_at(k == 0 ? 1 : k * 4, 1);
            rows[k].hashes = cases[i].hashes[k];
        }
        assert_int_equal(tune_slots(rows, 3), cases[i].slots);
    }
}

/* ---- cost ---- */

static void
the_target_chooses_memory_and_then_passes(void **state)
{
    static const struct {
        double target;
        uint64_t memory; /* MiB, of two slots */
        edc_cost cost;
    } cases[] = {
        /* A hash of the usual cost takes 20 ms: 19 MiB twice. */
        {0.001, 4096, {19456, 2, 1}},
        {0.020, 4096, {19456, 2, 1}},
        {0.030, 4096, {27648, 2, 1}},
        {0.050, 4096, {47104, 2, 1}},
        {0.100, 4096, {65536, 2, 1}},
        {0.150, 4096, {65536, 4, 1}},
        {0.250, 4096, {65536, 7, 1}},
        {10, 4096, {65536, 16, 1}},
        {0.050, 64, {32768, 2, 1}},
        {0.060, 64, {32768, 3, 1}},
        {0.100, 38, {19456, 9, 1}},
        {0.100, 1, {19456, 9, 1}},
    };
    tune_row row = row_at(2, 0.020);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tune_wish wish = {cases[i].target, 10, cases[i].memory * 1024};
        edc_cost cost = tune_cost(&row, &wish);

        if (cost.memory != cases[i].cost.memory ||
            cost.time != cases[i].cost.time || cost.parallelism != 1)
            fail_msg("%zu: memory=%u time=%u", i, cost.memory, cost.time);
        assert_true(edc_cost_valid(cost));
    }
}

/* Whatever was asked for, what is proposed is taken by the directives, is under
 * the ceiling as it comes, and no weaker than the default. */
static void
each_proposal_is_a_good_one(void **state)
{
    static const edc_cost ceiling = {
        EDC_CEILING_MEMORY, EDC_CEILING_TIME, EDC_CEILING_PARALLELISM};
    size_t n = 0;

    (void)state;
    for (double target = 0.005; target <= 10; target *= 1.3) {
        for (double hash = 0.0005; hash < 5; hash *= 1.7) {
            for (uint32_t slots = 1; slots <= 256; slots *= 4) {
                tune_wish wish = {target, target * 60, 8388608};
                tune_row row = row_at(slots, hash);
                edc_cost cost = tune_cost(&row, &wish);
                tune_plan plan = tune_plan_of(&row, &wish);

                assert_false(edc_cost_exceeds(cost, ceiling));
                assert_true(cost.memory >= EDC_HASH_MEMORY);
                assert_true(edc_cost_work(cost) >= edc_cost_work(usual));
                assert_in_range(plan.rehash, 1, EDC_BUCKET_RATE_MAX);
                assert_in_range(plan.slots.queue, 0, EDC_QUEUE_MAX);
                assert_int_equal(plan.slots.slots, slots);
                n++;
            }
        }
    }
    assert_true(n > 1000);
}

static void
the_queue_is_what_is_computed_in_time(void **state)
{
    tune_row row = row_at(4, 0.025); /* 160 a second */
    tune_wish wish = {0.025, 10, 1048576};
    tune_plan plan = tune_plan_of(&row, &wish);

    (void)state;
    assert_int_equal(plan.slots.queue, 1600);
    assert_int_equal(plan.rehash, 16);
    row = row_at(1, 4);
    wish.patience = 2;
    plan = tune_plan_of(&row, &wish);
    assert_int_equal(plan.slots.queue, 0);
    assert_int_equal(plan.rehash, 1);
    row = row_at(256, 0.001);
    wish.patience = 600;
    plan = tune_plan_of(&row, &wish);
    assert_int_equal(plan.slots.queue, EDC_QUEUE_MAX);
}

/* Where memory is scarce, passes are what is proposed, and those that take a
 * moment too long could be fewer. */
static void
only_the_least_misses_the_target(void **state)
{
    tune_wish wish = {0.100, 10, 38912};
    tune_row row = row_at(2, 0.120);

    (void)state;
    assert_true(tune_is_missed(&row, &wish));
    row.hash = 0.099;
    assert_false(tune_is_missed(&row, &wish));
    row.hash = 0.101;
    row.cost.time = 9;
    assert_false(tune_is_missed(&row, &wish));
    row.cost = (edc_cost){32768, EDC_HASH_TIME, 1};
    assert_false(tune_is_missed(&row, &wish));
}

/* ---- times ---- */

static void
times_have_a_unit(void **state)
{
    static const struct {
        const char *text;
        double seconds;
    } good[] = {{"250ms", 0.25}, {"0.25s", 0.25}, {"1s", 1}, {"5ms", 0.005},
        {"10s", 10}, {"10000ms", 10}, {"1e1s", 10}};
    static const char *const bad[] = {"", "ms", "s", "250", "250 ms", " 250ms",
        "250msx", "-1s", "+1s", "4ms", "10.1s", "nans", "infs", "0x1s0", "1m",
        "1e99s", ".5s", "0x10ms", "0X10ms", "5mss", "."};
    double seconds;

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(tune_time(good[i].text, 0.005, 10, &seconds));
        assert_true(seconds > good[i].seconds - 1e-9 &&
                    seconds < good[i].seconds + 1e-9);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        seconds = 77;
        if (tune_time(bad[i], 0.005, 10, &seconds) || seconds != 77)
            fail_msg("%s is no time", bad[i]);
    }
}

/* ---- measuring ---- */

static void
hashes_are_computed_and_counted(void **state)
{
    static const edc_cost small = {64, 1, 1}, large = {4096, 4, 1};
    tune_row quick, slow;

    (void)state;
    for (uint32_t slots = 1; slots <= 4; slots += 3) {
        assert_true(tune_measure(small, slots, 64, 0.05, &quick));
        assert_true(tune_measure(large, slots, 64, 0.05, &slow));
        assert_int_equal(quick.slots, slots);
        assert_int_equal(slow.cost.memory, 4096);
        assert_true(quick.hash > 0 && quick.share > 0 && quick.share < 2);
        /* 256 times the work: however busy the machine. */
        assert_true(slow.hash > 4 * quick.hash);
    }
    assert_false(tune_measure((edc_cost){8, 0, 1}, 1, 64, 0.05, &quick));
}

/* Where a control group gives the slots less than a processor each. */
static void
time_that_is_not_given_makes_a_hash_longer(void **state)
{
    static const edc_cost cost = {1024, 2, 1};
    tune_row whole, part;

    (void)state;
    assert_true(tune_measure(cost, 2, 2, 0.1, &whole));
    assert_true(tune_measure(cost, 2, 0.02, 0.1, &part));
    /* A hundredth of it: however busy the machine. */
    assert_true(part.hash > 10 * whole.hash);
    assert_true(part.hashes < whole.hashes / 10);
    assert_true(part.hashes > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_slots_than_gain_something),
        cmocka_unit_test(the_target_chooses_memory_and_then_passes),
        cmocka_unit_test(each_proposal_is_a_good_one),
        cmocka_unit_test(the_queue_is_what_is_computed_in_time),
        cmocka_unit_test(only_the_least_misses_the_target),
        cmocka_unit_test(times_have_a_unit),
        cmocka_unit_test(hashes_are_computed_and_counted),
        cmocka_unit_test(time_that_is_not_given_makes_a_hash_longer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
