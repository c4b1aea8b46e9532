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
#include "harness/providers.h"
#include "harness/replica.h"

#define SIDES 3

static void
begin(providers *t)
{
    providers_begin(t, &(providers_setup){.n = SIDES, .by = BY_CHANGE});
}

static void
stop(providers *t, int side)
{
    server_stop(&t->side[side].server);
}

static void
start(providers *t, int side)
{
    server_start(&t->side[side].server);
    world_login(&t->side[side]);
}

/* ---- links ---- */

static void
await_taken_out(providers *t, const account *child)
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
expect_one_write(providers *t, const account *child)
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
    providers t;

    (void)state;
    begin(&t);
    for (int i = 0; i < 2; i++) {
        guardians[i] = new_guardian(&t.side[0], COLLEGE);
        children[i] = new_student(&t.side[0], LYCEE);
    }
    providers_agree(&t);
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
        expect_ok(client_delete(t.side[0].as[PROVISIONER], guardians[i].dn));
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
        providers_agree(&t);
        expect_one_write(&t, &children[i]);
    }
    for (int i = 0; i < SIDES; i++)
        expect_stored(
            t.side[i].as[ROOT], guardians[1].dn, "educonnectChild", NULL);
    providers_end(&t);
}

/* ---- merges ---- */

static void
merge(world *w, const account *from, const account *into)
{
    expect_ok(client_merge_of(w->as[ACADEMY], from->dn, into->dn));
}

static int
count_living(providers *t, int side, const account *accounts)
{
    int n = 0;

    for (int i = 0; i < SIDES; i++)
        n += client_count(t->side[side].as[ROOT], accounts[i].dn,
            "(!(educonnectState=closed))");
    return n;
}

/* Until then there are more, which the others have closed, and none. */
static void
await_one(providers *t, const account *accounts)
{
    deadline d = deadline_in(120);
    int same;

    do {
        providers_agree(t);
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
    providers t;

    (void)state;
    begin(&t);
    for (int i = 0; i < SIDES; i++)
        accounts[i] = guardian_in(&t.side[0], "active");
    providers_agree(&t);
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
    providers_end(&t);
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
