/* void.h - links that name nobody.
 *
 * A guardian is deleted by one write, and the links that named it are taken out
 * of the students' entries afterwards; a rename brings the new links before it
 * and takes the old ones out after it. In between, and after a crash in
 * between, links are stored that name no guardian. They confer nothing, no
 * reader sees them, and no new entry inherits them.
 */
#ifndef OV_VOID_H
#define OV_VOID_H

#include "slapd/entry.h"
#include "slapd/instance.h"

/* A moment, taken before a reader's view of the database begins. What is void
 * in that view was marked before or has been marked since. */
typedef uint64_t ov_void_moment;
ov_void_moment ov_void_now(const ov_instance *instance);

/* Whether any link may be void in a view that began after this moment. Almost
 * always false; fast. */
bool ov_void_possible(const ov_instance *instance, ov_void_moment since);

/* Whether a link (normalised) names no guardian's entry, in what op sees of
 * the database since that moment. Call between ov_enter() and ov_leave(). */
bool ov_link_is_void(Operation *op, slap_overinst *on, ov_void_moment since,
    struct berval *link);

/* Whether a guardian's entry certainly has this name. */
bool ov_names_guardian(Operation *op, struct berval *ndn);

/* Whether no guardian's entry has this name, whatever is marked. False, and
 * noted (ov_is_unread()), when that cannot be looked at. */
bool ov_names_nobody(Operation *op, struct berval *ndn);

/* Attributes that hold links and may be void to a reader. */
#define OV_N_LINKS 2
extern const edc_attribute ov_link_attributes[OV_N_LINKS];
bool ov_is_link(const AttributeDescription *ad);

/* Whether an entry that is about to be shown has void links; takes them out of
 * an entry that may be changed. As ov_link_is_void(). */
bool ov_void_found(
    Operation *op, slap_overinst *on, ov_void_moment since, Entry *e);
void ov_void_strip(
    Operation *op, slap_overinst *on, ov_void_moment since, Entry *e);

/* Marks a name whose links may be void from now on; thread-safe. */
void ov_void_mark(ov_instance *instance, const struct berval *ndn);

/* No link to this name is void any more. */
void ov_void_forget(ov_instance *instance, const struct berval *ndn);

/* Life of the set. From ov_void_open() on every link may be void until a task
 * has looked at all of them, which the first ov_void_begin() starts. */
void ov_void_init(ov_instance *instance);
void ov_void_open(ov_instance *instance);
void ov_void_begin(slap_overinst *on);
void ov_void_destroy(ov_instance *instance);

#endif
