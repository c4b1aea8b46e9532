/* release.c - which schema and which version of the module a server has, held
 * against another's.
 */
#include <stdlib.h>
#include <string.h>

#include "core/text/schema.h"
#include "doctor/peer.h"

/* "( <arc>.1.7 NAME 'educonnectUai' ...": up to the number below the arc. */
#define OURS "( " EDC_OID_ARC "."
#define BRANCH_SETTINGS '5'

/* ---- reading ---- */

static bool
read_subschema_name(void *ctx, const ctl_entry *e)
{
    char **dn = ctx;

    *dn = ctl_entry_first(e, "subschemaSubentry");
    return false;
}

static bool
read_definitions(void *ctx, const ctl_entry *e)
{
    doctor_release *r = ctx;
    setup_values all = {NULL, 0};

    r->read = true;
    setup_read_values(e, "attributeTypes", &all);
    setup_read_values(e, "objectClasses", &all);
    for (size_t i = 0; i < all.n; i++) {
        if (strncmp(all.values[i], OURS, strlen(OURS)) == 0)
            setup_add(&r->definitions, all.values[i]);
    }
    setup_free(&all);
    return false;
}

static bool
read_version(void *ctx, const ctl_entry *e)
{
    char **version = ctx;

    *version = ctl_entry_first(e, "educonnectMonitorVersion");
    return *version == NULL;
}

static bool
read_database(void *ctx, const ctl_entry *e)
{
    setup_add(ctx, e->dn);
    return true;
}

/* An overlay's entry is read by its name: a search below its database finds the
 * first overlay alone. */
#define OVERLAYS 16

static char *
version_below(ctl *c, const char *database)
{
    static const char *const wanted[] = {"educonnectMonitorVersion", NULL};
    char *version = NULL;
    int result = LDAP_SUCCESS;

    for (int i = 0; i < OVERLAYS && version == NULL; i++) {
        char *dn = ctl_format("cn=Overlay %d,%s", i, database);

        result = ctl_search(c, dn, LDAP_SCOPE_BASE, "(objectClass=*)", wanted,
            read_version, &version);
        free(dn);
        if (result != LDAP_SUCCESS)
            break;
    }
    return version;
}

void
doctor_release_read(ctl *c, doctor_release *r)
{
    static const char *const name[] = {"subschemaSubentry", NULL};
    static const char *const wanted[] = {
        "attributeTypes", "objectClasses", NULL};
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    setup_values databases = {NULL, 0};
    char *dn = NULL;

    *r = (doctor_release){.read = false};
    (void)ctl_search(c, "", LDAP_SCOPE_BASE, "(objectClass=*)", name,
        read_subschema_name, &dn);
    if (dn != NULL)
        (void)ctl_search(c, dn, LDAP_SCOPE_BASE, "(objectClass=subschema)",
            wanted, read_definitions, r);
    free(dn);
    (void)ctl_search(c, "cn=Databases,cn=Monitor", LDAP_SCOPE_ONELEVEL,
        "(objectClass=*)", nothing, read_database, &databases);
    for (size_t i = 0; i < databases.n && r->version == NULL; i++)
        r->version = version_below(c, databases.values[i]);
    setup_free(&databases);
}

void
doctor_release_free(doctor_release *r)
{
    setup_free(&r->definitions);
    free(r->version);
    r->version = NULL;
}

/* ---- comparing ---- */

/* The letters of a definition that say which one it is. */
static size_t
number_length(const char *definition)
{
    size_t n = strlen(OURS);

    return n + strspn(definition + n, "0123456789.");
}

static const char *
same_number(const doctor_release *r, const char *definition)
{
    size_t n = number_length(definition);

    for (size_t i = 0; i < r->definitions.n; i++) {
        if (number_length(r->definitions.values[i]) == n &&
            strncmp(r->definitions.values[i], definition, n) == 0)
            return r->definitions.values[i];
    }
    return NULL;
}

/* Of a module: its settings' and its counters' definitions. */
static bool
is_modules(const char *definition)
{
    return definition[strlen(OURS)] >= BRANCH_SETTINGS;
}

static bool
has_module(const doctor_release *r)
{
    for (size_t i = 0; i < r->definitions.n; i++) {
        if (is_modules(r->definitions.values[i]))
            return true;
    }
    return false;
}

/* "educonnectUai", or the number where the definition has no name; allocated.
 */
static char *
name_of(const char *definition)
{
    const char *name = strstr(definition, " NAME '");
    const char *end;

    if (name == NULL)
        return ctl_copy_n(
            definition + 2, number_length(definition) - strlen("( "));
    name += strlen(" NAME '");
    end = strchr(name, '\'');
    return end == NULL ? ctl_copy(name)
                       : ctl_copy_n(name, (size_t)(end - name));
}

static void
found_schema(doctor *d, const char *definition, const char *detail)
{
    char *subject = name_of(definition);

    doctor_found(d, DOCTOR_SCHEMAS_, subject, detail, NULL);
    free(subject);
}

/* ---- what a schema file says in another way ---- */

/* slapd takes operational attributes from modules alone: in the file they are
 * users', and educonnectAccount lists those that are stored. */
#define ACCOUNT OURS "2.1 "

static void
cut_at(char *definition, const char *word)
{
    char *at = strstr(definition, word);

    if (at != NULL)
        *at = '\0';
}

static char *
shared_part(const char *definition)
{
    char *part = ctl_copy(definition);
    size_t n;

    cut_at(part, " NO-USER-MODIFICATION");
    cut_at(part, " USAGE ");
    if (strncmp(definition, ACCOUNT, strlen(ACCOUNT)) == 0)
        cut_at(part, " MAY ");
    n = strlen(part);
    if (n > 2 && strcmp(part + n - 2, " )") == 0)
        part[n - 2] = '\0';
    return part;
}

static bool
same_definition(const char *a, const char *b, bool by_modules)
{
    char *part_a, *part_b;
    bool same;

    if (by_modules)
        return setup_same_words(a, b);
    part_a = shared_part(a);
    part_b = shared_part(b);
    same = setup_same_words(part_a, part_b);
    free(part_b);
    free(part_a);
    return same;
}

/* other_way: what both have was looked at already. */
static void
compare_one_way(doctor *d, const char *name, const doctor_release *r,
    const char *other_name, const doctor_release *other, bool other_way)
{
    bool modules = has_module(r) && has_module(other);
    char *lacks = ctl_format("on %s, not on %s", name, other_name);
    char *differs = ctl_format("on %s otherwise than on %s", name, other_name);

    for (size_t i = 0; i < r->definitions.n; i++) {
        const char *own = r->definitions.values[i], *its;

        if (is_modules(own) && !modules)
            continue;
        its = same_number(other, own);
        if (its == NULL)
            found_schema(d, own, lacks);
        else if (!other_way && !same_definition(own, its, modules))
            found_schema(d, own, differs);
    }
    free(differs);
    free(lacks);
}

void
doctor_release_compare(doctor *d, const char *name, const doctor_release *r,
    const char *other_name, const doctor_release *other)
{
    char *detail;

    if (!r->read || !other->read)
        return;
    if (r->definitions.n > 0 && other->definitions.n == 0) {
        doctor_found(d, DOCTOR_SCHEMAS_, other_name,
            "it has nothing of educonnect's schema", NULL);
        return;
    }
    compare_one_way(d, name, r, other_name, other, false);
    compare_one_way(d, other_name, other, name, r, true);
    if (r->version == NULL || other->version == NULL ||
        strcmp(r->version, other->version) == 0)
        return;
    detail = ctl_format("%s; %s has %s", other->version, name, r->version);
    doctor_found(d, DOCTOR_VERSIONS_, other_name, detail, NULL);
    free(detail);
}
