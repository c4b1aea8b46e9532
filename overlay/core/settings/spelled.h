/* spelled.h - the words that some values are spelled as, by their number in C.
 * Used by values.c and written.c only. Static storage.
 */
#ifndef EDC_SETTINGS_SPELLED_H
#define EDC_SETTINGS_SPELLED_H

#include "core/settings/settings.h"

extern const char *const edc_spelled_guards[3];
extern const char *const edc_spelled_audiences[EDC_N_AUDIENCES];
extern const char *const edc_spelled_languages[2];
extern const char *const edc_spelled_must_changes[2];
extern const char *const edc_spelled_answers[2]; /* by bool */

#endif
