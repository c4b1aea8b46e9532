/* asan_exit.c - the end of a slapd that the module for AddressSanitizer is
 * loaded into; part of that build of the module alone.
 *
 * With libasan preloaded, Debian 12's slapd does not get through the
 * destructors of its libraries: p11-kit's waits for a lock of the C library for
 * ever. So leaks are looked for before them, and they are left out. Who ends
 * with an error has not given back what it had.
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <unistd.h>

#include <sanitizer/lsan_interface.h>

static void
look_for_leaks(int status, void *nothing)
{
    (void)nothing;
    if (status == 0)
        __lsan_do_leak_check();
    _exit(status);
}

__attribute__((constructor)) static void
begin(void)
{
    if (on_exit(look_for_leaks, NULL) != 0)
        abort();
}
