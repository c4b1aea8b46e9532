/* test_ctl_tune.c - educonnectctl tune: what it prints is what slapd takes, and
 * nothing is asked of a server.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <jansson.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "harness/tool.h"

static const char *const directives[] = {
    "olcEduconnectHash", "olcEduconnectHashSlots", "olcEduconnectRehash"};
#define N_DIRECTIVES (sizeof(directives) / sizeof(directives[0]))

/* Its LDIF, as it stands, is one for this overlay. */
static void
what_it_prints_is_taken_by_slapd(void **state)
{
    world *w = *state;
    char *dn = world_overlay_dn(w), *ldif;
    account a = student_in(w, "active");
    tool t =
        tool_run_plain(NULL, "tune", "--for 1s --target 20ms --overlay %s", dn);

    expect_status(&t, 0);
    REQUIRE(strstr(t.out, "libargon2: /") != NULL);
    REQUIRE(strstr(t.out, "logins/minute") != NULL);
    ldif = strstr(t.out, "dn: ");
    REQUIRE(ldif != NULL && strncmp(ldif + 4, dn, strlen(dn)) == 0);
    expect_ok(client_ldif(w->config, "%s", ldif));
    for (size_t i = 0; i < N_DIRECTIVES; i++) {
        char *value = client_read(w->config, dn, directives[i]);
        char *line;

        REQUIRE(value != NULL);
        line = text_of("%s: %s\n", directives[i], value);
        if (strstr(t.out, line) == NULL)
            FAIL("slapd shows \"%s\", tune printed\n%s", line, t.out);
        /* The same words are a line of slapd.conf. */
        free(line);
        line = text_of(" %s\n", value);
        REQUIRE(strstr(t.out, line) != NULL &&
                strstr(t.out, line) < strstr(t.out, "cn=config"));
        free(line);
        free(value);
    }
    expect_ok(bind_once(&w->server, a.dn, a.password));
    tool_free(&t);
    free(dn);
}

/* Where no server is, and with nothing but JSON on stdout. */
static void
no_server_is_asked(void **state)
{
    tool t = tool_run_plain(
        NULL, "tune", "-H ldap://127.0.0.1:1 --for 1s --progress 0.01 --json");
    json_t *all = json_loads(t.out, 0, NULL), *rows, *row;
    size_t i;

    (void)state;
    expect_status(&t, 0);
    REQUIRE(all != NULL);
    REQUIRE(strstr(t.err, "costs measured: ") != NULL);
    rows = json_object_get(all, "measured");
    REQUIRE(json_array_size(rows) >= 2);
    json_array_foreach(rows, i, row)
    {
        assert_true(json_real_value(json_object_get(row, "hashMs")) > 0);
        assert_true(
            json_real_value(json_object_get(row, "hashesPerSecond")) > 0);
    }
    for (i = 0; i < N_DIRECTIVES; i++)
        REQUIRE(
            json_string_value(json_object_get(
                json_object_get(all, "directives"), directives[i])) != NULL);
    assert_true(json_real_value(json_object_get(all, "loginsPerMinute")) > 0);
    json_decref(all);
    tool_free(&t);
}

/* A service or a container that has one processor of the machine's. */
static void
what_it_may_not_use_is_not_counted(void **state)
{
    cpu_set_t all, one;
    tool t;

    (void)state;
    REQUIRE(sched_getaffinity(0, sizeof(all), &all) == 0);
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++) {
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &one);
    }
    REQUIRE(sched_setaffinity(0, sizeof(one), &one) == 0);
    t = tool_run_plain(NULL, "tune", "--for 1s --target 20ms");
    REQUIRE(sched_setaffinity(0, sizeof(all), &all) == 0);
    expect_status(&t, 0);
    REQUIRE(strstr(t.out, "\nprocessors: 1\n") != NULL);
    REQUIRE(strstr(t.out, "olcEduconnectHashSlots: 1 queue=") != NULL);
    tool_free(&t);
}

/* A service's limit on addresses: what there is no memory for is not proposed,
 * and what is proposed was measured. */
static void
what_there_is_no_memory_for_is_not_proposed(void **state)
{
    static const rlim_t mib[] = {250, 400};
    struct rlimit before, lower;

    (void)state;
    REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
    for (size_t i = 0; i < sizeof(mib) / sizeof(mib[0]); i++) {
        unsigned memory = 0, slots = 0;
        const char *at;
        tool t;

        lower = before;
        lower.rlim_cur = mib[i] << 20;
        REQUIRE(setrlimit(RLIMIT_AS, &lower) == 0);
        t = tool_run_plain(NULL, "tune", "--for 1s --target 500ms");
        REQUIRE(setrlimit(RLIMIT_AS, &before) == 0);
        expect_status(&t, 0);
        at = strstr(t.out, "olcEduconnectHash: ");
        REQUIRE(at != NULL &&
                sscanf(at, "olcEduconnectHash: memory=%u ", &memory) == 1);
        at = strstr(t.out, "olcEduconnectHashSlots: ");
        REQUIRE(at != NULL &&
                sscanf(at, "olcEduconnectHashSlots: %u ", &slots) == 1);
        assert_true(memory >= 19456 && slots >= 1);
        assert_true((rlim_t)memory * slots * 1024 < lower.rlim_cur);
        tool_free(&t);
    }
}

static void
what_is_no_time_is_refused(void **state)
{
    static const char *const words[] = {"--target 250", "--target 1ms",
        "--target 1m", "--target 0x10ms", "--target 0X10ms", "--overlay foo",
        "--overlay cn=config,", "--patience 0s", "--for 0.5s", "--for x",
        "word"};

    (void)state;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        tool t = tool_run_plain(NULL, "tune", "%s", words[i]);

        expect_status(&t, 2);
        assert_string_equal(t.out, "");
        tool_free(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_prints_is_taken_by_slapd),
        cmocka_unit_test(no_server_is_asked),
        cmocka_unit_test(what_it_may_not_use_is_not_counted),
        cmocka_unit_test(what_there_is_no_memory_for_is_not_proposed),
        cmocka_unit_test(what_is_no_time_is_refused),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
