/* ahead.h - entries that were written in this server's future.
 *
 * Where changes go to other servers the newest is kept, by entryCSN. A write to
 * an entry that another server has dated ahead of this one's clock would be
 * granted here and lost there.
 */
#ifndef OV_AHEAD_H
#define OV_AHEAD_H

#include "slapd/instance.h"

/* By how many seconds an entry may be ahead: servers whose clocks are kept by
 * NTP differ by far less, and the last second is not over yet. */
#define OV_AHEAD_MAX 2

/* Whether a write to this entry, as it is stored, would be lost. Never on a
 * database that sends its changes to nobody: neither multi-provider nor with
 * slapo-syncprov. */
bool ov_is_ahead(Operation *op, slap_overinst *on, Entry *entry);

/* The same for the entry of this name; nothing is read where nothing is sent
 * on. Call between ov_enter() and ov_leave(). */
bool ov_is_ahead_at(Operation *op, slap_overinst *on, struct berval *ndn);

/* Says in the log that a write was refused for it. */
void ov_ahead_log(Operation *op, const struct berval *dn);

#endif
