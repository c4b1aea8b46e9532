/* test_crossing_refresh.c - two servers that take writes and read each other by
 * plain syncrepl, one of which catches up: what it gets are entries as they are
 * by now, in another order than they were written in.
 *
 * A link that holds is not taken for one of before, and no account is reopened
 * for what is over by the time the other half has come.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/exop.h"
#include "harness/port.h"
#include "harness/replica.h"

/* The second one writes while the first, which goes on running, does not hear
 * of it. */
typedef struct pair {
    world side[2];
    int ports[2];
} pair;

static void
begin(pair *p)
{
    static const char *const numbers[] = {"serverID 1\n", "serverID 2\n"};

    memset(p, 0, sizeof(*p));
    for (int i = 0; i < 2; i++)
        p->ports[i] = server_free_port();
    for (int i = 0; i < 2; i++) {
        char *url = text_of("ldap://127.0.0.1:%d/", p->ports[1 - i]);
        char *syncrepl = replica_of(url, 1, "");
        char *database = text_of("%smultiprovider on\n", syncrepl);
        setup how = {.modules = "moduleload syncprov\n",
            .global = numbers[i],
            .database = database,
            .below = "overlay syncprov\n",
            .slapadd = "-w -S 1",
            .port = p->ports[i]};

        if (i == 0) {
            world_begin(&p->side[i], &how);
        } else {
            server_prepare(&p->side[i].server, &how);
            server_start(&p->side[i].server);
            replicas_meet(&p->side[0].server, &p->side[i].server);
            world_login(&p->side[i]);
            p->side[i].serial = 50000; /* other names and passwords */
        }
        free(database);
        free(syncrepl);
        free(url);
    }
}

static void
agree(pair *p)
{
    replicas_agree(&p->side[0].server, &p->side[1].server);
}

static void
end(pair *p)
{
    for (int i = 0; i < 2; i++)
        world_end(&p->side[i]);
}

/* The second one where the first does not look for it. */
static void
part(pair *p)
{
    server_stop(&p->side[1].server);
    p->side[1].server.port = server_free_port();
    server_start(&p->side[1].server);
    world_login(&p->side[1]);
}

/* What is loaded meanwhile is there as soon as the first one looks. */
static void
join(pair *p, const char *loaded)
{
    server *s = &p->side[1].server;

    server_stop(s);
    if (loaded != NULL)
        REQUIRE(server_tool(
                    s, loaded, NULL, "slapadd", "-w -S 2 -b %s", SUFFIX) == 0);
    s->port = p->ports[1];
    server_start(s);
    world_login(&p->side[1]);
    replicas_meet(&p->side[0].server, s);
}

/* Of the same name as one that was deleted. */
static void
create_again(world *w, const account *a)
{
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: add\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: %s\ncn: Gaelle Bihan\n"
        "sn: Bihan\ngivenName: Gaelle\n",
        a->dn, a->uid));
}

/* ---- a link to who was given an old name ---- */

static const char for_nobody[] =
    "dn: uid=tard," PEOPLE "\nobjectClass: inetOrgPerson\n"
    "objectClass: educonnectStudent\nuid: tard\ncn: Ines Karadec\n"
    "sn: Karadec\ngivenName: Ines\neduconnectGuardian: %s\n";

static bool
has_link(pair *p, int side, const char *student)
{
    char *line = text_of("dn: %s educonnectGuardian: ", student);
    char *dump = replica_dump(&p->side[side].server);
    bool has = strstr(dump, line) != NULL;

    free(dump);
    free(line);
    return has;
}

/* By plain syncrepl a link comes that the deleted guardian's had not. Once it
 * is taken out, whatever came before has had its turn as well. */
static void
await_turns(pair *p, const account *gone)
{
    deadline d = deadline_in(120);
    char *late = text_of(for_nobody, gone->dn);

    expect_ok(client_delete(p->side[1].as[PROVISIONER], gone->dn));
    agree(p);
    part(p);
    join(p, late);
    while (has_link(p, 0, "uid=tard," PEOPLE))
        deadline_wait(&d, "a void link to be taken out");
    free(late);
    agree(p);
}

/* The first server has seen the guardian go; the import makes one of that name
 * anew, links a pupil, and changes the guardian once more. */
static void
a_link_to_a_guardian_who_was_changed_since_holds(void **state)
{
    account guardian, gone, child;
    pair p;

    (void)state;
    begin(&p);
    guardian = new_guardian(&p.side[0], COLLEGE);
    gone = new_guardian(&p.side[0], COLLEGE);
    child = new_student(&p.side[0], LYCEE);
    agree(&p);
    expect_ok(client_delete(p.side[1].as[PROVISIONER], guardian.dn));
    agree(&p);
    part(&p);
    create_again(&p.side[1], &guardian);
    expect_ok(client_modify(p.side[1].as[PROVISIONER], child.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", guardian.dn));
    deadline_next_second();
    expect_ok(client_modify(p.side[1].as[PROVISIONER], guardian.dn,
        "replace: cn\ncn: Gaelle Le Bihan\n"));
    join(&p, NULL);
    await_turns(&p, &gone);
    for (int side = 0; side < 2; side++)
        assert_true(has_link(&p, side, child.dn));
    end(&p);
}

/* ---- clocks ---- */

/* Started again, with a clock that is a second ahead. */
static void
start_ahead(world *w)
{
    server_stop(&w->server);
    w->server.skew = 1000;
    server_start(&w->server);
    world_login(w);
}

static answer
link_to(world *w, const account *child, const account *guardian)
{
    return client_modify(w->as[PROVISIONER], child->dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", guardian->dn);
}

/* The second server gives an old name to somebody
 * else, to whom the first one links a pupil as soon as it has heard of it: it
 * says that it cannot yet, and what it says it can do stays done. */
static void
a_link_holds_although_clocks_differ(void **state)
{
    account guardian, gone, child, other;
    deadline d = deadline_in(30);
    answer r;
    pair p;

    (void)state;
    begin(&p);
    guardian = new_guardian(&p.side[0], COLLEGE);
    gone = new_guardian(&p.side[0], COLLEGE);
    child = new_student(&p.side[0], LYCEE);
    other = new_student(&p.side[0], LYCEE);
    expect_ok(link_to(&p.side[0], &other, &gone));
    agree(&p);
    start_ahead(&p.side[1]);
    expect_ok(client_delete(p.side[1].as[PROVISIONER], guardian.dn));
    agree(&p);
    create_again(&p.side[1], &guardian);
    replicas_meet(&p.side[0].server, &p.side[1].server);
    for (r = link_to(&p.side[0], &child, &guardian); r.code == LDAP_BUSY;
        r = link_to(&p.side[0], &child, &guardian)) {
        expect(r, LDAP_BUSY, "B03");
        deadline_wait(&d, "the first server's clock");
    }
    expect_ok(r);
    replicas_meet(&p.side[0].server, &p.side[1].server);
    expect_ok(client_delete(p.side[1].as[PROVISIONER], gone.dn));
    while (has_link(&p, 1, other.dn))
        deadline_wait(&d, "another link to be taken out");
    agree(&p);
    for (int side = 0; side < 2; side++)
        assert_true(has_link(&p, side, child.dn));
    end(&p);
}

/* ---- a ring that never was ---- */

#define BETWEEN 300

/* slapd sends what has the longest name last. */
#define OLDEST "uid=la-plus-ancienne," PEOPLE

static void
create_oldest(world *w)
{
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: " OLDEST "\nchangetype: add\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: la-plus-ancienne\n"
        "cn: Soizic Karadec\nsn: Karadec\ngivenName: Soizic\n"));
}

/* One account is merged into another; it is deleted, made anew, and now the
 * other is merged into that. The first server hears of the second merge, then
 * of much else, and at last that who was merged first is another now. */
static void
what_was_no_ring_reopens_nobody(void **state)
{
    account other, others[BETWEEN];
    pair p;

    (void)state;
    begin(&p);
    create_oldest(&p.side[0]);
    deadline_next_second();
    other = guardian_in(&p.side[0], "active");
    for (int i = 0; i < BETWEEN; i++)
        others[i] = new_student(&p.side[0], LYCEE);
    expect_ok(client_merge_of(p.side[0].as[ACADEMY], OLDEST, other.dn));
    agree(&p);
    part(&p);
    expect_ok(client_delete(p.side[1].as[PROVISIONER], OLDEST));
    create_oldest(&p.side[1]);
    expect_ok(client_merge_of(p.side[1].as[ACADEMY], other.dn, OLDEST));
    for (int i = 0; i < BETWEEN; i++)
        expect_ok(client_modify(p.side[1].as[PROVISIONER], others[i].dn,
            "replace: cn\ncn: Ines Le Karadec\n"));
    join(&p, NULL);
    agree(&p);
    for (int side = 0; side < 2; side++)
        assert_int_equal(
            monitor_counter(&p.side[side], "educonnectMonitorEvents", "reopen"),
            0);
    end(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_to_a_guardian_who_was_changed_since_holds),
        cmocka_unit_test(a_link_holds_although_clocks_differ),
        cmocka_unit_test(what_was_no_ring_reopens_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
