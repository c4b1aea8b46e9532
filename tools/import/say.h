/* say.h - which of the sources that have a pupil says who the guardians are.
 *
 * A pupil on the way from one school to the next stands in two sources for a
 * while, and each may name other people. One of them decides, whichever is
 * imported first and however often.
 */
#ifndef IMPORT_SAY_H
#define IMPORT_SAY_H

#include "import/import.h"

typedef enum import_say {
    SAY_NONE, /* the other source decides */
    SAY_ALL,  /* this one */
    SAY_FILL  /* both: what the other brought stays */
} import_say;

/* What this source says of the pupil with these fields and this entry, 0: a new
 * one. */
import_say import_say_of(import *im, const bag *fields, int64_t entry);

/* Whether this source's degree is above (1) or below (-1) that of the others
 * that have the pupil; 0 when it is neither, or none has. */
int import_degree_beside(import *im, const bag *fields, const bag *have);

/* Remembers the degree of a school, by its levels. */
void import_degree_keep(
    import *im, const char *dn, const bag *levels, unsigned key);

#endif
