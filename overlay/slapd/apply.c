/* apply.c - what a list of modifications makes of an entry.
 *
 * As the backend will do it, but with what belongs to one attribute taken
 * together: a client chooses the number of values, of modifications and of
 * attributes, and slapd's own functions compare each with each.
 */
#include "slapd/apply.h"
#include "slapd/memory.h"
#include "slapd/values.h"

/* A modification and its place in the list. */
typedef struct step {
    Modifications *mod;
    size_t at;
} step;

/* Every value that one attribute has or is given on the way, in that order. */
typedef struct given {
    AttributeDescription *ad;
    struct berval *values, *normal; /* the memory of all of them */
    size_t *first;                  /* the first that is the same */
    size_t *alive; /* of a first one: 1 + the one of its kind that is there */
    size_t n;      /* so many were gone through */
    size_t gone;   /* what stands before this one was cleared away */
    size_t there;  /* so many are there */
} given;

static int
by_attribute(const void *a, const void *b)
{
    const step *x = a, *y = b;
    uintptr_t left = (uintptr_t)x->mod->sml_desc;
    uintptr_t right = (uintptr_t)y->mod->sml_desc;

    if (left != right)
        return left < right ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* ---- the values of one attribute ---- */

static void
collect(given *g, const struct berval *values, const struct berval *normal,
    size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g->values[g->n] = values[i];
        g->normal[g->n++] = normal[i];
    }
}

static const struct berval *
normal_of(const Modifications *m)
{
    return m->sml_nvalues != NULL ? m->sml_nvalues : m->sml_values;
}

static void
begin(given *g, const Attribute *a, const step *steps, size_t n_steps)
{
    size_t n = a == NULL ? 0 : a->a_numvals;
    edc_str *keys;

    for (size_t i = 0; i < n_steps; i++)
        n += steps[i].mod->sml_numvals;
    g->ad = steps[0].mod->sml_desc;
    g->values = ch_calloc(
        n + 1, 2 * sizeof(*g->values) + sizeof(*keys) + 2 * sizeof(*g->first));
    g->normal = g->values + n + 1;
    keys = (edc_str *)(g->normal + n + 1);
    g->first = (size_t *)(keys + n + 1);
    g->alive = g->first + n + 1;
    if (a != NULL)
        collect(g, a->a_vals, a->a_nvals, a->a_numvals);
    for (size_t i = 0; i < n_steps; i++)
        collect(g, steps[i].mod->sml_values, normal_of(steps[i].mod),
            steps[i].mod->sml_numvals);
    for (size_t i = 0; i < n; i++)
        keys[i] = ov_value_key(g->ad, &g->values[i], &g->normal[i]);
    ov_values_first(keys, n, g->first);
    g->n = 0;
}

static void
finish(given *g)
{
    ch_free(g->values);
}

static bool
is_alive(const given *g, size_t i)
{
    return g->alive[g->first[i]] > g->gone;
}

static void
clear(given *g)
{
    g->gone = g->n;
    g->there = 0;
}

/* The next n values come in. */
static void
come(given *g, size_t n)
{
    for (; n > 0; n--, g->n++) {
        if (is_alive(g, g->n))
            continue;
        g->alive[g->first[g->n]] = g->n + 1;
        g->there++;
    }
}

/* The next n values go. */
static void
go(given *g, size_t n)
{
    for (; n > 0; n--, g->n++) {
        if (!is_alive(g, g->n))
            continue;
        g->alive[g->first[g->n]] = 0;
        g->there--;
    }
}

/* Errors are the backend's to report: what is there twice stays once, what is
 * not there cannot go. */
static void
follow(given *g, const Modifications *m)
{
    switch (m->sml_op) {
    case LDAP_MOD_ADD:
    case SLAP_MOD_SOFTADD:
    case SLAP_MOD_ADD_IF_NOT_PRESENT:
        come(g, m->sml_numvals);
        break;
    case LDAP_MOD_DELETE:
    case SLAP_MOD_SOFTDEL:
        if (m->sml_numvals == 0)
            clear(g);
        go(g, m->sml_numvals);
        break;
    case LDAP_MOD_REPLACE:
        clear(g);
        come(g, m->sml_numvals);
        break;
    default:
        g->n += m->sml_numvals;
        break;
    }
}

/* ---- back into the entry ---- */

static bool
is_result(const given *g, size_t i)
{
    return is_alive(g, i) && g->alive[g->first[i]] == i + 1;
}

/* What is there in the end; NULL when nothing is. The client's values go where
 * its modifications go. */
static Attribute *
result(Operation *op, const given *g)
{
    Attribute *a;
    unsigned n = 0;

    if (g->there == 0)
        return NULL;
    a = ov_keep(op, sizeof(*a) + 2 * (g->there + 1) * sizeof(*a->a_vals));
    a->a_desc = g->ad;
    a->a_vals = (struct berval *)(a + 1);
    a->a_nvals = a->a_vals + g->there + 1;
    for (size_t i = 0; i < g->n; i++) {
        if (!is_result(g, i))
            continue;
        a->a_vals[n] = ov_keep_bv(op, &g->values[i]);
        a->a_nvals[n++] = ov_keep_bv(op, &g->normal[i]);
    }
    a->a_numvals = n;
    return a;
}

static int
by_description(const void *a, const void *b)
{
    uintptr_t left = (uintptr_t)(*(Attribute *const *)a)->a_desc;
    uintptr_t right = (uintptr_t)(*(Attribute *const *)b)->a_desc;

    return left < right ? -1 : left > right;
}

/* For so few modifications nothing is sorted. */
#define FEW 4

static size_t
count_attributes(const Entry *e)
{
    size_t n = 0;

    for (const Attribute *a = e->e_attrs; a != NULL; a = a->a_next)
        n++;
    return n;
}

/* The attributes of an entry, sorted to be found. */
static Attribute **
sorted_attributes(Entry *e, size_t *n)
{
    Attribute **all;
    size_t i = 0;

    *n = count_attributes(e);
    all = ch_calloc(*n + 1, sizeof(Attribute *));
    for (Attribute *a = e->e_attrs; a != NULL; a = a->a_next)
        all[i++] = a;
    if (*n > 1)
        qsort(all, *n, sizeof(Attribute *), by_description);
    return all;
}

static Attribute *
find(Attribute **all, size_t n, AttributeDescription *ad)
{
    Attribute key = {.a_desc = ad}, *wanted = &key, **found = NULL;

    if (n > 0)
        found = bsearch(&wanted, all, n, sizeof(Attribute *), by_description);
    return found == NULL ? NULL : *found;
}

/* Marks what goes out of the list: no attribute is without a description. */
static void
replace(Entry *e, Attribute *old, Attribute *new)
{
    if (new != NULL) {
        new->a_next = e->e_attrs;
        e->e_attrs = new;
    }
    if (old != NULL)
        old->a_desc = NULL;
}

static void
drop_marked(Entry *e)
{
    for (Attribute **a = &e->e_attrs; *a != NULL;) {
        if ((*a)->a_desc != NULL)
            a = &(*a)->a_next;
        else
            *a = (*a)->a_next;
    }
}

/* Returns how many of the steps were of one attribute, the first's. */
static size_t
apply_group(
    Operation *op, Entry *e, Attribute *old, const step *steps, size_t n)
{
    given g = {0};
    size_t same = 1;

    while (same < n && steps[same].mod->sml_desc == steps[0].mod->sml_desc)
        same++;
    begin(&g, old, steps, same);
    if (old != NULL)
        come(&g, old->a_numvals);
    for (size_t i = 0; i < same; i++)
        follow(&g, steps[i].mod);
    replace(e, old, result(op, &g));
    finish(&g);
    return same;
}

/* Those of one attribute beside each other, in their order; every: passwords
 * and kept attributes, too. */
static step *
steps_of(Modifications *mods, bool every, size_t *n)
{
    step *steps;

    *n = 0;
    for (const Modifications *m = mods; m != NULL; m = m->sml_next)
        (*n)++;
    steps = ch_calloc(*n + 1, sizeof(*steps));
    *n = 0;
    for (; mods != NULL; mods = mods->sml_next) {
        if (!every &&
            (ov_is_password(mods->sml_desc) || ov_is_kept(mods->sml_desc)))
            continue;
        steps[*n] = (step){mods, *n};
        (*n)++;
    }
    if (*n > 1)
        qsort(steps, *n, sizeof(*steps), by_attribute);
    return steps;
}

static void
apply(Operation *op, Entry *shadow, const Modifications *mods, bool every)
{
    size_t n, n_attributes = 0;
    step *steps = steps_of((Modifications *)mods, every, &n);
    Attribute **all = n > FEW ? sorted_attributes(shadow, &n_attributes) : NULL;

    for (size_t i = 0; i < n;) {
        AttributeDescription *ad = steps[i].mod->sml_desc;
        Attribute *a = all == NULL ? attr_find(shadow->e_attrs, ad)
                                   : find(all, n_attributes, ad);

        i += apply_group(op, shadow, a, steps + i, n - i);
    }
    drop_marked(shadow);
    ch_free(all);
    ch_free(steps);
    shadow->e_ocflags = 0;
}

/* ---- Permissive Modify ---- */

/* Takes out of a modification the values that are there already, or of those
 * that would go the ones that are not. */
static void
keep_values(Modifications *m, const given *g, bool there)
{
    unsigned n = 0;

    for (unsigned i = 0; i < m->sml_numvals; i++) {
        if (is_alive(g, g->n + i) == there) {
            m->sml_values[n] = m->sml_values[i];
            if (m->sml_nvalues != NULL)
                m->sml_nvalues[n] = m->sml_nvalues[i];
            n++;
            continue;
        }
        ch_free(m->sml_values[i].bv_val);
        if (m->sml_nvalues != NULL)
            ch_free(m->sml_nvalues[i].bv_val);
    }
    BER_BVZERO(&m->sml_values[n]);
    if (m->sml_nvalues != NULL)
        BER_BVZERO(&m->sml_nvalues[n]);
    m->sml_numvals = n;
}

/* Returns whether something of it is left to do. */
static bool
permit(given *g, Modifications *m)
{
    bool adds = m->sml_op == LDAP_MOD_ADD, every = m->sml_numvals == 0;
    const Modifications whole = *m;
    bool left = true;

    if (adds || m->sml_op == LDAP_MOD_DELETE) {
        left = every && g->there > 0;
        if (!every) {
            keep_values(m, g, !adds);
            left = m->sml_numvals > 0;
        }
    }
    follow(g, &whole);
    return left;
}

static size_t
permit_group(Attribute *old, const step *steps, size_t n)
{
    given g = {0};
    size_t same = 1;

    while (same < n && steps[same].mod->sml_desc == steps[0].mod->sml_desc)
        same++;
    begin(&g, old, steps, same);
    if (old != NULL)
        come(&g, old->a_numvals);
    for (size_t i = 0; i < same; i++) {
        if (!permit(&g, steps[i].mod))
            steps[i].mod->sml_desc = NULL;
    }
    finish(&g);
    return same;
}

/* Marked by having no description. */
static void
drop_done(Modifications **mods)
{
    while (*mods != NULL) {
        Modifications *m = *mods;

        if (m->sml_desc != NULL) {
            mods = &m->sml_next;
            continue;
        }
        *mods = m->sml_next;
        m->sml_next = NULL;
        slap_mods_free(m, 1);
    }
}

void
ov_apply_permissively(Entry *entry, Modifications **mods)
{
    size_t n = 0, n_attributes;
    Attribute **all = sorted_attributes(entry, &n_attributes);
    step *steps = steps_of(*mods, true, &n);

    for (size_t i = 0; i < n;)
        i += permit_group(
            find(all, n_attributes, steps[i].mod->sml_desc), steps + i, n - i);
    drop_done(mods);
    ch_free(all);
    ch_free(steps);
}

/* ---- whether anything changes ---- */

static bool
has_same_values(const Attribute *a, const Attribute *b)
{
    return a->a_desc == b->a_desc &&
           ov_values_same(a->a_vals, a->a_numvals, b->a_vals, b->a_numvals);
}

/* What was applied stands first, so that a difference is nearly always found
 * without sorting. */
static bool
differs_at_first(Entry *before, const Attribute *after)
{
    for (int i = 0; i < FEW && after != NULL; i++, after = after->a_next) {
        const Attribute *old = attr_find(before->e_attrs, after->a_desc);

        if (old == NULL || !has_same_values(old, after))
            return true;
    }
    return false;
}

/* An entry has no attribute twice. */
bool
ov_apply_same(Entry *before, Entry *after)
{
    size_t n, m;
    Attribute **old, **new;
    bool same = true;

    if (count_attributes(before) != count_attributes(after) ||
        differs_at_first(before, after->e_attrs))
        return false;
    old = sorted_attributes(before, &n);
    new = sorted_attributes(after, &m);
    for (size_t i = 0; same && i < n; i++)
        same = has_same_values(old[i], new[i]);
    ch_free(old);
    ch_free(new);
    return same;
}

void
ov_scan_apply(Operation *op, Entry *shadow, const Modifications *mods)
{
    apply(op, shadow, mods, false);
}

void
ov_scan_apply_all(Operation *op, Entry *shadow, const Modifications *mods)
{
    apply(op, shadow, mods, true);
}
