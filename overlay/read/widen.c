/* widen.c - filters that match no entry too few.
 *
 * Which replacement is too wide depends on how many negations a term stands
 * under: below an odd number the term must be true of less, else of more.
 */
#include "read/widen.h"

#include "core/text/distinct.h"

/* The terms (child=name) under an even number of negations, in the order of
 * the filter. */
typedef struct names {
    const ov_widener *w;
    edc_str *values; /* NULL: they are only counted */
    size_t *first;
    ov_guardians *found; /* of the first of each name */
    const Filter **in;   /* the list that the first stands in already */
    size_t n;
} names;

static const AttributeDescription *
subject(const Filter *f)
{
    switch (f->f_choice) {
    case LDAP_FILTER_PRESENT:
        return f->f_desc;
    case LDAP_FILTER_EQUALITY:
    case LDAP_FILTER_GE:
    case LDAP_FILTER_LE:
    case LDAP_FILTER_APPROX:
        return f->f_av_desc;
    case LDAP_FILTER_SUBSTRINGS:
        return f->f_sub_desc;
    case LDAP_FILTER_EXT:
        return f->f_mr_desc;
    default:
        return NULL;
    }
}

/* What names a matching rule alone is about every attribute, children too. */
static bool
is_child(const ov_widener *w, const Filter *f)
{
    const AttributeDescription *ad = subject(f);

    if (f->f_choice == LDAP_FILTER_EXT && ad == NULL)
        return true;
    return ad != NULL && ad->ad_type == w->child->ad_type;
}

static bool
is_link(const ov_widener *w, const Filter *f)
{
    const AttributeDescription *ad = subject(f);

    for (size_t i = 0; ad != NULL && i < w->n_links; i++) {
        if (ad->ad_type == w->links[i]->ad_type)
            return true;
    }
    return false;
}

bool
ov_widen_needed(const ov_widener *w, const Filter *f)
{
    switch (f->f_choice) {
    case LDAP_FILTER_AND:
    case LDAP_FILTER_OR:
        for (f = f->f_list; f != NULL; f = f->f_next) {
            if (ov_widen_needed(w, f))
                return true;
        }
        return false;
    case LDAP_FILTER_NOT:
        return ov_widen_needed(w, f->f_not);
    default:
        return is_child(w, f) || is_link(w, f);
    }
}

/* ---- the names ---- */

static void
collect(names *all, const Filter *f, bool positive)
{
    switch (f->f_choice) {
    case LDAP_FILTER_AND:
    case LDAP_FILTER_OR:
        for (f = f->f_list; f != NULL; f = f->f_next)
            collect(all, f, positive);
        break;
    case LDAP_FILTER_NOT:
        collect(all, f->f_not, !positive);
        break;
    case LDAP_FILTER_EQUALITY:
        if (!positive || !is_child(all->w, f))
            break;
        if (all->values != NULL)
            all->values[all->n] = ov_str(&f->f_av_value);
        all->n++;
        break;
    default:
        break;
    }
}

static void *
keep_array(const ov_widener *w, size_t n, size_t size)
{
    return w->keep(w->ctx, (n + 1) * size);
}

/* Looks every name up, each once. */
static void
look_up(names *all, const Filter *f)
{
    const ov_widener *w = all->w;
    edc_listed *places;
    size_t n;

    collect(all, f, true);
    n = all->n;
    all->n = 0;
    all->values = keep_array(w, n, sizeof(*all->values));
    all->first = keep_array(w, n, sizeof(*all->first));
    all->found = keep_array(w, n, sizeof(*all->found));
    all->in = keep_array(w, n, sizeof(Filter *));
    collect(all, f, true);
    places = keep_array(w, 2 * n, sizeof(*places));
    for (size_t i = 0; i < n; i++)
        places[i] = (edc_listed){all->values[i], i};
    edc_places_first(edc_places_sort(places, places + n, n), n, all->first);
    for (size_t i = 0; i < n; i++) {
        struct berval name = ov_berval(all->values[i]);

        if (all->first[i] == i)
            w->look_up(w->ctx, &name, &all->found[i]);
    }
    all->n = 0;
}

/* ---- the new filter ---- */

static Filter *
new_filter(const ov_widener *w, ber_tag_t choice)
{
    Filter *f = w->keep(w->ctx, sizeof(*f));

    f->f_choice = choice;
    return f;
}

static Filter *
constant(const ov_widener *w, ber_int_t result)
{
    Filter *f = new_filter(w, SLAPD_FILTER_COMPUTED);

    f->f_result = result;
    return f;
}

static Filter *
equals(const ov_widener *w, AttributeDescription *ad, struct berval value)
{
    Filter *f = new_filter(w, LDAP_FILTER_EQUALITY);

    f->f_ava = w->keep(w->ctx, sizeof(*f->f_ava));
    f->f_av_desc = ad;
    f->f_av_value = value;
    return f;
}

static Filter *
guardians(const ov_widener *w, const ov_guardians *found)
{
    Filter *any, **tail;

    if (found->any)
        return constant(w, LDAP_COMPARE_TRUE);
    if (found->n == 0)
        return constant(w, LDAP_COMPARE_FALSE);
    any = new_filter(w, LDAP_FILTER_OR);
    tail = &any->f_or;
    for (size_t i = 0; i < found->n; i++) {
        *tail = equals(w, w->name, found->names[i]);
        tail = &(*tail)->f_next;
    }
    return any;
}

/* The next of the names; NULL when the list has it already. */
static Filter *
next_guardians(names *all, const Filter *list)
{
    size_t first = all->first[all->n++];

    if (list != NULL && all->in[first] == list)
        return NULL;
    all->in[first] = list;
    return guardians(all->w, &all->found[first]);
}

static Filter *
widen_child(names *all, const Filter *f, const Filter *list)
{
    const ov_widener *w = all->w;

    switch (f->f_choice) {
    case LDAP_FILTER_PRESENT:
        return equals(w, w->class, w->guardian_class);
    case LDAP_FILTER_EQUALITY:
        return next_guardians(all, list);
    default:
        return constant(w, LDAP_COMPARE_TRUE);
    }
}

static Filter *widen(
    names *all, const Filter *f, bool positive, const Filter *list);

static Filter *
widen_list(names *all, const Filter *f, bool positive)
{
    Filter *copy = new_filter(all->w, f->f_choice);
    Filter **tail = &copy->f_list;

    for (f = f->f_list; f != NULL; f = f->f_next) {
        *tail = widen(all, f, positive, copy);
        if (*tail != NULL)
            tail = &(*tail)->f_next;
    }
    return copy;
}

static Filter *
share_leaf(const ov_widener *w, const Filter *f)
{
    Filter *copy = new_filter(w, f->f_choice);

    *copy = *f;
    copy->f_next = NULL;
    return copy;
}

/* list: the new list that it will stand in; NULL: none. */
static Filter *
widen(names *all, const Filter *f, bool positive, const Filter *list)
{
    Filter *copy;

    switch (f->f_choice) {
    case LDAP_FILTER_AND:
    case LDAP_FILTER_OR:
        return widen_list(all, f, positive);
    case LDAP_FILTER_NOT:
        copy = new_filter(all->w, f->f_choice);
        copy->f_not = widen(all, f->f_not, !positive, NULL);
        return copy;
    default:
        break;
    }
    if (is_child(all->w, f))
        return positive ? widen_child(all, f, list)
                        : constant(all->w, LDAP_COMPARE_FALSE);
    /* What is stored of links is what is seen, and possibly more. */
    if (!positive && is_link(all->w, f))
        return constant(all->w, LDAP_COMPARE_FALSE);
    return share_leaf(all->w, f);
}

Filter *
ov_widen(const ov_widener *w, Filter *f)
{
    names all = {.w = w};

    look_up(&all, f);
    return widen(&all, f, true, NULL);
}
