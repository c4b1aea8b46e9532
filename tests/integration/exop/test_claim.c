/* test_claim.c - a guardian activates alone: who is found, and that nobody
 * learns why nobody was.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exop.h"
#include "harness/parallel.h"

/* A guardian whom only one number leads to, with two children. */
typedef struct family {
    account guardian;
    account second; /* child; the first is guardian.child */
    char mobile[32];
    claim_data claim;
} family;

#define FIRST_BIRTH "2011-03-09"
#define SECOND_BIRTH "2013-07-21"

static family
new_family(world *w)
{
    family f = {.guardian = new_guardian(w, COLLEGE)};

    f.second = new_student(w, LYCEE);
    snprintf(f.mobile, sizeof(f.mobile), "+33 6 12 00 %02u %02u",
        w->serial / 100 % 100, w->serial % 100);
    expect_ok(client_modify(w->as[PROVISIONER], f.guardian.dn,
        "replace: mobile\nmobile: %s\n", f.mobile));
    expect_ok(client_modify(w->as[PROVISIONER], f.second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n-\n"
        "replace: educonnectBirthDate\neduconnectBirthDate: " SECOND_BIRTH "\n",
        f.guardian.dn));
    return f;
}

/* What the family would say. The mobile points into f. */
static claim_data
right_claim(family *f)
{
    return (claim_data){f->mobile, "Karadec", "Soizic",
        SECOND_BIRTH "|" FIRST_BIRTH, "Primevere-2026-Or", NULL};
}

static void
claim_activates(void **state)
{
    world *w = *state;
    family f = new_family(w);
    claim_data c = right_claim(&f);
    answer a;

    c.sn = "KARADEC";
    c.given_name = "soïzic";
    a = client_claim(w->as[REGISTRAR], &c);
    expect_ok(a);
    assert_string_equal(a.made, f.guardian.dn);
    expect_stored(w->as[ROOT], f.guardian.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], f.guardian.dn, "educonnectActivatedBy",
        "self-registration");
    expect_ok(bind_once(&w->server, f.guardian.dn, c.password));
    /* It is active now: not a second time. */
    expect(client_claim(w->as[REGISTRAR], &c), 49, "C01");
}

static void
every_form_of_the_number(void **state)
{
    world *w = *state;
    static const char *const stored[] = {
        "0612349901", "+33612349901", "06 12 34 99 01", "+33 6-12-34-99-01"};
    static const char *const asked[] = {"0612349901", "+33 6 12 34 99 01",
        "0033612349901", "06.12.34.99.01", "+33 (0)6 12 34 99 01"};

    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 5; k++) {
            family f = new_family(w);
            claim_data c = right_claim(&f);

            expect_ok(client_modify(w->as[PROVISIONER], f.guardian.dn,
                "replace: mobile\nmobile: %s\n", stored[i]));
            c.mobile = asked[k];
            expect_ok(client_claim(w->as[REGISTRAR], &c));
        }
    }
}

/* Letters with a stroke and without are one name to the claim and to the rule
 * on passwords. */
static void
strokes_make_no_other_name(void **state)
{
    static const char *const names[][4] = {
        {"S\u00f8rensen", "\u0141ucja", "SORENSEN", "lucja"},
        {"Sorensen", "Lucja", "S\u00d8RENSEN", "\u0142ucja"},
        {"I\u015f\u0131k", "\u0110\u1eb7ng", "ISIK", "Dang"},
        {"Strau\u00df", "\u00de\u00f3ra", "STRAUSS", "thora"},
        {"\u0414\u043c\u0438\u0442\u0440\u0438\u0435\u0432", "\u042e",
            "\u0414\u041c\u0418\u0422\u0420\u0418\u0415\u0412", "\u044e"},
    };
    world *w = *state;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        family f = new_family(w);
        claim_data c = right_claim(&f);
        char *sn = client_line("sn", names[i][0]);
        char *given = client_line("givenName", names[i][1]);
        char *named = text_of("Bonjour-%s-7", names[i][0]);

        expect_ok(client_modify(w->as[PROVISIONER], f.guardian.dn,
            "replace: sn\n%s-\nreplace: givenName\n%s", sn, given));
        c.sn = names[i][2];
        c.given_name = names[i][3];
        c.password = named;
        expect(client_claim(w->as[REGISTRAR], &c), 19, "P05");
        c.password = "Primevere-2026-Or";
        expect_ok(client_claim(w->as[REGISTRAR], &c));
        free(named);
        free(given);
        free(sn);
    }
}

static void
an_informed_guardian_claims_too(void **state)
{
    world *w = *state;
    family f = new_family(w);
    claim_data c = right_claim(&f);

    step_inform(w, &f.guardian, HEAD1);
    /* The letter's own password is none of one's own. */
    c.password = f.guardian.provisional;
    expect(client_claim(w->as[REGISTRAR], &c), 19, "P03");
    c.password = "Primevere-2026-Or";
    expect_ok(client_claim(w->as[ACADEMY], &c));
    expect_stored(w->as[ROOT], f.guardian.dn, "educonnectState", "active");
    expect_stored(w->as[ROOT], f.guardian.dn, "educonnectInformedBy", NULL);
    expect_stored(
        w->as[ROOT], f.guardian.dn, "educonnectProvisionalUntil", NULL);
    expect_stored(w->as[ROOT], f.guardian.dn, "pwdReset", NULL);
    expect(
        bind_once(&w->server, f.guardian.dn, f.guardian.provisional), 49, "");
    expect_ok(bind_once(&w->server, f.guardian.dn, c.password));
}

static void
a_federated_identity_needs_no_password(void **state)
{
    world *w = *state;
    family f = new_family(w), other = new_family(w);
    claim_data c = right_claim(&f);

    step_inform(w, &f.guardian, HEAD1);
    c.federated = "fc-claimed";
    expect_ok(client_claim(w->as[REGISTRAR], &c));
    expect_stored(w->as[ROOT], f.guardian.dn, "educonnectState", "active");
    expect_stored(
        w->as[ROOT], f.guardian.dn, "educonnectActivatedBy", "federation");
    expect_stored(
        w->as[ROOT], f.guardian.dn, "educonnectFederatedId", "fc-claimed");
    expect_stored(w->as[ROOT], f.guardian.dn, "userPassword", NULL);
    expect(
        bind_once(&w->server, f.guardian.dn, f.guardian.provisional), 49, "");
    /* It is one person's. */
    c = right_claim(&other);
    c.federated = "fc-claimed";
    expect(client_claim(w->as[REGISTRAR], &c), 19, "D02");
    expect_stored(
        w->as[ROOT], other.guardian.dn, "educonnectState", "uninformed");
}

/* Those of an account that was merged are the children of who stayed. */
static void
children_of_merged_accounts_count(void **state)
{
    world *w = *state;
    family f = new_family(w);
    account other = guardian_in(w, "active");
    claim_data c = right_claim(&f);

    expect_ok(client_merge_of(w->as[ACADEMY], other.dn, f.guardian.dn));
    expect(client_claim(w->as[REGISTRAR], &c), 49, "C01");
    c.dates = FIRST_BIRTH "|" SECOND_BIRTH "|" FIRST_BIRTH;
    expect_ok(client_claim(w->as[REGISTRAR], &c));
    expect_ok(bind_once(&w->server, f.guardian.dn, c.password));
}

/* An adult pupil who answers for himself or herself is a student as well. */
static void
a_held_record_is_not_opened(void **state)
{
    world *w = *state;
    const char *dn = "uid=majeur," PEOPLE;
    claim_data c = {"0612999999", "Karadec", "Nolwenn", "2007-05-05",
        "Primevere-2026-Or", NULL};

    expect_ok(client_ldif(w->as[PROVISIONER],
        "dn: %s\nobjectClass: inetOrgPerson\nobjectClass: educonnectStudent\n"
        "objectClass: educonnectLegalGuardian\nuid: majeur\ncn: x\n"
        "sn: Karadec\ngivenName: Nolwenn\nmobile: 0612999999\n"
        "educonnectBirthDate: 2007-05-05\neduconnectEnrolledAt: " LYCEE "\n",
        dn));
    expect_ok(client_modify(w->as[PROVISIONER], dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", dn));
    expect(client_claim(w->as[REGISTRAR], &c), 53, "E01");
    expect_ok(client_modify(w->as[PROVISIONER], dn,
        "add: educonnectIne\neduconnectIne: 200000001AB\n"));
    expect_ok(client_claim(w->as[REGISTRAR], &c));
    expect_ok(bind_once(&w->server, dn, c.password));
}

/* ---- one answer for everything ---- */

typedef void (*spoil)(world *w, family *f, claim_data *c);

static void
unknown_number(world *w, family *f, claim_data *c)
{
    (void)w;
    snprintf(
        f->mobile, sizeof(f->mobile), "+33 7 99 99 99 %02u", w->serial % 100);
    c->mobile = f->mobile;
}

static void
another_sn(world *w, family *f, claim_data *c)
{
    (void)w;
    (void)f;
    c->sn = "Karadeg";
}

static void
another_given_name(world *w, family *f, claim_data *c)
{
    (void)w;
    (void)f;
    c->given_name = "Soizick";
}

static void
no_letters(world *w, family *f, claim_data *c)
{
    (void)w;
    (void)f;
    c->sn = "---";
}

static void
another_date(world *w, family *f, claim_data *c)
{
    (void)w;
    (void)f;
    c->dates = SECOND_BIRTH "|2011-03-08";
}

static void
one_child_missing(world *w, family *f, claim_data *c)
{
    (void)w;
    (void)f;
    c->dates = FIRST_BIRTH;
}

static void
one_child_twice(world *w, family *f, claim_data *c)
{
    (void)w;
    (void)f;
    c->dates = FIRST_BIRTH "|" FIRST_BIRTH;
}

static void
one_child_more(world *w, family *f, claim_data *c)
{
    (void)w;
    (void)f;
    c->dates = FIRST_BIRTH "|" SECOND_BIRTH "|2015-01-01";
}

static void
a_child_without_a_date(world *w, family *f, claim_data *c)
{
    (void)c;
    expect_ok(client_modify(
        w->as[PROVISIONER], f->second.dn, "delete: educonnectBirthDate\n"));
}

static void
is_active(world *w, family *f, claim_data *c)
{
    (void)c;
    step_inform(w, &f->guardian, HEAD1);
    step_activate(w, &f->guardian);
}

static void
is_suspended(world *w, family *f, claim_data *c)
{
    (void)c;
    step_inform(w, &f->guardian, HEAD1);
    step_state(w, &f->guardian, ACADEMY, "suspended");
}

static void
is_closed(world *w, family *f, claim_data *c)
{
    (void)c;
    step_state(w, &f->guardian, PROVISIONER, "closed");
}

/* Two accounts that are the same to the eye. */
static void
is_double(world *w, family *f, claim_data *c)
{
    account twin = new_guardian(w, COLLEGE);

    (void)c;
    expect_ok(client_modify(w->as[PROVISIONER], twin.dn,
        "replace: mobile\nmobile: %s\n", f->mobile));
    expect_ok(client_modify(w->as[PROVISIONER], f->second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", twin.dn));
}

static void
every_mismatch_looks_the_same(void **state)
{
    world *w = *state;
    static const spoil spoils[] = {unknown_number, another_sn,
        another_given_name, no_letters, another_date, one_child_missing,
        one_child_twice, one_child_more, a_child_without_a_date, is_active,
        is_suspended, is_closed, is_double};
    char text[1024] = "";

    for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
        for (int federated = 0; federated < 2; federated++) {
            family f = new_family(w);
            claim_data c = right_claim(&f);
            answer a;

            if (federated)
                c.federated = "fc-nobody";
            spoils[i](w, &f, &c);
            a = client_claim(w->as[REGISTRAR], &c);
            expect(a, 49, "C01");
            assert_string_equal(a.made, "");
            assert_int_equal(a.n_controls, 0);
            if (text[0] == '\0')
                snprintf(text, sizeof(text), "%s", a.text);
            assert_string_equal(a.text, text);
        }
    }
}

/* ---- one person's several accounts ---- */

#define THIRD_BIRTH "2016-11-02"

/* A second account of the same number and names, with a child of its own. */
static account
other_account(world *w, const family *f)
{
    account other = new_guardian(w, COLLEGE);

    expect_ok(client_modify(w->as[PROVISIONER], other.dn,
        "replace: mobile\nmobile: %s\n", f->mobile));
    expect_ok(client_modify(w->as[PROVISIONER], other.child,
        "replace: educonnectBirthDate\neduconnectBirthDate: " THIRD_BIRTH
        "\n"));
    return other;
}

#define ALL_THREE THIRD_BIRTH "|" FIRST_BIRTH "|" SECOND_BIRTH

/* Who knows all children of both is told; each can be claimed with its own. */
static void
children_on_two_accounts_are_said(void **state)
{
    world *w = *state;
    family f = new_family(w);
    account other = other_account(w, &f);
    claim_data c = right_claim(&f);

    c.dates = ALL_THREE;
    expect(client_claim(w->as[REGISTRAR], &c), 53, "C03");
    expect_stored(w->as[ROOT], f.guardian.dn, "educonnectState", "uninformed");
    c.federated = "fc-two-accounts";
    expect(client_claim(w->as[REGISTRAR], &c), 53, "C03");
    c = right_claim(&f);
    expect_ok(client_claim(w->as[REGISTRAR], &c));
    c.dates = ALL_THREE;
    expect(client_claim(w->as[REGISTRAR], &c), 53, "C04");
    expect_ok(client_merge_of(w->as[ASSISTANCE], other.dn, f.guardian.dn));
    expect(client_claim(w->as[REGISTRAR], &c), 49, "C01");
    expect_ok(bind_once(&w->server, f.guardian.dn, c.password));
}

/* A child whom both accounts name is one child. */
static void
a_child_of_both_accounts_counts_once(void **state)
{
    world *w = *state;
    family f = new_family(w);
    account other = other_account(w, &f);
    claim_data c = right_claim(&f);

    expect_ok(client_modify(w->as[PROVISIONER], f.second.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", other.dn));
    c.dates = ALL_THREE;
    expect(client_claim(w->as[REGISTRAR], &c), 53, "C03");
    c.dates = ALL_THREE "|" SECOND_BIRTH;
    expect(client_claim(w->as[REGISTRAR], &c), 49, "C01");
}

typedef void (*part)(world *w, family *f, account *other, claim_data *c);

static void
one_date_short(world *w, family *f, account *other, claim_data *c)
{
    (void)w, (void)f, (void)other;
    c->dates = FIRST_BIRTH "|" THIRD_BIRTH;
}

static void
one_date_more(world *w, family *f, account *other, claim_data *c)
{
    (void)w, (void)f, (void)other;
    c->dates = ALL_THREE "|2017-01-01";
}

static void
one_date_wrong(world *w, family *f, account *other, claim_data *c)
{
    (void)w, (void)f, (void)other;
    c->dates = FIRST_BIRTH "|" SECOND_BIRTH "|2016-11-03";
}

static void
another_name_sent(world *w, family *f, account *other, claim_data *c)
{
    (void)w, (void)f, (void)other;
    c->given_name = "Soizick";
}

static void
another_name_there(world *w, family *f, account *other, claim_data *c)
{
    (void)f, (void)c;
    expect_ok(client_modify(w->as[PROVISIONER], other->dn,
        "replace: givenName\ngivenName: Soizick\n"));
}

static void
another_number_there(world *w, family *f, account *other, claim_data *c)
{
    (void)f, (void)c;
    expect_ok(client_modify(w->as[PROVISIONER], other->dn,
        "replace: mobile\nmobile: 0799001122\n"));
}

static void
the_other_is_suspended(world *w, family *f, account *other, claim_data *c)
{
    (void)f, (void)c;
    step_inform(w, other, HEAD1);
    step_state(w, other, ACADEMY, "suspended");
}

static void
the_other_is_closed(world *w, family *f, account *other, claim_data *c)
{
    (void)f, (void)c;
    step_state(w, other, PROVISIONER, "closed");
}

static void
no_date_there(world *w, family *f, account *other, claim_data *c)
{
    (void)f, (void)c;
    expect_ok(client_modify(
        w->as[PROVISIONER], other->child, "delete: educonnectBirthDate\n"));
}

static void
who_knows_less_is_told_nothing(void **state)
{
    world *w = *state;
    static const part parts[] = {one_date_short, one_date_more, one_date_wrong,
        another_name_sent, another_name_there, another_number_there,
        the_other_is_suspended, the_other_is_closed, no_date_there};
    char text[1024] = "";

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        family f = new_family(w);
        account other = other_account(w, &f);
        claim_data c = right_claim(&f);
        answer a;

        c.dates = ALL_THREE;
        parts[i](w, &f, &other, &c);
        a = client_claim(w->as[REGISTRAR], &c);
        expect(a, 49, "C01");
        if (text[0] == '\0')
            snprintf(text, sizeof(text), "%s", a.text);
        assert_string_equal(a.text, text);
    }
}

/* It is a try like any other. */
static void
what_is_said_counts_as_a_try(void **state)
{
    world *w = *state;
    family f = new_family(w);
    account other = other_account(w, &f);
    claim_data c = right_claim(&f);

    (void)other;
    expect_ok(world_configure(w,
        "replace: olcEduconnectClaim\nolcEduconnectClaim: attempts=2 "
        "window=1h\n"));
    c.dates = ALL_THREE;
    expect(client_claim(w->as[REGISTRAR], &c), 53, "C03");
    expect(client_claim(w->as[REGISTRAR], &c), 53, "C03");
    expect(client_claim(w->as[REGISTRAR], &c), 51, "C02");
    expect_ok(world_configure(w, "delete: olcEduconnectClaim\n"));
}

/* A password that the request itself speaks against is refused before anybody
 * is looked up, so the answer is the same whether somebody would match. */
static void
rules_come_first(void **state)
{
    world *w = *state;
    family f = new_family(w);
    claim_data c = right_claim(&f);

    for (int known = 1; known >= 0; known--) {
        if (!known)
            c.mobile = "0799999998";
        c.password = "Court-1";
        expect(client_claim(w->as[REGISTRAR], &c), 19, "P01");
        c.password = "Bonjour-Karadec-7";
        expect(client_claim(w->as[REGISTRAR], &c), 19, "P05");
        c.password = "Bonjour-09032011";
        expect(client_claim(w->as[REGISTRAR], &c), 19, "P06");
        c.password = "{ ssha}OEcQMyjVPaXyZ5/OANdRnsPwqn9zYWx0MTIzNA==";
        expect(client_claim(w->as[REGISTRAR], &c), 19, "P10");
        c.password = "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17"
                     "lhWy";
        expect(client_claim(w->as[REGISTRAR], &c), 19, "P10");
    }
    /* What only the directory knows is said to who knew all the rest. */
    expect_ok(client_modify(w->as[PROVISIONER], f.second.dn,
        "replace: givenName\ngivenName: Maelenn\n"));
    c = right_claim(&f);
    c.password = "Bonjour-Maelenn-7";
    expect(client_claim(w->as[REGISTRAR], &c), 19, "P05");
    c.sn = "Karadeg";
    expect(client_claim(w->as[REGISTRAR], &c), 49, "C01");
    expect_stored(w->as[ROOT], f.guardian.dn, "educonnectState", "uninformed");
}

/* ---- how often ---- */

static void
tries_are_counted_by_number(void **state)
{
    world *w = *state;
    family f = new_family(w), known = new_family(w);
    claim_data c = right_claim(&f), good = right_claim(&known);
    long before = monitor_counter(w, "educonnectMonitorRefusals", "EDC-C02");

    expect_ok(world_configure(w,
        "replace: olcEduconnectClaim\nolcEduconnectClaim: attempts=3 "
        "window=1h\n"));
    /* A success clears the count. */
    good.sn = "Karadeg";
    expect(client_claim(w->as[REGISTRAR], &good), 49, "C01");
    expect(client_claim(w->as[REGISTRAR], &good), 49, "C01");
    good.sn = "Karadec";
    expect_ok(client_claim(w->as[REGISTRAR], &good));
    for (int i = 0; i < 3; i++)
        expect(client_claim(w->as[REGISTRAR], &good), 49, "C01");
    expect(client_claim(w->as[REGISTRAR], &good), 51, "C02");
    /* Any form of the number is the number; also when nobody has it. */
    c.mobile = "0799 99 99 97";
    expect(client_claim(w->as[REGISTRAR], &c), 49, "C01");
    c.mobile = "+33 799 99 99 97";
    expect(client_claim(w->as[REGISTRAR], &c), 49, "C01");
    c.mobile = "0033799999997";
    expect(client_claim(w->as[ACADEMY], &c), 49, "C01");
    c.mobile = "0799999997";
    expect(client_claim(w->as[REGISTRAR], &c), 51, "C02");
    expect(client_claim(w->as[REGISTRAR], &c), 51, "C02");
    assert_int_equal(
        monitor_counter(w, "educonnectMonitorRefusals", "EDC-C02"), before + 3);
    /* Another number is another number. */
    c.mobile = f.mobile;
    expect_ok(client_claim(w->as[REGISTRAR], &c));
    expect_ok(world_configure(w, "delete: olcEduconnectClaim\n"));
}

static void
the_window_ends(void **state)
{
    world *w = *state;
    family f = new_family(w);
    claim_data c = right_claim(&f);
    deadline d = deadline_in(60);
    answer a;

    expect_ok(world_configure(w,
        "replace: olcEduconnectClaim\nolcEduconnectClaim: attempts=1 "
        "window=2s\n"));
    c.sn = "Karadeg";
    expect(client_claim(w->as[REGISTRAR], &c), 49, "C01");
    c.sn = "Karadec";
    while ((a = client_claim(w->as[REGISTRAR], &c)).code == LDAP_BUSY)
        deadline_wait(&d, "the window to end");
    expect_ok(a);
    expect_ok(world_configure(w, "delete: olcEduconnectClaim\n"));
}

#define CLIENTS 8

static answer
claim_at_once(void *context, size_t index, LDAP *ld)
{
    (void)index;
    return client_claim(ld, context);
}

static void
tries_at_once_are_counted_too(void **state)
{
    world *w = *state;
    family f = new_family(w);
    claim_data c = right_claim(&f);
    LDAP *clients[CLIENTS];
    answer *answers;

    expect_ok(world_configure(w,
        "replace: olcEduconnectClaim\nolcEduconnectClaim: attempts=3 "
        "window=1h\n"));
    c.given_name = "Personne";
    for (size_t i = 0; i < CLIENTS; i++)
        clients[i] = actor_login(&w->server, REGISTRAR);
    answers = in_parallel(CLIENTS, clients, claim_at_once, &c);
    assert_int_equal(count_answers(answers, CLIENTS, 49, "C01"), 3);
    assert_int_equal(count_answers(answers, CLIENTS, 51, "C02"), CLIENTS - 3);
    free(answers);
    for (size_t i = 0; i < CLIENTS; i++)
        client_close(clients[i]);
    expect_ok(world_configure(w, "delete: olcEduconnectClaim\n"));
}

/* ---- who, and races ---- */

static void
others_may_not(void **state)
{
    world *w = *state;
    family f = new_family(w);
    claim_data c = right_claim(&f);
    static const actor others[] = {
        PROVISIONER, ASSISTANCE, HEAD1, SDEL1, GDEL1, STRANGER};
    LDAP *anonymous = client_open(&w->server);

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        expect(client_claim(w->as[others[i]], &c), 50, "A02");
        c.sn = "Karadeg";
        expect(client_claim(w->as[others[i]], &c), 50, "A02");
        c.sn = "Karadec";
    }
    expect(client_claim(anonymous, &c), LDAP_STRONG_AUTH_REQUIRED, "");
    client_close(anonymous);
    expect_stored(w->as[ROOT], f.guardian.dn, "educonnectState", "uninformed");
    expect_ok(client_claim(w->as[ROOT], &c));
}

static void
one_claim_wins(void **state)
{
    world *w = *state;
    LDAP *clients[CLIENTS];

    expect_ok(world_configure(w,
        "replace: olcEduconnectClaim\nolcEduconnectClaim: attempts=64 "
        "window=1h\n"));
    for (size_t i = 0; i < CLIENTS; i++)
        clients[i] = actor_login(&w->server, REGISTRAR);
    for (int round = 0; round < 10; round++) {
        family f = new_family(w);
        claim_data c = right_claim(&f);
        answer *answers = in_parallel(CLIENTS, clients, claim_at_once, &c);

        assert_int_equal(count_answers(answers, CLIENTS, 0, ""), 1);
        assert_int_equal(count_answers(answers, CLIENTS, 49, "C01") +
                             count_answers(answers, CLIENTS, 51, "B02"),
            CLIENTS - 1);
        free(answers);
        expect_ok(bind_once(&w->server, f.guardian.dn, c.password));
    }
    for (size_t i = 0; i < CLIENTS; i++)
        client_close(clients[i]);
    expect_ok(world_configure(w, "delete: olcEduconnectClaim\n"));
}

typedef struct meeting {
    claim_data claim;
    const char *dn;
} meeting;

/* The even ones claim, the odd ones inform. */
static answer
claim_or_inform(void *context, size_t index, LDAP *ld)
{
    meeting *m = context;

    return index % 2 == 0 ? client_claim(ld, &m->claim)
                          : client_password(ld, m->dn, NULL, NULL);
}

/* Whatever comes first, the account is one thing at the end: claimed, with the
 * claim's password. A letter may come before the claim, never after. */
static void
claim_meets_letter(void **state)
{
    world *w = *state;
    LDAP *clients[2] = {
        actor_login(&w->server, REGISTRAR), actor_login(&w->server, HEAD1)};

    for (int round = 0; round < 40; round++) {
        family f = new_family(w);
        meeting m = {right_claim(&f), f.guardian.dn};
        answer *answers = in_parallel(2, clients, claim_or_inform, &m);
        char *codes = codes_of(answers[1].text);

        expect_ok(answers[0]);
        REQUIRE(answers[1].code == 0 || strcmp(codes, "G02") == 0 ||
                strcmp(codes, "B02") == 0);
        expect_stored(w->as[ROOT], f.guardian.dn, "educonnectState", "active");
        expect_stored(w->as[ROOT], f.guardian.dn, "pwdReset", NULL);
        expect_ok(bind_once(&w->server, f.guardian.dn, m.claim.password));
        free(codes);
        free(answers);
    }
    client_close(clients[0]);
    client_close(clients[1]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claim_activates),
        cmocka_unit_test(every_form_of_the_number),
        cmocka_unit_test(strokes_make_no_other_name),
        cmocka_unit_test(an_informed_guardian_claims_too),
        cmocka_unit_test(a_federated_identity_needs_no_password),
        cmocka_unit_test(children_of_merged_accounts_count),
        cmocka_unit_test(a_held_record_is_not_opened),
        cmocka_unit_test(every_mismatch_looks_the_same),
        cmocka_unit_test(children_on_two_accounts_are_said),
        cmocka_unit_test(a_child_of_both_accounts_counts_once),
        cmocka_unit_test(who_knows_less_is_told_nothing),
        cmocka_unit_test(what_is_said_counts_as_a_try),
        cmocka_unit_test(rules_come_first),
        cmocka_unit_test(tries_are_counted_by_number),
        cmocka_unit_test(the_window_ends),
        cmocka_unit_test(tries_at_once_are_counted_too),
        cmocka_unit_test(others_may_not),
        cmocka_unit_test(one_claim_wins),
        cmocka_unit_test(claim_meets_letter),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
