/* infer.c - which event of the table a change was. */
#include "history/infer.h"

#define SCHOOL (EDC_SCHOOL_STUDENT | EDC_SCHOOL_GUARDIAN)

static bool
goes_there(const edc_transition *row, edc_state from, edc_state to)
{
    if (from != EDC_ABSENT && (row->from & (1U << from)) == 0)
        return false;
    if (row->to == EDC_TO_SAME)
        return from == EDC_ABSENT || from == to;
    if (row->to == EDC_TO_FORMER)
        return from != EDC_ABSENT && to != from && to != EDC_CLOSED;
    return row->to == (int)to;
}

/* Whether it was done by one of those who may. */
static bool
is_theirs(const edc_transition *row, const history_change *c)
{
    if (c->self)
        return (row->roles & EDC_SELF) != 0;
    if ((row->effects & EDC_BEGIN_LETTER) != 0 && c->school)
        return (row->roles & SCHOOL) != 0;
    return (row->roles & ~(unsigned)(EDC_SELF | SCHOOL)) != 0;
}

static bool
has_effects(const edc_transition *row, const history_state *before,
    const history_change *c)
{
    bool locks = (row->effects & EDC_LOCKS) != 0;
    bool unlocks = row->wish == EDC_WISH_UNLOCK;

    if (((row->effects & EDC_NEW_PASSWORD) != 0) != c->password ||
        ((row->effects & EDC_MERGES) != 0) != c->merged)
        return false;
    if (row->to != EDC_TO_SAME)
        return true;
    if (before->known && before->locked == c->lock && !c->permanent)
        return false;
    return locks ? c->permanent : unlocks && !c->lock;
}

/* Whether it makes an account of what is none. */
static bool
is_birth(const edc_transition *row)
{
    return row->from == 1U << EDC_ABSENT;
}

static const char *
birth_of(const history_change *c)
{
    for (int e = 0; e < EDC_N_EVENTS; e++) {
        const edc_transition *row = edc_transition_of((edc_event)e);

        if (is_birth(row) && row->to == (int)c->to)
            return row->name;
    }
    return NULL;
}

static const char *
event_of(const history_state *before, const history_change *c)
{
    for (int e = 0; e < EDC_N_EVENTS; e++) {
        const edc_transition *row = edc_transition_of((edc_event)e);

        if (!is_birth(row) && row->to != EDC_ABSENT &&
            goes_there(row, before->state, c->to) &&
            has_effects(row, before, c) && is_theirs(row, c))
            return row->name;
    }
    return NULL;
}

static const char *
name_of(const history_state *before, const history_change *c)
{
    if (c->gone)
        return "delete";
    if (c->state && (c->add || (c->classed && before->state == EDC_ABSENT)))
        return birth_of(c);
    if (c->add)
        return NULL;
    if (c->state)
        return event_of(before, c);
    if (c->ended)
        return edc_transition_of(EDC_EV_RELEASE)->name;
    if (c->contested)
        return "contest";
    if (c->lock && !c->permanent)
        return "lock-out";
    return c->hash ? "rehash" : NULL;
}

const char *
history_infer(history_state *account, const history_change *change)
{
    const char *name = name_of(account, change);

    if (change->gone || (change->ended && !change->state))
        account->state = EDC_ABSENT;
    else if (change->state || change->add)
        account->state = change->to;
    if (change->state || change->add || change->lock) {
        account->known = true;
        account->locked = change->lock;
    }
    return name;
}
