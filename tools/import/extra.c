/* extra.c - what the server's schema says of ENT classes. */
#include <ldap_schema.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import/extra.h"

#define DN_SYNTAX "1.3.6.1.4.1.1466.115.121.1.12"

/* The class that carries the attributes of a kind; names published with the
 * SDET. */
static const char *const classes[SRC_OTHER] = {
    [SRC_SCHOOL] = "ENTEtablissement",
    [SRC_STUDENT] = "ENTEleve",
    [SRC_GUARDIAN] = "ENTPerson",
};

/* ---- reading the schema ---- */

typedef struct schema {
    struct berval **attributes, **objects;
} schema;

static char *
subschema_of(ctl *c)
{
    char *wanted[] = {"subschemaSubentry", NULL};
    LDAPMessage *found = NULL;
    struct berval **values = NULL;
    char *dn = NULL;

    if (ldap_search_ext_s(c->ld, "", LDAP_SCOPE_BASE, "(objectClass=*)", wanted,
            0, NULL, NULL, NULL, 1, &found) == LDAP_SUCCESS &&
        ldap_first_entry(c->ld, found) != NULL)
        values = ldap_get_values_len(
            c->ld, ldap_first_entry(c->ld, found), wanted[0]);
    if (values != NULL && values[0] != NULL)
        dn = ctl_copy_n(values[0]->bv_val, values[0]->bv_len);
    if (values != NULL)
        ldap_value_free_len(values);
    ldap_msgfree(found);
    return dn;
}

static void
free_schema(schema *s)
{
    if (s->attributes != NULL)
        ldap_value_free_len(s->attributes);
    if (s->objects != NULL)
        ldap_value_free_len(s->objects);
}

/* False when the server shows none. */
static bool
read_schema(ctl *c, schema *s)
{
    char *wanted[] = {"attributeTypes", "objectClasses", NULL};
    char *dn = subschema_of(c);
    LDAPMessage *found = NULL;
    LDAPMessage *entry;
    int result = dn == NULL ? LDAP_NO_SUCH_OBJECT
                            : ldap_search_ext_s(c->ld, dn, LDAP_SCOPE_BASE,
                                  "(objectClass=subschema)", wanted, 0, NULL,
                                  NULL, NULL, 1, &found);

    entry = result == LDAP_SUCCESS ? ldap_first_entry(c->ld, found) : NULL;
    if (entry != NULL) {
        s->attributes = ldap_get_values_len(c->ld, entry, wanted[0]);
        s->objects = ldap_get_values_len(c->ld, entry, wanted[1]);
    }
    ldap_msgfree(found);
    free(dn);
    if (s->attributes != NULL && s->objects != NULL)
        return true;
    free_schema(s);
    return false;
}

static bool
has_name(char **names, const char *name)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (strcasecmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static LDAPObjectClass *
find_class(const schema *s, const char *name)
{
    int code;
    const char *at;

    for (size_t i = 0; s->objects[i] != NULL; i++) {
        LDAPObjectClass *class = ldap_str2objectclass(
            s->objects[i]->bv_val, &code, &at, LDAP_SCHEMA_ALLOW_ALL);

        if (class != NULL && has_name(class->oc_names, name))
            return class;
        ldap_objectclass_free(class);
    }
    return NULL;
}

static bool
is_dn(const schema *s, const char *name)
{
    int code;
    const char *at;
    bool dn = false;
    bool found = false;

    for (size_t i = 0; s->attributes[i] != NULL && !found; i++) {
        LDAPAttributeType *type = ldap_str2attributetype(
            s->attributes[i]->bv_val, &code, &at, LDAP_SCHEMA_ALLOW_ALL);

        found = type != NULL && has_name(type->at_names, name);
        dn = found && type->at_syntax_oid != NULL &&
             strcmp(type->at_syntax_oid, DN_SYNTAX) == 0;
        ldap_attributetype_free(type);
    }
    return dn;
}

/* ---- one class with its superiors ---- */

static bool
listed(char **list, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(list[i], name) == 0)
            return true;
    }
    return false;
}

static void
add(char ***list, size_t *n, const char *name)
{
    if (listed(*list, *n, name))
        return;
    *list = ctl_resize(*list, *n + 1, sizeof(**list));
    (*list)[(*n)++] = ctl_copy(name);
}

static void
add_names(const schema *s, extra_class *class, char **names, bool must)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++) {
        if (strncasecmp(names[i], "ENT", 3) != 0)
            continue;
        if (must)
            add(&class->must, &class->n_must, names[i]);
        if (!is_dn(s, names[i]))
            add(&class->may, &class->n_may, names[i]);
    }
}

/* A class more than this many superiors deep is a circle. */
#define DEPTH_MAX 16

static bool
add_class(const schema *s, extra_class *class, const char *name, int depth)
{
    LDAPObjectClass *found = depth < DEPTH_MAX ? find_class(s, name) : NULL;

    if (found == NULL)
        return false;
    add_names(s, class, found->oc_at_oids_must, true);
    add_names(s, class, found->oc_at_oids_may, false);
    for (size_t i = 0;
        found->oc_sup_oids != NULL && found->oc_sup_oids[i] != NULL; i++)
        add_class(s, class, found->oc_sup_oids[i], depth + 1);
    ldap_objectclass_free(found);
    return true;
}

ctl_exit
import_extra_read(ctl *c, import_extra *extra)
{
    schema s = {NULL, NULL};
    bool any = false;

    if (c->ld == NULL)
        return ctl_fail(c, CTL_USAGE, "--pass-through asks a server's schema");
    if (!read_schema(c, &s))
        return ctl_fail(c, CTL_SERVER, "the server's schema cannot be read");
    for (int kind = 0; kind < SRC_OTHER; kind++) {
        if (!add_class(&s, extra->of + kind, classes[kind], 0))
            continue;
        extra->of[kind].name = classes[kind];
        any = true;
    }
    free_schema(&s);
    if (any)
        return CTL_OK;
    return ctl_fail(
        c, CTL_USAGE, "--pass-through: the server has none of the ENT classes");
}

static void
free_list(char **list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(list[i]);
    free(list);
}

void
import_extra_free(import_extra *extra)
{
    for (int kind = 0; kind < SRC_OTHER; kind++) {
        free_list(extra->of[kind].may, extra->of[kind].n_may);
        free_list(extra->of[kind].must, extra->of[kind].n_must);
    }
    memset(extra, 0, sizeof(*extra));
}

/* ---- names and values ---- */

const char *
import_extra_name(const import_extra *extra, src_kind kind, edc_str name)
{
    const extra_class *class = extra->of + kind;

    for (size_t i = 0; i < class->n_may; i++) {
        if (edc_str_caseeq(edc_str_of(class->may[i]), name))
            return class->may[i];
    }
    return NULL;
}

size_t
import_extra_split(const char *item, const char **value)
{
    size_t n = strcspn(item, ":");

    *value = item[n] == ':' ? item + n + 1 : item + n;
    return n;
}

bool
import_extra_whole(
    const extra_class *class, const bag *b, unsigned key, const char **missing)
{
    for (size_t i = 0; i < class->n_must; i++) {
        const char *item;
        bool there = false;

        for (size_t v = 0; (item = bag_get(b, key, v)) != NULL && !there; v++) {
            const char *value;
            size_t n = import_extra_split(item, &value);

            there = *value != '\0' && strlen(class->must[i]) == n &&
                    strncasecmp(class->must[i], item, n) == 0;
        }
        *missing = class->must[i];
        if (!there)
            return false;
    }
    return true;
}
