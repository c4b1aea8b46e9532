/* words.h - states, events, attributes and times as a person reads them, in
 * both languages: for refusals, and for the tools' screens.
 */
#ifndef EDC_WORDS_H
#define EDC_WORDS_H

#include "core/text/text.h"

typedef enum edc_language { EDC_ENGLISH, EDC_FRENCH } edc_language;

/* The word of a state or an event in that language: words.def's row, or the
 * name itself where it has none or the language is English. Borrowed from name
 * or of static storage. Pure. */
edc_str edc_word_of(edc_str name, edc_language language);

/* The attribute in French with its article: names.def's row, whatever case and
 * options the name has; an empty range where it has none. Static storage.
 * Pure. */
edc_str edc_attribute_french(edc_str name);

/* Bytes that hold any time of edc_time_words(), with its NUL. */
#define EDC_TIME_WORDS_SIZE 64

/* A GeneralizedTime as "29 November 2026 at 11:04 (UTC+1)", or "29 novembre
 * 2026 à 11 h 04 (UTC+1)": in this machine's time zone, which is said, since
 * who reads it may live in another. What is none is copied as it is, cut at
 * that size. Thread-safe as localtime_r(). */
void edc_time_words(
    edc_str generalized, edc_language language, char out[EDC_TIME_WORDS_SIZE]);

#endif
