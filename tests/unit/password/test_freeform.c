/* test_freeform.c - PRECIS FreeformClass, point by point and rule by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <unictype.h>
#include <uninorm.h>

#include "core/password/freeform.h"

#define LONGEST 6

/* Up to LONGEST points, a 0 ends them. */
typedef uint32_t string[LONGEST + 1];

static bool
allows(const uint32_t *points)
{
    size_t n = 0;

    while (points[n] != 0)
        n++;
    return edc_freeform(points, n);
}

static void
expect_all(string *strings, size_t n, bool allowed)
{
    for (size_t i = 0; i < n; i++) {
        if (allows(strings[i]) != allowed)
            fail_msg("string %zu (U+%04X...) is %s", i, strings[i][0],
                allowed ? "refused" : "allowed");
    }
}

#define EXPECT_ALL(strings, allowed)                                           \
    expect_all(strings, sizeof(strings) / sizeof((strings)[0]), allowed)

static void
letters_marks_digits_symbols_are_allowed(void **state)
{
    static string strings[] = {{' '}, {'!'}, {'~'}, {'a', 'B', '9'}, {0xa0},
        {0xdf}, {0xe9}, {'e', 0x301}, {0x3c2}, {0x6fd}, {0x6fe}, {0xf0b},
        {0x3007}, {0x1c5}, {0x2163}, {0x20dd}, {0x3000}, {0x2666}, {0xb2},
        {0xfb01}, {0x20ac}, {0x1f339}, {0x2009}, {0xac00}, {0x4e00}, {0x1d400},
        {0x00ab}, {0xff21}};

    (void)state;
    EXPECT_ALL(strings, true);
    assert_true(edc_freeform(NULL, 0));
}

static void
controls_and_the_invisible_are_refused(void **state)
{
    static string strings[] = {{1}, {9}, {0x0a}, {0x1f}, {0x7f}, {0x80}, {0x9f},
        {0xad}, {0x34f}, {0x61c}, {0x180e}, {0x200b}, {0x200e}, {0x202e},
        {0x2060}, {0x2028}, {0x2029}, {0x3164}, {0xfe0f}, {0xfeff}, {0xffa0},
        {0xfff9}, {0x600}, {0x6dd}, {0xe000}, {0xf8ff}, {0xf0000}, {0xe0001},
        {0xe0100}, {0xd800}, {0xdfff}, {0xfdd0}, {0xfffe}, {0xffff}, {0x10ffff},
        {0x378}, {0x40000}, {'a', 0x0a}, {0x0a, 'a'}};
    uint32_t nul = 0;

    (void)state;
    EXPECT_ALL(strings, false);
    assert_false(edc_freeform(&nul, 1));
}

static void
exceptions_and_old_jamo_are_refused(void **state)
{
    static string strings[] = {{0x640}, {0x7fa}, {0x302e}, {0x302f}, {0x3031},
        {0x3033}, {0x3035}, {0x303b}, {0x1100}, {0x1161}, {0x11a8}, {0x11ff},
        {0xa960}, {0xa97c}, {0xd7b0}, {0xd7c6}, {0xd7cb}, {0xd7fb}};
    static string beside[] = {{0x63f}, {0x641}, {0x302d}, {0x3030}, {0x3036},
        {0x10ff}, {0x1200}, {0x303a}, {0x303c}, {0xd7a3}};

    (void)state;
    EXPECT_ALL(strings, false);
    EXPECT_ALL(beside, true);
}

/* RFC 5892 appendices A.1 and A.2. */
static void
joiners_stand_where_they_join(void **state)
{
    static string allowed[] = {
        {0x915, 0x94d, 0x200c, 0x937},       /* behind a virama */
        {0x915, 0x94d, 0x200d, 0x937},       /* the same */
        {0x628, 0x200c, 0x628},              /* D and D */
        {0x628, 0x200c, 0x627},              /* D and R */
        {0xa872, 0x200c, 0x628},             /* L and D */
        {0x628, 0x64b, 0x200c, 0x64b, 0x628} /* with T between */
    };
    static string refused[] = {{0x200c}, {0x200d}, {'a', 0x200c, 'b'},
        {'a', 0x200d, 'b'}, {0x200c, 0x628}, {0x628, 0x200c},
        {0x627, 0x200c, 0x628},  /* R on the left */
        {0x628, 0x200c, 0xa872}, /* L on the right */
        {'a', 0x200c, 0x628}, {0x628, 0x200c, 'a'}, {0x628, 0x200d, 0x628},
        {0x64b, 0x200c, 0x628}, {0x628, 0x200c, 0x64b}, {0x94c, 0x200d},
        {0x1f468, 0x200d, 0x1f469}};

    (void)state;
    EXPECT_ALL(allowed, true);
    EXPECT_ALL(refused, false);
}

/* RFC 5892 appendices A.3 to A.7. */
static void
punctuation_stands_in_its_script(void **state)
{
    static string allowed[] = {{'l', 0xb7, 'l'}, {0x375, 0x3b1}, {0x5d0, 0x5f3},
        {0x5d0, 0x5f4, 0x5d0}, {0x30fb, 0x3042}, {0x30ab, 0x30fb},
        {'a', 0x30fb, 'b', 0x4e00}};
    static string refused[] = {{0xb7}, {'l', 0xb7}, {0xb7, 'l'},
        {'l', 0xb7, 'L'}, {'a', 0xb7, 'l'}, {'l', 0xb7, 'a'}, {0x375},
        {0x3b1, 0x375}, {0x375, 'a'}, {0x5f3}, {0x5f3, 0x5d0}, {'a', 0x5f4},
        {0x30fb}, {'a', 0x30fb, 'b'}};

    (void)state;
    EXPECT_ALL(allowed, true);
    EXPECT_ALL(refused, false);
}

/* RFC 5892 appendices A.8 and A.9. */
static void
one_kind_of_arabic_digits(void **state)
{
    static string allowed[] = {{0x660}, {0x669, 0x660}, {0x6f0}, {0x6f9, 0x6f0},
        {0x665, '5'}, {0x6f5, '5'}};
    static string refused[] = {{0x660, 0x6f0}, {0x6f9, 'a', 0x669}};

    (void)state;
    EXPECT_ALL(allowed, true);
    EXPECT_ALL(refused, false);
}

static bool
has_compatibility_form(uint32_t c)
{
    size_t n;
    uint32_t *form = u32_normalize(UNINORM_NFKC, &c, 1, NULL, &n);
    bool other;

    assert_non_null(form);
    other = n != 1 || form[0] != c;
    free(form);
    return other;
}

/* RFC 8264 section 9.17 (HasCompat) allows these whatever their category; the
 * ones that stand before it in section 8 are left out. */
static void
compatibility_forms_are_allowed(void **state)
{
    size_t seen = 0;

    (void)state;
    for (uint32_t c = 0x80; c <= 0x10ffff; c++) {
        if ((c >= 0xd800 && c <= 0xdfff) ||
            uc_is_property_default_ignorable_code_point(c) ||
            !has_compatibility_form(c))
            continue;
        if (!edc_freeform(&c, 1))
            fail_msg("U+%04X is refused", c);
        seen++;
    }
    assert_true(seen > 4000);
}

/* However long, a string full of the points with rules takes linear time: this
 * would take hours if it did not. */
static void
long_strings_of_rules_are_judged(void **state)
{
    static const uint32_t odd[] = {0x30fb, 0x660, 0x200c, 0x64b, 0xb7, 'l'};
    size_t n = 1 << 18;
    uint32_t *points = calloc(n, sizeof(*points));

    (void)state;
    assert_non_null(points);
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
        for (size_t j = 0; j < n; j++)
            points[j] = j == 0 ? 0x628 : odd[i];
        assert_int_equal(edc_freeform(points, n),
            odd[i] == 0x660 || odd[i] == 0x64b || odd[i] == 'l');
    }
    points[n / 2] = 0x30fb;
    points[n - 1] = 0x3042;
    assert_true(edc_freeform(points, n));
    free(points);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_marks_digits_symbols_are_allowed),
        cmocka_unit_test(controls_and_the_invisible_are_refused),
        cmocka_unit_test(exceptions_and_old_jamo_are_refused),
        cmocka_unit_test(joiners_stand_where_they_join),
        cmocka_unit_test(punctuation_stands_in_its_script),
        cmocka_unit_test(one_kind_of_arabic_digits),
        cmocka_unit_test(compatibility_forms_are_allowed),
        cmocka_unit_test(long_strings_of_rules_are_judged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
