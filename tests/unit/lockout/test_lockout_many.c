/* test_lockout_many.c - counting wrong passwords on more accounts than anybody
 * could hold in a table made beforehand, and by clocks that are put forth and
 * back.
 */
#include "lockout/lockout_steps.h"

#include <malloc.h>
#include <stdlib.h>

#define MANY 100000

/* What a guesser gets out of it: guesses that were evaluated. */
static size_t
guess_in_turns(edc_lockout *table, int accounts, int rounds)
{
    size_t evaluated = 0;
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;
    char account[32], guess[32];

    for (int round = 0; round < rounds; round++) {
        snprintf(guess, sizeof(guess), "guess %d", round);
        for (int i = 0; i < accounts; i++) {
            snprintf(account, sizeof(account), "account %d", i);
            if (ask(table, account, guess, NOW + round, &ticket) !=
                EDC_EVALUATE)
                continue;
            evaluated++;
            (void)edc_lockout_settle(
                table, &ten, &ticket, EDC_GUESS_WRONG, NOW + round, times);
        }
    }
    return evaluated;
}

static void
every_account_has_ten_guesses_and_no_more(void **state)
{
    edc_lockout *table = new_table(0);

    (void)state;
    assert_int_equal(guess_in_turns(table, MANY, 14), 10 * MANY);
    assert_int_equal(edc_lockout_remembered(table, &ten, NOW + 14), MANY);
    /* Nobody is locked who was not guessed at. */
    assert_int_equal(until(table, "somebody else", NOW + 14), 0);
    assert_int_equal(miss(table, "somebody else", "x", NOW + 14), 0);
    edc_lockout_free(table);
}

static size_t
heap(void)
{
    return mallinfo2().uordblks;
}

/* Nothing is kept for what is right, for names of nobody, nor after its time:
 * admissions give it back as they come, and so does the counter. */
static void
memory_goes_with_the_window(void **state)
{
    size_t empty, full;
    edc_lockout *table = new_table(0);
    edc_ticket ticket;
    char name[32];

    (void)state;
    empty = heap();
    assert_int_equal(guess_in_turns(table, MANY, 1), MANY);
    full = heap();
    assert_true(full - empty < (size_t)MANY * 400);
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "nobody %d", i);
        edc_lockout_pretend(
            table, &ten, edc_str_of(name), EDC_STR("x"), NOW + 1);
    }
    assert_int_equal(heap(), full);
    assert_int_equal(edc_lockout_remembered(table, &ten, NOW + 900), MANY);
    /* A quarter as many admissions as there is to give back. */
    for (int i = 0; i < MANY / 4 + 1000; i++) {
        int64_t times[EDC_LOCKOUT_FAILURES_MAX];

        snprintf(name, sizeof(name), "other %d", i);
        assert_int_equal(
            ask(table, name, "right", NOW + 901, &ticket), EDC_EVALUATE);
        (void)edc_lockout_settle(
            table, &ten, &ticket, EDC_GUESS_RIGHT, NOW + 901, times);
    }
    /* The sanitizers' malloc counts nothing. */
    assert_true(full == empty || heap() - empty < (full - empty) / 10);
    assert_int_equal(edc_lockout_remembered(table, &ten, NOW + 901), 0);
    /* malloc keeps a few pieces at hand. */
    assert_true(heap() - empty < 4096);
    edc_lockout_free(table);
}

/* Accounts come and go in any order, and each is found all the time. */
static void
accounts_are_found_whatever_goes(void **state)
{
    enum { ACCOUNTS = 2000 };
    edc_lockout *table = new_table(0);
    static bool there[ACCOUNTS];
    size_t n = 0;
    unsigned random = 7;
    char name[32];

    (void)state;
    memset(there, 0, sizeof(there));
    for (int i = 0; i < 40000; i++) {
        unsigned at;

        random = random * 1103515245u + 12345u;
        at = (random >> 8) % ACCOUNTS;
        snprintf(name, sizeof(name), "%u", at);
        if (there[at])
            edc_lockout_forget(table, edc_str_of(name));
        else
            assert_int_equal(miss(table, name, "x", NOW), 0);
        n += there[at] ? (size_t)-1 : 1;
        there[at] = !there[at];
        assert_true(
            i % 500 != 0 || edc_lockout_remembered(table, &ten, NOW) == n);
    }
    for (unsigned at = 0; at < ACCOUNTS; at++) {
        edc_ticket ticket;

        snprintf(name, sizeof(name), "%u", at);
        assert_int_equal(ask(table, name, "x", NOW, &ticket),
            there[at] ? EDC_KNOWN_BAD : EDC_EVALUATE);
    }
    edc_lockout_free(table);
}

/* ---- locks that are stored, and the clock of the day ---- */

#define BOOT INT64_C(5000) /* the other clock, at the same moment as NOW */

static int64_t
began(edc_lockout *table, int64_t stored, int64_t clock, int64_t now)
{
    return edc_lockout_date(table, &ten, EDC_STR("a"), stored, clock, now);
}

static void
a_stored_lock_begins_when_it_says(void **state)
{
    edc_lockout *table = new_table(0);

    (void)state;
    assert_int_equal(began(table, NOW - 100, NOW, BOOT), BOOT - 100);
    edc_lockout_forget(table, EDC_STR("a"));
    assert_int_equal(began(table, NOW, NOW, BOOT), BOOT);
    edc_lockout_free(table);
}

/* From a clock that was ahead: it holds from when it is seen, and once. */
static void
a_lock_of_the_future_holds_once(void **state)
{
    static const int64_t ahead[] = {1, 60, 3600, 86400, 3650 * 86400LL};
    (void)state;
    for (size_t i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++) {
        edc_lockout *table = new_table(0);
        int64_t stored = NOW + ahead[i];

        for (int64_t later = 0; later < 600 + 86400; later += 60)
            assert_int_equal(
                began(table, stored, NOW + later, BOOT + later), BOOT);
        edc_lockout_free(table);
    }
}

/* However the clock is put after it was seen first. */
static void
a_clock_that_is_put_changes_no_lock(void **state)
{
    static const int64_t steps[] = {-86400, -7200, -1, 1, 300, 601, 86400};

    (void)state;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        edc_lockout *table = new_table(0);

        assert_int_equal(began(table, NOW - 10, NOW, BOOT), BOOT - 10);
        for (int later = 0; later < 1800; later += 100)
            assert_int_equal(
                began(table, NOW - 10, NOW + steps[i] + later, BOOT + later),
                BOOT - 10);
        /* Another one is another one. */
        assert_int_equal(
            began(table, NOW + 1800, NOW + 1800, BOOT + 1800), BOOT + 1800);
        edc_lockout_free(table);
    }
}

/* The lock that the table itself counted is stored with the time of day, and
 * known again. */
static void
its_own_lock_is_known_again(void **state)
{
    edc_lockout *table = new_table(0);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;

    (void)state;
    lock_out(table, "a", BOOT);
    assert_int_equal(began(table, NOW + 5000, NOW, BOOT + 20), BOOT);
    assert_int_equal(until(table, "a", BOOT + 20), BOOT + 600);
    assert_int_equal(ask(table, "a", "x", BOOT + 599, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(ask(table, "a", "x", BOOT + 600, &ticket), EDC_EVALUATE);
    (void)edc_lockout_settle(
        table, &ten, &ticket, EDC_GUESS_DROPPED, BOOT + 600, times);
    assert_int_equal(began(table, NOW + 5000, NOW, BOOT + 700), BOOT);
    /* An older one that is still stored does not shorten it. */
    lock_out(table, "a", BOOT + 1000);
    assert_int_equal(began(table, NOW + 5000, NOW, BOOT + 1001), BOOT + 1000);
    assert_int_equal(
        began(table, NOW + 900, NOW + 1002, BOOT + 1002), BOOT + 1000);
    assert_int_equal(edc_lockout_remembered(table, &ten, BOOT + 88000), 0);
    edc_lockout_free(table);
}

/* Should the clock of the counting itself go back, nothing holds longer than it
 * would from then on. */
static void
times_of_the_future_are_healed(void **state)
{
    edc_lockout *table = new_table(0);
    edc_ticket ticket;

    (void)state;
    lock_out(table, "a", NOW);
    miss_times(table, "b", 9, NOW);
    assert_int_equal(
        ask(table, "a", "x", NOW - 86400, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(until(table, "a", NOW - 86400), NOW - 86400 + 600);
    assert_int_equal(
        ask(table, "a", "x", NOW - 86400 + 600, &ticket), EDC_EVALUATE);
    assert_int_equal(
        ask(table, "b", "guess 1", NOW - 86400, &ticket), EDC_KNOWN_BAD);
    assert_int_equal(
        ask(table, "b", "guess 1", NOW - 86400 + 901, &ticket), EDC_EVALUATE);
    edc_lockout_free(table);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_account_has_ten_guesses_and_no_more),
        cmocka_unit_test(memory_goes_with_the_window),
        cmocka_unit_test(accounts_are_found_whatever_goes),
        cmocka_unit_test(a_stored_lock_begins_when_it_says),
        cmocka_unit_test(a_lock_of_the_future_holds_once),
        cmocka_unit_test(a_clock_that_is_put_changes_no_lock),
        cmocka_unit_test(its_own_lock_is_known_again),
        cmocka_unit_test(times_of_the_future_are_healed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
