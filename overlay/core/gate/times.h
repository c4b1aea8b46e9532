/* times.h - how long things took, counted in buckets that double.
 *
 * Bucket 0 is of what took less than a millisecond, bucket i of what took less
 * than 2^i and not less than half of that, the last one of everything longer.
 * Counting takes no lock and no memory.
 */
#ifndef EDC_TIMES_H
#define EDC_TIMES_H

#include <stdint.h>

#define EDC_TIMES_BUCKETS 17 /* 1 ms ... 32768 ms, and longer */

/* All zero: nothing was counted. Thread-safe. */
typedef struct edc_times {
    _Atomic uint64_t bucket[EDC_TIMES_BUCKETS];
    _Atomic uint64_t total; /* nanoseconds, of all together */
} edc_times;

/* A moment, nanoseconds of a clock that nobody sets. */
int64_t edc_times_now(void);

/* Counts what took so many nanoseconds; less than none counts as none. */
void edc_times_add(edc_times *times, int64_t nanoseconds);

/* What a bucket's times are below, in milliseconds; UINT32_MAX for the last.
 * Pure. */
uint32_t edc_times_bound(unsigned bucket);

#endif
