/* bucket.c - a token bucket, kept as the moment up to which it is paid. */
#include "core/gate/bucket.h"

#include <stdatomic.h>

#define SECOND 1000000000

/* What `due` would be after one more; past now: there is none. */
static int64_t
after(int64_t due, uint32_t rate, int64_t now)
{
    int64_t full = now - SECOND;

    return (due > full ? due : full) + SECOND / rate;
}

bool
edc_bucket_take(edc_bucket *bucket, uint32_t rate, int64_t now)
{
    int64_t due = atomic_load(&bucket->due);

    for (;;) {
        int64_t next = after(due, rate, now);

        if (next > now) {
            atomic_fetch_add(&bucket->none, 1);
            return false;
        }
        if (atomic_compare_exchange_weak(&bucket->due, &due, next))
            return true;
    }
}
