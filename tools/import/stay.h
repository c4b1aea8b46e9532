/* stay.h - whom a pupil would miss, and who leaves a pupil's links. */
#ifndef IMPORT_STAY_H
#define IMPORT_STAY_H

#include "import/import.h"

/* Remembers links of a pupil's entry that the plan brings or takes away. */
void import_relink(import *im, int64_t student, const bag *links, bool comes);

/* Decides who of those that are gone stays open: a guardian whom a pupil would
 * have nobody without, or whom a pupil of another source names (kept). The
 * others leave the links of pupils who stay. After import_plan(). */
void import_stay(import *im);

/* Whether an account is to be closed, kept ones not counted. */
bool import_is_leaving(import *im, int64_t entry);

/* Why an account is kept; allocated, NULL: it is not. */
char *import_kept(import *im, int64_t entry);

#endif
