/* provisional.h - passwords that the server makes. */
#ifndef EDC_PROVISIONAL_H
#define EDC_PROVISIONAL_H

#include "core/text/text.h"

/* Symbols of the alphabet: 32, so that each carries 5 bits; upper case, so that
 * l cannot be read as 1, and none of 0 O 1 I. */
#define EDC_PROVISIONAL_ALPHABET "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

/* Groups of a letter's password (60 bits) and of one that is kept (120). */
#define EDC_LETTER_GROUPS 3
#define EDC_KEPT_GROUPS 6

/* Makes a password of `groups` groups of four symbols joined by '-' from
 * RAND_bytes(). Returns false when the
 * random generator failed or memory is out; *out is released with
 * edc_buf_wipe(). */
bool edc_provisional_make(unsigned groups, edc_buf *out);

#endif
