/* test_claim.c - how often a telephone number may be tried. */
/* LDFLAGS: -Wl,--wrap=calloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim.h"

#define NOW INT64_C(1790000000)

/* The call to calloc() that fails, counted from now; 0: none. */
static int failing_calloc;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
    if (failing_calloc > 0 && --failing_calloc == 0)
        return NULL;
    return __real_calloc(n, size);
}

static void
memory_runs_out_politely(void **state)
{
    (void)state;
    for (int call = 1; call <= 2; call++) {
        failing_calloc = call;
        assert_null(edc_claims_new(8));
        failing_calloc = 0;
    }
}

static const edc_claim_rules rules = {3, 60};

static bool
try_at(edc_claims *claims, const char *number, edc_outcome outcome, int64_t now)
{
    edc_ticket ticket;

    if (!edc_claims_begin(claims, &rules, edc_str_of(number), now, &ticket))
        return false;
    edc_claims_end(claims, &rules, &ticket, outcome, now);
    return true;
}

static void
so_many_and_no_more(void **state)
{
    edc_claims *claims = edc_claims_new(8);

    (void)state;
    assert_non_null(claims);
    for (int i = 0; i < 3; i++)
        assert_true(try_at(claims, "06", EDC_GUESS_WRONG, NOW));
    assert_false(try_at(claims, "06", EDC_GUESS_RIGHT, NOW));
    assert_false(try_at(claims, "06", EDC_GUESS_RIGHT, NOW + 59));
    assert_true(try_at(claims, "07", EDC_GUESS_WRONG, NOW));
    assert_true(try_at(claims, "06", EDC_GUESS_RIGHT, NOW + 60));
    edc_claims_free(claims);
}

static void
success_clears_and_a_dropped_try_was_none(void **state)
{
    edc_claims *claims = edc_claims_new(8);

    (void)state;
    assert_non_null(claims);
    for (int round = 0; round < 3; round++) {
        assert_true(try_at(claims, "06", EDC_GUESS_WRONG, NOW));
        assert_true(try_at(claims, "06", EDC_GUESS_WRONG, NOW));
        assert_true(try_at(claims, "06", EDC_GUESS_RIGHT, NOW));
    }
    for (int i = 0; i < 10; i++)
        assert_true(try_at(claims, "06", EDC_GUESS_DROPPED, NOW));
    edc_claims_free(claims);
}

static void
tries_under_way_count(void **state)
{
    edc_claims *claims = edc_claims_new(8);
    edc_ticket tickets[4];

    (void)state;
    assert_non_null(claims);
    for (int i = 0; i < 3; i++)
        assert_true(
            edc_claims_begin(claims, &rules, EDC_STR("06"), NOW, &tickets[i]));
    assert_false(
        edc_claims_begin(claims, &rules, EDC_STR("06"), NOW, &tickets[3]));
    edc_claims_end(claims, &rules, &tickets[0], EDC_GUESS_DROPPED, NOW);
    assert_true(
        edc_claims_begin(claims, &rules, EDC_STR("06"), NOW, &tickets[0]));
    for (int i = 0; i < 3; i++)
        edc_claims_end(claims, &rules, &tickets[i], EDC_GUESS_WRONG, NOW);
    assert_false(try_at(claims, "06", EDC_GUESS_WRONG, NOW));
    edc_claims_free(claims);
    edc_claims_free(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_and_no_more),
        cmocka_unit_test(success_clears_and_a_dropped_try_was_none),
        cmocka_unit_test(tries_under_way_count),
        cmocka_unit_test(memory_runs_out_politely),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
