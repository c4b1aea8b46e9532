/* identity.h - identities that were found free in this very second.
 *
 * Every operation is judged by the stored entry of whoever asks
 * (bind/session.c). A portal asks thousands of times a second: its entry is
 * read again once something was written to it, and with the next second, for
 * the time counts as well. Memory is bounded.
 */
#ifndef OV_IDENTITY_H
#define OV_IDENTITY_H

#include "slapd/instance.h"

typedef enum ov_identity_kind {
    OV_IDENTITY_UNKNOWN, /* its entry is to be read */
    OV_IDENTITY_OTHER,   /* no account */
    OV_IDENTITY_OPEN     /* an account that its state restricts in nothing */
} ov_identity_kind;

/* Whether something was written since. */
typedef struct ov_identity_moment {
    uint64_t version, epoch;
} ov_identity_moment;

/* Both return NULL, nothing done, when memory is out; NULL is freed. */
ov_identities *ov_identities_new(void);
void ov_identities_free(ov_identities *all);

/* What is known of an identity; now: seconds, the operation's. Thread-safe, as
 * all of the following. */
ov_identity_kind ov_identity_ask(
    ov_identities *all, const struct berval *ndn, int64_t now);

/* Call the first before the entry is read, and the second with what it said. */
ov_identity_moment ov_identity_now(
    ov_identities *all, const struct berval *ndn);
void ov_identity_keep(ov_identities *all, const struct berval *ndn, int64_t now,
    ov_identity_moment since, ov_identity_kind kind);

/* For the hook of every write, replicated ones included: what is known of the
 * entry is forgotten, by educonnect-verify-cache as well, and once more when it
 * is stored and not yet answered. A rename forgets every identity, for it may
 * move a subtree. */
void ov_identity_watch(Operation *op, slap_overinst *on);

/* For a change of the configuration. */
void ov_identity_forget(ov_identities *all);

#endif
