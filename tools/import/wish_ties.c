/* wish_ties.c - what ties a pupil to others: schools and guardians, as a
 * record wishes them.
 */
#include <stdlib.h>
#include <string.h>

#include "ctl/dn.h"
#include "import/values.h"
#include "import/wish.h"

/* ---- schools of a pupil ---- */

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

/* Schools that this source knows nothing of stay; their classes with them. */
static bool
keep_foreign_schools(wish_finder *f, const bag *have, bag *want)
{
    const char *value;
    bool kept = false;

    for (size_t i = 0; (value = bag_get(have, ATTR_ENROLLED_AT, i)) != NULL;
        i++) {
        char *key = ctl_dn_key(value);

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
    foreign = keep_foreign_schools(f, have, want);
    if (!bag_named(fields, FIELD_CLASS))
        return;
    bag_name(want, ATTR_CLASS);
    for (size_t i = 0; (value = bag_get(fields, FIELD_CLASS, i)) != NULL; i++)
        add_class(f, value, want);
    for (size_t i = 0;
        foreign && (value = bag_get(have, ATTR_CLASS, i)) != NULL; i++)
        bag_add(want, ATTR_CLASS, value, strlen(value));
}

/* ---- guardians of a pupil ---- */

/* The guardian's DN, allocated, or NULL with a note. */
static char *
guardian_of(wish_finder *f, wish *w, const char *id)
{
    char *dn = NULL;

    store_text(f->guardian, 1, id);
    if (store_next(f->guardian)) {
        if (store_col(f->guardian, 0) != OUTCOME_REFUSED &&
            store_col(f->guardian, 2) != SRC_DELETE)
            dn = ctl_copy(store_col_text(f->guardian, 1));
        store_again(f->guardian);
    } else if (!f->im->complete) {
        store_text(f->in_directory, 1, id);
        if (store_next(f->in_directory)) {
            dn = ctl_copy(store_col_text(f->in_directory, 0));
            store_again(f->in_directory);
        }
    }
    if (dn == NULL || dn[0] == '\0') {
        free(dn);
        dn = NULL;
        import_note(w->notes, "guardian %s is not known", import_key_id(id));
    }
    return dn;
}

/* Links that somebody else made: to guardians who do not come from this
 * source. */
static void
keep_foreign_links(wish_finder *f, const bag *have, bag *want)
{
    const char *value;

    for (size_t i = 0; (value = bag_get(have, ATTR_GUARDIAN, i)) != NULL; i++) {
        char *key = ctl_dn_key(value);

        store_text(f->dn, 1, key);
        if (store_first(f->dn, 1) == 0)
            bag_add(want, ATTR_GUARDIAN, value, strlen(value));
        free(key);
    }
}

/* Parents before others, those that the directory has before new ones. */
static int
rank(const bag *have, const char *dn, const char *relation)
{
    bool parent = strcmp(relation, "10") == 0 || strcmp(relation, "20") == 0 ||
                  strcmp(relation, "1") == 0 || strcmp(relation, "2") == 0 ||
                  strcmp(relation, "0") == 0;

    return (parent ? 0 : 2) + !import_has(have, ATTR_GUARDIAN, dn);
}

static void
add_links(
    wish_finder *f, wish *w, const bag *have, const bag *ranked, bag *want)
{
    size_t left_out = 0;

    for (unsigned r = 0; r < 4; r++) {
        const char *dn;

        for (size_t i = 0; (dn = bag_get(ranked, r, i)) != NULL; i++) {
            if (import_has(want, ATTR_GUARDIAN, dn) ||
                import_has(have, ATTR_CONTESTED, dn))
                continue;
            if (bag_count(want, ATTR_GUARDIAN) >= f->im->how.max_guardians) {
                left_out++;
                continue;
            }
            bag_add(want, ATTR_GUARDIAN, dn, strlen(dn));
            store_text(f->link, 1, dn);
            store_do(f->link);
        }
    }
    if (left_out > 0)
        import_note(w->notes, "%zu more than %zu legal guardians, left out",
            left_out, f->im->how.max_guardians);
}

void
wish_links(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want)
{
    bag ranked = {0};
    const char *link;

    if (!bag_named(fields, FIELD_LINK))
        return;
    bag_name(want, ATTR_GUARDIAN);
    keep_foreign_links(f, have, want);
    for (size_t i = 0; (link = bag_get(fields, FIELD_LINK, i)) != NULL; i++) {
        const char *dollar = strrchr(link, '$');
        char *id = ctl_copy_n(link, (size_t)(dollar - link));
        char *dn = guardian_of(f, w, id);

        if (dn != NULL)
            bag_add(
                &ranked, (unsigned)rank(have, dn, dollar + 1), dn, strlen(dn));
        free(dn);
        free(id);
    }
    add_links(f, w, have, &ranked, want);
    bag_free(&ranked);
}
