/* read.h - one account as the reading identity sees it. */
#ifndef STATUS_READ_H
#define STATUS_READ_H

#include "ctl/ctl.h"

/* The attributes that are read: never a password, an INE, a birth date. */
typedef enum status_field {
    STATUS_UID,
    STATUS_CN,
    STATUS_CLASSES, /* objectClass */
    STATUS_STATE,
    STATUS_SINCE,
    STATUS_ACTIVATED_BY,
    STATUS_INFORMED_BY,
    STATUS_UNTIL,
    STATUS_FORMER,
    STATUS_MERGED_INTO,
    STATUS_LEFT_AT,
    STATUS_LEGACY,
    STATUS_SOURCE,
    STATUS_ENROLLED,
    STATUS_CLASS,
    STATUS_GUARDIAN,
    STATUS_CONTESTED,
    STATUS_CHILD,
    STATUS_HOLD,
    STATUS_SERVICES,
    STATUS_BIND,
    STATUS_ALLOWED,
    STATUS_N_FIELDS
} status_field;

/* An attribute's values. */
typedef struct status_values {
    char **v;
    size_t n;
    bool hidden; /* the ACLs do not let this identity know */
} status_values;

typedef struct status_account {
    char *dn;
    bool student;
    bool guardian;
    status_values field[STATUS_N_FIELDS];
} status_account;

/* The attribute's name; static storage. */
const char *status_field_name(status_field field);

/* Reads the account. Which absent attributes are hidden is asked with Compare:
 * a search does not tell. CTL_OK, or what to exit with after it has printed
 * why. Release with status_account_free() in either case. */
ctl_exit status_account_read(ctl *c, const char *dn, status_account *account);
void status_account_free(status_account *account);

/* First value, NULL when there is none. */
const char *status_first(const status_account *account, status_field field);

/* All values joined, NULL when there are none; allocated. */
char *status_joined(const status_values *values, const char *separator);

/* The values of an attribute of an entry that a search found. Release with
 * status_values_free(). */
status_values status_values_of(const ctl_entry *e, const char *attribute);
void status_values_free(status_values *values);

#endif
