/* wish_links.c - who a pupil's guardians are, as a record wishes it.
 *
 * The record of the source that decides (import/say.c) is the list; what
 * another source brought before ends with it, unless nobody would be left who
 * lives. Links that people made to accounts of no source stay.
 */
#include <stdlib.h>
#include <string.h>

#include "import/kin.h"
#include "import/values.h"
#include "import/wish.h"

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

/* ---- in which order ---- */

enum {
    RANK_HAND,  /* somebody else's link to a person who lives */
    RANK_NAMED, /* four of them: parents first, those linked already first */
    RANK_DEAD = RANK_NAMED + 4, /* the same, of closed accounts */
    RANK_SPARE = RANK_DEAD + 4, /* when nobody else lives: who was linked */
    RANK_CLOSED,                /* somebody else's link to a closed account */
    N_RANKS
};

/* Parents before others, those that the directory has before new ones. */
static unsigned
rank(wish_finder *f, const bag *have, const char *dn, const char *relation)
{
    bool parent = strcmp(relation, "10") == 0 || strcmp(relation, "20") == 0 ||
                  strcmp(relation, "1") == 0 || strcmp(relation, "2") == 0 ||
                  strcmp(relation, "0") == 0;
    unsigned first = kin_of(f->im, dn).lives ? RANK_NAMED : RANK_DEAD;

    return first + (parent ? 0U : 2U) + !import_has(have, ATTR_GUARDIAN, dn);
}

/* Where a link that the pupil has stands, when the record does not name it. */
static unsigned
rank_of_old(const wish *w, const bag *have, const kin *k, bool others)
{
    bool left = bag_count(have, ATTR_LEFT_AT) > 0;

    if (k->gave_way)
        return N_RANKS;
    if (!k->ours && !k->others)
        return k->lives ? RANK_HAND : RANK_CLOSED;
    if (k->lives && k->others &&
        (w->say == SAY_FILL || (!k->ours && !others && !left)))
        return RANK_HAND;
    return k->lives ? RANK_SPARE : N_RANKS;
}

/* Whether another source brought the pupil, were it once: its guardians are
 * that source's doing, and nobody's by hand. */
static bool
has_other_id(const wish_finder *f, const bag *have)
{
    const char *id;

    for (size_t i = 0; (id = bag_get(have, ATTR_SOURCE_ID, i)) != NULL; i++) {
        if (import_own_id(f->im, id) == NULL)
            return true;
    }
    return false;
}

/* Links that stand, to entries that are there. */
static void
rank_old(wish_finder *f, const wish *w, const bag *have, bag *ranked)
{
    bool others = has_other_id(f, have);
    const char *dn;

    for (size_t i = 0; (dn = bag_get(have, ATTR_GUARDIAN, i)) != NULL; i++) {
        kin k = kin_of(f->im, dn);
        unsigned r = rank_of_old(w, have, &k, others);

        if (k.entry != 0 && r < N_RANKS)
            bag_add(ranked, r, dn, strlen(dn));
    }
}

/* Links of the record. An account that the pupil names already, were it by one
 * that was merged into it, keeps the name it has. */
static void
rank_named(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *ranked)
{
    const char *link;

    for (size_t i = 0; (link = bag_get(fields, FIELD_LINK, i)) != NULL; i++) {
        const char *dollar = strrchr(link, '$');
        char *id = ctl_copy_n(link, (size_t)(dollar - link));
        char *dn = guardian_of(f, w, id);
        const char *had =
            dn == NULL ? NULL : kin_find(f->im, have, ATTR_GUARDIAN, dn);
        const char *name = had == NULL ? dn : had;

        if (dn != NULL && kin_find(f->im, have, ATTR_CONTESTED, dn) == NULL)
            bag_add(
                ranked, rank(f, have, name, dollar + 1), name, strlen(name));
        free(dn);
        free(id);
    }
}

/* ---- who it is ---- */

static bool
is_named(wish_finder *f, const bag *ranked, const char *dn)
{
    for (unsigned r = RANK_NAMED; r < RANK_SPARE; r++) {
        if (kin_find(f->im, ranked, (import_attr)r, dn) != NULL)
            return true;
    }
    return false;
}

static void
add_link(wish_finder *f, const char *dn, bag *want)
{
    bag_add(want, ATTR_GUARDIAN, dn, strlen(dn));
    store_text(f->link, 1, dn);
    store_do(f->link);
}

static void
add_links(wish_finder *f, wish *w, const bag *ranked, bag *want)
{
    size_t left_out = 0;
    bool living = false;
    const char *dn;

    for (unsigned r = 0; r < N_RANKS; r++) {
        bool spare = r == RANK_SPARE || r == RANK_CLOSED;

        if (r == RANK_SPARE && living)
            continue;
        for (size_t i = 0; (dn = bag_get(ranked, r, i)) != NULL; i++) {
            if (kin_find(f->im, want, ATTR_GUARDIAN, dn) != NULL)
                continue;
            if (bag_count(want, ATTR_GUARDIAN) < f->im->how.max_guardians)
                add_link(f, dn, want);
            else
                left_out += !spare;
        }
        living = living || (r < RANK_DEAD && bag_count(ranked, r) > 0);
    }
    if (left_out > 0)
        import_note(w->notes, "%zu more than %zu legal guardians, left out",
            left_out, f->im->how.max_guardians);
}

/* Says who is a guardian no more, and who is one still for want of others. */
static void
note_old(wish_finder *f, wish *w, const bag *have, const bag *ranked, bag *want)
{
    const char *dn;

    for (size_t i = 0; (dn = bag_get(have, ATTR_GUARDIAN, i)) != NULL; i++) {
        bool stays = import_has(want, ATTR_GUARDIAN, dn);

        if (stays && bag_has(ranked, RANK_SPARE, dn) &&
            !is_named(f, ranked, dn)) {
            import_note(w->notes,
                "keeps the guardian %s: there is no other who lives", dn);
            f->im->n_kept++;
        } else if (!stays) {
            kin k = kin_of(f->im, dn);

            w->n_handed += k.entry != 0 && !k.ours;
            import_note(w->notes, "%s is its guardian no more", dn);
        }
    }
}

void
wish_links(
    wish_finder *f, wish *w, const bag *fields, const bag *have, bag *want)
{
    bag ranked = {0};

    if (!bag_named(fields, FIELD_LINK))
        return;
    if (w->say == SAY_NONE) {
        import_note(w->notes, IMPORT_NOT_DECIDED);
        return;
    }
    bag_name(want, ATTR_GUARDIAN);
    rank_old(f, w, have, &ranked);
    rank_named(f, w, fields, have, &ranked);
    add_links(f, w, &ranked, want);
    note_old(f, w, have, &ranked, want);
    bag_free(&ranked);
}
