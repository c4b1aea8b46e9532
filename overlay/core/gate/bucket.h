/* bucket.h - so many a second, and no more: a token bucket.
 *
 * It holds what one second gives, so that a pause is not lost, and a rush is
 * bounded. Nothing is allocated and no lock is taken.
 */
#ifndef EDC_BUCKET_H
#define EDC_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#define EDC_BUCKET_RATE_MAX 100000

/* All zero: full. Thread-safe. */
typedef struct edc_bucket {
    _Atomic int64_t due;   /* up to when what was given is paid for */
    _Atomic uint64_t none; /* how often there was none to be had */
} edc_bucket;

/* Takes one of `rate` a second (1..EDC_BUCKET_RATE_MAX) at a moment in
 * nanoseconds (edc_times_now()); false, counted in `none`, when there is none.
 * The rate may be another one each time. */
bool edc_bucket_take(edc_bucket *bucket, uint32_t rate, int64_t now);

#endif
