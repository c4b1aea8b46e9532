/* test_machine.c - what of the machine a process may use. */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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
        assert_int_equal(edc_processors(), 1);
        n++;
    }
    assert_true(n > 0);
    assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
    assert_int_equal(edc_processors(), CPU_COUNT(&all));
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_processors_as_it_may_use),
        cmocka_unit_test(what_keeps_files_is_to_be_had),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
