/* school.h - educonnectctl school: a school's entry as somebody wishes it to
 * be, held against what it is.
 */
#ifndef SCHOOL_H
#define SCHOOL_H

#include "source/bag.h"
#include "ctl/ctl.h"
#include "ctl/change.h"

/* Keys of a wish and of an entry: what school changes. */
typedef enum school_attr {
    SCHOOL_NAME,
    SCHOOL_LEVEL,
    SCHOOL_HEAD,
    SCHOOL_STUDENT_DELEGATE,
    SCHOOL_GUARDIAN_DELEGATE,
    N_SCHOOL_ATTRS
} school_attr;

/* The words that people read: "name" and so on. */
const char *school_attr_word(school_attr attr);

/* A wish. People are logins or DNs until school_people() has found them. An
 * all-zero one wishes nothing. */
typedef struct school_wish {
    bag set;    /* names and levels: the values to have, instead of others */
    bag add;    /* people to add */
    bag remove; /* people to take away */
} school_wish;

void school_wish_free(school_wish *w);

/* What the directory has. */
typedef struct school {
    char *dn; /* of a new one: where it will be */
    bool exists;
    bag has;
} school;

/* Reads the school with this UAI; below: where a new one is made. Returns the
 * LDAP result. Release it with school_free(). */
int school_read(ctl *c, const char *uai, const char *below, school *s);
void school_free(school *s);

/* "9990001x" in upper case, allocated; NULL unless it is a UAI with the right
 * check letter. */
char *school_uai(const char *word);

/* Puts DNs in the place of the wish's people. False, and *nobody is the word,
 * allocated, that names no entry or several. */
bool school_people(ctl *c, school_wish *w, char **nobody);

/* Begins the change that makes the wish true. False when there is none: the
 * change is empty. *what: what changes, in words, allocated either way. */
bool school_change(const school *s, const char *uai, const school_wish *w,
    ctl_change *change, char **what);

/* Prints what the directory has. */
void school_show(const school *s, const char *uai, bool json);

#endif
