/* test_times.c - how long things took, counted; and so many a second, no
 * more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "core/gate/bucket.h"
#include "core/gate/times.h"

#define MILLISECOND INT64_C(1000000)
#define SECOND INT64_C(1000000000)
#define THREADS 8
#define EACH 5000

/* ---- times ---- */

static uint64_t
counted(const edc_times *times)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < EDC_TIMES_BUCKETS; i++)
        n += times->bucket[i];
    return n;
}

static void
each_time_has_its_bucket(void **state)
{
    static const struct {
        int64_t took;
        unsigned bucket;
    } cases[] = {
        {INT64_MIN, 0},
        {-1, 0},
        {0, 0},
        {MILLISECOND - 1, 0},
        {MILLISECOND, 1},
        {2 * MILLISECOND - 1, 1},
        {2 * MILLISECOND, 2},
        {1000 * MILLISECOND, 10},
        {1024 * MILLISECOND - 1, 10},
        {1024 * MILLISECOND, 11},
        {32768 * MILLISECOND - 1, 15},
        {32768 * MILLISECOND, 16},
        {INT64_MAX, 16},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        edc_times times = {.total = 0};

        edc_times_add(&times, cases[i].took);
        assert_int_equal(times.bucket[cases[i].bucket], 1);
        assert_int_equal(counted(&times), 1);
        assert_int_equal(
            times.total, cases[i].took < 0 ? 0 : (uint64_t)cases[i].took);
    }
}

static void
bounds_double(void **state)
{
    (void)state;
    assert_int_equal(edc_times_bound(0), 1);
    for (unsigned i = 1; i + 1 < EDC_TIMES_BUCKETS; i++)
        assert_int_equal(edc_times_bound(i), 2 * edc_times_bound(i - 1));
    assert_int_equal(edc_times_bound(EDC_TIMES_BUCKETS - 1), UINT32_MAX);
}

static void
the_clock_goes_on(void **state)
{
    int64_t before = edc_times_now(), after = edc_times_now();

    (void)state;
    assert_true(before > 0 && after >= before);
}

static edc_times shared_times;

static void *
add_many(void *arg)
{
    (void)arg;
    for (int i = 0; i < EACH; i++)
        edc_times_add(&shared_times, i * MILLISECOND);
    return NULL;
}

static void
run_threads(void *(*run)(void *))
{
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void
threads_count_together(void **state)
{
    (void)state;
    run_threads(add_many);
    assert_int_equal(counted(&shared_times), THREADS * EACH);
    assert_int_equal(shared_times.total,
        (uint64_t)THREADS * EACH * (EACH - 1) / 2 * MILLISECOND);
}

/* ---- so many a second ---- */

/* Takes until there is none; how many there were. */
static unsigned
empty(edc_bucket *bucket, uint32_t rate, int64_t now)
{
    unsigned n = 0;

    while (edc_bucket_take(bucket, rate, now))
        n++;
    return n;
}

/* A rush gets a second's worth, and then what the time gives. */
static void
a_rush_is_bounded(void **state)
{
    static const uint32_t rates[] = {1, 2, 3, 7, 10, 250, 999, 1000, 100000};

    (void)state;
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        edc_bucket bucket = {.due = 0};
        uint32_t rate = rates[i];
        int64_t now = 100 * SECOND;

        assert_int_equal(empty(&bucket, rate, now), rate);
        assert_int_equal(bucket.none, 1);
        assert_int_equal(empty(&bucket, rate, now + SECOND / rate / 2), 0);
        assert_int_equal(empty(&bucket, rate, now + SECOND / rate), 1);
        assert_int_equal(bucket.none, 3);
    }
}

/* Over ten seconds, asked more often than it gives. */
static void
a_rate_is_kept(void **state)
{
    static const uint32_t rates[] = {1, 3, 20, 400};

    (void)state;
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        edc_bucket bucket = {.due = 0};
        unsigned n = 0;

        for (int64_t t = 0; t < 10 * SECOND; t += MILLISECOND)
            n += edc_bucket_take(&bucket, rates[i], 50 * SECOND + t);
        assert_in_range(n, 10 * rates[i], 11 * rates[i]);
    }
}

/* A night's pause gives no more than a second's worth. */
static void
a_pause_is_not_saved_up(void **state)
{
    edc_bucket bucket = {.due = 0};

    (void)state;
    assert_int_equal(empty(&bucket, 5, 100 * SECOND), 5);
    assert_int_equal(empty(&bucket, 5, 90000 * SECOND), 5);
    assert_int_equal(empty(&bucket, 5, 90000 * SECOND + SECOND / 2), 2);
}

/* cn=config may set another rate between two takes. */
static void
the_rate_may_change(void **state)
{
    edc_bucket bucket = {.due = 0};

    (void)state;
    assert_int_equal(empty(&bucket, 2, 100 * SECOND), 2);
    assert_int_equal(empty(&bucket, 100, 100 * SECOND), 0);
    assert_int_equal(empty(&bucket, 100, 100 * SECOND + SECOND / 4), 25);
    assert_int_equal(empty(&bucket, 1, 101 * SECOND), 0);
    assert_int_equal(empty(&bucket, 1, 102 * SECOND), 1);
}

static edc_bucket shared_bucket;
static _Atomic unsigned taken;

static void *
take_many(void *arg)
{
    (void)arg;
    for (int i = 0; i < EACH; i++)
        taken += edc_bucket_take(&shared_bucket, 1000, 100 * SECOND);
    return NULL;
}

static void
threads_get_no_more_together(void **state)
{
    (void)state;
    run_threads(take_many);
    assert_int_equal(taken, 1000);
    assert_int_equal(shared_bucket.none, THREADS * EACH - 1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_time_has_its_bucket),
        cmocka_unit_test(bounds_double),
        cmocka_unit_test(the_clock_goes_on),
        cmocka_unit_test(threads_count_together),
        cmocka_unit_test(a_rush_is_bounded),
        cmocka_unit_test(a_rate_is_kept),
        cmocka_unit_test(a_pause_is_not_saved_up),
        cmocka_unit_test(the_rate_may_change),
        cmocka_unit_test(threads_get_no_more_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
