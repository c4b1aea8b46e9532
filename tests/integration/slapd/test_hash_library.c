/* test_hash_library.c - which libargon2 slapd computes hashes with: the one of
 * `make argon2` where it stands beside the module and the processor can, unless
 * another module has brought the system's before; and that cn=monitor and
 * doctor say so.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/tool.h"

#define ENTRY "cn=Overlay 0,cn=Database 2,cn=Databases,cn=Monitor"
#define LIBRARY "educonnectMonitorLibrary"

/* Every file of this name that slapd has in memory, once each, joined by '|'.
 */
static char *
mapped(const server *s)
{
    char *path = text_of("/proc/%d/maps", (int)s->pid);
    char *maps = read_file(path, NULL), *rest = NULL, *all = text_of("%s", "");

    REQUIRE(maps != NULL);
    for (char *line = strtok_r(maps, "\n", &rest); line != NULL;
        line = strtok_r(NULL, "\n", &rest)) {
        char *file = strchr(line, '/'), *longer;

        if (file == NULL || strstr(file, "/libargon2.so") == NULL ||
            strstr(all, file) != NULL)
            continue;
        longer = text_of("%s%s%s", all, *all != '\0' ? "|" : "", file);
        free(all);
        all = longer;
    }
    free(maps);
    free(path);
    return all;
}

/* Whether it stands beside the module that is tested. */
static bool
is_built(void)
{
    const char *module = getenv("EDC_MODULE");
    char *path = text_of("%s/educonnect/glibc-hwcaps/x86-64-v3/libargon2.so.1",
        module != NULL ? module : "build");
    bool built = access(path, R_OK) == 0;

    free(path);
    return built;
}

/* Below glibc 2.33, and on other processors, there is none but the system's. */
static bool
can_choose(void)
{
#ifdef __x86_64__
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

static tool
doctor(const server *s)
{
    char *secret = server_path(s, "config-secret");
    tool t;

    write_file(secret, CONFIG_PASSWORD);
    tool_secret(CONFIG_PASSWORD);
    t = tool_run_plain(NULL, "doctor",
        "-H %s -D " CONFIG_DN " -y %s -b " SUFFIX " --config-only", s->url,
        secret);
    free(secret);
    return t;
}

/* One library is in memory; cn=monitor and doctor name it and its level.
 * level: how it begins; detail: what doctor says behind. */
static void
expect_library(const server *s, const char *level, const char *detail)
{
    LDAP *ld = client_login(s, ROOT_DN, ROOT_PASSWORD);
    char *told = client_read_all(ld, ENTRY, LIBRARY), *files = mapped(s);
    char *begin = text_of("level %s", level), *path = strstr(told, "|path ");
    tool t = doctor(s);
    char *real;

    if (strchr(files, '|') != NULL)
        FAIL("two libraries are loaded: %s", files);
    if (strncmp(told, begin, strlen(begin)) != 0 || path == NULL)
        FAIL("not %s: %s", begin, told);
    real = realpath(path + strlen("|path "), NULL);
    REQUIRE(real != NULL);
    assert_string_equal(real, files);
    free(begin);
    begin = text_of("  - %s: %s", path + strlen("|path "), detail);
    if (strstr(t.out, "EDD-148 note: ") == NULL || strstr(t.out, begin) == NULL)
        FAIL("doctor does not say \"%s\":\n%s", begin, t.out);
    tool_free(&t);
    free(real);
    free(begin);
    free(files);
    free(told);
    client_close(ld);
}

/* Has slapd.conf load these instead of educonnect alone. */
static void
load_modules(const server *s, const char *modules)
{
    static const char usual[] = "moduleload educonnect\n";
    char *path = server_path(s, "slapd.conf"), *text = read_file(path, NULL);
    char *at = text != NULL ? strstr(text, usual) : NULL, *other;

    REQUIRE(at != NULL);
    other = text_of(
        "%.*s%s%s", (int)(at - text), text, modules, at + strlen(usual));
    write_file(path, other);
    free(other);
    free(text);
    free(path);
}

static void
run(const char *modules, const char *level, const char *detail)
{
    const setup how = {.modules = NULL};
    server s;

    server_prepare(&s, &how);
    load_modules(&s, modules);
    server_start(&s);
    expect_library(&s, level, detail);
    server_finish(&s);
}

/* Debian's own module for {ARGON2} behind ours computes with it as well. */
static void
the_module_brings_the_one_beside_it(void **state)
{
    static const char *const orders[] = {"moduleload educonnect\n",
        "moduleload educonnect\nmoduleload argon2\n"};
    bool own = is_built() && can_choose();

    (void)state;
    for (size_t i = 0; i < 2; i++)
        run(orders[i], own ? "x86-64-v" : "none",
            own ? "for processors of x86-64-v" : "for every processor\n");
    if (!own)
        print_message("there is none but the system's (make argon2)\n");
}

/* One name is loaded once: whoever comes first brings it. */
static void
another_module_before_it_brings_the_system_s(void **state)
{
    (void)state;
    run("moduleload argon2\nmoduleload educonnect\n", "none",
        "for every processor; the module argon2 is loaded before educonnect "
        "and has brought it\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_module_brings_the_one_beside_it),
        cmocka_unit_test(another_module_before_it_brings_the_system_s),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
