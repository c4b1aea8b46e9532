/* machine.c - what of the machine this process may use. */
#include "core/gate/machine.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/gate/cgroup.h"

static uint32_t
allowed_processors(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t own;
    int n = 0;

    if (sched_getaffinity(0, sizeof(own), &own) == 0)
        n = CPU_COUNT(&own);
    if (n > 0)
        return (uint32_t)n;
    return online < 1 ? 1 : (uint32_t)online;
}

uint64_t
edc_processor_time(const char *root)
{
    uint64_t allowed = (uint64_t)allowed_processors() * 1000;
    uint64_t quota = edc_cgroup_processors(root);

    return quota < allowed ? quota : allowed;
}

uint32_t
edc_processors(const char *root)
{
    uint64_t time = edc_processor_time(root);

    return time < 1000 ? 1 : (uint32_t)(time / 1000);
}

uint64_t
edc_memory_available(const char *path)
{
    FILE *file = fopen(path, "re");
    uint64_t kib = 0;
    char line[128];

    if (file == NULL)
        return 0;
    while (kib == 0 && fgets(line, sizeof(line), file) != NULL) {
        if (sscanf(line, "MemAvailable: %" SCNu64, &kib) != 1)
            kib = 0;
    }
    (void)fclose(file);
    return kib;
}

/* KiB that a limit of this process leaves, by what /proc/self/statm has in its
 * n-th place, in pages; UINT64_MAX: there is no limit. */
static uint64_t
left_of(int which, int place)
{
    struct rlimit limit;
    uint64_t pages[6] = {0}, used;
    FILE *file;

    if (getrlimit(which, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return UINT64_MAX;
    file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    for (int i = 0; i < 6; i++) {
        if (fscanf(file, "%" SCNu64, &pages[i]) != 1)
            pages[i] = 0;
    }
    (void)fclose(file);
    used = pages[place] * (uint64_t)sysconf(_SC_PAGESIZE);
    return used > limit.rlim_cur ? 0 : (limit.rlim_cur - used) / 1024;
}

uint64_t
edc_memory_left(const char *root)
{
    uint64_t limits[] = {edc_cgroup_memory(root), left_of(RLIMIT_AS, 0),
        left_of(RLIMIT_DATA, 5)};
    uint64_t left = edc_memory_available("/proc/meminfo");

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        left = limits[i] < left ? limits[i] : left;
    return left;
}
