/* lockout.h - counting wrong passwords without a write, exactly, for as many
 * accounts as are guessed at.
 *
 * Memory grows with the accounts that were guessed at within the window or are
 * locked, 200 bytes and 40 for each counted guess, and is given back when their
 * time is over. Whoever asks for existing accounts only is bounded by the size
 * of the directory.
 *
 * `now` is seconds of a clock that is never put forth or back (CLOCK_BOOTTIME):
 * what is counted does not depend on the server's time of day.
 *
 * A guess is admitted before it is computed and settled after, so that of any
 * number that arrive at once no more than edc_lockout_share() different ones
 * are ever evaluated. A guess is known by a digest keyed with a random key made
 * at start; no password is kept. The same guess again counts once.
 */
#ifndef EDC_LOCKOUT_H
#define EDC_LOCKOUT_H

#include <stdint.h>

#include "core/text/text.h"

/* educonnect-lockout; seconds. CNIL deliberation 2022-100: block after at most
 * ten failures. */
typedef struct edc_lockout_rules {
    uint32_t failures; /* 1..EDC_LOCKOUT_FAILURES_MAX (10) */
    int64_t window;    /* a failure older than this is forgotten (15m) */
    int64_t duration;  /* how long a lock holds (15m) */
    bool tell;        /* who may be anybody is told that an account is locked */
    uint32_t servers; /* that count for themselves, 1..EDC_LOCKOUT_SERVERS_MAX:
                         each allows its share of the failures; 0 is 1 */
} edc_lockout_rules;

#define EDC_LOCKOUT_FAILURES_MAX 64
#define EDC_LOCKOUT_SERVERS_MAX 16

/* How many different guesses one server evaluates: its share of the failures,
 * rounded down, so that all shares together are no more than the failures; but
 * one, where there are more servers than failures. */
uint32_t edc_lockout_share(const edc_lockout_rules *rules);

/* The defaults of the rules above. */
#define EDC_LOCKOUT_FAILURES 10
#define EDC_LOCKOUT_WINDOW 900
#define EDC_LOCKOUT_DURATION 900

typedef struct edc_lockout edc_lockout;

/* A table. most: 0, or at most so many accounts with something to remember: the
 * least recently failed then gives way when it is full, but never one with a
 * guess in flight. NULL when memory is out or the random generator failed. */
edc_lockout *edc_lockout_new(size_t most);
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
 * of the places of edc_lockout_share(). Never blocks beyond a short mutex.
 * Refuses when memory is out, when there is no room in a table with a bound
 * because guesses on other accounts are in flight everywhere, or when OpenSSL
 * failed: what is not counted is not evaluated. */
edc_admission edc_lockout_admit(edc_lockout *table,
    const edc_lockout_rules *rules, edc_str account, edc_str generation,
    edc_str guess, int64_t now, edc_ticket *ticket);

/* Takes the time of an admission, for a name that is none of an account's:
 * nothing is remembered or counted. */
void edc_lockout_pretend(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, edc_str guess, int64_t now);

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

/* Until when memory refuses every guess at the account's stored password, as in
 * edc_lockout_admit() (seconds): a lock, or as many failures as rules allow
 * that have become stricter; 0 when it does not. Guesses that were under way
 * when another password was stored may still complete the lock of the former
 * one. */
int64_t edc_lockout_until(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, edc_str generation, int64_t now);

/* When a lock that is stored with the account began. stored is its time, clock
 * the time that it is now, both by the clock of the server's day; one of the
 * future is taken to begin now. It is decided when the lock is seen first, and
 * remembered until a day after its end, so that a lock holds no longer than
 * `duration` and no shorter, however that clock is put meanwhile. A lock of the
 * table's own is known again. Memory that is out costs the remembering only. */
int64_t edc_lockout_date(edc_lockout *table, const edc_lockout_rules *rules,
    edc_str account, int64_t stored, int64_t clock, int64_t now);

/* How many accounts something is remembered of, after what is over has been
 * given back. */
size_t edc_lockout_remembered(
    edc_lockout *table, const edc_lockout_rules *rules, int64_t now);

/* Counts a guess that was refused without asking the table, because the lock
 * is stored. Thread-safe. */
void edc_lockout_note_refused(edc_lockout *table);

/* Guesses that were admitted with EDC_EVALUATE since the start, refusals since
 * the start. For cn=monitor. */
uint64_t edc_lockout_evaluated(const edc_lockout *table);
uint64_t edc_lockout_refused(const edc_lockout *table);

#endif
