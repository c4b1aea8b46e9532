/* peer.h - what tells two servers apart, and what of educonnect's they have. */
#ifndef DOCTOR_PEER_H
#define DOCTOR_PEER_H

#include "doctor/doctor.h"

/* What one server knows of educonnect. */
typedef struct doctor_release {
    bool read;                /* its subschema */
    setup_values definitions; /* of attributes and classes under our arc */
    char *version;            /* the module's; NULL: cn=monitor does not tell */
} doctor_release;

/* Reads it of the server that c has a session with. */
void doctor_release_read(ctl *c, doctor_release *r);
void doctor_release_free(doctor_release *r);

/* Tells what one has and the other has not, or has otherwise. Where one has no
 * module, its settings and counters are not missed: that is told otherwise. */
void doctor_release_compare(doctor *d, const char *name,
    const doctor_release *r, const char *other_name,
    const doctor_release *other);

/* Whether two sessions lead to one running slapd: one of them stands in the
 * list of connections that the other one is shown, both have one address at
 * the other end, or both end on this machine, at one cn=config and one
 * database's files. No where it is not to be known. */
bool doctor_same_server(ctl *a, ctl *b);

#endif
