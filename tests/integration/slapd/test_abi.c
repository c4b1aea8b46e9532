/* test_abi.c - a slapd that the module cannot be in refuses to load it.
 *
 * Other versions than the installed one are not at hand, so a copy of slapd is
 * made to say another version: what its structures are is no longer known then.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/launch.h"
#include "harness/versions.h"

/* Where the banner's "slapd 2.6.10" has its version. */
static char *
version_in(char *program, size_t length)
{
    char wanted[32];
    char *at;
    unsigned v = slapd_version();

    snprintf(wanted, sizeof(wanted), "slapd %u.%u.%u", v / 10000, v / 100 % 100,
        v % 100);
    at = memmem(program, length, wanted, strlen(wanted));
    if (at == NULL)
        FAIL("slapd has no banner \"%s\"", wanted);
    return at + strlen("slapd ");
}

/* A server whose slapd is a copy that says so; NULL: as it is. */
static void
prepare_copy(server *s, const char *version)
{
    static const setup usual = {.debug = 0};
    size_t length = 0;
    char *program = read_file(launch_program(), &length);
    FILE *f;

    server_prepare(s, &usual);
    s->program = server_path(s, "slapd");
    f = fopen(s->program, "we");
    REQUIRE(program != NULL && f != NULL);
    if (version != NULL)
        memcpy(version_in(program, length), version, strlen(version));
    REQUIRE(fwrite(program, 1, length, f) == length && fclose(f) == 0);
    REQUIRE(chmod(s->program, 0700) == 0);
    free(program);
}

static void
expect_refused(const char *version, const char *why)
{
    char *log;
    int status;
    server s;

    prepare_copy(&s, version);
    status = server_start_refused(&s);
    log = server_log(&s);
    if (status != EXIT_FAILURE || strstr(log, why) == NULL)
        FAIL("slapd %s: %d\n%s", version, status, log);
    free(log);
    server_finish(&s);
}

/* So many digits as the version had. */
static char *
patch_level(unsigned series, unsigned patch)
{
    return text_of("%u.%u.%0*u", series / 100, series % 100,
        slapd_version() % 100 > 9 ? 2 : 1, patch);
}

static void
another_slapd_refuses_the_module(void **state)
{
    unsigned series = slapd_version() / 100;
    unsigned too_old = series == 205 ? 12 : 2;
    char *version;
    server s;

    (void)state;
    prepare_copy(&s, NULL);
    server_start(&s);
    server_finish(&s);
    version = patch_level(series == 205 ? 206 : 205, 9);
    expect_refused(version, "educonnect: built for slapd");
    free(version);
    if (series < 207) {
        version = patch_level(series, too_old);
        expect_refused(version, "is too old");
        free(version);
        version = patch_level(series, 0);
        expect_refused(version, "is too old");
        free(version);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_slapd_refuses_the_module),
    };

    return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
