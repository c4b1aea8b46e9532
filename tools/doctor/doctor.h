/* doctor.h - what is looked at, and what was found. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "source/bag.h"
#include "ctl/ctl.h"
#include "ctl/change.h"
#include "setup/setup.h"
#include "source/store.h"

typedef enum doctor_id {
#define EDC_FINDING(id, code, severity, title, explanation) DOCTOR_##id##_,
#include "doctor/doctor.def"
#undef EDC_FINDING
    DOCTOR_N
} doctor_id;

typedef struct doctor {
    ctl *c;
    store s;              /* table found, and those of doctor/entry.c */
    setup_config config;  /* n_databases 0: not read */
    setup_values access;  /* olcAccess of the database, in order */
    bool passwords_known; /* what shows no password has none */
    setup_values actors;  /* who acts for schools: dn.onelevel="..." */
    size_t max_guardians;
    uint32_t region;  /* educonnect-region */
    char *identity;   /* this session's DN; NULL: anonymous, or slapcat */
    bool looked;      /* there is something to tell */
    bool data;        /* entries were to be read */
    size_t n_entries; /* that were */
} doctor;

/* ---- doctor/finding.c: what the parts find ---- */

/* Something was found. subject: a DN, an attribute; detail NULL or what there
 * is to say of this one; repair NULL or a change, freed here. */
void doctor_found(doctor *d, doctor_id id, const char *subject,
    const char *detail, ctl_change *repair);

/* Root of the machine, as slapd names who binds by ldapi with EXTERNAL. */
#define DOCTOR_MACHINE_ROOT                                                    \
    "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"

/* A repair of one modification; value NULL: of the whole attribute. */
void doctor_repair(ctl_change *repair, const char *dn, int op,
    const char *attribute, const char *value);

/* Prints what was found; the worst of it says how to exit. whole: all that was
 * to be looked at was. */
ctl_exit doctor_print(doctor *d, bool whole);

/* ---- the parts: CTL_OK, or what to exit with ---- */

ctl_exit doctor_config(doctor *d);
ctl_exit doctor_probe(doctor *d);
ctl_exit doctor_ask(doctor *d);
ctl_exit doctor_data(doctor *d, const char *path);

/* What stands beside the overlay and works against it: other overlays, other
 * modules, replication. */
ctl_exit doctor_beside(doctor *d);

/* How this server replicates, by its cn=config. */
ctl_exit doctor_replica(doctor *d);

/* This server held against those of --server. */
ctl_exit doctor_servers(doctor *d);

/* Who acts for schools, kept in actors, and is under a size limit. */
ctl_exit doctor_heads(doctor *d);

/* ---- doctor/family.c ---- */

/* Pupils whose guardians' accounts are closed, from the tables of
 * doctor/entry.c; guardian: how these know a guardian's links. */
void doctor_family(doctor *d, int guardian);

/* ---- doctor/server.c ---- */

/* Whether the overlay that cn=config shows is in force. */
void doctor_force(doctor *d);

/* Why no overlay judges what is asked of c's session, seen by any identity;
 * NULL: one does. */
const char *doctor_no_force(ctl *c);

/* Whether the running slapd writes changed values at this log level (one word
 * of olcLogLevel); yes where its version is not to be known. */
bool doctor_logs_values(doctor *d, const char *level);

/* Which libargon2 the running slapd computes hashes with, where cn=monitor
 * tells. */
void doctor_library(doctor *d);

/* ---- doctor/readers.def ---- */

typedef enum doctor_for {
    DOCTOR_FOR_NOBODY,
    DOCTOR_FOR_CONCERNED,
    DOCTOR_FOR_USERS,
    DOCTOR_FOR_ANYBODY
} doctor_for;

typedef struct doctor_readers {
    const char *attribute;
    doctor_for who;
    const char *reason;
} doctor_readers;

/* Its rows (doctor/ask.c). */
const doctor_readers *doctor_readers_rows(size_t *n);

/* ---- doctor/access.c, pure ---- */

/* Who gets at least to read an attribute by the first rule that fits it, as far
 * as the rule's words tell: a rule for one subtree or for a filter only may
 * not be the one that counts, and is passed over. */
typedef enum doctor_reader {
    DOCTOR_NOBODY,   /* neither users nor everyone */
    DOCTOR_USERS,    /* everyone who has bound */
    DOCTOR_EVERYBODY /* anonymous too */
} doctor_reader;
doctor_reader doctor_reader_of(
    const setup_values *rules, const char *attribute);

/* Whom rules for the attribute, of any entries, let read it (manage: manage it)
 * by name: "dn.exact=...", "group=...", as the rules write them, each once. */
void doctor_named(const setup_values *rules, const char *attribute, bool manage,
    setup_values *who);

#endif
