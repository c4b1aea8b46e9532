/* apply.h - what a list of modifications makes of an entry. */
#ifndef OV_APPLY_H
#define OV_APPLY_H

#include "slapd/schema.h"

/* Carries a client's modifications out on a copy of the entry, as the backend
 * will: every attribute but the password and what the overlay keeps. Names and
 * the birth date count for the password's rules, the rest for eligibility.
 * Errors are the backend's to report. */
void ov_scan_apply(Entry *copy, const Modifications *mods);

/* The same for passwords and kept attributes too: what a new RDN brings and
 * takes. */
void ov_scan_apply_all(Entry *copy, const Modifications *mods);

/* Takes out of a client's modifications of the entry what the Permissive Modify
 * control excuses: values to be added that are there, values to be deleted that
 * are not. What is left does the same without the control. */
void ov_apply_permissively(Entry *entry, Modifications **mods);

/* Whether two states of an entry have the same attributes and values, byte by
 * byte. */
bool ov_apply_same(Entry *before, Entry *after);

#endif
