/* guess.h - passwords that clients have guessed, and the lock-out. */
#ifndef OV_GUESS_H
#define OV_GUESS_H

#include "slapd/instance.h"

#include "core/gate/gate.h"
#include "core/gate/work.h"

/* Result of a guess, lock-out included. */
typedef enum ov_guess {
    OV_GUESS_RIGHT,
    OV_GUESS_WRONG,      /* wrong, locked, or known wrong: all look the same */
    OV_GUESS_TOO_COSTLY, /* nothing was computed */
    OV_GUESS_BUSY        /* nothing was: the gate had no room */
} ov_guess;

/* A guess on its way. An all-zero one has not begun. */
typedef struct ov_attempt {
    edc_work *work; /* what is to be computed of it */
    edc_buf prepared;
    edc_ticket ticket;
    bool admitted;    /* the ticket is to be settled */
    bool tell_locked; /* whoever sends the control is told of the lock */
} ov_attempt;

/* Begins with a guess: asks the lock-out table for admission and fills in
 * *work, of which the quick part is done; every path has the work of one hash
 * left, unless the password is right. entry: a copy of the account's, NULL when
 * there is none (account is not looked at then). What the work points to must
 * stay until the end. Returns false when the stored hash is one that is never
 * computed: nothing has begun then. */
bool ov_attempt_begin(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, edc_str cred, edc_work *work,
    ov_attempt *attempt);

/* Ends it once the work is over or the gate said what became of it: counts it,
 * and has the lock written when this guess completes it, after the answer. */
ov_guess ov_attempt_end(Operation *op, slap_overinst *on, Entry *entry,
    ov_attempt *attempt, edc_gate_end end);

/* Both at once, waiting for the gate. */
ov_guess ov_password_guess(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, struct berval *cred);

/* A guess at the stored password that somebody else verifies: asks whether it
 * may be, and counts what came of it. As in a bind, nothing is told of one that
 * may not. */
edc_admission ov_guess_begin(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, edc_str prepared, edc_ticket *ticket);
void ov_guess_end(Operation *op, slap_overinst *on, Entry *entry,
    edc_str stored, const edc_ticket *ticket, edc_outcome outcome);

/* Forgets what the lock-out table counts for an account. */
void ov_guess_forget(slap_overinst *on, Entry *entry);

#endif
