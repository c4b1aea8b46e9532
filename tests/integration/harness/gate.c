/* gate.c - the hashing gate as an administrator has it: set, and watched in
 * cn=monitor.
 */
#define _GNU_SOURCE 1
#include "harness/gate.h"

void
gate_configure(world *w, const char *slots)
{
    expect_ok(world_configure(w,
        "replace: olcEduconnectHashSlots\nolcEduconnectHashSlots: %s\n",
        slots));
}

void
gate_slow(world *w, bool slow)
{
    expect_ok(world_configure(w,
        "replace: olcEduconnectHash\nolcEduconnectHash: memory=%s\n",
        slow ? "32768 time=4" : "64 time=1"));
}

long
gate_counter(world *w, const char *key)
{
    return monitor_counter(w, "educonnectMonitorHashing", key);
}

void
gate_await(world *w, const char *key, long least)
{
    deadline d = deadline_in(60);

    while (gate_counter(w, key) < least)
        deadline_wait(&d, key);
}
