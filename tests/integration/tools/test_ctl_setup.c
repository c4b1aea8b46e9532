/* test_ctl_setup.c - educonnectctl setup on a slapd that never heard of the
 * overlay.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/tool.h"

#define ROLES                                                                  \
    "--role 'provisioner dn=uid=provisioner," STAFF_DN "' "                    \
    "--role 'academy dn=uid=academy," STAFF_DN "' "

/* A bare slapd that runs from slapd.d, with cn=config to be written. */
typedef struct bare {
    server server;
    LDAP *config, *root;
    char *secret;
} bare;

static void
begin(bare *b, const char *database)
{
    setup how = {.without = true,
        .without_ppolicy = true,
        .config_directory = true,
        .database = database,
        .monitor = NO_MONITOR};

    memset(b, 0, sizeof(*b));
    server_prepare(&b->server, &how);
    server_start(&b->server);
    b->config = client_login(&b->server, CONFIG_DN, CONFIG_PASSWORD);
    b->root = client_login(&b->server, ROOT_DN, ROOT_PASSWORD);
    b->secret = server_path(&b->server, "config-secret");
    write_file(b->secret, CONFIG_PASSWORD);
    tool_secret(CONFIG_PASSWORD);
}

static void
end(bare *b)
{
    client_close(b->config);
    client_close(b->root);
    free(b->secret);
    server_finish(&b->server);
}

static tool
run(bare *b, const char *words)
{
    return tool_run_plain(NULL, "setup",
        "-H %s -D " CONFIG_DN " -y %s --module-path %s/modules %s",
        b->server.url, b->secret, b->server.directory, words);
}

static void
expect_says(const tool *t, const char *text)
{
    if (strstr(t->out, text) == NULL && strstr(t->err, text) == NULL)
        FAIL("\"%s\" is not said:\n%s%s", text, t->out, t->err);
}

static void
expect_run(bare *b, int status, const char *says, const char *words)
{
    tool t = run(b, words);

    expect_status(&t, status);
    expect_says(&t, says);
    tool_free(&t);
}

/* The overlay is there, and judges. */
static void
expect_works(bare *b)
{
    expect_ok(client_ldif(b->root,
        "dn: " SUFFIX "\nobjectClass: dcObject\nobjectClass: organization\n"
        "o: x\ndc: example\n"));
    expect_ok(client_ldif(b->root,
        "dn: uid=zoe," SUFFIX "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: zoe\nsn: E\ncn: E\n"));
    expect(client_replace(b->root, "uid=zoe," SUFFIX, "userPassword", "short",
               strlen("short")),
        53, "E01");
}

static void
one_run_sets_everything_up_and_another_changes_nothing(void **state)
{
    bare b;

    (void)state;
    begin(&b, NULL);
    expect_run(&b, 0, ": added\n", ROLES "--set 'language fr'");
    expect_works(&b);
    expect_run(&b, 0, "nothing to change\n", ROLES "--set 'language  FR'");
    expect_run(&b, 0, "nothing to change\n", "");
    end(&b);
}

static void
a_dry_run_prints_what_a_run_would_write(void **state)
{
    bare b;
    tool dry;
    char *ldif;
    answer a;

    (void)state;
    begin(&b, NULL);
    dry = run(&b, ROLES "--dry-run");
    expect_status(&dry, 0);
    REQUIRE(
        client_count(b.config, "cn=config", "(objectClass=olcOverlay*)") <= 0);
    ldif = dry.out;
    while (*ldif != '\0') {
        char *next = strstr(ldif, "\n\n");

        REQUIRE(next != NULL);
        next[1] = '\0';
        a = client_ldif(b.config, "%s", ldif);
        expect_ok(a);
        ldif = next + 2;
    }
    tool_free(&dry);
    expect_run(&b, 0, "nothing to change\n", ROLES);
    expect_works(&b);
    end(&b);
}

static void
what_is_set_otherwise_is_named_and_left(void **state)
{
    bare b;

    (void)state;
    begin(&b, NULL);
    expect_run(&b, 0, ": added\n", "--set 'guard audit'");
    expect_ok(client_modify(b.config, "olcDatabase={1}mdb,cn=config",
        "delete: olcDbIndex\nolcDbIndex: educonnectMobileKey eq\n-\n"
        "add: olcDbIndex\nolcDbIndex: educonnectMobileKey pres\n"));
    expect_run(&b, 1, "olcEduconnectGuard is \"audit\", not \"owner\"",
        "--set 'guard owner'");
    expect_run(
        &b, 1, ": changed\n", "--replace --set 'educonnect-guard owner'");
    expect_run(
        &b, 1, "has no eq for educonnectMobileKey", "--set 'guard owner'");
    end(&b);
}

static void
roles_are_added_to_those_that_are_there(void **state)
{
    bare b;

    (void)state;
    begin(&b, NULL);
    expect_run(&b, 0, ": added\n",
        "--role 'provisioner dn=uid=provisioner," STAFF_DN "'");
    expect_run(&b, 0, "{0}educonnect,",
        ROLES "--role 'registrar dn=uid=registrar," STAFF_DN "'");
    expect_run(&b, 0, "nothing to change\n", ROLES);
    end(&b);
}

static void
wrong_words_are_refused_before_anything_is_written(void **state)
{
    bare b;

    (void)state;
    begin(&b, NULL);
    expect_run(&b, 2, "--role", "--role 'king dn=cn=x'");
    expect_run(&b, 2, "is no DN", "--role 'academy dn=nobody'");
    expect_run(&b, 2, "no such directive", "--set 'colour blue'");
    expect_run(&b, 2, "--set", "--set 'guard maybe'");
    expect_run(&b, 2, "no mdb database", "--database dc=other");
    expect_run(&b, 2, "no argument is taken", "something");
    expect_run(&b, 0, ": added\n", "--database " SUFFIX);
    end(&b);
}

static void
an_interrupted_setup_is_finished_by_another(void **state)
{
    bare b;
    char *module;

    (void)state;
    begin(&b, NULL);
    module = text_of("dn: cn=module,cn=config\nchangetype: add\n"
                     "objectClass: olcModuleList\ncn: module\n"
                     "olcModuleLoad: ppolicy\n");
    expect_ok(client_ldif(b.config, "%s", module));
    expect_run(&b, 0, ": added\n", ROLES);
    expect_works(&b);
    free(module);
    end(&b);
}

static void
who_is_not_the_administrator_is_told_so(void **state)
{
    bare b;
    tool t;

    (void)state;
    begin(&b, NULL);
    t = tool_run_plain(NULL, "setup", "-H %s", b.server.url);
    expect_status(&t, 3);
    expect_says(&t, "cn=config cannot be read");
    tool_free(&t);
    end(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            one_run_sets_everything_up_and_another_changes_nothing),
        cmocka_unit_test(a_dry_run_prints_what_a_run_would_write),
        cmocka_unit_test(what_is_set_otherwise_is_named_and_left),
        cmocka_unit_test(roles_are_added_to_those_that_are_there),
        cmocka_unit_test(wrong_words_are_refused_before_anything_is_written),
        cmocka_unit_test(an_interrupted_setup_is_finished_by_another),
        cmocka_unit_test(who_is_not_the_administrator_is_told_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
