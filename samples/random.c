/* random.c - numbers that depend on seed, use and index only, on every machine
 * the same (splitmix64 of S. Vigna, public domain, as published).
 */
#include "sample.h"

static uint64_t
next(sample_random *r)
{
    uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

sample_random
sample_random_of(const sample *s, sample_use use, int64_t index)
{
    sample_random r = {s->seed};

    r.state = next(&r) ^ (uint64_t)use << 56;
    r.state = next(&r) ^ (uint64_t)index;
    r.state = next(&r);
    return r;
}

int64_t
sample_below64(sample_random *r, int64_t n)
{
    return (int64_t)(next(r) % (uint64_t)n);
}

unsigned
sample_below(sample_random *r, unsigned n)
{
    return (unsigned)(next(r) % n);
}

bool
sample_often(sample_random *r, unsigned thousandths)
{
    return sample_below(r, 1000) < thousandths;
}
