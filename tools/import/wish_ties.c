/* wish_ties.c - what ties a pupil to schools, as a record wishes it. */
#include <stdlib.h>
#include <string.h>

#include "ctl/dn.h"
#include "import/values.h"
#include "import/wish.h"

/* Its DN, allocated, or NULL. */
static char *
school_of(wish_finder *f, const char *id)
{
    sqlite3_stmt *const from[] = {f->school, f->by_uai};

    for (size_t i = 0; i < 2; i++) {
        store_text(from[i], 1, id);
        if (store_next(from[i])) {
            char *dn = ctl_copy(store_col_text(from[i], 0));

            store_again(from[i]);
            return dn;
        }
    }
    return NULL;
}

static void
add_school(wish_finder *f, wish *w, const char *id, bag *want)
{
    char *dn = school_of(f, id);

    if (dn == NULL)
        import_note(w->notes, "school %s is not known", id);
    else if (!import_has(want, ATTR_ENROLLED_AT, dn))
        bag_add(want, ATTR_ENROLLED_AT, dn, strlen(dn));
    free(dn);
}

/* "school$label": the label, which says nothing to whoever does not know the
 * school; two schools may both have a 6A. */
static void
add_class(wish_finder *f, const char *class, bag *want)
{
    const char *label = strchr(class, '$') + 1;
    char *id = ctl_copy_n(class, (size_t)(label - class) - 1);
    char *dn = school_of(f, id);

    if (dn != NULL || strcmp(id, "-") == 0)
        bag_add(want, ATTR_CLASS, label, strlen(label));
    free(dn);
    free(id);
}

/* Schools that this source knows nothing of stay; their classes with them. One
 * that the record names is none of them, whoever made it. */
static bool
keep_foreign_schools(wish_finder *f, const bag *have, bag *want)
{
    const char *value;
    bool kept = false;

    for (size_t i = 0; (value = bag_get(have, ATTR_ENROLLED_AT, i)) != NULL;
        i++) {
        char *key;

        if (import_has(want, ATTR_ENROLLED_AT, value))
            continue;
        key = ctl_dn_key(value);
        store_text(f->is_ours, 1, key);
        if (store_first(f->is_ours, 0) == 0) {
            bag_add(want, ATTR_ENROLLED_AT, value, strlen(value));
            kept = true;
        }
        free(key);
    }
    return kept;
}

void
wish_schools(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want)
{
    int beside = import_degree_beside(f->im, fields, have);
    const char *value;
    bool foreign;

    if (!bag_named(fields, FIELD_SCHOOL) && !bag_named(fields, FIELD_CLASS))
        return;
    for (size_t i = 0; i < fields->n; i++) {
        const struct bag_item *item = fields->items + i;
        char *id = ctl_copy(item->value);

        if (item->key == FIELD_CLASS)
            id[strcspn(id, "$")] = '\0';
        if ((item->key == FIELD_SCHOOL || item->key == FIELD_CLASS) &&
            strcmp(id, "-") != 0)
            add_school(f, w, id, want);
        free(id);
    }
    /* Of a pupil on the way from one degree to the next the class is that of
     * the higher one. */
    foreign = keep_foreign_schools(f, have, want) && beside == 0;
    if (!bag_named(fields, FIELD_CLASS) || beside < 0)
        return;
    bag_name(want, ATTR_CLASS);
    for (size_t i = 0; (value = bag_get(fields, FIELD_CLASS, i)) != NULL; i++)
        add_class(f, value, want);
    for (size_t i = 0;
        foreign && (value = bag_get(have, ATTR_CLASS, i)) != NULL; i++)
        bag_add(want, ATTR_CLASS, value, strlen(value));
}
