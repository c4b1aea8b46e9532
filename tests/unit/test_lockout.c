/* test_lockout.c - counting wrong passwords: how many guesses get through. */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=RAND_bytes,--wrap=EVP_MAC_fetch */
/* LDFLAGS: -Wl,--wrap=EVP_MAC_CTX_new,--wrap=EVP_MAC_init */
/* LDFLAGS: -Wl,--wrap=EVP_MAC_update,--wrap=EVP_MAC_final */
/* LDFLAGS: -Wl,--wrap=pthread_mutex_init */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include <cmocka.h>

#include "lockout.h"

#define NOW INT64_C(1800000000)
#define RACERS 64

static const edc_lockout_rules ten = {10, 900, 600};

/* ---- making calls fail: the n-th from now, 0 none ---- */

static int failing_calloc, failing_random, failing_fetch, failing_context,
    failing_init, failing_update, failing_final, short_final, failing_mutex;

static bool
is_the_one(int *countdown)
{
    return *countdown > 0 && --*countdown == 0;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
    return is_the_one(&failing_calloc) ? NULL : __real_calloc(n, size);
}

int __real_RAND_bytes(unsigned char *out, int n);
int __wrap_RAND_bytes(unsigned char *out, int n);
int
__wrap_RAND_bytes(unsigned char *out, int n)
{
    return is_the_one(&failing_random) ? 0 : __real_RAND_bytes(out, n);
}

EVP_MAC *__real_EVP_MAC_fetch(OSSL_LIB_CTX *, const char *, const char *);
EVP_MAC *__wrap_EVP_MAC_fetch(OSSL_LIB_CTX *, const char *, const char *);
EVP_MAC *
__wrap_EVP_MAC_fetch(OSSL_LIB_CTX *library, const char *name, const char *query)
{
    return is_the_one(&failing_fetch)
               ? NULL
               : __real_EVP_MAC_fetch(library, name, query);
}

EVP_MAC_CTX *__real_EVP_MAC_CTX_new(EVP_MAC *);
EVP_MAC_CTX *__wrap_EVP_MAC_CTX_new(EVP_MAC *);
EVP_MAC_CTX *
__wrap_EVP_MAC_CTX_new(EVP_MAC *mac)
{
    return is_the_one(&failing_context) ? NULL : __real_EVP_MAC_CTX_new(mac);
}

int __real_EVP_MAC_init(
    EVP_MAC_CTX *, const unsigned char *, size_t, const OSSL_PARAM *);
int __wrap_EVP_MAC_init(
    EVP_MAC_CTX *, const unsigned char *, size_t, const OSSL_PARAM *);
int
__wrap_EVP_MAC_init(
    EVP_MAC_CTX *c, const unsigned char *key, size_t n, const OSSL_PARAM *p)
{
    return is_the_one(&failing_init) ? 0 : __real_EVP_MAC_init(c, key, n, p);
}

int __real_EVP_MAC_update(EVP_MAC_CTX *, const unsigned char *, size_t);
int __wrap_EVP_MAC_update(EVP_MAC_CTX *, const unsigned char *, size_t);
int
__wrap_EVP_MAC_update(EVP_MAC_CTX *c, const unsigned char *data, size_t n)
{
    return is_the_one(&failing_update) ? 0 : __real_EVP_MAC_update(c, data, n);
}

int __real_EVP_MAC_final(EVP_MAC_CTX *, unsigned char *, size_t *, size_t);
int __wrap_EVP_MAC_final(EVP_MAC_CTX *, unsigned char *, size_t *, size_t);
int
__wrap_EVP_MAC_final(EVP_MAC_CTX *c, unsigned char *out, size_t *n, size_t size)
{
    int made;

    if (is_the_one(&failing_final))
        return 0;
    made = __real_EVP_MAC_final(c, out, n, size);
    if (is_the_one(&short_final))
        *n = 8;
    return made;
}

int __real_pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *);
int __wrap_pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *);
int
__wrap_pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a)
{
    return is_the_one(&failing_mutex) ? 11 : __real_pthread_mutex_init(m, a);
}

/* ---- the words of these tests ---- */

static edc_lockout *
new_table(size_t accounts)
{
    edc_lockout *table = edc_lockout_new(accounts);

    assert_non_null(table);
    return table;
}

static edc_admission
ask(edc_lockout *table, const char *account, const char *guess, int64_t now,
    edc_ticket *ticket)
{
    return edc_lockout_admit(table, &ten, edc_str_of(account),
        EDC_STR("stored"), edc_str_of(guess), now, ticket);
}

/* A wrong guess from admission to count. */
static uint32_t
miss(edc_lockout *table, const char *account, const char *guess, int64_t now)
{
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;

    assert_int_equal(ask(table, account, guess, now, &ticket), EDC_EVALUATE);
    return edc_lockout_settle(
        table, &ten, &ticket, EDC_GUESS_WRONG, now, times);
}

/* n different wrong guesses, none of which completes the lock. */
static void
miss_times(edc_lockout *table, const char *account, int n, int64_t now)
{
    char guess[32];

    for (int i = 0; i < n; i++) {
        snprintf(guess, sizeof(guess), "guess %d", i);
        assert_int_equal(miss(table, account, guess, now), 0);
    }
}

static void
lock_out(edc_lockout *table, const char *account, int64_t now)
{
    miss_times(table, account, 9, now);
    assert_int_equal(miss(table, account, "the last", now), 10);
}

static int64_t
until(edc_lockout *table, const char *account, int64_t now)
{
    return edc_lockout_until(table, &ten, edc_str_of(account), now);
}

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
    const edc_lockout_rules brief = {2, 10, 1000};
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
    const edc_lockout_rules three = {3, 900, 600};
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
    const edc_lockout_rules none = {0, 900, 600}, many = {1000, 900, 600};
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

/* ---- bounded memory ---- */

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
    static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 127, 128, 1000, 2000};
    edc_ticket ticket;
    char account[32];

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        edc_lockout *table = new_table(sizes[i]);
        size_t known = 0, size = sizes[i] > 0 ? sizes[i] : 1;

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

/* ---- all at once ---- */

typedef struct race {
    edc_lockout *table;
    pthread_barrier_t start;
    atomic_int admitted, completions;
    atomic_int turn;
    const char *account;
    bool same; /* all guess the same */
} race;

static void *
guess_wrong(void *of)
{
    race *r = of;
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    edc_ticket ticket;
    char guess[32];
    uint32_t n;

    snprintf(guess, sizeof(guess), "guess %d",
        r->same ? 0 : atomic_fetch_add(&r->turn, 1));
    (void)pthread_barrier_wait(&r->start);
    if (edc_lockout_admit(r->table, &ten, edc_str_of(r->account),
            EDC_STR("stored"), edc_str_of(guess), NOW, &ticket) != EDC_EVALUATE)
        return NULL;
    atomic_fetch_add(&r->admitted, 1);
    n = edc_lockout_settle(
        r->table, &ten, &ticket, EDC_GUESS_WRONG, NOW, times);
    if (n > 0) {
        atomic_fetch_add(&r->completions, 1);
        if (n != 10)
            atomic_fetch_add(&r->completions, 100);
    }
    return NULL;
}

static void
run_race(race *r)
{
    pthread_t threads[RACERS];

    assert_int_equal(pthread_barrier_init(&r->start, NULL, RACERS), 0);
    for (int i = 0; i < RACERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, guess_wrong, r), 0);
    for (int i = 0; i < RACERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(pthread_barrier_destroy(&r->start), 0);
}

static void
of_64_at_once_ten_are_evaluated_and_one_completes(void **state)
{
    edc_lockout *table = new_table(1000);
    char account[32];

    (void)state;
    for (int round = 0; round < 30; round++) {
        race r = {.table = table, .account = account};

        snprintf(account, sizeof(account), "account %d", round);
        run_race(&r);
        assert_int_equal(r.admitted, 10);
        assert_int_equal(r.completions, 1);
        assert_int_equal(until(table, account, NOW), NOW + 600);
    }
    assert_int_equal(edc_lockout_evaluated(table), 30 * 10);
    assert_int_equal(edc_lockout_refused(table), 30 * (RACERS - 10));
    edc_lockout_free(table);
}

static void
of_64_the_same_one_is_counted(void **state)
{
    edc_lockout *table = new_table(1000);
    race r = {.table = table, .account = "a", .same = true};
    edc_ticket ticket;

    (void)state;
    run_race(&r);
    assert_in_range(r.admitted, 1, RACERS);
    assert_int_equal(r.completions, 0);
    assert_int_equal(ask(table, "a", "guess 0", NOW, &ticket), EDC_KNOWN_BAD);
    /* Nine more lock, so one was counted and no place was lost. */
    for (int i = 1; i < 10; i++) {
        char guess[32];

        snprintf(guess, sizeof(guess), "guess %d", i);
        assert_int_equal(miss(table, "a", guess, NOW), i < 9 ? 0 : 10);
    }
    edc_lockout_free(table);
}

/* Every operation at once, on more accounts than there is room for. */
static void *
mix(void *of)
{
    race *r = of;
    unsigned random = 1 + (unsigned)atomic_fetch_add(&r->turn, 1);
    int64_t times[EDC_LOCKOUT_FAILURES_MAX];
    char account[32], guess[32];
    edc_ticket ticket;

    (void)pthread_barrier_wait(&r->start);
    for (int i = 0; i < 500; i++) {
        random = random * 1103515245u + 12345u;
        snprintf(account, sizeof(account), "%u", random >> 16 & 255);
        snprintf(guess, sizeof(guess), "%u", random >> 8 & 15);
        if (ask(r->table, account, guess, NOW + i, &ticket) == EDC_EVALUATE) {
            atomic_fetch_add(&r->admitted, 1);
            (void)edc_lockout_settle(r->table, &ten, &ticket,
                (edc_outcome)(random >> 4 & 3) % 3, NOW + i, times);
        }
        if ((random >> 24 & 31) == 0)
            edc_lockout_forget(r->table, edc_str_of(account));
        (void)until(r->table, account, NOW + i);
    }
    return NULL;
}

static void
everything_at_once_loses_nothing(void **state)
{
    race r = {.table = new_table(130)};
    pthread_t threads[16];
    char account[32];

    (void)state;
    assert_int_equal(pthread_barrier_init(&r.start, NULL, 16), 0);
    for (int i = 0; i < 16; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, mix, &r), 0);
    for (int i = 0; i < 16; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(pthread_barrier_destroy(&r.start), 0);
    assert_int_equal(edc_lockout_evaluated(r.table), r.admitted);
    assert_int_equal(
        edc_lockout_evaluated(r.table) + edc_lockout_refused(r.table),
        16 * 500);
    /* No slot is left with a place that nobody will settle. */
    for (int i = 0; i < 256; i++) {
        snprintf(account, sizeof(account), "%d", i);
        lock_out(r.table, account, NOW + 100000);
    }
    edc_lockout_free(r.table);
}

/* ---- failures of others ---- */

static void
without_memory_there_is_no_table(void **state)
{
    (void)state;
    edc_lockout_free(NULL);
    /* The table, the digester, slots and buckets of two shards. */
    for (int i = 1; i <= 6; i++) {
        failing_calloc = i;
        assert_null(edc_lockout_new(128));
        assert_int_equal(failing_calloc, 0);
    }
    for (int i = 1; i <= 18; i++) {
        failing_mutex = i;
        assert_null(edc_lockout_new(128));
        assert_int_equal(failing_mutex, 0);
    }
    for (int i = 1; i <= 16; i++) {
        failing_context = i;
        assert_null(edc_lockout_new(128));
        assert_int_equal(failing_context, 0);
    }
    failing_fetch = 1;
    assert_null(edc_lockout_new(128));
    failing_random = 1;
    assert_null(edc_lockout_new(128));
}

/* Every call of the three digests of an admission, each in its turn. */
static void
without_digests_nothing_is_evaluated(void **state)
{
    static const struct {
        int *countdown;
        int calls;
    } steps[] = {{&failing_init, 3}, {&failing_update, 8}, {&failing_final, 3},
        {&short_final, 3}};
    edc_lockout *table = new_table(10);
    edc_ticket ticket;
    uint64_t refused = 0;

    (void)state;
    lock_out(table, "a", NOW);
    for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
        for (int i = 1; i <= steps[s].calls; i++) {
            *steps[s].countdown = i;
            assert_int_equal(
                ask(table, "b", "x", NOW, &ticket), EDC_LOCKED_OUT);
            assert_int_equal(*steps[s].countdown, 0);
            assert_int_equal(edc_lockout_refused(table), ++refused);
        }
    }
    assert_int_equal(ask(table, "b", "x", NOW, &ticket), EDC_EVALUATE);
    failing_final = 1;
    assert_int_equal(until(table, "a", NOW), 0);
    failing_final = 1;
    edc_lockout_forget(table, EDC_STR("a"));
    assert_int_equal(until(table, "a", NOW), NOW + 600);
    edc_lockout_free(table);
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
        cmocka_unit_test(what_is_under_way_never_gives_way),
        cmocka_unit_test(a_table_remembers_as_many_as_it_was_made_for),
        cmocka_unit_test(names_may_be_anything),
        cmocka_unit_test(keys_differ_and_nothing_is_kept_in_clear),
        cmocka_unit_test(of_64_at_once_ten_are_evaluated_and_one_completes),
        cmocka_unit_test(of_64_the_same_one_is_counted),
        cmocka_unit_test(everything_at_once_loses_nothing),
        cmocka_unit_test(without_memory_there_is_no_table),
        cmocka_unit_test(without_digests_nothing_is_evaluated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
