/* family.c - the people and schools around an account. */
#include "status/family.h"

#include <stdlib.h>
#include <string.h>

/* ---- schools ---- */

static bool
read_school(void *ctx, const ctl_entry *e)
{
    status_school *school = ctx;

    school->uai = ctl_entry_first(e, "educonnectUai");
    school->name = ctl_entry_first(e, "description");
    return false;
}

/* What cannot be read stays NULL. */
static void
find_school(
    ctl *c, const char *base, int scope, const char *filter, status_school *s)
{
    static const char *const names[] = {"educonnectUai", "description", NULL};

    (void)ctl_search(c, base, scope, filter, names, read_school, s);
}

static status_school *
schools_at(ctl *c, const status_values *dns)
{
    status_school *schools = ctl_alloc(dns->n, sizeof(*schools));

    for (size_t i = 0; i < dns->n; i++) {
        schools[i].dn = ctl_copy(dns->v[i]);
        find_school(
            c, dns->v[i], LDAP_SCOPE_BASE, "(objectClass=*)", schools + i);
    }
    return schools;
}

static void
schools_free(status_school *schools, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(schools[i].dn);
        free(schools[i].uai);
        free(schools[i].name);
    }
    free(schools);
}

static char *
name_of_uai(ctl *c, const char *uai)
{
    char *filter = ctl_filter("educonnectUai", uai);
    status_school school = {NULL, NULL, NULL};

    find_school(c, c->base, LDAP_SCOPE_SUBTREE, filter, &school);
    free(filter);
    free(school.uai);
    return school.name;
}

char *
status_school_words(const status_school *school)
{
    const char *code = school->uai == NULL ? school->dn : school->uai;

    return school->name == NULL ? ctl_copy(code)
                                : ctl_format("%s %s", code, school->name);
}

/* ---- people ---- */

typedef struct reading {
    status_relative *relative;
    status_values enrolled;
} reading;

static bool
read_relative(void *ctx, const ctl_entry *e)
{
    reading *r = ctx;

    r->relative->uid = ctl_entry_first(e, "uid");
    r->relative->name = ctl_entry_first(e, "cn");
    r->relative->state = ctl_entry_first(e, "educonnectState");
    r->relative->classes = status_values_of(e, "educonnectClass");
    r->relative->readable = r->relative->uid != NULL;
    r->enrolled = status_values_of(e, "educonnectEnrolledAt");
    return false;
}

static void
add_relative(
    ctl *c, status_relative **list, size_t *n, const char *dn, bool contested)
{
    static const char *const names[] = {"uid", "cn", "educonnectState",
        "educonnectClass", "educonnectEnrolledAt", NULL};
    reading r = {NULL, {NULL, 0, false}};

    *list = ctl_resize(*list, *n + 1, sizeof(**list));
    r.relative = *list + (*n)++;
    memset(r.relative, 0, sizeof(*r.relative));
    r.relative->dn = ctl_copy(dn);
    r.relative->contested = contested;
    (void)ctl_search(
        c, dn, LDAP_SCOPE_BASE, "(objectClass=*)", names, read_relative, &r);
    r.relative->n_schools = r.enrolled.n;
    r.relative->schools = schools_at(c, &r.enrolled);
    status_values_free(&r.enrolled);
}

static void
add_all(ctl *c, status_relative **list, size_t *n, const status_values *dns,
    bool contested)
{
    for (size_t i = 0; i < dns->n; i++)
        add_relative(c, list, n, dns->v[i], contested);
}

static void
relatives_free(status_relative *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        schools_free(list[i].schools, list[i].n_schools);
        status_values_free(&list[i].classes);
        free(list[i].dn);
        free(list[i].uid);
        free(list[i].name);
        free(list[i].state);
    }
    free(list);
}

/* ---- the whole ---- */

static bool
keep_dn(void *ctx, const ctl_entry *e)
{
    status_values *dns = ctx;

    dns->v = ctl_resize(dns->v, dns->n + 1, sizeof(*dns->v));
    dns->v[dns->n++] = ctl_copy(e->dn);
    return true;
}

/* Students of whom a guardian said that they are not his or hers. */
static status_values
contested_children(ctl *c, const char *dn)
{
    static const char *const nothing[] = {LDAP_NO_ATTRS, NULL};
    status_values dns = {NULL, 0, false};
    char *filter = ctl_filter("educonnectContestedGuardian", dn);

    (void)ctl_search(
        c, c->base, LDAP_SCOPE_SUBTREE, filter, nothing, keep_dn, &dns);
    free(filter);
    return dns;
}

void
status_family_read(ctl *c, const status_account *a, status_family *f)
{
    const char *informer = status_first(a, STATUS_INFORMED_BY);
    status_values contested;

    memset(f, 0, sizeof(*f));
    f->n_schools = a->field[STATUS_ENROLLED].n;
    f->schools = schools_at(c, a->field + STATUS_ENROLLED);
    if (informer != NULL && strcmp(informer, "-") != 0)
        f->informer = name_of_uai(c, informer);
    add_all(
        c, &f->guardians, &f->n_guardians, a->field + STATUS_GUARDIAN, false);
    add_all(
        c, &f->guardians, &f->n_guardians, a->field + STATUS_CONTESTED, true);
    add_all(c, &f->children, &f->n_children, a->field + STATUS_CHILD, false);
    if (!a->guardian)
        return;
    contested = contested_children(c, a->dn);
    add_all(c, &f->children, &f->n_children, &contested, true);
    status_values_free(&contested);
}

void
status_family_free(status_family *f)
{
    schools_free(f->schools, f->n_schools);
    relatives_free(f->children, f->n_children);
    relatives_free(f->guardians, f->n_guardians);
    free(f->informer);
    memset(f, 0, sizeof(*f));
}
