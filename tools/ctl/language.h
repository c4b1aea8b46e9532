/* language.h - the language that people are spoken to in on a screen: English,
 * or French where the locale is (setlocale(3)). What programs read (JSON, CSV,
 * LDIF) is English. Texts of both languages stand here (ctl_text()) where
 * sentences are put together; everything else is catalog.h's.
 */
#ifndef CTL_LANGUAGE_H
#define CTL_LANGUAGE_H

#include "core/text/words.h"

/* Takes the language of the environment, as it has it for messages: LANGUAGE
 * where gettext heeds it, else the first of LC_ALL, LC_MESSAGES, LANG that is
 * there and not empty. Opens the catalogue. main()'s. */
void ctl_language_begin(void);

/* Sets it; English until then. */
void ctl_language_set(edc_language language);
edc_language ctl_language(void);

/* The text in it; formats are checked in both languages. */
const char *ctl_text(const char *english, const char *french)
    __attribute__((format_arg(1), format_arg(2)));

/* The word of a state or event in it, allocated. */
char *ctl_word(const char *name);

/* An attribute in that language: with its article in French, as
 * edc_attribute_french() has it, or its name. Allocated. */
char *ctl_attribute(const char *name, edc_language in);

/* A GeneralizedTime in it, as edc_time_words() says it, allocated. */
char *ctl_when(const char *time);

#endif
