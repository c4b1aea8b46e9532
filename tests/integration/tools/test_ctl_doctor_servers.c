/* test_ctl_doctor_servers.c - educonnectctl doctor on servers that hold the
 * same data: what is wrong with how one replicates, and with one beside
 * another.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/doctor.h"
#include "harness/replica.h"
#include "harness/tool.h"
#include "harness/twins.h"

/* ---- running it ---- */

/* Asked of one server, held against another (NULL: none). */
static tool
doctor(server *s, const server *other)
{
    char *secret = server_path(s, "config-secret");
    char *words =
        other == NULL ? text_of("%s", "") : text_of("--server %s", other->url);
    tool t;

    write_file(secret, CONFIG_PASSWORD);
    tool_secret(CONFIG_PASSWORD);
    t = tool_run_plain(NULL, "doctor",
        "-H %s -D " CONFIG_DN " -y %s -b " SUFFIX " --config-only %s", s->url,
        secret, words);
    free(words);
    free(secret);
    return t;
}

static void
expect_found(server *s, const server *other, const char *code, const char *part)
{
    tool t = doctor(s, other);

    expect_status(&t, 1);
    if (!doctor_finds(&t, code, part))
        FAIL("%s %s was not found:\n%s%s", code, part, t.out, t.err);
    tool_free(&t);
}

/* Not found is what has one of these codes. */
static void
expect_none_at(
    int line, server *s, const server *other, const char *const *codes)
{
    tool t = doctor(s, other);

    REQUIRE(t.status <= 1);
    for (; *codes != NULL; codes++) {
        if (doctor_finds(&t, *codes, ""))
            FAIL("line %d: %s was found:\n%s", line, *codes, t.out);
    }
    tool_free(&t);
}
#define expect_none(s, other, ...)                                             \
    expect_none_at(                                                            \
        __LINE__, (s), (other), (const char *const[]){__VA_ARGS__, NULL})

/* A change of a server's cn=config. */
static answer
configure(const server *s, const char *dn, const char *change)
{
    LDAP *ld = client_login(s, CONFIG_DN, CONFIG_PASSWORD);
    answer a = client_modify(ld, dn, "%s", change);

    client_close(ld);
    return a;
}

/* "olcOverlay={0}educonnect,olcDatabase={2}mdb,cn=config"; allocated. */
static char *
overlay_of(const server *s)
{
    world w = {.config = client_login(s, CONFIG_DN, CONFIG_PASSWORD)};
    char *dn = world_overlay_dn(&w);

    client_close(w.config);
    return dn;
}

/* ---- a server by itself ---- */

static const struct {
    const char *line, *code, *part; /* code NULL: nothing is wrong */
} lines[] = {
    {"retry=\"5 +\" starttls=critical", NULL, NULL},
    {"retry=\"1 60 5 +\" starttls=critical attrs=\"*,+\" "
     "filter=\"(objectClass=*)\" scope=sub",
        NULL, NULL},
    {"starttls=critical", "EDD-132", "after an hour"},
    {"starttls=critical retry=\"5 10\"", "EDD-132", "gives up"},
    {"starttls=critical retry=\"5 10 300 3\"", "EDD-132", "gives up"},
    {"retry=\"5 +\"", "EDD-133", "ldap://provider.example.org"},
    {"retry=\"5 +\" starttls=yes", "EDD-133", "goes on without TLS"},
    {"retry=\"5 +\" starttls=critical attrs=\"*\"", "EDD-134", "operational"},
    {"retry=\"5 +\" starttls=critical attrs=\"cn,sn,+\"", "EDD-134", "attrs"},
    {"retry=\"5 +\" starttls=critical exattrs=\"educonnectState\"", "EDD-134",
        "exattrs"},
    {"retry=\"5 +\" starttls=critical filter=\"(objectClass=person)\"",
        "EDD-134", "filter"},
    {"retry=\"5 +\" starttls=critical scope=one", "EDD-134", "scope"},
};

#define OF_ONE_LINE "EDD-132", "EDD-133", "EDD-134"

static void
how_changes_are_fetched_is_looked_at(void **state)
{
    world w;
    char *overlay;

    (void)state;
    world_begin(&w, NULL);
    overlay = world_overlay_dn(&w);
    expect_none(&w.server, NULL, OF_ONE_LINE, "EDD-135", "EDD-139");
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char *change =
            text_of("replace: olcSyncrepl\nolcSyncrepl: {0}rid=1 "
                    "provider=ldap://provider.example.org "
                    "bindmethod=simple binddn=\"" ROOT_DN
                    "\" credentials=\"a retry=5 secret\" "
                    "searchbase=\"" SUFFIX "\" type=refreshAndPersist %s\n",
                lines[i].line);

        expect_ok(configure(&w.server, strchr(overlay, ',') + 1, change));
        if (lines[i].code == NULL)
            expect_none(&w.server, NULL, OF_ONE_LINE);
        else
            expect_found(&w.server, NULL, lines[i].code, lines[i].part);
        free(change);
    }
    expect_found(&w.server, NULL, "EDD-135", "olcDatabase=");
    expect_found(&w.server, NULL, "EDD-139", "ldap://provider.example.org");
    expect_ok(configure(&w.server, "cn=config",
        "replace: olcReferral\nolcReferral: ldap://provider.example.org\n"));
    expect_none(&w.server, NULL, "EDD-135", "EDD-136", "EDD-137", "EDD-138");
    free(overlay);
    world_end(&w);
}

static void
a_writer_beside_others_is_looked_at(void **state)
{
    world w;
    char *overlay;
    const char *database;

    (void)state;
    world_begin(&w, NULL);
    overlay = world_overlay_dn(&w);
    database = strchr(overlay, ',') + 1;
    expect_ok(configure(&w.server, database,
        "add: olcSyncrepl\nolcSyncrepl: {0}rid=1 provider=ldap://127.0.0.1:1 "
        "bindmethod=simple searchbase=\"" SUFFIX "\" type=refreshAndPersist "
        "retry=\"60 +\"\n-\nadd: olcMultiProvider\nolcMultiProvider: TRUE\n"));
    expect_found(&w.server, NULL, "EDD-136", "missing, or 0");
    expect_found(&w.server, NULL, "EDD-137", database);
    expect_found(&w.server, NULL, "EDD-138", database);
    expect_none(&w.server, NULL, "EDD-132", "EDD-133", "EDD-135");
    expect_ok(configure(
        &w.server, "cn=config", "add: olcServerID\nolcServerID: 1\n"));
    expect_none(&w.server, NULL, "EDD-136");
    free(overlay);
    world_end(&w);
}

/* ---- servers that agree; settings ---- */

#define OF_OTHERS                                                              \
    "EDD-136", "EDD-139", "EDD-140", "EDD-141", "EDD-142", "EDD-143",          \
        "EDD-144", "EDD-145", "EDD-146", "EDD-147"

static const struct {
    const char *attribute, *value;
    bool told;
} settings[] = {
    {"olcEduconnectRole", "registrar dn=\"uid=other," STAFF_DN "\"", true},
    {"olcEduconnectGuard", "audit", true},
    {"olcEduconnectPassword", "student min=14", true},
    {"olcEduconnectProvisional", "lifetime=30d", true},
    {"olcEduconnectImportSchemes", "{SSHA}", true},
    {"olcEduconnectHashCeiling", "memory=65536 time=4 parallelism=4", true},
    {"olcEduconnectLockout", "failures=5", true},
    {"olcEduconnectCampaign", "20260901000000Z", true},
    {"olcEduconnectLegacyCutoff", "20250101000000Z", true},
    {"olcEduconnectEligibility", "sn givenName", true},
    {"olcEduconnectMaxGuardians", "4", true},
    {"olcEduconnectLanguage", "fr", true},
    {"olcEduconnectClaim", "attempts=3", true},
    {"olcEduconnectRegion", "32", true},
    {"olcEduconnectTestData", "yes", true},
    {"olcEduconnectMustChange", "aware", true},
    {"olcEduconnectHashSlots", "3 queue=9", false},
    {"olcEduconnectVerifyCache", "entries=100", false},
};

static void
settings_that_differ_are_told(void **state)
{
    replica_pair p;
    char *overlay;

    (void)state;
    replica_pair_begin(&p, &replica_plain, "");
    replica_pair_meet(&p);
    overlay = overlay_of(&p.consumer);
    expect_none(&p.provider.server, &p.consumer, OF_OTHERS);
    expect_none(&p.consumer, &p.provider.server, OF_OTHERS);
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        char *set = text_of("add: %s\n%s: %s\n", settings[i].attribute,
            settings[i].attribute, settings[i].value);
        char *unset = text_of("delete: %s\n%s: %s\n", settings[i].attribute,
            settings[i].attribute, settings[i].value);
        server *one = i % 2 == 0 ? &p.provider.server : &p.consumer;
        server *other = i % 2 == 0 ? &p.consumer : &p.provider.server;

        if (strcmp(settings[i].attribute, "olcEduconnectRole") != 0)
            unset[strcspn(unset, "\n") + 1] = '\0';
        expect_ok(configure(&p.consumer, overlay, set));
        if (settings[i].told) {
            expect_found(one, other, "EDD-144", settings[i].attribute);
        } else {
            expect_none(&p.provider.server, &p.consumer, "EDD-144");
        }
        expect_ok(configure(&p.consumer, overlay, unset));
        free(unset);
        free(set);
    }
    expect_none(&p.consumer, &p.provider.server, "EDD-144");
    free(overlay);
    replica_pair_end(&p);
}

/* Where it stands is each machine's own; whether there is one is not. */
static void
a_list_of_passwords_on_one_server_is_told(void **state)
{
    replica_pair p;
    server *servers[2];

    (void)state;
    replica_pair_begin(&p, &replica_plain, "");
    servers[0] = &p.provider.server;
    servers[1] = &p.consumer;
    for (int i = 0; i < 2; i++) {
        char *overlay = overlay_of(servers[i]);
        char *path = server_path(servers[i], "refused");
        char *change = text_of("add: olcEduconnectPasswordList\n"
                               "olcEduconnectPasswordList: %s\n",
            path);

        write_file(path, "azertyuiop123\n");
        expect_ok(configure(servers[i], overlay, change));
        if (i == 0)
            expect_found(
                servers[0], servers[1], "EDD-144", "olcEduconnectPasswordList");
        free(change);
        free(path);
        free(overlay);
    }
    expect_none(servers[0], servers[1], "EDD-144");
    replica_pair_end(&p);
}

/* ---- how far one has got ---- */

#define TO_NOBODY "provider=ldap://127.0.0.1:1"

static void
a_server_that_is_behind_is_told(void **state)
{
    replica_pair p;
    char *overlay, *line, *change;
    LDAP *config;

    (void)state;
    replica_pair_begin(&p, &replica_plain, "");
    replica_pair_meet(&p);
    overlay = overlay_of(&p.consumer);
    config = client_login(&p.consumer, CONFIG_DN, CONFIG_PASSWORD);
    line = client_read(config, strchr(overlay, ',') + 1, "olcSyncrepl");
    client_close(config);
    expect_ok(configure(&p.consumer, strchr(overlay, ',') + 1,
        "replace: olcSyncrepl\nolcSyncrepl: {0}rid=1 " TO_NOBODY
        " bindmethod=simple searchbase=\"" SUFFIX "\" type=refreshAndPersist "
        "retry=\"60 +\"\n"));
    new_student(&p.provider, COLLEGE);
    expect_found(
        &p.provider.server, &p.consumer, "EDD-143", "of server 000 it has");
    expect_found(&p.consumer, &p.provider.server, "EDD-143", p.consumer.url);
    change = text_of("replace: olcSyncrepl\nolcSyncrepl: %s\n", line);
    expect_ok(configure(&p.consumer, strchr(overlay, ',') + 1, change));
    replica_pair_meet(&p);
    expect_none(&p.provider.server, &p.consumer, OF_OTHERS);
    free(change);
    free(line);
    free(overlay);
    replica_pair_end(&p);
}

/* ---- servers without the overlay ---- */

/* On the server itself the installation is told of, and no version of a module
 * that is not there; from another it is seen as well. */
static void
expect_bare(world *provider, const setup *how, const char *code,
    const char *part, const char *seen)
{
    server s;
    tool t;

    replica_start(&s, &provider->server, how, "");
    replicas_meet(&provider->server, &s);
    t = doctor(&s, NULL);
    expect_status(&t, 1);
    if (!doctor_finds(&t, code, part) ||
        !doctor_finds(&t, "EDD-128", "mdb,cn=config") ||
        doctor_finds(&t, "EDD-103", ""))
        FAIL("%s %s was not found:\n%s", code, part, t.out);
    tool_free(&t);
    expect_found(&provider->server, &s, "EDD-141", seen);
    server_finish(&s);
}

static void
a_server_that_judges_nothing_is_told_from_here(void **state)
{
    const char *top = getenv("EDC_SOURCE");
    char *root = realpath(top != NULL ? top : ".", NULL);
    char *schema = text_of("include %s/schema/educonnect.schema\n", root);
    char *indexes = text_of("%s", "index educonnectState eq\n");
    setup half = {.modules = "moduleload syncprov\n", .without_overlay = true};
    setup bare = {.modules = "moduleload syncprov\n",
        .without = true,
        .global = schema,
        .database = indexes};
    world provider;

    (void)state;
    world_begin(&provider, &replica_plain);
    student_in(&provider, "closed");
    expect_bare(&provider, &half, "EDD-102", "closed accounts bind",
        "the overlay is not on the database");
    bare.config_directory = true;
    expect_bare(&provider, &bare, "EDD-101",
        "its schema file is: the server holds the data", "not loaded");
    world_end(&provider);
    free(indexes);
    free(schema);
    free(root);
}

/* Asked of the consumer as somebody without a role. */
static tool
ask_as_stranger(const world *provider, const server *consumer)
{
    char *own = server_path(consumer, "config-secret");
    char *secret = server_path(consumer, "secret"), *dn = actor_dn(STRANGER);
    char *password = actor_password(STRANGER);
    tool t;

    write_file(own, CONFIG_PASSWORD);
    write_file(secret, password);
    t = tool_run_plain(NULL, "doctor",
        "-H %s -D " CONFIG_DN " -y %s -b " SUFFIX " --config-only --server %s "
        "--server-as %s --server-password-file %s",
        provider->server.url, own, consumer->url, dn, secret);
    free(password);
    free(dn);
    free(secret);
    free(own);
    return t;
}

/* It goes to the provider itself, which says what it thinks of its identity;
 * that is not to be taken for its own silence. */
static void
a_consumer_that_chains_is_in_force(void **state)
{
    setup how = {.modules = "moduleload syncprov\nmoduleload back_ldap\n"};
    world provider;
    server consumer;
    char *chain;
    tool t;

    (void)state;
    world_begin(&provider, &replica_plain);
    chain = replica_chain(&provider.server, ROOT_DN, ROOT_PASSWORD, "");
    how.global = chain;
    replica_start(&consumer, &provider.server, &how, "");
    replicas_meet(&provider.server, &consumer);
    expect_none(&consumer, &provider.server, OF_OTHERS, "EDD-121", "EDD-135");
    expect_none(&provider.server, &consumer, OF_OTHERS, "EDD-121");
    t = ask_as_stranger(&provider, &consumer);
    expect_status(&t, 1);
    if (doctor_finds(&t, "EDD-141", "") ||
        !doctor_finds(&t, "EDD-140", "its cn=config"))
        FAIL("asked as a stranger:\n%s", t.out);
    tool_free(&t);
    server_finish(&consumer);
    free(chain);
    world_end(&provider);
}

/* ---- clocks ---- */

static const struct {
    int seconds;
    bool told;
} skews[] = {{0, false}, {1, false}, {5, true}, {-5, true}, {3600, true}};

/* A consumer writes nothing, so its clock changes no data. */
static void
start_skewed(server *s, const server *provider, int seconds)
{
    replica_start(s, provider, NULL, "");
    server_stop(s);
    s->skew = seconds * 1000;
    server_start(s);
}

static void
clocks_that_differ_are_told(void **state)
{
    world provider;

    (void)state;
    world_begin(&provider, &replica_plain);
    for (size_t i = 0; i < sizeof(skews) / sizeof(skews[0]); i++) {
        server consumer;

        start_skewed(&consumer, &provider.server, skews[i].seconds);
        replicas_meet(&provider.server, &consumer);
        if (skews[i].told)
            expect_found(&provider.server, &consumer, "EDD-142",
                skews[i].seconds > 0 ? consumer.url : provider.server.url);
        else
            expect_none(&provider.server, &consumer, OF_OTHERS);
        server_finish(&consumer);
    }
    world_end(&provider);
}

/* ---- numbers ---- */

static void
two_writers_of_one_number_are_told(void **state)
{
    twins t;

    (void)state;
    twins_begin(&t, NULL);
    twins_agree(&t);
    expect_none(&t.side[0].server, &t.side[1].server, OF_OTHERS, "EDD-138");
    expect_ok(configure(&t.side[1].server, "cn=config",
        "replace: olcServerID\nolcServerID: 1\n"));
    expect_found(&t.side[0].server, &t.side[1].server, "EDD-136",
        "olcServerID is 1, as that of");
    for (int i = 0; i < 2; i++) {
        char *list = text_of("replace: olcServerID\nolcServerID: %d %s\n"
                             "olcServerID: %d %s\n",
            1 + i, t.side[0].server.url, 2 - i, t.side[1].server.url);

        expect_ok(configure(&t.side[i].server, "cn=config", list));
        free(list);
    }
    expect_found(&t.side[0].server, &t.side[1].server, "EDD-136",
        "olcServerID has not the list");
    twins_end(&t);
}

/* ---- what is not shown ---- */

static void
what_another_does_not_show_is_told(void **state)
{
    replica_pair p;
    char *secret, *files;
    tool t;

    (void)state;
    replica_pair_begin(&p, &replica_plain, "");
    replica_pair_meet(&p);
    secret = server_path(&p.consumer, "config-secret");
    files = text_of("-H %s -D " CONFIG_DN " -y %s -b " SUFFIX " --config-only",
        p.provider.server.url, secret);
    write_file(secret, CONFIG_PASSWORD);
    /* An identity without rights there. */
    t = tool_run_plain(NULL, "doctor",
        "%s --server %s --server-as uid=stranger," STAFF_DN
        " --server-password-file %s",
        files, p.consumer.url, secret);
    expect_status(&t, 1);
    REQUIRE(doctor_finds(&t, "EDD-140", "no session began"));
    tool_free(&t);
    server_stop(&p.consumer);
    t = tool_run_plain(NULL, "doctor", "%s --server %s", files, p.consumer.url);
    expect_status(&t, 1);
    REQUIRE(doctor_finds(&t, "EDD-140", p.consumer.url));
    tool_free(&t);
    t = tool_run_plain(NULL, "doctor", "-H %s -b " SUFFIX " --server %s",
        p.provider.server.url, p.consumer.url);
    expect_status(&t, 2);
    tool_free(&t);
    free(files);
    free(secret);
    replica_pair_end(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_changes_are_fetched_is_looked_at),
        cmocka_unit_test(a_writer_beside_others_is_looked_at),
        cmocka_unit_test(settings_that_differ_are_told),
        cmocka_unit_test(a_list_of_passwords_on_one_server_is_told),
        cmocka_unit_test(a_server_that_is_behind_is_told),
        cmocka_unit_test(a_server_that_judges_nothing_is_told_from_here),
        cmocka_unit_test(a_consumer_that_chains_is_in_force),
        cmocka_unit_test(clocks_that_differ_are_told),
        cmocka_unit_test(two_writers_of_one_number_are_told),
        cmocka_unit_test(what_another_does_not_show_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
