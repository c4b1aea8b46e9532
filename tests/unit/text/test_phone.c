/* test_phone.c - telephone numbers however they are typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/text/phone.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
expect(const char *text, uint32_t region, const char *number)
{
    char out[EDC_PHONE_SIZE];
    bool read = edc_phone_read(edc_str_of(text), region, out);

    if (strcmp(out, number) != 0)
        print_error("\"%s\" in %u\n", text, (unsigned)region);
    assert_string_equal(out, number);
    assert_int_equal(read, number[0] != '\0');
}

/* Every way to write one number of metropolitan France. */
static void
one_number_has_one_form(void **state)
{
    static const char *const texts[] = {"0612345678", "06 12 34 56 78",
        "06.12.34.56.78", "06-12-34-56-78", "06/12/34/56/78", "06,12,34,56,78",
        "06_12_34_56_78", "612345678", "6 12 34 56 78", "6.12.34.56.78",
        "+33612345678", "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78",
        "+33(0)612345678", "+33 0 6 12 34 56 78", "+330612345678",
        "+ 33 6 12 34 56 78", "(+33) 6 12 34 56 78", "+(33) 612345678",
        "+33 (06) 12 34 56 78", "++33612345678", "0+33612345678",
        "0033612345678", "0033 6 12 34 56 78", "00 33 6 12 34 56 78",
        "0033 (0)6 12 34 56 78", "(0033)612345678", "00330612345678",
        "33612345678", "33 6 12 34 56 78", "33 06 12 34 56 78",
        "(06) 12 34 56 78", "tel:+33-6-12-34-56-78", "tel:+33612345678;ext=12",
        "T\xc3\xa9l. : 06 12 34 56 78", "06 12 34 56 78 (maman)",
        "06 12 34 56 78 (m\xc3\xa8re)", "06 12 34 56 78 maman",
        "maman 06 12 34 56 78", "06 12 34 56 78 (apr\xc3\xa8s 18h)",
        "06 12 34 56 78 (2)", "06 12 34 56 78 poste 12", "1: 0612345678",
        "n\xc2\xb0 1 : 0612345678", "06 12 34 56 78 ou +33 6 12 34 56 78",
        "'0612345678", " 0612345678 ",
        "06\xc2\xa0\x31\x32\xc2\xa0\x33\x34\xc2\xa0\x35\x36\xc2\xa0\x37\x38",
        "06\xe2\x80\xaf\x31\x32\xe2\x80\xaf\x33\x34\xe2\x80\xaf\x35\x36\x37"
        "\x38",
        "\xe2\x80\xaa+33 6 12 34 56 78\xe2\x80\xac",
        "06\xe2\x80\x91\x31\x32\xe2\x80\x93\x33\x34\xe2\x88\x92\x35\x36\x37"
        "\x38",
        "\xef\xbb\xbf\x30\x36\x31\x32\x33\x34\x35\x36\x37\x38",
        "06\xe2\x81\xa0\x31\x32\xe3\x80\x80\x33\x34\x35\x36\xc2\xb7\x37\x38",
        "06\t12\t34\t56\t78", "O6 12 34 56 78"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        expect(texts[i], 33, "+33612345678");
}

/* The plan is one: first digits say where, with whatever code it was typed. */
static void
overseas_numbers_have_their_code(void **state)
{
    static const struct {
        const char *nine, *number;
    } numbers[] = {
        {"692123456", "+262692123456"},
        {"693123456", "+262693123456"},
        {"639123456", "+262639123456"},
        {"262123456", "+262262123456"},
        {"263012345", "+262263012345"},
        {"269612345", "+262269612345"},
        {"709201234", "+262709201234"},
        {"709361234", "+262709361234"},
        {"690123456", "+590690123456"},
        {"691223456", "+590691223456"},
        {"590123456", "+590590123456"},
        {"709001234", "+590709001234"},
        {"694123456", "+594694123456"},
        {"594123456", "+594594123456"},
        {"709311234", "+594709311234"},
        {"696123456", "+596696123456"},
        {"697271234", "+596697271234"},
        {"596123456", "+596596123456"},
        {"709121234", "+596709121234"},
        {"708411234", "+508708411234"},
        {"695123456", "+33695123456"},
        {"698123456", "+33698123456"},
        {"638123456", "+33638123456"},
        {"712345678", "+33712345678"},
        {"709412345", "+33709412345"},
        {"142345678", "+33142345678"},
    };
    static const char *const codes[] = {"", "0", "+33", "0033", "33", "+33 (0)",
        "+262", "00262", "262", "+590", "00594 ", "596", "+508 "};
    static const uint32_t regions[] = {33, 262, 590, 594, 596};
    char text[40];

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++)
        for (size_t c = 0; c < COUNT(codes); c++)
            for (size_t r = 0; r < COUNT(regions); r++) {
                snprintf(text, sizeof(text), "%s%s", codes[c], numbers[i].nine);
                expect(text, regions[r], numbers[i].number);
            }
}

static void
other_places_and_countries(void **state)
{
    static const struct {
        const char *text;
        uint32_t region;
        const char *number;
    } numbers[] = {
        {"+687 12 34 56", 33, "+687123456"},
        {"00687123456", 33, "+687123456"},
        {"12 34 56", 687, "+687123456"},
        {"687 12 34 56", 687, "+687123456"},
        {"687123456", 33, "+33687123456"},
        {"0612345678", 687, "+33612345678"},
        {"+689 87 12 34 56", 33, "+68987123456"},
        {"68987123456", 33, "+68987123456"},
        {"87 12 34 56", 689, "+68987123456"},
        {"06 12 34 56 78", 689, "+33612345678"},
        {"+681 82 12 34", 33, "+681821234"},
        {"82.12.34", 681, "+681821234"},
        {"+508 41 23 45", 33, "+508412345"},
        {"0508 41 23 45", 33, "+508412345"},
        {"41 23 45", 508, "+508412345"},
        {"508412345", 508, "+508412345"},
        {"+33 508 41 23 45", 33, "+508412345"},
        {"+49 151 2345678", 33, "+491512345678"},
        {"+49 (0)151 2345678", 33, "+491512345678"},
        {"0049 151 2345678", 33, "+491512345678"},
        {"0151 2345678", 49, "+491512345678"},
        {"1512345678", 49, "+491512345678"},
        {"06 12 34 56 78", 49, "+49612345678"},
        {"+33 6 12 34 56 78", 49, "+33612345678"},
        {"0470 12 34 56", 32, "+32470123456"},
        {"+376 312 345", 33, "+376312345"},
        {"+377 6 12 34 56 78", 33, "+377612345678"},
        {"+1 (202) 555-0123", 33, "+12025550123"},
        {"+86 138 1234 5678", 33, "+8613812345678"},
        {"+683 4002", 33, "+6834002"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++)
        expect(numbers[i].text, numbers[i].region, numbers[i].number);
}

static void
what_is_no_number(void **state)
{
    static const char *const texts[] = {"", " ", "mobile", "+", "+33", "0033",
        "0", "00", "+33 0", "000", "06", "061234567", "06123456789",
        "06 12 34 56 78 9", "61234567", "6123456789", "3631", "17", "112",
        "6+12", "0012345", "0000000000", "+0612345678", "000612345678",
        "+3361234567", "+336123456789", "+33 (0)0 12 34 56 78", "+687 12345",
        "+687 1234567", "+689 871234", "+26269212345", "+49", "+49151",
        "12345678901234567890", "123456789012345678901", "+1234567890123456",
        "06 12 34 56 7B", "6,12E+08", "=1+1", "06 12 34 56 78 / 06 98 76 54 32",
        "0612345678 0698765432", "0612345678;0698765432",
        "0612345678 ou 0698765432", "0612345678 (06 98 76 54 32)",
        "+33612345678+33698765432", "+33+612345678", "0033+612345678",
        "+262 +692123456", "+ 33 + 6 12 34 56 78", "\xd9\xa0\xd9\xa6",
        "\xe2\x80", "\xff\xff"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        expect(texts[i], 33, "");
    expect("0612345678", 49, "+49612345678");
    expect("1234", 49, "");
    expect("12 34 5", 687, "");
    expect("02 34 56", 687, "");
}

/* What was read is read again as the same. */
static void
the_form_is_its_own(void **state)
{
    static const char *const numbers[] = {"+33612345678", "+262692123456",
        "+590690123456", "+508412345", "+508708411234", "+687123456",
        "+68987123456", "+491512345678", "+6834002", "+123456789012345"};
    static const uint32_t regions[] = {33, 262, 508, 687, 689, 49, 1};

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++)
        for (size_t r = 0; r < COUNT(regions); r++)
            expect(numbers[i], regions[r], numbers[i]);
}

/* Whatever is typed: nothing, or a form that is its own. */
static void
anything_may_be_typed(void **state)
{
    static const char *const pieces[] = {"0", "00", "+", "33", "6", "12", "345",
        "262", "692", "687", "508", " ", ".", "(", ")", "(0)", "/", "x", ";",
        "\xc2\xa0", "\xe2\x80", "\xff", "\xe2\x80\xaf", "99999"};
    static const uint32_t regions[] = {33, 262, 508, 687, 49, 1, 7, 999};
    unsigned seed = 1;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[256] = "", out[EDC_PHONE_SIZE], again[EDC_PHONE_SIZE];
        uint32_t region = regions[i % COUNT(regions)];

        for (unsigned n = seed % 13; n > 0; n--) {
            seed = seed * 1103515245u + 12345u;
            strcat(text, pieces[(seed >> 16) % COUNT(pieces)]);
        }
        seed = seed * 1103515245u + 12345u;
        if (!edc_phone_read(edc_str_of(text), region, out)) {
            assert_string_equal(out, "");
            continue;
        }
        assert_int_equal(out[0], '+');
        assert_int_equal(strspn(out + 1, "0123456789"), strlen(out) - 1);
        assert_true(strlen(out) >= 8 && strlen(out) < EDC_PHONE_SIZE);
        if (!edc_phone_read(edc_str_of(out), 33, again) ||
            strcmp(out, again) != 0)
            fail_msg("\"%s\" is %s, and that %s", text, out, again);
    }
}

static void
numbers_are_dialled_from_within(void **state)
{
    static const char *const numbers[][2] = {
        {"+33612345678", "0612345678"},
        {"+262692123456", "0692123456"},
        {"+590590123456", "0590123456"},
        {"+508412345", "0508412345"},
        {"+508708411234", "0708411234"},
        {"+687123456", ""},
        {"+68987123456", ""},
        {"+491512345678", ""},
        {"", ""},
    };
    char out[EDC_PHONE_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        assert_int_equal(
            edc_phone_national(numbers[i][0], out), numbers[i][1][0] != '\0');
        assert_string_equal(out, numbers[i][1]);
    }
}

static void
codes_of_countries(void **state)
{
    static const uint32_t valid[] = {1, 7, 20, 33, 32, 49, 98, 212, 262, 508,
        590, 594, 596, 681, 687, 689, 376, 377, 999};
    static const uint32_t invalid[] = {0, 2, 3, 6, 10, 21, 37, 59, 68, 99, 100,
        330, 336, 700, 1000, 33612, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < COUNT(valid); i++)
        assert_true(edc_phone_region_valid(valid[i]));
    for (size_t i = 0; i < COUNT(invalid); i++)
        assert_false(edc_phone_region_valid(invalid[i]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_number_has_one_form),
        cmocka_unit_test(overseas_numbers_have_their_code),
        cmocka_unit_test(other_places_and_countries),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(the_form_is_its_own),
        cmocka_unit_test(anything_may_be_typed),
        cmocka_unit_test(numbers_are_dialled_from_within),
        cmocka_unit_test(codes_of_countries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
