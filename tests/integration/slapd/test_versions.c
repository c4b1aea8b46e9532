/* test_versions.c - what slapd does otherwise from some version on: each row of
 * versions.def seen in a slapd without the module.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/replica.h"
#include "harness/unread.h"
#include "harness/versions.h"

#define ENTRY "uid=entry," SUFFIX

static const char data[] =
    "dn: " SUFFIX "\nobjectClass: dcObject\nobjectClass: organization\n"
    "dc: example\no: example\n\n"
    "dn: " ENTRY "\nobjectClass: inetOrgPerson\nuid: entry\ncn: e\nsn: e\n"
    "userPassword: secret\n\n";

static void
expect_as_listed(slapd_trait trait, bool seen)
{
    print_message("slapd %u: %s\n", slapd_version(), slapd_trait_text(trait));
    if (seen != slapd_does(trait))
        FAIL("slapd %u %s, and versions.def says otherwise: %s",
            slapd_version(), seen ? "does" : "does not",
            slapd_trait_text(trait));
}

static void
begin_bare(server *s, const setup *how)
{
    server_prepare(s, how);
    REQUIRE(server_tool(s, data, NULL, "slapadd", "-q -b " SUFFIX) == 0);
    server_start(s);
}

static void
a_client_that_does_not_read(void **state)
{
    static const setup bare = {.without = true};
    struct timeval limit = {5, 0};
    server s;
    unread *u;
    LDAP *config;
    answer a;

    (void)state;
    begin_bare(&s, &bare);
    config = client_login(&s, CONFIG_DN, CONFIG_PASSWORD);
    u = unread_begin(&s);
    ldap_set_option(config, LDAP_OPT_TIMEOUT, &limit);
    a = client_modify(config, "cn=config",
        "replace: olcIdleTimeout\n"
        "olcIdleTimeout: 0\n");
    unread_end(u);
    expect_as_listed(SLAPD_DOES_WAIT_FOR_READERS, a.code != LDAP_SUCCESS);
    client_close(config);
    server_finish(&s);
}

/* An old password that is wrong is refused with words. */
static void
a_refusal_through_a_chain(void **state)
{
    setup first = replica_plain,
          how = {.without = true, .modules = "moduleload back_ldap\n"};
    server provider, consumer;
    char *global;
    LDAP *ld;
    answer here, there;

    (void)state;
    first.without = true;
    begin_bare(&provider, &first);
    global = replica_chain(&provider, ROOT_DN, ROOT_PASSWORD, "");
    how.global = global;
    replica_start(&consumer, &provider, &how, "");
    replicas_meet(&provider, &consumer);
    ld = client_login(&provider, ROOT_DN, ROOT_PASSWORD);
    here = client_password(ld, ENTRY, "wrong", "new-secret");
    client_close(ld);
    ld = client_login(&consumer, ROOT_DN, ROOT_PASSWORD);
    there = client_password(ld, ENTRY, "wrong", "new-secret");
    client_close(ld);
    REQUIRE(here.code == LDAP_UNWILLING_TO_PERFORM && here.text[0] != '\0');
    assert_int_equal(there.code, here.code);
    expect_as_listed(
        SLAPD_DOES_CHAIN_WITHOUT_TEXT, strcmp(here.text, there.text) != 0);
    server_finish(&consumer);
    server_finish(&provider);
    free(global);
}

/* Reads until it is killed. */
static pid_t
begin_reader(const server *s)
{
    pid_t pid = fork();

    REQUIRE(pid >= 0);
    if (pid == 0) {
        LDAP *ld = client_login(s, ROOT_DN, ROOT_PASSWORD);

        for (;;)
            (void)client_search(ld, "uid=nobody," SUFFIX);
    }
    return pid;
}

static void
end_reader(pid_t pid)
{
    REQUIRE(kill(pid, SIGKILL) == 0);
    REQUIRE(waitpid(pid, NULL, 0) == pid);
}

static void
a_log_of_writes_beside_reads(void **state)
{
    static const setup bare = {.without = true,
        .modules = REPLICA_MODULES,
        .databases = REPLICA_LOG,
        .below = REPLICA_OVERLAYS};
    pid_t readers[2];
    server s;
    LDAP *ld;
    int lost;

    (void)state;
    begin_bare(&s, &bare);
    for (size_t i = 0; i < 2; i++)
        readers[i] = begin_reader(&s);
    ld = client_login(&s, ROOT_DN, ROOT_PASSWORD);
    for (int i = 0; i < 1000; i++)
        expect_ok(client_modify(
            ld, ENTRY, "replace: description\ndescription: %d\n", i));
    for (size_t i = 0; i < 2; i++)
        end_reader(readers[i]);
    lost = client_count(
        ld, "cn=log", "(&(objectClass=auditModify)(!(reqEntryUUID=*)))");
    print_message("%d of 1000\n", lost);
    expect_as_listed(SLAPD_DOES_LOG_WITHOUT_UUID, lost > 0);
    client_close(ld);
    server_finish(&s);
}

static void
a_log_of_values(void **state)
{
    static const setup bare = {.without = true, .debug = 256 | 512};
    server s;
    LDAP *ld;
    char *log;

    (void)state;
    begin_bare(&s, &bare);
    ld = client_login(&s, ROOT_DN, ROOT_PASSWORD);
    expect_ok(
        client_replace(ld, ENTRY, "userPassword", "a-secret-that-is-new", 20));
    log = server_log(&s);
    expect_as_listed(
        SLAPD_DOES_LOG_VALUES, strstr(log, "a-secret-that-is-new") != NULL);
    free(log);
    client_close(ld);
    server_finish(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[N_SLAPD_TRAITS] = {
        [SLAPD_DOES_WAIT_FOR_READERS] =
            cmocka_unit_test(a_client_that_does_not_read),
        [SLAPD_DOES_CHAIN_WITHOUT_TEXT] =
            cmocka_unit_test(a_refusal_through_a_chain),
        [SLAPD_DOES_LOG_WITHOUT_UUID] =
            cmocka_unit_test(a_log_of_writes_beside_reads),
        [SLAPD_DOES_LOG_VALUES] = cmocka_unit_test(a_log_of_values),
    };

    return cmocka_run_group_tests_name("versions", tests, NULL, NULL);
}
