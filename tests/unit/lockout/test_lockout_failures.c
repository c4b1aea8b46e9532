/* test_lockout_failures.c - the lock-out when memory or OpenSSL fails. */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=realloc,--wrap=RAND_bytes */
/* LDFLAGS: -Wl,--wrap=pthread_mutex_init */
#include "lockout/lockout_steps.h"
#include "steps/failing.h"

#include <pthread.h>

/* ---- making calls fail: the n-th from now, 0 none ---- */

static int failing_realloc, failing_random, failing_mutex;

void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *
__wrap_realloc(void *old, size_t size)
{
    return is_the_one(&failing_realloc) ? NULL : __real_realloc(old, size);
}

int __real_RAND_bytes(unsigned char *out, int n);
int __wrap_RAND_bytes(unsigned char *out, int n);
int
__wrap_RAND_bytes(unsigned char *out, int n)
{
    return is_the_one(&failing_random) ? 0 : __real_RAND_bytes(out, n);
}

int __real_pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *);
int __wrap_pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *);
int
__wrap_pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a)
{
    return is_the_one(&failing_mutex) ? 11 : __real_pthread_mutex_init(m, a);
}

static void
without_memory_there_is_no_table(void **state)
{
    (void)state;
    edc_lockout_free(NULL);
    /* The table, the digester. */
    for (int i = 1; i <= 2; i++) {
        failing_calloc = i;
        assert_null(edc_lockout_new(128));
        assert_int_equal(failing_calloc, 0);
    }
    for (int i = 1; i <= 2; i++) {
        failing_mutex = i;
        assert_null(edc_lockout_new(128));
        assert_int_equal(failing_mutex, 0);
    }
    failing_random = 1;
    assert_null(edc_lockout_new(128));
}

/* What cannot be counted is not evaluated, and nothing is lost by it. */
static void
without_memory_nothing_is_evaluated(void **state)
{
    edc_lockout *table = new_table(0);
    edc_ticket ticket;

    (void)state;
    failing_calloc = 1;
    assert_int_equal(ask(table, "a", "x", NOW, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(failing_calloc, 0);
    failing_realloc = 1;
    assert_int_equal(ask(table, "a", "x", NOW, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(failing_realloc, 0);
    assert_int_equal(edc_lockout_remembered(table, &ten, NOW), 0);
    miss_times(table, "a", 4, NOW);
    failing_realloc = 1;
    assert_int_equal(ask(table, "a", "x", NOW, &ticket), EDC_LOCKED_OUT);
    assert_int_equal(edc_lockout_remembered(table, &ten, NOW), 1);
    lock_out(table, "b", NOW);
    /* A stored lock is still judged, and only not remembered. */
    failing_calloc = 1;
    assert_int_equal(
        edc_lockout_date(table, &ten, EDC_STR("c"), NOW + 9999, NOW, NOW), NOW);
    failing_calloc = 1;
    assert_int_equal(
        edc_lockout_date(table, &ten, EDC_STR("c"), NOW - 7, NOW, NOW),
        NOW - 7);
    assert_int_equal(edc_lockout_remembered(table, &ten, NOW), 2);
    edc_lockout_free(table);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_there_is_no_table),
        cmocka_unit_test(without_memory_nothing_is_evaluated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
