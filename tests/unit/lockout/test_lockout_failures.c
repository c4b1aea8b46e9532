/* test_lockout_failures.c - the lock-out when memory or OpenSSL fails. */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=realloc,--wrap=RAND_bytes */
/* LDFLAGS: -Wl,--wrap=EVP_MAC_fetch */
/* LDFLAGS: -Wl,--wrap=EVP_MAC_CTX_new,--wrap=EVP_MAC_init */
/* LDFLAGS: -Wl,--wrap=EVP_MAC_update,--wrap=EVP_MAC_final */
/* LDFLAGS: -Wl,--wrap=pthread_mutex_init */
#include "lockout/lockout_steps.h"
#include "steps/failing.h"

#include <pthread.h>

#include <openssl/evp.h>

/* ---- making calls fail: the n-th from now, 0 none ---- */

static int failing_realloc, failing_random, failing_fetch, failing_context,
    failing_init, failing_update, failing_final, short_final, failing_mutex;

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
    failing_final = 1;
    assert_int_equal(
        edc_lockout_date(table, &ten, EDC_STR("c"), NOW - 7, NOW, NOW), NOW);
    failing_final = 2;
    edc_lockout_pretend(table, &ten, EDC_STR("d"), EDC_STR("x"), NOW);
    assert_int_equal(failing_final, 0);
    assert_int_equal(edc_lockout_remembered(table, &ten, NOW), 2);
    edc_lockout_free(table);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_there_is_no_table),
        cmocka_unit_test(without_memory_nothing_is_evaluated),
        cmocka_unit_test(without_digests_nothing_is_evaluated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
