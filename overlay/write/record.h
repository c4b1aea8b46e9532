/* record.h - a school record: its links and the people in it. */
#ifndef OV_RECORD_H
#define OV_RECORD_H

#include "slapd/entry.h"
#include "slapd/instance.h"

#include "core/password/password.h"

/* Checks new values of educonnectGuardian (entry: as it would be stored;
 * before: as it is, or NULL). Returns 0 or the bits of L01 L02 L03 L04 B03. */
edc_codes ov_links_check(
    Operation *op, slap_overinst *on, Entry *entry, Entry *before);

/* Checks new values of educonnectContestedGuardian in the same way. Returns 0
 * or the bit of B03: such a value would be taken out elsewhere as one that
 * names who had the name before (link/late.h). */
edc_codes ov_contests_check(
    Operation *op, slap_overinst *on, Entry *entry, Entry *before);

/* The people whose names a password may not contain: the holder (entry) and
 * those linked to it. */
typedef struct ov_people {
    edc_person *people;
    size_t n;
    Entry **entries; /* copies that the people point into */
    size_t n_entries;
} ov_people;

void ov_people_find(Operation *op, Entry *entry, ov_people *people);
void ov_people_free(ov_people *people);

#endif
