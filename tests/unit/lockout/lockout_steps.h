/* lockout_steps.h - what the tests of the lock-out do again and again. */
#ifndef EDC_TEST_LOCKOUT_STEPS_H
#define EDC_TEST_LOCKOUT_STEPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/lockout/lockout.h"

#define NOW INT64_C(1800000000)

static const edc_lockout_rules ten = {10, 900, 600, false, 1};

static inline edc_lockout *
new_table(size_t accounts)
{
    edc_lockout *table = edc_lockout_new(accounts);

    assert_non_null(table);
    return table;
}

static inline edc_admission
ask(edc_lockout *table, const char *account, const char *guess, int64_t now,
    edc_ticket *ticket)
{
    return edc_lockout_admit(table, &ten, edc_str_of(account),
        EDC_STR("stored"), edc_str_of(guess), now, ticket);
}

/* A wrong guess from admission to count. */
static inline uint32_t
miss(edc_lockout *table, const char *account, const char *guess, int64_t now)
{
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;

    assert_int_equal(ask(table, account, guess, now, &ticket), EDC_EVALUATE);
    return edc_lockout_settle(
        table, &ten, &ticket, EDC_GUESS_WRONG, now, times);
}

/* n different wrong guesses, none of which completes the lock. */
static inline void
miss_times(edc_lockout *table, const char *account, int n, int64_t now)
{
    char guess[32];

    for (int i = 0; i < n; i++) {
        snprintf(guess, sizeof(guess), "guess %d", i);
        assert_int_equal(miss(table, account, guess, now), 0);
    }
}

static inline void
lock_out(edc_lockout *table, const char *account, int64_t now)
{
    miss_times(table, account, 9, now);
    assert_int_equal(miss(table, account, "the last", now), 10);
}

static inline int64_t
until(edc_lockout *table, const char *account, int64_t now)
{
    return edc_lockout_until(
        table, &ten, edc_str_of(account), EDC_STR("stored"), now);
}

#endif
