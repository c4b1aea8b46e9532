/* excerpt.h - entries that are kept as long as an operation. */
#ifndef OV_EXCERPT_H
#define OV_EXCERPT_H

#include "slapd/schema.h"

/* A copy of the entry with those of its attributes that are wanted (NULL: all)
 * and none else, in op's memory (ov_keep()): nobody frees it, or changes it.
 * What it costs is in proportion to what is wanted; entry_dup() asks for memory
 * twice for each value. */
Entry *ov_excerpt(Operation *op, const Entry *e,
    bool (*wanted)(const AttributeDescription *ad));

/* What is stored under a name now, whole; NULL when there is nothing. The
 * stored entry is released before it returns, so nothing is held while hashes
 * are computed. Call between ov_enter() and ov_leave(). */
Entry *ov_excerpt_of(Operation *op, struct berval *ndn);

/* An entry in op's memory whose names and values are e's, which must stay as
 * long, but whose list of attributes is its own: what becomes of e is made of
 * it (slapd/apply.h). */
Entry *ov_shadow(Operation *op, const Entry *e);

#endif
