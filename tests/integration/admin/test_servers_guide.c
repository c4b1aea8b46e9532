/* test_servers_guide.c - doc/SERVERS.md, played: its commands are taken out of
 * the document as they stand (packaging/guide-blocks), and run in its order, on
 * two servers, once for each arrangement.
 *
 * What is put into them is what the document tells administrators to put there:
 * servers' names, which are addresses and ports here, and the file; and the
 * server's own directory in the place of the machine's. systemctl and chown are
 * the test's own: it starts the server when it is told to.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/launch.h"
#include "harness/port.h"
#include "harness/shipped.h"

#define N_SERVERS 2
#define OWN_SUFFIX "dc=ac-exemple,dc=fr"
#define EXAMPLES "/usr/share/doc/slapd-educonnect/examples/ldif"

typedef struct site {
    server s[N_SERVERS];
    char *names[N_SERVERS]; /* "127.0.0.1:<port>/", for sed */
    char *tls;
    bool running[N_SERVERS];
    int played;
} site;

static char *
top_of_source(void)
{
    const char *top = getenv("EDC_SOURCE");
    char *path = realpath(top != NULL ? top : ".", NULL);

    REQUIRE(path != NULL);
    return path;
}

/* A file of the server's directory; mode as chmod() takes it. */
static void
put(const server *s, const char *name, const char *content, mode_t mode)
{
    char *path = server_path(s, name);

    write_file(path, content);
    REQUIRE(chmod(path, mode) == 0);
    free(path);
}

static void
make_directory(const server *s, const char *name)
{
    char *path = server_path(s, name);

    REQUIRE(mkdir(path, 0700) == 0);
    free(path);
}

/* ---- what the document takes for granted ---- */

/* slapadd's own place for the configuration is the machine's. */
static void
put_programs(const server *s)
{
    const char *tools = getenv("EDC_TOOLS");
    char *built = realpath(tools != NULL ? tools : "build", NULL);
    char *slapadd = text_of("#!/bin/sh\ncase \" $* \" in\n"
                            "*' -F '*) exec %s \"$@\" ;;\n"
                            "*) exec %s -F %s/slapd.d \"$@\" ;;\nesac\n",
        launch_tool(s, "slapadd"), launch_tool(s, "slapadd"), s->directory);
    char *tool = text_of("#!/bin/sh\nexec %s/educonnectctl \"$@\"\n", built);
    char *asked = text_of("#!/bin/sh\necho \"$*\" >>%s/asked\n", s->directory);

    make_directory(s, "bin");
    put(s, "bin/slapadd", slapadd, 0700);
    put(s, "bin/educonnectctl", tool, 0700);
    put(s, "bin/systemctl", asked, 0700);
    /* It gives away what is there; another user is not to be had here. */
    put(s, "bin/chown",
        "#!/bin/sh\n[ \"$1 $2\" = '-R openldap:openldap' ] || exit 1\n"
        "shift 2\nfor file in \"$@\"; do [ -d \"$file\" ] || exit 1; done\n",
        0700);
    free(asked);
    free(tool);
    free(slapadd);
    free(built);
}

static void
put_secrets(const server *s)
{
    char *academy = actor_password(ACADEMY);

    make_directory(s, "secrets");
    put(s, "secrets/replicator", "secret-of-the-replicator", 0600);
    put(s, "secrets/chain", "secret-of-the-chain", 0600);
    put(s, "secrets/academy", academy, 0600);
    free(academy);
}

/* The shipped files, where packages put them. */
static void
put_examples(const site *site, const server *s)
{
    static const char *const names[] = {"provider.ldif", "consumer.ldif",
        "mirror.ldif", "writers.ldif", "acl-example.ldif",
        "replica-access.ldif", "replica-identities.ldif"};

    make_directory(s, "examples");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *text = shipped_here(s, site->tls, shipped_file(names[i]));
        char *name = text_of("examples/%s", names[i]);

        put(s, name, text, 0600);
        free(name);
        free(text);
    }
}

/* "Data that is there already". */
static void
put_data(const server *s)
{
    char *text = text_with(sample_ldif(true), SUFFIX, OWN_SUFFIX);

    text = text_with(text, "dc: example\n", "dc: ac-exemple\n");
    put(s, "data.ldif", text, 0600);
    free(text);
}

static void
begin(site *site)
{
    memset(site, 0, sizeof(*site));
    for (int i = 0; i < N_SERVERS; i++) {
        const setup how = {.config_directory = true,
            .ldapi = true,
            .port = server_free_port()};
        server *s = &site->s[i];
        char *changes;

        server_prepare(s, &how);
        site->names[i] = text_of("127.0.0.1:%d\\/", how.port);
        /* The document makes it. */
        changes = server_path(s, "log-db");
        REQUIRE(rmdir(changes) == 0);
        free(changes);
    }
    site->tls = server_path(&site->s[0], "tls");
    REQUIRE(mkdir(site->tls, 0700) == 0);
    shipped_certificate(site->tls);
    for (int i = 0; i < N_SERVERS; i++) {
        put_programs(&site->s[i]);
        put_secrets(&site->s[i]);
        put_examples(site, &site->s[i]);
    }
    put_data(&site->s[0]);
}

static void
end(site *site)
{
    for (int i = N_SERVERS - 1; i >= 0; i--) {
        server_finish(&site->s[i]);
        free(site->names[i]);
    }
    free(site->tls);
}

/* ---- a block of the document ---- */

static char *
made_own(const site *site, const server *s, const char *file, char *text)
{
    char *examples = server_path(s, "examples");
    char *config = server_path(s, "slapd.d");
    char *changes = server_path(s, "log-db"), *data = server_path(s, "db");
    const struct {
        const char *word, *own;
    } words[] = {
        /* doctor takes an address of 127 for this machine, and sends it no
         * password over TLS; the socket counts as that. */
        {"ldap://ldap1.ac-exemple.fr", site->s[0].ldapi_url},
        {"ldap://ldap2.ac-exemple.fr", site->s[1].ldapi_url},
        {"ldap1.ac-exemple.fr", site->names[0]},
        {"ldap2.ac-exemple.fr", site->names[1]},
        {"mirror.ldif", file},
        {EXAMPLES, examples},
        {"/etc/ldap/slapd.d", config},
        {"/var/lib/ldap/changes", changes},
        {"/var/lib/ldap", data},
        {"/root", s->directory},
        {"ldapi:///", s->ldapi_url},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        text = text_with(text, words[i].word, words[i].own);
    free(data);
    free(changes);
    free(config);
    free(examples);
    return text;
}

/* What systemctl was told; nothing else is known of it. */
static void
obey(site *site, int i)
{
    server *s = &site->s[i];
    char *path = server_path(s, "asked"), *asked = read_file(path, NULL);

    if (asked != NULL) {
        if (strcmp(asked, "start slapd\n") != 0 || site->running[i])
            FAIL("systemctl was told: %s", asked);
        s->converted = true;
        server_start(s);
        site->running[i] = true;
        REQUIRE(unlink(path) == 0);
    }
    free(asked);
    free(path);
}

static void
play_on(site *site, int i, const char *block, const char *file)
{
    server *s = &site->s[i];
    char *text = made_own(site, s, file, read_file(block, NULL));
    char *command =
        text_of("cd %s && PATH=%s/bin:$PATH LDAPTLS_CACERT=%s/ca.pem "
                "bash -eu -o pipefail block >said 2>&1 </dev/null",
            s->directory, s->directory, site->tls);
    char *path = server_path(s, "said");
    int status;

    put(s, "block", text, 0600);
    launch_link_modules(s, true);
    status = system(command);
    launch_link_modules(s, false);
    if (status != 0) {
        char *said = read_file(path, NULL);

        FAIL("%s on %s ends with %d:\n%s--\n%s", block, site->names[i], status,
            text, said != NULL ? said : "");
    }
    site->played++;
    obey(site, i);
    free(path);
    free(command);
    free(text);
}

/* ---- the document ---- */

#define ACADEMY_DN "uid=academy,ou=staff," OWN_SUFFIX

/* Until a server has these values of an entry. */
static void
await(
    const server *s, const char *dn, const char *attribute, const char *values)
{
    LDAP *ld = client_machine(s);
    deadline d = deadline_in(60);

    for (bool same = false; !same;) {
        char *seen = client_read_all(ld, dn, attribute);

        same = strcmp(seen, values) == 0;
        free(seen);
        if (!same)
            deadline_wait(&d, "data to arrive");
    }
    client_close(ld);
}

/* Whoever looks at servers waits until they have what they fetch. */
static void
await_data(const site *site, const char *block)
{
    char *text = read_file(block, NULL);

    REQUIRE(text != NULL);
    if (strstr(text, " doctor ") != NULL) {
        LDAP *first = client_machine(&site->s[0]);
        char *context = client_read_all(first, OWN_SUFFIX, "contextCSN");

        REQUIRE(context[0] != '\0');
        for (int i = 1; i < N_SERVERS; i++)
            await(&site->s[i], OWN_SUFFIX, "contextCSN", context);
        free(context);
        client_close(first);
    }
    free(text);
}

static int
is_block(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot != NULL && strcmp(dot, ".sh") == 0;
}

/* "003.every.sh" is for all, "002.ldap1.sh" for the first. */
static void
play(site *site, const char *const files[N_SERVERS])
{
    char *top = top_of_source(), *blocks = server_path(&site->s[0], "blocks");
    char *command =
        text_of("mkdir %s && %s/packaging/guide-blocks %s/doc/SERVERS.md %s",
            blocks, top, top, blocks);
    struct dirent **entries;
    int n, every = 0;

    REQUIRE(system(command) == 0);
    n = scandir(blocks, &entries, is_block, alphasort);
    REQUIRE(n > 0);
    for (int b = 0; b < n; b++) {
        char *block = text_of("%s/%s", blocks, entries[b]->d_name);
        bool all = strstr(entries[b]->d_name, ".every.") != NULL;

        REQUIRE(all || strstr(entries[b]->d_name, ".ldap1.") != NULL);
        every += all;
        await_data(site, block);
        for (int i = 0; i < (all ? N_SERVERS : 1); i++)
            play_on(site, i, block, files[i]);
        free(block);
        free(entries[b]);
    }
    REQUIRE(site->played == n + every * (N_SERVERS - 1));
    free(entries);
    free(command);
    free(blocks);
    free(top);
}

/* ---- what they are then ---- */

/* What root of the machine writes on one arrives at the other. */
static void
expect_same_data(site *site, int from)
{
    LDAP *ld = client_machine(&site->s[from]);
    char *value = text_of("written on %d", from), *seen;

    expect_ok(client_modify(
        ld, ACADEMY_DN, "replace: description\ndescription: %s\n", value));
    seen = client_read_all(ld, ACADEMY_DN, "description");
    await(&site->s[1 - from], ACADEMY_DN, "description", seen);
    free(seen);
    free(value);
    client_close(ld);
}

static const struct {
    const char *files[N_SERVERS];
    int writers;
} arrangements[] = {
    {{"provider.ldif", "consumer.ldif"}, 1},
    {{"mirror.ldif", "mirror.ldif"}, 2},
    {{"writers.ldif", "writers.ldif"}, 2},
};

/* doctor is the document's last command: a finding fails its block. */
static void
the_commands_set_servers_up(void **state)
{
    (void)state;
    for (size_t a = 0; a < sizeof(arrangements) / sizeof(arrangements[0]);
        a++) {
        site site;

        begin(&site);
        play(&site, arrangements[a].files);
        for (int i = 0; i < N_SERVERS; i++)
            REQUIRE(site.running[i]);
        for (int i = 0; i < arrangements[a].writers; i++)
            expect_same_data(&site, i);
        end(&site);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_commands_set_servers_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
