/* test_merge.c - two accounts of one guardian become one, by one write. */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/parallel.h"

#define CHILD "educonnectChild"
#define INTO "educonnectMergedInto"

/* The person of the sample twice: kept is active, other in `state`. */
typedef struct pair {
    account kept, other;
    LDAP *self; /* session of kept */
} pair;

static pair
new_pair(world *w, const char *state)
{
    pair p = {guardian_in(w, "active"), guardian_in(w, state), NULL};

    p.self = client_login(&w->server, p.kept.dn, p.kept.password);
    return p;
}

static void
expect_merged(world *w, const account *other, const account *kept)
{
    static const char *const gone[] = {"userPassword", "educonnectInformedBy",
        "educonnectProvisionalUntil", "pwdReset", "pwdAccountLockedTime",
        "pwdFailureTime", "pwdChangedTime", "educonnectPasswordHistory"};
    char *children = client_read_all(w->as[ROOT], kept->dn, CHILD);

    expect_stored(w->as[ROOT], other->dn, "educonnectState", "closed");
    expect_stored(w->as[ROOT], other->dn, INTO, kept->dn);
    expect_stored(
        w->as[ROOT], other->dn, "educonnectFormerState", "uninformed");
    for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
        expect_stored(w->as[ROOT], other->dn, gone[i], NULL);
    REQUIRE(strstr(children, kept->child) != NULL);
    REQUIRE(strstr(children, other->child) != NULL);
    free(children);
    children = client_read_all(w->as[ROOT], other->dn, CHILD);
    assert_string_equal(children, "");
    free(children);
}

static void
self_merges_by_login(void **state)
{
    world *w = *state;
    static const char *const states[] = {"informed", "active", "reset"};

    for (size_t i = 0; i < 3; i++) {
        pair p = new_pair(w, states[i]);
        answer a = client_merge(p.self, p.other.uid, p.other.password);

        expect_ok(a);
        assert_string_equal(a.made, p.other.dn);
        expect_merged(w, &p.other, &p.kept);
        expect(bind_once(&w->server, p.other.dn, p.other.password), 49, "");
        expect_ok(bind_once(&w->server, p.kept.dn, p.kept.password));
        /* Asked again, whatever the password is now. */
        a = client_merge(p.self, p.other.uid, p.other.password);
        expect_ok(a);
        assert_string_equal(a.made, p.other.dn);
        expect_ok(client_merge(p.self, p.other.uid, "whatever"));
        client_close(p.self);
    }
}

static void
others_merge_by_name(void **state)
{
    world *w = *state;
    static const actor actors[] = {ACADEMY, ASSISTANCE, ROOT};
    static const char *const states[] = {
        "uninformed", "informed", "active", "reset"};

    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 4; k++) {
            pair p = new_pair(w, states[k]);
            answer a = client_merge_of(w->as[actors[i]], p.other.dn, p.kept.dn);

            expect_ok(a);
            assert_string_equal(a.made, p.other.dn);
            expect_merged(w, &p.other, &p.kept);
            expect_ok(client_merge_of(w->as[actors[i]], p.other.dn, p.kept.dn));
            client_close(p.self);
        }
    }
}

/* The history goes too, and a chain leads to the end. */
static void
a_merge_of_merges(void **state)
{
    world *w = *state;
    pair p = new_pair(w, "active");
    account last = guardian_in(w, "active");
    char *children;

    step_activate(w, &p.other);
    expect_ok(client_merge_of(w->as[ACADEMY], p.other.dn, p.kept.dn));
    expect_merged(w, &p.other, &p.kept);
    expect_ok(client_merge_of(w->as[ACADEMY], p.kept.dn, last.dn));
    expect_merged(w, &p.kept, &last);
    children = client_read_all(w->as[ROOT], last.dn, CHILD);
    REQUIRE(strstr(children, p.other.child) != NULL);
    free(children);
    /* The session of the account that closed opens nothing any more. */
    expect(client_search(p.self, p.kept.dn), 53, "S02");
    /* None of them comes back, or is merged elsewhere. */
    expect(client_merge_of(w->as[ACADEMY], last.dn, p.other.dn), 53, "M03");
    expect(client_merge_of(w->as[ACADEMY], p.other.dn, last.dn), 53, "M03");
    expect(client_modify(w->as[ACADEMY], p.other.dn,
               "replace: educonnectState\neduconnectState: uninformed\n"),
        53, "S02");
    client_close(p.self);
}

/* ---- refusals ---- */

static void
wrong_credentials_look_the_same(void **state)
{
    world *w = *state;
    pair p = new_pair(w, "active");
    account never = new_guardian(w, COLLEGE);
    account pupil = student_in(w, "active");
    const char *const logins[] = {
        p.other.uid, "personne", never.uid, pupil.uid};

    for (size_t i = 0; i < 4; i++) {
        answer a = client_merge(p.self, logins[i], "Mauvais-Mot-2026");

        expect(a, 49, "");
        assert_string_equal(a.text, "");
        assert_string_equal(a.made, "");
        assert_int_equal(a.n_controls, 0);
    }
    expect_stored(w->as[ROOT], p.other.dn, "educonnectState", "active");
    client_close(p.self);
}

/* A guess here is a guess at a bind. */
static void
guesses_are_counted(void **state)
{
    world *w = *state;
    pair p = new_pair(w, "active");
    char guess[32];

    expect_ok(world_configure(w,
        "replace: olcEduconnectLockout\nolcEduconnectLockout: failures=4\n"));
    for (int i = 0; i < 4; i++) {
        snprintf(guess, sizeof(guess), "Mauvais-Mot-%d", i);
        if (i % 2 == 0)
            expect(client_merge(p.self, p.other.uid, guess), 49, "");
        else
            expect(bind_once(&w->server, p.other.dn, guess), 49, "");
    }
    expect(bind_once(&w->server, p.other.dn, p.other.password), 49, "");
    expect(client_merge(p.self, p.other.uid, p.other.password), 49, "");
    expect_ok(client_modify(
        w->as[ASSISTANCE], p.other.dn, "delete: pwdAccountLockedTime\n"));
    expect_ok(client_merge(p.self, p.other.uid, p.other.password));
    expect_merged(w, &p.other, &p.kept);
    expect_ok(world_configure(w, "delete: olcEduconnectLockout\n"));
    client_close(p.self);
}

static void
an_expired_letter_proves_nothing(void **state)
{
    world *w = *state;
    pair p = new_pair(w, "uninformed");
    deadline d = deadline_in(60);
    answer a;

    letters_expire_soon(w);
    step_inform(w, &p.other, HEAD1);
    letters_expire_as_usual(w);
    while ((a = bind_once(&w->server, p.other.dn, p.other.password)).code == 0)
        deadline_wait(&d, "the letter to expire");
    expect(client_merge(p.self, p.other.uid, p.other.password), 53, "S03");
    expect_stored(w->as[ROOT], p.other.dn, "educonnectState", "informed");
    client_close(p.self);
}

static void
names_must_be_the_same(void **state)
{
    world *w = *state;
    pair p = new_pair(w, "informed");

    expect_ok(client_modify(w->as[PROVISIONER], p.other.dn,
        "replace: givenName\ngivenName: Soazig\n"));
    expect(client_merge(p.self, p.other.uid, p.other.password), 53, "M01");
    expect(client_merge_of(w->as[ACADEMY], p.other.dn, p.kept.dn), 53, "M01");
    expect_ok(
        client_modify(w->as[PROVISIONER], p.other.dn, "delete: givenName\n"));
    expect(client_merge_of(w->as[ACADEMY], p.other.dn, p.kept.dn), 53, "M01");
    /* Case and accents are not what names differ by. */
    expect_ok(client_modify(w->as[PROVISIONER], p.other.dn,
        "replace: givenName\ngivenName: SO\xc3\x8fZIC\n-\n"
        "replace: sn\nsn: KARADEC\nsn: Le Goff\n"));
    expect_ok(client_merge(p.self, p.other.uid, p.other.password));
    client_close(p.self);
}

static void
one_must_be_active(void **state)
{
    world *w = *state;
    static const char *const states[] = {"uninformed", "informed", "reset"};

    for (size_t i = 0; i < 3; i++) {
        account kept = guardian_in(w, states[i]);
        account other = guardian_in(w, states[(i + 1) % 3]);

        expect(
            client_merge_of(w->as[ASSISTANCE], other.dn, kept.dn), 53, "M02");
        other = guardian_in(w, "active");
        expect_ok(client_merge_of(w->as[ASSISTANCE], other.dn, kept.dn));
        expect_merged(w, &other, &kept);
        expect_stored(w->as[ROOT], kept.dn, "educonnectState", states[i]);
    }
}

static void
not_every_two_accounts(void **state)
{
    world *w = *state;
    static const char *const parked[] = {"suspended", "closed"};
    pair p = new_pair(w, "active");
    account pupil = student_in(w, "active");
    LDAP *pupil_self = client_login(&w->server, pupil.dn, pupil.password);

    for (size_t i = 0; i < 2; i++) {
        account a = guardian_in(w, parked[i]);

        expect(client_merge_of(w->as[ACADEMY], a.dn, p.kept.dn), 53, "M03");
        expect(client_merge_of(w->as[ACADEMY], p.kept.dn, a.dn), 53, "M03");
        expect(client_merge(p.self, a.uid, a.password), 53, "M03");
    }
    expect(client_merge_of(w->as[ACADEMY], p.kept.dn, p.kept.dn), 53, "M03");
    expect(client_merge(p.self, p.kept.uid, p.kept.password), 53, "M03");
    expect(client_merge_of(w->as[ACADEMY], pupil.dn, p.kept.dn), 53, "M03");
    expect(client_merge_of(w->as[ACADEMY], p.kept.dn, pupil.dn), 53, "M03");
    expect(client_merge(p.self, pupil.uid, pupil.password), 53, "M03");
    expect(client_merge(pupil_self, p.other.uid, p.other.password), 53, "M03");
    expect(client_merge_of(w->as[ACADEMY], "uid=personne," PEOPLE, p.kept.dn),
        LDAP_NO_SUCH_OBJECT, "");
    expect(client_merge_of(w->as[ACADEMY], p.kept.dn, "uid=personne," PEOPLE),
        LDAP_NO_SUCH_OBJECT, "");
    expect(client_merge_of(w->as[ACADEMY], p.kept.dn, "personne"),
        LDAP_INVALID_DN_SYNTAX, "");
    expect_stored(w->as[ROOT], p.kept.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], p.other.dn, "educonnectState", "active");
    client_close(pupil_self);
    client_close(p.self);
}

static void
roles_are_asked_first(void **state)
{
    world *w = *state;
    pair p = new_pair(w, "informed");
    account informed = guardian_in(w, "informed");
    static const actor others[] = {
        PROVISIONER, REGISTRAR, HEAD1, SDEL1, GDEL1, STRANGER};
    LDAP *restricted = client_login(&w->server, informed.dn, informed.password);

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        LDAP *ld = w->as[others[i]];

        expect(client_merge_of(ld, p.other.dn, p.kept.dn), 50, "A02");
        expect(
            client_merge_of(ld, "uid=personne," PEOPLE, p.kept.dn), 50, "A02");
        expect(client_merge(ld, p.other.uid, p.other.password), 50, "A02");
    }
    /* A holder names nobody, and proves the other's password. */
    expect(client_merge_of(p.self, p.other.dn, p.kept.dn), 50, "A02");
    expect(client_merge(restricted, p.other.uid, p.other.password), 50, "S04");
    expect_stored(w->as[ROOT], p.other.dn, "educonnectState", "informed");
    client_close(restricted);
    client_close(p.self);
}

/* ---- races ---- */

typedef struct crossing {
    account one, two;
} crossing;

/* Each of the two accounts tries to swallow the other. */
static answer
cross(void *context, size_t index, LDAP *ld)
{
    crossing *c = context;
    account *other = index == 0 ? &c->two : &c->one;

    return client_merge(ld, other->uid, other->password);
}

static answer
cross_named(void *context, size_t index, LDAP *ld)
{
    crossing *c = context;

    return index % 2 == 0 ? client_merge_of(ld, c->one.dn, c->two.dn)
                          : client_merge_of(ld, c->two.dn, c->one.dn);
}

static void
expect_one_left(world *w, const crossing *c)
{
    char *one = client_read_all(w->as[ROOT], c->one.dn, INTO);
    char *two = client_read_all(w->as[ROOT], c->two.dn, INTO);

    if ((one[0] != '\0') == (two[0] != '\0'))
        FAIL("%s went into %s, %s into %s", c->one.dn, one, c->two.dn, two);
    if (one[0] != '\0')
        expect_merged(w, &c->one, &c->two);
    else
        expect_merged(w, &c->two, &c->one);
    free(one);
    free(two);
}

static void
crossing_merges_never_make_a_ring(void **state)
{
    world *w = *state;

    for (int round = 0; round < 40; round++) {
        crossing c = {guardian_in(w, "active"), guardian_in(w, "active")};
        LDAP *clients[2] = {client_login(&w->server, c.one.dn, c.one.password),
            client_login(&w->server, c.two.dn, c.two.password)};
        answer *answers = in_parallel(2, clients, cross, &c);

        assert_int_equal(count_answers(answers, 2, 0, ""), 1);
        /* Refused as merged already, or as the guess at what is no more. */
        assert_int_equal(count_answers(answers, 2, 53, "M03") +
                             count_answers(answers, 2, 53, "S02") +
                             count_answers(answers, 2, 51, "B02") +
                             count_answers(answers, 2, 49, ""),
            1);
        expect_one_left(w, &c);
        free(answers);
        client_close(clients[0]);
        client_close(clients[1]);
    }
}

static void
crossing_orders_never_make_a_ring(void **state)
{
    world *w = *state;
    LDAP *clients[8];

    for (size_t i = 0; i < 8; i++)
        clients[i] = actor_login(&w->server, ACADEMY);
    for (int round = 0; round < 25; round++) {
        crossing c = {guardian_in(w, "active"), guardian_in(w, "active")};
        answer *answers = in_parallel(8, clients, cross_named, &c);

        /* Those who asked for what was done were answered as the one. */
        assert_int_equal(count_answers(answers, 8, 0, ""), 4);
        assert_int_equal(count_answers(answers, 8, 53, "M03"), 4);
        expect_one_left(w, &c);
        free(answers);
    }
    for (size_t i = 0; i < 8; i++)
        client_close(clients[i]);
}

/* Three accounts, each into the next: a ring if any rule were judged apart
 * from its write. */
typedef struct ring {
    account members[3];
} ring;

static answer
close_ring(void *context, size_t index, LDAP *ld)
{
    ring *r = context;

    return client_merge_of(
        ld, r->members[index].dn, r->members[(index + 1) % 3].dn);
}

static void
rings_do_not_close(void **state)
{
    world *w = *state;
    LDAP *clients[3];

    for (size_t i = 0; i < 3; i++)
        clients[i] = actor_login(&w->server, ACADEMY);
    for (int round = 0; round < 25; round++) {
        ring r = {{guardian_in(w, "active"), guardian_in(w, "active"),
            guardian_in(w, "active")}};
        answer *answers = in_parallel(3, clients, close_ring, &r);
        int left = 0;

        for (size_t i = 0; i < 3; i++) {
            char *into = client_read_all(w->as[ROOT], r.members[i].dn, INTO);

            left += into[0] == '\0';
            free(into);
        }
        REQUIRE(left >= 1);
        assert_int_equal(3 - left, count_answers(answers, 3, 0, ""));
        free(answers);
    }
    for (size_t i = 0; i < 3; i++)
        client_close(clients[i]);
}

/* A merge that meets the delete of the account that stays. */
static answer
merge_or_delete(void *context, size_t index, LDAP *ld)
{
    crossing *c = context;

    if (index == 0)
        return client_merge_of(ld, c->one.dn, c->two.dn);
    return client_ldif(ld, "dn: %s\nchangetype: delete\n", c->two.dn);
}

static void
nobody_is_merged_into_nobody(void **state)
{
    world *w = *state;
    LDAP *clients[2] = {
        actor_login(&w->server, ACADEMY), actor_login(&w->server, ACADEMY)};

    for (int round = 0; round < 25; round++) {
        crossing c = {guardian_in(w, "active"), guardian_in(w, "active")};
        answer *answers = in_parallel(2, clients, merge_or_delete, &c);

        expect_ok(answers[1]);
        REQUIRE(answers[0].code == 0 || answers[0].code == LDAP_NO_SUCH_OBJECT);
        if (answers[0].code != 0)
            expect_stored(w->as[ROOT], c.one.dn, INTO, NULL);
        free(answers);
    }
    client_close(clients[0]);
    client_close(clients[1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(self_merges_by_login),
        cmocka_unit_test(others_merge_by_name),
        cmocka_unit_test(a_merge_of_merges),
        cmocka_unit_test(wrong_credentials_look_the_same),
        cmocka_unit_test(guesses_are_counted),
        cmocka_unit_test(an_expired_letter_proves_nothing),
        cmocka_unit_test(names_must_be_the_same),
        cmocka_unit_test(one_must_be_active),
        cmocka_unit_test(not_every_two_accounts),
        cmocka_unit_test(roles_are_asked_first),
        cmocka_unit_test(crossing_merges_never_make_a_ring),
        cmocka_unit_test(crossing_orders_never_make_a_ring),
        cmocka_unit_test(rings_do_not_close),
        cmocka_unit_test(nobody_is_merged_into_nobody),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
