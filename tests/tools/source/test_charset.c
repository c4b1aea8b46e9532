/* test_charset.c - every encoding that files come in, as UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source/charset.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Converts in stretches of step bytes; NULL when a byte is wrong. Allocated. */
static char *
converted(const char *encoding, const char *in, size_t n, size_t step)
{
    charset c;
    edc_str out;
    char *text = calloc(1, 8 * n + 8);
    size_t length = 0;
    bool right = true;

    assert_true(charset_begin(&c, encoding));
    for (size_t i = 0; right && i <= n; i += step) {
        size_t part = n - i < step ? n - i : step;

        right = charset_feed(&c, in + i, part, i + step > n, &out);
        memcpy(text + length, out.p, out.n);
        length += out.n;
    }
    charset_end(&c);
    if (right)
        return text;
    free(text);
    return NULL;
}

/* The same whatever the stretches are. */
static void
expect(const char *encoding, const char *in, size_t n, const char *out)
{
    for (size_t step = 1; step <= 5; step++) {
        char *text = converted(encoding, in, n, step);

        if (out == NULL)
            assert_null(text);
        else
            assert_string_equal(text, out);
        free(text);
    }
}

static void
utf8_is_kept(void **state)
{
    static const char *const texts[] = {"plain", "Zo\xC3\xA9", "\xC5\x92uvre",
        "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF", "a\xCC\x81"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        expect(NULL, texts[i], strlen(texts[i]), texts[i]);
}

static void
other_bytes_are_latin_9(void **state)
{
    (void)state;
    expect(NULL, "Zo\xE9", 3, "Zo\xC3\xA9");
    expect(NULL, "\xA4 \xA6\xA8\xB4\xB8\xBC\xBD\xBE", 9,
        "\xE2\x82\xAC \xC5\xA0\xC5\xA1\xC5\xBD\xC5\xBE\xC5\x92\xC5\x93"
        "\xC5\xB8");
    expect(NULL, "\xC9TIENNE", 7, "\xC3\x89TIENNE");
}

/* The whole upper half, by another's table: iconv's. */
static void
every_byte_is_what_iconv_says(void **state)
{
    (void)state;
    for (int byte = 0x80; byte <= 0xFF; byte++) {
        char in[2] = {(char)byte, ' '};
        char *ours = converted(NULL, in, 2, 2);
        char *other =
            converted(byte < 0xA0 ? "WINDOWS-1252" : "ISO-8859-15", in, 2, 2);

        assert_non_null(ours);
        if (other != NULL)
            assert_string_equal(ours, other);
        else
            assert_true(ours[0] == '\xC2' && ours[1] == in[0]);
        free(ours);
        free(other);
    }
}

static void
a_file_may_mix_them(void **state)
{
    (void)state;
    expect(NULL, "Zo\xC3\xA9;Zo\xE9;\x80;\x92", 12,
        "Zo\xC3\xA9;Zo\xC3\xA9;\xE2\x82\xAC;\xE2\x80\x99");
}

/* Forms of UTF-8 that are none: too long, a surrogate, beyond the last. */
static void
what_is_no_utf8_is_not_kept(void **state)
{
    (void)state;
    expect(NULL, "\xC0\xAF", 2, "\xC3\x80\xC2\xAF");
    expect(NULL, "\xE0\x82\x84", 3, "\xC3\xA0\xE2\x80\x9A\xE2\x80\x9E");
    expect(NULL, "\xED\xA0\xB1", 3, "\xC3\xAD\xC2\xA0\xC2\xB1");
    expect(NULL, "\xF4\x92\xB0\xB0", 4, "\xC3\xB4\xE2\x80\x99\xC2\xB0\xC2\xB0");
    expect(NULL, "caf\xC3", 4, "caf\xC3\x83");
}

static void
a_named_encoding_is_obeyed(void **state)
{
    (void)state;
    expect("ISO-8859-15", "\xA4", 1, "\xE2\x82\xAC");
    expect("ISO-8859-1", "\xA4", 1, "\xC2\xA4");
    expect("windows-1252", "\x80", 1, "\xE2\x82\xAC");
    expect("UTF-16LE", "Z\0o\0\xE9\0", 6, "Zo\xC3\xA9");
    expect("UTF-16BE", "\xD8\x3D\xDE\x00", 4, "\xF0\x9F\x98\x80");
    expect("UTF-8", "Zo\xC3\xA9", 4, "Zo\xC3\xA9");
    expect("MACINTOSH", "\x8E", 1, "\xC3\xA9");
}

static void
a_byte_that_it_has_not_is_an_error(void **state)
{
    (void)state;
    expect("UTF-8", "Zo\xE9!", 4, NULL);
    expect("UTF-8", "Zo\xC3", 3, NULL);
    expect("UTF-16LE", "Z\0o", 3, NULL);
    expect("US-ASCII", "Zo\xE9", 3, NULL);
}

static void
the_place_of_a_wrong_byte_is_known(void **state)
{
    charset c;
    edc_str out;

    (void)state;
    assert_true(charset_begin(&c, "UTF-8"));
    assert_true(charset_feed(&c, "0123\xC3", 5, false, &out));
    assert_false(charset_feed(&c,
        "\xA9"
        "56\xFF"
        "8",
        5, false, &out));
    assert_int_equal(c.offset, 8);
    charset_end(&c);
}

static void
an_unknown_encoding_is_refused(void **state)
{
    charset c;

    (void)state;
    assert_false(charset_begin(&c, "KLINGON"));
    assert_false(charset_begin(&c, "UTF-8//IGNORE"));
    assert_false(charset_begin(&c, "../../tmp/evil"));
}

static void
marks_tell_the_encoding(void **state)
{
    size_t skip;

    (void)state;
    assert_string_equal(
        charset_of_mark(EDC_STR("\xEF\xBB\xBFid"), &skip), "UTF-8");
    assert_int_equal(skip, 3);
    assert_string_equal(
        charset_of_mark(EDC_STR("\xFF\xFEi"), &skip), "UTF-16LE");
    assert_string_equal(
        charset_of_mark(EDC_STR("\xFE\xFF"), &skip), "UTF-16BE");
    assert_int_equal(skip, 2);
    assert_null(charset_of_mark(EDC_STR("\xEF\xBB"), &skip));
    assert_int_equal(skip, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_kept),
        cmocka_unit_test(other_bytes_are_latin_9),
        cmocka_unit_test(every_byte_is_what_iconv_says),
        cmocka_unit_test(a_file_may_mix_them),
        cmocka_unit_test(what_is_no_utf8_is_not_kept),
        cmocka_unit_test(a_named_encoding_is_obeyed),
        cmocka_unit_test(a_byte_that_it_has_not_is_an_error),
        cmocka_unit_test(the_place_of_a_wrong_byte_is_known),
        cmocka_unit_test(an_unknown_encoding_is_refused),
        cmocka_unit_test(marks_tell_the_encoding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
