/* cgroup.h - what the control groups of Linux leave a process of the machine.
 *
 * A service (CPUQuota=, MemoryMax=) or a container has a group with limits, and
 * so may each group around it have; the least counts. Both ways of the kernel
 * are read: one tree for everything (version 2), and one for each controller.
 */
#ifndef EDC_CGROUP_H
#define EDC_CGROUP_H

#include <stdint.h>

/* Thousandths of a processor that this process may use on average, 1 at least:
 * 1500 is the time of one and a half. UINT64_MAX: as many as there are.
 * root: where proc/self and the mounted groups stand, "" for the machine's own.
 * Thread-safe. */
uint64_t edc_cgroup_processors(const char *root);

/* KiB of memory that this process may still have, what its groups only keep of
 * files among it; UINT64_MAX: as much as there is. Thread-safe. */
uint64_t edc_cgroup_memory(const char *root);

#endif
