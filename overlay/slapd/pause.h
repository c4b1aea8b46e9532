/* pause.h - whoever closes an overlay, and slapd's pause of its workers. */
#ifndef OV_PAUSE_H
#define OV_PAUSE_H

#include <pthread.h>

#include "slapd/slapd.h"

/* Whether the thread that closes an overlay has stopped all other workers
 * itself: what they have begun then waits for it, not the other way round. be:
 * what the close hook was called with. */
bool ov_pause_is_own(const BackendDB *be);

/* Waits for cond under the mutex, for a while: look again at what is waited
 * for. Lets a pause take place that another thread wants, which whoever is
 * waited for may wait for. Not when ov_pause_is_own(). */
void ov_pause_await(pthread_cond_t *cond, pthread_mutex_t *mutex);

#endif
