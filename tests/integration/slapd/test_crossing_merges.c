/* test_crossing_merges.c - merges on two servers, each of which has not heard
 * of the other's.
 *
 * Whatever they close between them, one account lives: of those that would
 * close each other the one that was created first. It has everybody's children,
 * on both servers, and one server has reopened it, by one event.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/parallel.h"
#include "harness/replica.h"
#include "harness/twins.h"

#define ACCOUNTS 3
#define MERGES_MAX 2

/* From which of three accounts into which one, on either side in this order;
 * who may live: the oldest of these. */
typedef struct merging {
    int from, into;
} merging;

typedef struct crossing {
    const char *name;
    merging merges[2][MERGES_MAX];
    int n[2];
    const char *may_live;
    bool ring; /* somebody is to be reopened */
} crossing;

static const crossing crossings[] = {
    {"each into the other", {{{0, 1}}, {{1, 0}}}, {1, 1}, "01", true},
    {"the same the other way round", {{{1, 0}}, {{0, 1}}}, {1, 1}, "01", true},
    {"three, round", {{{0, 1}, {1, 2}}, {{2, 0}}}, {2, 1}, "012", true},
    {"three, round the other way", {{{0, 2}}, {{2, 1}, {1, 0}}}, {1, 2}, "012",
        true},
    {"one behind the other", {{{0, 1}}, {{1, 2}}}, {1, 1}, "2", false},
    {"one into two", {{{0, 1}}, {{0, 2}}}, {1, 1}, "12", false},
    {"two into one", {{{0, 2}}, {{1, 2}}}, {1, 1}, "2", false},
};

#define N_CROSSINGS (sizeof(crossings) / sizeof(crossings[0]))

typedef struct family {
    account parents[ACCOUNTS];
} family;

static void
begin_families(twins *t, family families[N_CROSSINGS])
{
    world *w = &t->side[0];

    twins_begin(t, NULL);
    for (size_t f = 0; f < N_CROSSINGS; f++) {
        for (int i = 0; i < ACCOUNTS; i++)
            families[f].parents[i] = guardian_in(w, "active");
    }
    twins_agree(t);
}

static void
merge_side(world *w, const crossing *c, const family *f, int side)
{
    for (int i = 0; i < c->n[side]; i++) {
        const merging *m = &c->merges[side][i];

        expect_ok(client_merge_of(
            w->as[ACADEMY], f->parents[m->from].dn, f->parents[m->into].dn));
    }
}

/* ---- what becomes of them ---- */

static char *
age_of(LDAP *root, const char *dn)
{
    char *created = client_read(root, dn, "createTimestamp");
    char *uuid = client_read(root, dn, "entryUUID");
    char *age = text_of("%s %s", created, uuid);

    free(created);
    free(uuid);
    return age;
}

static int
oldest_of(LDAP *root, const family *f, const char *among)
{
    int oldest = among[0] - '0';

    for (const char *at = among + 1; *at != '\0'; at++) {
        char *old = age_of(root, f->parents[oldest].dn);
        char *age = age_of(root, f->parents[*at - '0'].dn);

        if (strcmp(age, old) < 0)
            oldest = *at - '0';
        free(old);
        free(age);
    }
    return oldest;
}

static bool
lives(LDAP *root, const char *dn)
{
    return client_count(root, dn, "(!(educonnectState=closed))") == 1;
}

static size_t
count_living(LDAP *root, const family *f, const char *among)
{
    size_t n = 0;

    for (; *among != '\0'; among++)
        n += lives(root, f->parents[*among - '0'].dn);
    return n;
}

static void
await_living(twins *t, const family *f, const char *among)
{
    deadline d = deadline_in(90);

    for (int side = 0; side < 2; side++) {
        while (count_living(t->side[side].as[ROOT], f, among) == 0)
            deadline_wait(&d, "an account to live");
    }
}

static bool
has_child(LDAP *root, const char *dn, const char *child)
{
    char *filter = text_of("(educonnectChild=%s)", child);
    bool has = client_count(root, dn, filter) == 1;

    free(filter);
    return has;
}

/* Who was merged has its children with somebody who lives. */
static void
expect_children(LDAP *root, const family *f)
{
    for (int i = 0; i < ACCOUNTS; i++) {
        int parents = 0;

        for (int p = 0; p < ACCOUNTS; p++) {
            if (!has_child(root, f->parents[p].dn, f->parents[i].child))
                continue;
            parents++;
            assert_true(lives(root, f->parents[p].dn));
        }
        assert_int_equal(parents, 1);
    }
}

static void
expect_one_lives(twins *t, const crossing *c, const family *f)
{
    for (int side = 0; side < 2; side++) {
        LDAP *root = t->side[side].as[ROOT];
        int oldest = oldest_of(root, f, c->may_live);

        print_message("%s, side %d\n", c->name, side);
        expect_children(root, f);
        if (!c->ring)
            continue;
        assert_int_equal(count_living(root, f, c->may_live), 1);
        assert_true(lives(root, f->parents[oldest].dn));
        expect_stored(
            root, f->parents[oldest].dn, "educonnectMergedInto", NULL);
        expect_stored(
            root, f->parents[oldest].dn, "educonnectState", "uninformed");
    }
}

/* One server, each time, has done it. */
static void
expect_reopened(twins *t, long n)
{
    long reopened = 0;

    for (int side = 0; side < 2; side++)
        reopened += monitor_counter(
            &t->side[side], "educonnectMonitorEvents", "reopen");
    assert_int_equal(reopened, n);
}

static void
expect_all(twins *t, family families[N_CROSSINGS])
{
    long rings = 0;

    for (size_t f = 0; f < N_CROSSINGS; f++) {
        await_living(t, &families[f], crossings[f].may_live);
        rings += crossings[f].ring;
    }
    twins_agree(t);
    for (size_t f = 0; f < N_CROSSINGS; f++)
        expect_one_lives(t, &crossings[f], &families[f]);
    expect_reopened(t, rings);
}

/* ---- cut ---- */

static void
one_account_lives(void **state)
{
    family families[N_CROSSINGS];
    twins t;

    (void)state;
    begin_families(&t, families);
    server_stop(&t.side[1].server);
    world_login(&t.side[0]);
    for (size_t f = 0; f < N_CROSSINGS; f++)
        merge_side(&t.side[0], &crossings[f], &families[f], 0);
    server_stop(&t.side[0].server);
    server_start(&t.side[1].server);
    world_login(&t.side[1]);
    for (size_t f = 0; f < N_CROSSINGS; f++)
        merge_side(&t.side[1], &crossings[f], &families[f], 1);
    server_start(&t.side[0].server);
    world_login(&t.side[0]);
    replicas_meet(&t.side[0].server, &t.side[1].server);
    expect_all(&t, families);
    twins_end(&t);
}

/* ---- connected ---- */

typedef struct moment {
    twins *t;
    const crossing *c;
    const family *f;
} moment;

static answer
merge_at_once(void *context, size_t side, LDAP *ld)
{
    moment *now = context;
    const merging *m = &now->c->merges[side][0];

    return client_merge_of(
        ld, now->f->parents[m->from].dn, now->f->parents[m->into].dn);
}

/* Often only one of the two is granted; whatever they are told, one account
 * lives. */
static void
at_the_same_moment_one_account_lives(void **state)
{
    family families[N_CROSSINGS];
    size_t granted = 0, crossed = 0;
    twins t;

    (void)state;
    begin_families(&t, families);
    for (size_t f = 0; f < N_CROSSINGS; f++) {
        LDAP *clients[2] = {t.side[0].as[ACADEMY], t.side[1].as[ACADEMY]};
        moment now = {&t, &crossings[f], &families[f]};
        answer *answers = in_parallel(2, clients, merge_at_once, &now);
        size_t n = count_answers(answers, 2, LDAP_SUCCESS, "");

        assert_in_range(n, 1, 2);
        granted += n;
        crossed += n == 2;
        free(answers);
    }
    twins_agree(&t); /* until then an account may not have heard */
    for (size_t f = 0; f < N_CROSSINGS; f++)
        await_living(&t, &families[f], crossings[f].may_live);
    twins_agree(&t);
    for (size_t f = 0; f < N_CROSSINGS; f++) {
        for (int side = 0; side < 2; side++)
            expect_children(t.side[side].as[ROOT], &families[f]);
    }
    print_message("%zu granted, %zu crossed\n", granted, crossed);
    twins_end(&t);
}

/* ---- when the database does not take it ---- */

#define NOBODY_REOPENS                                                         \
    "moduleload constraint\noverlay constraint\n"                              \
    "constraint_attribute educonnectState count 0 "                            \
    "restrict=ldap:///" SUFFIX "??sub?(educonnectState=closed)\n"

static size_t
count_in_log(world *w, const char *text)
{
    char *log = server_log(&w->server);
    size_t n = 0;

    for (const char *at = log; (at = strstr(at, text)) != NULL; at++)
        n++;
    free(log);
    return n;
}

/* By the time that the second server has had its turn, the first would have
 * tried three times more. */
static void
what_is_refused_is_not_tried_for_ever(void **state)
{
    static const char refused[] = "others, and it cannot be written";
    char *directives = text_of("%s%s", usual_directives(), NOBODY_REOPENS);
    deadline d = deadline_in(120);
    account a, b;
    twins t;

    (void)state;
    twins_begin(&t, directives);
    a = guardian_in(&t.side[0], "active");
    b = guardian_in(&t.side[0], "active");
    twins_agree(&t);
    server_stop(&t.side[1].server);
    expect_ok(client_merge_of(t.side[0].as[ACADEMY], a.dn, b.dn));
    server_stop(&t.side[0].server);
    server_start(&t.side[1].server);
    world_login(&t.side[1]);
    expect_ok(client_merge_of(t.side[1].as[ACADEMY], b.dn, a.dn));
    server_start(&t.side[0].server);
    for (int side = 0; side < 2; side++) {
        while (count_in_log(&t.side[side], refused) == 0)
            deadline_wait(&d, "a server to say that it is refused");
    }
    for (int side = 0; side < 2; side++)
        assert_int_equal(count_in_log(&t.side[side], refused), 1);
    twins_end(&t);
    free(directives);
}

/* ---- when no server did it ---- */

/* A dump of before there was a rule: nothing arrives, so nobody is reopened. */
static const char ring[] =
    "dn: uid=%s," PEOPLE "\nobjectClass: inetOrgPerson\n"
    "objectClass: educonnectLegalGuardian\nuid: %s\ncn: Soizic Karadec\n"
    "sn: Karadec\ngivenName: Soizic\neduconnectState: closed\n"
    "educonnectFormerState: uninformed\neduconnectSerial: 7\n"
    "educonnectStateSince: 20261101000000Z\n"
    "educonnectMergedInto: uid=%s," PEOPLE "\n\n";

static void
load_ring(world *w)
{
    static const char *const merges[][2] = {
        {"aa", "bb"}, {"bb", "cc"}, {"cc", "bb"}};
    char *ldif = text_of("%s", "");

    for (size_t i = 0; i < 3; i++) {
        char *entry = text_of(ring, merges[i][0], merges[i][0], merges[i][1]);
        char *both = text_of("%s%s", ldif, entry);

        free(entry);
        free(ldif);
        ldif = both;
    }
    server_stop(&w->server);
    REQUIRE(
        server_tool(&w->server, ldif, NULL, "slapadd", "-b %s", SUFFIX) == 0);
    free(ldif);
    server_start(&w->server);
    world_login(w);
}

static answer
set_uninformed(world *w, actor who, const char *dn)
{
    return client_modify(w->as[who], dn,
        "replace: educonnectState\neduconnectState: uninformed\n");
}

static void
the_academy_reopens_one_of_a_ring(void **state)
{
    world w;

    (void)state;
    world_begin(&w, NULL);
    load_ring(&w);
    expect(set_uninformed(&w, ACADEMY, "uid=aa," PEOPLE),
        LDAP_UNWILLING_TO_PERFORM, "S02");
    expect(set_uninformed(&w, ASSISTANCE, "uid=cc," PEOPLE),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    expect(client_password(w.as[ACADEMY], "uid=cc," PEOPLE, NULL, NULL),
        LDAP_UNWILLING_TO_PERFORM, "S02");
    expect_ok(set_uninformed(&w, PROVISIONER, "uid=cc," PEOPLE));
    expect_stored(w.as[ROOT], "uid=cc," PEOPLE, "educonnectMergedInto", NULL);
    expect(set_uninformed(&w, ACADEMY, "uid=bb," PEOPLE),
        LDAP_UNWILLING_TO_PERFORM, "S02");
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_account_lives),
        cmocka_unit_test(at_the_same_moment_one_account_lives),
        cmocka_unit_test(what_is_refused_is_not_tried_for_ever),
        cmocka_unit_test(the_academy_reopens_one_of_a_ring),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
