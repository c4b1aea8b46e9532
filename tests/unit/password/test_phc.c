/* test_phc.c - the PHC string of Argon2: what is read, what is written, what is
 * refused in every field.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/password/phc.h"

#define SALT "c29tZXNhbHQ" /* "somesalt" */
#define TAG "AAECAwQFBgcICQoLDA0ODw"
#define HEAD "$argon2id$v=19$"
#define COST "m=65536,t=2,p=1$"
#define A16 "AAAAAAAAAAAAAAAA" /* 12 zero bytes */
#define A64 A16 A16 A16 A16
/* 64 and 65 zero bytes */
#define BYTES_64 A64 A16 "AAAAAA"
#define BYTES_65 A64 A16 "AAAAAAA"

static bool
parses(const char *text)
{
    edc_phc phc;

    return edc_phc_parse(edc_str_of(text), &phc);
}

static void
every_field_is_read(void **state)
{
    edc_phc phc;

    (void)state;
    assert_true(edc_phc_parse(EDC_STR(HEAD COST SALT "$" TAG), &phc));
    assert_int_equal(phc.type, EDC_ARGON2ID);
    assert_int_equal(phc.version, 19);
    assert_int_equal(phc.memory, 65536);
    assert_int_equal(phc.time, 2);
    assert_int_equal(phc.parallelism, 1);
    assert_int_equal(phc.salt_len, 8);
    assert_memory_equal(phc.salt, "somesalt", 8);
    assert_int_equal(phc.tag_len, 16);
    for (size_t i = 0; i < 16; i++)
        assert_int_equal(phc.tag[i], i);
}

static void
variants_and_versions_are_read(void **state)
{
    edc_phc phc;

    (void)state;
    assert_true(
        edc_phc_parse(EDC_STR("$argon2i$v=16$" COST SALT "$" TAG), &phc));
    assert_int_equal(phc.type, EDC_ARGON2I);
    assert_int_equal(phc.version, 16);
    assert_true(edc_phc_parse(EDC_STR("$argon2d$" COST SALT "$" TAG), &phc));
    assert_int_equal(phc.type, EDC_ARGON2D);
    assert_int_equal(phc.version, 16);
}

static void
limits_are_taken(void **state)
{
    static const char *const texts[] = {
        HEAD "m=4294967295,t=4294967295,p=4294967295$" SALT "$" TAG,
        HEAD "m=0,t=0,p=0$" SALT "$" TAG,
        HEAD COST BYTES_64 "$" BYTES_64,
        HEAD COST SALT "$AAAAAA", /* 4 bytes */
        HEAD COST "AAAAAAAAAAAA$" TAG,
        HEAD COST SALT "$+/+/+/+/",
    };
    edc_phc phc;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (!edc_phc_parse(edc_str_of(texts[i]), &phc))
            fail_msg("refused: %s", texts[i]);
    }
    assert_memory_equal(phc.tag, "\xfb\xff\xbf\xfb\xff\xbf", 6);
}

static const char *const malformed[] = {
    "",
    "$",
    "argon2id$v=19$" COST SALT "$" TAG,
    "$argon2$v=19$" COST SALT "$" TAG,
    "$argon2x$v=19$" COST SALT "$" TAG,
    "$ARGON2ID$v=19$" COST SALT "$" TAG,
    "$argon2id",
    "$argon2id$",
    " " HEAD COST SALT "$" TAG,
    /* version */
    "$argon2id$v=$" COST SALT "$" TAG,
    "$argon2id$v=18$" COST SALT "$" TAG,
    "$argon2id$v=20$" COST SALT "$" TAG,
    "$argon2id$v=019$" COST SALT "$" TAG,
    "$argon2id$v=+19$" COST SALT "$" TAG,
    "$argon2id$v=0x13$" COST SALT "$" TAG,
    "$argon2id$v=4294967315$" COST SALT "$" TAG,
    "$argon2id$v=19" COST SALT "$" TAG,
    "$argon2id$v=19$v=19$" COST SALT "$" TAG,
    /* memory */
    HEAD "t=2,m=65536,p=1$" SALT "$" TAG,
    HEAD "m=,t=2,p=1$" SALT "$" TAG,
    HEAD "m=-1,t=2,p=1$" SALT "$" TAG,
    HEAD "m=+1,t=2,p=1$" SALT "$" TAG,
    HEAD "m= 1,t=2,p=1$" SALT "$" TAG,
    HEAD "m=01,t=2,p=1$" SALT "$" TAG,
    HEAD "m=00,t=2,p=1$" SALT "$" TAG,
    HEAD "m=4294967296,t=2,p=1$" SALT "$" TAG,
    HEAD "m=99999999999999999999999999,t=2,p=1$" SALT "$" TAG,
    HEAD "m=18446744073709551617,t=2,p=1$" SALT "$" TAG,
    HEAD "m=1e3,t=2,p=1$" SALT "$" TAG,
    HEAD "M=65536,t=2,p=1$" SALT "$" TAG,
    HEAD "m=65536" SALT "$" TAG,
    HEAD "m=65536",
    /* passes */
    HEAD "m=65536,t=,p=1$" SALT "$" TAG,
    HEAD "m=65536,t=-2,p=1$" SALT "$" TAG,
    HEAD "m=65536,t=02,p=1$" SALT "$" TAG,
    HEAD "m=65536,t=4294967296,p=1$" SALT "$" TAG,
    HEAD "m=65536;t=2,p=1$" SALT "$" TAG,
    HEAD "m=65536,p=1$" SALT "$" TAG,
    /* lanes */
    HEAD "m=65536,t=2,p=$" SALT "$" TAG,
    HEAD "m=65536,t=2,p=1 $" SALT "$" TAG,
    HEAD "m=65536,t=2,p=01$" SALT "$" TAG,
    HEAD "m=65536,t=2,p=4294967296$" SALT "$" TAG,
    HEAD "m=65536,t=2$" SALT "$" TAG,
    HEAD "m=65536,t=2,p=1,keyid=AAAA$" SALT "$" TAG,
    HEAD "m=65536,t=2,p=1,data=AAAA$" SALT "$" TAG,
    HEAD "m=65536,t=2,p=1",
    /* salt */
    HEAD COST "$" TAG,
    HEAD COST "c29tZXNhb$" TAG,
    HEAD COST "c29tZXNhbA$" TAG, /* 7 bytes */
    HEAD COST BYTES_65 "$" TAG,
    HEAD COST "c29tZXNhbHR$" TAG,   /* trailing bits */
    HEAD COST "AAAAAAAAAAAAA$" TAG, /* one character too many */
    HEAD COST "c29tZXNhbHQ=$" TAG,
    HEAD COST "c29tZXNhb*Q$" TAG,
    HEAD COST "c29tZXNhb-Q$" TAG,
    HEAD COST "c29tZXNh\nbHQ$" TAG,
    HEAD COST "c29tZXNhb\xc3\xa9$" TAG,
    HEAD COST SALT,
    /* tag */
    HEAD COST SALT "$",
    HEAD COST SALT "$AAAA", /* 3 bytes */
    HEAD COST SALT "$" BYTES_65,
    HEAD COST SALT "$AAAAAB", /* trailing bits */
    HEAD COST SALT "$AAAAA",
    HEAD COST SALT "$" TAG "==",
    HEAD COST SALT "$" TAG "$",
    HEAD COST SALT "$" TAG " ",
    HEAD COST SALT "$" TAG "\n",
};

static void
anything_else_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
        if (parses(malformed[i]))
            fail_msg("read: %s", malformed[i]);
    }
    assert_false(parses(HEAD COST SALT "$" TAG "\x01"));
    assert_false(edc_phc_parse((edc_str){NULL, 0}, &(edc_phc){0}));
}

/* A NUL is a byte like any other that does not belong there. */
static void
embedded_nul_is_refused(void **state)
{
    static const char whole[] = HEAD COST SALT "$" TAG;
    edc_phc phc;

    (void)state;
    for (size_t i = 0; i < sizeof(whole) - 1; i++) {
        char text[sizeof(whole)];

        memcpy(text, whole, sizeof(whole));
        text[i] = '\0';
        assert_false(edc_phc_parse((edc_str){text, sizeof(whole) - 1}, &phc));
    }
    assert_false(edc_phc_parse((edc_str){whole, sizeof(whole)}, &phc));
}

/* Cut anywhere, it is refused or is a shorter tag, never more than it is. */
static void
cut_strings_are_never_read_past_their_end(void **state)
{
    static const char whole[] = HEAD COST SALT "$" TAG;
    size_t tag_at = strlen(HEAD COST SALT "$");
    edc_phc phc;

    (void)state;
    for (size_t n = 0; n < sizeof(whole) - 1; n++) {
        if (edc_phc_parse((edc_str){whole, n}, &phc)) {
            assert_true(n >= tag_at + 6);
            assert_int_equal(phc.tag_len, (n - tag_at) * 3 / 4);
        }
    }
}

static void
what_is_written_is_read_again(void **state)
{
    static const edc_argon2 types[] = {EDC_ARGON2D, EDC_ARGON2I, EDC_ARGON2ID};
    char text[256];
    edc_phc in = {0}, out;

    (void)state;
    for (size_t n = 4; n <= EDC_PHC_TAG_MAX; n++) {
        size_t written;

        in.type = types[n % 3];
        in.version = n % 2 == 0 ? 16 : 19;
        in.memory = UINT32_MAX - (uint32_t)n;
        in.time = (uint32_t)n;
        in.parallelism = (uint32_t)n * 1000;
        in.salt_len = n < 8 ? 8 : n;
        in.tag_len = n;
        for (size_t i = 0; i < n; i++) {
            in.salt[i] = (unsigned char)(i * 37 + n);
            in.tag[i] = (unsigned char)(i * 101 + n);
        }
        written = edc_phc_format(&in, text, sizeof(text));
        assert_int_equal(written, strlen(text));
        assert_true(edc_phc_parse(edc_str_of(text), &out));
        assert_int_equal(out.type, in.type);
        assert_int_equal(out.version, in.version);
        assert_int_equal(out.memory, in.memory);
        assert_int_equal(out.time, in.time);
        assert_int_equal(out.parallelism, in.parallelism);
        assert_int_equal(out.salt_len, in.salt_len);
        assert_int_equal(out.tag_len, in.tag_len);
        assert_memory_equal(out.salt, in.salt, in.salt_len);
        assert_memory_equal(out.tag, in.tag, in.tag_len);
    }
}

static edc_phc
some(void)
{
    return (edc_phc){.type = EDC_ARGON2ID,
        .version = 19,
        .memory = 65536,
        .time = 2,
        .parallelism = 1,
        .salt = "somesalt",
        .salt_len = 8,
        .tag = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
        .tag_len = 16};
}

static void
text_is_canonical(void **state)
{
    static const char expected[] = HEAD COST SALT "$" TAG;
    char text[sizeof(expected)];
    edc_phc phc = some();

    (void)state;
    assert_int_equal(
        edc_phc_format(&phc, text, sizeof(text)), sizeof(expected) - 1);
    assert_string_equal(text, expected);
    for (size_t size = 0; size < sizeof(text); size++)
        assert_int_equal(edc_phc_format(&phc, text, size), 0);
}

static void
fields_out_of_range_are_not_written(void **state)
{
    char text[256];
    edc_phc bad[8];

    (void)state;
    for (size_t i = 0; i < 8; i++)
        bad[i] = some();
    bad[0].type = (edc_argon2)3;
    bad[1].version = 0;
    bad[2].version = 17;
    bad[3].version = 20;
    bad[4].salt_len = 7;
    bad[5].salt_len = EDC_PHC_SALT_MAX + 1;
    bad[6].tag_len = 3;
    bad[7].tag_len = EDC_PHC_TAG_MAX + 1;
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(edc_phc_format(&bad[i], text, sizeof(text)), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(variants_and_versions_are_read),
        cmocka_unit_test(limits_are_taken),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(embedded_nul_is_refused),
        cmocka_unit_test(cut_strings_are_never_read_past_their_end),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(text_is_canonical),
        cmocka_unit_test(fields_out_of_range_are_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
