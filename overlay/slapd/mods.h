/* mods.h - lists of modifications: built, read, taken apart. */
#ifndef OV_MODS_H
#define OV_MODS_H

#include "slapd/schema.h"

#include "core/account/decide.h"

/* Appends one internal modification: values are copied; n == 0 makes a
 * replace or delete without values. Normalised values are made where the
 * attribute's equality rule has a normaliser. The list stays ch_malloc()ed, as
 * slap_mods_free() wants it. */
void ov_mods_append(Modifications **list, int op, AttributeDescription *ad,
    const struct berval *values, unsigned n);

/* The test-and-set: delete the old serial by value, add the new one. */
void ov_mods_serial(
    Modifications **list, const edc_account *account, const char *serial);

/* Appends the assignments of a plan, and whatever else an account keeps as the
 * entry has it: replaced or emptied, there or not, so that of two writes that
 * cross between servers the newer one is kept whole. entry NULL (a new one):
 * only what is not empty. The serial, the key of the number and the password
 * are others' matter. */
void ov_mods_plan(Modifications **list, const edc_plan *plan, Entry *entry);

/* Appends a password in the place of whatever is stored, or of none (empty).
 * That nobody else's is overwritten is the serial's matter. It is no delete and
 * add by value: providers that merge two writes of the same moment would keep
 * what each has added, and two passwords open nothing. */
void ov_mods_password(Modifications **list, edc_str stored);

/* Appends all that an event writes of a stored entry but the serial: the new
 * password (of a plan that brings or drops one; empty: none), or the stored one
 * again, then ov_mods_plan(). Not the stored one beside slapo-ppolicy, which
 * would take it for a new one. */
void ov_mods_event(Modifications **list, slap_overinst *on,
    const edc_plan *plan, Entry *entry, edc_str password);

/* Appends the history with the stored hash added and cut to `keep`. */
void ov_mods_history(Modifications **list, Entry *entry,
    const edc_account *account, const edc_plan *plan, unsigned keep);

/* Appends that an attribute is to be as the entry has it, or that there is
 * none: for those that another overlay would change with the rest. */
void ov_mods_stored(
    Modifications **list, Entry *entry, AttributeDescription *ad);

/* Appends the removal of an attribute that the entry has; else nothing. */
void ov_mods_drop(Modifications **list, Entry *entry, AttributeDescription *ad);

/* Puts a list in front of another. */
void ov_mods_prepend(Modifications **list, Modifications *first);

/* Frees a list, its values zeroed first. */
void ov_mods_wipe(Modifications *list);

#endif
