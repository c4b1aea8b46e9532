/* decide.h - what becomes of a request: the one place that judges.
 *
 * The glue turns an operation into an edc_request and an entry into an
 * edc_account; edc_decide() answers with a refusal or with the plan of changes
 * that belong into the very same modification. The first two of them are the
 * test-and-set: the old serial is deleted by value and a new one added, so the
 * write fails as a whole when anybody else wrote in between.
 */
#ifndef EDC_DECIDE_H
#define EDC_DECIDE_H

#include "core/account/account.h"
#include "core/text/diag.h"
#include "core/text/gentime.h"
#include "core/settings/settings.h"

/* Where a new password comes from. */
typedef enum edc_source {
    EDC_SOURCE_NONE,
    EDC_SOURCE_CLEAR,  /* the client sent it in clear */
    EDC_SOURCE_SERVER, /* the client asked the server to make it */
    EDC_SOURCE_HASHED  /* the client sent a hash */
} edc_source;

/* What a request says of pwdReset beside a new password. */
typedef enum edc_said {
    EDC_SAID_NOTHING,
    EDC_SAID_TRUE,
    EDC_SAID_FALSE /* or that it goes */
} edc_said;

/* One request on one account. Ranges are borrowed for the call. */
typedef struct edc_request {
    edc_wish wish;
    edc_str target;       /* EDC_WISH_STATE: the value that was written */
    unsigned roles;       /* bits of edc_role that hold for this account */
    bool school_identity; /* some school's entry names the actor */
    edc_str school;       /* UAI the actor acts for; empty when no school */
    edc_str owner;        /* lowest UAI of the children's schools; empty */
    bool relax;           /* the Relax control was sent */
    bool proven;          /* EDC_SELF: the session was bound with the stored
                             password, or the old one came along */
    edc_source source;
    edc_said reset;  /* EDC_WISH_PASSWORD: must be what the event does */
    bool unlock;     /* EDC_WISH_PASSWORD: the lock is to go with it */
    bool federated;  /* EDC_WISH_CLAIM: by a federated identity */
    edc_str into;    /* EDC_WISH_MERGE: DN of the account that stays */
    bool crossed;    /* EDC_WISH_STATE: other servers' merges, and this
                        account's, have closed all of each other's accounts:
                        the mark counts for nothing */
    edc_str missing; /* attributes the record lacks; empty when none */
    edc_str schools; /* UAIs when more than one enrolment; else empty */
    edc_str others;  /* DNs of other students with the same INE; else empty */
    int64_t now;     /* seconds since 1970 */
} edc_request;

/* One attribute to write: every old value goes, `value` comes; an empty one
 * only drops what is there. */
typedef struct edc_assignment {
    edc_kept kept;
    edc_str value;
} edc_assignment;

#define EDC_PLAN_MAX 16

/* The changes of one event. Ranges point into the plan itself or into the
 * account; the plan must not be copied while they are used. The password's own
 * value and the serial are not among the assignments. What is not, either, is
 * written again as it is stored, so that the write holds the whole account: of
 * two servers' events that cross, replication then keeps one or the other. */
typedef struct edc_plan {
    edc_event event;
    unsigned effects; /* of the table's row */
    edc_state from;
    edc_state to;
    bool remember;     /* the stored hash goes into the history */
    edc_codes audited; /* what it would have said */
    edc_assignment set[EDC_PLAN_MAX];
    size_t n_set;
    edc_str former[2]; /* values of educonnectFormerState when it is set */
    size_t n_former;
    char serial[24]; /* the new educonnectSerial; "": it has none any more */
    char now[EDC_TIME_SIZE];
    char until[EDC_TIME_SIZE];
} edc_plan;

/* Judges. On success returns true and fills in *plan; on a refusal returns
 * false and fills in *refusal, whose ranges point into account, request or
 * static storage, but for params.until, which points into *plan. Pure;
 * thread-safe. Password rules are not judged here (password.h): a request that
 * the table refuses is refused before its password is looked at. */
bool edc_decide(const edc_account *account, const edc_request *request,
    const edc_settings *settings, edc_plan *plan, edc_refusal *refusal);

/* The state that a row would take the account to; EDC_ABSENT when it has none
 * to come back to. Pure. */
edc_state edc_target_of(const edc_transition *row, const edc_account *account);

/* Whether any row of the table lets one of these roles wish this, from whatever
 * state. Pure. */
bool edc_may_wish(edc_wish wish, unsigned roles);

/* Whether the request's roles let it wish this at all. Else *refusal says A01
 * or A02 and names what was written: nothing of the account, which is not
 * looked at. Pure. */
bool edc_wish_allowed(
    const edc_request *request, edc_wish wish, edc_refusal *refusal);

/* Whether the table has a row for the request: the first thing that
 * edc_decide() judges, to be asked before anything costs time or tells more.
 * Else *refusal says why. Pure. */
bool edc_table_allows(const edc_account *account, const edc_request *request,
    edc_refusal *refusal);

/* Fills in plan->serial with the serial that comes after the account's, for a
 * write that is no event of the table. Pure. */
void edc_plan_next_serial(const edc_account *account, edc_plan *plan);

/* Makes plan->serial that of a new account: a random one, so that an account
 * that takes the name of a deleted one is not taken for it by a write that was
 * judged before. Returns false when the random generator failed. Thread-safe.
 */
bool edc_plan_first_serial(edc_plan *plan);

#endif
