/* trio.h - up to three servers that hold the same data and answer binds. */
#ifndef HARNESS_TRIO_H
#define HARNESS_TRIO_H

#include "harness/sample.h"

#define TRIO 3

/* What they are to each other: one provider and consumers, which hand writes on
 * or do not; or providers that all take writes, by delta-syncrepl. */
typedef enum trio_kind {
    TRIO_PLAIN,
    TRIO_DELTA,
    TRIO_CHAINED,
    TRIO_PROVIDERS,
    N_TRIO_KINDS
} trio_kind;

const char *trio_name(trio_kind kind);

/* side[0] takes writes in every kind. */
typedef struct trio {
    trio_kind kind;
    size_t n; /* servers, 1 to TRIO */
    world side[TRIO];
} trio;

/* All run, hold the sample, and everybody is logged in everywhere. directives:
 * the overlay's, NULL for the usual ones. */
void trio_begin(trio *t, trio_kind kind, size_t n, const char *directives);
void trio_end(trio *t);

/* How many of them take writes: the first so many. */
size_t trio_writers(const trio *t);

/* Waits until all have heard of the same changes. */
void trio_meet(const trio *t);

/* Stops a server and starts it again, everybody logged in. */
void trio_restart(trio *t, size_t side);

#endif
