/* skew.c - a library put before slapd's others, by which its clock is wrong:
 * by so many milliseconds as the environment's EDC_SKEW says. The clocks that
 * measure spans are left alone.
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))
#define BILLION 1000000000L

VISIBLE int clock_gettime(clockid_t clock, struct timespec *now);
VISIBLE int gettimeofday(struct timeval *restrict now, void *restrict zone);
VISIBLE time_t time(time_t *now);

static long skew;

__attribute__((constructor)) static void
read_skew(void)
{
    const char *text = getenv("EDC_SKEW");

    skew = text != NULL ? strtol(text, NULL, 10) : 0;
}

int
clock_gettime(clockid_t clock, struct timespec *now)
{
    int rc = (int)syscall(SYS_clock_gettime, clock, now);

    if (rc != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE))
        return rc;
    now->tv_sec += skew / 1000;
    now->tv_nsec += skew % 1000 * 1000000;
    if (now->tv_nsec < 0) {
        now->tv_nsec += BILLION;
        now->tv_sec--;
    } else if (now->tv_nsec >= BILLION) {
        now->tv_nsec -= BILLION;
        now->tv_sec++;
    }
    return 0;
}

int
gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec exact;
    int rc = clock_gettime(CLOCK_REALTIME, &exact);

    (void)zone;
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return rc;
}

time_t
time(time_t *now)
{
    struct timespec exact;

    clock_gettime(CLOCK_REALTIME, &exact);
    if (now != NULL)
        *now = exact.tv_sec;
    return exact.tv_sec;
}
