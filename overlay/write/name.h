/* name.h - names that stand for somebody: an identity acts for a school
 * because the school's entry names it, and has a role because the configuration
 * or a role's group does. So whoever takes such a name has what it gives.
 */
#ifndef OV_NAME_H
#define OV_NAME_H

#include "slapd/slapd.h"

/* Judges op's bringing an entry under a name (entry: as it would be; below: the
 * names below it come along). What a school's entry names takes academy,
 * provisioner, or who may write that value into the school's entry; what has a
 * role takes academy, the role itself, or who may manage the new entry. Returns
 * SLAP_CB_CONTINUE, or the result after having refused. Call between ov_enter()
 * and ov_leave(), once slapd's access rules said yes to the write. */
int ov_name_judge(
    Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry, bool below);

#endif
