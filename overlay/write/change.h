/* change.h - the one place where Add, Modify and ModRDN are judged by what
 * the entry was and what it becomes (core/account/change.h): pictures are taken
 * here, the core judges them.
 */
#ifndef OV_CHANGE_H
#define OV_CHANGE_H

#include "write/judge.h"

#include "core/account/change.h"

/* Judges the write of an entry: w->before as it is (NULL: none), after: as it
 * would be, named as it would be. Fills in w->account, of the entry before or
 * of the new account, and w->request when roles counted. Returns true with
 * *change filled in, else false with *refusal. Call between ov_enter() and
 * ov_leave(), once slapd's access rules said yes. */
bool ov_change_judge(Operation *op, ov_write *w, Entry *after,
    const edc_write *write, edc_change *change, edc_refusal *refusal);

#endif
