/* test_crossing.c - what crosses beside events: hashes that are made anew,
 * links to who is gone, writes to entries that are ahead of a server's clock.
 * test_crossing_pairs.c has the events.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/replica.h"
#include "harness/twins.h"

/* ---- hashes that are made anew ---- */

/* A bind with the former password, where nobody has heard of the new one and
 * hashes cost something else by now, brings the former one back nowhere. */
static void
expect_nothing_undone(const char *configuration)
{
    account a;
    char former[96];
    twins t;

    twins_begin(&t, NULL);
    a = guardian_in(&t.side[0], "active");
    snprintf(former, sizeof(former), "%s", a.password);
    twins_agree(&t);
    server_stop(&t.side[1].server);
    world_login(&t.side[0]);
    step_activate(&t.side[0], &a); /* a change */
    server_stop(&t.side[0].server);
    server_start(&t.side[1].server);
    world_login(&t.side[1]);
    expect_ok(world_configure(&t.side[1], "%s", configuration));
    expect_ok(bind_once(&t.side[1].server, a.dn, former));
    server_start(&t.side[0].server);
    world_login(&t.side[0]);
    twins_agree(&t);
    for (int i = 0; i < 2; i++) {
        expect(bind_once(&t.side[i].server, a.dn, former),
            LDAP_INVALID_CREDENTIALS, "");
        expect_ok(bind_once(&t.side[i].server, a.dn, a.password));
    }
    twins_end(&t);
}

static void
a_bind_undoes_no_new_password(void **state)
{
    (void)state;
    expect_nothing_undone("replace: olcEduconnectHash\n"
                          "olcEduconnectHash: memory=128 time=1 "
                          "parallelism=1\n");
}

static void
a_cheaper_hash_undoes_none_either(void **state)
{
    (void)state;
    expect_nothing_undone("replace: olcEduconnectHash\n"
                          "olcEduconnectHash: memory=32 time=1 "
                          "parallelism=1\n-\n"
                          "replace: olcEduconnectRehash\n"
                          "olcEduconnectRehash: rate=100/s down=yes\n");
}

/* ---- what comes again ---- */

/* A change that is stored already, as the other server's log has it twice:
 * slapd ends such a one without a result. What waited for it may be written
 * afterwards. */
static void
what_comes_twice_holds_no_account(void **state)
{
    account a, b;
    char *csn;
    twins t;

    (void)state;
    twins_begin(&t, NULL);
    a = guardian_in(&t.side[0], "uninformed");
    b = guardian_in(&t.side[0], "uninformed");
    twins_agree(&t);
    csn = client_read(t.side[0].as[ROOT], a.dn, "entryCSN");
    expect_ok(client_ldif(t.side[0].as[ROOT],
        "dn: reqStart=20991231235959.000000Z,cn=log\n"
        "objectClass: auditModify\nreqStart: 20991231235959.000000Z\n"
        "reqType: modify\nreqSession: 1\nreqResult: 0\nreqDN: %s\n"
        "reqMod: educonnectSerial:+ 7\nreqMod: entryCSN:= %s\n",
        a.dn, csn));
    free(csn);
    expect_ok(client_password(t.side[0].as[HEAD1], b.dn, NULL, NULL));
    free(client_await(t.side[1].as[ROOT], b.dn, "educonnectInformedBy"));
    expect_ok(client_password(t.side[1].as[HEAD1], a.dn, NULL, NULL));
    twins_agree(&t);
    twins_end(&t);
}

/* ---- links ---- */

static void
expect_no_link(twins *t, const account *child, const account *guardian)
{
    char *filter = text_of("(educonnectGuardian=%s)", guardian->dn);

    for (int i = 0; i < 2; i++) {
        LDAP *root = t->side[i].as[ROOT];

        expect_stored(root, child->dn, "educonnectGuardian", NULL);
        assert_int_equal(client_count(root, PEOPLE, filter), 0);
    }
    free(filter);
}

/* No entry has it any more: what links to it was taken out, too. */
static void
await_no_link(world *w, const char *dn)
{
    deadline d = deadline_in(60);

    for (bool named = true; named;) {
        char *dump = replica_dump(&w->server);

        named = strstr(dump, dn) != NULL;
        free(dump);
        if (named)
            deadline_wait(&d, "the links to go with their guardian");
    }
}

/* The guardian goes on one side while the other, cut off, gives it a child. */
static void
a_link_to_who_is_gone_is_void(void **state)
{
    account guardian, child;
    twins t;

    (void)state;
    twins_begin(&t, NULL);
    guardian = new_guardian(&t.side[0], COLLEGE);
    child = new_student(&t.side[0], LYCEE);
    twins_agree(&t);
    server_stop(&t.side[0].server);
    world_login(&t.side[1]);
    expect_ok(client_modify(t.side[1].as[PROVISIONER], child.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", guardian.dn));
    expect_stored(
        t.side[1].as[ROOT], child.dn, "educonnectGuardian", guardian.dn);
    server_stop(&t.side[1].server);
    server_start(&t.side[0].server);
    world_login(&t.side[0]);
    expect_ok(client_ldif(t.side[0].as[PROVISIONER],
        "dn: %s\nchangetype: delete\n", guardian.dn));
    await_no_link(&t.side[0], guardian.dn);
    server_start(&t.side[1].server);
    world_login(&t.side[1]);
    twins_agree(&t);
    expect_no_link(&t, &child, &guardian);
    twins_end(&t);
}

/* ---- clocks ---- */

#define AHEAD "uid=demain," PEOPLE
static const char ahead[] =
    "dn: " AHEAD "\nobjectClass: inetOrgPerson\n"
    "objectClass: educonnectLegalGuardian\nuid: demain\n"
    "cn: Soizic Karadec\nsn: Karadec\ngivenName: Soizic\n"
    "entryCSN: 20991231235959.000000Z#000000#002#000000\n";

/* The child of a guardian who says that it is not theirs. */
#define AHEAD_CHILD "uid=demain2," PEOPLE
static char *
ahead_child_of(const char *guardian)
{
    return text_of("dn: " AHEAD_CHILD "\nobjectClass: inetOrgPerson\n"
                   "objectClass: educonnectStudent\nuid: demain2\n"
                   "cn: Ines Karadec\nsn: Karadec\n"
                   "educonnectGuardian: %s\n"
                   "entryCSN: 20991231235959.000000Z#000000#002#000000\n",
        guardian);
}

static void
load_ahead(world *w, const account *guardian)
{
    char *ldif =
        guardian == NULL ? text_of("%s", ahead) : ahead_child_of(guardian->dn);

    server_stop(&w->server);
    REQUIRE(
        server_tool(&w->server, ldif, NULL, "slapadd", "-b %s", SUFFIX) == 0);
    free(ldif);
    server_start(&w->server);
    world_login(w);
}

/* Whatever kind of write: the other server would keep its own. */
static void
what_would_be_lost_is_refused(void **state)
{
    account kept, child;
    LDAP *reader;
    world w;
    char *log;

    (void)state;
    world_begin(&w, &replica_plain);
    kept = guardian_in(&w, "active");
    load_ahead(&w, NULL);
    expect(client_password(w.as[ACADEMY], AHEAD, NULL, NULL), LDAP_BUSY, "B03");
    expect(client_modify(w.as[PROVISIONER], AHEAD,
               "replace: educonnectState\neduconnectState: closed\n"),
        LDAP_BUSY, "B03");
    expect(client_modify(w.as[PROVISIONER], AHEAD,
               "replace: mobile\nmobile: 06 12 34 56 78\n"),
        LDAP_BUSY, "B03");
    expect(
        client_modify(w.as[PROVISIONER], AHEAD, "replace: sn\nsn: Le Gall\n"),
        LDAP_BUSY, "B03");
    reader = client_login(&w.server, kept.dn, kept.password);
    expect(client_modify(reader, AHEAD, "replace: sn\nsn: Le Gall\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
    client_close(reader);
    expect(client_merge_of(w.as[ACADEMY], AHEAD, kept.dn), LDAP_BUSY, "B03");
    expect(client_merge_of(w.as[ACADEMY], kept.dn, AHEAD), LDAP_BUSY, "B03");
    child = new_student(&w, LYCEE);
    expect(client_modify(w.as[PROVISIONER], child.dn,
               "add: educonnectGuardian\neduconnectGuardian: " AHEAD "\n"),
        LDAP_BUSY, "B03");
    expect_stored(w.as[ROOT], AHEAD, "educonnectState", NULL);
    log = server_log(&w.server);
    REQUIRE(strstr(log, AHEAD "\" was written in") != NULL);
    free(log);
    world_end(&w);
}

/* One who may contest; and the links of a child, of now, to whom it is. */
#define AHEAD_ACTIVE "uid=demain3," PEOPLE
static void
load_active_ahead(world *w, const account *child)
{
    static const char active[] =
        "dn: " AHEAD_ACTIVE "\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\nuid: demain3\n"
        "cn: Soizic Karadec\nsn: Karadec\ngivenName: Soizic\n"
        "educonnectState: active\neduconnectActivatedBy: letter\n"
        "educonnectStateSince: 20261129183503Z\n"
        "pwdChangedTime: 20261129183503Z\n"
        "userPassword: {ARGON2}$argon2id$v=19$m=64,t=1,p=1"
        "$iCYRkUcRR8Bm6HF93XhI9g"
        "$fjTIBl2QrMtRM154lDycsTx4jlmU049G4n+wpMwpXsY\n"
        "entryCSN: 20991231235959.000000Z#000000#002#000000\n";
    char *link = text_of("dn: %s\nchangetype: modify\n"
                         "add: educonnectGuardian\n"
                         "educonnectGuardian: " AHEAD_ACTIVE "\n",
        child->dn);

    server_stop(&w->server);
    REQUIRE(
        server_tool(&w->server, active, NULL, "slapadd", "-b %s", SUFFIX) == 0);
    REQUIRE(server_tool(
                &w->server, link, NULL, "slapmodify", "-b %s", SUFFIX) == 0);
    free(link);
    server_start(&w->server);
    world_login(w);
}

/* What names a guardian who is ahead of this clock would be taken for one who
 * had the name before, and be taken out. */
static void
a_contest_of_who_is_ahead_is_refused(void **state)
{
    account child;
    world w;

    (void)state;
    world_begin(&w, &replica_plain);
    load_ahead(&w, NULL);
    child = new_student(&w, LYCEE);
    expect(client_modify(w.as[PROVISIONER], child.dn,
               "add: educonnectContestedGuardian\n"
               "educonnectContestedGuardian: " AHEAD "\n"),
        LDAP_BUSY, "B03");
    expect(client_ldif(w.as[PROVISIONER],
               "dn: uid=demain3," PEOPLE "\nobjectClass: inetOrgPerson\n"
               "objectClass: educonnectStudent\nuid: demain3\n"
               "cn: Ines Karadec\nsn: Karadec\n"
               "educonnectContestedGuardian: " AHEAD "\n"),
        LDAP_BUSY, "B03");
    expect_ok(client_modify(w.as[PROVISIONER], child.dn,
        "add: educonnectContestedGuardian\n"
        "educonnectContestedGuardian: uid=personne," PEOPLE "\n"));
    load_active_ahead(&w, &child);
    client_sends(w.as[ROOT], SENDS_PROXY, AHEAD_ACTIVE);
    expect(client_contest(w.as[ROOT], child.dn), LDAP_BUSY, "B03");
    client_sends(w.as[ROOT], 0, NULL);
    expect_stored(w.as[ROOT], child.dn, "educonnectGuardian", AHEAD_ACTIVE);
    world_end(&w);
}

/* The same of a contest, which writes the child. */
static void
a_contest_that_would_be_lost_is_refused(void **state)
{
    static const setup sends_on = {
        .modules = "moduleload syncprov\n", .below = "overlay syncprov\n"};
    account parent;
    LDAP *self;
    world w;

    (void)state;
    world_begin(&w, &sends_on);
    parent = guardian_in(&w, "active");
    load_ahead(&w, &parent);
    self = client_login(&w.server, parent.dn, parent.password);
    expect(client_contest(self, AHEAD_CHILD), LDAP_BUSY, "B03");
    expect_stored(w.as[ROOT], AHEAD_CHILD, "educonnectGuardian", parent.dn);
    expect_stored(w.as[ROOT], AHEAD_CHILD, "educonnectContestedGuardian", NULL);
    expect_ok(client_contest(self, parent.child));
    client_close(self);
    world_end(&w);
}

static void
await_value(world *w, const char *dn, const char *attribute, const char *value)
{
    deadline d = deadline_in(30);

    for (bool there = false; !there;) {
        char *now = client_read(w->as[ROOT], dn, attribute);

        there = now != NULL && strcmp(now, value) == 0;
        free(now);
        if (!there)
            deadline_wait(&d, "a change to arrive");
    }
}

/* One server's clock is ahead by less than a second; the other writes what it
 * has just heard of. Until then what it granted was lost. */
static void
what_is_a_little_ahead_is_waited_for(void **state)
{
    account a;
    twins t;

    (void)state;
    twins_begin(&t, NULL);
    a = guardian_in(&t.side[0], "active");
    twins_agree(&t);
    server_stop(&t.side[0].server);
    t.side[0].server.skew = 700;
    server_start(&t.side[0].server);
    world_login(&t.side[0]);
    for (int round = 0; round < 5; round++) {
        char *ahead = text_of("ahead-%d@example.org", round);
        char *behind = text_of("behind-%d@example.org", round);

        expect_ok(client_replace(
            t.side[0].as[PROVISIONER], a.dn, "mail", ahead, strlen(ahead)));
        await_value(&t.side[1], a.dn, "mail", ahead);
        expect_ok(client_replace(
            t.side[1].as[PROVISIONER], a.dn, "mail", behind, strlen(behind)));
        expect_ok(client_modify(t.side[1].as[ASSISTANCE], a.dn,
            "replace: educonnectState\neduconnectState: %s\n",
            round % 2 == 0 ? "suspended" : "active"));
        twins_agree(&t);
        expect_stored(t.side[0].as[ROOT], a.dn, "mail", behind);
        free(ahead);
        free(behind);
    }
    twins_end(&t);
}

/* Who sends nothing on loses nothing. */
static void
alone_there_is_nothing_to_lose(void **state)
{
    world w;

    (void)state;
    world_begin(&w, NULL);
    load_ahead(&w, NULL);
    expect_ok(client_modify(w.as[PROVISIONER], AHEAD,
        "replace: educonnectState\neduconnectState: closed\n"));
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bind_undoes_no_new_password),
        cmocka_unit_test(what_comes_twice_holds_no_account),
        cmocka_unit_test(a_cheaper_hash_undoes_none_either),
        cmocka_unit_test(a_link_to_who_is_gone_is_void),
        cmocka_unit_test(what_would_be_lost_is_refused),
        cmocka_unit_test(a_contest_of_who_is_ahead_is_refused),
        cmocka_unit_test(a_contest_that_would_be_lost_is_refused),
        cmocka_unit_test(what_is_a_little_ahead_is_waited_for),
        cmocka_unit_test(alone_there_is_nothing_to_lose),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
