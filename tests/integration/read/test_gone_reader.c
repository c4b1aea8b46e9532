/* test_gone_reader.c - a client that goes away while a search's entries are
 * written to it: slapd then ends the search without a result.
 */
#include "harness/harness.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "harness/launch.h"

/* More than a connection's buffers hold, so that slapd is in the middle. */
#define ENTRIES 64
#define ENTRY_BYTES 262144

#define WARM 8
#define ROUNDS 24
#define TERMS 20000
#define GROWTH_MAX_KIB 8192

static char *filter;

static void
add_big_entries(world *w)
{
    char *text = malloc(ENTRY_BYTES + 1);

    memset(text, 'a', ENTRY_BYTES);
    text[ENTRY_BYTES] = '\0';
    for (int i = 0; i < ENTRIES; i++)
        expect_ok(client_ldif(w->as[ROOT],
            "dn: uid=big%d," PEOPLE "\n"
            "objectClass: inetOrgPerson\nuid: big%d\n"
            "cn: big\nsn: big\ndescription: %s\n",
            i, i, text));
    free(text);
}

static void
make_filter(void)
{
    size_t size;
    FILE *file = open_memstream(&filter, &size);

    fputs("(|(educonnectChild=o=x)", file);
    for (int i = 0; i < TERMS; i++)
        fputs("(uid=*)", file);
    fputs(")", file);
    fclose(file);
}

static int
begin(void **state)
{
    int rc;

    launch_forgetful();
    rc = usual_world(state);
    add_big_entries(*state);
    make_filter();
    return rc;
}

static int
end(void **state)
{
    free(filter);
    return end_world(state);
}

/* Asks, waits for the first entry, and breaks the connection off. */
static void
go_away(world *w)
{
    struct linger at_once = {.l_onoff = 1};
    LDAP *ld = client_open(&w->server);
    struct pollfd fd = {.events = POLLIN};
    int id;

    expect_ok(client_bind(ld, ROOT_DN, ROOT_PASSWORD));
    REQUIRE(ldap_search_ext(ld, SUFFIX, LDAP_SCOPE_SUBTREE, filter, NULL, 0,
                NULL, NULL, NULL, 0, &id) == LDAP_SUCCESS);
    REQUIRE(ldap_get_option(ld, LDAP_OPT_DESC, &fd.fd) == LDAP_OPT_SUCCESS);
    REQUIRE(poll(&fd, 1, 60000) == 1);
    REQUIRE(setsockopt(
                fd.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
    client_close(ld);
}

static long
searches(world *w, const char *what)
{
    char *text =
        client_read(w->as[ROOT], "cn=Search,cn=Operations,cn=Monitor", what);
    long n;

    REQUIRE(text != NULL);
    n = strtol(text, NULL, 10);
    free(text);
    return n;
}

/* All but the one that asks. */
static void
await_searches(world *w)
{
    deadline d = deadline_in(30);

    while (
        searches(w, "monitorOpInitiated") - searches(w, "monitorOpCompleted") >
        1)
        deadline_wait(&d, "every search to be over");
}

static void
nothing_is_left_of_the_search(void **state)
{
    world *w = *state;
    long before, after;

    for (int i = 0; i < WARM; i++)
        go_away(w);
    await_searches(w);
    before = server_status_kib(&w->server, "VmRSS");
    for (int i = 0; i < ROUNDS; i++)
        go_away(w);
    await_searches(w);
    after = server_status_kib(&w->server, "VmRSS");
    if (after - before > GROWTH_MAX_KIB)
        FAIL("%d searches: %ld KiB more", ROUNDS, after - before);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_left_of_the_search),
    };

    return cmocka_run_group_tests_name("a gone reader", tests, begin, end);
}
