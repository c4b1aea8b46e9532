/* provisional.h - passwords that the server makes. */
#ifndef EDC_PROVISIONAL_H
#define EDC_PROVISIONAL_H

#include "text.h"

/* Symbols of the alphabet: 32, so that each carries 5 bits; upper case, so that
 * l cannot be read as 1, and none of 0 O 1 I. */
#define EDC_PROVISIONAL_ALPHABET "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

/* Makes a password of `groups` groups of four symbols joined by '-' from
 * RAND_bytes(): 3 groups for a letter (60 bits), 6 for an own password that
 * the holder asked the server to make (120 bits). Returns false when the
 * random generator failed or memory is out; *out is released with
 * edc_buf_wipe(). */
bool edc_provisional_make(unsigned groups, edc_buf *out);

#endif
