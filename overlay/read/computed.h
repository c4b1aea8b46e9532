/* computed.h - attributes that are answered and never stored. */
#ifndef OV_COMPUTED_H
#define OV_COMPUTED_H

#include "slapd/slapd.h"

#include "core/account/account.h"

/* Appends the values of one computed attribute of an entry, as the identity of
 * op may know them, to *values (ch_malloc()ed). Runs inside op's reader
 * transaction, between ov_enter() and ov_leave(). */
typedef void (*ov_compute)(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values);

/* The functions behind the table in read/computed.c. */
void ov_compute_child(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values); /* read/computed.c */
void ov_compute_service_access(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values); /* read/service.c */
void ov_compute_hold(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values); /* read/status.c */
void ov_compute_bind_status(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values); /* read/status.c */
void ov_compute_allowed(Operation *op, slap_overinst *on, Entry *entry,
    const edc_account *account, BerVarray *values); /* read/status.c */

/* Rows of the table, as bits. */
#define OV_COMPUTED_CHILD 1u
#define OV_COMPUTED_SERVICES 2u

/* Rows that a list of requested attributes asks for, by name or by "+". */
unsigned ov_computed_asked(AttributeName *attrs, slap_mask_t flags);

/* The row of a description; 0 when it is none. */
unsigned ov_computed_row(const AttributeDescription *ad);

/* Appends the asked attributes that have values to *list; those that the
 * identity of op has not this access to are not computed. */
void ov_computed_add(Operation *op, slap_overinst *on, Entry *entry,
    unsigned asked, slap_access_t access, Attribute **list);

/* Whether the identity of op may read that a student names a guardian by this
 * link (normalised). Both questions are always asked, so that the time tells
 * nothing. */
bool ov_child_is_shown(Operation *op, Entry *student, struct berval *link);

/* --- read/filter.c --- */

/* For a filter that speaks of educonnectChild or of links, where what is stored
 * may not be all of what it is about: one that matches at least what f does and
 * that a backend can evaluate; in op's memory, sharing f's leaves. NULL for any
 * other. Between ov_enter() and ov_leave(). */
Filter *ov_filter_widen(Operation *op, slap_overinst *on, Filter *f);

/* --- read/view.c --- */

/* Makes a search show entries as they are to be seen: computed attributes that
 * it asks for, no void links, and its filter true of that. Costs nothing where
 * none of this is asked. */
void ov_view_search(Operation *op, slap_overinst *on);

#endif
