/* gate.c - the hashing gate as an administrator has it: set, and watched in
 * cn=monitor.
 */
#define _GNU_SOURCE 1
#include "harness/gate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void
gate_configure(world *w, const char *slots)
{
    expect_ok(world_configure(w,
        "replace: olcEduconnectHashSlots\nolcEduconnectHashSlots: %s\n",
        slots));
}

/* The library of `make argon2` is twice as fast. */
static const char *
slow_cost(world *w)
{
    char *library = monitor_counters(w, "educonnectMonitorLibrary");
    bool plain = strstr(library, "level none") != NULL;

    free(library);
    return plain ? "32768 time=4" : "32768 time=9";
}

void
gate_slow(world *w, bool slow)
{
    expect_ok(world_configure(w,
        "replace: olcEduconnectHash\nolcEduconnectHash: memory=%s\n",
        slow ? slow_cost(w) : "128 time=1"));
}

void
gate_hold(world *w, bool hold)
{
    char *file = server_path(&w->server, "hold");

    REQUIRE(w->server.holds);
    if (hold)
        write_file(file, "");
    else
        unlink(file);
    free(file);
}

void
gate_held(world *w)
{
    gate_await(w, "running", 1);
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
