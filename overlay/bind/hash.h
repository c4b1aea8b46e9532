/* hash.h - the instance's hashing gate. */
#ifndef OV_HASH_H
#define OV_HASH_H

#include "slapd/instance.h"

#include "core/gate/work.h"

/* Makes the gate of an instance that is opened. Returns false when memory is
 * out. */
bool ov_hash_open(ov_instance *instance);

/* Takes over figures that cn=config has changed, with the server paused. When
 * memory is out the former go on. */
void ov_hash_follow(ov_instance *instance);

/* Ends it: what waits is answered 51, or nothing when slapd ends. be: what
 * slapd closes. */
void ov_hash_close(BackendDB *be, ov_instance *instance);

/* Ends the threads of gates that slapd has left open, when the module is to be
 * unloaded: it closes no overlay below one that failed to close. */
void ov_hash_exit(void);

/* Fills in what every visit needs from the configuration; the caller sets the
 * rest of *work. */
void ov_hash_prepare(slap_overinst *on, edc_work *work);

/* Puts a visit that is about to begin into the line of op's client. */
void ov_hash_stand_in(Operation *op, slap_overinst *on, edc_work *work);

/* Computes *work, which is prepared, and waits for it in the caller's thread;
 * for what cannot be parked (see bind/park.h). So few callers may wait at once,
 * whatever their database, that the server keeps threads for others.
 * EDC_GATE_CANCELLED: op's client gave up before it was begun with. */
edc_gate_end ov_hash_run(Operation *op, slap_overinst *on, edc_work *work);

/* Takes what the operation that `abandon` is about still waits for out of its
 * line. Called under the instance's parked_mutex. */
void ov_hash_abandon(const Operation *abandon, ov_instance *instance);

/* The same for slapd's password functions, which know of no operation: at the
 * gate of any database, with the costs that the caller has set. Returns false,
 * having computed nothing, when there is none or it has no room. */
bool ov_hash_run_anywhere(edc_work *work);

#endif
