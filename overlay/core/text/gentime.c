/* gentime.c - GeneralizedTime and durations.
 *
 * Days are counted from 1 March of year 0, so that the leap day is a year's
 * last and needs no case of its own.
 */
#include "core/text/gentime.h"

#include <inttypes.h>
#include <stdio.h>

#define MINUTE 60
#define HOUR 3600
#define DAY 86400

/* Days of 400 Gregorian years, 100 years, 4 years, 1 year. */
#define DAYS_400 146097
#define DAYS_100 36524
#define DAYS_4 1461
#define DAYS_1 365

/* From 0000-03-01 to 1970-01-01. */
#define EPOCH 719468

#define FIRST_SECOND INT64_C(-62135596800) /* 0001-01-01 00:00:00 */
#define LAST_SECOND INT64_C(253402300799)  /* 9999-12-31 23:59:59 */

#define LONGEST_DURATION (INT64_C(36525) * DAY)

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* n digits, which the caller has seen to be digits. */
static int
figure(const char *p, int n)
{
    int value = 0;

    while (n-- > 0)
        value = value * 10 + (*p++ - '0');
    return value;
}

static bool
is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1 March to the first of a month that is m months later. */
static int
days_before(int m)
{
    return (153 * m + 2) / 5;
}

static int64_t
days_since_epoch(int year, int month, int day)
{
    int64_t y = month > 2 ? year : year - 1;
    int m = month > 2 ? month - 3 : month + 9;

    return y * DAYS_1 + y / 4 - y / 100 + y / 400 + days_before(m) + day - 1 -
           EPOCH;
}

/* A dot or a comma and digits, or nothing. */
static bool
is_fraction(edc_str text)
{
    if (text.n == 0)
        return true;
    if (text.n == 1 || (text.p[0] != '.' && text.p[0] != ','))
        return false;
    for (size_t i = 1; i < text.n; i++) {
        if (!is_digit(text.p[i]))
            return false;
    }
    return true;
}

bool
edc_time_parse(edc_str text, int64_t *seconds)
{
    int year, month, day, hour, minute, second;

    if (text.n < 15 || text.p[text.n - 1] != 'Z')
        return false;
    for (int i = 0; i < 14; i++) {
        if (!is_digit(text.p[i]))
            return false;
    }
    if (!is_fraction((edc_str){text.p + 14, text.n - 15}))
        return false;
    year = figure(text.p, 4);
    month = figure(text.p + 4, 2);
    day = figure(text.p + 6, 2);
    hour = figure(text.p + 8, 2);
    minute = figure(text.p + 10, 2);
    second = figure(text.p + 12, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month) || hour > 23 || minute > 59 || second > 59)
        return false;
    *seconds = days_since_epoch(year, month, day) * DAY + (int64_t)hour * HOUR +
               (int64_t)minute * MINUTE + second;
    return true;
}

/* Writes the last n digits of a figure and returns where they end. */
static char *
write_figure(char *p, int n, int value)
{
    for (int i = n - 1; i >= 0; i--, value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + n;
}

static char *
write_date(char *p, int days)
{
    int year = days / DAYS_400 * 400, month;
    int centuries, fours, years;

    days %= DAYS_400;
    centuries = days / DAYS_100 < 3 ? days / DAYS_100 : 3;
    days -= centuries * DAYS_100;
    fours = days / DAYS_4;
    days -= fours * DAYS_4;
    years = days / DAYS_1 < 3 ? days / DAYS_1 : 3;
    days -= years * DAYS_1;
    month = (5 * days + 2) / 153;
    year += centuries * 100 + fours * 4 + years + (month < 10 ? 0 : 1);
    p = write_figure(p, 4, year);
    p = write_figure(p, 2, month < 10 ? month + 3 : month - 9);
    return write_figure(p, 2, days - days_before(month) + 1);
}

void
edc_time_format(int64_t seconds, char out[EDC_TIME_SIZE])
{
    int rest;
    char *p;

    if (seconds < FIRST_SECOND)
        seconds = FIRST_SECOND;
    if (seconds > LAST_SECOND)
        seconds = LAST_SECOND;
    seconds += (int64_t)EPOCH * DAY;
    rest = (int)(seconds % DAY);
    p = write_date(out, (int)(seconds / DAY));
    p = write_figure(p, 2, rest / HOUR);
    p = write_figure(p, 2, rest / MINUTE % MINUTE);
    p = write_figure(p, 2, rest % MINUTE);
    *p++ = 'Z';
    *p = '\0';
}

static int64_t
unit_seconds(char unit)
{
    switch (unit) {
    case 'd':
        return DAY;
    case 'h':
        return HOUR;
    case 'm':
        return MINUTE;
    case 's':
        return 1;
    default:
        return 0;
    }
}

bool
edc_duration_parse(edc_str text, int64_t *seconds)
{
    int64_t n = 0, unit;

    if (text.n < 2)
        return false;
    unit = unit_seconds(text.p[text.n - 1]);
    if (unit == 0)
        return false;
    for (size_t i = 0; i + 1 < text.n; i++) {
        if (!is_digit(text.p[i]))
            return false;
        n = n * 10 + (text.p[i] - '0');
        if (n > LONGEST_DURATION)
            return false;
    }
    if (n == 0 || n > LONGEST_DURATION / unit)
        return false;
    *seconds = n * unit;
    return true;
}

void
edc_duration_format(int64_t seconds, char *out, size_t size)
{
    static const char units[] = "dhm";
    const char *unit = units;

    while (*unit != '\0' && seconds % unit_seconds(*unit) != 0)
        unit++;
    if (*unit == '\0')
        unit = "s";
    snprintf(out, size, "%" PRId64 "%c", seconds / unit_seconds(*unit), *unit);
}
