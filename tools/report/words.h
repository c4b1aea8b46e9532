/* words.h - what reports say, in the languages of those who read them:
 * heads of school read French, programs and tables English.
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include <stdint.h>
#include <stdio.h>

#include "core/text/diag.h"

/* A text in both languages, indexed by edc_language. */
typedef struct report_text {
    const char *in[2];
} report_text;

/* A state, a public, one of a public: as the directory and the tables have it
 * ("active", "guardian"), in a reader's words. Unknown ones come back as they
 * are. */
const char *report_state_word(const char *state, edc_language language);
const char *report_public_word(const char *public, edc_language language);
const char *report_person_word(const char *public, edc_language language);

/* A value of educonnectHold in words; allocated. */
char *report_hold_words(const char *value, edc_language language);

/* Tenths of a per cent, rounded; all is said of all only and none of none only,
 * so that 9999 of 10000 are 99.9 %. -1 when there is nothing to count. */
int report_permille(int64_t part, int64_t whole);

/* "78.3 %", "78,3 %", "100 %", "-" when there is nothing to count; size >= 12.
 */
void report_percent_text(
    int permille, edc_language language, char *out, size_t size);

#endif
