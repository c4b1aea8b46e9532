/* test_watch.c - addresses that only guess. */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=pthread_mutex_init */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <pthread.h>

#include "core/lockout/watch.h"
#include "steps/failing.h"

#define NOW INT64_C(5000)

static int failing_mutex;

int __real_pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *);
int __wrap_pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *);
int
__wrap_pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a)
{
    if (is_the_one(&failing_mutex))
        return 11;
    return __real_pthread_mutex_init(m, a);
}

static edc_watch_line line;

static bool
send(edc_watch *w, const char *address, const char *name, bool right,
    int64_t now)
{
    return edc_watch_note(w, address, edc_str_of(name), right, now, &line);
}

/* n passwords for n names, a second for each hundred; how many lines. */
static int
send_many(edc_watch *w, const char *address, int n, bool right, int64_t now)
{
    char name[32];
    int told = 0;

    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof(name), "name %d", i);
        told += send(w, address, name, right, now + i / 100) ? 1 : 0;
    }
    return told;
}

static void
addresses_are_read(void **state)
{
    static const struct {
        const char *peer, *address;
    } rows[] = {{"IP=192.0.2.7:389", "192.0.2.7"},
        {"IP=[2001:db8::7]:40000", "2001:db8::7"}, {"IP=[::1]:1", "::1"},
        {"IP=192.0.2.7", "192.0.2.7"}, {"IP=[::1", "::1"}, {"IP=", ""},
        {"PATH=/run/slapd/ldapi", ""}, {"", ""}, {NULL, ""},
        {"IP=01234567890123456789012345678901234567890123456789:1", ""}};
    char out[EDC_WATCH_ADDRESS];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        edc_watch_address(rows[i].peer, out);
        assert_string_equal(out, rows[i].address);
    }
}

/* The tenth is told of, then a line a minute with all that came since. */
static void
a_guesser_is_told_of_once_a_minute(void **state)
{
    edc_watch *w = edc_watch_new();

    (void)state;
    assert_non_null(w);
    assert_int_equal(send_many(w, "192.0.2.7", 9, false, NOW), 0);
    assert_true(send(w, "192.0.2.7", "name 1", false, NOW + 3));
    assert_string_equal(line.address, "192.0.2.7");
    assert_int_equal(line.wrong, 10);
    assert_int_equal(line.names, 9);
    assert_int_equal(line.right, 0);
    assert_int_equal(line.seconds, 3);
    assert_int_equal(send_many(w, "192.0.2.7", 5000, false, NOW + 4), 0);
    assert_true(send(w, "192.0.2.7", "x", false, NOW + 63));
    assert_int_equal(line.wrong, 5001);
    assert_int_equal(line.names, EDC_WATCH_NAMES);
    assert_int_equal(line.seconds, 60);
    assert_int_equal(send_many(w, "192.0.2.7", 60000, false, NOW + 64), 10);
    assert_int_equal(edc_watch_told(w), 12);
    edc_watch_free(w);
}

/* Portals and schools behind one address send right ones too. */
static void
who_sends_right_ones_is_not_told_of(void **state)
{
    edc_watch *w = edc_watch_new();

    (void)state;
    assert_non_null(w);
    assert_int_equal(send_many(w, "192.0.2.1", 1000, true, NOW), 0);
    assert_int_equal(send_many(w, "192.0.2.1", 2000, false, NOW + 60), 0);
    /* Nor on a quiet night after a busy day. */
    assert_int_equal(
        send_many(w, "192.0.2.1", 500, false, NOW + 86400 + 7200), 0);
    /* A class: everybody mistypes it, and then does not. */
    for (int i = 0; i < 30; i++) {
        assert_int_equal(send_many(w, "192.0.2.2", 2, false, NOW + i), 0);
        assert_false(send(w, "192.0.2.2", "x", true, NOW + i));
    }
    /* One's own account does not hide that others' are guessed at. */
    assert_false(send(w, "192.0.2.3", "own", true, NOW));
    assert_int_equal(send_many(w, "192.0.2.3", 40, false, NOW), 1);
    assert_int_equal(line.right, 1);
    /* No address, nothing to tell. */
    assert_int_equal(send_many(w, "", 100, false, NOW), 0);
    edc_watch_free(w);
}

static void
counts_fade(void **state)
{
    edc_watch *w = edc_watch_new();

    (void)state;
    assert_non_null(w);
    for (int day = 0; day < 20; day++)
        assert_int_equal(
            send_many(w, "192.0.2.4", 4, false, NOW + day * 86400LL), 0);
    assert_int_equal(send_many(w, "192.0.2.5", 200, true, NOW), 0);
    assert_int_equal(
        send_many(w, "192.0.2.5", 20, false, NOW + 30 * 86400LL), 1);
    /* A clock that goes back, should there be one. */
    assert_int_equal(send_many(w, "192.0.2.6", 10, false, NOW), 1);
    assert_int_equal(send_many(w, "192.0.2.6", 10, false, NOW - 4000), 1);
    edc_watch_free(w);
}

/* More addresses than there is room for: whoever goes on is told of. */
static void
a_crowd_hides_nobody(void **state)
{
    edc_watch *w = edc_watch_new();
    edc_watch_line lines[4];
    char address[EDC_WATCH_ADDRESS];
    int told = 0;

    (void)state;
    assert_non_null(w);
    for (int i = 0; i < 100000; i++) {
        snprintf(address, sizeof(address), "2001:db8::%x", i);
        assert_false(send(w, address, "x", false, NOW + i / 1000));
        if (i % 1000 == 0)
            told += send(w, "192.0.2.9", "y", false, NOW + i / 1000) ? 1 : 0;
    }
    assert_in_range(told, 1, 3);
    assert_int_equal(edc_watch_list(w, NOW + 100, lines, 4), 1);
    assert_string_equal(lines[0].address, "192.0.2.9");
    assert_int_equal(edc_watch_list(w, NOW + 100, lines, 0), 0);
    assert_int_equal(edc_watch_list(w, NOW + 9999, lines, 4), 0);
    edc_watch_free(w);
}

static void
memory_runs_out_politely(void **state)
{
    (void)state;
    failing_calloc = 1;
    assert_null(edc_watch_new());
    failing_mutex = 300;
    assert_null(edc_watch_new());
    edc_watch_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read),
        cmocka_unit_test(a_guesser_is_told_of_once_a_minute),
        cmocka_unit_test(who_sends_right_ones_is_not_told_of),
        cmocka_unit_test(counts_fade),
        cmocka_unit_test(a_crowd_hides_nobody),
        cmocka_unit_test(memory_runs_out_politely),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
