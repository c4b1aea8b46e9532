/* find.c - the accounts of a school that were asked for. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/catalog.h"
#include "ctl/dn.h"
#include "letters/homonyms.h"
#include "letters/letters.h"
#include "letters/list.h"
#include "letters/words.h"

/* How often a merged guardian may have been merged on. */
#define MERGES_MAX 4

/* A pupil names a guardian. */
typedef struct tie {
    char *key; /* of the guardian's DN */
    char *dn;
    size_t pupil;
} tie;

typedef struct search {
    ctl *c;
    letters_school *school;
    letter *pupils;
    bool *selected; /* pupils of the classes that were asked for */
    size_t n_pupils;
    tie *ties;
    size_t n_ties;
    letter *guardians;
    size_t n_guardians;
} search;

/* ---- pupils ---- */

static void
keep_ties(search *s, const ctl_entry *entry)
{
    struct berval **values = ctl_entry_values(entry, "educonnectGuardian");

    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        char *dn = ctl_copy_n(values[i]->bv_val, values[i]->bv_len);

        s->ties = ctl_resize(s->ties, s->n_ties + 1, sizeof(*s->ties));
        s->ties[s->n_ties++] = (tie){ctl_dn_key(dn), dn, s->n_pupils};
    }
    if (values != NULL)
        ldap_value_free_len(values);
}

/* Whether the pupil is of a class that was asked for; the letter's class is
 * that one, should the pupil have several. */
static bool
of_class(const search *s, const ctl_entry *entry, letter *l)
{
    size_t n = ctl_count(s->c, CTL_OPT_LETTERS_CLASS);

    for (size_t i = 0; i < n; i++) {
        const char *name = ctl_nth(s->c, CTL_OPT_LETTERS_CLASS, i);

        if (!ctl_entry_has(entry, "educonnectClass", name))
            continue;
        if (strcasecmp(l->group, name) != 0) {
            free(l->group);
            l->group = ctl_copy(name);
        }
        return true;
    }
    return n == 0;
}

static bool
keep_pupil(void *ctx, const ctl_entry *entry)
{
    search *s = ctx;

    s->pupils = ctl_resize(s->pupils, s->n_pupils + 1, sizeof(*s->pupils));
    s->selected =
        ctl_resize(s->selected, s->n_pupils + 1, sizeof(*s->selected));
    s->pupils[s->n_pupils] = letter_of(entry, false);
    s->selected[s->n_pupils] = of_class(s, entry, s->pupils + s->n_pupils);
    keep_ties(s, entry);
    s->n_pupils++;
    return true;
}

static ctl_exit
find_pupils(search *s)
{
    char *enrolled = ctl_filter("educonnectEnrolledAt", s->school->dn);
    char *filter = ctl_format("(&(objectClass=educonnectStudent)%s)", enrolled);
    int result = ctl_search(s->c, s->c->base, LDAP_SCOPE_SUBTREE, filter,
        letter_attributes, keep_pupil, s);

    free(filter);
    free(enrolled);
    if (result != LDAP_SUCCESS)
        return ctl_fail_ldap(
            s->c, CTL_SERVER, s->c->ld, result, catalog_text("pupils"));
    for (size_t i = 0; i < ctl_count(s->c, CTL_OPT_LETTERS_CLASS); i++) {
        const char *name = ctl_nth(s->c, CTL_OPT_LETTERS_CLASS, i);
        size_t j = 0;

        while (j < s->n_pupils &&
               (!s->selected[j] || strcasecmp(s->pupils[j].group, name) != 0))
            j++;
        if (j == s->n_pupils)
            return ctl_fail(s->c, CTL_USAGE, "no pupil of %s is in a class %s",
                s->school->uai, name);
    }
    return CTL_OK;
}

/* ---- guardians ---- */

typedef struct reading {
    search *s;
    bool found;
} reading;

static bool
keep_guardian(void *ctx, const ctl_entry *entry)
{
    reading *r = ctx;
    search *s = r->s;

    s->guardians =
        ctl_resize(s->guardians, s->n_guardians + 1, sizeof(*s->guardians));
    s->guardians[s->n_guardians++] = letter_of(entry, true);
    r->found = true;
    return false;
}

/* The orders: classes, then names; and of ties, a guardian's together. */
static const search *sorting;

static int
by_class(const letter *a, const letter *b)
{
    int order = letters_compare(a->group, b->group);
    const char *empty = "";

    if (order == 0)
        order = a->guardian - b->guardian;
    if (order == 0)
        order = letters_compare(a->last != NULL ? a->last : empty,
            b->last != NULL ? b->last : empty);
    if (order == 0)
        order = letters_compare(a->first != NULL ? a->first : empty,
            b->first != NULL ? b->first : empty);
    return order != 0 ? order : strcmp(a->key, b->key);
}

static int
compare_letters(const void *a, const void *b)
{
    return by_class(a, b);
}

static int
compare_ties(const void *a, const void *b)
{
    const tie *p = a, *q = b;
    int order = strcmp(p->key, q->key);

    return order != 0 ? order
                      : by_class(sorting->pupils + p->pupil,
                            sorting->pupils + q->pupil);
}

/* The end of the run of ties that begins here: those of one guardian. */
static size_t
end_of_run(const search *s, size_t at)
{
    size_t end = at;

    while (end < s->n_ties && strcmp(s->ties[end].key, s->ties[at].key) == 0)
        end++;
    return end;
}

/* Makes ties to a merged account ties to the one it went into. */
static void
retie(search *s, size_t at, size_t end, const char *dn)
{
    for (size_t i = at; i < end; i++) {
        free(s->ties[i].dn);
        free(s->ties[i].key);
        s->ties[i].dn = ctl_copy(dn);
        s->ties[i].key = ctl_dn_key(dn);
    }
}

/* The children's names, and the class: that of the first who was asked for. */
static void
tell_children(const search *s, letter *l, size_t at, size_t end)
{
    l->children = ctl_alloc(end - at, sizeof(*l->children));
    for (size_t i = end; i-- > at;) {
        if (s->selected[s->ties[i].pupil]) {
            free(l->group);
            l->group = ctl_copy(s->pupils[s->ties[i].pupil].group);
        }
    }
    for (size_t i = at; i < end; i++) {
        const letter *pupil = s->pupils + s->ties[i].pupil;
        char *name = letters_name(pupil->first, pupil->last);

        if (i > at && s->ties[i].pupil == s->ties[i - 1].pupil) {
            free(name);
            continue;
        }
        l->children[l->n_children++] =
            pupil->group[0] != '\0' ? ctl_format("%s (%s)", name, pupil->group)
                                    : ctl_copy(name);
        free(name);
    }
}

/* Whether one of a guardian's pupils was asked for. */
static bool
wanted(const search *s, size_t at, size_t end)
{
    while (at < end && !s->selected[s->ties[at].pupil])
        at++;
    return at < end;
}

/* Reads one guardian. *again: it was merged, and its ties were changed. */
static ctl_exit
find_guardian(search *s, size_t at, size_t end, bool *again)
{
    reading r = {s, false};
    const char *dn = s->ties[at].dn;
    int result = ctl_search(s->c, dn, LDAP_SCOPE_BASE,
        "(objectClass=educonnectLegalGuardian)", letter_attributes,
        keep_guardian, &r);
    letter *l;

    if (result != LDAP_SUCCESS && result != LDAP_NO_SUCH_OBJECT)
        return ctl_fail_ldap(s->c, CTL_SERVER, s->c->ld, result, dn);
    if (!r.found) {
        ctl_warn(s->c, "%s: no such guardian, or not to be read", dn);
        return CTL_OK;
    }
    l = s->guardians + s->n_guardians - 1;
    if (l->merged != NULL) {
        retie(s, at, end, l->merged);
        letter_free(l);
        s->n_guardians--;
        *again = true;
        return CTL_OK;
    }
    tell_children(s, l, at, end);
    return CTL_OK;
}

static void
forget_guardians(search *s)
{
    for (size_t i = 0; i < s->n_guardians; i++)
        letter_free(s->guardians + i);
    s->n_guardians = 0;
}

static ctl_exit
find_guardians(search *s)
{
    ctl_exit status = CTL_OK;
    bool again = true;

    for (int pass = 0; pass < MERGES_MAX && again && status == CTL_OK; pass++) {
        again = false;
        forget_guardians(s);
        sorting = s;
        if (s->n_ties > 1)
            qsort(s->ties, s->n_ties, sizeof(*s->ties), compare_ties);
        for (size_t at = 0, end; at < s->n_ties && status == CTL_OK; at = end) {
            end = end_of_run(s, at);
            ctl_progress(catalog_text("guardians"), end, s->n_ties);
            if (wanted(s, at, end))
                status = find_guardian(s, at, end, &again);
        }
    }
    return status;
}

/* ---- homonyms ---- */

/* The names of a pupil's guardians, as far as they were read. */
static char *
guardians_of(void *ctx, size_t pupil)
{
    const search *s = ctx;
    char *names = ctl_copy("");

    for (size_t t = 0; t < s->n_ties; t++) {
        for (size_t g = 0; s->ties[t].pupil == pupil && g < s->n_guardians;
            g++) {
            const letter *l = s->guardians + g;
            char *name, *longer;

            if (strcmp(l->key, s->ties[t].key) != 0)
                continue;
            name = letters_name(l->first, l->last);
            longer =
                ctl_format("%s%s%s", names, names[0] == '\0' ? "" : ", ", name);
            free(name);
            free(names);
            names = longer;
        }
    }
    return names;
}

/* Guardians are read for it where they get no letter. */
static ctl_exit
tell_apart(search *s, bool guardians)
{
    ctl_exit status = CTL_OK;

    if (!letters_homonyms_any(s->pupils, s->selected, s->n_pupils))
        return CTL_OK;
    if (!guardians)
        status = find_guardians(s);
    if (status == CTL_OK)
        letters_homonyms_mark(
            s->pupils, s->selected, s->n_pupils, guardians_of, s);
    return status;
}

/* ---- the letters ---- */

static int
compare_keys(const void *a, const void *b)
{
    return strcmp(((const letter *)a)->key, ((const letter *)b)->key);
}

static void
take(letters_school *school, letter *l)
{
    school->letters =
        ctl_resize(school->letters, school->n + 1, sizeof(*school->letters));
    school->letters[school->n++] = *l;
    memset(l, 0, sizeof(*l));
}

/* Moves what is wanted to the school. An account that is pupil and guardian at
 * once gets one letter: a second would end the first. */
static void
gather(search *s, bool students, bool guardians)
{
    letters_school *school = s->school;
    size_t n;

    for (size_t i = 0; i < s->n_pupils; i++) {
        if (students && s->selected[i])
            take(school, s->pupils + i);
    }
    n = school->n;
    if (n > 1)
        qsort(school->letters, n, sizeof(letter), compare_keys);
    for (size_t i = 0; guardians && i < s->n_guardians; i++) {
        if (n == 0 || bsearch(s->guardians + i, school->letters, n,
                          sizeof(letter), compare_keys) == NULL)
            take(school, s->guardians + i);
    }
}

/* Keeps those that the list names. */
static void
keep_listed(letters_school *school, letters_list *list)
{
    size_t n = 0;

    for (size_t i = 0; i < school->n; i++) {
        if (letters_list_names(list, school->letters + i))
            school->letters[n++] = school->letters[i];
        else
            letter_free(school->letters + i);
    }
    school->n = n;
}

static void
forget_search(search *s)
{
    for (size_t i = 0; i < s->n_pupils; i++)
        letter_free(s->pupils + i);
    for (size_t i = 0; i < s->n_ties; i++) {
        free(s->ties[i].key);
        free(s->ties[i].dn);
    }
    forget_guardians(s);
    free(s->pupils);
    free(s->selected);
    free(s->ties);
    free(s->guardians);
}

ctl_exit
letters_find(ctl *c, letters_school *school, size_t *stray)
{
    const char *audience = ctl_value(c, CTL_OPT_LETTERS_AUDIENCE, "both");
    const char *path = ctl_value(c, CTL_OPT_LETTERS_LIST, NULL);
    bool students = strcmp(audience, "guardian") != 0;
    bool guardians = strcmp(audience, "student") != 0;
    search s = {.c = c, .school = school};
    letters_list list = {NULL, 0};
    ctl_exit status = CTL_OK;

    *stray = 0;
    if (path != NULL)
        status = letters_list_read(c, &list, path);
    if (status == CTL_OK)
        status = letters_find_school(c, school);
    if (status == CTL_OK)
        status = find_pupils(&s);
    if (status == CTL_OK && guardians)
        status = find_guardians(&s);
    if (status == CTL_OK)
        status = tell_apart(&s, guardians);
    if (status == CTL_OK) {
        gather(&s, students, guardians);
        if (path != NULL) {
            keep_listed(school, &list);
            *stray = letters_list_stray(c, &list);
        }
        if (school->n > 1)
            qsort(school->letters, school->n, sizeof(letter), compare_letters);
    }
    letters_list_free(&list);
    forget_search(&s);
    return status;
}
