/* gate.h - the hashing gate as an administrator has it: set, and watched in
 * cn=monitor.
 */
#ifndef HARNESS_GATE_H
#define HARNESS_GATE_H

#include "harness/harness.h"

/* Sets educonnect-hash-slots. */
void gate_configure(world *w, const char *slots);

/* Some tenths of a second for each hash that is made now, or hardly anything.
 */
void gate_slow(world *w, bool slow);

/* Holds what is hashed from now on, or lets it go: what waits meanwhile can be
 * counted, once gate_held() has seen one that was begun with. For a server of
 * setup.holds; nothing is held while it ends. */
void gate_hold(world *w, bool hold);
void gate_held(world *w);

/* A counter of cn=monitor's educonnectMonitorHashing. */
long gate_counter(world *w, const char *key);

/* Waits until it is at least this; fails the test after a minute. */
void gate_await(world *w, const char *key, long least);

#endif
