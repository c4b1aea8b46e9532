/* test_contest.c - "not my child": the link moves, confers nothing, and does
 * not come back.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/parallel.h"

#define LINK "educonnectGuardian"
#define CONTESTED "educonnectContestedGuardian"

/* All values of an attribute, joined. */
static void
expect_all(world *w, const char *dn, const char *attribute, const char *wanted)
{
    char *all = client_read_all(w->as[ROOT], dn, attribute);

    if (strcmp(all, wanted) != 0)
        FAIL("%s of %s: expected %s, found %s", attribute, dn, wanted, all);
    free(all);
}

static void
the_link_moves(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = new_guardian(w, COLLEGE);
    LDAP *self = client_login(&w->server, a.dn, a.password);
    long before = monitor_counter(w, "educonnectMonitorEvents", "contest");
    answer r;

    expect_ok(client_modify(
        w->as[PROVISIONER], a.child, "add: " LINK "\n" LINK ": %s\n", b.dn));
    r = client_contest(self, a.child);
    expect_ok(r);
    assert_string_equal(r.made, "");
    expect_all(w, a.child, LINK, b.dn);
    expect_all(w, a.child, CONTESTED, a.dn);
    expect_all(w, a.dn, "educonnectChild", "");
    /* Said again, it is said. */
    expect_ok(client_contest(self, a.child));
    expect_all(w, a.child, CONTESTED, a.dn);
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorEvents", "contest"), before + 1);
    /* The school has no hand on the guardian any more. */
    expect(client_password(w->as[HEAD1], a.dn, NULL, NULL), 50, "A01");
    client_close(self);
}

static void
what_was_contested_does_not_come_back(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect_ok(client_contest(self, a.child));
    expect(client_modify(w->as[PROVISIONER], a.child,
               "add: " LINK "\n" LINK ": %s\n", a.dn),
        19, "L04");
    expect(client_modify(w->as[ACADEMY], a.child,
               "replace: " LINK "\n" LINK ": %s\n", a.dn),
        19, "L04");
    expect_all(w, a.child, LINK, "");
    /* Another guardian may come, and the word may be taken back. */
    expect_ok(client_modify(w->as[PROVISIONER], a.child,
        "add: " LINK "\n" LINK ": %s\n", new_guardian(w, COLLEGE).dn));
    expect_ok(client_modify(w->as[PROVISIONER], a.child,
        "delete: " CONTESTED "\n" CONTESTED ": %s\n-\n"
        "add: " LINK "\n" LINK ": %s\n",
        a.dn, a.dn));
    expect_all(w, a.dn, "educonnectChild", a.child);
    client_close(self);
}

/* A link to an account that was merged into the holder's is the holder's. */
static void
a_merged_link_is_ones_own(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);

    expect_ok(client_merge(self, b.uid, b.password));
    expect_ok(client_contest(self, b.child));
    expect_all(w, b.child, LINK, "");
    expect_all(w, a.dn, "educonnectChild", a.child);
    /* Whichever of both names is written, it is the same person. */
    expect(client_modify(w->as[PROVISIONER], b.child,
               "add: " LINK "\n" LINK ": %s\n", b.dn),
        19, "L04");
    expect(client_modify(w->as[PROVISIONER], b.child,
               "add: " LINK "\n" LINK ": %s\n", a.dn),
        19, "L04");
    client_close(self);
}

/* Nobody learns of a student who is not theirs. */
static void
other_students_are_nobody(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), b = guardian_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    const char *const names[] = {b.child, "uid=personne," PEOPLE, b.dn, a.dn,
        COLLEGE, "uid=ailleurs,dc=example,dc=net", SUFFIX};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        answer r = client_contest(self, names[i]);

        expect(r, LDAP_NO_SUCH_OBJECT, "");
        assert_string_equal(r.text, "");
    }
    expect(client_contest(self, "personne"), LDAP_INVALID_DN_SYNTAX, "");
    expect_all(w, b.child, LINK, b.dn);
    client_close(self);
}

static void
only_guardians_contest(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active"), pupil = student_in(w, "active");
    account informed = guardian_in(w, "informed");
    static const actor others[] = {
        ROOT, PROVISIONER, REGISTRAR, ASSISTANCE, ACADEMY, HEAD1, STRANGER};
    LDAP *ld = client_login(&w->server, pupil.dn, pupil.password);

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        expect(client_contest(w->as[others[i]], a.child), 50, "A02");
    expect(client_contest(ld, pupil.dn), 50, "A02");
    client_close(ld);
    ld = client_login(&w->server, informed.dn, informed.password);
    expect(client_contest(ld, informed.child), 50, "S04");
    client_close(ld);
    expect_all(w, informed.child, LINK, informed.dn);
}

/* Eight sessions of one guardian say the same at once, while the student's
 * record is written. */
static answer
contest_at_once(void *context, size_t index, LDAP *ld)
{
    account *a = context;

    (void)index;
    return client_contest(ld, a->child);
}

static void
said_at_once_it_is_said_once(void **state)
{
    world *w = *state;

    for (int round = 0; round < 10; round++) {
        account a = guardian_in(w, "active");
        LDAP *clients[8];
        answer *answers;

        for (size_t i = 0; i < 8; i++)
            clients[i] = client_login(&w->server, a.dn, a.password);
        answers = in_parallel(8, clients, contest_at_once, &a);
        assert_int_equal(count_answers(answers, 8, 0, "") +
                             count_answers(answers, 8, 51, "B02"),
            8);
        REQUIRE(count_answers(answers, 8, 0, "") >= 1);
        expect_all(w, a.child, LINK, "");
        expect_all(w, a.child, CONTESTED, a.dn);
        free(answers);
        for (size_t i = 0; i < 8; i++)
            client_close(clients[i]);
    }
}

/* What another overlay refuses for good is no race that was lost: it is said
 * once, with its words, by each operation. */
static void
others_refuse_for_good(void **state)
{
    static const setup constrained = {.modules = "moduleload constraint\n",
        .below = "overlay constraint\n"
                 "constraint_attribute " CONTESTED " count 0\n"
                 "constraint_attribute educonnectMergedInto count 0\n"
                 "constraint_attribute educonnectFederatedId count 0\n"};
    claim_data claim = {"0712345678", "Karadec", "Soizic", "2011-03-09", "",
        "identite-refusee-20"};
    account a, b, c;
    LDAP *self;
    world w;
    answer r;

    (void)state;
    world_begin(&w, &constrained);
    a = guardian_in(&w, "active");
    b = guardian_in(&w, "active");
    c = new_guardian(&w, COLLEGE);
    self = client_login(&w.server, a.dn, a.password);
    expect_ok(client_modify(w.as[PROVISIONER], c.dn,
        "replace: mobile\nmobile: %s\n", claim.mobile));
    r = client_contest(self, a.child);
    expect(r, LDAP_CONSTRAINT_VIOLATION, "");
    REQUIRE(strstr(r.text, "breaks constraint") != NULL);
    r = client_merge(self, b.uid, b.password);
    expect(r, LDAP_CONSTRAINT_VIOLATION, "");
    REQUIRE(strstr(r.text, "breaks constraint") != NULL);
    r = client_claim(w.as[REGISTRAR], &claim);
    expect(r, LDAP_CONSTRAINT_VIOLATION, "");
    REQUIRE(strstr(r.text, "breaks constraint") != NULL);
    expect_all(&w, a.child, LINK, a.dn);
    client_close(self);
    world_end(&w);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_link_moves),
        cmocka_unit_test(what_was_contested_does_not_come_back),
        cmocka_unit_test(a_merged_link_is_ones_own),
        cmocka_unit_test(other_students_are_nobody),
        cmocka_unit_test(only_guardians_contest),
        cmocka_unit_test(said_at_once_it_is_said_once),
        cmocka_unit_test(others_refuse_for_good),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
