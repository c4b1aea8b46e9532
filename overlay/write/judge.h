/* judge.h - from an operation to the core's request and back. */
#ifndef OV_JUDGE_H
#define OV_JUDGE_H

#include "bind/actor.h"
#include "write/password.h"

/* Everything about one governed write, from the hook to its result. */
typedef struct ov_write {
    slap_overinst *on;
    Entry *before; /* copy of the stored entry, NULL for an Add */
    edc_account account;
    ov_actor actor; /* the request's strings */
    edc_request request;
    edc_plan plan;
    ov_new_password password;
    bool self;
    bool event; /* an event of the table, not only a change of the record */
    struct berval ndn;
} ov_write;

/* Fills in who asks: roles, school, Relax, time, proof of the password by the
 * session. */
void ov_judge_actor(Operation *op, ov_write *write);

/* Fills in whether merges that cross count for nothing, once the wish is known.
 */
void ov_judge_crossed(Operation *op, ov_write *write);

/* Adds that, and what the record lacks and asks the core. entry: as it would be
 * stored. */
bool ov_judge(
    Operation *op, ov_write *write, Entry *entry, edc_refusal *refusal);

/* What changes nothing is no change: to consumers a serial that comes alone is
 * an unlock (write/replica.c). The plan keeps the serial, which is tested all
 * the same. */
void ov_judge_no_change(ov_write *write);

/* The event is stored: logs and counts it, forgets failures, remembers the
 * session. */
void ov_event_done(Operation *op, ov_write *write);

#endif
