/* pause.c - whoever closes an overlay, and slapd's pause of its workers.
 *
 * slapd tells that somebody wants a pause or has one, and not who. It closes an
 * overlay within a pause of its own, or when it ends, as part of its database.
 * One that is deleted from cn=config is closed after that pause, with a copy of
 * the database (slapd's overlay_remove()); any pause is another thread's then,
 * and only wanted: this thread is a worker that is not at rest.
 */
#include "slapd/pause.h"
#include "slapd/versions.h"

#include <errno.h>
#include <time.h>

/* Milliseconds after which a wanted pause is let through. Before, what is
 * waited for most likely ends: slapd may even delete the database within it. */
#define PATIENCE 500

bool
ov_pause_is_own(const BackendDB *be)
{
    return be == be->bd_self &&
           ldap_pvt_thread_pool_pausing(&connection_pool) > 0;
}

void
ov_pause_await(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += PATIENCE * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    if (pthread_cond_clockwait(cond, mutex, CLOCK_MONOTONIC, &until) !=
        ETIMEDOUT)
        return;
    pthread_mutex_unlock(mutex);
    ov_pause_let();
    pthread_mutex_lock(mutex);
}
