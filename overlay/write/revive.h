/* revive.h - of accounts that merges on several servers have closed, one lives.
 */
#ifndef OV_REVIVE_H
#define OV_REVIVE_H

#include "slapd/instance.h"

/* Looks at a Modify or Add from replication for the mark of a merge. Once that
 * is stored, and closes a ring of accounts, the one that is to live
 * (link/crossed.h) is reopened: by the server that wrote it last, or by another
 * one in its turn when that does not. */
void ov_revive_follow(Operation *op, slap_overinst *on);

/* Life of what is still to be looked at. */
void ov_revive_init(ov_instance *instance);
void ov_revive_resume(slap_overinst *on);
void ov_revive_destroy(ov_instance *instance);

#endif
