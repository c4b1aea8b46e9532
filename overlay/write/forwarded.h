/* forwarded.h - the lock of a consumer that hands it on (bind/forward.h). */
#ifndef OV_FORWARDED_H
#define OV_FORWARDED_H

#include "write/judge.h"

/* Whether a client's Modify is one: the time of a lock as it is stored here,
 * the Relax control, and nothing else; not inside a transaction. */
bool ov_is_forwarded_lock(Operation *op, int64_t *time);

/* Judges the one of this time and puts the test-and-set in front of it. w: its
 * entry is read. Returns false with *refusal filled in. Call between ov_enter()
 * and ov_leave(), once slapd's access rules said yes. */
bool ov_forwarded_take(
    Operation *op, ov_write *w, int64_t time, edc_refusal *refusal);

/* It is stored: the trail is told. */
void ov_forwarded_done(Operation *op, ov_write *w, int64_t time);

#endif
