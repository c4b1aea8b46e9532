/* words.c - names of classes, days and DNs as letters need them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unicase.h>
#include <uninorm.h>

#include "ctl/ctl.h"
#include "core/text/gentime.h"
#include "letters/words.h"

#define LABEL_MAX 48

/* ---- order ---- */

static size_t
digits(const char *s)
{
    return strspn(s, "0123456789");
}

/* Compares the numbers that two texts begin with, and goes past them. */
static int
compare_numbers(const char **a, const char **b)
{
    size_t n, m;
    int order;

    while (**a == '0' && isdigit((unsigned char)(*a)[1]))
        ++*a;
    while (**b == '0' && isdigit((unsigned char)(*b)[1]))
        ++*b;
    n = digits(*a);
    m = digits(*b);
    order = n != m ? (n < m ? -1 : 1) : strncmp(*a, *b, n);
    *a += n;
    *b += m;
    return order;
}

int
letters_compare(const char *a, const char *b)
{
    const char *p = a, *q = b;

    while (*p != '\0' && *q != '\0') {
        int order;

        if (isdigit((unsigned char)*p) && isdigit((unsigned char)*q)) {
            order = compare_numbers(&p, &q);
        } else {
            order = tolower((unsigned char)*p) - tolower((unsigned char)*q);
            p++;
            q++;
        }
        if (order != 0)
            return order;
    }
    if (*p != '\0' || *q != '\0')
        return *p != '\0' ? 1 : -1;
    return strcmp(a, b);
}

/* ---- directories ---- */

/* Appends ASCII letters and digits, one '-' for any run of others. */
static size_t
append_safe(char *out, size_t n, const char *s, size_t length, size_t limit)
{
    for (size_t i = 0; i < length && n < limit; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c < 0x80 && isalnum(c))
            out[n++] = (char)c;
        else if (c < 0x80 && n > 0 && out[n - 1] != '-')
            out[n++] = '-';
    }
    while (n > 0 && out[n - 1] == '-')
        n--;
    out[n] = '\0';
    return n;
}

char *
letters_directory(const char *uai, const char *label, unsigned n)
{
    char school[LABEL_MAX + 1], safe[LABEL_MAX + 1];
    size_t length = 0;
    uint8_t *plain = u8_normalize(
        UNINORM_NFKD, (const uint8_t *)label, strlen(label), NULL, &length);

    append_safe(school, 0, uai, strlen(uai), LABEL_MAX);
    if (plain != NULL)
        length = append_safe(safe, 0, (char *)plain, length, LABEL_MAX);
    else
        length = append_safe(safe, 0, label, strlen(label), LABEL_MAX);
    free(plain);
    if (n > 1)
        return ctl_format(
            "%s-%s-%u", school, length > 0 ? safe : "sans-classe", n);
    return ctl_format("%s-%s", school, length > 0 ? safe : "sans-classe");
}

/* ---- days ---- */

static const char *const months[] = {"janvier", "février", "mars", "avril",
    "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre"};

static char *
day_of(const struct tm *t)
{
    return ctl_format("%d%s %s %d", t->tm_mday, t->tm_mday == 1 ? "er" : "",
        months[t->tm_mon], t->tm_year + 1900);
}

char *
letters_day(int64_t seconds)
{
    time_t when = (time_t)seconds;
    struct tm t;

    return localtime_r(&when, &t) == NULL ? ctl_copy("") : day_of(&t);
}

char *
letters_until(const char *generalized)
{
    int64_t seconds;
    time_t when;
    struct tm t;
    char *day, *both;

    if (generalized == NULL ||
        !edc_time_parse(edc_str_of(generalized), &seconds))
        return NULL;
    when = (time_t)seconds;
    if (localtime_r(&when, &t) == NULL)
        return NULL;
    day = day_of(&t);
    both = ctl_format("%s à %d h %02d", day, t.tm_hour, t.tm_min);
    free(day);
    return both;
}

/* ---- DNs and people ---- */

char *
letters_name(const char *first, const char *last)
{
    size_t n = 0;
    uint8_t *capitals = NULL;
    char *name;

    if (last != NULL)
        capitals = u8_toupper(
            (const uint8_t *)last, strlen(last), "fr", NULL, NULL, &n);
    name = ctl_format("%s%s%.*s", first != NULL ? first : "",
        first != NULL && last != NULL ? " " : "", (int)n,
        capitals != NULL ? (char *)capitals : "");
    free(capitals);
    return name;
}
