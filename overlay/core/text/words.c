/* words.c - states, events, attributes and times as a person reads them. */
#include "core/text/words.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/text/gentime.h"

static const struct {
    const char *name, *french;
} words[] = {
#define EDC_WORD(name, french) {name, french},
#include "core/text/words.def"
#undef EDC_WORD
};

edc_str
edc_word_of(edc_str name, edc_language language)
{
    if (language == EDC_ENGLISH)
        return name;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (edc_str_eq(name, edc_str_of(words[i].name)))
            return edc_str_of(words[i].french);
    }
    return name;
}

static const struct {
    const char *name, *french;
} names[] = {
#define EDC_NAME(name, french) {name, french},
#include "core/text/names.def"
#undef EDC_NAME
};

edc_str
edc_attribute_french(edc_str name)
{
    const char *options = name.n == 0 ? NULL : memchr(name.p, ';', name.n);

    if (options != NULL)
        name.n = (size_t)(options - name.p);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (edc_str_caseeq(name, edc_str_of(names[i].name)))
            return edc_str_of(names[i].french);
    }
    return (edc_str){NULL, 0};
}

static const char *const months[2][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December"},
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
        "septembre", "octobre", "novembre", "décembre"}};

/* "UTC+1", "UTC-3:30", "UTC". */
static void
name_zone(long seconds, char *out, size_t size)
{
    long minutes = (seconds < 0 ? -seconds : seconds) / 60;

    if (minutes == 0)
        snprintf(out, size, "UTC");
    else if (minutes % 60 == 0)
        snprintf(out, size, "UTC%c%ld", seconds < 0 ? '-' : '+', minutes / 60);
    else
        snprintf(out, size, "UTC%c%ld:%02ld", seconds < 0 ? '-' : '+',
            minutes / 60, minutes % 60);
}

static int
digits(const char *text, size_t n)
{
    int value = 0;

    for (size_t i = 0; i < n; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

/* The time in this machine's zone; in UTC where its time_t does not reach. */
static void
take_time(int64_t seconds, struct tm *tm)
{
    char utc[EDC_TIME_SIZE];
    time_t when = (time_t)seconds;

    if ((int64_t)when == seconds && localtime_r(&when, tm) != NULL)
        return;
    edc_time_format(seconds, utc);
    *tm = (struct tm){.tm_year = digits(utc, 4) - 1900,
        .tm_mon = digits(utc + 4, 2) - 1,
        .tm_mday = digits(utc + 6, 2),
        .tm_hour = digits(utc + 8, 2),
        .tm_min = digits(utc + 10, 2)};
}

void
edc_time_words(
    edc_str generalized, edc_language language, char out[EDC_TIME_WORDS_SIZE])
{
    char zone[32];
    int64_t seconds;
    struct tm tm;

    out[0] = '\0';
    if (!edc_time_parse(generalized, &seconds)) {
        size_t n = generalized.n < EDC_TIME_WORDS_SIZE
                       ? generalized.n
                       : EDC_TIME_WORDS_SIZE - 1;

        if (n > 0)
            memcpy(out, generalized.p, n);
        out[n] = '\0';
        return;
    }
    take_time(seconds, &tm);
    name_zone(tm.tm_gmtoff, zone, sizeof(zone));
    snprintf(out, EDC_TIME_WORDS_SIZE,
        language == EDC_FRENCH ? "%d%s %s %d à %d h %02d (%s)"
                               : "%d%s %s %d at %d:%02d (%s)",
        tm.tm_mday, language == EDC_FRENCH && tm.tm_mday == 1 ? "er" : "",
        months[language][tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
        zone);
}
