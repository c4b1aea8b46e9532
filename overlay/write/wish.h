/* wish.h - which event a Modify asks for, and with which password. */
#ifndef OV_WISH_H
#define OV_WISH_H

#include "write/judge.h"
#include "write/scan.h"

/* Reads it from op's modifications (scan: of them) into w->request and
 * w->password, in the order in which something may be told: one event, the
 * table, then what the values are, and last whether an old password that came
 * along is right, which is a guess. w->account, w->before and the roles in
 * w->request are there. Returns false with *refusal filled in. Call between
 * ov_enter() and ov_leave(). */
bool ov_wish_read(
    Operation *op, ov_write *w, const ov_scan *scan, edc_refusal *refusal);

#endif
