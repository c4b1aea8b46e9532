/* test_machine.c - what of the machine a process may use. */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <ftw.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/gate/cgroup.h"
#include "core/gate/machine.h"

/* With each of its processors alone, and with all of them again. */
static void
so_many_processors_as_it_may_use(void **state)
{
    cpu_set_t all;
    int n = 0;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
    for (int i = 0; i < CPU_SETSIZE && n < 8; i++) {
        cpu_set_t one;

        if (!CPU_ISSET(i, &all))
            continue;
        CPU_ZERO(&one);
        CPU_SET(i, &one);
        assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
        assert_int_equal(edc_processors("/nowhere"), 1);
        n++;
    }
    assert_true(n > 0);
    assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
    assert_int_equal(edc_processors("/nowhere"), CPU_COUNT(&all));
}

static uint64_t
told(const char *text)
{
    char path[] = "/tmp/educonnect-machine-XXXXXX";
    int fd = mkstemp(path);
    uint64_t kib;
    FILE *file;

    assert_true(fd >= 0);
    file = fdopen(fd, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    kib = edc_memory_available(path);
    assert_int_equal(unlink(path), 0);
    return kib;
}

/* A server whose database fills the memory that nobody else wants. */
static void
what_keeps_files_is_to_be_had(void **state)
{
    static const struct {
        const char *text;
        uint64_t kib;
    } cases[] = {
        {"MemTotal:       65843000 kB\nMemFree:          301244 kB\n"
         "MemAvailable:   58120332 kB\nBuffers:          1000 kB\n",
            58120332},
        {"MemAvailable: 1 kB\n", 1},
        {"MemTotal: 65843000 kB\nMemFree: 301244 kB\n", 0},
        {"MemAvailable: lots\n", 0},
        {"", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(told(cases[i].text), cases[i].kib);
    assert_int_equal(edc_memory_available("/nowhere/meminfo"), 0);
    assert_true(edc_memory_available("/proc/meminfo") > 0);
}

/* ---- a machine's files, below a directory of their own ---- */

typedef struct fake_file {
    const char *path, *text;
} fake_file;

#define UNIFIED                                                                \
    "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"
#define SEPARATE                                                               \
    "31 1 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup "      \
    "rw,cpu,cpuacct\n"                                                         \
    "32 1 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
#define MOUNTS "proc/self/mountinfo"
#define GROUPS "proc/self/cgroup"
#define FILES_MAX 8

static void
write_files(const char *root, const fake_file *files)
{
    for (size_t i = 0; i < FILES_MAX && files[i].path != NULL; i++) {
        char path[512];
        FILE *file;

        snprintf(path, sizeof(path), "%s/%s", root, files[i].path);
        for (char *at = path + strlen(root) + 1; (at = strchr(at, '/')); at++) {
            *at = '\0';
            assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
            *at = '/';
        }
        file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(files[i].text, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
}

static int
remove_one(const char *path, const struct stat *s, int type, struct FTW *ftw)
{
    (void)s;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void
make_root(char root[64], const fake_file *files)
{
    strcpy(root, "/tmp/educonnect-groups-XXXXXX");
    assert_non_null(mkdtemp(root));
    write_files(root, files);
}

static void
remove_root(const char *root)
{
    assert_int_equal(nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

typedef struct limited {
    fake_file files[FILES_MAX];
    uint64_t time;
} limited;

static void
expect_times(const limited *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char root[64];

        make_root(root, cases[i].files);
        if (edc_cgroup_processors(root) != cases[i].time)
            fail_msg("case %zu: %llu", i,
                (unsigned long long)edc_cgroup_processors(root));
        remove_root(root);
    }
}

/* Services and containers whose time is limited. */
static void
the_time_of_its_groups_is_all_it_has(void **state)
{
    static const limited cases[] = {
        /* A container that sees its own group alone. */
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/\n"},
             {"sys/fs/cgroup/cpu.max", "150000 100000\n"}},
            1500},
        /* The group of a service, and the narrower one around it. */
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/system.slice/slapd.service\n"},
             {"sys/fs/cgroup/system.slice/slapd.service/cpu.max",
                 "400000 100000\n"},
             {"sys/fs/cgroup/system.slice/cpu.max", "250000 100000\n"}},
            2500},
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/system.slice/slapd.service\n"},
             {"sys/fs/cgroup/system.slice/slapd.service/cpu.max",
                 "50000 100000\n"},
             {"sys/fs/cgroup/system.slice/cpu.max", "max 100000\n"}},
            500},
        /* The group of somebody else's is none of its own. */
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/system.slice/slapd.service\n"},
             {"sys/fs/cgroup/user.slice/cpu.max", "10000 100000\n"},
             {"sys/fs/cgroup/system.slice/slapd.service/cpu.max", "max 1\n"}},
            UINT64_MAX},
        /* Version 1, a container with the machine's path and its own mount. */
        {{{MOUNTS, "31 1 0:27 /docker/ab /sys/fs/cgroup/cpu ro - cgroup cgroup "
                   "rw,cpuacct,cpu\n"},
             {GROUPS, "4:memory:/docker/ab\n3:cpuacct,cpu:/docker/ab\n0::/\n"},
             {"sys/fs/cgroup/cpu/cpu.cfs_quota_us", "75000\n"},
             {"sys/fs/cgroup/cpu/cpu.cfs_period_us", "50000\n"}},
            1500},
        /* Version 1, a service; cpuset is another controller. */
        {{{MOUNTS, SEPARATE},
             {GROUPS, "5:cpuset:/other\n3:cpu,cpuacct:/slapd\n"},
             {"sys/fs/cgroup/cpu,cpuacct/slapd/cpu.cfs_quota_us", "300000\n"},
             {"sys/fs/cgroup/cpu,cpuacct/slapd/cpu.cfs_period_us", "100000\n"},
             {"sys/fs/cgroup/cpu,cpuacct/other/cpu.cfs_quota_us", "1000\n"}},
            3000},
        {{{MOUNTS, SEPARATE}, {GROUPS, "3:cpu,cpuacct:/\n"},
             {"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n"},
             {"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"}},
            UINT64_MAX},
        /* Both ways at once: the one tree has no controllers. */
        {{{MOUNTS, SEPARATE UNIFIED}, {GROUPS, "3:cpu,cpuacct:/a\n0::/b\n"},
             {"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "1\n"},
             {"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n"}},
            1},
        /* A group out of sight: what is mounted is around it. */
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/../other\n"},
             {"sys/fs/cgroup/cpu.max", "200000 100000\n"}},
            2000},
        {{{MOUNTS, "30 1 0:26 /a /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"},
             {GROUPS, "0::/ab\n"}, {"sys/fs/cgroup/cpu.max", "200000 100000\n"},
             {"sys/fs/cgroupb/cpu.max", "100000 100000\n"}},
            2000},
    };

    (void)state;
    expect_times(cases, sizeof(cases) / sizeof(cases[0]));
}

static void
what_says_nothing_limits_nothing(void **state)
{
    static const limited cases[] = {
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/\n"},
             {"sys/fs/cgroup/cpu.max", "many 100000\n"}},
            UINT64_MAX},
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/\n"},
             {"sys/fs/cgroup/cpu.max", "100000 0\n"}},
            UINT64_MAX},
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/\n"},
             {"sys/fs/cgroup/cpu.max", "-5 100000\n"}},
            UINT64_MAX},
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/\n"}, {"sys/fs/cgroup/cpu.max", ""}},
            UINT64_MAX},
        {{{MOUNTS, UNIFIED}, {GROUPS, "\n"},
             {"sys/fs/cgroup/cpu.max", "100000 100000\n"}},
            UINT64_MAX},
        {{{MOUNTS, "x - \n30 1 - cgroup2\n- -\n\n"}, {GROUPS, "0::/\n"},
             {"sys/fs/cgroup/cpu.max", "100000 100000\n"}},
            UINT64_MAX},
        {{{NULL, NULL}}, UINT64_MAX},
    };

    (void)state;
    expect_times(cases, sizeof(cases) / sizeof(cases[0]));
}

/* One that has a part of one computes one hash at a time, and one that has more
 * than the machine no more than that. */
static void
whole_processors_of_its_time_are_counted(void **state)
{
    static const struct {
        const char *quota;
        uint64_t time;
    } cases[] = {{"50000 100000\n", 500}, {"100000 100000\n", 1000},
        {"10000 1000\n", 10000}, {"1990000 1000000\n", 1990}};
    cpu_set_t all;

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const fake_file files[FILES_MAX] = {{MOUNTS, UNIFIED},
            {GROUPS, "0::/\n"}, {"sys/fs/cgroup/cpu.max", cases[i].quota}};
        uint64_t have = (uint64_t)CPU_COUNT(&all) * 1000;
        char root[64];

        have = cases[i].time < have ? cases[i].time : have;
        make_root(root, files);
        assert_int_equal(edc_processor_time(root), have);
        assert_int_equal(edc_processors(root), have < 1000 ? 1 : have / 1000);
        remove_root(root);
    }
}

/* What its groups only keep of files is given up for programs. */
static void
the_memory_of_its_groups_is_all_it_has(void **state)
{
    static const struct {
        fake_file files[FILES_MAX];
        uint64_t kib;
    } cases[] = {
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/slapd\n"},
             {"sys/fs/cgroup/slapd/memory.max", "268435456\n"},
             {"sys/fs/cgroup/slapd/memory.current", "201326592\n"},
             {"sys/fs/cgroup/slapd/memory.stat",
                 "anon 67108864\nfile 134217728\ninactive_file 67108864\n"
                 "active_file 33554432\nslab 5\n"}},
            163840},
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/slapd\n"},
             {"sys/fs/cgroup/slapd/memory.max", "max\n"},
             {"sys/fs/cgroup/memory.max", "1048576\n"}},
            1024},
        {{{MOUNTS, SEPARATE}, {GROUPS, "2:memory:/slapd\n"},
             {"sys/fs/cgroup/memory/slapd/memory.limit_in_bytes",
                 "268435456\n"},
             {"sys/fs/cgroup/memory/slapd/memory.usage_in_bytes",
                 "201326592\n"},
             {"sys/fs/cgroup/memory/slapd/memory.stat",
                 "inactive_file 1\ntotal_inactive_file 67108864\n"
                 "total_active_file 33554432\n"}},
            163840},
        /* More than there is: less was allowed after it was taken. */
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/\n"},
             {"sys/fs/cgroup/memory.max", "1048576\n"},
             {"sys/fs/cgroup/memory.current", "2097152\n"}},
            0},
        {{{MOUNTS, UNIFIED}, {GROUPS, "0::/\n"}}, UINT64_MAX},
        {{{NULL, NULL}}, UINT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char root[64];

        make_root(root, cases[i].files);
        if (edc_cgroup_memory(root) != cases[i].kib)
            fail_msg("case %zu: %llu", i,
                (unsigned long long)edc_cgroup_memory(root));
        assert_true(edc_memory_left(root) <= cases[i].kib);
        remove_root(root);
    }
}

/* Pages of this process, by /proc/self/statm's first and sixth number. */
static rlim_t
bytes_of(bool data)
{
    unsigned long all[6] = {0};
    FILE *file = fopen("/proc/self/statm", "r");

    assert_non_null(file);
    for (int i = 0; i < 6; i++)
        assert_int_equal(fscanf(file, "%lu", &all[i]), 1);
    assert_int_equal(fclose(file), 0);
    return (rlim_t)all[data ? 5 : 0] * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* The limits of a shell, a service's LimitAS= and LimitDATA=. */
static void
its_own_limits_are_all_it_has(void **state)
{
    static const int limits[] = {RLIMIT_AS, RLIMIT_DATA};

    (void)state;
    assert_true(edc_memory_left("/nowhere") > 128 * 1024);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct rlimit before, lower;
        uint64_t left;

        assert_int_equal(getrlimit(limits[i], &before), 0);
        lower = before;
        lower.rlim_cur =
            bytes_of(limits[i] == RLIMIT_DATA) + ((rlim_t)64 << 20);
        assert_int_equal(setrlimit(limits[i], &lower), 0);
        left = edc_memory_left("/nowhere");
        assert_int_equal(setrlimit(limits[i], &before), 0);
        assert_in_range(left, 48 * 1024, 64 * 1024);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_processors_as_it_may_use),
        cmocka_unit_test(what_keeps_files_is_to_be_had),
        cmocka_unit_test(the_time_of_its_groups_is_all_it_has),
        cmocka_unit_test(what_says_nothing_limits_nothing),
        cmocka_unit_test(whole_processors_of_its_time_are_counted),
        cmocka_unit_test(the_memory_of_its_groups_is_all_it_has),
        cmocka_unit_test(its_own_limits_are_all_it_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
