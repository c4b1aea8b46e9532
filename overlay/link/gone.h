/* gone.h - names that guardians had.
 *
 * What this server has seen since it was started: guardians who went, and when
 * somebody else was given such a name. A bounded number of names; the oldest
 * give way.
 */
#ifndef OV_GONE_H
#define OV_GONE_H

#include "slapd/instance.h"

/* "20261129183503.123456Z#000000#001#000000", or its beginning. */
#define OV_CSN_SIZE 64

/* What is known of a name. */
typedef struct ov_gone {
    bool here;              /* a client of this server took the last guardian
                               away */
    bool born_here;         /* or has given the name to another one */
    char born[OV_CSN_SIZE]; /* when that was; empty: never */
} ov_gone;

/* The guardian of this name (normalised) is gone. Thread-safe, as the rest. */
void ov_gone_note(ov_instance *instance, const struct berval *ndn, bool here);

/* A guardian is given a name; csn NULL: by a client of this server, now.
 * Nothing is noted of names that nobody had before. */
void ov_gone_born(
    ov_instance *instance, const struct berval *ndn, const struct berval *csn);

/* When the entry was made of which replication brings a copy: to (OV_CSN_SIZE)
 * is its entryCSN while nobody has changed it since, and the second of its
 * createTimestamp otherwise. Either may be NULL. */
void ov_gone_since(
    const struct berval *created, const struct berval *csn, char *to);

/* What is known of a name; false when nothing is. */
bool ov_gone_recall(
    ov_instance *instance, const struct berval *ndn, ov_gone *gone);

/* Whether a link that is written now would be taken for one to whoever had the
 * name before, and be taken out (link/late.h): the clock of the server that has
 * written the guardian is ahead of this one's. Said in the log. Call between
 * ov_enter() and ov_leave(). */
bool ov_gone_is_ahead(Operation *op, slap_overinst *on, struct berval *link);

/* Forgets all of it; nobody else is in the instance any more. */
void ov_gone_free(ov_instance *instance);

#endif
