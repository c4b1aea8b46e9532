/* say.c - which of the sources that have a pupil says who the guardians are.
 *
 * A source that enrols the pupil nowhere any more has no say. The second degree
 * comes before the first, for few go back to an école; of sources of one degree
 * the one that came last, for a pupil goes where it is new. That one is known
 * later by its guardians, who stand in the links.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "import/kin.h"
#include "import/say.h"

/* ---- degrees ---- */

void
import_degree_keep(import *im, const char *dn, const bag *levels, unsigned key)
{
    static const char sql[] = "INSERT OR REPLACE INTO degree VALUES (?,?)";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    const char *level;
    int64_t degree = 0;
    char *school;

    for (size_t i = 0; (level = bag_get(levels, key, i)) != NULL; i++) {
        if (strcasecmp(level, "ecole") != 0)
            degree = 2;
        else if (degree == 0)
            degree = 1;
    }
    if (degree == 0)
        return;
    school = ctl_dn_key(dn);
    store_text(q, 1, school);
    store_number(q, 2, degree);
    store_do(q);
    free(school);
}

static int64_t
degree_of(import *im, const char *dn)
{
    static const char sql[] = "SELECT n FROM degree WHERE school = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *key = ctl_dn_key(dn);
    int64_t degree;

    store_text(q, 1, key);
    degree = store_first(q, 0);
    free(key);
    return degree;
}

/* The school that an id of the files means, as a DN; allocated, NULL: none. */
static char *
school_of(import *im, const char *id)
{
    static const char by_id[] = "SELECT dn FROM school WHERE id = ?";
    static const char by_uai[] = "SELECT dn FROM uai WHERE uai = ?";
    const char *const from[] = {by_id, by_uai};
    char *dn = NULL;

    for (size_t i = 0; i < 2 && dn == NULL; i++) {
        sqlite3_stmt *q = store_kept(&im->s, from[i]);

        store_text(q, 1, id);
        if (store_next(q)) {
            dn = ctl_copy(store_col_text(q, 0));
            store_again(q);
        }
    }
    return dn;
}

/* ---- where a pupil is ---- */

/* Whether two ids are of one source, and that is not this one. */
static bool
same_other(const import *im, const char *id, const char *other)
{
    size_t n = strcspn(id, "$");

    return strncmp(id, other, n + 1) == 0 &&
           (n != strlen(im->source) || strncmp(id, im->source, n) != 0);
}

/* Whether a school is one of another source that has the pupil. */
static bool
is_of_others(import *im, int64_t school, const bag *have)
{
    bag attrs = {0};
    const char *id, *other;
    bool is = false;

    import_entry_of(im, school, &attrs);
    for (size_t i = 0; !is && (id = bag_get(&attrs, ATTR_SOURCE_ID, i)) != NULL;
        i++) {
        for (size_t k = 0;
            !is && (other = bag_get(have, ATTR_SOURCE_ID, k)) != NULL; k++)
            is = same_other(im, id, other);
    }
    bag_free(&attrs);
    return is;
}

/* A school as the directory and the files know it. */
static void
look_at_school(
    import *im, const char *dn, const bag *have, bool *ours, bool *others)
{
    static const char in_directory[] =
        "SELECT entry.n, ours FROM dn JOIN entry ON entry.n = dn.entry"
        " WHERE key = ?";
    static const char in_files[] = "SELECT 1 FROM school WHERE dn = ?";
    sqlite3_stmt *q = store_kept(&im->s, in_directory);
    char *key = ctl_dn_key(dn);
    int64_t entry = 0;

    *ours = false;
    store_text(q, 1, key);
    if (store_next(q)) {
        entry = store_col(q, 0);
        *ours = store_col(q, 1) != 0;
        store_again(q);
    }
    q = store_kept(&im->s, in_files);
    store_text(q, 1, dn);
    *ours = store_first(q, 0) != 0 || *ours;
    *others = !*ours || is_of_others(im, entry, have);
    free(key);
}

/* Of the schools that the record names, the highest; 0: they do not tell. */
static int64_t
degree_of_fields(import *im, const bag *fields)
{
    int64_t degree = 0;

    for (size_t i = 0; i < fields->n; i++) {
        const struct bag_item *item = fields->items + i;
        char *id, *dn;

        if (item->key != FIELD_SCHOOL && item->key != FIELD_CLASS)
            continue;
        id = ctl_copy_n(item->value,
            item->key == FIELD_CLASS ? strcspn(item->value, "$") : item->n);
        dn = school_of(im, id);
        if (dn != NULL && degree_of(im, dn) > degree)
            degree = degree_of(im, dn);
        free(dn);
        free(id);
    }
    return degree;
}

/* Where the entry is enrolled: at schools of this source, and of others. */
typedef struct places {
    int64_t mine, theirs; /* the highest degrees, 0: they do not tell */
    bool elsewhere;       /* where another source that has the pupil is */
} places;

static places
look_at_places(import *im, const bag *have)
{
    places p = {0, 0, false};
    const char *dn;

    for (size_t i = 0; (dn = bag_get(have, ATTR_ENROLLED_AT, i)) != NULL; i++) {
        int64_t degree = degree_of(im, dn);
        bool ours, others;

        look_at_school(im, dn, have, &ours, &others);
        if (ours && degree > p.mine)
            p.mine = degree;
        if (!ours && degree > p.theirs)
            p.theirs = degree;
        p.elsewhere = p.elsewhere || others;
    }
    return p;
}

/* ---- who decides ---- */

/* Whose guardians stand in a pupil's links, those who live. */
typedef struct standing {
    size_t mine, theirs, both;
} standing;

static standing
look_at_links(import *im, const bag *have)
{
    standing s = {0, 0, 0};
    const char *dn;

    for (size_t i = 0; (dn = bag_get(have, ATTR_GUARDIAN, i)) != NULL; i++) {
        kin k = kin_of(im, dn);

        if (k.entry == 0 || !k.lives)
            continue;
        if (k.ours && k.others)
            s.both++;
        else if (k.ours)
            s.mine++;
        else if (k.others)
            s.theirs++;
    }
    return s;
}

/* Whether the pupil's entry has no id of this source that a record has. */
static bool
is_newcomer(import *im, int64_t entry)
{
    return kin_renumbered(im, entry);
}

/* The degree of this source beside that of the others: 1 above, -1 below. */
static int
compare_degrees(import *im, const bag *fields, const places *p, bool higher)
{
    int64_t mine = degree_of_fields(im, fields);
    int64_t theirs = p->theirs;

    mine = mine != 0 ? mine : p->mine;
    mine = mine != 0 ? mine : im->first_degree ? 1 : 2;
    theirs = theirs != 0 ? theirs : higher ? 2 : 1;
    return (mine > theirs) - (mine < theirs);
}

int
import_degree_beside(import *im, const bag *fields, const bag *have)
{
    bool higher;
    places p;

    if (!kin_has_others(im, have, &higher))
        return 0;
    p = look_at_places(im, have);
    return p.elsewhere ? compare_degrees(im, fields, &p, higher) : 0;
}

static import_say
say_among(import *im, const bag *fields, int64_t entry, const bag *have)
{
    bool higher;
    standing s;
    places p;
    int beside;

    if (!kin_has_others(im, have, &higher))
        return SAY_ALL;
    s = look_at_links(im, have);
    p = look_at_places(im, have);
    if (s.theirs + s.both == 0 || !p.elsewhere)
        return SAY_ALL;
    beside = compare_degrees(im, fields, &p, higher);
    if (beside != 0)
        return beside > 0 ? SAY_ALL : SAY_NONE;
    if (is_newcomer(im, entry) || (s.mine > 0 && s.theirs == 0))
        return SAY_ALL;
    return s.theirs > 0 && s.mine == 0 ? SAY_NONE : SAY_FILL;
}

import_say
import_say_of(import *im, const bag *fields, int64_t entry)
{
    bag have = {0};
    import_say say;

    if (entry == 0)
        return SAY_ALL;
    import_entry_of(im, entry, &have);
    say = say_among(im, fields, entry, &have);
    bag_free(&have);
    return say;
}
