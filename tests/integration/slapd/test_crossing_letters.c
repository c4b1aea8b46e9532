/* test_crossing_letters.c - with `owner`, letters of one guardian on two
 * servers that are cut off from each other.
 *
 * It is written in the manual when two can be valid at once: each on the server
 * that gave it, until they hear of each other. Then the newer one is, on both.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/replica.h"
#include "harness/twins.h"

/* A guardian with a child at the college, which owns it for its lower code, and
 * one at the lycee. */
typedef struct letters {
    account guardian, second;
    char made[2][96]; /* by either side */
} letters;

static void
give(world *w, actor who, letters *l, int side)
{
    answer a = client_password(w->as[who], l->guardian.dn, NULL, NULL);

    expect_ok(a);
    snprintf(l->made[side], sizeof(l->made[side]), "%s", a.made);
}

static void
one_person(world *w, letters *l, int side)
{
    give(w, HEAD1, l, side);
}

static void
a_colleague(world *w, letters *l, int side)
{
    give(w, GDEL1, l, side);
}

static void
the_academy(world *w, letters *l, int side)
{
    give(w, ACADEMY, l, side);
}

/* The only child at the college goes to the lycee. */
static void
another_school(world *w, letters *l, int side)
{
    expect_ok(client_modify(w->as[PROVISIONER], l->guardian.child,
        "replace: educonnectEnrolledAt\neduconnectEnrolledAt: " LYCEE "\n"));
    give(w, HEAD2, l, side);
}

/* The child there is no more this guardian's. */
static void
another_link(world *w, letters *l, int side)
{
    expect_ok(client_modify(w->as[PROVISIONER], l->guardian.child,
        "delete: educonnectGuardian\neduconnectGuardian: %s\n",
        l->guardian.dn));
    give(w, HEAD2, l, side);
}

/* The holder uses the letter at once: the new password is in its place. */
static void
and_activates(world *w, letters *l, int side)
{
    give(w, HEAD1, l, side);
    snprintf(l->guardian.password, sizeof(l->guardian.password), "%s",
        l->made[side]);
    step_activate(w, &l->guardian);
    snprintf(l->made[side], sizeof(l->made[side]), "%s", l->guardian.password);
}

typedef void way(world *w, letters *l, int side);

static const struct {
    const char *name;
    way *older, *newer;
} pairs[] = {
    {"one person on both", one_person, one_person},
    {"two of one school", one_person, a_colleague},
    {"a pupil who changes school", one_person, another_school},
    {"the same, the new one first", another_school, one_person},
    {"a link that goes", one_person, another_link},
    {"the academy", one_person, the_academy},
    {"an activation, then a letter", and_activates, one_person},
    {"a letter, then an activation", one_person, and_activates},
};

#define N_PAIRS (sizeof(pairs) / sizeof(pairs[0]))

static bool
opens(twins *t, int side, const letters *l, int of)
{
    return bind_once(&t->side[side].server, l->guardian.dn, l->made[of]).code ==
           LDAP_SUCCESS;
}

static void
begin_letters(twins *t, letters all[N_PAIRS])
{
    char *directives =
        text_of("%seduconnect-guard owner\n", usual_directives());

    twins_begin(t, directives);
    for (size_t i = 0; i < N_PAIRS; i++) {
        all[i].guardian = new_guardian(&t->side[0], COLLEGE);
        all[i].second = new_student(&t->side[0], LYCEE);
        expect_ok(client_modify(t->side[0].as[PROVISIONER], all[i].second.dn,
            "add: educonnectGuardian\neduconnectGuardian: %s\n",
            all[i].guardian.dn));
    }
    twins_agree(t);
    free(directives);
}

static void
expect_the_newer(twins *t, const letters all[N_PAIRS])
{
    for (size_t i = 0; i < N_PAIRS; i++) {
        for (int side = 0; side < 2; side++) {
            if (opens(t, side, &all[i], 0) || !opens(t, side, &all[i], 1))
                FAIL("%s: not the newer one on side %d", pairs[i].name, side);
        }
    }
}

static void
each_where_it_was_given_then_the_newer(void **state)
{
    letters all[N_PAIRS];
    twins t;

    (void)state;
    begin_letters(&t, all);
    server_stop(&t.side[1].server);
    world_login(&t.side[0]);
    for (size_t i = 0; i < N_PAIRS; i++) {
        pairs[i].older(&t.side[0], &all[i], 0);
        assert_true(opens(&t, 0, &all[i], 0));
    }
    server_stop(&t.side[0].server);
    server_start(&t.side[1].server);
    world_login(&t.side[1]);
    for (size_t i = 0; i < N_PAIRS; i++) {
        pairs[i].newer(&t.side[1], &all[i], 1);
        assert_true(opens(&t, 1, &all[i], 1));
        assert_false(opens(&t, 1, &all[i], 0));
    }
    server_start(&t.side[0].server);
    world_login(&t.side[0]);
    twins_agree(&t);
    expect_the_newer(&t, all);
    twins_end(&t);
}

/* While they hear of each other there is one owner, whoever asks where. */
static void
connected_one_school_gives_letters(void **state)
{
    letters all[N_PAIRS];
    twins t;

    (void)state;
    begin_letters(&t, all);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < N_PAIRS; i++) {
            expect(client_password(
                       t.side[side].as[HEAD2], all[i].guardian.dn, NULL, NULL),
                LDAP_UNWILLING_TO_PERFORM, side == 0 ? "G03" : "G01");
            give(&t.side[side], HEAD1, &all[i], side);
        }
        twins_agree(&t);
    }
    expect_the_newer(&t, all);
    twins_end(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_where_it_was_given_then_the_newer),
        cmocka_unit_test(connected_one_school_gives_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
