/* test_library.c - which libargon2 computes. */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "core/password/library.h"

static void
a_level_is_read_off_the_path(void **state)
{
    static const struct {
        const char *path, *level;
    } cases[] = {
        {"/usr/lib/ldap/educonnect/glibc-hwcaps/x86-64-v3/libargon2.so.1",
            "x86-64-v3"},
        {"/glibc-hwcaps/x86-64-v4/libargon2.so.1", "x86-64-v4"},
        {"/usr/lib/x86_64-linux-gnu/libargon2.so.1", "none"},
        {"/usr/lib/glibc-hwcaps/libargon2.so.1", "none"},
        {"/usr/lib/glibc-hwcaps//libargon2.so.1", "none"},
        {"/usr/lib/not-glibc-hwcaps/x86-64-v3/libargon2.so.1", "none"},
        {"libargon2.so.1", "none"},
        {"", "none"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        edc_str level = edc_library_level(cases[i].path);

        if (!edc_str_eq(level, edc_str_of(cases[i].level)))
            fail_msg("%s: \"%.*s\"", cases[i].path, (int)level.n, level.p);
    }
}

/* A test program has no run path: it has the system's. */
static void
the_path_is_of_the_library_that_is_loaded(void **state)
{
    char path[EDC_LIBRARY_PATH];

    (void)state;
    edc_library_path(path);
    assert_int_equal(path[0], '/');
    assert_non_null(strstr(path, "/libargon2.so.1"));
    assert_int_equal(access(path, R_OK), 0);
    assert_true(edc_str_eq(edc_library_level(path), EDC_STR("none")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_is_read_off_the_path),
        cmocka_unit_test(the_path_is_of_the_library_that_is_loaded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
