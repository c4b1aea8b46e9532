/* parallel.h - many clients at the same moment. */
#ifndef HARNESS_PARALLEL_H
#define HARNESS_PARALLEL_H

#include "harness/client.h"

/* What one of several clients does; it may not fail the test itself (that
 * belongs to the main thread), so it leaves its answer behind. */
typedef answer (*parallel_work)(void *context, size_t index, LDAP *ld);

/* Lets n connections do their work at once, as nearly as a barrier makes it,
 * and returns the n answers (allocated). The connections are the caller's. */
answer *in_parallel(
    size_t n, LDAP **connections, parallel_work work, void *context);

/* How many answers have this result and these codes. */
size_t count_answers(
    const answer *answers, size_t n, int code, const char *codes);

#endif
