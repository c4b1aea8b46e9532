/* apply.h - what a list of modifications makes of an entry. */
#ifndef OV_APPLY_H
#define OV_APPLY_H

#include "slapd/schema.h"

/* Carries a client's modifications out on what was the entry's shadow
 * (slapd/excerpt.h), in op's memory, as the backend will: every attribute but
 * the password and what the overlay keeps. Names and the birth date count for
 * the password's rules, the rest for eligibility. Errors are the backend's to
 * report. */
void ov_scan_apply(Operation *op, Entry *shadow, const Modifications *mods);

/* The same for passwords and kept attributes too: what a new RDN brings and
 * takes. */
void ov_scan_apply_all(Operation *op, Entry *shadow, const Modifications *mods);

/* Takes out of a client's modifications of the entry what the Permissive Modify
 * control excuses: values to be added that are there, values to be deleted that
 * are not. What is left does the same without the control. */
void ov_apply_permissively(Entry *entry, Modifications **mods);

/* Whether two states of an entry have the same attributes and values, byte by
 * byte. */
bool ov_apply_same(Entry *before, Entry *after);

#endif
