/* stay.c - whom a pupil would miss, and who leaves a pupil's links.
 *
 * Links as they will be are those of the directory and what the plan changes of
 * them; only accounts that are to be closed are looked at, and their pupils.
 */
#include <stdlib.h>
#include <string.h>

#include "ctl/dn.h"
#include "import/kin.h"
#include "import/stay.h"

void
import_relink(import *im, int64_t student, const bag *links, bool comes)
{
    static const char sql[] = "INSERT INTO relinked VALUES (?,?,?)";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    const char *dn;

    for (size_t i = 0; (dn = bag_get(links, ATTR_GUARDIAN, i)) != NULL; i++) {
        char *key = ctl_dn_key(dn);

        store_number(q, 1, student);
        store_text(q, 2, key);
        store_number(q, 3, comes);
        store_do(q);
        free(key);
    }
}

bool
import_is_leaving(import *im, int64_t entry)
{
    static const char sql[] = "SELECT 1 FROM leaving WHERE entry = ?1 AND NOT"
                              " EXISTS (SELECT 1 FROM kept WHERE entry = ?1)";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, entry);
    return store_first(q, 0) != 0;
}

char *
import_kept(import *im, int64_t entry)
{
    static const char sql[] = "SELECT reason FROM kept WHERE entry = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *reason = NULL;

    store_number(q, 1, entry);
    if (store_next(q)) {
        reason = ctl_copy(store_col_text(q, 0));
        store_again(q);
    }
    return reason;
}

/* ---- who is to be closed ---- */

static void
find_leaving(import *im)
{
    store_run(&im->s,
        "CREATE INDEX entry_merged ON entry (merged) WHERE merged IS NOT NULL;"
        "CREATE INDEX relinked_student ON relinked (student);"
        "CREATE INDEX relinked_guardian ON relinked (guardian)");
    store_run(&im->s,
        im->complete
            ? "INSERT INTO leaving SELECT n FROM entry WHERE ours AND NOT seen"
              " AND NOT others AND open AND (student OR guardian)"
            : "INSERT OR IGNORE INTO leaving SELECT entry.n FROM record"
              " JOIN entry ON entry.n = record.entry WHERE op = 2"
              " AND record.head = 0 AND outcome = 0 AND NOT others AND open");
}

/* ---- pupils who stay ---- */

/* A list of entries, of a statement that is read to its end at once. */
typedef struct entries {
    int64_t *n;
    size_t count;
} entries;

static void
take_all(sqlite3_stmt *q, entries *list)
{
    *list = (entries){NULL, 0};
    while (store_next(q)) {
        list->n = ctl_resize(list->n, list->count + 1, sizeof(*list->n));
        list->n[list->count++] = store_col(q, 0);
    }
}

/* Pupils who name a guardian, or an account merged into it, as their links will
 * be. */
static void
pupils_of(import *im, int64_t guardian, entries *list)
{
    /* CROSS JOIN keeps the order: from the names to the few links. */
    static const char sql[] =
        "WITH RECURSIVE merged(n) AS (SELECT ?1 UNION SELECT entry.n"
        "  FROM merged JOIN dn ON dn.entry = merged.n"
        "  JOIN entry ON entry.merged = dn.key),"
        " name(key) AS (SELECT key FROM merged JOIN dn ON dn.entry = merged.n)"
        " SELECT student FROM name CROSS JOIN dirlink"
        " ON dirlink.guardian = name.key"
        " WHERE NOT EXISTS (SELECT 1 FROM relinked AS r WHERE r.student ="
        "  dirlink.student AND r.guardian = dirlink.guardian AND NOT comes)"
        " UNION SELECT student FROM name CROSS JOIN relinked"
        " ON relinked.guardian = name.key WHERE comes";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, guardian);
    take_all(q, list);
}

static bool
stays(import *im, int64_t entry)
{
    static const char sql[] = "SELECT 1 FROM leaving WHERE entry = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, entry);
    return store_first(q, 0) == 0 && kin_of_entry(im, entry).lives;
}

/* Whether a pupil has a guardian who stays. One who is in no entry is made by
 * this run. */
static bool
has_guardian(import *im, int64_t pupil)
{
    static const char sql[] =
        "SELECT guardian FROM dirlink WHERE student = ?1 AND NOT EXISTS"
        " (SELECT 1 FROM relinked AS r WHERE r.student = ?1 AND r.guardian ="
        "  dirlink.guardian AND NOT comes)"
        " UNION SELECT guardian FROM relinked WHERE student = ?1 AND comes";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    bool has = false;

    store_number(q, 1, pupil);
    while (store_next(q)) {
        kin k = kin_of(im, store_col_text(q, 0));

        has = has || k.entry == 0 || stays(im, k.entry);
    }
    return has;
}

/* ---- who is kept ---- */

static void
keep(import *im, int64_t guardian, const char *why, int64_t pupil)
{
    static const char sql[] = "INSERT OR IGNORE INTO kept VALUES (?,?)";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *dn = import_dn_of(im, pupil);
    char *reason =
        ctl_format("no longer in the source, and kept: %s %s", why, dn);

    store_number(q, 1, guardian);
    store_text(q, 2, reason);
    store_do(q);
    free(reason);
    free(dn);
}

static void
judge(import *im, int64_t guardian)
{
    entries pupils;

    pupils_of(im, guardian, &pupils);
    for (size_t i = 0; i < pupils.count; i++) {
        int64_t pupil = pupils.n[i];

        if (!stays(im, pupil))
            continue;
        if (!has_guardian(im, pupil)) {
            keep(
                im, guardian, "there is no other guardian who lives of", pupil);
            im->n_kept++;
            break;
        }
        if (!kin_of_entry(im, pupil).ours) {
            keep(im, guardian, "is named by a pupil of another source,", pupil);
            break;
        }
    }
    free(pupils.n);
}

/* ---- who leaves the links ---- */

/* The values of a pupil's links that mean a guardian. */
static void
plan_unlink(import *im, int64_t pupil, int64_t guardian)
{
    char *dn = import_dn_of(im, pupil);
    ctl_change change;
    bag have = {0};
    const char *link;

    import_entry_of(im, pupil, &have);
    ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
    for (size_t i = 0; (link = bag_get(&have, ATTR_GUARDIAN, i)) != NULL; i++) {
        if (kin_of(im, link).entry != guardian)
            continue;
        if (change.n_mods == 0)
            ctl_change_mod(&change, LDAP_MOD_DELETE, "educonnectGuardian");
        ctl_change_value(&change, link, strlen(link));
    }
    if (change.n_mods > 0)
        import_plan_change(im, PHASE_STUDENTS, 0, NULL, &change);
    else
        ctl_change_free(&change);
    bag_free(&have);
    free(dn);
}

static void
unlink_all(import *im, int64_t guardian)
{
    entries pupils;

    pupils_of(im, guardian, &pupils);
    for (size_t i = 0; i < pupils.count; i++) {
        if (stays(im, pupils.n[i]))
            plan_unlink(im, pupils.n[i], guardian);
    }
    free(pupils.n);
}

void
import_stay(import *im)
{
    sqlite3_stmt *q;
    entries gone;

    find_leaving(im);
    q = store_prepare(&im->s, "SELECT entry FROM leaving JOIN entry"
                              " ON entry.n = leaving.entry WHERE guardian"
                              " ORDER BY 1");
    take_all(q, &gone);
    store_end(q);
    for (size_t i = 0; i < gone.count; i++)
        judge(im, gone.n[i]);
    for (size_t i = 0; i < gone.count; i++) {
        if (import_is_leaving(im, gone.n[i]))
            unlink_all(im, gone.n[i]);
    }
    free(gone.n);
}
