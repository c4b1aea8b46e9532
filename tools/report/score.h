/* score.h - how likely two guardians' accounts are one person's.
 *
 * A school's records differ from the next one's in an accent, a letter, an
 * order of names, an old number: the same guardian then has an account of each.
 * The score says how much of two records agrees, 0 to 100; it proves nothing.
 */
#ifndef REPORT_SCORE_H
#define REPORT_SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/words.h"

/* What agrees: the rows of the table in report/score.c. */
enum report_reason {
    REPORT_SAME_NAMES = 1 << 0,
    REPORT_SWAPPED_NAMES = 1 << 1, /* sn and givenName exchanged */
    REPORT_NEAR_NAMES = 1 << 2,    /* a letter's difference in all */
    REPORT_SAME_MOBILE = 1 << 3,
    REPORT_SAME_MAIL = 1 << 4,
    REPORT_SHARED_CHILD = 1 << 5,
    REPORT_SAME_ADDRESS = 1 << 6,
    REPORT_SAME_GIVEN_NAME = 1 << 7 /* who married, or was divorced */
};
#define REPORT_N_REASONS 8

/* Names as edc_fold() gives them; "" agrees with nothing. */
typedef struct report_names {
    const char *sn;
    const char *given;
} report_names;

/* The reasons that lie in the names. Near names are one only when the rest of
 * the evidence (mobile, mail, child, address) has a number or mail in common,
 * first names alone when it has a child in common too. Pure. */
unsigned report_name_reasons(
    const report_names *a, const report_names *b, unsigned evidence);

/* Points of a set of reasons, 0..100. People of different names who share
 * number, mail, child and address are a couple: no more than 50. Pure. */
int report_score(unsigned reasons);

/* Whether two texts are equal but for one byte more, less or other, or two
 * neighbours exchanged; false for equal ones. Pure. */
bool report_one_edit(const char *a, const char *b);

/* The reason's code ("same-mobile") and words. */
const char *report_reason_code(size_t i);
const char *report_reason_words(size_t i, edc_language language);

#endif
