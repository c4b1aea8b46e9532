/* crossed.h - merges that close each other's account.
 *
 * One server merges A into B while another, which has not heard of it, merges B
 * into A, or by way of others: every account of the ring is closed then. Of
 * them the one that was created first is to live, on a tie the one with the
 * lower entryUUID, so that every server says the same.
 */
#ifndef OV_CROSSED_H
#define OV_CROSSED_H

#include "slapd/entry.h"

typedef struct ov_crossed {
    struct berval lives; /* normalised; in op's memory */
    int server;          /* by which it was written last; -1: not known */
    bool member;         /* the account that was asked about is in the ring */
} ov_crossed;

/* Whether the merges that follow from this account lead to no account that is
 * not merged, but round; then *crossed says whom they leave. False, and noted
 * (ov_is_unread()), when that cannot be looked at. Call between ov_enter() and
 * ov_leave(). */
bool ov_merges_crossed(
    Operation *op, const struct berval *ndn, ov_crossed *crossed);

#endif
