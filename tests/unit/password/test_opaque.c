/* test_opaque.c - preparation of passwords: OpaqueString of RFC 8265. */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=u32_normalize */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uninorm.h>

#include "core/password/opaque.h"
#include "core/password/points.h"
#include "steps/failing.h"

/* The n-th call from now fails, 0 none. */
static int failing_normalize;

uint32_t *__real_u32_normalize(
    uninorm_t nf, const uint32_t *s, size_t n, uint32_t *out, size_t *length);
uint32_t *__wrap_u32_normalize(
    uninorm_t nf, const uint32_t *s, size_t n, uint32_t *out, size_t *length);
uint32_t *
__wrap_u32_normalize(
    uninorm_t nf, const uint32_t *s, size_t n, uint32_t *out, size_t *length)
{
    return is_the_one(&failing_normalize)
               ? NULL
               : __real_u32_normalize(nf, s, n, out, length);
}

static void
expect(edc_str in, edc_str expected)
{
    edc_buf out, again;

    assert_int_equal(edc_opaque_prepare(in, &out), EDC_OPAQUE_OK);
    assert_int_equal(out.n, expected.n);
    assert_memory_equal(out.p, expected.p, expected.n);
    assert_int_equal(out.p[out.n], '\0');
    assert_int_equal(
        edc_opaque_prepare(edc_buf_str(&out), &again), EDC_OPAQUE_OK);
    assert_true(edc_str_eq(edc_buf_str(&again), edc_buf_str(&out)));
    edc_buf_wipe(&again);
    edc_buf_wipe(&out);
}

static void
expect_failure(edc_str in, edc_opaque failure)
{
    edc_buf out = {(char *)"x", 1};

    assert_int_equal(edc_opaque_prepare(in, &out), failure);
    assert_null(out.p);
    assert_int_equal(out.n, 0);
}

/* RFC 8265 section 4.3: the table of legal passwords, and the two that are
 * not. */
static void
examples_of_the_rfc(void **state)
{
    (void)state;
    expect(EDC_STR("correct horse battery staple"),
        EDC_STR("correct horse battery staple"));
    expect(EDC_STR("Correct Horse Battery Staple"),
        EDC_STR("Correct Horse Battery Staple"));
    expect(EDC_STR("\xcf\x80\xc3\x9f\xc3\xa5"),
        EDC_STR("\xcf\x80\xc3\x9f\xc3\xa5"));
    expect(EDC_STR("Jack of \xe2\x99\xa6s"), EDC_STR("Jack of \xe2\x99\xa6s"));
    expect(EDC_STR("foo\xe1\x9a\x80"
                   "bar"),
        EDC_STR("foo bar"));
    expect_failure(EDC_STR(""), EDC_OPAQUE_EMPTY);
    expect_failure((edc_str){NULL, 0}, EDC_OPAQUE_EMPTY);
    expect_failure(EDC_STR("my cat is a \x09"
                           "by"),
        EDC_OPAQUE_INVALID);
}

static void
accents_compose(void **state)
{
    (void)state;
    expect(EDC_STR("Rose-Tr\xc3\xa9mi\xc3\xa8re"),
        EDC_STR("Rose-Tr\xc3\xa9mi\xc3\xa8re"));
    expect(EDC_STR("Rose-Tre\xcc\x81mie\xcc\x80re"),
        EDC_STR("Rose-Tr\xc3\xa9mi\xc3\xa8re"));
    /* c cedilla, i diaeresis, o circumflex, ae and oe stay as they are */
    expect(EDC_STR("c\xcc\xa7i\xcc\x88o\xcc\x82\xc3\xa6\xc5\x93"),
        EDC_STR("\xc3\xa7\xc3\xaf\xc3\xb4\xc3\xa6\xc5\x93"));
    /* marks in another order: dot below, circumflex */
    expect(EDC_STR("a\xcc\x82\xcc\xa3"), EDC_STR("\xe1\xba\xad"));
    expect(EDC_STR("a\xcc\xa3\xcc\x82"), EDC_STR("\xe1\xba\xad"));
    /* Angstrom and Ohm signs are letters */
    expect(EDC_STR("\xe2\x84\xab\xe2\x84\xa6"), EDC_STR("\xc3\x85\xce\xa9"));
}

static void
nothing_else_changes(void **state)
{
    (void)state;
    expect(EDC_STR("ABCdef"), EDC_STR("ABCdef"));
    expect(EDC_STR("  two  spaces  "), EDC_STR("  two  spaces  "));
    expect(EDC_STR("\xf0\x9f\x8c\xb9\xf0\x9f\x90\x88"),
        EDC_STR("\xf0\x9f\x8c\xb9\xf0\x9f\x90\x88"));
    /* compatibility forms keep their shape: fi ligature, full-width A */
    expect(EDC_STR("\xef\xac\x81\xef\xbc\xa1\xc2\xb2"),
        EDC_STR("\xef\xac\x81\xef\xbc\xa1\xc2\xb2"));
}

static void
every_space_is_the_space(void **state)
{
    static const char *const spaces[] = {" ", "\xc2\xa0", "\xe1\x9a\x80",
        "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
        "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87",
        "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xaf",
        "\xe2\x81\x9f", "\xe3\x80\x80"};

    (void)state;
    for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
        char text[16];

        snprintf(text, sizeof(text), "un%sdeux", spaces[i]);
        expect(edc_str_of(text), EDC_STR("un deux"));
    }
}

static void
invalid_values_are_refused(void **state)
{
    static const edc_str invalid[] = {{"\xff", 1}, {"caf\xe9", 4}, {"a\xc3", 2},
        {"\xc0\x80", 2}, {"\xed\xa0\x80", 3}, {"\xf4\x90\x80\x80", 4},
        {"a\0b", 3}, {"\0", 1}, {"a\nb", 3}, {"a\rb", 3}, {"\x7f", 1},
        {"\xc2\x85", 2}, {"\xe2\x80\x8b", 3},
        {"\xef\xbb\xbf"
         "abc",
            6},
        {"\xe2\x80\xae", 3}, {"\xee\x80\x80", 3}, {"\xe1\x84\x80", 3},
        {"\xf4\x8f\xbf\xbf", 4},
        {"a\xc2\xb7"
         "b",
            4}};

    (void)state;
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
        expect_failure(invalid[i], EDC_OPAQUE_INVALID);
}

/* U+0387 is allowed, but composes to the middle dot, which is only allowed
 * between two l: what comes out must itself be allowed. */
static void
results_are_judged_as_well(void **state)
{
    (void)state;
    expect_failure(EDC_STR("a\xce\x87"
                           "b"),
        EDC_OPAQUE_INVALID);
    expect(EDC_STR("l\xce\x87l"), EDC_STR("l\xc2\xb7l"));
}

static void
length_in_bytes_is_bounded(void **state)
{
    static char million[1 << 20];
    edc_buf out;

    (void)state;
    memset(million, 'a', sizeof(million));
    expect_failure((edc_str){million, sizeof(million)}, EDC_OPAQUE_TOO_LONG);
    expect_failure((edc_str){million, EDC_OPAQUE_MAX + 1}, EDC_OPAQUE_TOO_LONG);
    assert_int_equal(
        edc_opaque_prepare((edc_str){million, EDC_OPAQUE_MAX}, &out),
        EDC_OPAQUE_OK);
    assert_int_equal(out.n, EDC_OPAQUE_MAX);
    edc_buf_wipe(&out);
    memset(million, 0xff, sizeof(million));
    expect_failure((edc_str){million, sizeof(million)}, EDC_OPAQUE_TOO_LONG);
    /* U+0958 takes three bytes, and six when normalised */
    for (size_t i = 0; i + 3 <= EDC_OPAQUE_MAX; i += 3)
        memcpy(million + i, "\xe0\xa5\x98", 3);
    expect_failure(
        (edc_str){million, EDC_OPAQUE_MAX / 3 * 3}, EDC_OPAQUE_TOO_LONG);
}

/* One at a time, each code point comes out as something that stays, or not at
 * all. */
static void
every_code_point_stays(void **state)
{
    size_t prepared = 0;

    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char text[EDC_POINT_MAX];
        edc_buf once, twice;
        edc_str in;

        if (c == 0xd800)
            c = 0xe000;
        in = (edc_str){text, edc_points_put(c, text)};
        if (edc_opaque_prepare(in, &once) != EDC_OPAQUE_OK)
            continue;
        if (edc_opaque_prepare(edc_buf_str(&once), &twice) != EDC_OPAQUE_OK ||
            !edc_str_eq(edc_buf_str(&once), edc_buf_str(&twice)))
            fail_msg("U+%04X does not stay", c);
        edc_buf_wipe(&once);
        edc_buf_wipe(&twice);
        prepared++;
    }
    assert_true(prepared > 100000 && prepared < 0x10ffff - 0x20000);
}

#define ACUTE "\xc3\xa9"

/* What is ASCII alone goes a shorter way, to where it comes to beside a letter
 * that is not. */
static void
ascii_alone_is_prepared_as_among_others(void **state)
{
    (void)state;
    for (int first = 0; first < 0x80; first++) {
        for (int second = 0; second < 0x80; second++) {
            char text[] = {(char)first, (char)second, ACUTE[0], ACUTE[1]};
            edc_buf alone, among;
            edc_opaque result = edc_opaque_prepare((edc_str){text, 4}, &among);

            assert_int_equal(
                edc_opaque_prepare((edc_str){text, 2}, &alone), result);
            if (result != EDC_OPAQUE_OK)
                continue;
            assert_int_equal(alone.n + 2, among.n);
            assert_memory_equal(alone.p, among.p, alone.n);
            edc_buf_wipe(&alone);
            edc_buf_wipe(&among);
        }
    }
}

static void
memory_may_run_out(void **state)
{
    (void)state;
    failing_calloc = 1;
    expect_failure(EDC_STR("abc"), EDC_OPAQUE_NO_MEMORY);
    failing_calloc = 1;
    expect_failure(EDC_STR("\xc3\xa9"), EDC_OPAQUE_NO_MEMORY);
    failing_calloc = 2;
    expect_failure(EDC_STR("\xc3\xa9"), EDC_OPAQUE_NO_MEMORY);
    failing_normalize = 1;
    expect_failure(EDC_STR("\xc3\xa9"), EDC_OPAQUE_NO_MEMORY);
    assert_int_equal(failing_calloc + failing_normalize, 0);
}

static void
length_counts_characters(void **state)
{
    (void)state;
    assert_int_equal(edc_opaque_length((edc_str){NULL, 0}), 0);
    assert_int_equal(edc_opaque_length(EDC_STR("abc")), 3);
    assert_int_equal(edc_opaque_length(EDC_STR("\xc3\xa9t\xc3\xa9")), 3);
    assert_int_equal(edc_opaque_length(EDC_STR("\xf0\x9f\x8c\xb9")), 1);
    assert_int_equal(edc_opaque_length(EDC_STR("e\xcc\x81")), 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_rfc),
        cmocka_unit_test(accents_compose),
        cmocka_unit_test(nothing_else_changes),
        cmocka_unit_test(every_space_is_the_space),
        cmocka_unit_test(invalid_values_are_refused),
        cmocka_unit_test(results_are_judged_as_well),
        cmocka_unit_test(length_in_bytes_is_bounded),
        cmocka_unit_test(every_code_point_stays),
        cmocka_unit_test(ascii_alone_is_prepared_as_among_others),
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(length_counts_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
