/* races.h - what ThreadSanitizer has reported.
 *
 * A report is the module's when one of its stacks is: of either access, or of
 * what the memory or a mutex was made by; and when no stack is left to tell. A
 * stack is the module's when the module's code is nearest in it, or has called
 * what is nearest; an operation that it had slapd carry out (be_modify) is
 * slapd's. All others are slapd's own affair: they are counted and printed.
 * Where one of two stacks is lost, what is left decides: a race of ours is seen
 * whole another time.
 */
#ifndef HARNESS_RACES_H
#define HARNESS_RACES_H

#include <stddef.h>
#include <stdio.h>

typedef enum race_kind {
    RACE_OURS,
    RACE_KNOWN,     /* slapd's own, called by us: tests/tsan.supp */
    RACE_FOREIGN,   /* nothing of ours is in it */
    RACE_HALF_SEEN, /* the same of what is left of it */
    N_RACE_KINDS
} race_kind;

typedef struct race_count {
    size_t of[N_RACE_KINDS];
    FILE *print; /* a line for each that is neither ours nor known; or NULL */
} race_count;

/* What such a line begins with; build-aux/run-tests counts them. */
#define RACE_NOT_OURS "a race of slapd's own"

/* The first report of ours, cut out of the reports (which are changed); NULL
 * when there is none. Those before it are counted in *n. Known are races
 * between the function that a line of `known` begins with and one that it goes
 * on with, whoever called them, unless the memory is the module's. */
char *race_of_ours(char *reports, const char *known, race_count *n);

#endif
