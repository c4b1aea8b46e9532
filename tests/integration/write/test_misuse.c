/* test_misuse.c - configurations and neighbours that are not as usual: an
 * account that is the rootdn, overlays that ask on a restricted session,
 * a monitor that goes away, values that slapd changes in two steps.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- cn=config ---- */

static void
a_replace_is_one_change(void **state)
{
    world *w = *state;

    expect_ok(world_configure(w,
        "replace: olcEduconnectHashCeiling\n"
        "olcEduconnectHashCeiling: memory=8192 time=16 parallelism=8\n"));
    expect_ok(world_configure(w,
        "replace: olcEduconnectHash\n"
        "olcEduconnectHash: memory=128 time=1 parallelism=1\n"));
    expect(world_configure(w, "delete: olcEduconnectHash\n"),
        LDAP_CONSTRAINT_VIOLATION, "");
    expect(world_configure(w,
               "replace: olcEduconnectHashCeiling\n"
               "olcEduconnectHashCeiling: memory=64 time=1 parallelism=1\n"),
        LDAP_CONSTRAINT_VIOLATION, "");
    /* What was refused is not in force. */
    expect_ok(world_configure(w,
        "replace: olcEduconnectHash\n"
        "olcEduconnectHash: memory=64 time=1 parallelism=1\n"));
    expect_ok(world_configure(w, "delete: olcEduconnectHashCeiling\n"));
}

static void
schemes_must_be_known(void **state)
{
    world *w = *state;
    answer a = world_configure(w, "add: olcEduconnectImportSchemes\n"
                                  "olcEduconnectImportSchemes: {SSHA512}\n");

    assert_int_equal(a.code, LDAP_OTHER);
    assert_non_null(strstr(a.text, "{SSHA512}"));
}

static void
expect_no_start(const setup *how)
{
    server s = {0};

    server_prepare(&s, how);
    assert_int_not_equal(server_start_refused(&s), 0);
    server_finish(&s);
}

static void
not_on_cn_monitor(void **state)
{
    static const setup how = {.monitor = NO_MONITOR,
        .databases = "database monitor\noverlay educonnect\n"};

    (void)state;
    expect_no_start(&how);
}

/* Whose operations slapd takes apart: a search of the overlay's own would end
 * slapd. */
static void
not_on_an_asynchronous_database(void **state)
{
    static const setup how = {
        .modules = "moduleload back_ldap\nmoduleload back_asyncmeta\n",
        .databases = "database asyncmeta\nsuffix o=ailleurs\n"
                     "rootdn cn=admin,o=ailleurs\n"
                     "uri ldap://127.0.0.1:1/o=ailleurs\n"
                     "overlay educonnect\n"};
    server s = {0};
    char *log;

    (void)state;
    server_prepare(&s, &how);
    assert_int_not_equal(server_start_refused(&s), 0);
    log = server_log(&s);
    assert_non_null(strstr(log, "asyncmeta answers no search"));
    free(log);
    server_finish(&s);
}

/* Searches of the overlay's own would be anonymous, and find nothing. */
static void
a_database_needs_a_rootdn(void **state)
{
    static const setup how = {0};
    server s = {0};
    char *path, *conf, *at, *end;
    size_t n;

    (void)state;
    server_prepare(&s, &how);
    path = server_path(&s, "slapd.conf");
    conf = read_file(path, &n);
    at = strstr(conf, "rootdn " ROOT_DN);
    assert_non_null(at);
    end = strchr(strchr(at, '\n') + 1, '\n') + 1;
    memmove(at, end, strlen(end) + 1);
    write_file(path, conf);
    assert_int_not_equal(server_start_refused(&s), 0);
    free(conf);
    conf = server_log(&s);
    assert_non_null(strstr(conf, "needs a rootdn"));
    free(conf);
    free(path);
    server_finish(&s);
}

static void
the_order_of_lines_does_not_count(void **state)
{
    static const setup how = {
        .directives = "educonnect-hash memory=524288 time=1 parallelism=1\n"
                      "educonnect-hash-ceiling memory=1048576\n"};
    server s = {0};

    (void)state;
    server_prepare(&s, &how);
    server_start(&s);
    server_finish(&s);
}

/* The monitor goes, then the overlay: slapd goes on. */
static void
without_the_monitor_any_more(void **state)
{
    static const setup how = {.config_directory = true};
    world w;
    char *dn;

    (void)state;
    world_begin(&w, &how);
    assert_true(monitor_counter(&w, GUESSES, "evaluated ") >= 0);
    dn = world_overlay_dn(&w);
    expect_ok(client_ldif(w.config,
        "dn: olcDatabase={1}monitor,cn=config\nchangetype: delete\n"));
    free(dn);
    dn = world_overlay_dn(&w);
    expect_ok(client_ldif(w.config, "dn: %s\nchangetype: delete\n", dn));
    server_check_alive(&w.server);
    free(dn);
    world_end(&w);
}

/* ---- neighbours ---- */

/* lastbind writes as the rootdn, unique searches as the rootdn, both on the
 * connection of whoever activates the account. */
static void
servers_own_work_is_not_the_clients(void **state)
{
    static const setup how = {.modules = "moduleload unique\n",
        .database = "lastbind on\n",
        .above = "overlay unique\nunique_uri ldap:///?userPassword?sub\n"};
    account a;
    world w;
    char *last;
    LDAP *self;

    (void)state;
    world_begin(&w, &how);
    a = student_in(&w, "informed");
    expect_ok(bind_once(&w.server, a.dn, a.password));
    last = client_read(w.as[ROOT], a.dn, "pwdLastSuccess");
    assert_non_null(last);
    free(last);
    self = client_login(&w.server, a.dn, a.password);
    expect_ok(client_modify(self, a.dn,
        "replace: userPassword\nuserPassword: Rose-Bleue-Nord-7\n"));
    client_close(self);
    world_end(&w);
}

/* ---- the rootdn is an entry ---- */

static void
a_rootdn_without_rootpw_is_locked_out(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    char *overlay = world_overlay_dn(w), *database = strchr(overlay, ',') + 1;

    expect_ok(client_modify(w->config, database,
        "delete: olcRootPW\n-\nreplace: olcRootDN\nolcRootDN: %s\n", a.dn));
    for (int n = 0; n < 10; n++) {
        char guess[32];

        snprintf(guess, sizeof(guess), "Faux-mot-%d", n);
        expect(
            bind_once(&w->server, a.dn, guess), LDAP_INVALID_CREDENTIALS, "");
    }
    expect(
        bind_once(&w->server, a.dn, a.password), LDAP_INVALID_CREDENTIALS, "");
    free(overlay);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replace_is_one_change),
        cmocka_unit_test(schemes_must_be_known),
        cmocka_unit_test(not_on_cn_monitor),
        cmocka_unit_test(not_on_an_asynchronous_database),
        cmocka_unit_test(a_database_needs_a_rootdn),
        cmocka_unit_test(the_order_of_lines_does_not_count),
        cmocka_unit_test(without_the_monitor_any_more),
        cmocka_unit_test(servers_own_work_is_not_the_clients),
        cmocka_unit_test(a_rootdn_without_rootpw_is_locked_out),
    };

    return cmocka_run_group_tests_name("misuse", tests, usual_world, end_world);
}
