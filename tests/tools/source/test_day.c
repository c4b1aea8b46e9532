/* test_day.c - days of birth, as they stand in files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "source/day.h"

#define TODAY "2026-11-29"

typedef struct row {
    const char *text, *iso;
    src_day_guess guess;
} row;

static void
expect(const char *text, src_day_verdict verdict, const char *iso,
    src_day_guess guess)
{
    src_day day;
    src_day_verdict said = src_day_read(edc_str_of(text), TODAY, &day);

    if (said != verdict || strcmp(day.iso, iso) != 0 || day.guess != guess)
        fail_msg("\"%s\" is %d %s %d", text, said, day.iso, day.guess);
}

static void
expect_rows(const row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        expect(rows[i].text, SRC_DAY_GOOD, rows[i].iso, rows[i].guess);
}

static void
days_are_read_as_they_are_written(void **state)
{
    static const char *const first_of_march[] = {"2012-03-01", "01/03/2012",
        "1/3/2012", "01-03-2012", "1-3-2012", "01.03.2012", "1.3.2012",
        "01 03 2012", "1 / 3 / 2012", " 01/03/2012 ", "'01/03/2012",
        "01/03/2012\xC2\xA0", "\xC2\xA0 01/03/2012", "2012/03/01", "2012.3.1",
        "20120301", "01032012", "1032012", "2012-03-01T00:00:00",
        "2012-03-01T00:00:00Z", "2012-03-01T00:00:00.000Z",
        "2012-03-01T00:00:00+01:00", "2012-03-01 00:00",
        "2012-03-01 00:00:00.0", "2012-03-01+01:00", "2012-03-01Z",
        "01/03/2012 00:00", "1/3/2012 0:00:00", "01/03/2012 12:00:00 AM",
        "01/03/2012 00h00", "20120301T000000", "20120301 00:00", "1 mars 2012",
        "1er mars 2012", "1er Mars 2012", "1-mars-2012", "01 mars 2012",
        "1 MARS 2012", "1 march 2012", "1 mar. 2012"};
    static const row others[] = {
        {"29/02/2012", "2012-02-29", SRC_DAY_AS_WRITTEN},
        {"31/12/1999", "1999-12-31", SRC_DAY_AS_WRITTEN},
        {"20102010", "2010-10-20", SRC_DAY_AS_WRITTEN},
        {"20101210", "2010-12-10", SRC_DAY_AS_WRITTEN},
        {"3 février 2011", "2011-02-03", SRC_DAY_AS_WRITTEN},
        {"3-févr.-2011", "2011-02-03", SRC_DAY_AS_WRITTEN},
        {"15 août 2010", "2010-08-15", SRC_DAY_AS_WRITTEN},
        {"15 DÉCEMBRE 2010", "2010-12-15", SRC_DAY_AS_WRITTEN},
        {TODAY, TODAY, SRC_DAY_AS_WRITTEN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(first_of_march) / sizeof(first_of_march[0]);
        i++) {
        src_day day;

        if (src_day_read(edc_str_of(first_of_march[i]), TODAY, &day) !=
                SRC_DAY_GOOD ||
            strcmp(day.iso, "2012-03-01") != 0)
            fail_msg("\"%s\" is %s", first_of_march[i], day.iso);
    }
    expect_rows(others, sizeof(others) / sizeof(others[0]));
}

/* The last such year in which the day is not after today. */
static void
two_digits_are_of_the_last_such_year(void **state)
{
    static const row rows[] = {
        {"01.03.12", "2012-03-01", SRC_DAY_CENTURY},
        {"1/3/12", "2012-03-01", SRC_DAY_CENTURY},
        {"1-mars-12", "2012-03-01", SRC_DAY_CENTURY},
        {"29/11/26", "2026-11-29", SRC_DAY_CENTURY},
        {"30/11/26", "1926-11-30", SRC_DAY_CENTURY},
        {"01/01/27", "1927-01-01", SRC_DAY_CENTURY},
        {"15/08/58", "1958-08-15", SRC_DAY_CENTURY},
        {"31/12/99", "1999-12-31", SRC_DAY_CENTURY},
        {"29/02/00", "2000-02-29", SRC_DAY_CENTURY},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void
numbers_of_spreadsheets_are_days(void **state)
{
    static const row rows[] = {
        {"40969", "2012-03-01", SRC_DAY_SERIAL},
        {"40969.0", "2012-03-01", SRC_DAY_SERIAL},
        {"40969,5", "2012-03-01", SRC_DAY_SERIAL},
        {"40968", "2012-02-29", SRC_DAY_SERIAL},
        {"36526", "2000-01-01", SRC_DAY_SERIAL},
        {"25569", "1970-01-01", SRC_DAY_SERIAL},
        {"25568", "1969-12-31", SRC_DAY_SERIAL},
        {"10000", "1927-05-18", SRC_DAY_SERIAL},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* JavaScript's way of writing midnight in France. */
static void
an_evening_in_utc_is_the_day_after_in_france(void **state)
{
    static const row rows[] = {
        {"2012-02-29T23:00:00.000Z", "2012-03-01", SRC_DAY_UTC},
        {"2012-06-30T22:00:00Z", "2012-07-01", SRC_DAY_UTC},
        {"2011-12-31T23:00:00Z", "2012-01-01", SRC_DAY_UTC},
        {"2012-02-29T21:00:00Z", "2012-02-29", SRC_DAY_AS_WRITTEN},
        {"2012-02-29T23:00:00", "2012-02-29", SRC_DAY_AS_WRITTEN},
    };

    (void)state;
    expect_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void
what_stands_for_no_day_is_told(void **state)
{
    static const char *const fillers[] = {"01/01/1900", "1/1/1900",
        "1900-01-01", "1900-01-01T00:00:00", "00/01/1900", "1899-12-30",
        "30/12/1899 00:00", "00/00/0000", "0000-00-00", "0001-01-01", "0", "1",
        "2", "0000-00-00 00:00:00"};

    (void)state;
    for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++)
        expect(fillers[i], SRC_DAY_FILLER, "", SRC_DAY_AS_WRITTEN);
}

static void
days_to_come_are_told(void **state)
{
    static const char *const future[] = {"30/11/2026", "2027-01-01", "1/1/2030",
        "60000", "2102-03-01", "2026-11-29T23:00:00Z"};

    (void)state;
    for (size_t i = 0; i < sizeof(future) / sizeof(future[0]); i++)
        expect(future[i], SRC_DAY_FUTURE, "", SRC_DAY_AS_WRITTEN);
}

static void
what_is_no_day_is_none(void **state)
{
    static const char *const none[] = {"", " ", "31/02/2012", "29/02/2011",
        "2012-25-03", "2012-13-01", "2012", "12", "3", "9999", "999", "123456",
        "010312", "1/3", "1/3/", "/3/2012", "mars 2012", "1 germinal 2012",
        "1 mars", "mars 1 2012", "1/mars/3/2012", "1//3/2012", "1/3/201",
        "1/3/20123", "001/3/2012", "1/003/2012", "1/3/2012x", "1/3/2012 x",
        "1/3/2012 demain", "x1/3/2012", "-1/3/2012", "40969x", "40969.x",
        "409.69", "99999999", "123456789", "2012-03-01T", "2012-03-01Tx",
        "1/3/1899", "1/1/2200", "1\n/3/2012", "\xFF", "1 \xC3 2012",
        "999999999999999999999999", "01/03/2012;01/03/2012"};

    (void)state;
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        expect(none[i], SRC_DAY_NONE, "", SRC_DAY_AS_WRITTEN);
    src_day day;

    assert_int_equal(
        src_day_read((edc_str){"1/3/2012\0", 9}, TODAY, &day), SRC_DAY_NONE);
}

/* They are told from what is no day at all, but read as none. */
static void
a_month_that_stands_first_is_told(void **state)
{
    static const char *const first[] = {"03/25/2012", "3/25/2012", "12-31-2011",
        "03.25.12", "02/29/2012", "03/25/12 00:00"};
    static const char *const none[] = {
        "13/25/2012", "02/30/2012", "00/25/2012", "3/25/201", "25/03/2012x"};

    (void)state;
    for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
        expect(first[i], SRC_DAY_MONTH_FIRST, "", SRC_DAY_AS_WRITTEN);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        expect(none[i], SRC_DAY_NONE, "", SRC_DAY_AS_WRITTEN);
}

/* Every day there is, in every form, is the same day again. */
static void
every_day_is_read_in_every_form(void **state)
{
    char iso[16], text[32];
    int serial = 10000;

    (void)state;
    for (int year = 1927; year <= 2026; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int number = 1; number <= 31; number++) {
                snprintf(
                    iso, sizeof(iso), "%04d-%02d-%02d", year, month, number);
                if (strcmp(iso, "1927-05-18") < 0 || strcmp(iso, TODAY) > 0)
                    continue;
                src_day day;

                if (src_day_read(edc_str_of(iso), TODAY, &day) != SRC_DAY_GOOD)
                    continue;
                snprintf(text, sizeof(text), "%d/%d/%d", number, month, year);
                expect(text, SRC_DAY_GOOD, iso, SRC_DAY_AS_WRITTEN);
                snprintf(text, sizeof(text), "%d%02d%04d", number, month, year);
                expect(text, SRC_DAY_GOOD, iso, SRC_DAY_AS_WRITTEN);
                snprintf(text, sizeof(text), "%d", serial++);
                expect(text, SRC_DAY_GOOD, iso, SRC_DAY_SERIAL);
            }
        }
    }
    assert_int_equal(serial, 46356);
}

static void
verdicts_and_guesses_have_words(void **state)
{
    char today[11];
    src_day day;

    (void)state;
    assert_string_equal(src_day_words(SRC_DAY_GOOD), "");
    for (int v = SRC_DAY_NONE; v <= SRC_DAY_MONTH_FIRST; v++)
        assert_true(src_day_words((src_day_verdict)v)[0] != '\0');
    assert_string_equal(src_day_guessed(SRC_DAY_AS_WRITTEN), "");
    for (int g = SRC_DAY_CENTURY; g <= SRC_DAY_UTC; g++)
        assert_true(src_day_guessed((src_day_guess)g)[0] != '\0');
    src_day_today(today);
    assert_int_equal(
        src_day_read(edc_str_of(today), today, &day), SRC_DAY_GOOD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_read_as_they_are_written),
        cmocka_unit_test(two_digits_are_of_the_last_such_year),
        cmocka_unit_test(numbers_of_spreadsheets_are_days),
        cmocka_unit_test(a_month_that_stands_first_is_told),
        cmocka_unit_test(an_evening_in_utc_is_the_day_after_in_france),
        cmocka_unit_test(what_stands_for_no_day_is_told),
        cmocka_unit_test(days_to_come_are_told),
        cmocka_unit_test(what_is_no_day_is_none),
        cmocka_unit_test(every_day_is_read_in_every_form),
        cmocka_unit_test(verdicts_and_guesses_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
