/* chance.h - what a test draws, so that it can be drawn again. */
#ifndef HARNESS_CHANCE_H
#define HARNESS_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/* One sequence of draws; for one thread. */
typedef struct chance {
    uint64_t state;
} chance;

/* A sequence from EDC_SEED, or else from the time and the process. Prints the
 * seed, so that EDC_SEED repeats the run. */
chance chance_begin(void);

/* Another sequence of the same seed, for the thread of this number. */
chance chance_of(chance from, uint64_t number);

/* 0 <= the result < below; below is not 0. */
size_t chance_draw(chance *c, size_t below);

#endif
