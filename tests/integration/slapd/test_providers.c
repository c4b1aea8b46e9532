/* test_providers.c - two providers that both take writes, and one that takes
 * them by way of a consumer.
 *
 * Every event that is written on one is the same on the other, by one write;
 * with `owner`, schools that write on both at once never have two valid
 * letters; a consumer that chains lets one of many schools win.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/crowd.h"
#include "harness/exop.h"
#include "harness/parallel.h"
#include "harness/replica.h"
#include "harness/twins.h"
#include "harness/versions.h"

/* ---- every event, by one write ---- */

/* What both sides had before an event. */
typedef struct before {
    int writes[2]; /* in their logs */
    char *events;  /* the other side's counters */
    char *refusals;
} before;

static int
writes_of(world *w)
{
    return client_count(w->as[ROOT], "cn=log",
        "(&(objectClass=auditWriteObject)(reqResult=0))");
}

static before
look(twins *t, int side)
{
    world *other = &t->side[1 - side];
    before b;

    twins_agree(t);
    b.events = monitor_counters(other, "educonnectMonitorEvents");
    b.refusals = monitor_counters(other, "educonnectMonitorRefusals");
    for (int i = 0; i < 2; i++)
        b.writes[i] = writes_of(&t->side[i]);
    return b;
}

/* Either side has stored so many writes, and the other has judged nothing. */
static void
compare(twins *t, int side, before *b, int writes, const char *what)
{
    world *other = &t->side[1 - side];
    char *events, *refusals;
    int here, there;

    twins_agree(t);
    here = writes_of(&t->side[side]) - b->writes[side];
    there = writes_of(other) - b->writes[1 - side];
    if (here != writes || there != writes)
        FAIL("%s: %d writes where it was asked, %d on the other", what, here,
            there);
    events = monitor_counters(other, "educonnectMonitorEvents");
    refusals = monitor_counters(other, "educonnectMonitorRefusals");
    if (strcmp(events, b->events) != 0 || strcmp(refusals, b->refusals) != 0)
        FAIL("%s was judged by the other:\n%s\n%s", what, b->events, events);
    free(events);
    free(refusals);
    free(b->events);
    free(b->refusals);
}

#define ONE_WRITE(call)                                                        \
    do {                                                                       \
        before b_ = look(t, side);                                             \
        call;                                                                  \
        compare(t, side, &b_, 1, #call);                                       \
    } while (0)

/* The answer of a bind with the right password on both sides. */
static void
expect_binds(twins *t, const account *a, int code, const char *codes,
    const char *control)
{
    for (int i = 0; i < 2; i++) {
        answer r = bind_once(&t->side[i].server, a->dn, a->password);

        expect(r, code, codes);
        expect_control(&r, control);
    }
}

/* The links go with their guardian, by writes of their own that begin after the
 * answer; no reader sees them meanwhile, so the stored entries are looked at.
 */
static void
delete_guardian(world *w, const account *a)
{
    deadline d = deadline_in(60);

    expect_ok(
        client_ldif(w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", a->dn));
    for (bool named = true; named;) {
        char *dump = replica_dump(&w->server);

        named = strstr(dump, a->dn) != NULL;
        free(dump);
        if (named)
            deadline_wait(&d, "the links to go with their guardian");
    }
}

static void
letters(twins *t, int side)
{
    world *w = &t->side[side];
    account a = new_student(w, COLLEGE);

    ONE_WRITE(step_inform(w, &a, HEAD1));
    expect_binds(t, &a, LDAP_SUCCESS, "", PP_MUST_CHANGE);
    ONE_WRITE(step_state(w, &a, HEAD1, "uninformed"));
    fresh_password(w, a.password);
    ONE_WRITE(expect_ok(client_replace(
        w->as[HEAD1], a.dn, "userPassword", a.password, strlen(a.password))));
    expect_binds(t, &a, LDAP_SUCCESS, "", PP_MUST_CHANGE);
    ONE_WRITE(step_activate(w, &a));
    expect_binds(t, &a, LDAP_SUCCESS, "", PP_NONE);
    ONE_WRITE(step_activate(w, &a));      /* a change */
    ONE_WRITE(step_inform(w, &a, HEAD1)); /* a reset by the school */
    expect_binds(t, &a, LDAP_SUCCESS, "", PP_MUST_CHANGE);
    ONE_WRITE(step_inform(w, &a, REGISTRAR)); /* recover */
    expect_binds(t, &a, LDAP_SUCCESS, "", PP_NONE);
    ONE_WRITE(step_inform(w, &a, ACADEMY));
    ONE_WRITE(step_activate(w, &a));
}

static void
states(twins *t, int side)
{
    world *w = &t->side[side];
    account a = guardian_in(w, "active");

    ONE_WRITE(step_state(w, &a, ASSISTANCE, "suspended"));
    expect_binds(t, &a, LDAP_INVALID_CREDENTIALS, "S02", PP_LOCKED);
    ONE_WRITE(step_state(w, &a, PROVISIONER, "closed"));
    ONE_WRITE(step_state(w, &a, PROVISIONER, "suspended"));
    ONE_WRITE(step_state(w, &a, ASSISTANCE, "active"));
    expect_binds(t, &a, LDAP_SUCCESS, "", PP_NONE);
}

static void
create_informed(world *w, account *a)
{
    snprintf(a->dn, sizeof(a->dn), "uid=arrive%u," PEOPLE, ++w->serial);
    fresh_password(w, a->password);
    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\n"
        "objectClass: educonnectLegalGuardian\ncn: Alan Karadec\n"
        "sn: Karadec\ngivenName: Alan\nuserPassword: %s\n",
        a->dn, a->password));
}

static void
records(twins *t, int side)
{
    world *w = &t->side[side];
    account a = {0}, child = new_student(w, LYCEE);
    before b;

    ONE_WRITE(create_informed(w, &a));
    expect_binds(t, &a, LDAP_SUCCESS, "", PP_MUST_CHANGE);
    ONE_WRITE(expect_ok(client_modify(w->as[PROVISIONER], child.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", a.dn)));
    ONE_WRITE(expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: educonnectFederatedId\neduconnectFederatedId: fc-%s\n",
        child.uid)));
    for (int i = 0; i < 2; i++)
        expect_stored(t->side[i].as[ROOT], a.dn, "educonnectChild", child.dn);
    /* The link is a write of its own. */
    b = look(t, side);
    delete_guardian(w, &a);
    compare(t, side, &b, 2, "delete");
    for (int i = 0; i < 2; i++)
        expect_stored(
            t->side[i].as[ROOT], child.dn, "educonnectGuardian", NULL);
}

/* The guess that completes a lock, and the lock's write, which comes after. */
static void
complete_lock(world *w, const account *a)
{
    bind_once(&w->server, a->dn, "Mauvaise-Reponse-9");
    free(client_await(w->as[ROOT], a->dn, "pwdAccountLockedTime"));
}

static void
locks(twins *t, int side)
{
    world *w = &t->side[side];
    account a = student_in(w, "active");

    twins_agree(t);
    for (int i = 0; i < 9; i++) {
        char *guess = text_of("Mauvaise-Reponse-%d", i);

        bind_once(&w->server, a.dn, guess);
        free(guess);
    }
    ONE_WRITE(complete_lock(w, &a));
    expect_binds(t, &a, LDAP_INVALID_CREDENTIALS, "", PP_NONE);
    ONE_WRITE(expect_ok(client_modify(
        w->as[ASSISTANCE], a.dn, "delete: pwdAccountLockedTime\n")));
    expect_binds(t, &a, LDAP_SUCCESS, "", PP_NONE);
}

static void
operations(twins *t, int side)
{
    world *w = &t->side[side];
    account a = new_guardian(w, COLLEGE), b;
    claim_data claim = {
        NULL, "Karadec", "Soizic", "2011-03-09", "Primevere-2026-Or", NULL};
    LDAP *self;
    char *filter;

    claim.mobile = side == 0 ? "+33 6 12 34 56 78" : "+33 6 12 34 56 79";
    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: mobile\nmobile: %s\n", claim.mobile));
    ONE_WRITE(expect_ok(client_claim(w->as[REGISTRAR], &claim)));
    snprintf(a.password, sizeof(a.password), "%s", claim.password);
    expect_binds(t, &a, LDAP_SUCCESS, "", PP_NONE);
    self = client_login(&w->server, a.dn, a.password);
    b = guardian_in(w, "informed");
    ONE_WRITE(expect_ok(client_merge(self, b.uid, b.password)));
    filter = text_of("(educonnectChild=%s)", b.child);
    for (int i = 0; i < 2; i++) {
        LDAP *root = t->side[i].as[ROOT];

        expect_stored(root, b.dn, "educonnectMergedInto", a.dn);
        assert_int_equal(client_count(root, PEOPLE, filter), 1);
    }
    free(filter);
    ONE_WRITE(expect_ok(client_contest(self, b.child)));
    client_close(self);
    for (int i = 0; i < 2; i++) {
        LDAP *root = t->side[i].as[ROOT];

        expect_stored(root, a.dn, "educonnectChild", a.child);
    }
    /* The next side begins without guardians of children. */
    delete_guardian(w, &a);
}

static void
every_event_is_the_same_on_both(void **state)
{
    twins t;

    (void)state;
    twins_begin(&t, NULL);
    for (int side = 0; side < 2; side++) {
        operations(&t, side);
        letters(&t, side);
        states(&t, side);
        records(&t, side);
        locks(&t, side);
    }
    twins_agree(&t);
    twins_end(&t);
}

/* Writes that neither has heard of while the other was away. */
static void
who_was_away_catches_up(void **state)
{
    twins t;
    account here, there, both;

    (void)state;
    twins_begin(&t, NULL);
    here = guardian_in(&t.side[0], "active");
    there = student_in(&t.side[1], "reset");
    both = guardian_in(&t.side[0], "active");
    twins_agree(&t);
    server_stop(&t.side[1].server);
    step_state(&t.side[0], &here, ASSISTANCE, "suspended");
    step_inform(&t.side[0], &both, ACADEMY);
    step_activate(&t.side[0], &both);
    server_start(&t.side[1].server);
    twins_agree(&t);
    expect_binds(&t, &here, LDAP_INVALID_CREDENTIALS, "S02", PP_LOCKED);
    expect_binds(&t, &both, LDAP_SUCCESS, "", PP_NONE);
    server_stop(&t.side[0].server);
    world_login(&t.side[1]);
    step_activate(&t.side[1], &there);
    step_state(&t.side[1], &both, PROVISIONER, "closed");
    server_start(&t.side[0].server);
    twins_agree(&t);
    expect_binds(&t, &there, LDAP_SUCCESS, "", PP_NONE);
    expect_binds(&t, &both, LDAP_INVALID_CREDENTIALS, "S02", PP_LOCKED);
    twins_end(&t);
}

/* ---- owner ---- */

#define WRITERS 4

typedef struct rivals {
    twins *t;
    account guardian;
    LDAP *clients[WRITERS];
} rivals;

static answer
inform(void *context, size_t i, LDAP *ld)
{
    rivals *r = context;
    char letter[64];
    answer a;

    if (i % 2 == 0)
        return client_password(ld, r->guardian.dn, NULL, NULL);
    snprintf(letter, sizeof(letter), "Jasmin-%zu-%.20s!", i, r->guardian.uid);
    a = client_replace(
        ld, r->guardian.dn, "userPassword", letter, strlen(letter));
    if (a.code == LDAP_SUCCESS)
        snprintf(a.made, sizeof(a.made), "%s", letter);
    return a;
}

/* Which of the letters opens the account on a side; fails unless it is one. */
static size_t
valid_letter(rivals *r, int side, const answer *answers)
{
    size_t valid = 0, which = WRITERS;

    for (size_t i = 0; i < WRITERS; i++) {
        if (answers[i].code != LDAP_SUCCESS ||
            bind_once(&r->t->side[side].server, r->guardian.dn, answers[i].made)
                    .code != LDAP_SUCCESS)
            continue;
        valid++;
        which = i;
    }
    if (valid != 1)
        FAIL("%zu letters open %s on side %d", valid, r->guardian.dn, side);
    return which;
}

/* The lycee's people hear who informs, or who has informed already. */
static void
expect_refused(const answer *answers)
{
    static const char *const codes[] = {"G01", "G03"};
    size_t refused = 0;

    for (size_t i = 0; i < 2; i++)
        refused += count_answers(
            answers, WRITERS, LDAP_UNWILLING_TO_PERFORM, codes[i]);
    for (size_t i = 1; i < WRITERS; i += 2)
        assert_int_equal(answers[i].code, LDAP_UNWILLING_TO_PERFORM);
    assert_in_range(refused, WRITERS / 2, WRITERS - 1);
}

/* One round. Each school's people write on one side; with `split`, the owner's
 * two are on both. The newer one of those then counts, on both. */
static size_t
one_round(rivals *r, unsigned long round, bool split)
{
    world *side = r->t->side;
    size_t owner = round & 1, other = (round >> 1) & 1, here, there, given;
    answer *answers;

    r->guardian = shared_guardian(&side[round % 2]);
    replicas_meet(&side[0].server, &side[1].server);
    r->clients[0] = side[owner].as[HEAD1];
    r->clients[1] = side[other].as[HEAD2];
    r->clients[2] = side[split ? 1 - owner : owner].as[GDEL1];
    r->clients[3] = side[1 - owner].as[GDEL2];
    answers = in_parallel(WRITERS, r->clients, inform, r);
    expect_refused(answers);
    replicas_meet(&side[0].server, &side[1].server);
    here = valid_letter(r, 0, answers);
    there = valid_letter(r, 1, answers);
    if (here != there)
        FAIL("round %lu: a letter on each side", round);
    if (split)
        expect_ok(client_ldif(side[0].as[PROVISIONER],
            "dn: %s\nchangetype: delete\n", r->guardian.dn));
    given = count_answers(answers, WRITERS, LDAP_SUCCESS, "");
    free(answers);
    return given;
}

/* The college owns them all, since its code is the lower one. */
static void
with_owner_there_is_one_letter(void **state)
{
    unsigned long rounds = crowd_rounds("EDC_ROUNDS", 60), given = 0;
    char *directives =
        text_of("%seduconnect-guard owner\n", usual_directives());
    twins t;
    rivals r = {.t = &t};

    (void)state;
    twins_begin(&t, directives);
    for (unsigned long round = 0; round < rounds; round++)
        given += one_round(&r, round, round % 3 == 0);
    twins_agree(&t);
    print_message(
        "%lu rounds, %lu letters given by the owner\n", rounds, given);
    twins_end(&t);
    free(directives);
}

/* ---- one provider, and a consumer that chains ---- */

static void
begin_chain(world *provider, server *consumer)
{
    setup how = {.modules = "moduleload back_ldap\n"};
    char *global;

    world_begin(provider, &replica_plain);
    global = replica_chain(&provider->server, ROOT_DN, ROOT_PASSWORD, "");
    how.global = global;
    replica_start(consumer, &provider->server, &how, "");
    free(global);
}

static void
one_letter_by_way_of_a_consumer(void **state)
{
    unsigned long rounds = crowd_rounds("EDC_ROUNDS", 60);
    world provider;
    server consumer;
    crowd c;
    LDAP *here, *there;

    (void)state;
    begin_chain(&provider, &consumer);
    crowd_begin(&c, &provider, true);
    replicas_meet(&provider.server, &consumer);
    crowd_connect(&c, &consumer);
    c.exop_without_text = slapd_does(SLAPD_DOES_CHAIN_WITHOUT_TEXT);
    if (c.exop_without_text)
        print_message("%s\n", slapd_trait_text(SLAPD_DOES_CHAIN_WITHOUT_TEXT));
    here = client_open(&provider.server);
    there = client_open(&consumer);
    for (unsigned long i = 0; i < rounds; i++) {
        crowd_round r;
        size_t winner;

        crowd_ask(&c, &r);
        winner = crowd_expect_winner(&c, &r);
        crowd_expect_letter(&c, &r, winner, here);
        replicas_meet(&provider.server, &consumer);
        crowd_expect_letter(&c, &r, winner, there);
        step_state(&provider, &c.guardian, ACADEMY, "uninformed");
        replicas_meet(&provider.server, &consumer);
    }
    print_message("%lu rounds through the consumer: %lu won by exop, %lu by "
                  "modify, %lu refused\n",
        c.rounds, c.by_exop, c.by_modify, c.refused);
    replicas_agree(&provider.server, &consumer);
    client_close(here);
    client_close(there);
    crowd_end(&c);
    server_finish(&consumer);
    world_end(&provider);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_is_the_same_on_both),
        cmocka_unit_test(who_was_away_catches_up),
        cmocka_unit_test(with_owner_there_is_one_letter),
        cmocka_unit_test(one_letter_by_way_of_a_consumer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
