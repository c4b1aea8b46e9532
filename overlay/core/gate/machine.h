/* machine.h - what of the machine this process may use. */
#ifndef EDC_MACHINE_H
#define EDC_MACHINE_H

#include <stdint.h>

/* The processors that the calling thread may run on, 1 at least: where a
 * service or a container has fewer than the machine, so many hashes are
 * computed at once and no more. Thread-safe. */
uint32_t edc_processors(void);

/* KiB of memory that programs may still have, by a file like /proc/meminfo:
 * what only keeps files at hand (a database that is read, above all) is given
 * up for them, and is not free. 0 when it cannot be told. */
uint64_t edc_memory_available(const char *path);

#endif
