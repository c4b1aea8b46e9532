/* test_ctl_doctor_releases.c - educonnectctl doctor on servers that run other
 * versions of educonnect, or know other schemas of it; and on a server that is
 * named beside itself.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text/schema.h"
#include "core/text/version.h"
#include "harness/doctor.h"
#include "harness/launch.h"
#include "harness/replica.h"
#include "harness/tool.h"
#include "harness/twins.h"

/* ---- running it ---- */

/* Asked by one URI, held against another; by whoever may read all. */
static tool
doctor(const server *s, const char *uri, const char *other)
{
    char *secret = server_path(s, "config-secret");
    tool t;

    write_file(secret, CONFIG_PASSWORD);
    REQUIRE(chmod(secret, 0600) == 0);
    tool_secret(CONFIG_PASSWORD);
    t = tool_run_plain(NULL, "doctor",
        "-H %s -D " CONFIG_DN " -y %s -b " SUFFIX " --config-only --server %s",
        uri, secret, other);
    REQUIRE(t.status <= 1);
    free(secret);
    return t;
}

static void
expect_found(const tool *t, const char *code, const char *part)
{
    if (!doctor_finds(t, code, part))
        FAIL("%s %s was not found:\n%s%s", code, part, t->out, t->err);
}

static void
expect_none(const tool *t, const char *code)
{
    if (doctor_finds(t, code, ""))
        FAIL("%s was found:\n%s%s", code, t->out, t->err);
}

/* Each asked about the other; code NULL: they know the same. */
static void
expect_of_both(const server *a, const server *b, const char *code,
    const char *const parts[2])
{
    const server *asked[2] = {a, b};

    for (int i = 0; i < 2; i++) {
        tool t = doctor(asked[i], asked[i]->url, asked[1 - i]->url);

        if (code != NULL)
            expect_found(&t, code, parts[i]);
        if (code == NULL || strcmp(code, "EDD-145") != 0)
            expect_none(&t, "EDD-145");
        if (code == NULL || strcmp(code, "EDD-146") != 0)
            expect_none(&t, "EDD-146");
        expect_none(&t, "EDD-147");
        tool_free(&t);
    }
}

/* ---- the same module, made another ---- */

static const struct {
    const char *text, *other; /* of one length */
    const char *code, *parts[2];
} modules[] = {
    {EDC_VERSION, EDC_VERSION, NULL, {NULL, NULL}},
    {EDC_VERSION, "0.9.9", "EDD-146",
        {"0.9.9; ldap://", EDC_VERSION "; ldap://"}},
    {"Code of the school (UAI), unique", "Code of this school (UAI),unique",
        "EDD-145", {"educonnectUai: on ldap://", "educonnectUai: on ldap://"}},
    {"Events since the start, by name", "Events from the start, as named",
        "EDD-145", {"educonnectMonitorEvents", "educonnectMonitorEvents"}},
};

/* Every text that is this one, or has it after a letter that is none of a
 * version's; how many there were. */
static int
patch(char *module, size_t length, const char *text, const char *other)
{
    size_t n = strlen(text);
    int found = 0;

    REQUIRE(strlen(other) == n);
    for (char *at = module; (size_t)(at - module) + n < length; at++) {
        if (memcmp(at, text, n) == 0 &&
            (n > strlen(EDC_VERSION) || (at[-1] == '\0' && at[n] == '\0'))) {
            memcpy(at, other, n);
            found++;
        }
    }
    return found;
}

/* A directory with a module that differs by one text; allocated. */
static char *
other_module(const server *s, int row)
{
    const char *own = getenv("EDC_MODULE");
    char *path = text_of("%s/educonnect.so", own != NULL ? own : "build");
    char *directory = text_of("%s/other%d", s->directory, row);
    char *copy = text_of("%s/educonnect.so", directory);
    size_t length;
    char *module = read_file(path, &length);
    FILE *file;

    REQUIRE(module != NULL && mkdir(directory, 0700) == 0);
    REQUIRE(patch(module, length, modules[row].text, modules[row].other) > 0);
    file = fopen(copy, "w");
    REQUIRE(file != NULL && fwrite(module, 1, length, file) == length);
    REQUIRE(fclose(file) == 0);
    free(module);
    free(copy);
    free(path);
    return directory;
}

static void
other_modules_are_told(void **state)
{
    world provider;

    (void)state;
    world_begin(&provider, &replica_plain);
    for (int i = 0; i < (int)(sizeof(modules) / sizeof(modules[0])); i++) {
        const char *before = getenv("EDC_MODULE");
        char *usual = before == NULL ? NULL : text_of("%s", before);
        char *directory = other_module(&provider.server, i);
        server consumer;

        REQUIRE(setenv("EDC_MODULE", directory, 1) == 0);
        replica_start(&consumer, &provider.server, NULL, "");
        if (usual != NULL)
            REQUIRE(setenv("EDC_MODULE", usual, 1) == 0);
        else
            REQUIRE(unsetenv("EDC_MODULE") == 0);
        replicas_meet(&provider.server, &consumer);
        expect_of_both(
            &provider.server, &consumer, modules[i].code, modules[i].parts);
        server_finish(&consumer);
        free(directory);
        free(usual);
    }
    world_end(&provider);
}

/* ---- schema files ---- */

static const struct {
    const char *text, *other; /* in schema/educonnect.schema */
    const char *code, *parts[2];
} files[] = {
    {"", "", NULL, {NULL, NULL}},
    {"DESC 'Code of the school (UAI), unique'", "DESC 'Code of the school'",
        "EDD-145", {"educonnectUai: on ldap://", "educonnectUai: on ldap://"}},
    {"$ educonnectContestedGuardian )", ")", "EDD-145",
        {"educonnectStudent: on ldap://", "educonnectStudent: on ldap://"}},
    /* As one that a later version will have. */
    {"\nattributetype",
        "\nattributetype ( " EDC_OID_ARC ".1.990 NAME "
        "'educonnectLater' SUP name )\n\nattributetype",
        "EDD-145", {"educonnectLater: on ldap://", "educonnectLater: on ldap"}},
};

static char *
schema_file(const server *s, int row)
{
    const char *top = getenv("EDC_SOURCE");
    char *path =
        text_of("%s/schema/educonnect.schema", top != NULL ? top : ".");
    char *text = read_file(path, NULL), *at, *other;
    char *copy = text_of("%s/schema%d", s->directory, row);

    REQUIRE(text != NULL);
    at = strstr(text, files[row].text);
    REQUIRE(at != NULL);
    other = text_of("%.*s%s%s", (int)(at - text), text, files[row].other,
        at + strlen(files[row].text));
    write_file(copy, other);
    free(other);
    free(text);
    free(path);
    return copy;
}

/* Settings and counters are a module's, and not missed where none is. */
static void
other_schema_files_are_told(void **state)
{
    world provider;

    (void)state;
    world_begin(&provider, &replica_plain);
    for (int i = 0; i < (int)(sizeof(files) / sizeof(files[0])); i++) {
        char *path = schema_file(&provider.server, i);
        char *line = text_of("include %s\n", path);
        setup bare = {.modules = "moduleload syncprov\n",
            .without = true,
            .config_directory = true,
            .global = line};
        server consumer;

        replica_start(&consumer, &provider.server, &bare, "");
        replicas_meet(&provider.server, &consumer);
        expect_of_both(
            &provider.server, &consumer, files[i].code, files[i].parts);
        server_finish(&consumer);
        free(line);
        free(path);
    }
    world_end(&provider);
}

/* No line for each of a hundred definitions. */
static void
a_server_without_schema_is_one_finding(void **state)
{
    setup how = {.without = true, .config_directory = true};
    world w;
    server empty;
    tool t;

    (void)state;
    world_begin(&w, NULL);
    server_prepare(&empty, &how);
    server_start(&empty);
    t = doctor(&w.server, w.server.url, empty.url);
    expect_found(&t, "EDD-145", "it has nothing of educonnect's schema");
    if (doctor_finds(&t, "EDD-145", "educonnectUai"))
        FAIL("one by one:\n%s", t.out);
    tool_free(&t);
    server_finish(&empty);
    world_end(&w);
}

/* ---- a server beside itself ---- */

static const struct {
    const char *uri, *other; /* with the port; "" is the socket */
    bool monitor;
} itself[] = {
    {"ldap://127.0.0.1", "ldap://127.0.0.1", true},
    {"ldap://127.0.0.1", "ldap://localhost", true},
    {"", "ldap://127.0.0.1", true},
    {"ldap://127.0.0.1", "", true},
    {"", "", true},
    {"ldap://127.0.0.1", "ldap://127.0.0.1", false},
    {"", "ldap://127.0.0.1", false},
    {"ldap://127.0.0.1", "", false},
};

static char *
uri_of(const server *s, const char *uri)
{
    return *uri == '\0' ? text_of("%s", s->ldapi_url)
                        : text_of("%s:%d", uri, s->port);
}

static void
a_server_is_not_held_against_itself(void **state)
{
    (void)state;
    for (int monitor = 0; monitor < 2; monitor++) {
        setup how = {.global = "serverID 1\n",
            .database = "syncrepl rid=1 provider=ldap://127.0.0.1:1 "
                        "bindmethod=simple searchbase=\"" SUFFIX
                        "\" type=refreshAndPersist retry=\"60 +\"\n"
                        "multiprovider on\n",
            .modules = "moduleload syncprov\n",
            .below = "overlay syncprov\n",
            .config_directory = true,
            .ldapi = true,
            .monitor = monitor ? MONITOR_FIRST : NO_MONITOR};
        world w;

        world_begin(&w, &how);
        for (size_t i = 0; i < sizeof(itself) / sizeof(itself[0]); i++) {
            char *uri = uri_of(&w.server, itself[i].uri);
            char *other = uri_of(&w.server, itself[i].other);
            tool t;

            if (itself[i].monitor == monitor) {
                t = doctor(&w.server, uri, other);
                expect_found(&t, "EDD-147", other);
                expect_none(&t, "EDD-136");
                tool_free(&t);
            }
            free(other);
            free(uri);
        }
        world_end(&w);
    }
}

/* Two that were set up alike, to the number, are two. */
static void
two_servers_alike_are_two(void **state)
{
    twins t;
    tool said;
    LDAP *config;

    (void)state;
    twins_begin(&t, NULL);
    twins_agree(&t);
    config = client_login(&t.side[1].server, CONFIG_DN, CONFIG_PASSWORD);
    expect_ok(client_modify(
        config, "cn=config", "replace: olcServerID\nolcServerID: 1\n"));
    client_close(config);
    said =
        doctor(&t.side[0].server, t.side[0].server.url, t.side[1].server.url);
    expect_found(&said, "EDD-136", "as that of");
    expect_none(&said, "EDD-147");
    tool_free(&said);
    twins_end(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_modules_are_told),
        cmocka_unit_test(other_schema_files_are_told),
        cmocka_unit_test(a_server_without_schema_is_one_finding),
        cmocka_unit_test(a_server_is_not_held_against_itself),
        cmocka_unit_test(two_servers_alike_are_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
