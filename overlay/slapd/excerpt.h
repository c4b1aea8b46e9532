/* excerpt.h - some attributes of an entry, kept as long as an operation. */
#ifndef OV_EXCERPT_H
#define OV_EXCERPT_H

#include "slapd/schema.h"

/* A copy of the entry with those of its attributes that are wanted and none
 * else, in one piece of op's memory (ov_keep()): nobody frees it, or changes
 * it. What it costs is in proportion to what is wanted; entry_dup() asks for
 * memory twice for each value. */
Entry *ov_excerpt(Operation *op, const Entry *e,
    bool (*wanted)(const AttributeDescription *ad));

#endif
