/* memory.h - memory that lives as long as an operation.
 *
 * slapd's own for this (o_tmpalloc) is a slab of one mebibyte, given back as a
 * whole. What has no room left in it comes from malloc, and whoever does not
 * free it himself loses it for good: a client that sends enough fills the slab
 * before we are asked. So nothing of the overlay's is left to the slab; what is
 * kept here has an owner, the operation's list of callbacks, which slapd goes
 * through once more when the operation is answered or abandoned.
 */
#ifndef OV_MEMORY_H
#define OV_MEMORY_H

#include "slapd/slapd.h"

#include "core/text/diag.h"

/* Called by a hook before anything is kept: that lives until slapd has gone
 * through op's callbacks for the last time then, however many results are sent
 * within results. */
void ov_keep_begin(Operation *op);

/* n bytes of zero, until op's result is sent or op is abandoned: whoever still
 * runs after that (a hook that has answered) touches them no more. Never NULL:
 * slapd ends when there is no memory. One operation is one thread's at a
 * time. */
void *ov_keep(Operation *op, size_t n);

/* A copy of a berval, of a range; NUL-terminated. */
struct berval ov_keep_bv(Operation *op, const struct berval *bv);
edc_str ov_tmp(Operation *op, edc_str text);

/* A name, normalised; false when the text is no DN. */
bool ov_keep_dn(Operation *op, edc_str text, struct berval *ndn);

/* Something that op is judged by could not be read, or searched for; noted by
 * slapd/entry.c. It may be there, and may forbid: whoever is about to let
 * something pass asks, and refuses (EDC-X01) or shows nothing. */
void ov_note_unread(Operation *op);
bool ov_is_unread(Operation *op);

/* Whom the session was bound as when op was judged (bind/session.c), a name in
 * op's memory; null: nobody, or not noted. The first that is noted stays: the
 * connection says it no longer when a Bind came right behind op. */
void ov_note_bound(Operation *op, const struct berval *dn);
struct berval ov_bound(Operation *op);

/* EDC-X01, but EDC-B01 (come again) while slapd ends, when its searches end. */
edc_code ov_unread_code(void);

/* Gives everything back at once, when op's callbacks are dropped without being
 * called. */
void ov_keep_drop(Operation *op);

/* For an operation that is used after its answer: what is kept of it so far
 * stays until ov_keep_end(), which is called once op is freed; ov_keep_let_go()
 * takes the hold back while op goes on. */
typedef struct ov_keeper ov_keeper;
ov_keeper *ov_keep_hold(Operation *op);
void ov_keep_let_go(ov_keeper *keeper);
void ov_keep_end(ov_keeper *keeper);

/* Whether a cleanup callback is called for the last time: slapd calls it after
 * each entry and reference of a search, too. tag: of the operation that the
 * callback is for. */
bool ov_is_over(const Operation *op, const SlapReply *rs, ber_tag_t tag);

/* Whether the client has abandoned op or closed its connection, as far as slapd
 * knows yet. */
bool ov_is_abandoned(const Operation *op);

/* Pushes a callback that runs before every overlay's response handling; it
 * takes itself off the list once the operation is over. */
void ov_push_callback(Operation *op, slap_response *response,
    slap_response *cleanup, void *private);

/* Whether a callback is one of those. */
bool ov_is_pushed(const slap_callback *cb);

/* The same for one that runs after every overlay's of the database. */
void ov_push_callback_below(Operation *op, slap_response *response,
    slap_response *cleanup, void *private);

#endif
