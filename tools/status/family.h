/* family.h - the people and schools around an account. */
#ifndef STATUS_FAMILY_H
#define STATUS_FAMILY_H

#include "status/read.h"

/* A school; uai and name are NULL where they cannot be read. */
typedef struct status_school {
    char *dn;
    char *uai;
    char *name;
} status_school;

/* Somebody linked to the account. uid, name and state are NULL where they
 * cannot be read. */
typedef struct status_relative {
    char *dn;
    char *uid;
    char *name;
    char *state;
    bool readable;
    bool contested;
    status_values classes;
    status_school *schools;
    size_t n_schools;
} status_relative;

typedef struct status_family {
    status_school *schools; /* of a student */
    size_t n_schools;
    char *informer;            /* name of the school of educonnectInformedBy */
    status_relative *children; /* of a guardian; those contested last */
    size_t n_children;
    status_relative *guardians; /* of a student; those contested last */
    size_t n_guardians;
} status_family;

/* Reads all of it. Whatever cannot be read is left out. */
void status_family_read(
    ctl *c, const status_account *account, status_family *family);
void status_family_free(status_family *family);

/* "9990001X Collège des Embruns", or what of it is known; allocated. */
char *status_school_words(const status_school *school);

#endif
