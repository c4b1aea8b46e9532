/* diag.h - refusals: codes, their LDAP results, their words.
 *
 * The list itself is codes.def; nothing else knows a code's text or result.
 */
#ifndef EDC_DIAG_H
#define EDC_DIAG_H

#include <stdint.h>

#include "core/text/text.h"
#include "core/text/words.h"

typedef enum edc_code {
#define EDC_CODE(name, result, ppolicy, en, fr) EDC_##name,
#include "core/text/codes.def"
#undef EDC_CODE
    EDC_N_CODES
} edc_code;

/* A set of codes; bit edc_code. */
typedef uint64_t edc_codes;
#define EDC_BIT(code) ((edc_codes)1 << (code))

/* What the sentences name. All ranges borrowed; absent ones print as "-". */
typedef struct edc_params {
    uint32_t min, max, classes, longenough;
    edc_str event;      /* name of the event, or another of words.def, or of
                           an attribute; said in the message's language */
    edc_str state;      /* name of the state; as event */
    edc_str informer;   /* UAI, or "-" when it was no school, which is said */
    edc_str until;      /* GeneralizedTime; said as edc_time_words() does */
    edc_str attributes; /* attribute names, comma-separated; French says them
                           as names.def does */
    edc_str schools;    /* UAIs, or DNs of what is none, comma-separated */
    edc_str others;     /* DNs, separated by "; "; French says the value that
                           each begins with */
} edc_params;

/* One refusal (codes == 0: none). */
typedef struct edc_refusal {
    edc_codes codes;
    edc_params params;
} edc_refusal;

/* "EDC-P01"; static storage. */
const char *edc_code_name(edc_code code);

/* The LDAP result of a code. */
int edc_code_result(edc_code code);

/* Its password-policy error, -1 when none. */
int edc_code_ppolicy(edc_code code);

/* Its sentence as written in the list, braces and all; static storage. */
const char *edc_code_text(edc_code code, edc_language language);

/* The code that decides the result of a set: the first in the list's order.
 * codes must not be 0. */
edc_code edc_codes_first(edc_codes codes);

/* Writes the diagnosticMessage: for each code in the list's order "EDC-P01 "
 * and its sentence, joined by "; ". NUL-terminated and cut at a character's
 * border when size is too small; returns the length written. The text holds
 * parameters only, never a password: the caller puts none in. */
size_t edc_refusal_text(
    const edc_refusal *refusal, edc_language language, char *out, size_t size);

#endif
