/* handover.h - what a Password Modify hands down to the Modify that it becomes.
 */
#ifndef OV_HANDOVER_H
#define OV_HANDOVER_H

#include "slapd/slapd.h"

#include "core/account/decide.h"

/* What the Password Modify exop hands down to the Modify hook, and gets
 * back. */
typedef struct ov_exop {
    const Operation *client; /* the exop itself, which a client abandons */
    edc_source source;
    struct berval old; /* the old password that came along; null: none */
    bool old_is_bad;   /* set when it was looked at and was wrong */
    int ppolicy;  /* error that the response control will carry, -1: none */
    edc_buf made; /* EDC_SOURCE_SERVER: the password that the server made */
} ov_exop;

/* Travels with the inner Modify. */
typedef struct ov_exop_extra {
    OpExtra extra;
    ov_exop exop;
} ov_exop_extra;

/* Hands it down with op; takes it back. It stays the caller's. */
void ov_exop_hand(Operation *op, ov_exop_extra *extra);
void ov_exop_take_back(Operation *op, ov_exop_extra *extra);

/* The exop that an operation comes from, or NULL. */
ov_exop *ov_exop_of(Operation *op);

/* Whether the client has given up the operation that this one is or comes
 * from. */
bool ov_is_given_up(Operation *op);

#endif
