/* words.h - an account's state, in words that a help desk reads out, in the
 * language of ctl/language.h.
 *
 * Everything else here is pure; texts are allocated and the caller's.
 */
#ifndef STATUS_WORDS_H
#define STATUS_WORDS_H

#include <stdbool.h>
#include <stdint.h>

/* What is known of an account; NULL: not there, or not to be read. Times are
 * GeneralizedTimes. */
typedef struct status_facts {
    const char *state;         /* educonnectState, NULL: uninformed */
    const char *former;        /* educonnectFormerState in words, joined */
    const char *activated_by;  /* educonnectActivatedBy */
    const char *informed_by;   /* educonnectInformedBy */
    const char *informed_name; /* that school's name */
    const char *until;         /* educonnectProvisionalUntil */
    const char *merged_into;   /* DN */
    const char *left_at;       /* educonnectLeftAt */
    const char *legacy;        /* educonnectLegacyId */
} status_facts;

/* Why the account is in its state: a sentence without a full stop. now in
 * seconds since 1970. */
char *status_why(const status_facts *facts, int64_t now);

/* What a value of educonnectBindStatus means. */
char *status_bind_words(const char *value);

/* What a value of educonnectHold means. */
char *status_hold_words(const char *value);

/* "2026-09-03 10:12 UTC" for a GeneralizedTime, for lists that are kept; what
 * is none comes back as it is. */
char *status_time(const char *time);

/* "2026-09-03T10:12:00Z", for programs. */
char *status_time_iso(const char *time);

#endif
