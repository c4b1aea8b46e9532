/* test_verified.c - the cache of verified passwords: what it knows, and what
 * makes it forget.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <pthread.h>

#include "core/gate/verified.h"

#define NOW 1000000
#define TTL 60

static const edc_verified_id portal = {
    {"uid=ent", 7}, {"{ARGON2}$a", 10}, {"17", 2}};

static bool
ask(edc_verified *cache, edc_verified_id id, const char *password, int64_t now)
{
    return edc_verified_ask(cache, &id, edc_str_of(password), now);
}

static void
keep(edc_verified *cache, edc_verified_id id, const char *password)
{
    edc_verified_keep(cache, &id, edc_str_of(password), NOW);
}

static void
it_knows_the_password_that_was_verified(void **state)
{
    edc_verified *cache = edc_verified_new(10, TTL);

    (void)state;
    assert_non_null(cache);
    assert_false(ask(cache, portal, "secret", NOW));
    keep(cache, portal, "secret");
    assert_true(ask(cache, portal, "secret", NOW));
    assert_false(ask(cache, portal, "secreT", NOW));
    assert_false(ask(cache, portal, "secret ", NOW));
    assert_false(ask(cache, portal, "", NOW));
    assert_true(ask(cache, portal, "secret", NOW));
    assert_int_equal(edc_verified_hits(cache), 2);
    assert_int_equal(edc_verified_misses(cache), 4);
    edc_verified_free(cache);
}

/* Bytes that move from one field to the next are another question. */
static void
any_change_of_what_is_stored_is_another_question(void **state)
{
    edc_verified *cache = edc_verified_new(10, TTL);
    const edc_verified_id others[] = {
        {{"uid=enT", 7}, {"{ARGON2}$a", 10}, {"17", 2}},
        {{"uid=ent", 7}, {"{ARGON2}$b", 10}, {"17", 2}},
        {{"uid=ent", 7}, {"{ARGON2}$a", 10}, {"18", 2}},
        {{"uid=ent", 7}, {"{ARGON2}$a1", 11}, {"7", 1}},
        {{"uid=en", 6}, {"t{ARGON2}$a", 11}, {"17", 2}},
        {{"uid=ent", 7}, {"{ARGON2}$a", 10}, {NULL, 0}},
    };

    (void)state;
    keep(cache, portal, "secret");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(ask(cache, others[i], "secret", NOW));
    assert_true(ask(cache, portal, "secret", NOW));
    edc_verified_free(cache);
}

static void
it_forgets_in_time_and_when_told(void **state)
{
    edc_verified *cache = edc_verified_new(10, TTL);

    (void)state;
    keep(cache, portal, "secret");
    assert_true(ask(cache, portal, "secret", NOW + TTL - 1));
    assert_false(ask(cache, portal, "secret", NOW + TTL));
    assert_false(ask(cache, portal, "secret", NOW));
    keep(cache, portal, "secret");
    edc_verified_forget(cache, EDC_STR("uid=other"));
    assert_true(ask(cache, portal, "secret", NOW));
    edc_verified_forget(cache, portal.name);
    assert_false(ask(cache, portal, "secret", NOW));
    edc_verified_free(cache);
}

static edc_verified_id
number(char name[16], unsigned i)
{
    edc_verified_id id = portal;

    snprintf(name, 16, "uid=%u", i);
    id.name = edc_str_of(name);
    return id;
}

/* However many names there are, it holds what it has room for, the later
 * ones first. */
static void
its_memory_is_bounded(void **state)
{
    edc_verified *cache = edc_verified_new(64, TTL);
    unsigned known = 0;
    char name[16];

    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        keep(cache, number(name, i), "secret");
        assert_true(ask(cache, number(name, i), "secret", NOW));
    }
    for (unsigned i = 0; i < 1000; i++)
        known += ask(cache, number(name, i), "secret", NOW);
    assert_int_equal(known, 64);
    assert_true(ask(cache, number(name, 999), "secret", NOW));
    edc_verified_free(cache);
}

static void *
use(void *arg)
{
    char name[16];

    for (unsigned i = 0; i < 5000; i++) {
        edc_verified_id id = number(name, i % 50);

        if (i % 7 == 0)
            edc_verified_forget(arg, id.name);
        else if (!ask(arg, id, "secret", NOW))
            keep(arg, id, "secret");
        assert_false(ask(arg, id, "other", NOW));
    }
    return NULL;
}

static void
threads_share_it(void **state)
{
    edc_verified *cache = edc_verified_new(20, TTL);
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use, cache), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    edc_verified_free(cache);
    edc_verified_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_knows_the_password_that_was_verified),
        cmocka_unit_test(any_change_of_what_is_stored_is_another_question),
        cmocka_unit_test(it_forgets_in_time_and_when_told),
        cmocka_unit_test(its_memory_is_bounded),
        cmocka_unit_test(threads_share_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
