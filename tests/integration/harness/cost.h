/* cost.h - what a request costs the server, in instructions.
 *
 * Instructions are the same however busy the machine is; a clock is not. slapd
 * runs under valgrind's callgrind, which counts them.
 */
#ifndef HARNESS_COST_H
#define HARNESS_COST_H

#include "harness/sample.h"

/* Stops the server and starts it again under callgrind, with the module as it
 * is for use: instrumented ones count something else. Sessions of the world
 * are opened anew. */
void cost_begin(world *w);

/* Instructions of the server from run(ctx)'s request to its answer. */
unsigned long long cost_of(world *w, void (*run)(void *ctx), void *ctx);

/* Something that a client does, of any size. */
typedef struct cost_case {
    const char *what;
    void (*run)(world *w, unsigned n);
    unsigned n;
} cost_case;

/* Runs it with n, 2n and 4n, and prints what each costs. From 2n to 4n a linear
 * cost grows by twice of what it grows from n to 2n, n log n by a little more,
 * n squared by four times. Returns false over three. */
bool cost_is_linear(world *w, const cost_case *c);

#endif
