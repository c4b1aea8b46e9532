/* join.h - a person in two sources: which account a guardian's record of this
 * one is, when another source brought it.
 *
 * Joined is what is certain: a child in common, the same names, and the same
 * number or mail address. What is only likely is said with a score, and left to
 * people (educonnectctl merge).
 */
#ifndef IMPORT_JOIN_H
#define IMPORT_JOIN_H

#include "import/import.h"

/* The entry that a guardian's record is, 0: none for certain. The record's note
 * says which; whose account it is likely to be waits for join_say_likely(),
 * where it may get one. */
int64_t join_guardian(import *im, int64_t record, const char *id,
    const bag *fields, bool may_get_account);

/* Puts that into the note of a record that gets an account of its own. */
void join_say_likely(import *im, int64_t record);

/* The same, of a record that has an account, and nothing is noted. */
int64_t join_certain(import *im, const char *id, const bag *fields);

/* Records whose account gives way to an active one of another source, after
 * all are identified (import/adopt.c). */
void import_adopt(import *im);

/* Says in the note of a new pupil's record whose account of another source it
 * is likely to be, when an INE is missing. */
void join_pupil_likely(import *im, int64_t record, const bag *fields);

#endif
