/* ov_name.h - names that stand for somebody: an identity acts for a school
 * because the school's entry names it, so whoever takes such a name acts for
 * the school from then on.
 */
#ifndef OV_NAME_H
#define OV_NAME_H

#include "ov_ops.h"

/* Whether op may bring an entry under a name: not one by which some school
 * names who acts for it, unless op's identity is academy or provisioner or may
 * write that value into the school's entry. below: the names below it come
 * along. Call between ov_enter() and ov_leave(), once slapd's access rules said
 * yes to the write. */
bool ov_name_allowed(
    Operation *op, slap_overinst *on, struct berval *ndn, bool below);

/* Refuses a write for that reason; returns the result for a hook. */
int ov_name_refuse(Operation *op, SlapReply *rs, slap_overinst *on);

#endif
