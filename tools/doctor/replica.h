/* replica.h - what one server's cn=config says of replication. */
#ifndef DOCTOR_REPLICA_H
#define DOCTOR_REPLICA_H

#include "doctor/doctor.h"

typedef struct doctor_replication {
    bool fetches;       /* olcSyncrepl */
    bool provides;      /* syncprov */
    bool writes_beside; /* olcMultiProvider: takes writes as well */
    bool whole_entries; /* fetches entries, not changes, from somebody */
    setup_values providers;
    setup_values referrals; /* olcUpdateRef, olcReferral */
    setup_values numbers;   /* olcServerID */
} doctor_replication;

/* Reads it of the server that c has a session with; database: its DN there. An
 * LDAP result. providers and whole_entries stay empty. */
int doctor_replication_read(
    ctl *c, const char *database, doctor_replication *r);
void doctor_replication_free(doctor_replication *r);

/* Its number among those that write: 0 without one, -1 when a list of numbers
 * and URLs leaves it to slapd. */
long doctor_number(const doctor_replication *r);

/* Whether a URI leads to the machine that it is used on, by what it says. */
bool doctor_is_this_machine(const char *uri);

#endif
