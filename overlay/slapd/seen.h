/* seen.h - an account as plain syncrepl saw it before it writes what differs.
 *
 * slapd's plain syncrepl searches the entry that another server has sent,
 * compares, and writes the differences with a Modify of its own, and has no
 * lock around these: what is written here in between it knows nothing of.
 */
#ifndef OV_SEEN_H
#define OV_SEEN_H

#include "slapd/instance.h"

/* Called for every search: has the account kept that syncrepl finds. Where
 * several servers take writes only, for elsewhere nothing comes between. */
void ov_seen_search(Operation *op, slap_overinst *on);

/* What was kept for this write of replication; NULL: no account was, or of
 * another name. The caller's, freed with entry_free(). Kept no longer. */
Entry *ov_seen_take(Operation *op, slap_overinst *on);

/* The same, freed. */
void ov_seen_forget(Operation *op, slap_overinst *on);

/* The life of an instance. */
void ov_seen_init(ov_instance *instance);
void ov_seen_destroy(ov_instance *instance);

#endif
