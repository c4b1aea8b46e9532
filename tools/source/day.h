/* day.h - a day of birth, however spreadsheets and schools' software write it.
 *
 * Read are, with any of / - . or spaces between the numbers:
 *   1/3/2012, 01-03-2012     day, month, year; never month first
 *   01.03.12                 the year in two digits, see below
 *   1er mars 2012, 1-mars-12 the month by its name, French or English
 *   2012-03-01, 20120301     ISO 8601
 *   01032012, 1032012        run together, the first zero lost or not
 *   40969, 40969.0           a spreadsheet's number of a day, from 10000
 *                            (18 May 1927) on; counted from 1900, as Excel and
 *                            LibreOffice do
 * and each with a time of day behind it, which is dropped. A year in two digits
 * is the last such year in which the day is not after today.
 */
#ifndef EDC_SOURCE_DAY_H
#define EDC_SOURCE_DAY_H

#include <stdbool.h>

#include "core/text/text.h"

typedef enum src_day_verdict {
    SRC_DAY_GOOD,
    SRC_DAY_NONE,   /* no day of the years 1900 to 2199 */
    SRC_DAY_FILLER, /* 1 January 1900 and days before, 0: there was no day */
    SRC_DAY_FUTURE, /* after today: a slip */
    SRC_DAY_MONTH_FIRST /* no day, and would be one with the month first: so are
                           the others of its file, perhaps, that were read */
} src_day_verdict;

/* How a good day was understood where more than one way would do. */
typedef enum src_day_guess {
    SRC_DAY_AS_WRITTEN,
    SRC_DAY_CENTURY, /* the year had two digits */
    SRC_DAY_SERIAL,  /* a spreadsheet's number */
    SRC_DAY_UTC      /* 22:00 or 23:00 UTC, midnight in France: the day after */
} src_day_guess;

typedef struct src_day {
    char iso[11]; /* YYYY-MM-DD; "" unless good */
    src_day_guess guess;
} src_day;

/* Reads one. today is YYYY-MM-DD, as src_day_today() gives it. The outcome is
 * also all that is set of *day but for a good one. Thread-safe. */
src_day_verdict src_day_read(edc_str text, const char *today, src_day *day);

/* What a verdict says of a value, "" for a good one; static. */
const char *src_day_words(src_day_verdict verdict);

/* What a guess says, "" when there was none; static. */
const char *src_day_guessed(src_day_guess guess);

/* The day that it is, in UTC. */
void src_day_today(char today[11]);

#endif
