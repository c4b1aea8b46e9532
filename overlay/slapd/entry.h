/* entry.h - reading entries inside a hook. */
#ifndef OV_ENTRY_H
#define OV_ENTRY_H

#include "slapd/schema.h"

/* A copy of a client's operation, to run another one in its place. The
 * connection's lock is taken: somebody may abandon the operation meanwhile, or
 * queue another one behind it. */
Operation ov_op_copy(Operation *op);

/* Makes op->o_bd dispatch through the whole stack while in a hook, so that
 * entries, ACLs and responses are what every other layer sees. Returns what
 * ov_leave() puts back. */
BackendInfo *ov_enter(Operation *op, slap_overinst *on);
void ov_leave(Operation *op, BackendInfo *bi);

/* What reads and searches here cannot look at they note for op
 * (ov_is_unread()), whatever the caller makes of what they return. */

/* A private copy of an entry of this database, taken from what is stored now;
 * NULL when there is none. The stored entry is released before it returns, so
 * nothing is held while hashes are computed. Freed with entry_free(). Call
 * between ov_enter() and ov_leave(). */
Entry *ov_entry_copy(Operation *op, struct berval *ndn);

/* Like ov_entry_copy() without the copy: calls look(ctx, entry) on the stored
 * entry and releases it. Returns false when there is none. */
bool ov_entry_look(Operation *op, struct berval *ndn,
    void (*look)(void *ctx, Entry *e), void *ctx);

/* The same, and says why there is none: LDAP_NO_SUCH_OBJECT, or the result of
 * reading that failed. LDAP_SUCCESS when look was called. */
int ov_entry_look_at(Operation *op, struct berval *ndn,
    void (*look)(void *ctx, Entry *e), void *ctx);

/* Whether a result of ov_entry_look_at() means that no other entry than the one
 * that was read, if any, is this database's to judge: there is none, or whoever
 * has it shows it to nobody. A failure of any other kind must not make a
 * stranger of an account. */
bool ov_is_elsewhere(int rc);

/* Whether there is such an entry. */
bool ov_entry_exists(Operation *op, struct berval *ndn);

/* Values of an attribute; NULL when absent. */
BerVarray ov_values(Entry *e, AttributeDescription *ad);
BerVarray ov_nvalues(Entry *e, AttributeDescription *ad);

/* Whether a DN-valued attribute has this normalised DN. */
bool ov_has_dn(Entry *e, AttributeDescription *ad, const struct berval *ndn);

/* Searches this database for (ad=value), as the server itself, and calls
 * found(ctx, entry) for each; found returns false to stop. At most `limit`
 * entries are seen. Returns an LDAP result. Call between ov_enter() and
 * ov_leave(). */
int ov_search_equal(Operation *op, AttributeDescription *ad,
    const struct berval *value, int limit, bool (*found)(void *ctx, Entry *e),
    void *ctx);

/* The same for any filter, below ndn (NULL: in the whole database). */
int ov_search_below(Operation *op, struct berval *ndn, Filter *filter,
    bool (*found)(void *ctx, Entry *e), void *ctx);

/* Whether a Modify of the entry failed (rc) because the serial is no longer the
 * one that was read (empty: there was none): somebody else was faster. Others,
 * such as slapo-constraint and the schema, refuse for good with the same
 * results. Call between ov_enter() and ov_leave(), or in a response. */
bool ov_lost_race(Operation *op, int rc, struct berval *ndn, edc_str serial);

/* Returned for that by ov_modify_internal(), when the list begins with
 * ov_mods_serial(); no LDAP result, nor one of slapd's. */
#define OV_LOST_RACE (-4096)

/* Runs a Modify of one entry as rootdn through the whole stack, marked as our
 * own so that our hooks let it pass. Takes over and frees mods. Returns an LDAP
 * result, or OV_LOST_RACE. text, if not NULL: the words that came with another
 * result than success, as ov_lasting_text() keeps them. The client's controls
 * do not go along. */
int ov_modify_internal(Operation *op, struct berval *dn, struct berval *ndn,
    Modifications *mods, const char **text);

/* Whether an operation is one of ov_modify_internal()'s or
 * ov_search_equal()'s. */
bool ov_is_internal(Operation *op);

#endif
