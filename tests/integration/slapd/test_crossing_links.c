/* test_crossing_links.c - links that are written on one server while another,
 * which has not heard of it, takes their guardian away or gives the name to
 * somebody else.
 *
 * What is void then goes by one write of one server, and whoever is given the
 * name inherits none of it; a link that is written later holds.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/exop.h"
#include "harness/replica.h"
#include "harness/tool.h"
#include "harness/twins.h"

/* ---- two servers that hear of each other, or do not ---- */

/* Only this side runs from now on; the other one ends first, or has not begun.
 */
static void
only(twins *t, int side)
{
    world *here = &t->side[side], *there = &t->side[1 - side];

    if (there->server.pid > 0)
        server_stop(&there->server);
    if (here->server.pid <= 0)
        server_start(&here->server);
    world_login(here);
}

static void
join(twins *t)
{
    for (int i = 0; i < 2; i++) {
        if (t->side[i].server.pid <= 0)
            server_start(&t->side[i].server);
        world_login(&t->side[i]);
    }
    replicas_meet(&t->side[0].server, &t->side[1].server);
}

static char *
uid_of(const char *dn)
{
    return text_of("%.*s", (int)strcspn(dn + 4, ","), dn + 4);
}

static void
create_guardian(world *w, const char *dn)
{
    char *uid = uid_of(dn);

    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: add\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: %s\ncn: Gaelle Bihan\n"
        "sn: Bihan\ngivenName: Gaelle\n",
        dn, uid));
    free(uid);
}

/* The raw text of what a side has stored. */
static bool
is_stored_link(twins *t, int side, const char *student, const char *attribute,
    const char *guardian)
{
    char *line = text_of("dn: %s %s: %s\n", student, attribute, guardian);
    char *dump = replica_dump(&t->side[side].server);
    bool stored = strstr(dump, line) != NULL;

    free(line);
    free(dump);
    return stored;
}

static void
await_taken_out(
    twins *t, const char *student, const char *attribute, const char *guardian)
{
    deadline d = deadline_in(120);

    for (int i = 0; i < 2; i++) {
        while (is_stored_link(t, i, student, attribute, guardian))
            deadline_wait(&d, "a void link to be taken out");
    }
}

/* Writes that took values of the attribute out of an entry, in a side's log. */
static int
times_taken_out(twins *t, int side, const char *student, const char *attribute)
{
    char *filter = text_of("(&(objectClass=auditModify)(reqResult=0)"
                           "(reqDN=%s)(reqMod=%s:-*))",
        student, attribute);
    int n = client_count(t->side[side].as[ROOT], "cn=log", filter);

    free(filter);
    return n;
}

static void
expect_one_write(twins *t, const char *student, const char *attribute)
{
    twins_agree(t);
    for (int i = 0; i < 2; i++)
        assert_int_equal(times_taken_out(t, i, student, attribute), 1);
}

/* ---- ways for a link to come ---- */

/* What a side writes, all of it to or about this guardian. */
typedef struct late {
    account guardian;
    account child;  /* is there before, without a guardian */
    account merged; /* is there before, active */
    char born[96];  /* is made with the link */
} late;

typedef struct way {
    const char *name;
    const char *attribute;
    void (*write)(world *w, late *l);
    const char *(*entry)(late *l);
} way;

static void
link_child(world *w, late *l)
{
    expect_ok(client_modify(w->as[PROVISIONER], l->child.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", l->guardian.dn));
}

static void
contest_child(world *w, late *l)
{
    expect_ok(client_modify(w->as[PROVISIONER], l->child.dn,
        "add: educonnectContestedGuardian\neduconnectContestedGuardian: %s\n",
        l->guardian.dn));
}

static void
create_child(world *w, late *l)
{
    char *uid = uid_of(l->born);

    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: add\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: %s\ncn: Ines Karadec\n"
        "sn: Karadec\ngivenName: Ines\neduconnectGuardian: %s\n",
        l->born, uid, l->guardian.dn));
    free(uid);
}

static void
merge_into(world *w, late *l)
{
    expect_ok(client_merge_of(w->as[ACADEMY], l->merged.dn, l->guardian.dn));
}

static const char *
the_child(late *l)
{
    return l->child.dn;
}

static const char *
the_born(late *l)
{
    return l->born;
}

static const char *
the_merged(late *l)
{
    return l->merged.dn;
}

static const way ways[] = {
    {"a link", "educonnectGuardian", link_child, the_child},
    {"a contested link", "educonnectContestedGuardian", contest_child,
        the_child},
    {"a link of a new entry", "educonnectGuardian", create_child, the_born},
    {"a merge", "educonnectMergedInto", merge_into, the_merged},
};

#define N_WAYS (sizeof(ways) / sizeof(ways[0]))

static void
begin_late(twins *t, late l[N_WAYS])
{
    twins_begin(t, NULL);
    for (size_t i = 0; i < N_WAYS; i++) {
        l[i].guardian = guardian_in(&t->side[0], "active");
        l[i].child = new_student(&t->side[0], LYCEE);
        l[i].merged = guardian_in(&t->side[0], "active");
        snprintf(l[i].born, sizeof(l[i].born), "uid=tard%zu," PEOPLE, i);
    }
    twins_agree(t);
}

static void
expect_shown_nobody(twins *t, late *l, const way *way)
{
    char *filter = text_of("(%s=%s)", way->attribute, l->guardian.dn);

    for (int i = 0; i < 2; i++) {
        LDAP *root = t->side[i].as[ROOT];

        if (strcmp(way->attribute, "educonnectMergedInto") == 0)
            continue;
        expect_stored(root, way->entry(l), way->attribute, NULL);
        assert_int_equal(client_count(root, PEOPLE, filter), 0);
    }
    free(filter);
}

/* ---- to who is gone ---- */

/* The links are written first or last: to those who wait for them it is one. */
static void
goes_by_one_write(bool link_first)
{
    late l[N_WAYS];
    twins t;

    begin_late(&t, l);
    for (int step = 0; step < 2; step++) {
        int side = (step == 0) == link_first ? 1 : 0;

        only(&t, side);
        for (size_t i = 0; i < N_WAYS; i++) {
            if (side == 1)
                ways[i].write(&t.side[1], &l[i]);
            else
                expect_ok(
                    client_delete(t.side[0].as[PROVISIONER], l[i].guardian.dn));
        }
    }
    if (!link_first)
        server_stop(&t.side[1].server);
    join(&t);
    for (size_t i = 0; i < N_WAYS; i++)
        expect_shown_nobody(&t, &l[i], &ways[i]);
    for (size_t i = 0; i < N_WAYS; i++) {
        print_message("%s\n", ways[i].name);
        await_taken_out(
            &t, ways[i].entry(&l[i]), ways[i].attribute, l[i].guardian.dn);
        expect_one_write(&t, ways[i].entry(&l[i]), ways[i].attribute);
    }
    twins_end(&t);
}

static void
a_late_link_goes_by_one_write(void **state)
{
    (void)state;
    goes_by_one_write(true);
}

/* The server that saw the guardian go is started anew before the links come,
 * and has forgotten: another has its turn. */
static void
or_by_another_servers(void **state)
{
    (void)state;
    goes_by_one_write(false);
}

/* ---- to who has the name since ---- */

static void
nobody_inherits(void **state)
{
    late l[N_WAYS];
    twins t;

    (void)state;
    begin_late(&t, l);
    only(&t, 1);
    for (size_t i = 0; i < N_WAYS; i++)
        ways[i].write(&t.side[1], &l[i]);
    only(&t, 0);
    deadline_next_second();
    for (size_t i = 0; i < N_WAYS; i++) {
        expect_ok(client_delete(t.side[0].as[PROVISIONER], l[i].guardian.dn));
        create_guardian(&t.side[0], l[i].guardian.dn);
    }
    join(&t);
    for (size_t i = 0; i < N_WAYS; i++) {
        print_message("%s\n", ways[i].name);
        await_taken_out(
            &t, ways[i].entry(&l[i]), ways[i].attribute, l[i].guardian.dn);
        expect_one_write(&t, ways[i].entry(&l[i]), ways[i].attribute);
        for (int side = 0; side < 2; side++)
            expect_stored(t.side[side].as[ROOT], l[i].guardian.dn,
                "educonnectChild", NULL);
    }
    twins_end(&t);
}

/* ---- moves ---- */

#define ATTIC "ou=attic," SUFFIX

static void
move(world *w, const char *dn, const char *parent)
{
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nchangetype: modrdn\nnewrdn: %.*s\ndeleteoldrdn: 1\n"
        "newsuperior: %s\n",
        dn, (int)strcspn(dn, ","), dn, parent));
}

/* The first half of the guardians goes elsewhere; the names of the others are
 * given to namesakes who come from there. */
static void
by_a_move(void **state)
{
    late l[N_WAYS];
    twins t;

    (void)state;
    begin_late(&t, l);
    expect_ok(client_ldif(t.side[0].as[ROOT],
        "dn: " ATTIC "\nchangetype: add\nobjectClass: organizationalUnit\n"
        "ou: attic\n"));
    twins_agree(&t);
    only(&t, 1);
    for (size_t i = 0; i < N_WAYS; i++)
        ways[i].write(&t.side[1], &l[i]);
    only(&t, 0);
    for (size_t i = 0; i < N_WAYS; i++) {
        char *uid = uid_of(l[i].guardian.dn);
        char *namesake = text_of("uid=%s," ATTIC, uid);

        if (i < N_WAYS / 2) {
            move(&t.side[0], l[i].guardian.dn, ATTIC);
        } else {
            expect_ok(
                client_delete(t.side[0].as[PROVISIONER], l[i].guardian.dn));
            create_guardian(&t.side[0], namesake);
            move(&t.side[0], namesake, PEOPLE);
        }
        free(namesake);
        free(uid);
    }
    join(&t);
    for (size_t i = 0; i < N_WAYS; i++) {
        print_message("%s\n", ways[i].name);
        await_taken_out(
            &t, ways[i].entry(&l[i]), ways[i].attribute, l[i].guardian.dn);
        expect_one_write(&t, ways[i].entry(&l[i]), ways[i].attribute);
    }
    twins_end(&t);
}

/* ---- later ---- */

static void
expect_holds(twins *t, late *l, const way *way)
{
    const char *entry = way->entry(l);

    for (int side = 0; side < 2; side++) {
        expect_stored(
            t->side[side].as[ROOT], entry, way->attribute, l->guardian.dn);
        assert_int_equal(times_taken_out(t, side, entry, way->attribute), 0);
    }
}

/* By a server that knows the new guardian. */
static void
what_is_written_later_holds(void **state)
{
    late l[N_WAYS];
    twins t;

    (void)state;
    begin_late(&t, l);
    for (size_t i = 0; i < N_WAYS; i++) {
        expect_ok(client_delete(t.side[0].as[PROVISIONER], l[i].guardian.dn));
        create_guardian(&t.side[0], l[i].guardian.dn);
    }
    twins_agree(&t);
    /* Merges are of accounts that are active, and of one name. */
    for (size_t i = 0; i < N_WAYS - 1; i++)
        ways[i].write(&t.side[1], &l[i]);
    link_child(&t.side[1], &l[N_WAYS - 1]);
    expect_ok(
        client_delete(t.side[0].as[PROVISIONER], l[N_WAYS - 1].guardian.dn));
    await_taken_out(&t, l[N_WAYS - 1].child.dn, "educonnectGuardian",
        l[N_WAYS - 1].guardian.dn);
    twins_agree(&t);
    for (size_t i = 0; i < N_WAYS - 1; i++)
        expect_holds(&t, &l[i], &ways[i]);
    twins_end(&t);
}

/* By one that has not heard of the new guardian: by the times that count
 * elsewhere it means the new one. The last of them is for nobody; when that one
 * is taken out, the others had their turn. */
static void
by_the_clock_it_holds(void **state)
{
    late l[N_WAYS];
    twins t;

    (void)state;
    begin_late(&t, l);
    only(&t, 0);
    for (size_t i = 0; i < N_WAYS; i++) {
        expect_ok(client_delete(t.side[0].as[PROVISIONER], l[i].guardian.dn));
        if (i < N_WAYS - 1)
            create_guardian(&t.side[0], l[i].guardian.dn);
    }
    only(&t, 1);
    for (size_t i = 0; i < N_WAYS; i++)
        ways[i].write(&t.side[1], &l[i]);
    join(&t);
    await_taken_out(&t, ways[N_WAYS - 1].entry(&l[N_WAYS - 1]),
        ways[N_WAYS - 1].attribute, l[N_WAYS - 1].guardian.dn);
    twins_agree(&t);
    for (size_t i = 0; i < N_WAYS - 1; i++)
        expect_holds(&t, &l[i], &ways[i]);
    twins_end(&t);
}

/* ---- what nobody takes out ---- */

static char *
dump_of(world *w)
{
    char *dump = NULL;

    REQUIRE(
        server_tool(&w->server, NULL, &dump, "slapcat", "-b %s", SUFFIX) == 0);
    return dump;
}

/* No server knows whose it was: it is hidden, and the doctor says how it goes.
 */
static void
what_stays_the_doctor_finds(void **state)
{
    static const char child[] =
        "dn: uid=reste," PEOPLE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectStudent\nuid: reste\ncn: Ines Karadec\n"
        "sn: Karadec\neduconnectGuardian: uid=partie," PEOPLE "\n";
    world w;
    char *dump;
    tool t;

    (void)state;
    world_begin(&w, &replica_delta);
    server_stop(&w.server);
    REQUIRE(
        server_tool(&w.server, child, NULL, "slapadd", "-b %s", SUFFIX) == 0);
    server_start(&w.server);
    world_login(&w);
    expect_stored(w.as[ROOT], "uid=reste," PEOPLE, "educonnectGuardian", NULL);
    dump = dump_of(&w);
    t = tool_run_plain(dump, "doctor", "--slapcat -");
    expect_texts(t.out, "EDD-201", "dn: uid=reste," PEOPLE,
        "delete: educonnectGuardian\neduconnectGuardian: uid=partie," PEOPLE);
    tool_free(&t);
    free(dump);
    expect_ok(client_modify(w.as[PROVISIONER], "uid=reste," PEOPLE,
        "delete: educonnectGuardian\n"
        "educonnectGuardian: uid=partie," PEOPLE "\n"));
    dump = dump_of(&w);
    REQUIRE(strstr(dump, "uid=partie") == NULL);
    free(dump);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_late_link_goes_by_one_write),
        cmocka_unit_test(or_by_another_servers),
        cmocka_unit_test(nobody_inherits),
        cmocka_unit_test(by_a_move),
        cmocka_unit_test(what_is_written_later_holds),
        cmocka_unit_test(by_the_clock_it_holds),
        cmocka_unit_test(what_stays_the_doctor_finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
