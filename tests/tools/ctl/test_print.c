/* test_print.c - that nothing a terminal would obey gets through print.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "ctl/ctl.h"

/* ---- what is printed, as a string ---- */

static char *printed;
static size_t n_printed;

static FILE *
begin(void)
{
    FILE *out = open_memstream(&printed, &n_printed);

    assert_non_null(out);
    return out;
}

static void
end(FILE *out)
{
    assert_int_equal(fclose(out), 0);
}

static void
expect(const char *text)
{
    assert_string_equal(printed, text);
    free(printed);
    printed = NULL;
}

#define EXPECT_PRINT(text, ...)                                                \
    do {                                                                       \
        FILE *out_ = begin();                                                  \
        print(out_, __VA_ARGS__);                                              \
        end(out_);                                                             \
        expect(text);                                                          \
    } while (0)

/* What a terminal may obey, or a reader be deceived by, said once more and in
 * another way than print.c does: by Unicode's categories. */
static bool
is_dangerous(ucs4_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
           c == 0x180e || c == 0x200b || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe007f);
}

/* The whole of it is UTF-8 without a dangerous character but these. */
static void
expect_harmless(const char *but)
{
    const uint8_t *p = (const uint8_t *)printed;
    size_t left = n_printed;

    while (left > 0) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, p, left);

        if (n <= 0 ||
            (is_dangerous(c) && (c >= 0x80 || strchr(but, (int)c) == NULL)))
            fail_msg("U+%04X at %zu of \"%s\"", (unsigned)c, n_printed - left,
                printed);
        p += n;
        left -= (size_t)n;
    }
    free(printed);
    printed = NULL;
}

/* Every way to print a text. */
static void
print_every_way(FILE *out, const char *text)
{
    json_t *value = print_json_text(text);
    json_t *object = json_object();

    print(out, "%s|%-10s|%.3s|%c|", text, text, text, text[0]);
    print_markup(out, text);
    print_cell(out, text, ';', ";");
    if (strchr(text, '\n') == NULL)
        print_lines(out, text);
    assert_int_equal(json_object_set_new(object, "key", value), 0);
    print_as_json(out, object, JSON_COMPACT);
    print_as_json(out, object, JSON_INDENT(2));
    json_decref(object);
}

static void
expect_every_way_harmless(const char *text)
{
    FILE *out = begin();

    print_every_way(out, text);
    end(out);
    expect_harmless("\n");
}

/* ---- the tests ---- */

static void
formats_are_those_of_printf(void **state)
{
    (void)state;
    EXPECT_PRINT("a b 100 %", "%s %s 100 %%", "a", "b");
    EXPECT_PRINT("[  ab][ab  ][ab][é   ]", "[%4s][%-4s][%.2s][%-*s]", "ab",
        "ab", "abc", 4, "é");
    EXPECT_PRINT("-1 2 -3 4 5 ff 007", "%d %u %ld %zu %lld %x %03d", -1, 2u,
        -3L, (size_t)4, 5LL, 255u, 7);
    EXPECT_PRINT("9223372036854775807 18446744073709551615",
        "%" PRId64 " %" PRIu64, INT64_MAX, UINT64_MAX);
    EXPECT_PRINT(
        "1.5 2.25 0.1 [     3]", "%.1f %.2f %g [%6d]", 1.5, 2.25, 0.1, 3);
    EXPECT_PRINT("x\n", "%c\n", 'x');
    EXPECT_PRINT("ab", "%.*s", 2, "abc");
    EXPECT_PRINT("\r\033[Kline\n", "\r\033[K%s\n", "line");
}

static void
what_a_terminal_obeys_is_shown(void **state)
{
    static const struct {
        const char *given, *shown;
    } known[] = {
        {"Zoé O'Neil-Dupont, 学 ن", "Zoé O'Neil-Dupont, 学 ن"},
        {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
        {"\x1b]8;;http://evil/\x1b\\link", "\\x1b]8;;http://evil/\\x1b\\link"},
        {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
        {"a\nb: done", "a\\x0ab: done"},
        {"a\r\tb\b\x7f", "a\\x0d\\x09b\\x08\\x7f"},
        {"\xc2\x9b"
         "31m",
            "\\u009b31m"},
        {"\xc2\x85", "\\u0085"},
        {"\xe2\x80\xaegnp.exe", "\\u202egnp.exe"},
        {"\xe2\x81\xa6x\xe2\x81\xa9", "\\u2066x\\u2069"},
        {"\xe2\x80\xa8", "\\u2028"},
        {"a\xe2\x80\x8b"
         "b\xef\xbb\xbf",
            "a\\u200bb\\ufeff"},
        {"\xf3\xa0\x80\x81", "\\U000e0001"},
        {"caf\xe9", "caf\\xe9"},
        {"\xc3", "\\xc3"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"\xc0\x9b", "\\xc0\\x9b"},
        {"cn=a\\,b,o=x", "cn=a\\,b,o=x"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        EXPECT_PRINT(known[i].shown, "%s", known[i].given);
        expect_every_way_harmless(known[i].given);
    }
}

/* Every character there is, many at once, and every byte behind every byte. */
static void
no_character_gets_through_that_should_not(void **state)
{
    enum { MANY = 4096 };
    char *bad = ctl_alloc(6 * MANY + 8, 1), *good = ctl_alloc(6 * MANY + 8, 1);

    (void)state;
    for (ucs4_t c = 1; c < 0x110000;) {
        char *b = bad, *g = good;
        FILE *out;

        for (int i = 0; i < MANY && c < 0x110000; i++, c++) {
            char **to = is_dangerous(c) ? &b : &g;
            int n =
                (c & 0xfffe) == 0xfffe ? -1 : u8_uctomb((uint8_t *)*to, c, 6);

            if (n > 0)
                *to += n;
        }
        *b = *g = '\0';
        if (b > bad)
            expect_every_way_harmless(bad);
        out = begin();
        print(out, "%s", good);
        end(out);
        expect(good);
    }
    for (unsigned first = 1; first < 0x100; first++) {
        char *to = bad;

        for (unsigned second = 1; second < 0x100; second++) {
            *to++ = (char)first;
            *to++ = (char)second;
            *to++ = 'z';
        }
        *to = '\0';
        expect_every_way_harmless(bad);
    }
    free(bad);
    free(good);
}

static void
lines_keep_their_ends_only(void **state)
{
    FILE *out = begin();

    (void)state;
    print_lines(out, "dn: o=x\nsn: \x1b[1m\n\n-");
    end(out);
    expect("dn: o=x\nsn: \\x1b[1m\n\n-");
}

static void
cells_are_quoted_and_no_formulas(void **state)
{
    static const struct {
        const char *given, *cell;
    } known[] = {
        {"plain", "plain"},
        {"a;b", "\"a;b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"two\nlines", "two\\x0alines"},
        {"=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
        {"+1+1", "'+1+1"},
        {"-2", "'-2"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"  =1", "'  =1"},
        {"\t=1", "'\\x09=1"},
        {"\r=1", "'\\x0d=1"},
        {"\xef\xbc\x9d"
         "1",
            "'\xef\xbc\x9d"
            "1"},
        {"=a;b", "\"'=a;b\""},
        {"-", "-"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        char *wanted = ctl_format("%s;", known[i].cell);
        FILE *out = begin();

        print_cell(out, known[i].given, ';', ";");
        end(out);
        expect(wanted);
        free(wanted);
    }
}

/* A program that reads it gets the very characters. */
static void
json_says_the_same_by_other_characters(void **state)
{
    static const char *const texts[] = {"\x7f", "\x1b[1m\n", "\xc2\x9b",
        "\xe2\x80\xae", "\xf3\xa0\x80\x81", "Zo\xc3\xa9 \"\\"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        json_t *value = json_array(), *back;
        FILE *out = begin();

        json_array_append_new(value, print_json_text(texts[i]));
        print_as_json(out, value, 0);
        end(out);
        back = json_loads(printed, 0, NULL);
        assert_non_null(back);
        assert_string_equal(
            json_string_value(json_array_get(back, 0)), texts[i]);
        json_decref(back);
        json_decref(value);
        expect_harmless("\n");
    }
    assert_null(print_json_text(NULL));
}

static void
markup_has_entities(void **state)
{
    FILE *out = begin();

    (void)state;
    print_markup(out, "<b a=\"1\" c='2'>&\x1b</b>");
    end(out);
    expect("&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;\\x1b&lt;/b&gt;");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_those_of_printf),
        cmocka_unit_test(what_a_terminal_obeys_is_shown),
        cmocka_unit_test(no_character_gets_through_that_should_not),
        cmocka_unit_test(lines_keep_their_ends_only),
        cmocka_unit_test(cells_are_quoted_and_no_formulas),
        cmocka_unit_test(json_says_the_same_by_other_characters),
        cmocka_unit_test(markup_has_entities),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
