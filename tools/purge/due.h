/* due.h - which accounts have had their time.
 *
 * Whoever left a school must be gone from its directory within three months
 * (order of 30 November 2006 on the ENT, article 6). Everything else that may
 * be deleted is only when it is asked for.
 */
#ifndef PURGE_DUE_H
#define PURGE_DUE_H

#include <stdbool.h>
#include <stdint.h>

/* Delays in seconds; 0: never. */
typedef struct purge_rules {
    int64_t now;
    int64_t closed_after;
    int64_t unconfirmed_after;
    bool all_closed; /* whoever closed them */
    bool merged;     /* also while the surviving account exists */
} purge_rules;

/* An account; NULL: the attribute is not there. */
typedef struct purge_account {
    const char *state;
    const char *since;   /* educonnectStateSince */
    const char *left_at; /* educonnectLeftAt */
    const char *until;   /* educonnectProvisionalUntil */
    bool merged;
    bool heir_exists; /* the account that it was merged into is there */
    bool named;       /* a student has it as a guardian */
} purge_account;

typedef enum purge_verdict {
    PURGE_NOT_DUE,
    PURGE_LEFT,        /* the import closed it */
    PURGE_CLOSED,      /* somebody closed it */
    PURGE_MERGED,      /* into another one */
    PURGE_UNCONFIRMED, /* its letter was never used */
    PURGE_NAMED,       /* merged, due, but students would lose the guardian */
    PURGE_N_VERDICTS
} purge_verdict;

/* Pure. An account without a readable time is never due. */
purge_verdict purge_judge(
    const purge_account *account, const purge_rules *rules);

/* The time that the verdict goes by; NULL for PURGE_NOT_DUE. */
const char *purge_time_of(const purge_account *account, purge_verdict verdict);

/* What the verdict says of the account: "left the sources"; static. */
const char *purge_words(purge_verdict verdict);

#endif
