/* test_several.c - the configurations for several servers, as they are shipped
 * in ldif/: the servers start, what is done on one is seen on the other, and
 * doctor has nothing to say of them.
 *
 * What is put into the files is what doc/SERVERS.md tells administrators to:
 * names of servers and passwords; and the tests' own directories.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/launch.h"
#include "harness/port.h"
#include "harness/shipped.h"
#include "harness/tool.h"

#define N_SERVERS 2
#define REPLICATOR_PASSWORD "secret-of-the-replicator"
#define CHAIN "uid=chain," STAFF_DN
#define CHAIN_PASSWORD "secret-of-the-chain"

/* Servers, and root of the machine's session with each. */
typedef struct site {
    server s[N_SERVERS];
    LDAP *root[N_SERVERS];
    char *tls;       /* a directory */
    server balancer; /* lloadd: its URL and pid alone are set */
} site;

#define BALANCER N_SERVERS

/* ---- the files ---- */

/* The administrator's own words, then the tests' directories. */
static char *
made_own(const site *site, const server *s, char *text)
{
    const struct {
        const char *word, *own;
    } words[] = {
        {"ldap://ldap1.example.org", site->s[0].url},
        {"ldap://ldap2.example.org", site->s[1].url},
        {"replicator-password", REPLICATOR_PASSWORD},
        {"chain-password", CHAIN_PASSWORD},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        text = text_with(text, words[i].word, words[i].own);
    return shipped_here(s, site->tls, text);
}

/* ---- starting them ---- */

/* slapadd -n 0, as the files say. */
static void
load_configuration(const site *site, server *s, const char *name)
{
    char *ldif = made_own(site, s, shipped_file(name));
    char *path = server_path(s, "config.ldif");
    char *command = text_of("%s -n 0 -F %s/slapd.d -l %s",
        launch_tool(s, "slapadd"), s->directory, path);

    write_file(path, ldif);
    launch_link_modules(s, true);
    REQUIRE(system(command) == 0);
    launch_link_modules(s, false);
    s->converted = true;
    free(command);
    free(path);
    free(ldif);
}

/* One record after the other, add where none is named. */
static void
apply(LDAP *ld, const site *site, const server *s, const char *name)
{
    char *ldif = made_own(site, s, shipped_file(name)), *next;

    for (char *at = ldif; at != NULL && *at != '\0'; at = next) {
        char *record;

        next = strstr(at, "\n\n");
        if (next != NULL) {
            next[1] = '\0';
            next += 2;
        }
        record = strncmp(at, "dn:", 3) == 0 ? at : strstr(at, "\ndn:");
        if (record != NULL)
            expect_ok(client_ldif(ld, "%s", record + (*record == '\n')));
    }
    free(ldif);
}

static void
begin(site *site, const char *const *files)
{
    memset(site, 0, sizeof(*site));
    for (int i = 0; i < N_SERVERS; i++) {
        const setup how = {.config_directory = true,
            .ldapi = true,
            .port = server_free_port()};

        server_prepare(&site->s[i], &how);
        snprintf(site->s[i].url, sizeof(site->s[i].url), "ldap://127.0.0.1:%d/",
            how.port);
    }
    site->tls = server_path(&site->s[0], "tls");
    REQUIRE(mkdir(site->tls, 0700) == 0);
    shipped_certificate(site->tls);
    for (int i = 0; i < N_SERVERS; i++)
        load_configuration(site, &site->s[i], files[i]);
}

/* Until a server has this value. */
static void
await(
    site *site, int i, const char *dn, const char *attribute, const char *value)
{
    deadline d = deadline_in(60);

    for (bool same = false; !same;) {
        char *here = client_read(site->root[i], dn, attribute);

        same = here != NULL && strcmp(here, value) == 0;
        free(here);
        if (!same)
            deadline_wait(&d, "a change to arrive");
    }
}

/* The first one holds the sample; what others have comes from there. */
static void
start(site *site)
{
    char *sample = sample_ldif(true), *path, *command, *stored;

    path = server_path(&site->s[0], "sample.ldif");
    write_file(path, sample);
    command = text_of("%s -w -S 1 -b " SUFFIX " -F %s/slapd.d -l %s",
        launch_tool(&site->s[0], "slapadd"), site->s[0].directory, path);
    launch_link_modules(&site->s[0], true);
    REQUIRE(system(command) == 0);
    launch_link_modules(&site->s[0], false);
    for (int i = 0; i < N_SERVERS; i++) {
        server_start(&site->s[i]);
        site->root[i] = client_machine(&site->s[i]);
        apply(site->root[i], site, &site->s[i], "acl-example.ldif");
        apply(site->root[i], site, &site->s[i], "replica-access.ldif");
    }
    apply(site->root[0], site, &site->s[0], "replica-identities.ldif");
    expect_ok(client_password(
        site->root[0], "uid=replicator," STAFF_DN, NULL, REPLICATOR_PASSWORD));
    expect_ok(client_password(site->root[0], CHAIN, NULL, CHAIN_PASSWORD));
    stored = client_read(site->root[0], CHAIN, "userPassword");
    for (int i = 1; i < N_SERVERS; i++)
        await(site, i, CHAIN, "userPassword", stored);
    free(stored);
    free(command);
    free(path);
    free(sample);
}

static void
end(site *site)
{
    for (int i = 0; i < N_SERVERS; i++) {
        if (site->root[i] != NULL)
            client_close(site->root[i]);
    }
    for (int i = N_SERVERS - 1; i >= 0; i--)
        server_finish(&site->s[i]);
    free(site->tls);
}

/* ---- clients ---- */

/* By the machine's own socket, which counts as TLS does. */
static server
by_socket(const server *s)
{
    server here = *s;

    REQUIRE(strlen(s->ldapi_url) < sizeof(here.url));
    memcpy(here.url, s->ldapi_url, strlen(s->ldapi_url) + 1);
    return here;
}

/* Where a client goes: a server, or the balancer before all. */
static server
door_of(const site *site, int i)
{
    return i == BALANCER ? site->balancer : by_socket(&site->s[i]);
}

static LDAP *
login(const site *site, int i, actor who)
{
    server here = door_of(site, i);

    return actor_login(&here, who);
}

static answer
bind_at(const server *s, const char *dn, const char *password)
{
    server here = by_socket(s);

    return bind_once(&here, dn, password);
}

#define PUPIL "uid=nouveau," PEOPLE
static const char pupil[] =
    "dn: " PUPIL "\nchangetype: add\nobjectClass: inetOrgPerson\n"
    "objectClass: educonnectStudent\nuid: nouveau\ncn: Zoe Karadec\n"
    "sn: Karadec\ngivenName: Zoe\neduconnectIne: 900000001AB\n"
    "educonnectBirthDate: 2014-05-06\neduconnectEnrolledAt: " COLLEGE "\n";

/* From nothing to an account that is active, each step asked of the server that
 * by[] names and seen on both. */
static void
live(site *site, const int by[3])
{
    LDAP *ld = login(site, by[0], PROVISIONER);
    server here = door_of(site, by[2]);
    char *letter;
    answer a;

    expect_ok(client_ldif(ld, "%s", pupil));
    client_close(ld);
    for (int i = 0; i < N_SERVERS; i++)
        await(site, i, PUPIL, "educonnectState", "uninformed");
    ld = login(site, by[1], HEAD1);
    a = client_password(ld, PUPIL, NULL, NULL);
    expect_ok(a);
    letter = text_of("%s", a.made);
    client_close(ld);
    for (int i = 0; i < N_SERVERS; i++) {
        await(site, i, PUPIL, "educonnectState", "informed");
        expect_ok(bind_at(&site->s[i], PUPIL, letter));
    }
    ld = client_login(&here, PUPIL, letter);
    expect_ok(client_password(ld, NULL, letter, "Ancolie-2026_Vert"));
    client_close(ld);
    for (int i = 0; i < N_SERVERS; i++) {
        await(site, i, PUPIL, "educonnectState", "active");
        expect_ok(bind_at(&site->s[i], PUPIL, "Ancolie-2026_Vert"));
        expect(
            bind_at(&site->s[i], PUPIL, letter), LDAP_INVALID_CREDENTIALS, "");
    }
    free(letter);
}

/* The academy closes it on one; nobody opens it on any. */
static void
close_account(site *site, int by)
{
    LDAP *ld = login(site, by, ACADEMY);

    expect_ok(client_modify(
        ld, PUPIL, "replace: educonnectState\neduconnectState: closed\n"));
    client_close(ld);
    for (int i = 0; i < N_SERVERS; i++) {
        await(site, i, PUPIL, "educonnectState", "closed");
        expect(bind_at(&site->s[i], PUPIL, "Ancolie-2026_Vert"),
            LDAP_INVALID_CREDENTIALS, "S02");
    }
}

/* ---- what doctor says ---- */

/* Nothing but that the session is the rootdn's, which library hashes, and the
 * code allowed (NULL: none). */
static void
expect_content(const tool *t, const char *allowed)
{
    for (const char *at = t->out; (at = strstr(at, "EDD-1")) != NULL; at++) {
        int code = atoi(at + 4);

        if (code == 118 || code == 148)
            continue;
        if (allowed == NULL || strncmp(at, allowed, strlen(allowed)) != 0)
            FAIL("doctor says:\n%s%s", t->out, t->err);
    }
    expect_status(t, 0);
}

/* As root of the machine on each, and as the academy over the network, which
 * holds the first against the second. */
static void
ask_doctor(site *site, const char *allowed)
{
    char *ca = text_of("%s/ca.pem", site->tls);
    char *secret = server_path(&site->s[0], "academy-secret");
    char *password = actor_password(ACADEMY), *dn = actor_dn(ACADEMY);
    tool t;

    write_file(secret, password);
    REQUIRE(chmod(secret, 0600) == 0);
    REQUIRE(setenv("LDAPTLS_CACERT", ca, 1) == 0);
    for (int i = 0; i < N_SERVERS; i++) {
        t = tool_run_plain(NULL, "doctor",
            "-Y EXTERNAL -H %s -b " SUFFIX " --config-only --server %s "
            "--server-as %s --server-password-file %s",
            site->s[i].ldapi_url, site->s[1 - i].ldapi_url, dn, secret);
        expect_content(&t, allowed);
        tool_free(&t);
    }
    t = tool_run_plain(NULL, "doctor",
        "-ZZ -H %s -D %s -y %s -b " SUFFIX " --config-only --server %s",
        site->s[0].url, dn, secret, site->s[1].url);
    expect_content(&t, allowed);
    tool_free(&t);
    REQUIRE(unsetenv("LDAPTLS_CACERT") == 0);
    free(dn);
    free(password);
    free(secret);
    free(ca);
}

/* ---- referrals ---- */

/* Whoever says that it goes there itself is told where writes are taken. */
static void
expect_referred(const site *site, int consumer)
{
    char *mail[] = {(char *)"nouveau@example.org", NULL};
    LDAPMod mod = {.mod_op = LDAP_MOD_REPLACE, .mod_type = (char *)"mail"};
    LDAPMod *mods[] = {&mod, NULL};
    LDAPControl control = {.ldctl_oid = LDAP_CONTROL_X_CHAINING_BEHAVIOR};
    LDAPControl *controls[] = {&control, NULL};
    BerElement *ber = ber_alloc_t(LBER_USE_DER);
    LDAP *ld = login(site, consumer, ACADEMY);
    LDAPMessage *answer = NULL;
    char **referrals = NULL;
    int id, code;

    mod.mod_values = mail;
    REQUIRE(ber_printf(ber, "{e}", LDAP_REFERRALS_REQUIRED) != -1);
    REQUIRE(ber_flatten2(ber, &control.ldctl_value, 0) == 0);
    REQUIRE(ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == 0);
    REQUIRE(ldap_modify_ext(ld, PUPIL, mods, controls, NULL, &id) == 0);
    REQUIRE(ldap_result(ld, id, LDAP_MSG_ALL, NULL, &answer) > 0);
    REQUIRE(ldap_parse_result(
                ld, answer, &code, NULL, NULL, &referrals, NULL, 1) == 0);
    assert_int_equal(code, LDAP_REFERRAL);
    REQUIRE(referrals != NULL &&
            strncmp(referrals[0], site->s[0].url, strlen(site->s[0].url)) == 0);
    ldap_memvfree((void **)referrals);
    ber_free(ber, 1);
    client_close(ld);
}

/* ---- the tests ---- */

static void
a_provider_and_its_consumer(void **state)
{
    static const char *const files[] = {"provider.ldif", "consumer.ldif"};
    static const int through_consumer[] = {1, 1, 1};
    site site;
    answer a;

    (void)state;
    begin(&site, files);
    start(&site);
    live(&site, through_consumer);
    expect_referred(&site, 1);
    ask_doctor(&site, NULL);
    close_account(&site, 1);
    /* Without the provider nothing is written, and binds are judged. */
    server_stop(&site.s[0]);
    client_close(site.root[0]);
    site.root[0] = NULL;
    expect(bind_at(&site.s[1], PUPIL, "Ancolie-2026_Vert"),
        LDAP_INVALID_CREDENTIALS, "S02");
    LDAP *ld = login(&site, 1, ACADEMY);
    a = client_modify(
        ld, PUPIL, "replace: educonnectState\neduconnectState: active\n");
    REQUIRE(a.code != LDAP_SUCCESS);
    client_close(ld);
    end(&site);
}

/* One after the other takes the writes, as keepalived would have it. */
static void
two_servers_in_mirror_mode(void **state)
{
    static const char *const files[] = {"mirror.ldif", "mirror.ldif"};
    static const int at_first[] = {0, 0, 0};
    site site;

    (void)state;
    begin(&site, files);
    start(&site);
    live(&site, at_first);
    ask_doctor(&site, "EDD-138");
    client_close(site.root[0]);
    server_kill(&site.s[0]);
    LDAP *ld = login(&site, 1, ACADEMY);
    expect_ok(client_modify(
        ld, PUPIL, "replace: educonnectState\neduconnectState: suspended\n"));
    client_close(ld);
    server_start(&site.s[0]);
    site.root[0] = client_machine(&site.s[0]);
    await(&site, 0, PUPIL, "educonnectState", "suspended");
    expect(bind_at(&site.s[0], PUPIL, "Ancolie-2026_Vert"),
        LDAP_INVALID_CREDENTIALS, "S02");
    close_account(&site, 0);
    end(&site);
}

static void
servers_that_all_take_writes(void **state)
{
    static const char *const files[] = {"writers.ldif", "writers.ldif"};
    static const int in_turns[] = {0, 1, 0};
    site site;

    (void)state;
    begin(&site, files);
    start(&site);
    live(&site, in_turns);
    ask_doctor(&site, NULL);
    close_account(&site, 1);
    end(&site);
}

/* ---- lloadd before them ---- */

static void
start_balancer(site *site)
{
    char *text = made_own(site, &site->s[0], shipped_file("lloadd.conf"));
    char *path = server_path(&site->s[0], "lloadd.conf");
    char *log = server_path(&site->s[0], "lloadd.log");
    server *b = &site->balancer;
    deadline d = deadline_in(60);

    write_file(path, text);
    b->port = server_free_port();
    snprintf(b->url, sizeof(b->url), "ldap://127.0.0.1:%d", b->port);
    b->pid = fork();
    if (b->pid == 0) {
        if (freopen(log, "we", stderr) == NULL)
            _exit(126);
        execl(getenv("EDC_LLOADD"), "lloadd", "-f", path, "-h", b->url, "-d",
            "stats", (char *)NULL);
        _exit(127);
    }
    REQUIRE(b->pid > 0);
    while (bind_once(b, CHAIN, CHAIN_PASSWORD).code != LDAP_SUCCESS) {
        REQUIRE(waitpid(b->pid, NULL, WNOHANG) == 0);
        deadline_wait(&d, "lloadd to answer");
    }
    free(log);
    free(path);
    free(text);
}

static void
stop_balancer(site *site)
{
    int status;

    kill(site->balancer.pid, SIGTERM);
    REQUIRE(waitpid(site->balancer.pid, &status, 0) == site->balancer.pid);
}

static void
lloadd_before_servers_that_take_writes(void **state)
{
    static const char *const files[] = {"writers.ldif", "writers.ldif"};
    static const int through[] = {BALANCER, BALANCER, BALANCER};
    site site;

    (void)state;
    begin(&site, files);
    start(&site);
    start_balancer(&site);
    live(&site, through);
    close_account(&site, BALANCER);
    stop_balancer(&site);
    end(&site);
}

/* Debian has no lloadd to run the last one with: `make check-lloadd` builds it
 * and names it by EDC_LLOADD. */
int
main(void)
{
    const struct CMUnitTest before[] = {
        cmocka_unit_test(lloadd_before_servers_that_take_writes),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_provider_and_its_consumer),
        cmocka_unit_test(two_servers_in_mirror_mode),
        cmocka_unit_test(servers_that_all_take_writes),
    };

    return getenv("EDC_LLOADD") != NULL
               ? cmocka_run_group_tests(before, NULL, NULL)
               : cmocka_run_group_tests(tests, NULL, NULL);
}
