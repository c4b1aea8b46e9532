/* widen.h - filters that a backend can evaluate, for filters that speak of
 * what is not stored.
 *
 * Knows slapd's Filter and nothing else of slapd: what a name of a child stands
 * for, and where memory comes from, is told by the caller. Hence it is fuzzed
 * without a server.
 */
#ifndef OV_WIDEN_H
#define OV_WIDEN_H

#include "slapd/slapd.h"

/* What a child's name stands for. */
typedef struct ov_guardians {
    BerVarray names; /* normalised, in the caller's keeping */
    size_t n;
    bool any; /* they cannot be searched for by name */
} ov_guardians;

typedef struct ov_widener {
    /* What the terms are about. */
    AttributeDescription *child;
    AttributeDescription *const *links;
    size_t n_links;
    /* What guardians are found by. */
    AttributeDescription *name;
    AttributeDescription *class;
    struct berval guardian_class;

    /* n bytes of zero that stay as long as the filter. */
    void *(*keep)(void *ctx, size_t n);
    /* Asked once for each different name in the filter. */
    void (*look_up)(void *ctx, struct berval *child, ov_guardians *found);
    void *ctx;
} ov_widener;

/* Whether a filter speaks of children or of links. */
bool ov_widen_needed(const ov_widener *w, const Filter *f);

/* A filter that is true of every entry of which f is true as a client sees it,
 * and perhaps of others: f's terms of children are replaced. Shares f's other
 * leaves. Takes time and memory in proportion to f. */
Filter *ov_widen(const ov_widener *w, Filter *f);

#endif
