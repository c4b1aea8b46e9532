/* test_claim.c - how often a telephone number may be tried. */
/* LDFLAGS: -Wl,--wrap=calloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/lockout/claim.h"
#include "steps/failing.h"

#define NOW INT64_C(1790000000)

static void
memory_runs_out_politely(void **state)
{
    (void)state;
    /* The claims, and of each table itself and its digester. */
    for (int call = 1; call <= 5; call++) {
        failing_calloc = call;
        assert_null(edc_claims_new(8));
        assert_int_equal(failing_calloc, 0);
    }
}

static const edc_claim_rules rules = {3, 60};

/* A try at a number that somebody has, or nobody. */
typedef enum answer { SAID, MISMATCH, JUDGED } answer;

static answer
try_number(edc_claims *claims, const char *number, bool known,
    edc_outcome outcome, int64_t now)
{
    edc_try one;
    bool may;

    if (!edc_claims_begin(claims, &rules, edc_str_of(number), now, &one))
        return SAID;
    may =
        edc_claims_go_on(claims, &rules, edc_str_of(number), known, now, &one);
    edc_claims_end(claims, &rules, &one, may ? outcome : EDC_GUESS_WRONG, now);
    return may ? JUDGED : MISMATCH;
}

static bool
try_at(edc_claims *claims, const char *number, edc_outcome outcome, int64_t now)
{
    return try_number(claims, number, true, outcome, now) == JUDGED;
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
    edc_try tickets[4];

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

/* Whatever else is tried in between, a number that somebody has is judged three
 * times; what is answered is the same for one that nobody has. */
static void
no_flood_gives_more_tries_or_tells(void **state)
{
    edc_claims *claims = edc_claims_new(64);
    char number[32];
    int judged = 0, said = 0;

    (void)state;
    assert_non_null(claims);
    for (int round = 0; round < 20; round++) {
        answer real =
            try_number(claims, "real", true, EDC_GUESS_WRONG, NOW + round);
        answer none =
            try_number(claims, "none", false, EDC_GUESS_WRONG, NOW + round);

        judged += real == JUDGED ? 1 : 0;
        said += real == SAID ? 1 : 0;
        assert_int_equal(real == SAID, none == SAID);
        for (int i = 0; i < (round < 10 ? 1000 : 0); i++) {
            snprintf(number, sizeof(number), "%d-%d", round, i);
            assert_int_not_equal(
                try_number(claims, number, false, EDC_GUESS_WRONG, NOW + round),
                SAID);
        }
    }
    assert_int_equal(judged, 3);
    assert_true(said >= 7);
    /* Who was not tried is judged. */
    assert_int_equal(
        try_number(claims, "other", true, EDC_GUESS_RIGHT, NOW + 20), JUDGED);
    assert_int_equal(
        try_number(claims, "real", true, EDC_GUESS_RIGHT, NOW + 120), JUDGED);
    edc_claims_free(claims);
}

/* As many numbers as a directory may have, three times each. */
static void
every_number_has_its_tries(void **state)
{
    enum { NUMBERS = 20000 };
    edc_claims *claims = edc_claims_new(64);
    int judged = 0;
    char number[32];

    (void)state;
    assert_non_null(claims);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < NUMBERS; i++) {
            snprintf(number, sizeof(number), "%d", i);
            judged += try_at(claims, number, EDC_GUESS_WRONG, NOW) ? 1 : 0;
        }
    }
    assert_int_equal(judged, 3 * NUMBERS);
    edc_claims_free(claims);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_and_no_more),
        cmocka_unit_test(success_clears_and_a_dropped_try_was_none),
        cmocka_unit_test(tries_under_way_count),
        cmocka_unit_test(no_flood_gives_more_tries_or_tells),
        cmocka_unit_test(every_number_has_its_tries),
        cmocka_unit_test(memory_runs_out_politely),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
