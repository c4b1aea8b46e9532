/* cgroup.c - what the control groups of Linux leave a process of the machine.
 */
#include "core/gate/cgroup.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 4096 /* Linux's PATH_MAX */

/* One controller's limit in all trees that have it. */
typedef struct reading {
    const char *root;
    const char *controller; /* "cpu" */
    /* What the group in this directory leaves; UINT64_MAX: no limit. */
    uint64_t (*limit)(const char *directory, bool unified);
    uint64_t least;
} reading;

/* ---- files ---- */

static FILE *
open_in(const char *directory, const char *name)
{
    char path[PATH_SIZE];
    int n = snprintf(path, sizeof(path), "%s/%s", directory, name);

    return n < 0 || n >= (int)sizeof(path) ? NULL : fopen(path, "re");
}

/* Numbers of one line, in order; how many there were. "max" is none. */
static int
read_numbers(
    const char *directory, const char *name, int64_t *first, int64_t *second)
{
    FILE *file = open_in(directory, name);
    char line[128];
    int n = 0;

    if (file == NULL)
        return 0;
    if (fgets(line, sizeof(line), file) != NULL)
        n = sscanf(line, "%" SCNd64 " %" SCNd64, first, second);
    (void)fclose(file);
    return n < 0 ? 0 : n;
}

/* The sum of two values of memory.stat, 0 for what it has not. */
static uint64_t
sum_of_stat(const char *directory, const char *one, const char *other)
{
    FILE *file = open_in(directory, "memory.stat");
    char line[128], name[64];
    uint64_t value, sum = 0;

    if (file == NULL)
        return 0;
    while (fgets(line, sizeof(line), file) != NULL) {
        if (sscanf(line, "%63s %" SCNu64, name, &value) == 2 &&
            (strcmp(name, one) == 0 || strcmp(name, other) == 0))
            sum += value;
    }
    (void)fclose(file);
    return sum;
}

/* ---- the limits of one group ---- */

static uint64_t
processors_of(const char *directory, bool unified)
{
    int64_t quota = 0, period = 0, rest;
    uint64_t thousandths;

    if (unified) {
        if (read_numbers(directory, "cpu.max", &quota, &period) != 2)
            return UINT64_MAX;
    } else if (read_numbers(directory, "cpu.cfs_quota_us", &quota, &rest) < 1 ||
               read_numbers(directory, "cpu.cfs_period_us", &period, &rest) < 1)
        return UINT64_MAX;
    if (quota <= 0 || period <= 0 || quota > INT64_MAX / 1000)
        return UINT64_MAX;
    thousandths = (uint64_t)quota * 1000 / (uint64_t)period;
    return thousandths < 1 ? 1 : thousandths;
}

static uint64_t
memory_of(const char *directory, bool unified)
{
    const char *limits = unified ? "memory.max" : "memory.limit_in_bytes";
    const char *usage = unified ? "memory.current" : "memory.usage_in_bytes";
    int64_t limit = 0, used = 0, rest;
    uint64_t taken, files;

    if (read_numbers(directory, limits, &limit, &rest) < 1 || limit < 0)
        return UINT64_MAX;
    if (read_numbers(directory, usage, &used, &rest) < 1 || used < 0)
        used = 0;
    files = unified ? sum_of_stat(directory, "inactive_file", "active_file")
                    : sum_of_stat(directory, "total_inactive_file",
                          "total_active_file");
    taken = files > (uint64_t)used ? 0 : (uint64_t)used - files;
    return taken > (uint64_t)limit ? 0 : ((uint64_t)limit - taken) / 1024;
}

/* ---- where the groups are ---- */

/* Whether a word is one of a list with commas. */
static bool
is_among(const char *list, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = list; at != NULL; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, n) == 0 && (at[n] == ',' || at[n] == '\0'))
            return true;
    }
    return false;
}

/* Writes the path of this process's group in the tree of a controller, of the
 * one tree for a NULL: a line is "4:cpu,cpuacct:/path", "0::/path". */
static bool
find_group(const char *root, const char *controller, char path[PATH_SIZE])
{
    FILE *file = open_in(root, "proc/self/cgroup");
    char *line = NULL;
    size_t size = 0;
    bool found = false;

    while (file != NULL && !found && getline(&line, &size, file) > 0) {
        char *list = strchr(line, ':');
        char *at = list == NULL ? NULL : strchr(list + 1, ':');

        if (at == NULL)
            continue;
        *at++ = '\0';
        at[strcspn(at, "\n")] = '\0';
        found = controller == NULL ? list[1] == '\0'
                                   : is_among(list + 1, controller);
        found = found && snprintf(path, PATH_SIZE, "%s", at) < PATH_SIZE;
    }
    free(line);
    if (file != NULL)
        (void)fclose(file);
    return found;
}

/* What of a group's path is below the directory that is mounted: "" where it is
 * that one, or where the group is out of sight. */
static const char *
below(const char *path, const char *mounted)
{
    size_t n = strcmp(mounted, "/") == 0 ? 0 : strlen(mounted);

    if (strstr(path, "/..") != NULL || strncmp(path, mounted, n) != 0 ||
        path[n] != '/' || path[n + 1] == '\0')
        return "";
    return path + n;
}

/* The group's own limit, and that of each around it up to the mount. */
static void
read_groups(reading *r, const char *mounted, const char *at, bool unified)
{
    char path[PATH_SIZE] = "", directory[PATH_SIZE];
    size_t top;
    int n;

    if (!find_group(r->root, unified ? NULL : r->controller, path))
        return;
    top = strlen(r->root) + strlen(at);
    n = snprintf(directory, sizeof(directory), "%s%s%s", r->root, at,
        below(path, mounted));
    if (n < 0 || n >= (int)sizeof(directory))
        return;
    for (;;) {
        uint64_t limit = r->limit(directory, unified);
        char *last = strrchr(directory, '/');

        r->least = limit < r->least ? limit : r->least;
        if (last == NULL || (size_t)(last - directory) < top)
            return;
        *last = '\0';
    }
}

/* A line of mountinfo, see proc_pid_mountinfo(5): number, parent, device, what
 * is mounted, where, options, others up to "-", type, source, its options. */
static void
read_mount(reading *r, char *line)
{
    char *rest = strstr(line, " - "), *mounted, *at, *type, *options;
    char *save = NULL;

    if (rest == NULL)
        return;
    *rest = '\0';
    for (int i = 0; i < 3; i++) {
        if (strtok_r(i == 0 ? line : NULL, " ", &save) == NULL)
            return;
    }
    mounted = strtok_r(NULL, " ", &save);
    at = strtok_r(NULL, " ", &save);
    type = strtok_r(rest + 3, " ", &save);
    if (mounted == NULL || at == NULL || type == NULL)
        return;
    if (strtok_r(NULL, " ", &save) == NULL ||
        (options = strtok_r(NULL, " \n", &save)) == NULL)
        return;
    if (strcmp(type, "cgroup2") == 0)
        read_groups(r, mounted, at, true);
    else if (strcmp(type, "cgroup") == 0 && is_among(options, r->controller))
        read_groups(r, mounted, at, false);
}

static uint64_t
least_of(reading *r)
{
    FILE *file = open_in(r->root, "proc/self/mountinfo");
    char *line = NULL;
    size_t size = 0;

    r->least = UINT64_MAX;
    while (file != NULL && getline(&line, &size, file) > 0)
        read_mount(r, line);
    free(line);
    if (file != NULL)
        (void)fclose(file);
    return r->least;
}

uint64_t
edc_cgroup_processors(const char *root)
{
    reading r = {.root = root, .controller = "cpu", .limit = processors_of};

    return least_of(&r);
}

uint64_t
edc_cgroup_memory(const char *root)
{
    reading r = {.root = root, .controller = "memory", .limit = memory_of};

    return least_of(&r);
}
