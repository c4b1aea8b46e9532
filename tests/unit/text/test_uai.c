/* test_uai.c - UAI codes, birth dates, and birth dates in passwords. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/password/fold.h"
#include "core/text/uai.h"

static void
uai_has_its_letter(void **state)
{
    static const char *const valid[] = {
        "0750655E", "0750001U", "0000000A", "0000022Z", "9999999P"};
    static const char *const invalid[] = {"", "0750655", "0750655e", "0750655F",
        "0750655EE", "750655E", "075065EE", "x750655E", "07506 5E", "0750655I",
        "0750655O", "0750655Q", "075065/E", "075065:E"};

    (void)state;
    for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
        assert_true(edc_uai_valid(edc_str_of(valid[i])));
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
        assert_false(edc_uai_valid(edc_str_of(invalid[i])));
    assert_false(edc_uai_valid((edc_str){NULL, 0}));
    assert_false(edc_uai_valid(EDC_STR("0750655\0")));
}

/* Of the 23 letters, each number has exactly one; changing a digit by one
 * always changes it. */
static void
uai_letter_catches_wrong_digits(void **state)
{
    (void)state;
    for (unsigned number = 0; number < 10000000; number += 9973) {
        unsigned valid = 0;
        char text[9];

        for (char letter = 'A'; letter <= 'Z'; letter++) {
            snprintf(text, sizeof(text), "%07u%c", number, letter);
            if (!edc_uai_valid(edc_str_of(text)))
                continue;
            valid++;
            for (size_t i = 0; i < 7; i++) {
                text[i] = (char)(text[i] == '9' ? '0' : text[i] + 1);
                assert_false(edc_uai_valid(edc_str_of(text)));
                text[i] = (char)(text[i] == '0' ? '9' : text[i] - 1);
            }
        }
        assert_int_equal(valid, 1);
    }
}

static void
birthdates_are_days_of_the_calendar(void **state)
{
    static const char *const valid[] = {
        "2011-09-03", "1900-01-01", "2199-12-31", "2012-02-29", "2000-02-29"};
    static const char *const invalid[] = {"", "2011-9-3", "2011-09-3",
        "03-09-2011", "2011/09/03", "2011-09/03", "2011-13-01", "2011-00-01",
        "2011-02-29", "1900-02-29", "2011-04-31", "2011-01-00", "2011-01-32",
        "1899-12-31", "2200-01-01", "20a1-09-03", "2011-0a-03", "2011-09-0a",
        "2011-09-03Z", " 011-09-03", "+011-09-03", "2011-09- 3"};

    (void)state;
    for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
        assert_true(edc_birthdate_valid(edc_str_of(valid[i])));
    for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
        assert_false(edc_birthdate_valid(edc_str_of(invalid[i])));
    assert_false(edc_birthdate_valid((edc_str){NULL, 0}));
    assert_false(edc_birthdate_valid(EDC_STR("201\0-09-03")));
    assert_false(edc_birthdate_valid(EDC_STR("2\0\0\0-09-03")));
    assert_false(edc_birthdate_valid(EDC_STR("2011-\0\0-03")));
}

/* What a directory for tests takes. */
static void
a_code_with_another_letter_has_the_shape(void **state)
{
    static const char *const shaped[] = {"0750655E", "0750655A", "9999999Z"};
    static const char *const not[] = {"", "0750655", "0750655I", "0750655O",
        "0750655Q", "0750655e", "075065EE", "07506555", "0750655E ",
        "A750655E"};

    (void)state;
    for (size_t i = 0; i < sizeof(shaped) / sizeof(shaped[0]); i++)
        assert_true(edc_uai_shaped(edc_str_of(shaped[i])));
    for (size_t i = 0; i < sizeof(not) / sizeof(not[0]); i++)
        assert_false(edc_uai_shaped(edc_str_of(not[i])));
    assert_false(edc_uai_shaped((edc_str){"0750655\0", 8}));
}

static void
months_have_names(void **state)
{
    (void)state;
    assert_int_equal(edc_month_named(EDC_STR("janvier")), 1);
    assert_int_equal(edc_month_named(EDC_STR("fevr")), 2);
    assert_int_equal(edc_month_named(EDC_STR("august")), 8);
    assert_int_equal(edc_month_named(EDC_STR("dec")), 12);
    assert_int_equal(edc_month_named(EDC_STR("de")), 0);
    assert_int_equal(edc_month_named(EDC_STR("")), 0);
}

static bool
contains(const char *text, const char *date)
{
    edc_buf folded;
    bool found;

    assert_true(edc_fold(edc_str_of(text), &folded));
    found = edc_birthdate_in(
        edc_str_of(text), edc_buf_str(&folded), edc_str_of(date));
    edc_buf_wipe(&folded);
    return found;
}

static void
expect_all(const char *const *texts, size_t n, const char *date, bool expected)
{
    for (size_t i = 0; i < n; i++) {
        if (contains(texts[i], date) != expected)
            fail_msg(
                "%s %s: %s", date, expected ? "not found" : "found", texts[i]);
    }
}

#define EXPECT_ALL(texts, date, expected)                                      \
    expect_all(texts, sizeof(texts) / sizeof((texts)[0]), date, expected)

static void
digits_in_every_order_are_found(void **state)
{
    static const char *const texts[] = {"03092011", "20110903", "09032011",
        "030911", "110903", "Rose03092011!", "x110903y", "03/09/2011",
        "03.09.11", "2011-09-03", "11 09 03", "03-09 2011", "0 3 0 9 1 1",
        "3/9/2011", "3-09-2011", "03.9.11", "9/3/2011", "2011/9/3", "2011-9-03",
        "11/9/3", "12 3/9/2011", "3a9b2011c", "le 3 du 9, 2011",
        "\xef\xbc\x90\xef\xbc\x93\xef\xbc\x90\xef\xbc\x99\xef\xbc\x91"
        "\xef\xbc\x91", /* full-width */
        "3\xc2\xa0"
        "9\xc2\xa0"
        "2011"};

    (void)state;
    EXPECT_ALL(texts, "2011-09-03", true);
}

static void
month_names_are_found(void **state)
{
    static const char *const september[] = {"3 septembre 2011",
        "3septembre2011", "3 sept 2011", "03sep11", "3 SEPT. 2011",
        "September 3, 2011", "sept 03 11", "September 3rd, 2011",
        "3rd september 2011", "Rose le 3 septembre 2011 !"};
    static const char *const march[] = {"1er mars 2011", "1 mars 2011",
        "01mars11", "March 1st, 2011", "1st mar 11", "Mar-01-2011"};
    static const char *const august[] = {"22 ao\xc3\xbbt 2009", "22aout09",
        "22 AO\xc3\x9bT 2009", "aug 22nd 2009", "22 aou 09"};
    static const char *const february[] = {"29 f\xc3\xa9vrier 2012",
        "29 fe\xcc\x81vr. 2012", "feb 29 2012", "29f\xc3\xa9v12",
        "February 29th 2012"};

    (void)state;
    EXPECT_ALL(september, "2011-09-03", true);
    EXPECT_ALL(march, "2011-03-01", true);
    EXPECT_ALL(august, "2009-08-22", true);
    EXPECT_ALL(february, "2012-02-29", true);
}

static void
every_month_has_its_names(void **state)
{
    static const char *const french[] = {"janvier", "f\xc3\xa9vrier", "mars",
        "avril", "mai", "juin", "juillet", "ao\xc3\xbbt", "septembre",
        "octobre", "novembre", "d\303\251cembre"};
    static const char *const english[] = {"January", "February", "March",
        "April", "May", "June", "July", "August", "September", "October",
        "November", "December"};

    (void)state;
    for (int m = 0; m < 12; m++) {
        for (int other = 0; other < 12; other++) {
            char date[16], text[64];

            snprintf(date, sizeof(date), "2010-%02d-17", other + 1);
            snprintf(text, sizeof(text), "17 %s 2010", french[m]);
            assert_int_equal(contains(text, date), m == other);
            snprintf(text, sizeof(text), "%s 17, 2010", english[m]);
            assert_int_equal(contains(text, date), m == other);
            snprintf(text, sizeof(text), "17%.3s10", english[m]);
            assert_int_equal(contains(text, date), m == other);
        }
    }
}

static void
other_days_are_not_found(void **state)
{
    static const char *const texts[] = {"", "Rose-Tremiere-42", "2011", "0309",
        "3/9", "3/9/", "3/9/2012", "4/9/2011", "3/10/2011", "3/9/20110",
        "13/9/2011", "2011/9/13", "003/9/2011", "3/9/1", "9/3/11", "11/3/9",
        "2011/3/9", "3 septembre", "septembre 2011", "4 septembre 2011",
        "3 octobre 2011", "0309201", "3092012", "04092011"};

    (void)state;
    EXPECT_ALL(texts, "2011-09-03", false);
}

static void
no_date_is_found_nowhere(void **state)
{
    (void)state;
    assert_false(contains("03092011", ""));
    assert_false(contains("31022011", "2011-02-31"));
    assert_false(edc_birthdate_in(
        (edc_str){NULL, 0}, (edc_str){NULL, 0}, EDC_STR("2011-09-03")));
    assert_false(edc_birthdate_in(
        EDC_STR("03092011"), EDC_STR("03092011"), (edc_str){NULL, 0}));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uai_has_its_letter),
        cmocka_unit_test(uai_letter_catches_wrong_digits),
        cmocka_unit_test(birthdates_are_days_of_the_calendar),
        cmocka_unit_test(a_code_with_another_letter_has_the_shape),
        cmocka_unit_test(months_have_names),
        cmocka_unit_test(digits_in_every_order_are_found),
        cmocka_unit_test(month_names_are_found),
        cmocka_unit_test(every_month_has_its_names),
        cmocka_unit_test(other_days_are_not_found),
        cmocka_unit_test(no_date_is_found_nowhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
