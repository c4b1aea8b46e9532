/* test_crossing_three.c - three servers that all take writes and read each
 * other: who cleans up when the link, the delete and the new guardian are each
 * another server's, and merges that go round by way of all three.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/port.h"
#include "harness/replica.h"

#define SIDES 3

typedef struct three {
    world side[SIDES];
} three;

static char *
sources_of(int side, const int *ports)
{
    char *lines[2], *both;
    int n = 0;

    for (int i = 0; i < SIDES; i++) {
        char *url = text_of("ldap://127.0.0.1:%d/", ports[i]);

        if (i != side)
            lines[n++] = replica_of(url, i + 1, REPLICA_DELTA);
        free(url);
    }
    both = text_of("%s%smultiprovider on\n", lines[0], lines[1]);
    free(lines[0]);
    free(lines[1]);
    return both;
}

static void
agree(three *t)
{
    replicas_agree(&t->side[0].server, &t->side[1].server);
    replicas_agree(&t->side[1].server, &t->side[2].server);
    replicas_agree(&t->side[0].server, &t->side[2].server);
}

static void
begin(three *t)
{
    static const char *const numbers[] = {
        "serverID 1\n", "serverID 2\n", "serverID 3\n"};
    int ports[SIDES];

    memset(t, 0, sizeof(*t));
    for (int i = 0; i < SIDES; i++)
        ports[i] = server_free_port();
    for (int i = 0; i < SIDES; i++) {
        char *sources = sources_of(i, ports);
        setup how = {.modules = REPLICA_MODULES,
            .global = numbers[i],
            .databases = REPLICA_LOG,
            .database = sources,
            .below = REPLICA_OVERLAYS,
            .slapadd = "-w -S 1",
            .port = ports[i]};

        if (i == 0) {
            world_begin(&t->side[i], &how);
        } else {
            server_prepare(&t->side[i].server, &how);
            server_start(&t->side[i].server);
            replicas_meet(&t->side[0].server, &t->side[i].server);
            world_login(&t->side[i]);
        }
        free(sources);
    }
}

static void
end(three *t)
{
    for (int i = 0; i < SIDES; i++)
        world_end(&t->side[i]);
}

static void
stop(three *t, int side)
{
    server_stop(&t->side[side].server);
}

static void
start(three *t, int side)
{
    server_start(&t->side[side].server);
    world_login(&t->side[side]);
}

/* ---- links ---- */

static void
await_taken_out(three *t, const account *child)
{
    char *line = text_of("dn: %s educonnectGuardian: ", child->dn);
    deadline d = deadline_in(120);

    for (int i = 0; i < SIDES; i++) {
        for (bool there = true; there;) {
            char *dump = replica_dump(&t->side[i].server);

            there = strstr(dump, line) != NULL;
            free(dump);
            if (there)
                deadline_wait(&d, "a void link to be taken out");
        }
    }
    free(line);
}

static void
expect_one_write(three *t, const account *child)
{
    char *filter = text_of("(&(objectClass=auditModify)(reqResult=0)"
                           "(reqDN=%s)(reqMod=educonnectGuardian:-*))",
        child->dn);

    for (int i = 0; i < SIDES; i++)
        assert_int_equal(
            client_count(t->side[i].as[ROOT], "cn=log", filter), 1);
    free(filter);
}

/* The third links, the first deletes, the second gives one of the names away
 * again. */
static void
one_of_three_takes_it_out(void **state)
{
    account guardians[2], children[2];
    three t;

    (void)state;
    begin(&t);
    for (int i = 0; i < 2; i++) {
        guardians[i] = new_guardian(&t.side[0], COLLEGE);
        children[i] = new_student(&t.side[0], LYCEE);
    }
    agree(&t);
    stop(&t, 0);
    stop(&t, 1);
    for (int i = 0; i < 2; i++)
        expect_ok(client_modify(t.side[2].as[PROVISIONER], children[i].dn,
            "add: educonnectGuardian\neduconnectGuardian: %s\n",
            guardians[i].dn));
    stop(&t, 2);
    start(&t, 0);
    start(&t, 1);
    for (int i = 0; i < 2; i++)
        expect_ok(client_ldif(t.side[0].as[PROVISIONER],
            "dn: %s\nchangetype: delete\n", guardians[i].dn));
    replicas_agree(&t.side[0].server, &t.side[1].server);
    expect_ok(client_ldif(t.side[1].as[PROVISIONER],
        "dn: %s\nchangetype: add\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: %s\ncn: Gaelle Bihan\n"
        "sn: Bihan\ngivenName: Gaelle\n",
        guardians[1].dn, guardians[1].uid));
    replicas_agree(&t.side[0].server, &t.side[1].server);
    start(&t, 2);
    for (int i = 0; i < 2; i++) {
        await_taken_out(&t, &children[i]);
        agree(&t);
        expect_one_write(&t, &children[i]);
    }
    for (int i = 0; i < SIDES; i++)
        expect_stored(
            t.side[i].as[ROOT], guardians[1].dn, "educonnectChild", NULL);
    end(&t);
}

/* ---- merges ---- */

static void
merge(world *w, const account *from, const account *into)
{
    expect_ok(client_merge_of(w->as[ACADEMY], from->dn, into->dn));
}

static int
count_living(three *t, int side, const account *accounts)
{
    int n = 0;

    for (int i = 0; i < SIDES; i++)
        n += client_count(t->side[side].as[ROOT], accounts[i].dn,
            "(!(educonnectState=closed))");
    return n;
}

/* Until then there are more, which the others have closed, and none. */
static void
await_one(three *t, const account *accounts)
{
    deadline d = deadline_in(120);
    int same;

    do {
        agree(t);
        same = 0;
        for (int i = 0; i < SIDES; i++)
            same += count_living(t, i, accounts) == 1;
        deadline_wait(&d, "one account to live");
    } while (same < SIDES);
}

/* Each server merges one into the next, while the others are away. */
static void
one_of_three_lives(void **state)
{
    account accounts[SIDES];
    long reopened = 0;
    three t;

    (void)state;
    begin(&t);
    for (int i = 0; i < SIDES; i++)
        accounts[i] = guardian_in(&t.side[0], "active");
    agree(&t);
    for (int i = 0; i < SIDES; i++)
        stop(&t, i);
    for (int i = 0; i < SIDES; i++) {
        start(&t, i);
        merge(&t.side[i], &accounts[i], &accounts[(i + 1) % SIDES]);
        stop(&t, i);
    }
    for (int i = 0; i < SIDES; i++)
        start(&t, i);
    await_one(&t, accounts);
    for (int i = 0; i < SIDES; i++)
        reopened +=
            monitor_counter(&t.side[i], "educonnectMonitorEvents", "reopen");
    assert_int_equal(reopened, 1);
    end(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_three_takes_it_out),
        cmocka_unit_test(one_of_three_lives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
