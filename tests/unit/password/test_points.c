/* test_points.c - UTF-8 to code points and back. */
/* LDFLAGS: -Wl,--wrap=calloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/password/points.h"

static bool no_memory;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
    return no_memory ? NULL : __real_calloc(n, size);
}

static void
characters_of_every_length_are_read(void **state)
{
    static const uint32_t expected[] = {
        'a', 0xe9, 0x20ac, 0x1f339, 0, 0x10ffff};
    edc_points points;
    size_t strays;

    (void)state;
    assert_true(edc_points_read(
        EDC_STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x8c\xb9\0\xf4\x8f\xbf\xbf"),
        &points, &strays));
    assert_int_equal(strays, 0);
    assert_int_equal(points.n, 6);
    assert_memory_equal(points.p, expected, sizeof(expected));
    edc_points_wipe(&points);
    assert_null(points.p);
    assert_int_equal(points.n, 0);
    edc_points_wipe(&points);
}

static void
what_is_not_utf8_is_counted(void **state)
{
    static const struct {
        edc_str text;
        size_t points, strays;
    } rows[] = {
        {{NULL, 0}, 0, 0},
        {{"\x80", 1}, 0, 1},
        {{"a\xff\xfe"
          "b",
             4},
            2, 2},
        {{"\xc3", 1}, 0, 1},
        {{"\xc0\xaf", 2}, 0, 2},         /* longer than need be */
        {{"\xe0\x80\xaf", 3}, 0, 3},     /* the same */
        {{"\xed\xa0\x80", 3}, 0, 3},     /* a surrogate */
        {{"\xf4\x90\x80\x80", 4}, 0, 4}, /* beyond U+10FFFF */
        {{"\xf0\x9f\x8c", 3}, 0, 3},     /* cut */
        {{"\xf0\x9f\x8c\xb9", 4}, 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        edc_points points;
        size_t strays;

        assert_true(edc_points_read(rows[i].text, &points, &strays));
        assert_int_equal(points.n, rows[i].points);
        assert_int_equal(strays, rows[i].strays);
        edc_points_wipe(&points);
    }
}

static void
every_code_point_comes_back(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char text[EDC_POINT_MAX];
        edc_points points;
        size_t strays;

        if (c == 0xd800)
            c = 0xe000;
        assert_true(edc_points_read(
            (edc_str){text, edc_points_put(c, text)}, &points, &strays));
        assert_true(points.n == 1 && points.p[0] == c && strays == 0);
        edc_points_wipe(&points);
    }
}

static void
memory_may_run_out(void **state)
{
    edc_points points;
    size_t strays;

    (void)state;
    no_memory = true;
    assert_false(edc_points_read(EDC_STR("a"), &points, &strays));
    no_memory = false;
    assert_null(points.p);
    assert_int_equal(points.n, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_of_every_length_are_read),
        cmocka_unit_test(what_is_not_utf8_is_counted),
        cmocka_unit_test(every_code_point_comes_back),
        cmocka_unit_test(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
