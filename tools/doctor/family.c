/* family.c - pupils whose guardians' accounts are closed, and merges that close
 * each other.
 *
 * A merged account is closed too; the one that it was merged into counts.
 */
#include <stdlib.h>

#include "doctor/doctor.h"

/* alive: guardians' names behind which somebody lives; dead: links of pupils
 * who stay to others. Merges after one another are followed so far. */
static const char prepare[] =
    "CREATE TABLE alive (key TEXT PRIMARY KEY) WITHOUT ROWID;"
    "WITH RECURSIVE chain(key, at, depth) AS"
    " (SELECT key, key, 0 FROM entry WHERE guardian"
    "  UNION ALL SELECT chain.key, entry.merged, depth + 1 FROM chain"
    "  JOIN entry ON entry.key = chain.at"
    "  WHERE entry.merged IS NOT NULL AND depth < 16)"
    " INSERT OR IGNORE INTO alive SELECT chain.key FROM chain JOIN entry"
    " ON entry.key = chain.at WHERE entry.merged IS NULL AND entry.open;"
    "CREATE INDEX link_dn ON link (dn, attribute)";

static const char dead[] =
    "SELECT link.dn, link.value, EXISTS (SELECT 1 FROM link AS other"
    "  JOIN alive ON alive.key = other.key WHERE other.dn = link.dn"
    "  AND other.attribute = ?1)"
    " FROM entry JOIN link ON link.dn = entry.dn AND attribute = ?1"
    " JOIN entry AS guardian ON guardian.key = link.key"
    " WHERE entry.pupil AND entry.open AND guardian.guardian"
    " AND link.key NOT IN (SELECT key FROM alive) ORDER BY link.dn";

/* Merges that lead round; each ring is told once, from its least name. */
static const char rings[] =
    "WITH RECURSIVE chain(start, at, depth, least, names) AS"
    " (SELECT key, merged, 1, key, dn FROM entry"
    "  WHERE guardian AND NOT open AND merged IS NOT NULL"
    "  UNION ALL SELECT start, entry.merged, depth + 1, min(least, at),"
    "  names || '; ' || dn FROM chain JOIN entry ON entry.key = chain.at"
    "  WHERE at <> start AND entry.merged IS NOT NULL AND NOT entry.open"
    "  AND depth < 16)"
    " SELECT names FROM chain WHERE at = start AND least = start"
    " ORDER BY names";

static void
find_rings(doctor *d)
{
    sqlite3_stmt *q = store_prepare(&d->s, rings);

    while (store_next(q))
        doctor_found(d, DOCTOR_CROSSED_, store_col_text(q, 0), NULL, NULL);
    store_end(q);
}

void
doctor_family(doctor *d, int guardian)
{
    sqlite3_stmt *q;

    store_run(&d->s, prepare);
    find_rings(d);
    q = store_prepare(&d->s, dead);
    store_number(q, 1, guardian);
    while (store_next(q)) {
        char *dn = ctl_copy(store_col_text(q, 0));
        char *value = ctl_copy(store_col_text(q, 1));
        bool another = store_col(q, 2) != 0;
        ctl_change repair;

        if (another) {
            doctor_repair(
                &repair, dn, LDAP_MOD_DELETE, "educonnectGuardian", value);
            doctor_found(d, DOCTOR_CLOSED_GUARDIAN_, dn, value, &repair);
        } else {
            doctor_found(d, DOCTOR_NO_GUARDIAN_, dn, value, NULL);
        }
        free(value);
        free(dn);
    }
    store_end(q);
}
