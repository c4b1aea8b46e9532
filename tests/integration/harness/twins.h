/* twins.h - two providers that both take writes, by delta-syncrepl. */
#ifndef HARNESS_TWINS_H
#define HARNESS_TWINS_H

#include "harness/providers.h"

typedef providers twins;

/* Both run, hold the sample, and read each other's changes as they come.
 * directives: the overlay's, NULL for the usual ones. */
void twins_begin(twins *t, const char *directives);
void twins_end(twins *t);

/* replicas_agree() of the two. */
void twins_agree(twins *t);

#endif
