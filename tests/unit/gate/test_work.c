/* test_work.c - one visit to the gate: what is verified, what takes the time of
 * a hash, what is hashed anew; and the memory it is done in.
 */
/* LDFLAGS: -Wl,--wrap=argon2_ctx */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <argon2.h>
#include <cmocka.h>

#include "core/gate/work.h"

#define RIGHT EDC_STR("right password")
#define WRONG EDC_STR("wrong password")
#define SSHA EDC_STR("{SSHA}MTIzNDU2Nzg5MDEyMzQ1Njc4OTBzYWx0")
#define CRYPTED                                                                \
    EDC_STR("{CRYPT}$5$abcdefgh$"                                              \
            "1234567890123456789012345678901234567890123")

static const edc_cost now = {64, 2, 1}, former = {64, 1, 1}, more = {64, 4, 1},
                      ceiling = {128, 64, 1};

static uint64_t computed; /* KiB filled, passes counted */

int __real_argon2_ctx(argon2_context *ctx, argon2_type type);
int __wrap_argon2_ctx(argon2_context *ctx, argon2_type type);
int
__wrap_argon2_ctx(argon2_context *ctx, argon2_type type)
{
    computed += (uint64_t)ctx->m_cost * ctx->t_cost;
    return __real_argon2_ctx(ctx, type);
}

static char made[EDC_STORED_MAX];

static edc_str
hash_at(edc_cost cost)
{
    assert_true(edc_hash_make(RIGHT, cost, made, sizeof(made)));
    return edc_str_of(made);
}

/* Stands for slapd, which knows the other schemes. */
static bool
matches(edc_str stored, edc_str clear, edc_str prepared)
{
    (void)stored;
    (void)prepared;
    return edc_str_eq(clear, RIGHT);
}

static edc_work
a_bind(edc_str stored, edc_str password)
{
    return (edc_work){
        .stored = stored,
        .clear = password,
        .prepared = password,
        .cost = now,
        .ceiling = ceiling,
        .matches = matches,
        .verified = EDC_MISMATCH,
        .verify = true,
        .level = true,
        .renew = true,
    };
}

static void
run(edc_work *w)
{
    computed = 0;
    edc_work_run(&w->job);
}

static void
a_right_password_costs_its_hash(void **state)
{
    edc_work w = a_bind(hash_at(now), RIGHT);

    (void)state;
    run(&w);
    assert_int_equal(w.verified, EDC_MATCH);
    assert_string_equal(w.made, "");
    assert_int_equal(computed, 128);
}

static void
a_stale_hash_is_made_anew_when_it_matches(void **state)
{
    edc_work w = a_bind(hash_at(former), RIGHT);

    (void)state;
    run(&w);
    assert_int_equal(w.verified, EDC_MATCH);
    assert_int_equal(computed, 64 + 128);
    assert_false(edc_hash_stale(edc_str_of(w.made), now));
    assert_int_equal(
        edc_hash_verify(edc_str_of(w.made), RIGHT, ceiling), EDC_MATCH);
    w = a_bind(hash_at(former), RIGHT);
    w.renew = false;
    run(&w);
    assert_string_equal(w.made, "");
}

static void
a_costlier_hash_is_made_anew_only_when_told(void **state)
{
    edc_work w = a_bind(hash_at(more), RIGHT);

    (void)state;
    run(&w);
    assert_string_equal(w.made, "");
    assert_int_equal(computed, 256);
    w = a_bind(hash_at(more), RIGHT);
    w.lower = true;
    run(&w);
    assert_int_equal(computed, 256 + 128);
    assert_false(edc_hash_costlier(edc_str_of(w.made), now));
    w = a_bind(hash_at(now), RIGHT);
    w.lower = true;
    run(&w);
    assert_string_equal(w.made, "");
    w = a_bind(hash_at(more), WRONG);
    w.lower = true;
    run(&w);
    assert_string_equal(w.made, "");
}

/* Three binds and one to be had; nobody else takes one, least of all who
 * guesses. */
static void
so_many_are_made_anew_and_no_more(void **state)
{
    edc_bucket bucket = {.due = edc_times_now() - 1000000000};
    edc_str stored = hash_at(former);
    edc_work w;

    (void)state;
    for (int i = 0; i < 6; i++) {
        w = a_bind(i % 2 == 0 ? stored : SSHA, WRONG);
        w.bucket = &bucket;
        w.rate = 1;
        run(&w);
        assert_string_equal(w.made, "");
    }
    w = a_bind(stored, RIGHT);
    w.renew = false;
    w.bucket = &bucket;
    w.rate = 1;
    run(&w);
    assert_int_equal(bucket.none, 0);
    for (int i = 0; i < 3; i++) {
        w = a_bind(stored, RIGHT);
        w.bucket = &bucket;
        w.rate = 1;
        run(&w);
        assert_int_equal(w.verified, EDC_MATCH);
        assert_int_equal(w.made[0] != '\0', i == 0);
    }
    assert_int_equal(bucket.none, 2);
    w.bucket = NULL;
    run(&w);
    assert_true(w.made[0] != '\0');
}

/* A digest is taken to the gate for that alone: it is paid for before. */
static void
what_is_paid_for_is_made(void **state)
{
    edc_bucket bucket = {.due = edc_times_now() - 1000000000};
    edc_work first = a_bind(SSHA, RIGHT), second = first;

    (void)state;
    first.bucket = second.bucket = &bucket;
    first.rate = second.rate = 1;
    assert_true(edc_work_quick(&first));
    assert_true(edc_work_pay(&first));
    assert_false(edc_work_pay(&second));
    run(&first);
    assert_true(first.made[0] != '\0');
    second.bucket = NULL;
    assert_true(edc_work_pay(&second));
}

/* Wrong, unknown, locked, imported: the same work. */
static void
every_wrong_answer_takes_one_hash(void **state)
{
    edc_work wrong[] = {a_bind(hash_at(now), WRONG),
        a_bind((edc_str){NULL, 0}, WRONG), a_bind(SSHA, WRONG),
        a_bind(CRYPTED, WRONG)};

    (void)state;
    wrong[1].verify = false;
    for (size_t i = 0; i < 4; i++) {
        run(&wrong[i]);
        assert_int_equal(wrong[i].verified, EDC_MISMATCH);
        assert_int_equal(computed, 128);
        assert_string_equal(wrong[i].made, "");
    }
    /* What is refused without being compared, even the right one. */
    wrong[0] = a_bind(hash_at(now), RIGHT);
    wrong[0].verify = false;
    run(&wrong[0]);
    assert_int_equal(wrong[0].verified, EDC_MISMATCH);
    assert_int_equal(computed, 128);
}

/* A right one that is to look like a wrong one. */
static void
alike_takes_one_hash_as_well(void **state)
{
    edc_work right[] = {a_bind(hash_at(now), RIGHT), a_bind(SSHA, RIGHT),
        a_bind(CRYPTED, RIGHT)};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        right[i].renew = false;
        right[i].alike = true;
        (void)edc_work_quick(&right[i]);
        assert_false(edc_work_is_over(&right[i]));
        run(&right[i]);
        assert_int_equal(right[i].verified, EDC_MATCH);
        assert_int_equal(computed, 128);
        assert_string_equal(right[i].made, "");
    }
    right[0] = a_bind(hash_at(former), RIGHT);
    right[0].renew = false;
    right[0].alike = true;
    run(&right[0]);
    assert_int_equal(computed, 128);
}

static void
a_cheaper_hash_is_made_up_for_and_a_costlier_is_not(void **state)
{
    edc_work w = a_bind(hash_at(former), WRONG);

    (void)state;
    run(&w);
    assert_int_equal(computed, 128);
    w = a_bind(hash_at(more), WRONG);
    run(&w);
    assert_int_equal(computed, 256);
    w = a_bind(hash_at(more), WRONG);
    w.verify = false;
    run(&w);
    assert_int_equal(computed, 256);
}

static void
nothing_over_the_ceiling_is_computed(void **state)
{
    edc_work w = a_bind(hash_at((edc_cost){256, 1, 1}), RIGHT);

    (void)state;
    run(&w);
    assert_int_equal(w.verified, EDC_TOO_COSTLY);
    assert_int_equal(computed, 0);
}

static void
digests_are_compared_at_once_and_slow_hashes_are_not(void **state)
{
    edc_work w = a_bind(SSHA, RIGHT);

    (void)state;
    w.renew = false;
    assert_false(edc_work_is_over(&w));
    assert_true(edc_work_quick(&w));
    assert_int_equal(w.verified, EDC_MATCH);
    assert_true(edc_work_is_over(&w));
    w.renew = true;
    assert_false(edc_work_is_over(&w));
    run(&w);
    assert_int_equal(computed, 128);
    assert_true(w.made[0] != '\0');
    w = a_bind(SSHA, WRONG);
    assert_true(edc_work_quick(&w));
    assert_int_equal(w.verified, EDC_MISMATCH);
    assert_false(edc_work_is_over(&w));
    run(&w);
    assert_int_equal(computed, 128);
    w = a_bind(CRYPTED, RIGHT);
    assert_false(edc_work_quick(&w));
    w = a_bind(hash_at(now), RIGHT);
    assert_false(edc_work_quick(&w));
    run(&w);
    assert_int_equal(w.verified, EDC_MATCH);
}

/* Which takes as long as the way to the gate and back, and not twice that where
 * the answer is to take a hash's time. */
static void
a_hash_that_costs_next_to_nothing_is_compared_at_once(void **state)
{
    static const edc_cost costs[] = {{EDC_WORK_QUICK, 1, 1}, {8, 8, 1},
        {EDC_WORK_QUICK + 1, 1, 1}, {8, 9, 1}, {32, 1, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
        bool quick = i < 2;
        edc_work w = a_bind(hash_at(costs[i]), RIGHT);
        uint64_t at_once;

        w.renew = false;
        w.ceiling.parallelism = 2;
        assert_int_equal(edc_work_quick(&w), quick);
        assert_int_equal(edc_work_is_over(&w), quick);
        run(&w);
        assert_int_equal(w.verified, EDC_MATCH);
        w = a_bind(hash_at(costs[i]), WRONG);
        w.ceiling.parallelism = 2;
        computed = 0;
        assert_int_equal(edc_work_quick(&w), quick);
        at_once = computed;
        assert_int_equal(at_once, quick ? EDC_WORK_QUICK : 0);
        assert_false(edc_work_is_over(&w));
        run(&w);
        assert_int_equal(w.verified, EDC_MISMATCH);
        assert_in_range(at_once + computed, 128 - 8, 128 + 8);
    }
}

static void
a_hash_is_made_when_it_is_asked_for(void **state)
{
    edc_work w = {.prepared = RIGHT, .cost = now, .make = true};

    (void)state;
    run(&w);
    assert_int_equal(
        edc_hash_verify(edc_str_of(w.made), RIGHT, ceiling), EDC_MATCH);
}

/* Several values are tried until one matches, each under the ceiling. */
static void
several_hashes_are_tried_in_turn(void **state)
{
    char right[EDC_STORED_MAX], wrong[EDC_STORED_MAX], over[EDC_STORED_MAX];
    edc_str others[3];
    edc_work w;

    (void)state;
    assert_true(edc_hash_make(RIGHT, now, right, sizeof(right)));
    assert_true(edc_hash_make(WRONG, now, wrong, sizeof(wrong)));
    assert_true(
        edc_hash_make(RIGHT, (edc_cost){256, 1, 1}, over, sizeof(over)));
    for (int i = 0; i < 3; i++)
        others[i] = edc_str_of(i == 0 ? over : i == 1 ? right : wrong);
    w = (edc_work){.stored = edc_str_of(wrong),
        .others = others,
        .n_others = 3,
        .prepared = RIGHT,
        .ceiling = ceiling,
        .verify = true};
    run(&w);
    assert_int_equal(w.verified, EDC_MATCH);
    assert_int_equal(w.tried, 3);
    assert_int_equal(computed, 2 * 128);
    w.prepared = EDC_STR("neither");
    run(&w);
    assert_int_equal(w.verified, EDC_MISMATCH);
    assert_int_equal(w.tried, 4);
    assert_int_equal(computed, 3 * 128);
    w.prepared = WRONG;
    run(&w);
    assert_int_equal(w.verified, EDC_MATCH);
    assert_int_equal(w.tried, 1);
}

/* ---- the memory ---- */

static void
a_lent_block_is_used_and_left_all_zero(void **state)
{
    edc_block block = {NULL, 0, 0};
    edc_work w = a_bind(hash_at(now), RIGHT);
    const unsigned char *p;

    (void)state;
    assert_true(edc_block_fit(&block, 64 * 1024));
    p = block.p;
    edc_hash_lend(&block);
    run(&w);
    edc_hash_lend(NULL);
    assert_int_equal(w.verified, EDC_MATCH);
    for (size_t i = 0; i < block.mapped; i++)
        assert_int_equal(p[i], 0);
    edc_block_free(&block);
    assert_null(block.p);
}

static void
a_block_that_is_too_small_is_left_alone(void **state)
{
    edc_block block = {NULL, 0, 0};
    edc_work w = a_bind(hash_at(now), RIGHT);

    (void)state;
    assert_true(edc_block_fit(&block, 8 * 1024));
    memset(block.p, 0x5a, 8 * 1024);
    edc_hash_lend(&block);
    run(&w);
    edc_hash_lend(NULL);
    assert_int_equal(w.verified, EDC_MATCH);
    for (size_t i = 0; i < 8 * 1024; i++)
        assert_int_equal(((unsigned char *)block.p)[i], 0x5a);
    edc_block_free(&block);
}

static void
a_block_follows_its_size(void **state)
{
    edc_block block = {NULL, 0, 0};
    void *before;

    (void)state;
    assert_true(edc_block_fit(&block, 100));
    before = block.p;
    assert_true(edc_block_fit(&block, 100));
    assert_ptr_equal(block.p, before);
    assert_true(edc_block_fit(&block, (size_t)5 << 20));
    assert_true(block.mapped >= (size_t)5 << 20);
    assert_false(edc_block_fit(&block, SIZE_MAX));
    assert_null(block.p);
    assert_false(edc_block_fit(&block, 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_password_costs_its_hash),
        cmocka_unit_test(a_stale_hash_is_made_anew_when_it_matches),
        cmocka_unit_test(a_costlier_hash_is_made_anew_only_when_told),
        cmocka_unit_test(so_many_are_made_anew_and_no_more),
        cmocka_unit_test(what_is_paid_for_is_made),
        cmocka_unit_test(every_wrong_answer_takes_one_hash),
        cmocka_unit_test(alike_takes_one_hash_as_well),
        cmocka_unit_test(a_cheaper_hash_is_made_up_for_and_a_costlier_is_not),
        cmocka_unit_test(nothing_over_the_ceiling_is_computed),
        cmocka_unit_test(digests_are_compared_at_once_and_slow_hashes_are_not),
        cmocka_unit_test(a_hash_that_costs_next_to_nothing_is_compared_at_once),
        cmocka_unit_test(a_hash_is_made_when_it_is_asked_for),
        cmocka_unit_test(several_hashes_are_tried_in_turn),
        cmocka_unit_test(a_lent_block_is_used_and_left_all_zero),
        cmocka_unit_test(a_block_that_is_too_small_is_left_alone),
        cmocka_unit_test(a_block_follows_its_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
