/* link.h - links between students and guardians, in what clients write. */
#ifndef OV_LINK_H
#define OV_LINK_H

#include "slapd/slapd.h"

/* Whether modifications touch links. */
bool ov_touches_links(const Modifications *mods);

/* Whether an entry names more guardians than educonnect-max-guardians. That
 * alone refuses it (L02): none of them is looked at. */
bool ov_links_are_many(slap_overinst *on, Entry *e);

/* Reserves every guardian that the entry names, as far as they are not too
 * many, or that op's Modify names, and puts the entry as it is then into
 * *before (in op's memory, or NULL when there is none). links: of the entry as
 * it was a moment ago, or NULL: it is read. Returns false when others had them
 * for too long. Call between ov_enter() and ov_leave(), like the following. */
bool ov_links_reserve(
    Operation *op, slap_overinst *on, Entry *links, Entry **before);

/* Reserves an entry's own name for itself, and what it names. */
bool ov_links_reserve_new(Operation *op, slap_overinst *on, Entry *entry);

/* Reserves an entry's name for itself, as the target of links. */
bool ov_links_reserve_target(
    Operation *op, slap_overinst *on, const struct berval *ndn);

/* Takes the void links that the client did not name out of the entry as it
 * would be, and out of the stored one in the same modification. */
void ov_links_heal(
    Operation *op, slap_overinst *on, Entry *before, Entry *after);

/* --- link/carry.c: links follow a rename --- */

/* The name that op gives to the entry, as it will be shown and normalised, in
 * op's memory. */
void ov_carry_names(
    Operation *op, Entry *entry, struct berval *dn, struct berval *ndn);

/* Calls each(ctx, old, new) for every guardian to whom op gives another name,
 * the entry itself (dn: as it is stored) and those below it; both normalised.
 */
void ov_carry_each(Operation *op, struct berval *dn,
    void (*each)(void *ctx, const struct berval *old, const struct berval *new),
    void *ctx);

/* Reserves the old and the new name of the entry that op renames. */
bool ov_carry_reserve(Operation *op, slap_overinst *on);

/* Prepares the links for a rename (entry: as stored; leaf: nothing is below
 * it): those who name a guardian that is renamed name it by both names from
 * then on, until the backend's answer decides which of them goes. Returns
 * SLAP_CB_CONTINUE, or the result after having refused. */
int ov_carry(
    Operation *op, SlapReply *rs, slap_overinst *on, Entry *entry, bool leaf);

#endif
