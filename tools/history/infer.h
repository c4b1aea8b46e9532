/* infer.h - which event of the table a change was: accesslog has what was
 * written, not what it was called.
 */
#ifndef HISTORY_INFER_H
#define HISTORY_INFER_H

#include <stdbool.h>

#include "core/account/transition.h"

/* What is known of an account between two changes. */
typedef struct history_state {
    edc_state state; /* EDC_ABSENT: not known */
    bool locked;     /* by whatever lock */
    bool known;      /* whether locked is */
} history_state;

/* What a change of an account wrote. */
typedef struct history_change {
    bool add, gone; /* the entry came, went */
    bool classed;   /* a class of accounts is among it */
    bool ended;     /* educonnectState goes: it is no account any more */
    bool state;     /* educonnectState is among it: then it is an event, and
                       holds the whole account */
    edc_state to;   /* its value then */
    bool password;  /* a password that is new, not the former again */
    bool lock;      /* a lock is written */
    bool permanent; /* without end */
    bool merged;    /* educonnectMergedInto gets a value */
    bool contested; /* educonnectContestedGuardian gets one */
    bool hash;      /* userPassword without educonnectState */
    bool self;      /* by the account itself */
    bool school;    /* a letter of a school */
} history_change;

/* The event's name, of the table or of the trail; NULL when it is none: the
 * record was changed. *account becomes what it is after. Static storage; pure.
 */
const char *history_infer(history_state *account, const history_change *change);

#endif
