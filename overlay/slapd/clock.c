/* clock.c - the clocks that guesses and locks are counted by, and work that
 * waits. */
#include "slapd/clock.h"

#include <time.h>

int64_t
ov_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec;
}

int64_t
ov_milliseconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
