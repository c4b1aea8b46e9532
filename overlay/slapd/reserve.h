/* reserve.h - names that a write has to itself until it is answered.
 *
 * Some rules span two entries (a value that one entry only may have, a link and
 * the entry that it names), and slapd has no write over two. So a write
 * reserves the names that it relies on; another that needs them otherwise waits
 * a moment, and is told to try again when that was not enough.
 */
#ifndef OV_RESERVE_H
#define OV_RESERVE_H

#include "slapd/instance.h"

typedef enum ov_share {
    OV_SHARED,   /* relies on it as it is: as many as like to */
    OV_EXCLUSIVE /* changes what it stands for: alone */
} ov_share;

/* One name: a normalised value of an attribute; a null value stands for every
 * value of the attribute. */
typedef struct ov_want {
    AttributeDescription *ad;
    struct berval value; /* borrowed for the call */
    ov_share share;
} ov_want;

/* How long a write waits for names, in milliseconds. No lock is held meanwhile
 * or afterwards; whoever holds the names is bounded by one write. */
#define OV_RESERVE_WAIT 1000

/* Reserves all the wants or none of them, on behalf of op, until op is
 * answered; what op has reserved already is no obstacle. Returns false when
 * others had some of them for too long: refuse with B02. Thread-safe. */
bool ov_reserve(
    Operation *op, slap_overinst *on, const ov_want *wants, size_t n);

/* Reserves what a name stands for, as an entry and as the target of links, so
 * that what is judged is what is written. An entry that is written relies on
 * its name (OV_SHARED), one that comes, goes or gets another name changes what
 * the name stands for (OV_EXCLUSIVE). As ov_reserve(). */
bool ov_reserve_name(
    Operation *op, slap_overinst *on, const struct berval *ndn, ov_share share);

/* For work without a client's operation: owner is any address of the caller's
 * own. Given back with ov_unreserve(). */
bool ov_reserve_for(
    ov_instance *instance, const void *owner, const ov_want *wants, size_t n);
void ov_unreserve(ov_instance *instance, const void *owner);

/* Life of the table; once each for an instance. The first returns false when
 * the system has no more mutexes. */
bool ov_reserve_init(ov_instance *instance);
void ov_reserve_destroy(ov_instance *instance);

#endif
