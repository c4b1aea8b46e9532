/* uai.c - UAI codes and birth dates. */
#include "uai.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fold.h"
#include "gentime.h"

bool
edc_uai_valid(edc_str uai)
{
    static const char letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ";
    unsigned number = 0;

    if (uai.n != 8)
        return false;
    for (size_t i = 0; i < 7; i++) {
        if (uai.p[i] < '0' || uai.p[i] > '9')
            return false;
        number = number * 10 + (unsigned)(uai.p[i] - '0');
    }
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

/* Month names folded, and their short forms. */
static const char *const months[12][7] = {
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

/* A day in its parts: two digits, and without the leading zero. */
typedef struct day {
    char yyyy[5], yy[3], mm[3], dd[3];
    const char *m, *d;
    int month;
} day;

static bool
has(edc_str text, const char *what)
{
    return memmem(text.p, text.n, what, strlen(what)) != NULL;
}

/* Digits run together: orders of day, month and year. */
static bool
has_digits(edc_str folded, const day *b)
{
    char forms[5][16];

    snprintf(forms[0], 16, "%s%s%s", b->dd, b->mm, b->yyyy);
    snprintf(forms[1], 16, "%s%s%s", b->yyyy, b->mm, b->dd);
    snprintf(forms[2], 16, "%s%s%s", b->mm, b->dd, b->yyyy);
    snprintf(forms[3], 16, "%s%s%s", b->dd, b->mm, b->yy);
    snprintf(forms[4], 16, "%s%s%s", b->yy, b->mm, b->dd);
    for (size_t i = 0; i < 5; i++) {
        if (has(folded, forms[i]))
            return true;
    }
    return false;
}

static bool
has_month_name(edc_str folded, const day *b)
{
    char form[32];

    for (size_t i = 0; i < 7 && months[b->month][i] != NULL; i++) {
        snprintf(
            form, sizeof(form), "%s%s%s", b->d, months[b->month][i], b->yyyy);
        if (has(folded, form))
            return true;
        snprintf(
            form, sizeof(form), "%s%s%s", b->d, months[b->month][i], b->yy);
        if (has(folded, form))
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

    for (size_t i = 0; i < text.n;) {
        size_t start = i;

        if (!is_digit(text.p[i])) {
            i++;
            continue;
        }
        while (i < text.n && is_digit(text.p[i]))
            i++;
        numbers[0] = numbers[1];
        numbers[1] = numbers[2];
        numbers[2] = (edc_str){text.p + start, i - start};
        for (int first = 0; first < 2; first++) {
            const char *x = first == 0 ? b->d : b->m;
            const char *y = first == 0 ? b->m : b->d;
            edc_str p = numbers[0], q = numbers[1], r = numbers[2];

            if (p.n > 1 && p.p[0] == '0')
                p.p++, p.n--;
            if (q.n > 1 && q.p[0] == '0')
                q.p++, q.n--;
            if (edc_str_eq(p, edc_str_of(x)) && edc_str_eq(q, edc_str_of(y)) &&
                (edc_str_eq(r, edc_str_of(b->yyyy)) ||
                    edc_str_eq(r, edc_str_of(b->yy))))
                return true;
        }
    }
    return false;
}

bool
edc_birthdate_in(edc_str text, edc_str date)
{
    edc_buf folded;
    bool found;
    day b;

    if (!edc_birthdate_valid(date) || !edc_fold(text, &folded))
        return false;
    snprintf(b.yyyy, sizeof(b.yyyy), "%.4s", date.p);
    snprintf(b.yy, sizeof(b.yy), "%.2s", date.p + 2);
    snprintf(b.mm, sizeof(b.mm), "%.2s", date.p + 5);
    snprintf(b.dd, sizeof(b.dd), "%.2s", date.p + 8);
    b.month = (b.mm[0] - '0') * 10 + (b.mm[1] - '0') - 1;
    b.m = b.mm[0] == '0' ? b.mm + 1 : b.mm;
    b.d = b.dd[0] == '0' ? b.dd + 1 : b.dd;
    found = has_digits(edc_buf_str(&folded), &b) ||
            has_month_name(edc_buf_str(&folded), &b) || has_separated(text, &b);
    edc_buf_wipe(&folded);
    return found;
}
