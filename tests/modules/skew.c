/* skew.c - a clock that is EDC_SKEW seconds ahead, for a slapd that is started
 * with this as LD_PRELOAD.
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))

static time_t
skew(void)
{
    const char *seconds = getenv("EDC_SKEW");

    return seconds == NULL ? 0 : (time_t)strtol(seconds, NULL, 10);
}

VISIBLE int
clock_gettime(clockid_t clock, struct timespec *t)
{
    int rc = (int)syscall(SYS_clock_gettime, clock, t);

    if (rc == 0 && clock == CLOCK_REALTIME)
        t->tv_sec += skew();
    return rc;
}

VISIBLE int
gettimeofday(struct timeval *t, void *zone)
{
    struct timespec exact;
    int rc = clock_gettime(CLOCK_REALTIME, &exact);

    (void)zone;
    t->tv_sec = exact.tv_sec;
    t->tv_usec = exact.tv_nsec / 1000;
    return rc;
}

VISIBLE time_t
time(time_t *t)
{
    struct timespec exact;

    if (clock_gettime(CLOCK_REALTIME, &exact) != 0)
        return (time_t)-1;
    if (t != NULL)
        *t = exact.tv_sec;
    return exact.tv_sec;
}
