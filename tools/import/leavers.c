/* leavers.c - who is no longer in the source; and the brake, so that a
 * cut-off file does not close half an académie.
 *
 * Whoever left is closed, with the day in educonnectLeftAt; purge takes the
 * account away when the delay is over. Links of a pupil stay, so that all is as
 * it was when he or she comes back before. Who stays open all the same, and
 * which links of other pupils end: import/stay.c.
 */
#include <stdlib.h>
#include <string.h>

#include "import/kin.h"
#include "import/stay.h"

/* ---- one entry ---- */

/* The values of this source's ids go, when the person has others. */
static void
drop_source_ids(import *im, const bag *have, ctl_change *change)
{
    const char *id;

    ctl_change_mod(change, LDAP_MOD_DELETE, "educonnectSourceId");
    for (size_t i = 0; (id = bag_get(have, ATTR_SOURCE_ID, i)) != NULL; i++) {
        if (import_own_id(im, id) != NULL)
            ctl_change_value(change, id, strlen(id));
    }
}

/* A pupil is enrolled no more at the schools of this source. */
static void
drop_schools(import *im, const bag *have, bool all, ctl_change *change)
{
    sqlite3_stmt *q =
        store_prepare(&im->s, "SELECT 1 FROM school WHERE dn = ?");
    const char *dn;
    bool begun = false;

    for (size_t i = 0; (dn = bag_get(have, ATTR_ENROLLED_AT, i)) != NULL; i++) {
        store_text(q, 1, dn);
        if (!all && store_first(q, 0) == 0)
            continue;
        if (!begun)
            ctl_change_mod(change, LDAP_MOD_DELETE, "educonnectEnrolledAt");
        begun = true;
        ctl_change_value(change, dn, strlen(dn));
    }
    store_end(q);
    if (all && bag_count(have, ATTR_CLASS) > 0)
        ctl_change_mod(change, LDAP_MOD_REPLACE, "educonnectClass");
}

/* Guardians whom this source alone had are a pupil's no more, when somebody
 * else lives who is. False: nobody does, and they stay. */
static bool
drop_guardians(import *im, const bag *have, ctl_change *change)
{
    bag mine = {0};
    bool others = false;
    const char *dn;

    for (size_t i = 0; (dn = bag_get(have, ATTR_GUARDIAN, i)) != NULL; i++) {
        kin k = kin_of(im, dn);

        /* Who is closed leaves by import_stay(). */
        if (k.entry != 0 && import_is_leaving(im, k.entry))
            continue;
        if (k.ours && !k.others)
            bag_add(&mine, ATTR_GUARDIAN, dn, strlen(dn));
        else if (k.entry != 0 && k.lives)
            others = true;
    }
    if (mine.n > 0 && others) {
        ctl_change_mod(change, LDAP_MOD_DELETE, "educonnectGuardian");
        for (size_t i = 0; i < mine.n; i++)
            ctl_change_value(change, mine.items[i].value, mine.items[i].n);
    }
    others = others || mine.n == 0;
    bag_free(&mine);
    return others;
}

/* Whose guardians are of this source keeps its id too, as a sign that they go
 * when the other source brings somebody. */
static void
plan_detach(import *im, int64_t record, const char *dn, const bag *have)
{
    const char *why = "no longer in this source; other sources have the person";
    ctl_change change;

    ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
    if (drop_guardians(im, have, &change)) {
        drop_source_ids(im, have, &change);
    } else {
        why = "no longer in this source; the pupil keeps its guardians of it, "
              "other sources brought none";
        im->n_kept++;
    }
    drop_schools(im, have, false, &change);
    if (record != 0)
        import_outcome_set(im, record,
            change.n_mods > 0 ? OUTCOME_CHANGED : OUTCOME_SAME, why);
    if (change.n_mods > 0)
        import_plan_change(im, PHASE_LEAVERS, record, why, &change);
    else
        ctl_change_free(&change);
}

static void
plan_close(import *im, int64_t record, const char *dn, const bag *have)
{
    ctl_change change;

    ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
    ctl_change_set(&change, LDAP_MOD_REPLACE, "educonnectState", "closed");
    ctl_change_set(&change, LDAP_MOD_REPLACE, "educonnectLeftAt", im->now);
    drop_schools(im, have, true, &change);
    im->n_closed++;
    import_plan_change(
        im, PHASE_LEAVERS, record, "no longer in the source", &change);
    if (record != 0)
        import_outcome_set(
            im, record, OUTCOME_CLOSED, "no longer in the source");
}

static void
plan_leaver(import *im, int64_t record, int64_t entry, bool open, bool others,
    const char *dn)
{
    bag have = {0};
    char *kept = import_kept(im, entry);

    import_entry_of(im, entry, &have);
    if (kept != NULL && record != 0)
        import_outcome_set(im, record, OUTCOME_SAME, kept);
    if (kept != NULL) {
        free(kept);
        bag_free(&have);
        return;
    }
    if (others)
        plan_detach(im, record, dn, &have);
    else if (open)
        plan_close(im, record, dn, &have);
    else if (record != 0)
        import_outcome_set(im, record, OUTCOME_SAME, "closed already");
    bag_free(&have);
}

/* ---- all of them ---- */

/* Everybody of this source whom no record is about, or whose record says so. */
void
import_leavers(import *im)
{
    sqlite3_stmt *q;

    import_stay(im);
    q = store_prepare(&im->s,
        im->complete
            ? "SELECT entry.n, open, others, entry.dn, (SELECT max(record.n)"
              " FROM record WHERE record.entry = entry.n"
              " AND record.entry <> 0 AND head = 0"
              " AND outcome = 0) FROM entry WHERE ours AND NOT seen"
              " AND (student OR guardian) ORDER BY entry.dn"
            : "SELECT entry.n, open, others, entry.dn, record.n FROM record"
              " JOIN entry ON entry.n = record.entry WHERE op = 2"
              " AND record.head = 0 AND outcome = 0 ORDER BY entry.dn");
    while (store_next(q)) {
        char *dn = ctl_copy(store_col_text(q, 3));

        plan_leaver(im, store_col(q, 4), store_col(q, 0), store_col(q, 1) != 0,
            store_col(q, 2) != 0, dn);
        free(dn);
    }
    store_end(q);
}

/* ---- the brake ---- */

static bool
too_many(const import *im, int64_t gone, int64_t all)
{
    return gone > 0 && (double)gone > im->how.max_removals * (double)all;
}

void
import_brake(import *im)
{
    int64_t accounts = im->n_accounts, links = im->n_links;

    if (!too_many(im, im->n_closed, accounts) &&
        !too_many(im, im->n_links_removed, links))
        return;
    im->braked = true;
    ctl_warn(im->c,
        "this would close %lld of %lld accounts and remove %lld of %lld links "
        "to guardians, more than %g %%",
        (long long)im->n_closed, (long long)accounts,
        (long long)im->n_links_removed, (long long)links,
        100 * im->how.max_removals);
    ctl_warn(im->c,
        im->how.dry_run
            ? "without --dry-run nothing would be written; are the files "
              "whole? --max-removals goes on"
            : "nothing was written; are the files whole? --dry-run shows the "
              "plan, --max-removals goes on");
}
