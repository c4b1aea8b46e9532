/* test_hash.c - Argon2id hashes: known answers, those of stock tools, the
 * ceiling, what fails.
 */
/* LDFLAGS: -Wl,--wrap=RAND_bytes,--wrap=argon2_ctx */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <argon2.h>
#include <cmocka.h>
#include <openssl/rand.h>

#include "core/password/hash.h"

static const edc_cost small = {64, 1, 1};
static const edc_cost ceiling = {
    EDC_CEILING_MEMORY, EDC_CEILING_TIME, EDC_CEILING_PARALLELISM};

#define HEAD "{ARGON2}$argon2id$v=19$"
#define REST "$c29tZXNhbHQ$AAECAwQFBgcICQoLDA0ODw"

/* ---- what is computed is counted, and can be made to fail ---- */

static bool no_random;
static unsigned computed;
static argon2_context last;

int __real_RAND_bytes(unsigned char *out, int n);
int __wrap_RAND_bytes(unsigned char *out, int n);
int
__wrap_RAND_bytes(unsigned char *out, int n)
{
    return no_random ? 0 : __real_RAND_bytes(out, n);
}

int __real_argon2_ctx(argon2_context *ctx, argon2_type type);
int __wrap_argon2_ctx(argon2_context *ctx, argon2_type type);
int
__wrap_argon2_ctx(argon2_context *ctx, argon2_type type)
{
    computed++;
    last = *ctx;
    return __real_argon2_ctx(ctx, type);
}

#if SIZE_MAX > UINT32_MAX
/* libargon2 counts in 32 bits; on a machine that has no more there is no such
 * password. */
static const edc_str too_long = {"x", (size_t)UINT32_MAX + 1};
#endif

static edc_verify
verify(const char *stored, const char *password)
{
    return edc_hash_verify(edc_str_of(stored), edc_str_of(password), ceiling);
}

/* ---- known answers ---- */

/* The example of RFC 9106 section 5.3, with its secret and associated data:
 * the linked library computes the standard's function. */
static void
library_computes_the_standard(void **state)
{
    static const unsigned char expected[32] = {0x0d, 0x64, 0x0d, 0xf5, 0x8d,
        0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9, 0xd0,
        0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b,
        0x01, 0xe6, 0x59};
    unsigned char password[32], salt[16], secret[8], data[12], tag[32];
    argon2_context ctx = {.out = tag,
        .outlen = 32,
        .pwd = password,
        .pwdlen = 32,
        .salt = salt,
        .saltlen = 16,
        .secret = secret,
        .secretlen = 8,
        .ad = data,
        .adlen = 12,
        .t_cost = 3,
        .m_cost = 32,
        .lanes = 4,
        .threads = 1,
        .version = ARGON2_VERSION_13};

    (void)state;
    memset(password, 1, sizeof(password));
    memset(salt, 2, sizeof(salt));
    memset(secret, 3, sizeof(secret));
    memset(data, 4, sizeof(data));
    assert_int_equal(argon2_ctx(&ctx, Argon2_id), ARGON2_OK);
    assert_memory_equal(tag, expected, 32);
}

/* "password" and "somesalt", as the reference implementation's argon2 -r
 * prints them. */
static void
known_answers_match(void **state)
{
    static const char *const stored[] = {
        "{ARGON2}$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
        "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "{ARGON2}$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ"
        "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "{ARGON2}$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ"
        "$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
        "{ARGON2}$argon2i$v=16$m=65536,t=2,p=1$c29tZXNhbHQ"
        "$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
        "{ARGON2}$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ"
        "$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ",
        "{ARGON2}$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ"
        "$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
        "{ARGON2}$argon2d$v=19$m=64,t=3,p=3$c29tZXNhbHQ"
        "$7I/Vv4jr3qLmBT7z3dZ7A8a8fWEiGoXoj2XogrWF+Xo",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(stored) / sizeof(stored[0]); i++) {
        assert_int_equal(verify(stored[i], "password"), EDC_MATCH);
        assert_int_equal(verify(stored[i], "passwore"), EDC_MISMATCH);
    }
}

/* Made by argon2(1) and by slappasswd(8) with slapd's own argon2 module. */
static void
hashes_of_stock_tools_match(void **state)
{
    static const char *const stored[] = {
        "{ARGON2}$argon2id$v=19$m=64,t=2,p=1$c2l4dGVlbmJ5dGVzbHQh"
        "$9YoKb0Miz5fweRFKqLn3epaadcXfDGbelAINB8ysPgo",
        "{ARGON2}$argon2i$v=16$m=64,t=3,p=2$c2FsdHNhbHQ"
        "$5G7yAZIiazGWtEQHuobMYg",
        "{ARGON2}$argon2d$v=19$m=32,t=1,p=4$c2FsdHNhbHRzYWx0c2FsdA"
        "$VpouwAPolWupC/4+nP6qD+gZ49drvmHjIhTeUUv+UFdi5aBl/LE+hJnBVhSX8i0+ZONE"
        "c9cKIOk06KFdRSLMbQ",
        "{argon2}$argon2i$v=19$m=4096,t=3,p=1$i5Cv09VoYx84vGTcenV2MQ"
        "$qwE9nVYBo2pFuAm4ci3tKXWDSd94iUkVX/nL2qudZX0",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(stored) / sizeof(stored[0]); i++) {
        assert_int_equal(
            verify(stored[i], "Rose-Tr\xc3\xa9mi\xc3\xa8re-42"), EDC_MATCH);
        assert_int_equal(verify(stored[i], "Rose-Tremiere-42"), EDC_MISMATCH);
        assert_int_equal(verify(stored[i], ""), EDC_MISMATCH);
    }
}

/* ---- making ---- */

static void
made_hashes_verify_here_and_elsewhere(void **state)
{
    static const edc_cost costs[] = {
        {64, 1, 1}, {64, 3, 1}, {128, 1, 4}, {19456, 2, 1}};
    char stored[EDC_STORED_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
        char head[64];

        assert_true(edc_hash_make(
            EDC_STR("Rose-Tremiere-42"), costs[i], stored, sizeof(stored)));
        snprintf(head, sizeof(head), HEAD "m=%u,t=%u,p=%u$", costs[i].memory,
            costs[i].time, costs[i].parallelism);
        assert_memory_equal(stored, head, strlen(head));
        assert_int_equal(verify(stored, "Rose-Tremiere-42"), EDC_MATCH);
        assert_int_equal(verify(stored, "rose-Tremiere-42"), EDC_MISMATCH);
        assert_int_equal(
            argon2id_verify(stored + 8, "Rose-Tremiere-42", 16), ARGON2_OK);
    }
}

static void
each_hash_has_its_own_salt(void **state)
{
    char stored[32][EDC_STORED_MAX];

    (void)state;
    for (size_t i = 0; i < 32; i++) {
        assert_true(
            edc_hash_make(EDC_STR("x"), small, stored[i], EDC_STORED_MAX));
        assert_int_equal(last.saltlen, 16);
        assert_int_equal(last.outlen, 32);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(stored[i], stored[j]);
    }
}

static void
long_and_odd_passwords_hash(void **state)
{
    static char million[1 << 20];
    char stored[EDC_STORED_MAX];

    (void)state;
    memset(million, 'a', sizeof(million));
    assert_true(edc_hash_make(
        (edc_str){million, sizeof(million)}, small, stored, sizeof(stored)));
    assert_int_equal(edc_hash_verify(edc_str_of(stored),
                         (edc_str){million, sizeof(million)}, ceiling),
        EDC_MATCH);
    assert_int_equal(edc_hash_verify(edc_str_of(stored),
                         (edc_str){million, sizeof(million) - 1}, ceiling),
        EDC_MISMATCH);
    assert_true(edc_hash_make(EDC_STR("a\0b"), small, stored, sizeof(stored)));
    assert_int_equal(verify(stored, "a"), EDC_MISMATCH);
    assert_int_equal(
        edc_hash_verify(edc_str_of(stored), EDC_STR("a\0b"), ceiling),
        EDC_MATCH);
    assert_true(
        edc_hash_make((edc_str){NULL, 0}, small, stored, sizeof(stored)));
    assert_int_equal(verify(stored, ""), EDC_MATCH);
}

static void
nothing_is_made_when_something_fails(void **state)
{
    static const edc_cost invalid[] = {
        {64, 0, 1}, {64, 1, 0}, {7, 1, 1}, {15, 1, 2}, {64, 1, 0x1000000}};
    char stored[EDC_STORED_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
        stored[0] = 'x';
        assert_false(edc_cost_valid(invalid[i]));
        assert_false(edc_hash_make(
            EDC_STR("password"), invalid[i], stored, sizeof(stored)));
        assert_string_equal(stored, "");
    }
    no_random = true;
    assert_false(
        edc_hash_make(EDC_STR("password"), small, stored, sizeof(stored)));
    no_random = false;
    assert_string_equal(stored, "");
    for (size_t size = 0; size <= 90; size++) {
        memset(stored, 'x', sizeof(stored));
        assert_false(edc_hash_make(EDC_STR("password"), small, stored, size));
        assert_true(size == 0 || stored[0] == '\0');
        assert_int_equal(stored[size], 'x');
    }
#if SIZE_MAX > UINT32_MAX
    assert_false(edc_hash_make(too_long, small, stored, sizeof(stored)));
    assert_string_equal(stored, "");
#endif
}

/* ---- the ceiling ---- */

static void
costs_over_the_ceiling_are_not_computed(void **state)
{
    static const char *const costly[] = {
        HEAD "m=2097152,t=4,p=1" REST,
        HEAD "m=262145,t=1,p=1" REST,
        HEAD "m=8,t=17,p=1" REST,
        HEAD "m=4294967295,t=4294967295,p=4294967295" REST,
        HEAD "m=256,t=1,p=9" REST,
        HEAD "m=0,t=17,p=0" REST,
    };

    (void)state;
    computed = 0;
    for (size_t i = 0; i < sizeof(costly) / sizeof(costly[0]); i++)
        assert_int_equal(verify(costly[i], "password"), EDC_TOO_COSTLY);
    assert_int_equal(computed, 0);
    assert_int_equal(
        verify(HEAD "m=8,t=16,p=1" REST, "password"), EDC_MISMATCH);
    assert_int_equal(
        verify(HEAD "m=64,t=1,p=8" REST, "password"), EDC_MISMATCH);
    assert_int_equal(computed, 2);
}

static void
each_figure_has_its_ceiling(void **state)
{
    const edc_cost b = {10, 20, 30};

    (void)state;
    assert_false(edc_cost_exceeds(b, b));
    assert_false(edc_cost_exceeds((edc_cost){0, 0, 0}, b));
    assert_true(edc_cost_exceeds((edc_cost){11, 20, 30}, b));
    assert_true(edc_cost_exceeds((edc_cost){10, 21, 30}, b));
    assert_true(edc_cost_exceeds((edc_cost){10, 20, 31}, b));
    assert_true(edc_cost_valid((edc_cost){8, 1, 1}));
    assert_true(edc_cost_valid((edc_cost){0x7fffff8, 1, 0xffffff}));
    assert_true(edc_cost_valid((edc_cost){UINT32_MAX, UINT32_MAX, 1}));
}

/* ---- what is no hash ---- */

static void
malformed_values_are_not_computed(void **state)
{
    static const char *const values[] = {"", "{ARGON2}", "{ARGON2", "password",
        "{SSHA}$argon2id$v=19$m=64,t=1,p=1" REST,
        "$argon2id$v=19$m=64,t=1,p=1" REST, "{ARGON2}{ARGON2}", HEAD,
        HEAD "m=64,t=1,p=1" REST "=", " " HEAD "m=64,t=1,p=1" REST,
        /* within the ceiling, but libargon2 cannot */
        HEAD "m=0,t=1,p=1" REST, HEAD "m=64,t=0,p=1" REST,
        HEAD "m=64,t=1,p=0" REST, HEAD "m=63,t=1,p=8" REST};

    (void)state;
    computed = 0;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        assert_int_equal(verify(values[i], "password"), EDC_MALFORMED);
    assert_int_equal(
        edc_hash_verify((edc_str){NULL, 0}, EDC_STR("password"), ceiling),
        EDC_MALFORMED);
    assert_int_equal(computed, 0);
}

static void
trailing_nul_bytes_are_ignored(void **state)
{
    char stored[EDC_STORED_MAX] = "";
    edc_cost cost;

    (void)state;
    assert_true(
        edc_hash_make(EDC_STR("password"), small, stored, sizeof(stored)));
    for (size_t n = strlen(stored); n <= strlen(stored) + 3; n++) {
        memset(stored + strlen(stored), 0, 4);
        assert_int_equal(
            edc_hash_verify((edc_str){stored, n}, EDC_STR("password"), ceiling),
            EDC_MATCH);
        assert_true(edc_hash_cost((edc_str){stored, n}, &cost));
    }
    assert_int_equal(edc_hash_verify(EDC_STR("\0\0\0"), EDC_STR(""), ceiling),
        EDC_MALFORMED);
}

static void
failure_of_the_library_is_no_mismatch(void **state)
{
    char stored[EDC_STORED_MAX];

    (void)state;
    assert_true(
        edc_hash_make(EDC_STR("password"), small, stored, sizeof(stored)));
#if SIZE_MAX > UINT32_MAX
    assert_int_equal(edc_hash_verify(edc_str_of(stored), too_long, ceiling),
        EDC_HASH_FAILED);
#endif
    assert_int_equal(
        edc_hash_verify(edc_str_of(stored), (edc_str){NULL, 4}, ceiling),
        EDC_HASH_FAILED);
}

/* ---- the work of an answer that needs none ---- */

static void
spending_computes_one_hash_of_that_cost(void **state)
{
    (void)state;
    computed = 0;
    edc_hash_spend(EDC_STR("password"), (edc_cost){128, 3, 2});
    assert_int_equal(computed, 1);
    assert_int_equal(last.m_cost, 128);
    assert_int_equal(last.t_cost, 3);
    assert_int_equal(last.lanes, 2);
    assert_int_equal(last.threads, 1);
    assert_int_equal(last.pwdlen, 8);
    edc_hash_spend((edc_str){NULL, 0}, small);
    assert_int_equal(computed, 2);
}

/* ---- reading costs ---- */

static void
costs_are_read(void **state)
{
    edc_cost cost = {0, 0, 0};

    (void)state;
    assert_true(edc_hash_cost(EDC_STR(HEAD "m=2097152,t=4,p=7" REST), &cost));
    assert_int_equal(cost.memory, 2097152);
    assert_int_equal(cost.time, 4);
    assert_int_equal(cost.parallelism, 7);
    assert_false(edc_hash_cost(EDC_STR("{SSHA}abcd"), &cost));
    assert_false(edc_hash_cost((edc_str){NULL, 0}, &cost));
}

static void
stale_hashes_are_told_apart(void **state)
{
    const edc_cost wanted = {19456, 2, 1};
    static const struct {
        const char *stored;
        bool stale;
    } rows[] = {
        {HEAD "m=19456,t=2,p=1" REST, false},
        {HEAD "m=65536,t=2,p=1" REST, false},
        {HEAD "m=38912,t=1,p=1" REST, false},
        {HEAD "m=19456,t=3,p=4" REST, false},
        {HEAD "m=4294967295,t=4294967295,p=1" REST, false},
        {HEAD "m=19455,t=2,p=1" REST, true},
        {HEAD "m=19455,t=99,p=1" REST, true},
        {HEAD "m=19456,t=1,p=1" REST, true},
        {HEAD "m=38911,t=1,p=1" REST, true},
        {"{ARGON2}$argon2i$v=19$m=65536,t=3,p=1" REST, true},
        {"{ARGON2}$argon2d$v=19$m=65536,t=3,p=1" REST, true},
        {"{ARGON2}$argon2id$v=16$m=65536,t=3,p=1" REST, true},
        {"{ARGON2}$argon2id$m=65536,t=3,p=1" REST, true},
        {"{SSHA}OEcQMyjVPaXyZ5/OANdRnsPwqn9zYWx0MTIzNA==", true},
        {"", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(
            edc_hash_stale(edc_str_of(rows[i].stored), wanted), rows[i].stale);
}

/* What is costlier is not stale, what is made now is neither. */
static void
costlier_hashes_are_told_apart(void **state)
{
    const edc_cost wanted = {19456, 2, 1};
    static const struct {
        const char *stored;
        bool costlier;
    } rows[] = {
        {HEAD "m=19456,t=2,p=1" REST, false},
        {HEAD "m=19456,t=2,p=4" REST, false},
        {HEAD "m=19456,t=3,p=1" REST, true},
        {HEAD "m=19457,t=2,p=1" REST, true},
        {HEAD "m=38912,t=1,p=1" REST, true},
        {HEAD "m=4294967295,t=4294967295,p=1" REST, true},
        {HEAD "m=65536,t=1,p=1" REST, true},
        {HEAD "m=19455,t=99,p=1" REST, false},
        {HEAD "m=19456,t=1,p=1" REST, false},
        {"{ARGON2}$argon2i$v=19$m=65536,t=3,p=1" REST, false},
        {"{ARGON2}$argon2id$v=16$m=65536,t=3,p=1" REST, false},
        {"{SSHA}OEcQMyjVPaXyZ5/OANdRnsPwqn9zYWx0MTIzNA==", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        edc_str stored = edc_str_of(rows[i].stored);

        assert_int_equal(edc_hash_costlier(stored, wanted), rows[i].costlier);
        assert_false(rows[i].costlier && edc_hash_stale(stored, wanted));
    }
}

static void
what_is_left_to_do_adds_up(void **state)
{
    const edc_cost now = {65536, 2, 1}, old = {19456, 2, 1}, more = {1, 1, 1};
    edc_cost rest = edc_cost_rest(old, now);

    (void)state;
    assert_int_equal(
        edc_cost_work(old) + edc_cost_work(rest), edc_cost_work(now));
    assert_true(edc_cost_valid(rest));
    rest = edc_cost_rest(now, now);
    assert_true(edc_cost_valid(rest) && edc_cost_work(rest) <= 16);
    rest = edc_cost_rest(now, old);
    assert_true(edc_cost_valid(rest) && edc_cost_work(rest) <= 16);
    assert_true(edc_cost_valid(edc_cost_rest(more, (edc_cost){8, 1, 1})));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(library_computes_the_standard),
        cmocka_unit_test(known_answers_match),
        cmocka_unit_test(hashes_of_stock_tools_match),
        cmocka_unit_test(made_hashes_verify_here_and_elsewhere),
        cmocka_unit_test(each_hash_has_its_own_salt),
        cmocka_unit_test(long_and_odd_passwords_hash),
        cmocka_unit_test(nothing_is_made_when_something_fails),
        cmocka_unit_test(costs_over_the_ceiling_are_not_computed),
        cmocka_unit_test(each_figure_has_its_ceiling),
        cmocka_unit_test(malformed_values_are_not_computed),
        cmocka_unit_test(trailing_nul_bytes_are_ignored),
        cmocka_unit_test(failure_of_the_library_is_no_mismatch),
        cmocka_unit_test(spending_computes_one_hash_of_that_cost),
        cmocka_unit_test(costs_are_read),
        cmocka_unit_test(stale_hashes_are_told_apart),
        cmocka_unit_test(costlier_hashes_are_told_apart),
        cmocka_unit_test(what_is_left_to_do_adds_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
