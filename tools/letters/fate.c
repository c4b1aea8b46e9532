/* fate.c - who gets a letter.
 *
 * What the directory decides is left to it. Here is only what it cannot know:
 * which letters lie in the output directory, and that a letter takes no
 * password from anybody: it is for accounts without one, and for those whose
 * provisional one has no letter yet.
 */
#include <string.h>
#include <time.h>

#include "core/text/gentime.h"
#include "letters/fate.h"

/* The server says so; where its answer is another (the account is locked, say)
 * or hidden, this machine's clock does. */
static bool
expired(const letter *l)
{
    int64_t until;

    if (l->status != NULL && strcmp(l->status, "provisional-expired") == 0)
        return true;
    if (l->status != NULL && strcmp(l->status, "must-change") == 0)
        return false;
    return edc_time_parse(edc_str_of(l->until), &until) &&
           until <= (int64_t)time(NULL);
}

/* In whose name the session hands letters out. */
static const char *
holder(const letters_school *school)
{
    return school->acts_for ? school->uai : "-";
}

static bool
held_by(const letter *l, const char *who)
{
    return l->informed_by != NULL && strcmp(l->informed_by, who) == 0;
}

static letters_fate
fate_of_informed(const letters_school *school, const letters_ledger *ledger,
    bool again, const letter *l)
{
    if (l->until == NULL)
        return LETTERS_UNREADABLE;
    if (again || expired(l))
        return LETTERS_ISSUE;
    if (letters_ledger_has(ledger, l))
        return LETTERS_WRITTEN;
    if (letters_ledger_lost(ledger, l))
        return LETTERS_ISSUE;
    /* Another's letter is the guard's matter: the directory judges. */
    return held_by(l, school->uai) || held_by(l, holder(school))
               ? LETTERS_RUNNING
               : LETTERS_ISSUE;
}

/* Somebody took the old password away already. The provisional one stands on
 * no paper of ours: the letter brings another. Of guardians only who may reset
 * them gets so far. */
static letters_fate
fate_of_reset(const letters_ledger *ledger, bool again, const letter *l)
{
    if (!l->may && l->guardian)
        return LETTERS_ACTIVE;
    if (again || expired(l) || !letters_ledger_has(ledger, l))
        return LETTERS_ISSUE;
    return LETTERS_WRITTEN;
}

/* An account without a state is uninformed, or the state is hidden: then a
 * letter might reset an active account. */
letters_fate
letters_fate_of(const letters_school *school, const letters_ledger *ledger,
    bool again, const letter *l)
{
    if (l->state == NULL)
        return l->status != NULL && strcmp(l->status, "no-password") == 0
                   ? LETTERS_ISSUE
                   : LETTERS_UNREADABLE;
    if (strcmp(l->state, "uninformed") == 0)
        return LETTERS_ISSUE;
    if (strcmp(l->state, "informed") == 0)
        return fate_of_informed(school, ledger, again, l);
    if (strcmp(l->state, "reset") == 0)
        return fate_of_reset(ledger, again, l);
    if (strcmp(l->state, "suspended") == 0)
        return LETTERS_SUSPENDED;
    if (strcmp(l->state, "closed") == 0)
        return LETTERS_CLOSED;
    return LETTERS_ACTIVE;
}

bool
letters_guarded(const letters_school *school, const letter *l)
{
    return l->state != NULL &&
           (strcmp(l->state, "informed") == 0 ||
               strcmp(l->state, "reset") == 0) &&
           l->until != NULL && !expired(l) && !held_by(l, holder(school));
}
