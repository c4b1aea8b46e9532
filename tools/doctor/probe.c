/* probe.c - what the running server answers: its schema, its
 * clock, who this session is.
 */
#include <ldap_schema.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "doctor/doctor.h"
#include "core/text/gentime.h"
#include "core/text/schema.h"

#define CLOCK_TOLERANCE 60 /* seconds */

/* ---- the module's version, by the schema that it brings ---- */

typedef struct schema {
    setup_values attributes, classes;
} schema;

static bool
read_schema(void *ctx, const ctl_entry *e)
{
    schema *s = ctx;

    setup_read_values(e, "attributeTypes", &s->attributes);
    setup_read_values(e, "objectClasses", &s->classes);
    return false;
}

static bool
read_name(void *ctx, const ctl_entry *e)
{
    char **dn = ctx;

    *dn = ctl_entry_first(e, "subschemaSubentry");
    return false;
}

/* Whether the server has a definition, word for word. */
static bool
has_definition(const setup_values *v, const edc_definition *wanted)
{
    for (size_t i = 0; i < v->n; i++) {
        if (strncmp(v->values[i], wanted->text,
                strlen("( ") + strlen(wanted->oid) + 1) == 0)
            return setup_same_words(v->values[i], wanted->text);
    }
    return false;
}

static void
compare_schema(doctor *d, const schema *s)
{
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        const edc_definition *a = edc_schema_attribute((edc_attribute)i);

        if (!has_definition(&s->attributes, a))
            doctor_found(d, DOCTOR_OTHER_VERSION_, a->name, NULL, NULL);
    }
    for (int i = 0; i < EDC_N_CLASSES; i++) {
        const edc_definition *o = edc_schema_class((edc_class)i);

        if (!has_definition(&s->classes, o))
            doctor_found(d, DOCTOR_OTHER_VERSION_, o->name, NULL, NULL);
    }
}

/* ---- attributes that are passwords by another name ---- */

#define PASSWORD_OID "2.5.4.35"

static bool
names_one(const LDAPAttributeType *type, const setup_values *names)
{
    return type->at_sup_oid != NULL && setup_has(names, type->at_sup_oid);
}

/* Adds the type's names when it descends from one of those; false: it does not,
 * or was there. */
static bool
add_subtype(const char *definition, setup_values *names)
{
    int code;
    const char *at;
    LDAPAttributeType *type =
        ldap_str2attributetype(definition, &code, &at, LDAP_SCHEMA_ALLOW_ALL);
    bool added = false;

    if (type == NULL)
        return false;
    if (names_one(type, names) && !setup_has(names, type->at_oid)) {
        setup_add(names, type->at_oid);
        for (size_t i = 0; type->at_names != NULL && type->at_names[i] != NULL;
            i++)
            setup_add(names, type->at_names[i]);
        added = true;
    }
    ldap_attributetype_free(type);
    return added;
}

static void
check_subtypes(doctor *d, const setup_values *definitions)
{
    setup_values names = {NULL, 0};
    size_t known;

    setup_add(&names, "userPassword");
    setup_add(&names, PASSWORD_OID);
    do {
        known = names.n;
        for (size_t i = 0; i < definitions->n; i++) {
            size_t before = names.n;

            if (add_subtype(definitions->values[i], &names))
                doctor_found(d, DOCTOR_SUBTYPE_,
                    names.values[before + 1 < names.n ? before + 1 : before],
                    NULL, NULL);
        }
    } while (names.n > known);
    setup_free(&names);
}

static void
check_version(doctor *d)
{
    static const char *const name[] = {"subschemaSubentry", NULL};
    static const char *const wanted[] = {
        "attributeTypes", "objectClasses", NULL};
    schema s = {{NULL, 0}, {NULL, 0}};
    char *dn = NULL;

    ctl_search(
        d->c, "", LDAP_SCOPE_BASE, "(objectClass=*)", name, read_name, &dn);
    if (dn != NULL &&
        ctl_search(d->c, dn, LDAP_SCOPE_BASE, "(objectClass=subschema)", wanted,
            read_schema, &s) == LDAP_SUCCESS &&
        s.attributes.n > 0) {
        /* Without the module there is no version of it. */
        if (d->config.n_databases == 0 ||
            setup_has(&d->config.modules, "educonnect"))
            compare_schema(d, &s);
        check_subtypes(d, &s.attributes);
    }
    setup_free(&s.attributes);
    setup_free(&s.classes);
    free(dn);
}

/* ---- clock ---- */

static bool
read_time(void *ctx, const ctl_entry *e)
{
    char **text = ctx;

    *text = ctl_entry_first(e, "monitorTimestamp");
    return false;
}

static void
check_clock(doctor *d)
{
    static const char *const wanted[] = {"monitorTimestamp", NULL};
    char *text = NULL;
    int64_t server;
    int64_t off;
    char *detail;

    ctl_search(d->c, "cn=Current,cn=Time,cn=Monitor", LDAP_SCOPE_BASE,
        "(objectClass=*)", wanted, read_time, &text);
    if (text != NULL && edc_time_parse(edc_str_of(text), &server)) {
        off = server - (int64_t)time(NULL);
        if (off > CLOCK_TOLERANCE || off < -CLOCK_TOLERANCE) {
            detail = off > 0 ? ctl_format("%lld seconds fast", (long long)off)
                             : ctl_format("%lld seconds slow", (long long)-off);
            doctor_found(d, DOCTOR_CLOCK_, "slapd", detail, NULL);
            free(detail);
        }
    }
    free(text);
}

/* ---- who this is ---- */

static void
check_identity(doctor *d)
{
    if (d->identity == NULL || d->config.root_dn == NULL ||
        strcasecmp(d->identity, d->config.root_dn) != 0)
        return;
    d->passwords_known = true;
    doctor_found(d, DOCTOR_AS_ROOT_, d->identity, NULL, NULL);
}

ctl_exit
doctor_probe(doctor *d)
{
    ctl_exit status;

    check_version(d);
    doctor_force(d);
    doctor_library(d);
    check_clock(d);
    check_identity(d);
    status = doctor_ask(d);
    return status == CTL_OK ? doctor_servers(d) : status;
}
