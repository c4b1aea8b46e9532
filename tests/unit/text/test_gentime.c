/* test_gentime.c - GeneralizedTime and durations, read and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/text/gentime.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIRST INT64_C(-62135596800)
#define LAST INT64_C(253402300799)

static void
known_times(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } known[] = {
        {"19700101000000Z", 0},
        {"19700101000001Z", 1},
        {"19691231235959Z", -1},
        {"20000229000000Z", 951782400},
        {"20000301000000Z", 951868800},
        {"19000228235959Z", INT64_C(-2203891201)},
        {"19000301000000Z", INT64_C(-2203891200)},
        {"20210825000000Z", 1629849600},
        {"20380119031408Z", INT64_C(2147483648)},
        {"21000228235959Z", INT64_C(4107542399)},
        {"21000301000000Z", INT64_C(4107542400)},
        {"00010101000000Z", FIRST},
        {"00040229120000Z", INT64_C(-62035848000)},
        {"99991231235959Z", LAST},
    };
    char text[EDC_TIME_SIZE];
    int64_t seconds;

    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        assert_true(edc_time_parse(edc_str_of(known[i].text), &seconds));
        assert_int_equal(seconds, known[i].seconds);
        edc_time_format(known[i].seconds, text);
        assert_string_equal(text, known[i].text);
    }
}

/* The C library's calendar is another's work: both agree on every day of the
 * years 1 to 9999, in turn on its first and its last second; where its time_t
 * is short, on those that it has. */
static void
every_day_agrees_with_the_c_library(void **state)
{
    char text[EDC_TIME_SIZE], other[64];
    bool late = false;

    (void)state;
    for (int64_t day = FIRST; day < LAST; day += 86400, late = !late) {
        int64_t seconds = late ? day + 86399 : day, back = 0;
        time_t t = (time_t)seconds;
        struct tm tm;

        if (gmtime_r(&t, &tm) == NULL)
            fail();
        snprintf(other, sizeof(other), "%04d%02d%02d%02d%02d%02dZ",
            tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
            tm.tm_sec);
        edc_time_format(seconds, text);
        if (t == seconds && strcmp(text, other) != 0)
            fail_msg("%s is %s", other, text);
        if (!edc_time_parse(edc_str_of(text), &back) || back != seconds)
            fail_msg("%s is read as %lld", text, (long long)back);
    }
}

static void
every_month_has_its_days(void **state)
{
    static const int years[] = {
        1, 4, 100, 400, 1900, 1999, 2000, 2023, 2024, 2100, 2400, 9996, 9999};
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    char text[64];
    int64_t seconds;

    (void)state;
    for (size_t y = 0; y < COUNT(years); y++) {
        int year = years[y];
        int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        for (int month = 0; month <= 13; month++) {
            int last = month < 1 || month > 12
                           ? 0
                           : days[month - 1] + (month == 2 ? leap : 0);

            for (int day = 0; day <= 32; day++) {
                snprintf(text, sizeof(text), "%04d%02d%02d010203Z", year, month,
                    day);
                assert_int_equal(edc_time_parse(edc_str_of(text), &seconds),
                    day >= 1 && day <= last);
            }
        }
    }
}

static void
bad_times(void **state)
{
    static const char *const bad[] = {"", "Z", "0", "2024", "2024010100Z",
        "202401010000Z", "20240101000000", "20240101000000z",
        "20240101000000+0100", "20240101000000-0000", "00000101000000Z",
        "20240101240000Z", "20240101006000Z", "20240101000060Z",
        "20161231235960Z", "20240101000000.Z", "20240101000000,Z",
        "20240101000000.5", "20240101000000.5xZ", "20240101000000.5 Z",
        "20240101000000x5Z", "20240101000000.-5Z", " 20240101000000Z",
        "20240101000000Z ", "2024010100000 Z", "+0240101000000Z",
        "-0240101000000Z", "2024 101000000Z", "2024/101000000Z",
        "2024:101000000Z", "202401010000000Z", "120240101000000Z",
        "20240101000000ZZ", "20240101T000000Z", "now"};
    static const char nul[] = "2024010100000\0Z";
    int64_t seconds = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(edc_time_parse(edc_str_of(bad[i]), &seconds));
    assert_false(edc_time_parse((edc_str){nul, 15}, &seconds));
    assert_false(edc_time_parse((edc_str){NULL, 0}, &seconds));
    assert_int_equal(seconds, 42);
}

/* Any byte in any place that is not what belongs there. */
static void
no_other_byte_passes(void **state)
{
    static const char good[] = "20240131115958Z";
    char text[EDC_TIME_SIZE];
    int64_t seconds;

    (void)state;
    for (size_t i = 0; i < 15; i++) {
        for (int c = 0; c < 256; c++) {
            bool digit = c >= '0' && c <= '9';

            memcpy(text, good, sizeof(good));
            text[i] = (char)c;
            if (i == 14 ? c != 'Z' : !digit)
                assert_false(edc_time_parse((edc_str){text, 15}, &seconds));
        }
        assert_false(edc_time_parse((edc_str){good, i}, &seconds));
    }
}

static void
fractions_are_dropped(void **state)
{
    static const char *const good[] = {"20240101000000.0Z", "20240101000000.5Z",
        "20240101000000,999Z",
        "20240101000000.123456789012345678901234567890Z"};
    int64_t seconds;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(edc_time_parse(edc_str_of(good[i]), &seconds));
        assert_int_equal(seconds, 1704067200);
    }
}

static void
times_out_of_the_years_are_clamped(void **state)
{
    char text[EDC_TIME_SIZE];

    (void)state;
    edc_time_format(FIRST - 1, text);
    assert_string_equal(text, "00010101000000Z");
    edc_time_format(INT64_MIN, text);
    assert_string_equal(text, "00010101000000Z");
    edc_time_format(LAST + 1, text);
    assert_string_equal(text, "99991231235959Z");
    edc_time_format(INT64_MAX, text);
    assert_string_equal(text, "99991231235959Z");
}

static void
durations(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
        const char *written;
    } known[] = {
        {"1s", 1, "1s"},
        {"30s", 30, "30s"},
        {"60s", 60, "1m"},
        {"61s", 61, "61s"},
        {"15m", 900, "15m"},
        {"90m", 5400, "90m"},
        {"12h", 43200, "12h"},
        {"24h", 86400, "1d"},
        {"25h", 90000, "25h"},
        {"90d", 7776000, "90d"},
        {"007d", 604800, "7d"},
        {"36525d", INT64_C(3155760000), "36525d"},
        {"876600h", INT64_C(3155760000), "36525d"},
        {"52596000m", INT64_C(3155760000), "36525d"},
        {"3155760000s", INT64_C(3155760000), "36525d"},
        {"3155759999s", INT64_C(3155759999), "3155759999s"},
    };
    char text[16];
    int64_t seconds;

    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        assert_true(edc_duration_parse(edc_str_of(known[i].text), &seconds));
        assert_int_equal(seconds, known[i].seconds);
        edc_duration_format(seconds, text, sizeof(text));
        assert_string_equal(text, known[i].written);
    }
}

static void
bad_durations(void **state)
{
    static const char *const bad[] = {"", "d", "s", "1", "90", "0s", "0d",
        "000m", "-1d", "+1d", " 1d", "1d ", "1 d", "1D", "1H", "1w", "1y",
        "1ms", "1d1h", "1.5d", "1,5d", "0x1d", "1e3s", "36526d", "876601h",
        "52596001m", "3155760001s", "99999999999d", "9223372036854775807s",
        "9223372036854775808s", "18446744073709551617s",
        "00000000000000000000000000000000099999999999999999999999s", "infd",
        "1:0s", "1/0s"};
    int64_t seconds = 42;

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(edc_duration_parse(edc_str_of(bad[i]), &seconds));
    assert_false(edc_duration_parse((edc_str){NULL, 0}, &seconds));
    assert_false(edc_duration_parse((edc_str){"1\0s", 3}, &seconds));
    assert_false(edc_duration_parse((edc_str){"1\0", 2}, &seconds));
    assert_int_equal(seconds, 42);
}

static void
small_buffers_are_kept(void **state)
{
    char text[4] = "xxx";

    (void)state;
    edc_duration_format(86400 * 365, text, 3);
    assert_string_equal(text, "36");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_times),
        cmocka_unit_test(every_day_agrees_with_the_c_library),
        cmocka_unit_test(every_month_has_its_days),
        cmocka_unit_test(bad_times),
        cmocka_unit_test(no_other_byte_passes),
        cmocka_unit_test(fractions_are_dropped),
        cmocka_unit_test(times_out_of_the_years_are_clamped),
        cmocka_unit_test(durations),
        cmocka_unit_test(bad_durations),
        cmocka_unit_test(small_buffers_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
