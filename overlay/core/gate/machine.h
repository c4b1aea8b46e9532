/* machine.h - what of the machine this process may use. */
#ifndef EDC_MACHINE_H
#define EDC_MACHINE_H

#include <stdint.h>

/* Thousandths of a processor that the calling thread has on average: of those
 * that it may run on, and of what its control groups give (cgroup.h, which says
 * what root is). 1 at least. Thread-safe. */
uint64_t edc_processor_time(const char *root);

/* How many hashes are computed at once: as many as it has whole processors of
 * that time, 1 at least. With more of them a group's time would be spent before
 * its period is over, and then the whole process stands still, threads of the
 * highest priority too. Thread-safe. */
uint32_t edc_processors(const char *root);

/* KiB of memory that programs may still have, by a file like /proc/meminfo:
 * what only keeps files at hand (a database that is read, above all) is given
 * up for them, and is not free. 0 when it cannot be told. */
uint64_t edc_memory_available(const char *path);

/* KiB that this process may still have: of that, of what its control groups
 * leave, and of its own limits (RLIMIT_AS, RLIMIT_DATA). 0 when it cannot be
 * told. Thread-safe. */
uint64_t edc_memory_left(const char *root);

#endif
