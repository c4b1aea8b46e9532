/* values.h - each directive's value: out of words and back.
 *
 * Used by settings.c only; its callers know edc_settings_set() and the like.
 */
#ifndef EDC_SETTINGS_VALUES_H
#define EDC_SETTINGS_VALUES_H

#include "core/settings/settings.h"
#include "core/settings/words.h"

/* As edc_settings_set(). */
bool edc_value_set(
    edc_settings *settings, edc_directive directive, const edc_words *words);

/* Writes the i-th value, also when it is the default. Returns false when there
 * is none. */
bool edc_value_get(const edc_settings *settings, edc_directive directive,
    unsigned i, char *out, size_t size);

/* Takes the i-th value of educonnect-password away. */
void edc_value_drop_password(edc_settings *settings, unsigned i);

/* Takes the value of a directive away whose default is to have none. */
void edc_value_clear(edc_settings *settings, edc_directive directive);

#endif
