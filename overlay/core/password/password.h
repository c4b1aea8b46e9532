/* password.h - the rules a new password must meet, all checked at once. */
#ifndef EDC_PASSWORD_H
#define EDC_PASSWORD_H

#include <stdint.h>

#include "core/text/diag.h"
#include "core/password/refused.h"

/* One audience's rules (educonnect-password). Characters are code points of
 * the prepared form. Defaults from CNIL deliberation 2022-100 and the ANSSI
 * guide of October 2021 (see the manual page). */
typedef struct edc_policy {
    uint32_t min;        /* fewest characters (12) */
    uint32_t max;        /* most characters (128) */
    uint32_t classes;    /* of lower, upper, digit, other (4) */
    uint32_t longenough; /* from this length on no classes are asked (20) */
    uint32_t history;    /* former passwords that may not return (3) */
} edc_policy;

#define EDC_POLICY_DEFAULT ((edc_policy){12, 128, 4, 20, 3})

/* Bounds that configuration checks the figures against. */
#define EDC_POLICY_MIN_FLOOR 8
#define EDC_POLICY_MAX_CEILING 1024
#define EDC_POLICY_HISTORY_MAX 24

/* What both of an entry that is student and guardian ask: the stricter of each
 * figure. Pure. */
edc_policy edc_policy_strictest(edc_policy a, edc_policy b);

/* What a password may not contain, of one person; empty ranges are absent. */
typedef struct edc_person {
    const edc_str *uid; /* values of each attribute */
    size_t n_uid;
    const edc_str *sn;
    size_t n_sn;
    const edc_str *given_name;
    size_t n_given_name;
    edc_str birthdate; /* YYYY-MM-DD */
} edc_person;

/* Words of fewer folded letters than this are not searched for: "Li" or "An"
 * would refuse half of all passwords. */
#define EDC_PERSON_WORD_MIN 3

/* Checks a clear password as the client sent it against everything but the
 * history: length, classes, the words and dates of the people (holder first,
 * then the linked ones), and, when all of that is kept, the list (NULL: none),
 * which says nothing about what is refused anyhow. *prepared holds
 * what is to be hashed, even when a rule but P09 or the length in bytes was
 * broken, so that the caller can look into the history as well; it is released
 * with edc_buf_wipe().
 *
 * Sets in *codes the bits of P01 P02 P03 P04 P05 P06 P08 P09 that failed, all
 * of them; X01 when memory or the list failed. A value that is not UTF-8, or is
 * longer than EDC_OPAQUE_MAX bytes, fails P09 or P02 alone. Thread-safe. */
void edc_password_check(edc_str clear, const edc_policy *policy,
    const edc_person *people, size_t n_people, edc_refused_list *list,
    edc_buf *prepared, edc_codes *codes);

#endif
