/* test_crossing.c - two events on one account, each on a server that has not
 * heard of the other yet.
 *
 * Every pair of events that the table allows from a state, in either order, on
 * an account of its own: the older one is written on the first server while the
 * second is away, the newer one on the second while the first is. Once they are
 * joined both have the newer one's account, whole. Then the same at the same
 * moment on two servers that are connected.
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

/* ---- the events ---- */

/* What an event has at hand; the sessions are one side's. */
typedef struct doing {
    world *w;
    const account *a;
    const char *own;    /* a password that nobody has had */
    const char *mobile; /* the account's, of which a claim knows */
    const char *into;   /* the account that a merge leaves */
} doing;

static answer
inform(const doing *d)
{
    return client_password(d->w->as[HEAD1], d->a->dn, NULL, NULL);
}

static answer
academy_reset(const doing *d)
{
    return client_password(d->w->as[ACADEMY], d->a->dn, NULL, NULL);
}

static answer
by_holder(const doing *d)
{
    LDAP *self = client_open(&d->w->server);
    answer r = client_bind(self, d->a->dn, d->a->password);

    if (r.code == LDAP_SUCCESS)
        r = client_password(self, NULL, NULL, d->own);
    client_close(self);
    return r;
}

static answer
recover(const doing *d)
{
    return client_password(d->w->as[REGISTRAR], d->a->dn, NULL, d->own);
}

static answer
withdraw(const doing *d)
{
    return client_modify(d->w->as[HEAD1], d->a->dn,
        "replace: educonnectState\neduconnectState: uninformed\n");
}

static answer
suspend(const doing *d)
{
    return client_modify(d->w->as[ASSISTANCE], d->a->dn,
        "replace: educonnectState\neduconnectState: suspended\n");
}

static answer
close_account(const doing *d)
{
    return client_modify(d->w->as[PROVISIONER], d->a->dn,
        "replace: educonnectState\neduconnectState: closed\n");
}

static answer
back_to_active(const doing *d)
{
    return client_modify(d->w->as[ACADEMY], d->a->dn,
        "replace: educonnectState\neduconnectState: active\n");
}

static answer
lock(const doing *d)
{
    return client_modify(d->w->as[ASSISTANCE], d->a->dn,
        "replace: pwdAccountLockedTime\n"
        "pwdAccountLockedTime: 000001010000Z\n");
}

static answer
unlock(const doing *d)
{
    return client_modify(
        d->w->as[ASSISTANCE], d->a->dn, "delete: pwdAccountLockedTime\n");
}

static answer
claim(const doing *d)
{
    claim_data data = {
        d->mobile, "Karadec", "Soizic", "2011-03-09", d->own, NULL};

    return client_claim(d->w->as[REGISTRAR], &data);
}

static answer
merge(const doing *d)
{
    return client_merge_of(d->w->as[ACADEMY], d->a->dn, d->into);
}

typedef struct event {
    const char *name;
    answer (*run)(const doing *d);
} event;

#define EVENTS_MAX 9

static const struct {
    const char *from;
    event events[EVENTS_MAX + 1];
} groups[] = {
    {"uninformed",
        {{"inform", inform}, {"claim", claim}, {"close", close_account},
            {"merge", merge}, {"lock", lock}, {"unlock", unlock}}},
    {"informed",
        {{"inform", inform}, {"withdraw", withdraw}, {"activate", by_holder},
            {"claim", claim}, {"suspend", suspend}, {"close", close_account},
            {"merge", merge}, {"lock", lock}, {"unlock", unlock}}},
    {"active",
        {{"change", by_holder}, {"recover", recover}, {"reset", academy_reset},
            {"suspend", suspend}, {"close", close_account}, {"merge", merge},
            {"lock", lock}, {"unlock", unlock}}},
    {"reset", {{"activate", by_holder}, {"recover", recover},
                  {"reset", academy_reset}, {"suspend", suspend},
                  {"close", close_account}, {"merge", merge}, {"lock", lock},
                  {"unlock", unlock}}},
    {"suspended", {{"resume", back_to_active}, {"close", close_account},
                      {"lock", lock}, {"unlock", unlock}}},
    {"closed",
        {{"reopen", back_to_active}, {"lock", lock}, {"unlock", unlock}}},
};

#define N_GROUPS (sizeof(groups) / sizeof(groups[0]))

/* ---- the pairs ---- */

#define PAIRS_MAX 300

typedef struct pair {
    const event *events[2]; /* on either side */
    const char *from;
    account a;
    char own[2][96];
    char mobile[32];
} pair;

typedef struct matrix {
    twins t;
    pair pairs[PAIRS_MAX];
    size_t n;
    account kept; /* into which accounts are merged */
    char *newer;  /* what the second side had of all of them, alone */
} matrix;

static void
add_pair(matrix *m, const char *from, const event *older, const event *newer)
{
    world *w = &m->t.side[0];
    pair *p = &m->pairs[m->n];

    REQUIRE(m->n < PAIRS_MAX);
    *p = (pair){.events = {older, newer}, .from = from};
    p->a = guardian_in(w, from);
    snprintf(p->mobile, sizeof(p->mobile), "+336%08zu", 10000000 + m->n);
    expect_ok(client_modify(w->as[PROVISIONER], p->a.dn,
        "replace: mobile\nmobile: %s\n", p->mobile));
    for (int i = 0; i < 2; i++)
        fresh_password(w, p->own[i]);
    m->n++;
}

static void
begin_matrix(matrix *m)
{
    memset(m, 0, sizeof(*m));
    twins_begin(&m->t, NULL);
    m->kept = guardian_in(&m->t.side[0], "active");
    for (size_t g = 0; g < N_GROUPS; g++) {
        for (const event *e = groups[g].events; e->name != NULL; e++) {
            for (const event *f = groups[g].events; f->name != NULL; f++)
                add_pair(m, groups[g].from, e, f);
        }
    }
    twins_agree(&m->t);
}

static answer
run_side(matrix *m, size_t i, int side)
{
    pair *p = &m->pairs[i];
    doing d = {&m->t.side[side], &p->a, p->own[side], p->mobile, m->kept.dn};

    return p->events[side]->run(&d);
}

/* ---- what is stored ---- */

/* Nothing that the manual's table of states excludes; written apart from the
 * overlay's own check. */
#define PARKED "(|(educonnectState=suspended)(educonnectState=closed))"
#define LETTER                                                                 \
    "(userPassword=*)(educonnectProvisionalUntil=*)(educonnectInformedBy=*)"   \
    "(pwdReset=TRUE)"
#define NO_LETTER                                                              \
    "(!(educonnectProvisionalUntil=*))(!(educonnectInformedBy=*))"             \
    "(!(pwdReset=*))"
static const char sound[] =
    "(&(|(&(educonnectState=uninformed)(!(userPassword=*))" NO_LETTER ")"
    "(&(|(educonnectState=informed)(educonnectState=reset))" LETTER ")"
    "(&(educonnectState=active)(userPassword=*)(educonnectActivatedBy=*)"
    "(pwdChangedTime=*)" NO_LETTER ")"
    "(&" PARKED "(educonnectFormerState=*)))"
    "(|" PARKED "(!(educonnectFormerState=*)))"
    "(|(!(educonnectMergedInto=*))(&(educonnectState=closed)"
    "(educonnectFormerState=uninformed)(!(userPassword=*))"
    "(!(educonnectPasswordHistory=*))" NO_LETTER ")))";

static bool
is_sound(matrix *m, const pair *p, int side)
{
    return client_count(m->t.side[side].as[ROOT], p->a.dn, sound) == 1;
}

/* The lines of an entry in a dump, joined; allocated. */
static char *
lines_of(const char *dump, const char *dn)
{
    char *begin = text_of("dn: %s ", dn), *all = calloc(1, strlen(dump) + 1);
    char *end = all;

    for (const char *at = dump, *next; *at != '\0'; at = next) {
        next = strchr(at, '\n') + 1;
        if (strncmp(at, begin, strlen(begin)) == 0)
            end = mempcpy(end, at, (size_t)(next - at));
    }
    *end = '\0';
    free(begin);
    return all;
}

static bool
is_newer_whole(const matrix *m, const pair *p, const char *dump)
{
    char *was = lines_of(m->newer, p->a.dn), *is = lines_of(dump, p->a.dn);
    bool same = strcmp(was, is) == 0;

    free(was);
    free(is);
    return same;
}

static void
tell(const pair *p, const char *what)
{
    print_message("%s, %s then %s: %s (%s)\n", p->from, p->events[0]->name,
        p->events[1]->name, what, p->a.dn);
}

/* ---- cut ---- */

/* Only this side runs, and writes its half of every pair. */
static void
write_alone(matrix *m, int side)
{
    server_stop(&m->t.side[1 - side].server);
    world_login(&m->t.side[side]);
    for (size_t i = 0; i < m->n; i++) {
        answer r = run_side(m, i, side);

        if (r.code != LDAP_SUCCESS)
            FAIL("%s from %s: %d %s", m->pairs[i].events[side]->name,
                m->pairs[i].from, r.code, r.text);
    }
}

static void
the_newer_one_wins_whole(void **state)
{
    matrix *m = calloc(1, sizeof(*m));
    size_t contradictory = 0, mixed = 0;
    char *dump;

    (void)state;
    begin_matrix(m);
    write_alone(m, 0);
    server_stop(&m->t.side[0].server);
    server_start(&m->t.side[1].server);
    world_login(&m->t.side[1]);
    for (size_t i = 0; i < m->n; i++)
        expect_ok(run_side(m, i, 1));
    m->newer = replica_dump(&m->t.side[1].server);
    server_start(&m->t.side[0].server);
    twins_agree(&m->t);
    dump = replica_dump(&m->t.side[1].server);
    for (size_t i = 0; i < m->n; i++) {
        const pair *p = &m->pairs[i];

        if (!is_sound(m, p, 1)) {
            contradictory++;
            tell(p, "contradictory");
        }
        if (!is_newer_whole(m, p, dump)) {
            mixed++;
            tell(p, "not the newer one's");
        }
    }
    print_message("cut: of %zu pairs %zu contradictory, %zu mixed\n", m->n,
        contradictory, mixed);
    assert_int_equal(contradictory, 0);
    assert_int_equal(mixed, 0);
    free(dump);
    free(m->newer);
    twins_end(&m->t);
    free(m);
}

/* ---- connected ---- */

typedef struct moment {
    matrix *m;
    size_t pair;
} moment;

static answer
run_at_once(void *context, size_t side, LDAP *ld)
{
    moment *now = context;

    (void)ld;
    return run_side(now->m, now->pair, (int)side);
}

/* Of how many accounts each side keeps another event. */
static size_t
count_different(matrix *m)
{
    char *here = replica_dump(&m->t.side[0].server);
    char *there = replica_dump(&m->t.side[1].server);
    size_t n = 0;

    for (size_t i = 0; i < m->n; i++) {
        char *one = lines_of(here, m->pairs[i].a.dn);
        char *other = lines_of(there, m->pairs[i].a.dn);

        if (strcmp(one, other) != 0) {
            n++;
            tell(&m->pairs[i], "different");
        }
        free(one);
        free(other);
    }
    free(here);
    free(there);
    return n;
}

static void
at_the_same_moment_nothing_contradicts(void **state)
{
    matrix *m = calloc(1, sizeof(*m));
    LDAP *none[2] = {NULL, NULL};
    size_t contradictory = 0, crossed = 0, different;

    (void)state;
    begin_matrix(m);
    for (size_t i = 0; i < m->n; i++) {
        moment now = {m, i};
        answer *answers = in_parallel(2, none, run_at_once, &now);

        crossed +=
            answers[0].code == LDAP_SUCCESS && answers[1].code == LDAP_SUCCESS;
        free(answers);
    }
    replicas_meet(&m->t.side[0].server, &m->t.side[1].server);
    different = count_different(m);
    for (size_t i = 0; i < m->n; i++) {
        for (int side = 0; side < 2; side++) {
            if (is_sound(m, &m->pairs[i], side))
                continue;
            contradictory++;
            tell(&m->pairs[i], side == 0 ? "contradictory on the first"
                                         : "contradictory on the second");
        }
    }
    print_message("connected: of %zu pairs %zu were both granted, %zu "
                  "contradictory, %zu different on either side\n",
        m->n, crossed, contradictory, different);
    assert_int_equal(contradictory, 0);
    assert_int_equal(different, 0);
    assert_true(crossed > m->n / 4);
    twins_end(&m->t);
    free(m);
}

/* ---- hashes that are made anew ---- */

/* A bind with the former password, where nobody has heard of the new one and
 * hashes cost more by now, brings the former one back nowhere. */
static void
a_bind_undoes_no_new_password(void **state)
{
    account a;
    char former[96];
    twins t;

    (void)state;
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
    expect_ok(world_configure(&t.side[1],
        "replace: olcEduconnectHash\n"
        "olcEduconnectHash: memory=128 time=1 parallelism=1\n"));
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
        cmocka_unit_test(the_newer_one_wins_whole),
        cmocka_unit_test(at_the_same_moment_nothing_contradicts),
        cmocka_unit_test(a_bind_undoes_no_new_password),
        cmocka_unit_test(a_link_to_who_is_gone_is_void),
        cmocka_unit_test(what_would_be_lost_is_refused),
        cmocka_unit_test(a_contest_that_would_be_lost_is_refused),
        cmocka_unit_test(alone_there_is_nothing_to_lose),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
