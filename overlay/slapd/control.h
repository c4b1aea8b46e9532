/* control.h - controls of ours on an answer, put there and taken off.
 *
 * An answer's array of controls may be anybody's, on the backend's stack even;
 * so one of ours comes in a new array. Who frees what differs between slapd's
 * versions, see slapd/versions.h.
 */
#ifndef OV_CONTROL_H
#define OV_CONTROL_H

#include "slapd/slapd.h"

/* A control that was put on an answer; all zero: none was. */
typedef struct ov_controls {
    LDAPControl *control; /* in op's temporary memory; owned */
    /* Where slapd frees controls: the array that it came in, and the one that
     * was there before. */
    LDAPControl **mine, **before;
    /* Elsewhere: another overlay's of the same kind, and its value. */
    LDAPControl *theirs;
    struct berval their_value;
} ov_controls;

/* Puts a control, which is in op's temporary memory and taken over, on the
 * answer that is about to be sent. One of the same kind gives way to it:
 * slapo-ppolicy below us has put its own there, which knows no account. */
void ov_control_add(
    Operation *op, SlapReply *rs, LDAPControl *control, ov_controls *controls);

/* For an answer of which there may be many: leaves both to slapd, where it
 * frees both and the array is all ours. */
void ov_control_give(SlapReply *rs, ov_controls *controls);

/* Takes it off again, and frees it, once the answer is sent; unless another
 * overlay has already put back what was there before both. May be called
 * again. */
void ov_control_remove(Operation *op, SlapReply *rs, ov_controls *controls);

#endif
