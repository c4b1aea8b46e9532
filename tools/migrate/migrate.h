/* migrate.h - educonnectctl migrate-aten: former accounts become accounts that
 * keep their former login.
 *
 *   migrate/ldif.c, migrate/csv.c  a file -> raw fields
 *   migrate/stage.c                raw fields -> tables, one row a record
 *   migrate/directory.c            the directory -> tables
 *   migrate/match.c                which account a record is; who cannot be
 *   migrate/apply.c                changes, printed or sent
 *   migrate/report.c               what became of every record
 *
 * Passwords and hashes of the file are not even looked for.
 */
#ifndef MIGRATE_H
#define MIGRATE_H

#include "source/bag.h"
#include "ctl/ctl.h"
#include "source/store.h"

/* Keys of a record's fields. */
typedef enum migrate_field {
#define EDC_LEGACY(id, column, ldif, meaning) LEGACY_##id,
#include "migrate/columns.def"
#undef EDC_LEGACY
    N_LEGACY
} migrate_field;

typedef enum migrate_kind {
    MIGRATE_UNKNOWN,
    MIGRATE_GUARDIAN,
    MIGRATE_PUPIL
} migrate_kind;

typedef enum migrate_outcome {
    MIGRATE_OPEN,    /* nothing is decided yet */
    MIGRATE_CREATED, /* a new account */
    MIGRATE_CHANGED, /* an account got its former login */
    MIGRATE_SAME,    /* it has it already */
    MIGRATE_REFUSED,
    N_MIGRATE_OUTCOMES
} migrate_outcome;

typedef struct migrate {
    ctl *c;
    store s;
    const char *source;  /* first part of educonnectSourceId */
    const char *pattern; /* of new logins */
    bool keep_login;     /* the former login is the new one */
    bool dry_run;
    char *people;   /* DN that new accounts are made below */
    size_t n_found; /* records */
} migrate;

/* ---- migrate/ldif.c, migrate/csv.c ---- */

/* Reads a file and hands every record to migrate_stage(). CTL_OK, or CTL_INPUT
 * after it has printed what is wrong. */
ctl_exit migrate_read_ldif(migrate *m, const char *path);
ctl_exit migrate_read_csv(migrate *m, const char *path);

/* The field of a CSV column, or of an LDIF attribute with how early its name
 * comes in the row (0 is the first); N_LEGACY: none. */
migrate_field migrate_column(const char *name);
migrate_field migrate_attribute(const char *name, unsigned *rank);

/* ---- migrate/stage.c ---- */

void migrate_open(migrate *m);

/* Puts a record aside. dn: of the former entry, NULL in CSV. line: where it
 * begins. refused: why it cannot be used, NULL. */
void migrate_stage(
    migrate *m, long line, const char *dn, const bag *raw, const char *refused);

/* After the last one: families are put together, what stands twice is refused.
 */
void migrate_staged(migrate *m);

void migrate_fields_of(migrate *m, int64_t record, bag *fields);

/* Ends a record. The reason is added to what was noted before. */
void migrate_outcome_set(migrate *m, int64_t record, migrate_outcome outcome,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- migrate/directory.c, migrate/match.c, migrate/apply.c ---- */

ctl_exit migrate_directory(migrate *m);
void migrate_match(migrate *m);
ctl_exit migrate_apply(migrate *m);

/* A name as it is compared; allocated. */
char *migrate_folded(const char *sn, const char *given_name);

/* Lower case of ASCII; allocated. */
char *migrate_lower(const char *text);

/* ---- migrate/report.c ---- */

void migrate_report(migrate *m, bool json, FILE *out);

/* The figures; returns how many records were refused. */
int64_t migrate_summary(migrate *m, bool json, FILE *out);

#endif
