/* day.c - a day of birth, however spreadsheets and schools' software write it.
 */
#include "source/day.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/password/fold.h"
#include "core/text/gentime.h"
#include "core/text/uai.h"

/* Days from 30 December 1899, which spreadsheets count from, to 1 January
 * 1970; from 1 March 1900 on Excel's numbers and LibreOffice's are the same. */
#define EPOCH_SERIAL 25569
#define SERIAL_LEAST 10000

/* The parts of a text: numbers, and one word that names a month. */
typedef struct pieces {
    edc_str number[3];
    size_t n;
    edc_str word;
    size_t word_at; /* numbers before the word */
    edc_str rest;   /* behind them: a time of day */
} pieces;

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static edc_str
from(edc_str text, size_t n)
{
    return (edc_str){text.p + n, text.n - n};
}

static size_t
digits_at(edc_str text)
{
    size_t n = 0;

    while (n < text.n && is_digit(text.p[n]))
        n++;
    return n;
}

static int
number_of(edc_str digits)
{
    int value = 0;

    for (size_t i = 0; i < digits.n && i < 8; i++)
        value = value * 10 + (digits.p[i] - '0');
    return value;
}

/* ---- white space and signs ---- */

static size_t
blank_at(edc_str text)
{
    size_t n = 0;

    while (n < text.n) {
        if (text.p[n] == ' ' || text.p[n] == '\t')
            n++;
        else if (text.n - n >= 2 && memcmp(text.p + n, "\xC2\xA0", 2) == 0)
            n += 2;
        else
            break;
    }
    return n;
}

/* Trimmed, without the apostrophe by which a spreadsheet marks a text. */
static edc_str
bare(edc_str text)
{
    text = from(text, blank_at(text));
    if (text.n > 0 && text.p[0] == '\'')
        text = from(text, 1);
    while (
        text.n > 0 && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
        text.n--;
    while (text.n >= 2 && memcmp(text.p + text.n - 2, "\xC2\xA0", 2) == 0)
        text.n -= 2;
    return text;
}

/* What stands between two parts: one sign with or without blanks, or blanks. */
static size_t
separator_at(edc_str text)
{
    size_t n = blank_at(text);

    if (n < text.n && text.p[n] != '\0' && strchr("/-.", text.p[n]) != NULL)
        n++;
    return n + blank_at(from(text, n));
}

/* A time of day: "T00:00:00.000Z", " 00:00", " 12:00:00 AM". */
static bool
is_time(edc_str text)
{
    size_t blank = blank_at(text);

    if (text.n == 0)
        return true;
    /* A zone without a time, as XML Schema's dates may have. */
    if (text.p[0] == 'Z' || text.p[0] == '+')
        return text.n == (text.p[0] == 'Z' ? 1 : 6);
    if (blank == 0 && text.p[0] != 'T')
        return false;
    text = from(text, blank == 0 ? 1 : blank);
    if (digits_at(text) == 0 || digits_at(text) > 6)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\0' ||
            strchr("0123456789:.,+-ZAPMh ", text.p[i]) == NULL)
            return false;
    }
    return digits_at(text) >= 4 || memchr(text.p, ':', text.n) != NULL ||
           memchr(text.p, 'h', text.n) != NULL;
}

/* Midnight in France as a program writes it that thinks in UTC. */
static bool
is_evening_utc(edc_str time)
{
    return time.n >= 7 && time.p[0] == 'T' && time.p[time.n - 1] == 'Z' &&
           (memcmp(time.p + 1, "22:00", 5) == 0 ||
               memcmp(time.p + 1, "23:00", 5) == 0);
}

/* ---- taking a text apart ---- */

/* Letters up to a sign, a blank or a digit; a full stop ends a short form. */
static size_t
word_at(edc_str text)
{
    size_t n = 0;

    while (n < text.n && !is_digit(text.p[n]) && text.p[n] != '\0' &&
           strchr(" \t/-.", text.p[n]) == NULL)
        n++;
    return n;
}

/* "1er": the two letters are no month. */
static size_t
ordinal_at(edc_str text)
{
    return text.n >= 2 && memcmp(text.p, "er", 2) == 0 ? 2 : 0;
}

static bool
take_apart(edc_str text, pieces *p)
{
    *p = (pieces){.n = 0};
    while (text.n > 0) {
        size_t n = digits_at(text);

        if (n > 0) {
            p->number[p->n++] = (edc_str){text.p, n};
            text = from(text, n);
            text = from(text, ordinal_at(text));
        } else {
            n = word_at(text);
            if (n == 0 || p->word.n > 0)
                return false;
            p->word = (edc_str){text.p, n};
            p->word_at = p->n;
            text = from(text, n);
            /* Of a short form: "févr.-2011". */
            if (text.n > 1 && text.p[0] == '.' && !is_digit(text.p[1]))
                text = from(text, 1);
        }
        if (p->n + (p->word.n > 0) == 3)
            break;
        n = separator_at(text);
        if (n == 0 && text.n > 0)
            break;
        text = from(text, n);
    }
    p->rest = text;
    return p->n > 0;
}

/* ---- days ---- */

static bool
put(src_day *day, int year, int month, int number)
{
    if (year < 0 || year > 9999 || month < 0 || month > 99 || number < 0 ||
        number > 99)
        return false;
    snprintf(day->iso, sizeof(day->iso), "%04d-%02d-%02d", year % 10000,
        month % 100, number % 100);
    return true;
}

static bool
put_short_year(src_day *day, const char *today, int year, int month, int number)
{
    int century = number_of((edc_str){today, 4}) / 100;

    day->guess = SRC_DAY_CENTURY;
    if (!put(day, century * 100 + year, month, number))
        return false;
    if (strcmp(day->iso, today) > 0)
        return put(day, century * 100 - 100 + year, month, number);
    return true;
}

/* Day, month and year: digits and what the month is. */
static bool
put_parts(
    src_day *day, const char *today, edc_str number, int month, edc_str year)
{
    if (number.n > 2 || month < 0)
        return false;
    if (year.n == 2)
        return put_short_year(
            day, today, number_of(year), month, number_of(number));
    return year.n == 4 && put(day, number_of(year), month, number_of(number));
}

static bool
put_serial(src_day *day, int64_t serial)
{
    time_t seconds = (time_t)(serial - EPOCH_SERIAL) * 86400;
    struct tm tm;

    day->guess = SRC_DAY_SERIAL;
    return gmtime_r(&seconds, &tm) != NULL &&
           put(day, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* Digits run together. */
static bool
put_run(src_day *day, edc_str d)
{
    if (d.n == 5)
        return number_of(d) >= SERIAL_LEAST && put_serial(day, number_of(d));
    if (d.n == 7)
        return put(day, number_of(from(d, 3)), number_of((edc_str){d.p + 1, 2}),
            number_of((edc_str){d.p, 1}));
    if (d.n != 8)
        return false;
    /* No eight digits are a day in both orders: no month is 19 or more. */
    if (put(day, number_of((edc_str){d.p, 4}), number_of((edc_str){d.p + 4, 2}),
            number_of(from(d, 6))) &&
        edc_birthdate_valid(edc_str_of(day->iso)))
        return true;
    return put(day, number_of(from(d, 4)), number_of((edc_str){d.p + 2, 2}),
        number_of((edc_str){d.p, 2}));
}

static int
month_of(edc_str word)
{
    edc_buf folded = {NULL, 0};
    int month = -1;

    if (edc_fold(word, &folded) && folded.n > 0)
        month = edc_month_named(edc_buf_str(&folded));
    edc_buf_wipe(&folded);
    return month > 0 ? month : -1;
}

/* A spreadsheet's number may have a part of a day behind it. */
static bool
is_fraction(edc_str rest)
{
    return rest.n == 0 || ((rest.p[0] == '.' || rest.p[0] == ',') &&
                              digits_at(from(rest, 1)) == rest.n - 1);
}

static bool
put_text(src_day *day, edc_str text, const char *today)
{
    size_t n = digits_at(text);
    pieces p;

    if (n == text.n || (n == 5 && is_fraction(from(text, n))))
        return put_run(day, (edc_str){text.p, n});
    if (n == 8 && is_time(from(text, n)))
        return put_run(day, (edc_str){text.p, n});
    if (!take_apart(text, &p) || !is_time(p.rest))
        return false;
    if (p.n == 3 && p.number[0].n == 4) {
        day->guess = is_evening_utc(p.rest) ? SRC_DAY_UTC : SRC_DAY_AS_WRITTEN;
        return p.number[1].n <= 2 && p.number[2].n <= 2 &&
               put(day, number_of(p.number[0]), number_of(p.number[1]),
                   number_of(p.number[2]));
    }
    if (p.n == 3)
        return p.number[1].n <= 2 && put_parts(day, today, p.number[0],
                                         number_of(p.number[1]), p.number[2]);
    return p.n == 2 && p.word.n > 0 && p.word_at == 1 &&
           put_parts(day, today, p.number[0], month_of(p.word), p.number[1]);
}

/* ---- what it says ---- */

/* Nothing but zeros and signs, or the first days that spreadsheets know. */
static bool
is_filler(edc_str text, const char *iso)
{
    static const char *const first[] = {
        "1900-01-01", "1899-12-30", "1899-12-31", "1900-01-00", "0001-01-01"};
    size_t zeros = 0;

    for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
        if (strcmp(iso, first[i]) == 0)
            return true;
    }
    if (text.n == 1 && (text.p[0] == '1' || text.p[0] == '2'))
        return true;
    while (zeros < text.n && text.p[zeros] != '\0' &&
           strchr("0/-.: ", text.p[zeros]) != NULL)
        zeros++;
    return text.n > 0 && zeros == text.n;
}

/* The day after, for what UTC calls the evening before. */
static void
add_day(src_day *day)
{
    struct tm tm = {.tm_year = number_of((edc_str){day->iso, 4}) - 1900,
        .tm_mon = number_of((edc_str){day->iso + 5, 2}) - 1,
        .tm_mday = number_of((edc_str){day->iso + 8, 2}) + 1};
    time_t seconds = timegm(&tm);

    if (gmtime_r(&seconds, &tm) != NULL)
        (void)put(day, tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/* 03/25/2012, as a spreadsheet writes that is set to another country. */
static bool
is_month_first(edc_str text, const char *today)
{
    src_day day = {.iso = ""};
    pieces p;

    return take_apart(text, &p) && p.n == 3 && is_time(p.rest) &&
           p.number[0].n <= 2 && p.number[1].n <= 2 &&
           put_parts(
               &day, today, p.number[1], number_of(p.number[0]), p.number[2]) &&
           edc_birthdate_valid(edc_str_of(day.iso));
}

src_day_verdict
src_day_read(edc_str text, const char *today, src_day *day)
{
    src_day_verdict verdict = SRC_DAY_GOOD;
    bool read;

    *day = (src_day){.iso = ""};
    text = bare(text);
    read = text.n > 0 && put_text(day, text, today);
    if (is_filler(text, day->iso))
        verdict = SRC_DAY_FILLER;
    else if (!read || !edc_birthdate_valid(edc_str_of(day->iso)))
        verdict =
            is_month_first(text, today) ? SRC_DAY_MONTH_FIRST : SRC_DAY_NONE;
    else if (day->guess == SRC_DAY_UTC)
        add_day(day);
    if (verdict == SRC_DAY_GOOD && strcmp(day->iso, today) > 0)
        verdict = SRC_DAY_FUTURE;
    if (verdict != SRC_DAY_GOOD)
        *day = (src_day){.iso = ""};
    return verdict;
}

const char *
src_day_words(src_day_verdict verdict)
{
    switch (verdict) {
    case SRC_DAY_NONE:
        return "is no day";
    case SRC_DAY_FILLER:
        return "is what software puts where it knows no day";
    case SRC_DAY_FUTURE:
        return "is a day to come";
    case SRC_DAY_MONTH_FIRST:
        return "is no day, unless the month stands first";
    default:
        return "";
    }
}

const char *
src_day_guessed(src_day_guess guess)
{
    switch (guess) {
    case SRC_DAY_CENTURY:
        return "has a year of two digits";
    case SRC_DAY_SERIAL:
        return "is a spreadsheet's number of a day";
    case SRC_DAY_UTC:
        return "is an evening in UTC: the day after in France";
    default:
        return "";
    }
}

void
src_day_today(char today[11])
{
    time_t now = time(NULL);
    struct tm tm;

    if (gmtime_r(&now, &tm) == NULL ||
        strftime(today, 11, "%Y-%m-%d", &tm) == 0)
        memcpy(today, "2199-12-31", 11);
}
