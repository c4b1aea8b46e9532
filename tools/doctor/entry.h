/* entry.h - one entry of the directory as the doctor reads it. */
#ifndef DOCTOR_ENTRY_H
#define DOCTOR_ENTRY_H

#include "doctor/doctor.h"

/* What is read of an entry; keys of a bag. */
enum {
    KEY_CLASS,
    KEY_UID,
    KEY_UAI,
    KEY_INE,
    KEY_BIRTH,
    KEY_ENROLLED,
    KEY_GUARDIAN,
    KEY_CONTESTED,
    KEY_HEAD,
    KEY_STUDENT_DELEGATE,
    KEY_GUARDIAN_DELEGATE,
    KEY_SOURCE,
    KEY_FEDERATED,
    KEY_STATE,
    KEY_FORMER,
    KEY_ACTIVATED,
    KEY_INFORMED,
    KEY_UNTIL,
    KEY_MERGED,
    KEY_LEFT,
    KEY_RESET,
    KEY_PASSWORD,
    KEY_MOBILE,
    KEY_MOBILE_KEY,
    N_KEYS
};

/* Their attributes, and NULL. */
extern const char *const doctor_attributes[N_KEYS + 1];

/* A reading of the directory. */
typedef struct doctor_reading {
    doctor *d;
    bag attrs; /* of the entry at hand */
    size_t n;  /* entries so far */
    int64_t now;
    size_t n_expired, n_due, n_alone;
    bool part; /* of the directory only */
} doctor_reading;

/* Says what is wrong with the entry at hand, by itself, and keeps on disk what
 * is to be held against others: doctor_entry_tables are there for that. */
extern const char doctor_entry_tables[];
void doctor_entry(doctor_reading *r, const char *dn);

#endif
