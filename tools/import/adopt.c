/* adopt.c - a guardian who has an account of this source and an active one of
 * another, and is certainly one person.
 *
 * It comes to light when a child goes from one source to the other whose
 * sibling is there already, whichever file comes first: until then nothing but
 * names and number agreed. The account that was never used gives its record to
 * the active one, which keeps login and password, and is closed; where both are
 * in use people decide.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import/join.h"
#include "import/kin.h"

/* A record and the account that it has. */
typedef struct owner {
    int64_t record, entry;
    char *id;
} owner;

/* Pupils who name an account, and whom no record of the files gives another. */
#define PUPILS_WITHOUT_RECORD                                                  \
    " FROM dn CROSS JOIN dirlink ON dirlink.guardian = dn.key"                 \
    " CROSS JOIN entry AS pupil ON pupil.n = dirlink.student"                  \
    " WHERE dn.entry = ? AND NOT EXISTS (SELECT 1 FROM record"                 \
    " WHERE record.entry = pupil.n AND record.entry <> 0 AND kind = 1"         \
    " AND head = 0 AND outcome = 0 AND op = 0 AND say <> 0)"

/* Whether all of them are this source's: its record is what they mean. */
static bool
is_named_here_only(import *im, int64_t entry)
{
    static const char sql[] =
        "SELECT 1" PUPILS_WITHOUT_RECORD " AND NOT pupil.ours";
    sqlite3_stmt *q = store_kept(&im->s, sql);

    store_number(q, 1, entry);
    return store_first(q, 0) == 0;
}

/* Whether an account was never used, and is this source's alone. */
static bool
may_give_way(import *im, int64_t entry)
{
    bag have = {0};
    const char *state;
    bool may;

    import_entry_of(im, entry, &have);
    state = bag_get(&have, ATTR_STATE, 0);
    may = bag_count(&have, ATTR_ACTIVATED_BY) == 0 &&
          bag_count(&have, ATTR_MERGED_INTO) == 0 &&
          bag_count(&have, ATTR_SOURCE_ID) == 1 &&
          bag_count(&have, ATTR_INE) == 0 &&
          (state == NULL || strcasecmp(state, "uninformed") == 0 ||
              strcasecmp(state, "informed") == 0);
    bag_free(&have);
    return may && is_named_here_only(im, entry);
}

static bool
is_in_use(const char *state)
{
    return state != NULL && (strcasecmp(state, "active") == 0 ||
                                strcasecmp(state, "reset") == 0);
}

/* Whether an account is active, or will be again when a record is its own: the
 * other source's file came first, without it, and an import closed it. */
static bool
is_active(import *im, int64_t entry)
{
    bag have = {0};
    const char *state;
    bool active;

    import_entry_of(im, entry, &have);
    state = bag_get(&have, ATTR_STATE, 0);
    if (state != NULL && strcasecmp(state, "closed") == 0 &&
        bag_count(&have, ATTR_LEFT_AT) > 0 &&
        !bag_has(&have, ATTR_FORMER_STATE, "suspended"))
        state = bag_get(&have, ATTR_FORMER_STATE, 0);
    active = is_in_use(state);
    bag_free(&have);
    return active;
}

/* The id goes before the other account takes it, for it is one entry's; in one
 * change with the closing, so that none is left over when the run ends here. It
 * is the only one (may_give_way()), in whichever form it was stored. */
static void
plan_give_way(import *im, const owner *o)
{
    char *dn = import_dn_of(im, o->entry);
    bag have = {0};
    ctl_change change;

    import_entry_of(im, o->entry, &have);
    ctl_change_begin(&change, CTL_CHANGE_MODIFY, dn);
    ctl_change_set(&change, LDAP_MOD_REPLACE, "educonnectState", "closed");
    ctl_change_set(&change, LDAP_MOD_REPLACE, "educonnectLeftAt", im->now);
    ctl_change_set(&change, LDAP_MOD_DELETE, "educonnectSourceId",
        bag_get(&have, ATTR_SOURCE_ID, 0));
    import_plan_change(im, PHASE_SCHOOLS, 0, NULL, &change);
    im->n_closed++;
    bag_free(&have);
    free(dn);
}

/* Their links go over to the other account, and before the record does: a run
 * that ends in between, and is done again, finds it certain all the same. */
static void
plan_links(import *im, const owner *o, int64_t entry)
{
    static const char sql[] = "SELECT pupil.dn, pupil.n" PUPILS_WITHOUT_RECORD;
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *old = import_dn_of(im, o->entry);
    char *new = import_dn_of(im, entry);
    bag have = {0};

    store_number(q, 1, o->entry);
    while (store_next(q)) {
        ctl_change change;

        ctl_change_begin(&change, CTL_CHANGE_MODIFY, store_col_text(q, 0));
        ctl_change_set(&change, LDAP_MOD_DELETE, "educonnectGuardian", old);
        import_entry_of(im, store_col(q, 1), &have);
        if (kin_find(im, &have, ATTR_GUARDIAN, new) == NULL)
            ctl_change_set(&change, LDAP_MOD_ADD, "educonnectGuardian", new);
        import_plan_change(im, PHASE_SCHOOLS, 0, NULL, &change);
    }
    bag_free(&have);
    free(new);
    free(old);
}

static void
bind_to(import *im, const owner *o, int64_t entry)
{
    static const char sql[] =
        "UPDATE record SET entry = ?1, dn = ?2 WHERE n = ?3";
    static const char seen[] = "UPDATE entry SET seen = 1 WHERE n = ?";
    sqlite3_stmt *q = store_kept(&im->s, sql);
    char *dn = import_dn_of(im, entry);

    store_number(q, 1, entry);
    store_text(q, 2, dn);
    store_number(q, 3, o->record);
    store_do(q);
    q = store_kept(&im->s, seen);
    store_number(q, 1, entry);
    store_do(q);
    free(dn);
}

static void
look_at(import *im, const owner *o)
{
    bag fields = {0};
    int64_t entry;
    char *dn, *note;
    bool gives_way;

    import_fields_of(im, o->record, &fields);
    entry = join_certain(im, o->id, &fields);
    bag_free(&fields);
    if (entry == 0 || !is_active(im, entry))
        return;
    gives_way = may_give_way(im, o->entry);
    dn = import_dn_of(im, gives_way ? o->entry : entry);
    if (gives_way) {
        note = ctl_format("joined to the active account of another source: a "
                          "child, the names and a number or mail address in "
                          "common; %s, never used, is closed",
            dn);
        plan_links(im, o, entry);
        plan_give_way(im, o);
        bind_to(im, o, entry);
        im->n_joined++;
    } else {
        note =
            ctl_format("the person of %s too, score 100: not joined, for both "
                       "are in use, or named by others; educonnectctl merge "
                       "makes them one",
                dn);
        im->n_likely++;
    }
    import_outcome_set(im, o->record, OUTCOME_NONE, note);
    free(note);
    free(dn);
}

/* Records of guardians with an account, of pupils whom a guardian of another
 * source has. */
static const char owners[] =
    "SELECT DISTINCT mine.n, mine.entry, mine.id FROM entry AS other"
    " CROSS JOIN dn ON dn.entry = other.n"
    " CROSS JOIN dirlink ON dirlink.guardian = dn.key"
    " CROSS JOIN record AS pupil ON pupil.entry = dirlink.student"
    "  AND pupil.entry <> 0 AND pupil.kind = 1"
    " CROSS JOIN link ON link.student = pupil.n"
    " CROSS JOIN head ON head.id = link.guardian"
    " CROSS JOIN record AS mine ON mine.n = head.n"
    " WHERE other.guardian AND NOT other.ours"
    " AND (other.others AND other.open OR other.gone)"
    " AND pupil.say <> 0 AND mine.kind = 2 AND mine.outcome = 0"
    " AND mine.op = 0 AND mine.entry <> 0 AND mine.entry <> other.n"
    " AND mine.self = 0 ORDER BY 1";

void
import_adopt(import *im)
{
    sqlite3_stmt *q = store_prepare(&im->s, owners);
    owner *list = NULL;
    size_t n = 0;

    while (store_next(q)) {
        list = ctl_resize(list, n + 1, sizeof(*list));
        list[n++] = (owner){
            store_col(q, 0), store_col(q, 1), ctl_copy(store_col_text(q, 2))};
    }
    store_end(q);
    for (size_t i = 0; i < n; i++) {
        look_at(im, list + i);
        free(list[i].id);
    }
    free(list);
}
