/* replica.h - what this server's memory makes of changes that replication
 * brings: they are stored as they are.
 */
#ifndef OV_REPLICA_H
#define OV_REPLICA_H

#include "slapd/instance.h"

/* Looks at a Modify from replication before it is stored: wrong passwords that
 * were counted here, and a lock that only this memory holds, go with another
 * password, with a lock that comes or goes, and with an unlock elsewhere. Links
 * that name nobody are marked as void, merges that close each other and values
 * that another entry has are found. */
void ov_replica_follow(Operation *op, slap_overinst *on);

/* Looks at an Add from replication before it is stored, for the same but the
 * lock. */
void ov_replica_follow_add(Operation *op, slap_overinst *on);

/* Notes that replication brings something, which the others do themselves. */
void ov_replica_arrived(slap_overinst *on);

#endif
