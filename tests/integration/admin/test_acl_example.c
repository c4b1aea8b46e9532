/* test_acl_example.c - ldif/acl-example.ldif hides what it says it hides, and
 * lets everybody do their work.
 *
 * EDC_SOURCE names the top of the source tree when it is not the current
 * directory.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/aaf.h"

/* The rules are for {1}mdb: cn=monitor comes behind it. */
static int
world_with_the_rules(void **state)
{
    static const setup monitor_last = {.monitor = MONITOR_LAST};
    const char *top = getenv("EDC_SOURCE");
    char *path = text_of("%s/ldif/acl-example.ldif", top != NULL ? top : ".");
    char *ldif = read_file(path, NULL), *record;
    world *w = calloc(1, sizeof(*w));

    *state = w;
    world_begin(w, &monitor_last);
    REQUIRE(ldif != NULL);
    record = strstr(ldif, "\ndn:");
    REQUIRE(record != NULL);
    expect_ok(client_ldif(w->config, "%s", record + 1));
    free(ldif);
    free(path);
    return 0;
}

/* ---- what is hidden ---- */

/* Whether a connection comes upon a value: by reading it, by asking for it in
 * a filter, or by comparing. */
static bool
comes_upon(LDAP *ld, const char *dn, const char *attribute, const char *value)
{
    char *read = client_read(ld, dn, attribute);
    char *filter = text_of("(%s=%s)", attribute, value);
    char *presence = text_of("(%s=*)", attribute);
    bool seen =
        read != NULL || client_count(ld, dn, filter) > 0 ||
        client_count(ld, dn, presence) > 0 ||
        client_compare(ld, dn, attribute, value).code == LDAP_COMPARE_TRUE;

    free(read);
    free(filter);
    free(presence);
    return seen;
}

static const char *const secret[] = {
    "userPassword", "educonnectPasswordHistory"};
static const char *const identifying[] = {
    "educonnectBirthDate", "educonnectIne"};

static void
nobody_reads_passwords_old_or_new(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");
    LDAP *self, *anonymous = client_open(&w->server);
    char own[96];

    /* One that has a history. */
    self = client_login(&w->server, a.dn, a.password);
    fresh_password(w, own);
    expect_ok(client_password(self, NULL, a.password, own));
    for (int i = 0; i < 2; i++) {
        char *stored = client_read(w->as[ROOT], a.dn, secret[i]);

        REQUIRE(stored != NULL);
        for (int who = ROOT + 1; who < N_ACTORS; who++) {
            if (comes_upon(w->as[who], a.dn, secret[i], stored))
                FAIL("%s and %s", actor_name((actor)who), secret[i]);
        }
        if (comes_upon(self, a.dn, secret[i], stored) ||
            comes_upon(anonymous, a.dn, secret[i], stored))
            FAIL("%s is not hidden", secret[i]);
        free(stored);
    }
    client_close(self);
    client_close(anonymous);
}

static void
what_identifies_a_child_is_for_few(void **state)
{
    world *w = *state;
    account mother = guardian_in(w, "active"), a = student_in(w, "active");
    LDAP *self = client_login(&w->server, a.dn, a.password);
    LDAP *parent = client_login(&w->server, mother.dn, mother.password);
    LDAP *anonymous = client_open(&w->server);

    for (int i = 0; i < 2; i++) {
        char *value = client_read(self, a.dn, identifying[i]);

        REQUIRE(value != NULL);
        for (int who = ROOT + 1; who < N_ACTORS; who++) {
            bool may = who == PROVISIONER || who == ACADEMY;

            if (comes_upon(w->as[who], a.dn, identifying[i], value) != may)
                FAIL("%s and %s", actor_name((actor)who), identifying[i]);
        }
        if (comes_upon(anonymous, a.dn, identifying[i], value) ||
            comes_upon(parent, a.dn, identifying[i], value))
            FAIL("%s is not hidden", identifying[i]);
        free(value);
    }
    client_close(self);
    client_close(parent);
    client_close(anonymous);
}

static void
strangers_to_a_family_see_nothing_of_it(void **state)
{
    world *w = *state;
    account mother = guardian_in(w, "active"), other = guardian_in(w, "active");
    LDAP *ld = client_login(&w->server, mother.dn, mother.password);
    LDAP *anonymous = client_open(&w->server);

    assert_int_equal(client_count(ld, mother.dn, "(mobile=*)"), 1);
    assert_int_equal(client_count(ld, mother.child, "(cn=*)"), 1);
    assert_int_equal(client_count(ld, PEOPLE, "(cn=*)"), 2);
    assert_true(client_count(ld, other.dn, "(objectClass=*)") <= 0);
    assert_true(client_count(ld, STAFF_DN, "(objectClass=*)") <= 0);
    assert_int_equal(client_count(ld, SCHOOLS, "(educonnectUai=*)"), 2);
    assert_true(client_count(anonymous, SUFFIX, "(objectClass=*)") <= 0);
    client_close(ld);
    client_close(anonymous);
}

/* ---- what everybody does ---- */

static void
holders_keep_their_own_account(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");
    LDAP *self;

    step_activate(w, &a);
    self = client_login(&w->server, a.dn, a.password);
    expect_ok(client_modify(
        self, a.dn, "replace: mobile\nmobile: +33 6 00 00 00 99\n"));
    expect_ok(client_modify(self, a.dn,
        "delete: userPassword\nuserPassword: %s\n-\n"
        "add: userPassword\nuserPassword: Iris-2026_Bleu\n",
        a.password));
    expect(client_modify(self, a.dn, "replace: sn\nsn: Autre\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_modify(self, a.dn,
               "replace: educonnectState\neduconnectState: closed\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
    expect_ok(bind_once(&w->server, a.dn, "Iris-2026_Bleu"));
    client_close(self);
}

static void
schools_hand_letters_out(void **state)
{
    world *w = *state;
    account child = student_in(w, "uninformed");
    account mother = guardian_in(w, "uninformed");

    step_inform(w, &child, SDEL1);
    step_inform(w, &mother, GDEL1);
    step_state(w, &mother, HEAD1, "uninformed");
    step_inform(w, &mother, HEAD1);
    step_activate(w, &child);
    step_inform(w, &child, HEAD1);
    expect_stored(w->as[HEAD1], child.dn, "educonnectState", "reset");
    step_state(w, &child, SDEL1, "suspended");
    step_state(w, &child, SDEL1, "reset");
    /* Beyond the ACL the overlay judges... */
    expect(client_password(w->as[HEAD2], child.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A01");
    expect(client_password(w->as[STRANGER], child.dn, NULL, NULL),
        LDAP_INSUFFICIENT_ACCESS, "A02");
    /* ... and before it the ACL does. */
    expect(client_modify(w->as[HEAD1], child.dn, "replace: sn\nsn: Autre\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_modify(w->as[HEAD1], LYCEE,
               "add: educonnectHead\neduconnectHead: uid=head1," STAFF_DN "\n"),
        LDAP_INSUFFICIENT_ACCESS, "");
}

static void
the_help_desk_unlocks_and_suspends(void **state)
{
    world *w = *state;
    account a = student_in(w, "active");

    for (int i = 0; i < 10; i++) {
        char *guess = text_of("Mauvaise-Reponse-%d", i);

        expect(
            bind_once(&w->server, a.dn, guess), LDAP_INVALID_CREDENTIALS, "");
        free(guess);
    }
    expect(
        bind_once(&w->server, a.dn, a.password), LDAP_INVALID_CREDENTIALS, "");
    free(client_await(w->as[ASSISTANCE], a.dn, "pwdAccountLockedTime"));
    assert_int_equal(
        client_count(w->as[ASSISTANCE], a.dn, "(pwdAccountLockedTime=*)"), 1);
    expect_ok(client_modify(
        w->as[ASSISTANCE], a.dn, "delete: pwdAccountLockedTime\n"));
    expect_ok(bind_once(&w->server, a.dn, a.password));
    step_state(w, &a, ASSISTANCE, "suspended");
    step_state(w, &a, ASSISTANCE, "active");
    expect(client_password(w->as[ASSISTANCE], a.dn, NULL, "Iris-2026_Bleu"),
        LDAP_INSUFFICIENT_ACCESS, "");
}

static void
the_front_end_recovers(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "active");

    assert_true(client_count(w->as[REGISTRAR], PEOPLE,
                    "(&(mobile=+33 6 00 00 00 00)(uid=*))") > 0);
    expect_ok(client_password(w->as[REGISTRAR], a.dn, NULL, "Iris-2026_Bleu"));
    expect_ok(bind_once(&w->server, a.dn, "Iris-2026_Bleu"));
}

static void
the_import_writes_records(void **state)
{
    world *w = *state;
    account a = new_student(w, COLLEGE);

    expect_ok(client_modify(w->as[PROVISIONER], a.dn,
        "replace: educonnectBirthDate\neduconnectBirthDate: 2012-02-29\n-\n"
        "replace: educonnectClass\neduconnectClass: 6A\n"));
    expect_ok(client_modify(w->as[PROVISIONER], LYCEE,
        "replace: educonnectSchoolLevel\neduconnectSchoolLevel: lycee\n"));
    step_state(w, &a, PROVISIONER, "closed");
    step_state(w, &a, PROVISIONER, "uninformed");
    expect_ok(
        client_ldif(w->as[PROVISIONER], "dn: %s\nchangetype: delete\n", a.dn));
}

static void
the_academy_does_everything(void **state)
{
    world *w = *state;
    account a = guardian_in(w, "informed");
    char *staff = actor_dn(SDEL2);

    /* Past the guard. */
    expect(client_modify(w->as[ACADEMY], a.dn,
               "replace: userPassword\nuserPassword: Iris-2026_Bleu\n"),
        LDAP_UNWILLING_TO_PERFORM, "G01");
    client_sends(w->as[ACADEMY], SENDS_PPOLICY | SENDS_RELAX, NULL);
    expect_ok(client_modify(w->as[ACADEMY], a.dn,
        "replace: userPassword\nuserPassword: Iris-2026_Bleu\n"));
    client_sends(w->as[ACADEMY], SENDS_PPOLICY, NULL);
    snprintf(a.password, sizeof(a.password), "Iris-2026_Bleu");
    step_activate(w, &a);
    step_inform(w, &a, ACADEMY);
    step_state(w, &a, ACADEMY, "suspended");
    step_state(w, &a, ACADEMY, "reset");
    step_state(w, &a, ACADEMY, "closed");
    /* Staff's passwords are given by nobody else. */
    expect_ok(
        client_password(w->as[ACADEMY], staff, NULL, "staff-secret-of-sdel2"));
    expect(client_password(w->as[HEAD2], staff, NULL, "staff-secret-of-head2"),
        LDAP_INSUFFICIENT_ACCESS, "");
    expect(client_password(
               w->as[PROVISIONER], staff, NULL, "staff-secret-of-head2"),
        LDAP_INSUFFICIENT_ACCESS, "");
    expect_ok(bind_once(&w->server, staff, "staff-secret-of-sdel2"));
    free(staff);
}

/* ---- what the tools do under them ---- */

#define PUPIL(links)                                                           \
    AAF_PUPIL("9100001", "EXEMPLE", "Zoé-Lou", "000000001AA", "29/02/2012",    \
        "88001", "6EME A", links)
#define OTHER                                                                  \
    AAF_PUPIL("9100002", "EXEMPLE", "Malo", "000000002AA", "01/03/2009",       \
        "88001", "5EME A", AAF_V("9200001$10$1$1$1$1"))
#define IMPORTED "uid=zoelou.exemple," PEOPLE

static void
expect_import(world *w, const char *changes)
{
    tool t = aaf_import(w, "--max-removals 100");

    expect_status(&t, 0);
    if (strstr(t.out, changes) == NULL)
        FAIL("not %s:%s", changes, t.out);
    tool_free(&t);
}

static void
an_import_is_complete_and_repeatable(void **state)
{
    world *w = *state;

    aaf_write(w, "Complet", "EtabEducNat",
        AAF_SCHOOL("88001", "9990011H", "Collège des Genêts", "COLLEGE"));
    aaf_write(w, "Complet", "PersRelEleve",
        AAF_GUARDIAN("9200001", "EXEMPLE", "Anne", "+33 6 39 98 00 01",
            "anne@example.org"));
    aaf_write(w, "Complet", "Eleve", PUPIL(AAF_V("9200001$10$1$1$1$1")) OTHER);
    expect_import(w, "\n4 changes\n");
    expect_import(w, "\n0 changes\n");
    aaf_write(w, "Complet", "Eleve", OTHER);
    expect_import(w, "\n1 changes\n");
    expect_stored(w->as[ROOT], IMPORTED, "educonnectState", "closed");
    aaf_write(w, "Complet", "Eleve", PUPIL(AAF_V("9200001$10$1$1$1$1")) OTHER);
    expect_import(w, "\n1 changes\n");
    expect_stored(w->as[ROOT], IMPORTED, "educonnectState", "uninformed");
    expect_import(w, "\n0 changes\n");
}

static void
a_head_writes_letters_and_sees_how_far_it_is(void **state)
{
    world *w = *state;
    char *head = actor_dn(HEAD1);
    tool t;

    expect_ok(client_modify(w->as[PROVISIONER], "ou=9990011H," SCHOOLS,
        "add: educonnectHead\neduconnectHead: %s\n", head));
    t = tool_run(w, HEAD1, NULL, "letters",
        "--school 9990011H --format csv --output %s/letters",
        w->server.directory);
    expect_status(&t, 0);
    REQUIRE(strstr(t.out, "letters written: 3") != NULL);
    tool_free(&t);
    t = tool_run(w, HEAD1, NULL, "status", "zoelou.exemple");
    expect_status(&t, 0);
    REQUIRE(strstr(t.out, "informed") != NULL);
    tool_free(&t);
    t = tool_run(w, HEAD1, NULL, "report", "--school 9990011H");
    expect_status(&t, 0);
    tool_free(&t);
    free(head);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_reads_passwords_old_or_new),
        cmocka_unit_test(what_identifies_a_child_is_for_few),
        cmocka_unit_test(strangers_to_a_family_see_nothing_of_it),
        cmocka_unit_test(holders_keep_their_own_account),
        cmocka_unit_test(schools_hand_letters_out),
        cmocka_unit_test(the_help_desk_unlocks_and_suspends),
        cmocka_unit_test(the_front_end_recovers),
        cmocka_unit_test(the_import_writes_records),
        cmocka_unit_test(the_academy_does_everything),
        cmocka_unit_test(an_import_is_complete_and_repeatable),
        cmocka_unit_test(a_head_writes_letters_and_sees_how_far_it_is),
    };

    return cmocka_run_group_tests(tests, world_with_the_rules, end_world);
}
