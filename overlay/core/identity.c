/* identity.c - telephone numbers, names, birth dates. */
#include "identity.h"

#include <stdio.h>
#include <string.h>

#include "fold.h"

/* ITU-T E.164 allows 15 digits; prefixes come on top. */
#define DIGITS_MAX 20

/* The digits, "00" in place of a plus sign. Returns how many, 0 when too
 * many. */
static size_t
read_digits(edc_str text, char digits[DIGITS_MAX + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '+' && n == 0) {
            memcpy(digits, "00", 2);
            n = 2;
        } else if (c >= '0' && c <= '9') {
            if (n == DIGITS_MAX)
                return 0;
            digits[n++] = c;
        }
    }
    digits[n] = '\0';
    return n;
}

bool
edc_phone_read(edc_str text, edc_phone *phone)
{
    char digits[DIGITS_MAX + 1] = "";
    const char *rest = digits;
    bool french;

    if (read_digits(text, digits) == 0)
        return false;
    french = strncmp(digits, "0033", 4) == 0;
    if (french)
        rest += 4;
    else if (digits[0] == '0' && digits[1] != '0')
        french = true;
    /* "+33 (0)6": the 0 stands there twice. */
    if (french && rest[0] == '0')
        rest++;
    if (strspn(rest, "0") == strlen(rest))
        return false;
    if (french) {
        snprintf(phone->national, EDC_PHONE_SIZE, "0%s", rest);
        snprintf(phone->international, EDC_PHONE_SIZE, "+33%s", rest);
    } else {
        bool foreign = strncmp(rest, "00", 2) == 0;

        snprintf(phone->national, EDC_PHONE_SIZE, "%s", rest);
        snprintf(phone->international, EDC_PHONE_SIZE, "%s%s",
            foreign ? "+" : "", foreign ? rest + 2 : rest);
    }
    return true;
}

bool
edc_names_same(const edc_str *values, size_t n, const edc_str *others,
    size_t n_others, bool *same)
{
    *same = false;
    for (size_t i = 0; i < n && !*same; i++) {
        edc_buf folded;
        bool done;

        if (!edc_fold(values[i], &folded))
            return false;
        done = true;
        for (size_t k = 0; k < n_others && done && folded.n > 0 && !*same; k++)
            done = edc_fold_same(others[k], edc_buf_str(&folded), same);
        edc_buf_wipe(&folded);
        if (!done)
            return false;
    }
    return true;
}

static size_t
count(const edc_str *dates, size_t n, edc_str date)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++)
        found += edc_str_eq(dates[i], date) ? 1 : 0;
    return found;
}

bool
edc_dates_same(
    const edc_str *dates, size_t n, const edc_str *others, size_t n_others)
{
    bool same = n == n_others;

    for (size_t i = 0; i < n && same; i++)
        same = count(dates, n, dates[i]) == count(others, n_others, dates[i]);
    return same;
}
