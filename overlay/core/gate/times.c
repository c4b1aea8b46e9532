/* times.c - how long things took, in buckets. */
#include "core/gate/times.h"

#include <stdatomic.h>
#include <time.h>

#define MILLISECOND 1000000

int64_t
edc_times_now(void)
{
    struct timespec now = {0, 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void
edc_times_add(edc_times *times, int64_t nanoseconds)
{
    uint64_t took = nanoseconds < 0 ? 0 : (uint64_t)nanoseconds;
    unsigned i = 0;

    while (i + 1 < EDC_TIMES_BUCKETS &&
           took >= (uint64_t)edc_times_bound(i) * MILLISECOND)
        i++;
    atomic_fetch_add(&times->bucket[i], 1);
    atomic_fetch_add(&times->total, took);
}

uint32_t
edc_times_bound(unsigned bucket)
{
    return bucket + 1 < EDC_TIMES_BUCKETS ? 1U << bucket : UINT32_MAX;
}
