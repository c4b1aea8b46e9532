/* test_lockout_servers.c - servers that count for themselves and share what is
 * allowed.
 */
#include "lockout/lockout_steps.h"

static uint32_t
share(uint32_t failures, uint32_t servers)
{
    edc_lockout_rules rules = {failures, 900, 900, false, servers};

    return edc_lockout_share(&rules);
}

static void
all_shares_are_no_more_than_the_whole(void **state)
{
    (void)state;
    for (uint32_t f = 1; f <= EDC_LOCKOUT_FAILURES_MAX; f++) {
        assert_int_equal(share(f, 0), f);
        for (uint32_t n = 1; n <= EDC_LOCKOUT_SERVERS_MAX; n++) {
            assert_in_range(share(f, n), 1, f);
            assert_in_range(n * share(f, n), 1, f < n ? n : f);
            /* As much as can be. */
            assert_true(n * (share(f, n) + 1) > f);
        }
    }
    assert_int_equal(share(10, 3), 3);
    assert_int_equal(share(0, 3), 1);
    assert_int_equal(share(1000, 2), EDC_LOCKOUT_FAILURES_MAX / 2);
}

/* So many different guesses, each at the next of n servers; returns how many
 * were evaluated. */
static uint32_t
guess_around(edc_lockout **tables, const edc_lockout_rules *rules, uint32_t n,
    uint32_t guesses)
{
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    uint32_t evaluated = 0;

    for (uint32_t i = 0; i < guesses; i++) {
        char guess[32];
        edc_ticket ticket;

        snprintf(guess, sizeof(guess), "guess %u", i);
        if (edc_lockout_admit(tables[i % n], rules, EDC_STR("who"),
                EDC_STR("stored"), edc_str_of(guess), NOW,
                &ticket) != EDC_EVALUATE)
            continue;
        evaluated++;
        (void)edc_lockout_settle(
            tables[i % n], rules, &ticket, EDC_GUESS_WRONG, NOW, times);
    }
    return evaluated;
}

static void
guesses_at_all_of_them_are_bounded(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= EDC_LOCKOUT_SERVERS_MAX; n++) {
        edc_lockout_rules rules = {10, 900, 900, false, n};
        edc_lockout *tables[EDC_LOCKOUT_SERVERS_MAX];
        uint32_t evaluated;

        for (uint32_t i = 0; i < n; i++)
            tables[i] = new_table(0);
        evaluated = guess_around(tables, &rules, n, 20 * n);
        assert_int_equal(evaluated, n * edc_lockout_share(&rules));
        assert_in_range(evaluated, 1, n > 10 ? n : 10);
        for (uint32_t i = 0; i < n; i++) {
            assert_int_equal(edc_lockout_until(tables[i], &rules,
                                 EDC_STR("who"), EDC_STR("stored"), NOW),
                NOW + 900);
            edc_lockout_free(tables[i]);
        }
    }
}

/* What one server has counted when servers= changes at run time. */
static void
more_servers_are_stricter_at_once(void **state)
{
    edc_lockout_rules rules = {10, 900, 600, false, 1};
    edc_lockout *table = new_table(0);

    (void)state;
    miss_times(table, "who", 4, NOW);
    assert_int_equal(until(table, "who", NOW), 0);
    rules.servers = 3;
    assert_int_equal(edc_lockout_until(
                         table, &rules, EDC_STR("who"), EDC_STR("stored"), NOW),
        NOW + 901);
    assert_int_equal(guess_around(&table, &rules, 1, 10), 0);
    rules.servers = 2;
    assert_int_equal(edc_lockout_until(
                         table, &rules, EDC_STR("who"), EDC_STR("stored"), NOW),
        0);
    edc_lockout_free(table);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_shares_are_no_more_than_the_whole),
        cmocka_unit_test(guesses_at_all_of_them_are_bounded),
        cmocka_unit_test(more_servers_are_stricter_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
