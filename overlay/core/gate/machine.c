/* machine.c - what of the machine this process may use. */
#include "core/gate/machine.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

uint32_t
edc_processors(void)
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
