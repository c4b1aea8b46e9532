/* transition.h - states, events, roles, and the one table that joins them.
 *
 * The table itself is transitions.def; decide.c reads it, the manual's table is
 * printed from it, the unit test walks every state x event x role over it.
 */
#ifndef EDC_TRANSITION_H
#define EDC_TRANSITION_H

#include "core/text/text.h"

/* States of an account (manual page, STATES). EDC_ABSENT: no entry yet. */
typedef enum edc_state {
    EDC_ABSENT,
    EDC_UNINFORMED,
    EDC_INFORMED,
    EDC_ACTIVE,
    EDC_RESET,
    EDC_SUSPENDED,
    EDC_CLOSED,
    EDC_N_STATES
} edc_state;

/* Targets in the table that are no fixed state. */
#define EDC_TO_SAME (EDC_N_STATES)
#define EDC_TO_FORMER (EDC_N_STATES + 1)

/* What a request asks for, before anybody knows which event that is. */
typedef enum edc_wish {
    EDC_WISH_CREATE,          /* a new account without a password */
    EDC_WISH_CREATE_PASSWORD, /* a new account with one */
    EDC_WISH_PASSWORD,        /* a new password */
    EDC_WISH_STATE,           /* a value written to educonnectState */
    EDC_WISH_UNLOCK,          /* pwdAccountLockedTime deleted */
    EDC_WISH_CLAIM,           /* the claim operation */
    EDC_WISH_MERGE,           /* the merge operation; the account is the one
                                 that closes */
    EDC_WISH_LOCK,            /* a lock without end written to
                                 pwdAccountLockedTime */
    EDC_WISH_MIGRATE,         /* an entry that is there becomes an account, with
                                 the password that it has */
    EDC_WISH_RELEASE,         /* an account becomes that entry again */
    EDC_N_WISHES
} edc_wish;

/* What an identity is to one account; an identity may be several. */
enum edc_role {
    EDC_SELF = 1 << 0,            /* the holder */
    EDC_PROVISIONER = 1 << 1,     /* imports */
    EDC_REGISTRAR = 1 << 2,       /* self-service front end */
    EDC_ASSISTANCE = 1 << 3,      /* help desk */
    EDC_ACADEMY = 1 << 4,         /* everything; rootdn too */
    EDC_SCHOOL_STUDENT = 1 << 5,  /* acts for a school that the student is
                                     enrolled at */
    EDC_SCHOOL_GUARDIAN = 1 << 6, /* acts for a school that a child of the
                                     guardian is enrolled at */
    EDC_SCHOOL_INFORMER = 1 << 7  /* one of the two before, and the current
                                     letter is that school's */
};
#define EDC_N_ROLES 8

/* What an event does to the account beside its state. */
enum edc_effect {
    EDC_NEW_PASSWORD = 1 << 0,   /* stores a new hash and its time */
    EDC_BEGIN_LETTER = 1 << 1,   /* that password is provisional */
    EDC_END_LETTER = 1 << 2,     /* nothing provisional remains */
    EDC_DROP_PASSWORD = 1 << 3,  /* the password goes */
    EDC_ACTIVATION = 1 << 4,     /* marks how the account became active */
    EDC_KEEP_FORMER = 1 << 5,    /* remembers the state that is left */
    EDC_TAKE_FORMER = 1 << 6,    /* goes back to it */
    EDC_RELEASE_LOCK = 1 << 7,   /* lifts a lock-out; one without end, when
                                    who does it may unlock */
    EDC_OPENS = 1 << 8,          /* opens an account: eligibility is asked */
    EDC_GUARDED = 1 << 9,        /* hands out a letter: the guard is asked */
    EDC_MERGES = 1 << 10,        /* leaves everything to another account */
    EDC_LOCKS = 1 << 11,         /* locks without end */
    EDC_KEEP_PASSWORD = 1 << 12, /* password, its time and lock stay as the
                                    entry has them */
    EDC_RELEASES = 1 << 13       /* what the overlay keeps goes, those stay */
};

typedef enum edc_event {
#define EDC_EVENT(id, name, wish, from, to, roles, effects) EDC_EV_##id,
#include "core/account/transitions.def"
#undef EDC_EVENT
    EDC_N_EVENTS
} edc_event;

/* One row. from is a set of bits 1 << edc_state; roles of edc_role; to an
 * edc_state, EDC_TO_SAME or EDC_TO_FORMER. */
typedef struct edc_transition {
    const char *name;
    edc_wish wish;
    unsigned from;
    int to;
    unsigned roles;
    unsigned effects;
} edc_transition;

/* The row of an event; static storage. event < EDC_N_EVENTS. */
const edc_transition *edc_transition_of(edc_event event);

/* Name of a state as educonnectState has it ("none" for EDC_ABSENT); static. */
const char *edc_state_name(edc_state state);

/* Reads a state's name, ASCII case folded; EDC_ABSENT is not one. Returns
 * false when it is none. */
bool edc_state_parse(edc_str name, edc_state *state);

/* Name of one role bit, for the manual; static storage. */
const char *edc_role_name(unsigned role);

#endif
