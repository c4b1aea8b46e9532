/* person.h - educonnectctl person: all that the directory holds of one person,
 * given out (GDPR article 15) or erased (article 17).
 */
#ifndef PERSON_H
#define PERSON_H

#include "ctl/change.h"
#include "ctl/ctl.h"

/* What holds a record; the rows of duties.def. */
typedef enum person_duty {
#define EDC_DUTY(id, code, sentence) PERSON_DUTY_##id,
#include "person/duties.def"
#undef EDC_DUTY
    PERSON_N_DUTIES
} person_duty;

/* An entry of the person's own: the account, or one that was merged into it. */
typedef struct person_entry {
    char *dn;
    char *key;      /* ctl_dn_key() */
    char *csn;      /* entryCSN; NULL: it cannot be read */
    ctl_change all; /* its attributes, as an add; of secrets the names alone */
    char **secrets; /* names of attributes whose values are not taken */
    size_t n_secrets;
    bool enrolled; /* at a school, and has not left the sources */
    char *merged_into;
} person_entry;

/* Another entry that names one of those. */
typedef struct person_mention {
    char *dn;
    char *attribute;
    char *value;   /* as it is written there */
    bool enrolled; /* that entry is a pupil who is enrolled */
} person_mention;

typedef struct person {
    ctl *c;
    person_entry *entries; /* the first is the account that was asked for */
    size_t n_entries;
    person_mention *mentions;
    size_t n_mentions;
} person;

/* Reads all of it, as far as this identity may. word: a login, a DN, a source
 * id. CTL_OK, or what to exit with after it has printed why. Release with
 * person_free() in either case. */
ctl_exit person_read(person *p, const char *word);
void person_free(person *p);

/* The duties that hold it, as bits 1 << person_duty. Pure. */
unsigned person_duties(const person *p);

/* Whether this identity sees of each entry of the person's own that it is not
 * enrolled: what may not be read looks as if it were not there, but no filter
 * finds it absent. CTL_OK, or what to exit with after it has printed why. */
ctl_exit person_see(const person *p);

/* Whether an attribute's values are secrets: passwords, their hashes, keys.
 * name: with or without options. Pure. */
bool person_is_secret(const char *name);

/* Prints all of it as LDIF or JSON, to --output's file or stdout. */
ctl_exit person_export(const person *p);

/* Prints what would be erased, as LDIF; with --apply erases it. */
ctl_exit person_erase(person *p);

/* What no subcommand reaches, a sentence each, NULL at the end; static. */
extern const char *const person_elsewhere[];

#endif
