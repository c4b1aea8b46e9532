/* gentime.c - GeneralizedTime and durations. */
#include "gentime.h"

#include <inttypes.h>
#include <stdio.h>

#define DAY 86400
#define SECONDS_YEAR_1 INT64_C(-62135596800)    /* 00010101000000Z */
#define SECONDS_YEAR_9999 INT64_C(253402300799) /* 99991231235959Z */
#define DURATION_MAX (INT64_C(36525) * DAY)

static bool
leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int
days_in(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && leap(year) ? 29 : days[month - 1];
}

/* Days before the first of a year, counted from the year 1. */
static int64_t
days_before(int64_t year)
{
    int64_t y = year - 1;

    return y * 365 + y / 4 - y / 100 + y / 400;
}

static bool
number(const char *p, int digits, int *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *out = *out * 10 + (p[i] - '0');
    }
    return true;
}

/* What may stand between the seconds and the Z: [.,] and digits. */
static bool
fraction(edc_str rest)
{
    if (rest.n == 0)
        return true;
    if (rest.n == 1 || (rest.p[0] != '.' && rest.p[0] != ','))
        return false;
    for (size_t i = 1; i < rest.n; i++) {
        if (rest.p[i] < '0' || rest.p[i] > '9')
            return false;
    }
    return true;
}

bool
edc_time_parse(edc_str text, int64_t *seconds)
{
    int year, month, day, hour, minute, second;
    int64_t days;

    if (text.n < 15 || text.p[text.n - 1] != 'Z' || !number(text.p, 4, &year) ||
        !number(text.p + 4, 2, &month) || !number(text.p + 6, 2, &day) ||
        !number(text.p + 8, 2, &hour) || !number(text.p + 10, 2, &minute) ||
        !number(text.p + 12, 2, &second) ||
        !fraction((edc_str){text.p + 14, text.n - 15}))
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 ||
        day > days_in(year, month) || hour > 23 || minute > 59 || second > 59)
        return false;
    days = days_before(year) + day - 1;
    for (int m = 1; m < month; m++)
        days += days_in(year, m);
    *seconds = SECONDS_YEAR_1 + days * DAY + hour * 3600 + minute * 60 + second;
    return true;
}

void
edc_time_format(int64_t seconds, char out[EDC_TIME_SIZE])
{
    int64_t s = seconds < SECONDS_YEAR_1      ? SECONDS_YEAR_1
                : seconds > SECONDS_YEAR_9999 ? SECONDS_YEAR_9999
                                              : seconds;
    int64_t days = (s - SECONDS_YEAR_1) / DAY;
    int rest = (int)((s - SECONDS_YEAR_1) % DAY);
    int64_t year = days / 366 + 1;
    int month = 1;
    unsigned parts[6];

    while (days_before(year + 1) <= days)
        year++;
    days -= days_before(year);
    while (days >= days_in(year, month))
        days -= days_in(year, month++);
    parts[0] = (unsigned)year % 10000;
    parts[1] = (unsigned)month % 100;
    parts[2] = (unsigned)(days + 1) % 100;
    parts[3] = (unsigned)(rest / 3600) % 100;
    parts[4] = (unsigned)(rest / 60 % 60) % 100;
    parts[5] = (unsigned)(rest % 60) % 100;
    snprintf(out, EDC_TIME_SIZE, "%04u%02u%02u%02u%02u%02uZ", parts[0],
        parts[1], parts[2], parts[3], parts[4], parts[5]);
}

static int64_t
unit_seconds(char unit)
{
    switch (unit) {
    case 'd':
        return DAY;
    case 'h':
        return 3600;
    case 'm':
        return 60;
    case 's':
        return 1;
    default:
        return 0;
    }
}

bool
edc_duration_parse(edc_str text, int64_t *seconds)
{
    int64_t unit = text.n < 2 ? 0 : unit_seconds(text.p[text.n - 1]);
    int64_t count = 0;

    if (unit == 0)
        return false;
    for (size_t i = 0; i + 1 < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        count = count * 10 + (text.p[i] - '0');
        if (count * unit > DURATION_MAX)
            return false;
    }
    if (count == 0)
        return false;
    *seconds = count * unit;
    return true;
}

void
edc_duration_format(int64_t seconds, char *out, size_t size)
{
    static const char units[] = "dhms";
    size_t u = 0;

    while (seconds % unit_seconds(units[u]) != 0)
        u++;
    snprintf(
        out, size, "%" PRId64 "%c", seconds / unit_seconds(units[u]), units[u]);
}
