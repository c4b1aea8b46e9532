/* clock.c - the clock that guesses and locks are counted by. */
#include "slapd/clock.h"

#include <time.h>

int64_t
ov_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec;
}
