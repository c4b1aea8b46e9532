/* histogram.h - latencies in bounded memory, to within two percent.
 *
 * Buckets are as wide as a fixed part of what they hold: 64 for each doubling,
 * from one microsecond to more than an hour.
 */
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BUCKETS (64 * 32)

/* An all-zero one is empty. */
typedef struct histogram {
    uint64_t buckets[HISTOGRAM_BUCKETS];
    uint64_t n;
    double sum, max; /* seconds */
} histogram;

void histogram_add(histogram *h, double seconds);

/* The value that this share (0..1) of all are not over, in seconds; 0 when
 * there are none. */
double histogram_at(const histogram *h, double share);

#endif
