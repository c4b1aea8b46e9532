/* test_without.c - a slapd without the module holds what one with it wrote, by
 * schema/educonnect.schema and slapd's own module ppolicy.
 *
 * EDC_SOURCE names the top of the source tree when it is not the current
 * directory.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/replica.h"

static const char *const states[] = {
    "uninformed", "informed", "active", "reset", "suspended", "closed"};
#define N_STATES 6

/* One of every state, both publics, and one closed while suspended. */
static void
live_through_all(world *w)
{
    for (int i = 0; i < N_STATES; i++) {
        student_in(w, states[i]);
        guardian_in(w, states[i]);
    }
    account both = guardian_in(w, "active");

    step_state(w, &both, ACADEMY, "suspended");
    step_state(w, &both, ACADEMY, "closed");
}

/* A server without the module, with the schema file, the example of access
 * rules, which name our attributes, and indexes of such. */
typedef struct bare {
    server server;
    char *global, *access, *database;
} bare;

static void
bare_begin(bare *b, const char *more)
{
    const char *top = getenv("EDC_SOURCE");
    setup how = {.without = true, .modules = "moduleload syncprov\n"};
    char *root = realpath(top != NULL ? top : ".", NULL);

    REQUIRE(root != NULL);
    b->global = text_of("include %s/schema/educonnect.schema\n", root);
    b->access = text_of("include %s/ldif/acl-example.conf\n", root);
    b->database = text_of("index educonnectState,educonnectMergedInto eq\n"
                          "%s",
        more);
    how.global = b->global;
    how.access = b->access;
    how.database = b->database;
    server_prepare(&b->server, &how);
    free(root);
}

static void
bare_end(bare *b)
{
    server_finish(&b->server);
    free(b->global);
    free(b->access);
    free(b->database);
}

/* Loads what slapcat wrote on one server into another that is stopped; returns
 * what that one's slapcat writes then. */
static char *
loaded(const char *dump, server *s)
{
    char *output = NULL, *again = NULL;

    if (server_tool(s, dump, &output, "slapadd", "-b %s", SUFFIX) != 0)
        FAIL("slapadd refused what slapcat wrote:\n%s", output);
    free(output);
    REQUIRE(server_tool(s, NULL, &again, "slapcat", "-b %s", SUFFIX) == 0);
    return again;
}

static void
a_backup_is_loaded_without_the_module_and_with_it_again(void **state)
{
    char *dump = NULL, *there, *back;
    world w = {0};
    server fresh;
    setup usual = {0};
    bare b;
    LDAP *ld;

    (void)state;
    world_begin(&w, NULL);
    live_through_all(&w);
    server_stop(&w.server);
    REQUIRE(
        server_tool(&w.server, NULL, &dump, "slapcat", "-b %s", SUFFIX) == 0);
    REQUIRE(strstr(dump, "educonnectPasswordHistory") != NULL &&
            strstr(dump, "educonnectFormerState: suspended") != NULL);

    bare_begin(&b, "");
    there = loaded(dump, &b.server);
    assert_string_equal(there, dump);
    server_start(&b.server);
    ld = client_login(&b.server, ROOT_DN, ROOT_PASSWORD);
    assert_int_equal(client_count(ld, SUFFIX, "(educonnectState=closed)"), 3);
    client_close(ld);
    server_stop(&b.server);

    server_prepare(&fresh, &usual);
    back = loaded(there, &fresh);
    assert_string_equal(back, dump);
    server_finish(&fresh);
    bare_end(&b);
    server_start(&w.server);
    world_login(&w);
    world_end(&w);
    free(back);
    free(there);
    free(dump);
}

static void
replicate(const setup *provider, const char *extra)
{
    world w = {0};
    char *syncrepl;
    account a;
    bare b;

    world_begin(&w, provider);
    syncrepl = replica_of(w.server.url, 1, extra);
    live_through_all(&w);
    bare_begin(&b, syncrepl);
    server_start(&b.server);
    replicas_meet(&w.server, &b.server);
    /* After the first load, changes one by one. */
    a = student_in(&w, "active");
    step_state(&w, &a, ACADEMY, "suspended");
    step_state(&w, &a, ACADEMY, "active");
    live_through_all(&w);
    replicas_agree(&w.server, &b.server);
    bare_end(&b);
    world_end(&w);
    free(syncrepl);
}

static void
a_consumer_without_the_module_holds_the_same(void **state)
{
    (void)state;
    replicate(&replica_plain, "schemachecking=off");
    replicate(&replica_plain, "schemachecking=on");
    replicate(&replica_delta, REPLICA_DELTA " schemachecking=off");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_backup_is_loaded_without_the_module_and_with_it_again),
        cmocka_unit_test(a_consumer_without_the_module_holds_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
