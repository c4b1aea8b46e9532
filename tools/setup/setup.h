/* setup.h - what a running slapd's cn=config has, and what is missing of it.
 */
#ifndef SETUP_H
#define SETUP_H

#include "ctl/ctl.h"
#include "ctl/change.h"

/* Values of one attribute, without the {n} that cn=config puts before them. */
typedef struct setup_values {
    char **values;
    size_t n;
} setup_values;

void setup_add(setup_values *v, const char *value);
bool setup_has(const setup_values *v, const char *value);
void setup_free(setup_values *v);

/* Adds an entry's values of an attribute, as setup_bare() gives them. */
void setup_read_values(
    const ctl_entry *e, const char *attribute, setup_values *v);

/* "value" of "{12}value"; a pointer into it. */
const char *setup_bare(const char *value);

/* What was read. DNs are NULL where there is no such entry. */
typedef struct setup_config {
    char *module_dn;      /* the first list of modules */
    setup_values modules; /* of all lists, names only: "educonnect" */
    setup_values paths;   /* of the first list */
    bool schema_file;     /* the schema's text is loaded by itself */
    char *database_dn;
    char *suffix;
    char *root_dn;
    setup_values indexes; /* "uid,cn eq,sub" */
    setup_values limits;
    char *size_limit; /* the database's, or what it has from the server; NULL:
                         slapd's own 500 */
    char *overlay_dn;
    struct setup_setting {
        const char *attribute; /* olcEduconnect... */
        setup_values values;
    } settings[32];
    size_t n_settings;
    size_t n_databases; /* that could be meant */
} setup_config;

/* Whether this session may read cn=config. */
bool setup_may_read(ctl *c);

/* Reads it. wanted: the suffix or the DN in cn=config of the database, NULL for
 * the only mdb one. CTL_OK, or what to exit with after it has printed why. */
ctl_exit setup_read(ctl *c, const char *wanted, setup_config *config);
void setup_config_free(setup_config *config);

/* The values of a setting that the overlay has; NULL when none. */
const setup_values *setup_setting_of(
    const setup_config *config, const char *attribute);

/* The changes that are missing, in their order; n of them. */
typedef struct setup_plan {
    ctl_change *changes;
    size_t n;
    setup_values left; /* differences that are left alone, in words */
} setup_plan;

/* What setup's options ask for. CTL_OK, or what to exit with after it has
 * printed why. */
ctl_exit setup_make_plan(ctl *c, const setup_config *config, setup_plan *plan);

/* What the database lacks for an overlay with these roles, and for those who
 * act for schools ("group=<DN>"): indexes, limits, a rootdn. */
void setup_plan_database(const setup_config *config, const setup_values *roles,
    const setup_values *heads, setup_plan *plan);
void setup_plan_free(setup_plan *plan);

/* ---- setup/limits.c, pure ---- */

/* Whether somebody is in a group that a limit names; kind is what stands
 * between "group" and "=". */
typedef bool setup_in_group(
    void *ctx, const char *kind, const char *group, const char *dn);

/* Whether this identity may read more entries than slapd's size limit, page by
 * page, by the first of the database's limits that fits it. A pattern
 * (dn.regex) is taken to fit. */
bool setup_reads_all(const setup_config *config, const char *dn,
    setup_in_group *in_group, void *ctx);

/* ---- setup/words.c: values of cn=config, pure ---- */

/* "educonnect" of "/usr/lib/ldap/educonnect.so" or "educonnect.la"; allocated.
 */
char *setup_module_name(const char *value);

/* What an index line says of an attribute. */
typedef enum setup_index {
    SETUP_INDEX_NONE, /* not named */
    SETUP_INDEX_EQUALITY,
    SETUP_INDEX_OTHER /* named, without eq */
} setup_index;
setup_index setup_index_of(const char *line, const char *attribute);

/* Whether two values of a setting say the same: blanks between words, quotes
 * and letters' case apart. */
bool setup_same_words(const char *a, const char *b);

/* Checks "<role> dn=<DN>|group=<DN>"; NULL when it is good, or what is wrong.
 */
const char *setup_role_check(const char *value);

/* Checks "dn=<DN>" or "group=<DN>" likewise. */
const char *setup_who_check(const char *who);

/* The olc... attribute of "guard owner" or "educonnect-guard owner", and its
 * value; NULL with the reason in why when it is none or its value is bad. */
const char *setup_setting_check(
    const char *text, const char **value, char *why, size_t size);

#endif
