/* doctor_probe.c - what the running server answers: its schema, what it shows
 * to anybody, its clock, who this session is.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "doctor.h"
#include "gentime.h"
#include "schema.h"

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
        s.attributes.n > 0)
        compare_schema(d, &s);
    setup_free(&s.attributes);
    setup_free(&s.classes);
    free(dn);
}

/* ---- what anybody sees ---- */

static bool
is_shown(LDAP *ld, const char *base, const char *attribute)
{
    char *wanted[] = {(char *)attribute, NULL};
    char *filter = ctl_format("(&(|(objectClass=educonnectStudent)(objectClass="
                              "educonnectLegalGuardian))(%s=*))",
        attribute);
    LDAPMessage *found = NULL;
    LDAPMessage *entry;
    struct berval **values = NULL;
    int result = ldap_search_ext_s(ld, base, LDAP_SCOPE_SUBTREE, filter, wanted,
        0, NULL, NULL, NULL, 1, &found);

    entry = found == NULL ? NULL : ldap_first_entry(ld, found);
    if ((result == LDAP_SUCCESS || result == LDAP_SIZELIMIT_EXCEEDED) &&
        entry != NULL)
        values = ldap_get_values_len(ld, entry, attribute);
    free(filter);
    ldap_msgfree(found);
    if (values == NULL)
        return false;
    ldap_value_free_len(values);
    return true;
}

static ctl_exit
check_anybody(doctor *d)
{
    static const char *const hidden[] = {"userPassword",
        "educonnectPasswordHistory", "educonnectIne", "educonnectBirthDate",
        "educonnectFederatedId", "educonnectLegacyId", "educonnectGuardian",
        "mobile", "mail", "sn"};
    LDAP *ld = ctl_connect_anonymously(d->c);

    if (ld == NULL)
        return CTL_SERVER;
    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        if (is_shown(ld, d->c->base, hidden[i]))
            doctor_found(d, DOCTOR_ACL_ANONYMOUS_, hidden[i], NULL, NULL);
    }
    ldap_unbind_ext_s(ld, NULL, NULL);
    return CTL_OK;
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
            detail = ctl_format("%lld seconds %s", (long long)llabs(off),
                off > 0 ? "fast" : "slow");
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
    struct berval *identity = NULL;
    char *mine;

    if (ldap_whoami_s(d->c->ld, &identity, NULL, NULL) == LDAP_SUCCESS &&
        identity != NULL && identity->bv_len > 3 && d->config.root_dn != NULL) {
        mine = ctl_copy_n(identity->bv_val + 3, identity->bv_len - 3);
        if (strcasecmp(mine, d->config.root_dn) == 0) {
            d->passwords_known = true;
            doctor_found(d, DOCTOR_AS_ROOT_, mine, NULL, NULL);
        }
        free(mine);
    }
    ber_bvfree(identity);
}

ctl_exit
doctor_probe(doctor *d)
{
    check_version(d);
    doctor_force(d);
    check_clock(d);
    check_identity(d);
    return check_anybody(d);
}
