/* hooks.h - the hooks, one file each, and what they share. */
#ifndef OV_OPS_H
#define OV_OPS_H

#include "bind/actor.h"
#include "bind/hash.h"
#include "slapd/memory.h"
#include "slapd/mods.h"
#include "slapd/reply.h"

#include "core/account/access.h"
#include "core/password/provisional.h"
#include "core/password/scheme.h"

/* Whether slapd is the one that the module was built for: 0, or -1 with the
 * reason logged. (slapd/abi.c) */
int ov_abi_check(void);

int ov_bind(Operation *op, SlapReply *rs);     /* bind/bind.c */
int ov_add(Operation *op, SlapReply *rs);      /* write/add.c */
int ov_modify(Operation *op, SlapReply *rs);   /* write/modify.c */
int ov_modrdn(Operation *op, SlapReply *rs);   /* write/rename.c */
int ov_delete(Operation *op, SlapReply *rs);   /* write/delete.c */
int ov_extended(Operation *op, SlapReply *rs); /* write/exop.c */
int ov_search(Operation *op, SlapReply *rs);   /* read/read.c */
int ov_compare(Operation *op, SlapReply *rs);  /* read/compare.c */

/* The bind of an entry that is no account, or of the rootdn with rootpw (root),
 * which need not have an entry: a copy, which is taken over. Returns what a
 * hook returns. (bind/other.c) */
int ov_bind_other(
    Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry, bool root);

/* Answers the bind that a hook is called for, without the overlays below, but
 * for those that only watch, and without the backend. Returns what the hook
 * returns. Call between ov_enter() and ov_leave(). (bind/answer.c) */
int ov_bind_answer(Operation *op, SlapReply *rs, slap_overinst *on, int result,
    const char *text);

/* --- bind/session.c: what a bound identity may do --- */

/* Judges the identity of an operation from its stored entry: whether it may do
 * anything here. own_password: the operation does nothing but change the
 * identity's own password. On false *refusal says why, in op's memory. */
bool ov_session_allows(
    Operation *op, slap_overinst *on, bool own_password, edc_refusal *refusal);

/* The same for a hook: returns SLAP_CB_CONTINUE, or the result after having
 * refused. */
int ov_session_judge(
    Operation *op, SlapReply *rs, slap_overinst *on, bool own_password);

/* Remembers which stored password the connection of op was bound with, and
 * whether it was a letter's; asks whether it is this one. */
void ov_session_bound(Operation *op, edc_str stored, bool provisional);
bool ov_session_is_bound_with(Operation *op, edc_str stored);
int ov_session_destroy(BackendDB *be, Connection *conn);
int ov_session_init(void);
void ov_session_exit(void);

/* --- bind/guess.c, write/password.c, bind/scheme.c: verifying and making --- */

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

/* Counts a password that the client of op has sent for a name, right or wrong;
 * an address that only guesses is told of in the log. (bind/watch.c) */
void ov_watch_note(
    Operation *op, slap_overinst *on, const struct berval *name, bool right);

/* One new password on its way into an entry. */
typedef struct ov_new_password {
    edc_str clear; /* as the client or the server made it; borrowed */
    edc_source source;
    edc_buf stored; /* the hash to store */
    edc_buf prepared;
} ov_new_password;

/* Checks every rule and makes the hash. entry: the account as it would be
 * stored. Returns true with password->stored filled in, else false with
 * *refusal. */
bool ov_password_make(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, const edc_plan *plan, unsigned roles,
    ov_new_password *password, edc_refusal *refusal);

/* Checks every rule as ov_password_make() does, and hashes nothing;
 * password->prepared is filled in. */
bool ov_password_check(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, const edc_plan *plan, ov_new_password *password,
    edc_refusal *refusal);

/* Makes the hash of a password that was checked elsewhere: no rules. Returns 0,
 * or the bit of B01 or X01. */
edc_codes ov_password_hash(
    Operation *op, slap_overinst *on, ov_new_password *password);
void ov_password_wipe(ov_new_password *password);

/* Registers our {ARGON2} with slapd, so that whoever else verifies such a hash
 * does it under the ceiling; 0 or -1. */
int ov_scheme_register(void);

/* Tells our {ARGON2} that this thread has just tried the password on n stored
 * values that the backend is about to ask for, of which the last was right or
 * none; and that there is nothing more to know. */
void ov_verified_begin(
    const edc_str *stored, size_t n, const struct berval *cred, bool right);
void ov_verified_end(void);

/* --- write/exop.c --- */

/* What the Password Modify exop hands down to the Modify hook, and gets
 * back. */
typedef struct ov_exop {
    edc_source source;
    struct berval old; /* the old password that came along; null: none */
    bool old_is_bad;   /* set when it was looked at and was wrong */
    int ppolicy;  /* error that the response control will carry, -1: none */
    edc_buf made; /* EDC_SOURCE_SERVER: the password that the server made */
} ov_exop;

/* The exop that an operation comes from, or NULL. */
ov_exop *ov_exop_of(Operation *op);

/* --- write/unique.c: values that one entry only may have --- */

/* Reserves the unique values (educonnectUai, educonnectFederatedId,
 * educonnectSourceId) that the entry would have and `before` (or NULL) has not,
 * until op is answered. Returns 0, or the bit of D02 or B02, or of X01 when the
 * others could not be looked at, with the attribute's name. */
edc_codes ov_unique_reserve(Operation *op, slap_overinst *on, Entry *entry,
    Entry *before, const char **attribute);

/* --- write/judge.c: from an operation to the core's request and back --- */

/* Everything about one governed write, from the hook to its result. */
typedef struct ov_write {
    slap_overinst *on;
    Entry *before; /* copy of the stored entry, NULL for an Add */
    edc_account account;
    ov_actor actor; /* the request's strings */
    edc_request request;
    edc_plan plan;
    ov_new_password password;
    bool self;
    bool event; /* an event of the table, not only a change of the record */
    struct berval ndn;
} ov_write;

/* Fills in who asks: roles, school, Relax, time, proof of the password by the
 * session. */
void ov_judge_actor(Operation *op, ov_write *write);

/* Adds what the record lacks and asks the core. entry: as it would be
 * stored. */
bool ov_judge(
    Operation *op, ov_write *write, Entry *entry, edc_refusal *refusal);

/* The event is stored: logs and counts it, forgets failures, remembers the
 * session. */
void ov_event_done(Operation *op, ov_write *write);

#endif
