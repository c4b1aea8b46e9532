/* lockout.h - counting wrong passwords in bounded memory, without a write.
 *
 * A guess is admitted before it is computed and settled after, so that of any
 * number that arrive at once no more than `failures` different ones are ever
 * evaluated. A guess is known by a digest keyed with a random key made at
 * start; no password is kept. The same guess again counts once.
 */
#ifndef EDC_LOCKOUT_H
#define EDC_LOCKOUT_H

#include <stdint.h>

#include "text.h"

/* educonnect-lockout; seconds. CNIL deliberation 2022-100: block after at most
 * ten failures. */
typedef struct edc_lockout_rules {
    uint32_t failures; /* 1..EDC_LOCKOUT_FAILURES_MAX (10) */
    int64_t window;    /* a failure older than this is forgotten (15m) */
    int64_t duration;  /* how long a lock holds (15m) */
} edc_lockout_rules;

#define EDC_LOCKOUT_FAILURES_MAX 64

/* The defaults of the rules above. */
#define EDC_LOCKOUT_FAILURES 10
#define EDC_LOCKOUT_WINDOW 900
#define EDC_LOCKOUT_DURATION 900

typedef struct edc_lockout edc_lockout;

/* A table for at most `accounts` accounts with something to remember (the
 * least recently failed gives way when it is full, but never one with a guess
 * in flight); 0 is taken for 1. An account takes 2 KiB of address space, of
 * memory only once it is used. NULL when memory is out or the random generator
 * failed. */
edc_lockout *edc_lockout_new(size_t accounts);
void edc_lockout_free(edc_lockout *table);

typedef enum edc_admission {
    EDC_EVALUATE,  /* compute the hash, then settle */
    EDC_KNOWN_BAD, /* this guess has already been wrong: do not compute, do not
                      settle; counts nothing */
    EDC_LOCKED_OUT /* locked, or as many different guesses are counted and in
                      flight as may be: do not compute, do not settle */
} edc_admission;

/* Identifies one admitted guess until it is settled. */
typedef struct edc_ticket {
    unsigned char account[16];
    unsigned char guess[16];
} edc_ticket;

/* Asks whether a guess may be evaluated. account identifies it (its entryUUID
 * or normalised DN), generation its stored password (a guess that was wrong for
 * another stored password is a new guess, and counters of another generation
 * are dropped). The same guess may be in flight several times; it occupies one
 * of the `failures` places. Never blocks beyond a short mutex; memory is
 * allocated at edc_lockout_new() only. Refuses when there is no room because
 * guesses on other accounts are in flight everywhere, or when OpenSSL failed:
 * what is not counted is not evaluated. */
edc_admission edc_lockout_admit(edc_lockout *table,
    const edc_lockout_rules *rules, edc_str account, edc_str generation,
    edc_str guess, int64_t now, edc_ticket *ticket);

/* Result of an evaluated guess. */
typedef enum edc_outcome {
    EDC_GUESS_RIGHT,  /* forgets the account's failures */
    EDC_GUESS_WRONG,  /* counts it */
    EDC_GUESS_DROPPED /* was not evaluated after all (memory, abandon) */
} edc_outcome;

/* Settles a ticket; one of a guess that was forgotten meanwhile, because the
 * stored password is another, counts nothing. Returns the number of failures
 * counted now when this very guess completed the lock (exactly one caller gets
 * it: it writes the lock to the database), else 0. times, of at least
 * rules->failures places, receives the failures' seconds in ascending order
 * when the return is not 0. */
uint32_t edc_lockout_settle(edc_lockout *table, const edc_lockout_rules *rules,
    const edc_ticket *ticket, edc_outcome outcome, int64_t now, int64_t *times);

/* Forgets an account's failures and lock: unlock, or a new password. Guesses in
 * flight keep their places. */
void edc_lockout_forget(edc_lockout *table, edc_str account);

/* Until when memory refuses every guess at the account (seconds): a lock, or
 * as many failures as rules allow that have become stricter; 0 when it does
 * not. */
int64_t edc_lockout_until(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, int64_t now);

/* Counts a guess that was refused without asking the table, because the lock
 * is stored. Thread-safe. */
void edc_lockout_note_refused(edc_lockout *table);

/* Guesses that were admitted with EDC_EVALUATE since the start, refusals since
 * the start. For cn=monitor. */
uint64_t edc_lockout_evaluated(const edc_lockout *table);
uint64_t edc_lockout_refused(const edc_lockout *table);

#endif
