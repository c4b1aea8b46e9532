/* test_lockout.c - counting wrong passwords, one after another. */
#include "lockout/lockout_steps.h"

/* ---- one after another ---- */

static void
ten_different_guesses_lock(void **state)
{
    edc_lockout *table = new_table(100);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;

    (void)state;
    for (int i = 0; i < 9; i++) {
        char guess[32];

        snprintf(guess, sizeof(guess), "guess %d", i);
        assert_int_equal(miss(table, "a", guess, NOW + 9 - i), 0);
        assert_int_equal(until(table, "a", NOW + 9), 0);
    }
    assert_int_equal(
        ask(table, "a", "the last", NOW + 10, &ticket), EDC_EVALUATE);
    assert_int_equal(edc_lockout_settle(table, &ten, &ticket, EDC_GUESS_WRONG,
                         NOW + 10, times),
        10);
    for (int i = 0; i < 10; i++)
        assert_int_equal(times[i], NOW + 1 + i);
    assert_int_equal(until(table, "a", NOW + 10), NOW + 610);
    assert_int_equal(
        ask(table, "a", "right", NOW + 10, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(
        ask(table, "a", "guess 1", NOW + 10, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(
        ask(table, "b", "guess 1", NOW + 10, &ticket), EDC_EVALUATE);
    assert_int_equal(edc_lockout_evaluated(table), 11);
    assert_int_equal(edc_lockout_refused(table), 2);
    edc_lockout_free(table);
}

static void
the_same_guess_counts_once(void **state)
{
    edc_lockout *table = new_table(100);
    edc_ticket ticket;

    (void)state;
    assert_int_equal(miss(table, "a", "wrong", NOW), 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(
            ask(table, "a", "wrong", NOW + i, &ticket), EDC_KNOWN_BAD);
    miss_times(table, "a", 8, NOW);
    assert_int_equal(until(table, "a", NOW), 0);
    assert_int_equal(miss(table, "a", "another", NOW), 10);
    assert_int_equal(edc_lockout_refused(table), 100);
    edc_lockout_free(table);
}

static void
the_same_guess_at_once_takes_one_place(void **state)
{
    edc_lockout *table = new_table(100);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket same[20], other;

    (void)state;
    for (int i = 0; i < 20; i++)
        assert_int_equal(ask(table, "a", "wrong", NOW, &same[i]), EDC_EVALUATE);
    miss_times(table, "a", 9, NOW);
    assert_int_equal(ask(table, "a", "other", NOW, &other), EDC_LOCKED_OUT);
    assert_int_equal(
        edc_lockout_settle(table, &ten, &same[0], EDC_GUESS_WRONG, NOW, times),
        10);
    for (int i = 1; i < 20; i++)
        assert_int_equal(edc_lockout_settle(table, &ten, &same[i],
                             EDC_GUESS_WRONG, NOW, times),
            0);
    edc_lockout_free(table);
}

static void
a_right_guess_forgets(void **state)
{
    edc_lockout *table = new_table(100);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;

    (void)state;
    miss_times(table, "a", 9, NOW);
    assert_int_equal(ask(table, "a", "right", NOW, &ticket), EDC_EVALUATE);
    assert_int_equal(
        edc_lockout_settle(table, &ten, &ticket, EDC_GUESS_RIGHT, NOW, times),
        0);
    lock_out(table, "a", NOW);
    edc_lockout_free(table);
}

static void
a_dropped_guess_gives_its_place_back(void **state)
{
    edc_lockout *table = new_table(100);
    edc_ticket tickets[10], ticket;
    char guess[32];

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 10; i++) {
            snprintf(guess, sizeof(guess), "%d-%d", round, i);
            assert_int_equal(
                ask(table, "a", guess, NOW, &tickets[i]), EDC_EVALUATE);
        }
        assert_int_equal(ask(table, "a", "more", NOW, &ticket), EDC_LOCKED_OUT);
        for (int i = 0; i < 10; i++)
            assert_int_equal(edc_lockout_settle(table, &ten, &tickets[i],
                                 EDC_GUESS_DROPPED, NOW, NULL),
                0);
    }
    assert_int_equal(until(table, "a", NOW), 0);
    edc_lockout_free(table);
}

static void
a_ticket_is_settled_once(void **state)
{
    edc_lockout *table = new_table(100);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;

    (void)state;
    assert_int_equal(ask(table, "a", "wrong", NOW, &ticket), EDC_EVALUATE);
    for (int i = 0; i < 20; i++)
        assert_int_equal(edc_lockout_settle(
                             table, &ten, &ticket, EDC_GUESS_WRONG, NOW, times),
            0);
    /* One was counted, not twenty, and "right" on a spent ticket lifts none. */
    assert_int_equal(
        edc_lockout_settle(table, &ten, &ticket, EDC_GUESS_RIGHT, NOW, times),
        0);
    assert_int_equal(ask(table, "a", "wrong", NOW, &ticket), EDC_KNOWN_BAD);
    miss_times(table, "a", 8, NOW);
    assert_int_equal(miss(table, "a", "the last", NOW), 10);
    memset(&ticket, 7, sizeof(ticket));
    assert_int_equal(
        edc_lockout_settle(table, &ten, &ticket, EDC_GUESS_WRONG, NOW, times),
        0);
    edc_lockout_free(table);
}

/* ---- time ---- */

static void
failures_are_forgotten_after_the_window(void **state)
{
    edc_lockout *table = new_table(100);
    edc_ticket ticket;

    (void)state;
    assert_int_equal(miss(table, "a", "first", NOW), 0);
    miss_times(table, "a", 8, NOW + 900);
    assert_int_equal(
        ask(table, "a", "first", NOW + 900, &ticket), EDC_KNOWN_BAD);
    /* A second later the first is over: two more are needed, and it is a new
     * guess itself. */
    assert_int_equal(miss(table, "a", "ninth", NOW + 901), 0);
    assert_int_equal(miss(table, "a", "first", NOW + 901), 10);
    edc_lockout_free(table);
}

static void
a_lock_ends(void **state)
{
    edc_lockout *table = new_table(100);
    edc_ticket ticket;

    (void)state;
    lock_out(table, "a", NOW);
    assert_int_equal(ask(table, "a", "x", NOW + 599, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(until(table, "a", NOW + 599), NOW + 600);
    assert_int_equal(until(table, "a", NOW + 600), 0);
    lock_out(table, "a", NOW + 600);
    edc_lockout_free(table);
}

static void
a_lock_outlasts_the_window(void **state)
{
    const edc_lockout_rules brief = {2, 10, 1000, false, 1};
    edc_lockout *table = new_table(100);
    int64_t times[2];
    edc_ticket ticket;

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            edc_lockout_admit(table, &brief, EDC_STR("a"), EDC_STR(""),
                i ? EDC_STR("x") : EDC_STR("y"), NOW, &ticket),
            EDC_EVALUATE);
        assert_int_equal(edc_lockout_settle(table, &brief, &ticket,
                             EDC_GUESS_WRONG, NOW, times),
            i ? 2 : 0);
    }
    assert_int_equal(edc_lockout_admit(table, &brief, EDC_STR("a"), EDC_STR(""),
                         EDC_STR("z"), NOW + 999, &ticket),
        EDC_LOCKED_OUT);
    edc_lockout_free(table);
}

/* ---- rules that change, and rules out of bounds ---- */

/* Five failures, of which stricter rules want three: the latest are told, in
 * whichever order they came. */
static void
tighten(bool ascending)
{
    const edc_lockout_rules three = {3, 900, 600, false, 1};
    edc_lockout *table = new_table(100);
    int64_t times[3];
    edc_ticket under_way, late, ticket;

    assert_int_equal(
        ask(table, "a", "under way", NOW, &under_way), EDC_EVALUATE);
    assert_int_equal(ask(table, "a", "late", NOW, &late), EDC_EVALUATE);
    for (int i = 0; i < 5; i++) {
        char guess[32];

        snprintf(guess, sizeof(guess), "guess %d", i);
        assert_int_equal(
            miss(table, "a", guess, NOW + (ascending ? i + 1 : 5 - i)), 0);
    }
    assert_int_equal(edc_lockout_admit(table, &three, EDC_STR("a"),
                         EDC_STR("stored"), EDC_STR("x"), NOW + 6, &ticket),
        EDC_LOCKED_OUT);
    assert_int_equal(edc_lockout_settle(table, &three, &under_way,
                         EDC_GUESS_WRONG, NOW + 6, times),
        3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(times[i], NOW + 4 + i);
    /* Locked already: nobody completes it a second time. */
    assert_int_equal(edc_lockout_settle(
                         table, &three, &late, EDC_GUESS_WRONG, NOW + 7, times),
        0);
    assert_int_equal(until(table, "a", NOW + 7), NOW + 606);
    edc_lockout_free(table);
}

static void
rules_that_became_stricter_lock_at_the_next(void **state)
{
    (void)state;
    tighten(false);
    tighten(true);
}

static void
rules_out_of_bounds_are_kept_in_them(void **state)
{
    const edc_lockout_rules none = {0, 900, 600, false, 1},
                            many = {1000, 900, 600, false, 1};
    edc_lockout *table = new_table(100);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;

    (void)state;
    assert_int_equal(edc_lockout_admit(table, &none, EDC_STR("a"), EDC_STR(""),
                         EDC_STR("x"), NOW, &ticket),
        EDC_EVALUATE);
    assert_int_equal(
        edc_lockout_settle(table, &none, &ticket, EDC_GUESS_WRONG, NOW, times),
        1);
    for (int i = 0; i < EDC_LOCKOUT_FAILURES_MAX; i++) {
        char guess[32];

        snprintf(guess, sizeof(guess), "%d", i);
        assert_int_equal(edc_lockout_admit(table, &many, EDC_STR("b"),
                             EDC_STR(""), edc_str_of(guess), NOW, &ticket),
            EDC_EVALUATE);
        assert_int_equal(edc_lockout_settle(table, &many, &ticket,
                             EDC_GUESS_WRONG, NOW, times),
            i < EDC_LOCKOUT_FAILURES_MAX - 1 ? 0 : EDC_LOCKOUT_FAILURES_MAX);
    }
    edc_lockout_free(table);
}

/* ---- another stored password, unlock ---- */

static void
another_stored_password_starts_anew(void **state)
{
    edc_lockout *table = new_table(100);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket old, ticket;

    (void)state;
    assert_int_equal(ask(table, "a", "slow", NOW, &old), EDC_EVALUATE);
    miss_times(table, "a", 9, NOW);
    assert_int_equal(edc_lockout_admit(table, &ten, EDC_STR("a"),
                         EDC_STR("other"), EDC_STR("guess 1"), NOW, &ticket),
        EDC_EVALUATE);
    /* A guess at the former one counts nothing any more. */
    assert_int_equal(
        edc_lockout_settle(table, &ten, &old, EDC_GUESS_WRONG, NOW, times), 0);
    assert_int_equal(until(table, "a", NOW), 0);
    assert_int_equal(
        edc_lockout_settle(table, &ten, &ticket, EDC_GUESS_WRONG, NOW, times),
        0);
    assert_int_equal(edc_lockout_admit(table, &ten, EDC_STR("a"),
                         EDC_STR("other"), EDC_STR("guess 1"), NOW, &ticket),
        EDC_KNOWN_BAD);
    edc_lockout_free(table);
}

static void
another_stored_password_ends_a_lock(void **state)
{
    edc_lockout *table = new_table(100);
    edc_ticket ticket;

    (void)state;
    lock_out(table, "a", NOW);
    assert_int_equal(edc_lockout_admit(table, &ten, EDC_STR("a"),
                         EDC_STR("other"), EDC_STR("x"), NOW, &ticket),
        EDC_EVALUATE);
    assert_int_equal(until(table, "a", NOW), 0);
    edc_lockout_free(table);
}

static void
forgetting_lifts_a_lock(void **state)
{
    edc_lockout *table = new_table(100);

    (void)state;
    edc_lockout_forget(table, EDC_STR("nobody"));
    lock_out(table, "a", NOW);
    lock_out(table, "b", NOW);
    edc_lockout_forget(table, EDC_STR("a"));
    assert_int_equal(until(table, "a", NOW), 0);
    assert_int_equal(until(table, "b", NOW), NOW + 600);
    lock_out(table, "a", NOW);
    edc_lockout_free(table);
}

static void
forgetting_keeps_what_is_under_way(void **state)
{
    edc_lockout *table = new_table(100);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket under_way, ticket;

    (void)state;
    assert_int_equal(ask(table, "a", "slow", NOW, &under_way), EDC_EVALUATE);
    miss_times(table, "a", 9, NOW);
    edc_lockout_forget(table, EDC_STR("a"));
    miss_times(table, "a", 9, NOW);
    assert_int_equal(ask(table, "a", "more", NOW, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(edc_lockout_settle(
                         table, &ten, &under_way, EDC_GUESS_WRONG, NOW, times),
        10);
    edc_lockout_free(table);
}

/* They were guesses at the former password when they were admitted. */
static void
what_is_under_way_locks_no_later_password(void **state)
{
    edc_lockout *table = new_table(100);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket tickets[10];
    char guess[32];

    (void)state;
    for (int i = 0; i < 10; i++) {
        snprintf(guess, sizeof(guess), "guess %d", i);
        assert_int_equal(
            ask(table, "a", guess, NOW, &tickets[i]), EDC_EVALUATE);
    }
    edc_lockout_forget(table, EDC_STR("a"));
    for (int i = 0; i < 10; i++)
        assert_int_equal(edc_lockout_settle(table, &ten, &tickets[i],
                             EDC_GUESS_WRONG, NOW, times),
            i < 9 ? 0 : 10);
    assert_int_equal(until(table, "a", NOW), NOW + 600);
    assert_int_equal(
        edc_lockout_until(table, &ten, EDC_STR("a"), EDC_STR("later"), NOW), 0);
    assert_int_equal(edc_lockout_admit(table, &ten, EDC_STR("a"),
                         EDC_STR("later"), EDC_STR("right"), NOW, &tickets[0]),
        EDC_EVALUATE);
    edc_lockout_free(table);
}

/* ---- tables with a bound ---- */

static void
the_least_recently_failed_gives_way(void **state)
{
    edc_lockout *table = new_table(3);
    edc_ticket ticket;

    (void)state;
    assert_int_equal(miss(table, "a", "x", NOW), 0);
    assert_int_equal(miss(table, "b", "x", NOW), 0);
    assert_int_equal(miss(table, "c", "x", NOW), 0);
    assert_int_equal(miss(table, "a", "y", NOW), 0);
    assert_int_equal(miss(table, "d", "x", NOW), 0);
    assert_int_equal(ask(table, "a", "x", NOW, &ticket), EDC_KNOWN_BAD);
    assert_int_equal(ask(table, "c", "x", NOW, &ticket), EDC_KNOWN_BAD);
    assert_int_equal(ask(table, "d", "x", NOW, &ticket), EDC_KNOWN_BAD);
    assert_int_equal(ask(table, "b", "x", NOW, &ticket), EDC_EVALUATE);
    edc_lockout_free(table);
}

static void
what_is_under_way_never_gives_way(void **state)
{
    edc_lockout *table = new_table(3);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket a, b, c, ticket;
    char account[32];

    (void)state;
    assert_int_equal(ask(table, "a", "slow", NOW, &a), EDC_EVALUATE);
    assert_int_equal(ask(table, "b", "slow", NOW, &b), EDC_EVALUATE);
    for (int i = 0; i < 1000; i++) {
        snprintf(account, sizeof(account), "account %d", i);
        assert_int_equal(miss(table, account, "x", NOW), 0);
    }
    assert_int_equal(ask(table, "c", "slow", NOW, &c), EDC_EVALUATE);
    assert_int_equal(ask(table, "d", "x", NOW, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(
        edc_lockout_settle(table, &ten, &b, EDC_GUESS_RIGHT, NOW, times), 0);
    assert_int_equal(ask(table, "d", "x", NOW, &ticket), EDC_EVALUATE);
    /* The first ticket still counts. */
    assert_int_equal(
        edc_lockout_settle(table, &ten, &a, EDC_GUESS_WRONG, NOW, times), 0);
    assert_int_equal(ask(table, "a", "slow", NOW, &ticket), EDC_KNOWN_BAD);
    edc_lockout_free(table);
}

static void
a_table_remembers_as_many_as_it_was_made_for(void **state)
{
    static const size_t sizes[] = {1, 2, 63, 64, 65, 127, 128, 1000, 2000};
    edc_ticket ticket;
    char account[32];

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        edc_lockout *table = new_table(sizes[i]);
        size_t known = 0, size = sizes[i];

        for (size_t a = 0; a < 4 * size + 100; a++) {
            snprintf(account, sizeof(account), "%zu", a);
            assert_int_equal(miss(table, account, "x", NOW), 0);
        }
        /* Right guesses leave nothing: asking pushes nobody out. */
        for (size_t a = 4 * size + 100; a-- > 0;) {
            snprintf(account, sizeof(account), "%zu", a);
            if (ask(table, account, "x", NOW, &ticket) != EDC_KNOWN_BAD)
                break;
            known++;
        }
        assert_true(known >= 1 && known <= size);
        if (size < 128)
            assert_int_equal(known, size);
        edc_lockout_free(table);
    }
}

static void
names_may_be_anything(void **state)
{
    edc_lockout *table = new_table(100);
    char big[5000];
    edc_ticket ticket;

    (void)state;
    memset(big, 'x', sizeof(big));
    assert_int_equal(edc_lockout_admit(table, &ten, (edc_str){NULL, 0},
                         (edc_str){NULL, 0}, (edc_str){NULL, 0}, NOW, &ticket),
        EDC_EVALUATE);
    assert_int_equal(edc_lockout_admit(table, &ten, (edc_str){big, sizeof(big)},
                         (edc_str){big, sizeof(big)},
                         (edc_str){big, sizeof(big)}, NOW, &ticket),
        EDC_EVALUATE);
    /* No two splits of the same bytes are the same account. */
    lock_out(table, "ab", NOW);
    assert_int_equal(until(table, "a", NOW), 0);
    assert_int_equal(until(table, "abc", NOW), 0);
    edc_lockout_free(table);
}

static void
keys_differ_and_nothing_is_kept_in_clear(void **state)
{
    edc_lockout *one = new_table(1), *two = new_table(1);
    edc_ticket a, b;

    (void)state;
    assert_int_equal(ask(one, "somebody", "secret", NOW, &a), EDC_EVALUATE);
    assert_int_equal(ask(two, "somebody", "secret", NOW, &b), EDC_EVALUATE);
    assert_memory_not_equal(a.account, b.account, sizeof(a.account));
    assert_memory_not_equal(a.guess, b.guess, sizeof(a.guess));
    /* The same password of two people does not look the same. */
    edc_lockout_free(one);
    one = new_table(2);
    assert_int_equal(ask(one, "somebody", "secret", NOW, &a), EDC_EVALUATE);
    assert_int_equal(ask(one, "else", "secret", NOW, &b), EDC_EVALUATE);
    assert_memory_not_equal(a.guess, b.guess, sizeof(a.guess));
    edc_lockout_free(one);
    edc_lockout_free(two);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_different_guesses_lock),
        cmocka_unit_test(the_same_guess_counts_once),
        cmocka_unit_test(the_same_guess_at_once_takes_one_place),
        cmocka_unit_test(a_right_guess_forgets),
        cmocka_unit_test(a_dropped_guess_gives_its_place_back),
        cmocka_unit_test(a_ticket_is_settled_once),
        cmocka_unit_test(failures_are_forgotten_after_the_window),
        cmocka_unit_test(a_lock_ends),
        cmocka_unit_test(a_lock_outlasts_the_window),
        cmocka_unit_test(rules_that_became_stricter_lock_at_the_next),
        cmocka_unit_test(rules_out_of_bounds_are_kept_in_them),
        cmocka_unit_test(another_stored_password_starts_anew),
        cmocka_unit_test(another_stored_password_ends_a_lock),
        cmocka_unit_test(forgetting_lifts_a_lock),
        cmocka_unit_test(forgetting_keeps_what_is_under_way),
        cmocka_unit_test(the_least_recently_failed_gives_way),
        cmocka_unit_test(what_is_under_way_locks_no_later_password),
        cmocka_unit_test(what_is_under_way_never_gives_way),
        cmocka_unit_test(a_table_remembers_as_many_as_it_was_made_for),
        cmocka_unit_test(names_may_be_anything),
        cmocka_unit_test(keys_differ_and_nothing_is_kept_in_clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
