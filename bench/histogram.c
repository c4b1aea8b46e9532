/* histogram.c - latencies in bounded memory. */
#include "histogram.h"

#include <math.h>

#define PER_DOUBLING 64

static int
bucket_of(double seconds)
{
    double place = log2(seconds * 1e6) * PER_DOUBLING;

    if (!(place > 0))
        return 0;
    return place < HISTOGRAM_BUCKETS - 1 ? (int)place : HISTOGRAM_BUCKETS - 1;
}

void
histogram_add(histogram *h, double seconds)
{
    h->buckets[bucket_of(seconds)]++;
    h->n++;
    h->sum += seconds;
    if (seconds > h->max)
        h->max = seconds;
}

double
histogram_at(const histogram *h, double share)
{
    uint64_t wanted = (uint64_t)ceil(share * (double)h->n), seen = 0;
    double value;

    if (h->n == 0)
        return 0;
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen >= wanted) {
            value = exp2((i + 1.0) / PER_DOUBLING) / 1e6;
            return value < h->max ? value : h->max;
        }
    }
    return h->max;
}
