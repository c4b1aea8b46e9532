/* mobile.h - educonnectMobileKey: each mobile of an account in the one form of
 * core/text/phone.h, so that a number is found however it was typed.
 *
 * The key is written where mobile is, in the same write, by whomever. What
 * replication brings has its key with it.
 */
#ifndef OV_MOBILE_H
#define OV_MOBILE_H

#include "slapd/instance.h"
#include "slapd/schema.h"

/* Whether a description is of mobile, with or without options. */
bool ov_is_mobile(const AttributeDescription *ad);

/* Appends what makes the key that of the entry as it would be (after), when
 * before (as it is, or NULL) has another one. In the time of sorting the
 * numbers. */
void ov_mobile_mods(const ov_instance *instance, Modifications **list,
    Entry *before, Entry *after);

/* Puts the key into an entry that is about to be stored, in the place of
 * whatever it has. */
void ov_mobile_set(const ov_instance *instance, Entry *e);

/* The same for slapd's tools, which call no overlay: from the checks of the
 * schema, on an account. Does nothing in a server, nor where the database has
 * no overlay. */
void ov_mobile_set_by_tool(BackendDB *be, Entry *e);

#endif
