/* change.c - from what a school's entry is to what it is wished to be.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/catalog.h"
#include "ctl/dn.h"
#include "school/school.h"
#include "core/text/uai.h"

static const struct {
    const char *name, *word;
} attrs[N_SCHOOL_ATTRS] = {
    [SCHOOL_NAME] = {"description", N_("name")},
    [SCHOOL_LEVEL] = {"educonnectSchoolLevel", N_("level")},
    [SCHOOL_HEAD] = {"educonnectHead", N_("head")},
    [SCHOOL_STUDENT_DELEGATE] = {"educonnectStudentDelegate",
        "student delegate"},
    [SCHOOL_GUARDIAN_DELEGATE] = {"educonnectGuardianDelegate",
        "guardian delegate"},
};

const char *
school_attr_word(school_attr attr)
{
    return catalog_text(attrs[attr].word);
}

void
school_wish_free(school_wish *w)
{
    bag_free(&w->set);
    bag_free(&w->add);
    bag_free(&w->remove);
}

char *
school_uai(const char *word)
{
    char *uai = ctl_copy(word);

    for (char *p = uai; *p != '\0'; p++)
        *p = (char)toupper((unsigned char)*p);
    if (edc_uai_valid(edc_str_of(uai)))
        return uai;
    free(uai);
    return NULL;
}

/* ---- what is there ---- */

static bool
keep(void *ctx, const ctl_entry *entry)
{
    school *s = ctx;

    if (s->exists)
        return false;
    s->exists = true;
    free(s->dn);
    s->dn = ctl_copy(entry->dn);
    for (unsigned a = 0; a < N_SCHOOL_ATTRS; a++) {
        struct berval **values = ctl_entry_values(entry, attrs[a].name);

        for (size_t i = 0; values != NULL && values[i] != NULL; i++)
            bag_add(&s->has, a, values[i]->bv_val, values[i]->bv_len);
        if (values != NULL)
            ldap_value_free_len(values);
    }
    return true;
}

int
school_read(ctl *c, const char *uai, const char *below, school *s)
{
    const char *names[N_SCHOOL_ATTRS + 1] = {NULL};
    char *is_uai = ctl_filter("educonnectUai", uai);
    char *filter = ctl_format("(&(objectClass=educonnectSchool)%s)", is_uai);
    int result;

    memset(s, 0, sizeof(*s));
    s->dn = ctl_format("ou=%s,%s", uai, below);
    for (size_t a = 0; a < N_SCHOOL_ATTRS; a++)
        names[a] = attrs[a].name;
    result = ctl_search(c, c->base, LDAP_SCOPE_SUBTREE, filter, names, keep, s);
    free(filter);
    free(is_uai);
    return result;
}

void
school_free(school *s)
{
    free(s->dn);
    bag_free(&s->has);
    memset(s, 0, sizeof(*s));
}

/* ---- who is meant ---- */

static bool
find_people(ctl *c, bag *people, char **nobody)
{
    bag found = {0};

    for (size_t i = 0; i < people->n; i++) {
        const struct bag_item *item = people->items + i;
        char *dn = ctl_find_person(c, item->value);

        if (dn == NULL) {
            *nobody = ctl_copy(item->value);
            bag_free(&found);
            return false;
        }
        bag_add(&found, item->key, dn, strlen(dn));
        free(dn);
    }
    bag_free(people);
    *people = found;
    return true;
}

bool
school_people(ctl *c, school_wish *w, char **nobody)
{
    *nobody = NULL;
    return find_people(c, &w->add, nobody) &&
           find_people(c, &w->remove, nobody);
}

/* ---- the difference ---- */

/* What an attribute has that is the same DN, as it is written there. */
static const char *
same_dn(const bag *b, unsigned attr, const char *dn)
{
    char *key = ctl_dn_key(dn);
    const char *same = NULL;

    for (size_t i = 0; i < bag_count(b, attr) && same == NULL; i++) {
        char *other = ctl_dn_key(bag_get(b, attr, i));

        if (strcmp(key, other) == 0)
            same = bag_get(b, attr, i);
        free(other);
    }
    free(key);
    return same;
}

static void
note(char **what, bool exists, school_attr attr)
{
    char *longer;

    if (!exists)
        return;
    longer = ctl_format(
        "%s%s%s", *what, **what == '\0' ? "" : ", ", attrs[attr].word);
    free(*what);
    *what = longer;
}

/* Values of a name or of levels, which letters' case does not tell apart. */
static bool
same_values(const bag *a, const bag *b, unsigned attr)
{
    size_t n = bag_count(a, attr);
    bool same = n == bag_count(b, attr);

    for (size_t i = 0; i < n && same; i++) {
        bool found = false;

        for (size_t j = 0; j < n && !found; j++)
            found = (attr == SCHOOL_NAME ? strcmp : strcasecmp)(
                        bag_get(a, attr, i), bag_get(b, attr, j)) == 0;
        same = found;
    }
    return same;
}

static void
change_values(const school *s, const school_wish *w, unsigned attr,
    ctl_change *change, char **what)
{
    size_t n = bag_count(&w->set, attr);

    if (n == 0 || same_values(&s->has, &w->set, attr))
        return;
    ctl_change_mod(
        change, s->exists ? LDAP_MOD_REPLACE : LDAP_MOD_ADD, attrs[attr].name);
    for (size_t i = 0; i < n; i++) {
        const char *value = bag_get(&w->set, attr, i);

        ctl_change_value(change, value, strlen(value));
    }
    note(what, s->exists, (school_attr)attr);
}

/* People are added and taken away one by one: who was named by somebody else
 * meanwhile stays. */
static void
change_people(const school *s, const school_wish *w, unsigned attr,
    ctl_change *change, char **what)
{
    const struct {
        const bag *people;
        int op;
        bool when_there;
    } both[] = {
        {&w->remove, LDAP_MOD_DELETE, true}, {&w->add, LDAP_MOD_ADD, false}};
    bool changed = false;

    for (size_t b = 0; b < 2; b++) {
        bool begun = false;

        for (size_t i = 0; i < bag_count(both[b].people, attr); i++) {
            const char *dn = bag_get(both[b].people, attr, i);
            const char *there = same_dn(&s->has, attr, dn);

            if ((there != NULL) != both[b].when_there)
                continue;
            if (!begun)
                ctl_change_mod(change, both[b].op, attrs[attr].name);
            begun = changed = true;
            dn = there != NULL ? there : dn;
            ctl_change_value(change, dn, strlen(dn));
        }
    }
    if (changed)
        note(what, s->exists, (school_attr)attr);
}

bool
school_change(const school *s, const char *uai, const school_wish *w,
    ctl_change *change, char **what)
{
    *what = ctl_copy("");
    ctl_change_begin(
        change, s->exists ? CTL_CHANGE_MODIFY : CTL_CHANGE_ADD, s->dn);
    if (!s->exists) {
        ctl_change_set(
            change, LDAP_MOD_ADD, "objectClass", "organizationalUnit");
        ctl_change_value(change, "educonnectSchool", 16);
        ctl_change_set(change, LDAP_MOD_ADD, "ou", uai);
        ctl_change_set(change, LDAP_MOD_ADD, "educonnectUai", uai);
    }
    change_values(s, w, SCHOOL_NAME, change, what);
    change_values(s, w, SCHOOL_LEVEL, change, what);
    for (unsigned a = SCHOOL_HEAD; a < N_SCHOOL_ATTRS; a++)
        change_people(s, w, a, change, what);
    return change->n_mods > 0;
}
