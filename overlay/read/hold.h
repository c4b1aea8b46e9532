/* hold.h - why no account may be opened for a student. */
#ifndef OV_HOLD_H
#define OV_HOLD_H

#include "slapd/entry.h"
#include "slapd/instance.h"

/* Longest list of names in a refusal, with its NUL. */
#define OV_LIST_MAX 1024

/* Why no account may be opened for a student; all empty when one may. The
 * ranges point into the structure itself, which must not be copied while they
 * are used. */
typedef struct ov_hold {
    edc_str missing; /* attributes that the record lacks, comma-separated */
    edc_str schools; /* UAIs, when there are several, comma-separated */
    edc_str others;  /* DNs of students with the same INE, by "; " */
    char text[3][OV_LIST_MAX];
} ov_hold;

/* Finds out; entry: as it would be stored. Call between ov_enter() and
 * ov_leave(). */
void ov_eligibility(
    Operation *op, slap_overinst *on, Entry *entry, ov_hold *hold);

#endif
