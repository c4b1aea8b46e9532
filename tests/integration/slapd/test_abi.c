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

/* Makes <directory>/slapd, a copy that says so; NULL: as it is. */
static char *
copy_of_slapd(const server *s, const char *version)
{
    char *path = server_path(s, "slapd");
    size_t length = 0;
    char *program = read_file(launch_program(), &length);
    FILE *f = fopen(path, "we");

    REQUIRE(program != NULL && f != NULL);
    if (version != NULL)
        memcpy(version_in(program, length), version, strlen(version));
    REQUIRE(fwrite(program, 1, length, f) == length && fclose(f) == 0);
    REQUIRE(chmod(path, 0700) == 0);
    free(program);
    return path;
}

/* What the copy says of its configuration; *status is its exit status. */
static char *
check_configuration(const server *s, const char *version, int *status)
{
    char *path = copy_of_slapd(s, version), *out = server_path(s, "out");
    char *command = text_of("env LD_LIBRARY_PATH=%s %s -Tt -u -f %s/slapd.conf "
                            ">%s 2>&1",
        launch_libraries(), path, s->directory, out);
    char *text;

    launch_link_modules(s, false);
    *status = system(command);
    text = read_file(out, NULL);
    free(command);
    free(path);
    free(out);
    return text;
}

static void
expect_refused(const server *s, const char *version, const char *why)
{
    int status;
    char *text = check_configuration(s, version, &status);

    if (status == 0 || strstr(text, why) == NULL)
        FAIL("slapd %s: %d\n%s", version != NULL ? version : "as it is", status,
            text);
    free(text);
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
    static const setup usual = {.debug = 0};
    unsigned series = slapd_version() / 100;
    unsigned too_old = series == 205 ? 12 : 2;
    char *version;
    int status;
    char *text;
    server s;

    (void)state;
    server_prepare(&s, &usual);
    text = check_configuration(&s, NULL, &status);
    if (status != 0)
        FAIL("the copy does not run: %s", text);
    free(text);
    version = patch_level(series == 205 ? 206 : 205, 9);
    expect_refused(&s, version, "educonnect: built for slapd");
    free(version);
    if (series < 207) {
        version = patch_level(series, too_old);
        expect_refused(&s, version, "is too old");
        free(version);
        version = patch_level(series, 0);
        expect_refused(&s, version, "is too old");
        free(version);
    }
    server_finish(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_slapd_refuses_the_module),
    };

    return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
