/* uai.c - UAI codes and birth dates. */
#include "core/text/uai.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/text/gentime.h"

static const char letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ";

bool
edc_uai_shaped(edc_str uai)
{
    if (uai.n != 8)
        return false;
    for (size_t i = 0; i < 7; i++) {
        if (uai.p[i] < '0' || uai.p[i] > '9')
            return false;
    }
    return uai.p[7] != '\0' && strchr(letters, uai.p[7]) != NULL;
}

bool
edc_uai_valid(edc_str uai)
{
    unsigned number = 0;

    if (!edc_uai_shaped(uai))
        return false;
    for (size_t i = 0; i < 7; i++)
        number = number * 10 + (unsigned)(uai.p[i] - '0');
    return uai.p[7] == letters[number % 23];
}

bool
edc_birthdate_valid(edc_str date)
{
    char text[EDC_TIME_SIZE] = "";
    int64_t seconds;

    if (date.n != 10 || date.p[4] != '-' || date.p[7] != '-' ||
        memcmp(date.p, "1900", 4) < 0 || memcmp(date.p, "2199", 4) > 0)
        return false;
    snprintf(text, sizeof(text), "%.4s%.2s%.2s000000Z", date.p, date.p + 5,
        date.p + 8);
    return edc_time_parse(edc_str_of(text), &seconds);
}

/* Month names folded, and their short forms; NULL ends each row. */
static const char *const months[12][6] = {
    {"janvier", "january", "janv", "jan"},
    {"fevrier", "february", "fevr", "fev", "feb"},
    {"mars", "march", "mar"},
    {"avril", "april", "avr", "apr"},
    {"mai", "may"},
    {"juin", "june", "jun"},
    {"juillet", "july", "juil", "jul"},
    {"aout", "august", "aou", "aug"},
    {"septembre", "september", "sept", "sep"},
    {"octobre", "october", "oct"},
    {"novembre", "november", "nov"},
    {"decembre", "december", "dec"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int
edc_month_named(edc_str folded)
{
    for (size_t m = 0; m < COUNT(months); m++) {
        for (size_t i = 0; months[m][i] != NULL; i++) {
            if (edc_str_eq(folded, edc_str_of(months[m][i])))
                return (int)m + 1;
        }
    }
    return 0;
}

/* What may stand behind the number of a day. */
static const char *const ordinals[] = {"", "er", "st", "nd", "rd", "th"};

/* A day in its parts: two digits, and without the leading zero. */
typedef struct day {
    char yyyy[5], yy[3], mm[3], dd[3];
    const char *const *names;
} day;

static day
day_of(edc_str date)
{
    day b;

    snprintf(b.yyyy, sizeof(b.yyyy), "%.4s", date.p);
    snprintf(b.yy, sizeof(b.yy), "%.2s", date.p + 2);
    snprintf(b.mm, sizeof(b.mm), "%.2s", date.p + 5);
    snprintf(b.dd, sizeof(b.dd), "%.2s", date.p + 8);
    b.names = months[(b.mm[0] - '0') * 10 + (b.mm[1] - '0') - 1];
    return b;
}

/* A number without the zero that pads it. */
static edc_str
unpadded(edc_str number)
{
    bool padded = number.n > 1 && number.p[0] == '0';

    return padded ? (edc_str){number.p + 1, number.n - 1} : number;
}

static bool
has(edc_str text, const char *what)
{
    size_t n = strlen(what);

    return text.n >= n && memmem(text.p, text.n, what, n) != NULL;
}

/* The orders of day, month and year; Y has four digits, y two. */
static const char orders[][4] = {"dmY", "Ymd", "mdY", "dmy", "ymd"};

/* The part of a day that a letter of an order stands for. */
static const char *
part_of(const day *b, char letter)
{
    switch (letter) {
    case 'd':
        return b->dd;
    case 'm':
        return b->mm;
    case 'Y':
        return b->yyyy;
    default:
        return b->yy;
    }
}

/* Digits run together. */
static bool
has_digits(edc_str folded, const day *b)
{
    char form[16];

    for (size_t i = 0; i < COUNT(orders); i++) {
        snprintf(form, sizeof(form), "%s%s%s", part_of(b, orders[i][0]),
            part_of(b, orders[i][1]), part_of(b, orders[i][2]));
        if (has(folded, form))
            return true;
    }
    return false;
}

/* A day's number, as written, on either side of the month's name. */
static bool
has_day_and_name(
    edc_str folded, const char *number, const char *ordinal, const day *b)
{
    const char *const years[] = {b->yyyy, b->yy};
    char form[40];

    for (size_t y = 0; y < COUNT(years); y++) {
        for (size_t i = 0; b->names[i] != NULL; i++) {
            snprintf(form, sizeof(form), "%s%s%s%s", number, ordinal,
                b->names[i], years[y]);
            if (has(folded, form))
                return true;
            snprintf(form, sizeof(form), "%s%s%s%s", b->names[i], number,
                ordinal, years[y]);
            if (has(folded, form))
                return true;
        }
    }
    return false;
}

static bool
has_month_name(edc_str folded, const day *b)
{
    const char *short_day = b->dd[0] == '0' ? b->dd + 1 : b->dd;

    for (size_t i = 0; i < COUNT(ordinals); i++) {
        if (has_day_and_name(folded, short_day, ordinals[i], b) ||
            has_day_and_name(folded, b->dd, ordinals[i], b))
            return true;
    }
    return false;
}

/* Whether three numbers are the day in one of the orders, padded or not. */
static bool
are_the_day(const edc_str numbers[3], const day *b)
{
    for (size_t i = 0; i < COUNT(orders); i++) {
        size_t same = 0;

        for (size_t j = 0; j < 3; j++) {
            bool year = orders[i][j] == 'Y' || orders[i][j] == 'y';
            edc_str part = edc_str_of(part_of(b, orders[i][j]));

            same += year ? edc_str_eq(numbers[j], part)
                         : edc_str_eq(unpadded(numbers[j]), unpadded(part));
        }
        if (same == 3)
            return true;
    }
    return false;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "3/9/2011": numbers with something that is no digit between them. */
static bool
has_separated(edc_str text, const day *b)
{
    edc_str numbers[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    bool inside = false;

    for (size_t i = 0; i < text.n; i++) {
        if (!is_digit(text.p[i])) {
            inside = false;
            continue;
        }
        if (!inside) {
            numbers[0] = numbers[1];
            numbers[1] = numbers[2];
            numbers[2] = (edc_str){text.p + i, 0};
            inside = true;
        }
        numbers[2].n++;
        if ((i + 1 == text.n || !is_digit(text.p[i + 1])) &&
            are_the_day(numbers, b))
            return true;
    }
    return false;
}

bool
edc_birthdate_in(edc_str text, edc_str folded, edc_str date)
{
    day b;

    if (!edc_birthdate_valid(date))
        return false;
    b = day_of(date);
    return has_digits(folded, &b) || has_month_name(folded, &b) ||
           has_separated(text, &b);
}
