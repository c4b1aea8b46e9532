/* clean.h - taking out the links to a guardian that is no more. */
#ifndef OV_CLEAN_H
#define OV_CLEAN_H

#include "link/void.h"

/* Attributes that name a guardian. */
#define OV_N_REFERENCES 3
extern const edc_attribute ov_references[OV_N_REFERENCES];
bool ov_is_reference(const AttributeDescription *ad);

/* Calls found(ctx, entry) for every entry that names this guardian. */
int ov_referrers_each(Operation *op, const struct berval *ndn,
    bool (*found)(void *ctx, Entry *e), void *ctx);

/* Takes out the links of one entry (a copy of what is stored) to a name, by one
 * write. Returns false when they stay, which was logged. */
bool ov_clean_entry(Operation *op, Entry *e, struct berval *ndn);

/* Takes out every link to a name that no guardian has (the caller has seen that
 * and has the name reserved), now. Returns false when some could not be. Call
 * between ov_enter() and ov_leave(). */
bool ov_clean_now(Operation *op, slap_overinst *on, struct berval *ndn);

/* The same after the client has its answer, unless an entry has the name by
 * then. The name is marked as void until that is done, and links to it that
 * replication brings later are this server's to take out (link/late.h). */
void ov_clean_later(slap_overinst *on, const struct berval *ndn);

/* The same of links that other servers should have taken out, or that came
 * late: the server that does so for good stays who it was. */
void ov_clean_rest(slap_overinst *on, const struct berval *ndn);

/* A client writes: cleaning gives way until there was a quiet moment, so that
 * many deletes in a row are answered as if they had no links. */
void ov_clean_give_way(slap_overinst *on);

/* Goes on with what was still to be done when the overlay was closed. */
void ov_clean_resume(slap_overinst *on);

/* Forgets it. */
void ov_clean_destroy(ov_instance *instance);

#endif
