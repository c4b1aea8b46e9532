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

/* ---- what opens there ---- */

/* The filter of the guide's command that takes passwords away; allocated. */
static char *
guides_filter(void)
{
    static const char begins[] = "    -a '(&(userPassword=*)";
    const char *top = getenv("EDC_SOURCE");
    char *path = text_of("%s/doc/ADMIN.md", top != NULL ? top : ".");
    char *guide = read_file(path, NULL), *at, *filter;

    REQUIRE(guide != NULL);
    at = strstr(guide, begins);
    REQUIRE(at != NULL);
    at += 8;
    filter = text_of("%.*s", (int)strcspn(at, "'"), at);
    free(guide);
    free(path);
    return filter;
}

static char *
passwords_away(const char *found)
{
    char *copy = text_of("%s", found), *changes = text_of("%s", "");
    char *at = copy, *line;

    while ((line = strsep(&at, "\n")) != NULL) {
        char *longer;

        if (strncmp(line, "dn:", 3) != 0)
            continue;
        longer = text_of("%s%s\nchangetype: modify\ndelete: userPassword\n\n",
            changes, line);
        free(changes);
        changes = longer;
    }
    free(copy);
    return changes;
}

/* What the guide has done before slapd starts without the overlay. */
static void
make_safe(server *s)
{
    char *filter = guides_filter(), *found = NULL, *changes, *output = NULL;

    REQUIRE(server_tool(s, NULL, &found, "slapcat",
                "-b %s -o ldif-wrap=no -a '%s'", SUFFIX, filter) == 0);
    changes = passwords_away(found);
    if (server_tool(s, changes, &output, "slapmodify", "-w -b %s", SUFFIX) != 0)
        FAIL("slapmodify: %s", output);
    free(output);
    free(changes);
    free(found);
    free(filter);
}

/* What somebody's password opens with the overlay, without it, and without it
 * once the guide's command was run. */
typedef struct opened {
    const char *state; /* "locked" is active and locked */
    bool with, without, safe;
} opened;

static const opened table[] = {
    {"informed", true, true, false},
    {"active", true, true, true},
    {"reset", true, true, false},
    {"suspended", false, true, false},
    {"closed", false, true, false},
    {"locked", false, true, false},
};
#define N_OPENED (sizeof(table) / sizeof(table[0]))

static void
expect_opens(server *s, const account *a, const char *state, bool opens)
{
    answer r = bind_once(s, a->dn, a->password);

    if (r.code != (opens ? LDAP_SUCCESS : LDAP_INVALID_CREDENTIALS))
        FAIL("%s: %d", state, r.code);
}

static account
in_row(world *w, const opened *row)
{
    bool locked = strcmp(row->state, "locked") == 0;
    account a = student_in(w, locked ? "active" : row->state);

    if (locked)
        expect_ok(client_modify(w->as[ACADEMY], a.dn,
            "add: pwdAccountLockedTime\n"
            "pwdAccountLockedTime: 000001010000Z\n"));
    return a;
}

static void
what_letters_open_there_is_taken_away_by_the_guides_command(void **state)
{
    char *global = text_of("include %s/schema/educonnect.schema\n",
        getenv("EDC_SOURCE") != NULL ? getenv("EDC_SOURCE") : ".");
    setup how = {
        .without = true, .global = global, .modules = "moduleload argon2\n"};
    account a[N_OPENED];
    char *dump = NULL;
    world w = {0};
    server bare;

    (void)state;
    world_begin(&w, NULL);
    for (size_t i = 0; i < N_OPENED; i++) {
        a[i] = in_row(&w, &table[i]);
        expect_opens(&w.server, &a[i], table[i].state, table[i].with);
    }
    server_stop(&w.server);
    REQUIRE(
        server_tool(&w.server, NULL, &dump, "slapcat", "-b %s", SUFFIX) == 0);
    server_prepare(&bare, &how);
    free(loaded(dump, &bare));
    server_start(&bare);
    for (size_t i = 0; i < N_OPENED; i++)
        expect_opens(&bare, &a[i], table[i].state, table[i].without);
    server_stop(&bare);
    make_safe(&bare);
    server_start(&bare);
    for (size_t i = 0; i < N_OPENED; i++)
        expect_opens(&bare, &a[i], table[i].state, table[i].safe);
    server_finish(&bare);
    server_start(&w.server);
    world_login(&w);
    world_end(&w);
    free(dump);
    free(global);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_backup_is_loaded_without_the_module_and_with_it_again),
        cmocka_unit_test(a_consumer_without_the_module_holds_the_same),
        cmocka_unit_test(
            what_letters_open_there_is_taken_away_by_the_guides_command),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
