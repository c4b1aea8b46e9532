/* ahead.h - entries that were written in this server's future.
 *
 * Where changes go to other servers the newest is kept, by entryCSN. A write to
 * an entry that another server has dated ahead of this one's clock would be
 * granted here and lost there.
 */
#ifndef OV_AHEAD_H
#define OV_AHEAD_H

#include "slapd/instance.h"

/* How far ahead an entry may be, in microseconds, for a write to wait until it
 * is no more: as long as a write waits for a name (OV_RESERVE_WAIT). Servers
 * whose clocks are kept by NTP differ by far less. */
#define OV_AHEAD_WAIT 1000000

/* Whether a write to this entry, as it is stored, would be lost. Where it would
 * be for a moment only, waits until that is over, and says no. Never on a
 * database that sends its changes to nobody: neither multi-provider nor with
 * slapo-syncprov. The caller holds no lock. */
bool ov_is_ahead(Operation *op, slap_overinst *on, Entry *entry);

/* The same for the entry of this name; nothing is read where nothing is sent
 * on. Call between ov_enter() and ov_leave(). */
bool ov_is_ahead_at(Operation *op, slap_overinst *on, struct berval *ndn);

/* Says in the log that a write was refused for it. */
void ov_ahead_log(Operation *op, const struct berval *dn);

#endif
