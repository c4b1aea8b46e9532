/* test_purge_due.c - which accounts have had their time, and from when on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "purge/due.h"

#define DAY 86400
#define NOW INT64_C(1790000000) /* 2026-09-21 14:13:20 */
#define LONG_AGO "20260101000000Z"
#define LATELY "20260901000000Z"
#define BEFORE_90D "20260623141320Z" /* to the second */
#define WITHIN_90D "20260623141321Z"

static void
expect_verdict(purge_account account, purge_rules rules, purge_verdict expected)
{
    purge_verdict verdict;

    rules.now = NOW;
    if (rules.closed_after == 0)
        rules.closed_after = 90 * DAY;
    verdict = purge_judge(&account, &rules);
    if (verdict != expected)
        fail_msg(
            "%s instead of %s", purge_words(verdict), purge_words(expected));
    assert_int_equal(
        purge_time_of(&account, verdict) == NULL, verdict == PURGE_NOT_DUE);
}

static void
whoever_left_goes_after_the_delay(void **state)
{
    purge_account a = {.state = "closed", .since = LONG_AGO};

    (void)state;
    a.left_at = BEFORE_90D;
    expect_verdict(a, (purge_rules){0}, PURGE_LEFT);
    a.left_at = WITHIN_90D;
    expect_verdict(a, (purge_rules){0}, PURGE_NOT_DUE);
    expect_verdict(a, (purge_rules){.all_closed = true}, PURGE_NOT_DUE);
    expect_verdict(a, (purge_rules){.closed_after = DAY}, PURGE_LEFT);
    a.left_at = "never";
    expect_verdict(a, (purge_rules){0}, PURGE_NOT_DUE);
}

/* A mark that an import left on an account which is open again means nothing.
 */
static void
only_closed_accounts_have_left(void **state)
{
    static const char *const states[] = {
        NULL, "uninformed", "informed", "active", "reset", "suspended"};

    (void)state;
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        expect_verdict(
            (purge_account){
                .state = states[i], .since = LONG_AGO, .left_at = LONG_AGO},
            (purge_rules){.all_closed = true, .merged = true}, PURGE_NOT_DUE);
}

static void
what_somebody_closed_goes_when_asked(void **state)
{
    purge_account a = {.state = "closed", .since = LONG_AGO};

    (void)state;
    expect_verdict(a, (purge_rules){0}, PURGE_NOT_DUE);
    expect_verdict(a, (purge_rules){.all_closed = true}, PURGE_CLOSED);
    a.since = LATELY;
    expect_verdict(a, (purge_rules){.all_closed = true}, PURGE_NOT_DUE);
    a.since = NULL;
    expect_verdict(a, (purge_rules){.all_closed = true}, PURGE_NOT_DUE);
}

static void
merged_accounts_stay_for_their_heirs(void **state)
{
    purge_account a = {.state = "closed",
        .since = LONG_AGO,
        .left_at = LONG_AGO,
        .merged = true,
        .heir_exists = true};

    (void)state;
    expect_verdict(a, (purge_rules){.all_closed = true}, PURGE_NOT_DUE);
    expect_verdict(a, (purge_rules){.merged = true}, PURGE_MERGED);
    a.named = true;
    expect_verdict(a, (purge_rules){.merged = true}, PURGE_NAMED);
    a.heir_exists = false;
    expect_verdict(a, (purge_rules){0}, PURGE_MERGED);
    a.since = LATELY;
    expect_verdict(a, (purge_rules){.merged = true}, PURGE_NOT_DUE);
}

static void
unused_letters_are_left_alone_unless_asked(void **state)
{
    purge_account a = {
        .state = "informed", .since = LONG_AGO, .until = LONG_AGO};

    (void)state;
    expect_verdict(
        a, (purge_rules){.all_closed = true, .merged = true}, PURGE_NOT_DUE);
    expect_verdict(
        a, (purge_rules){.unconfirmed_after = 90 * DAY}, PURGE_UNCONFIRMED);
    expect_verdict(
        a, (purge_rules){.unconfirmed_after = 365 * DAY}, PURGE_NOT_DUE);
    a.state = "reset";
    expect_verdict(
        a, (purge_rules){.unconfirmed_after = 90 * DAY}, PURGE_NOT_DUE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_left_goes_after_the_delay),
        cmocka_unit_test(only_closed_accounts_have_left),
        cmocka_unit_test(what_somebody_closed_goes_when_asked),
        cmocka_unit_test(merged_accounts_stay_for_their_heirs),
        cmocka_unit_test(unused_letters_are_left_alone_unless_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
