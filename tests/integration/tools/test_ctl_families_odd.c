/* test_ctl_families_odd.c - educonnectctl import: what else befalls families
 * whom two sources have.
 */
#define _GNU_SOURCE 1
#include "harness/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/degrees.h"
#include "harness/exop.h"
#include "harness/import.h"

/* A family's records. Numbers of a test's own keep families apart. */
typedef struct kin {
    unsigned n;
    char sn[32], ine[16], mother[24], father[24];
} kin;

static kin
family_of(unsigned n)
{
    kin k = {.n = n};

    snprintf(k.sn, sizeof(k.sn), "CURIEUX%c%c", (int)('A' + n / 26),
        (int)('A' + n % 26));
    snprintf(k.ine, sizeof(k.ine), "2%05u000AB", n);
    snprintf(k.mother, sizeof(k.mother), "06 39 55 %02u 01", n);
    snprintf(k.father, sizeof(k.father), "06 39 55 %02u 02", n);
    return k;
}

static char *
mother(const kin *k, degree d, const char *id)
{
    return degree_guardian(d, id, k->sn, "Anne", k->mother, "");
}

static char *
father(const kin *k, degree d, const char *id)
{
    return degree_guardian(d, id, k->sn, "Paul", k->father, "");
}

static char *
both(char *one, char *other)
{
    char *all = text_of("%s%s", one, other);

    free(one);
    free(other);
    return all;
}

static char *
nobody(void)
{
    return text_of("%s", "");
}

/* The child with these guardians; NULL: none. */
static char *
child(
    const kin *k, degree d, const char *id, const char *one, const char *other)
{
    char *links[2] = {(char *)one, (char *)other};

    return degree_pupil(d, id, k->sn, "Malo", k->ine, "01/03/2015", links);
}

/* Of the source "<AAF1D or AAF>-<word>". */
static char *
source(degree d, const char *word)
{
    return text_of("--source %s-%s", d == ECOLE ? "AAF1D" : "AAF", word);
}

static char *
dn_of(world *w, degree d, const char *word, const char *id)
{
    char *source_id =
        text_of("%s-%s$%s", d == ECOLE ? "AAF1D" : "AAF", word, id);
    char *dn = aaf_dn(w, source_id);

    free(source_id);
    return dn;
}

static void
expect_guardians(
    world *w, const char *pupil, const char *one, const char *other)
{
    char *links = other == NULL            ? text_of("%s", one)
                  : strcmp(one, other) < 0 ? text_of("%s|%s", one, other)
                                           : text_of("%s|%s", other, one);

    expect_values(w->as[ROOT], pupil, "educonnectGuardian", links);
    free(links);
}

static void
expect_state(world *w, const char *dn, const char *state)
{
    REQUIRE(dn != NULL);
    expect_stored(w->as[ROOT], dn, "educonnectState", state);
}

/* The École's file with both parents, imported; DNs of the three. */
typedef struct known {
    char *child, *mother, *father;
} known;

static known
begin(world *w, const kin *k, const char *word)
{
    char *option = source(ECOLE, word);
    known who;

    degree_write(w, ECOLE, "Complet", child(k, ECOLE, "100", "900", "901"),
        both(mother(k, ECOLE, "900"), father(k, ECOLE, "901")));
    degree_expect(w, ECOLE, option, 0);
    who = (known){dn_of(w, ECOLE, word, "100"), dn_of(w, ECOLE, word, "900"),
        dn_of(w, ECOLE, word, "901")};
    free(option);
    return who;
}

static void
forget(known *who)
{
    free(who->child);
    free(who->mother);
    free(who->father);
}

/* ---- the issue's own: the usual sources, a claim at the end ---- */

static void
a_mother_claims_at_the_college(void **state)
{
    world *w = *state;
    kin k = family_of(1);
    claim_data claim = {
        k.mother, k.sn, "Anne", "2015-03-01", "Primevere-2026-Or", NULL};
    char *pupil, *dn;

    degree_write(w, ECOLE, "Complet", child(&k, ECOLE, "100", "900", "901"),
        both(mother(&k, ECOLE, "900"), father(&k, ECOLE, "901")));
    degree_expect(w, ECOLE, "", 0);
    degree_write(w, ECOLE, "Complet", nobody(), nobody());
    degree_expect(w, ECOLE, "", 0);
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", "10"),
        both(mother(&k, COLLEGE_, "9"), father(&k, COLLEGE_, "10")));
    degree_expect(w, COLLEGE_, "", 0);
    degree_nothing(w, COLLEGE_, "");
    degree_nothing(w, ECOLE, "");
    dn = aaf_dn(w, "AAF$9");
    pupil = aaf_dn(w, "AAF$1");
    expect_values(w->as[ROOT], dn, "educonnectSourceId", "AAF$9");
    expect_state(w, dn, "uninformed");
    expect_state(w, pupil, "uninformed");
    expect_ok(client_claim(w->as[REGISTRAR], &claim));
    expect_state(w, dn, "active");
    /* The head of the new school is who informs. */
    free(dn);
    dn = aaf_dn(w, "AAF$10");
    expect_ok(client_password(w->as[HEAD1], dn, NULL, NULL));
    free(dn);
    free(pupil);
}

/* ---- merged and contested ---- */

static void
the_account_that_stays_is_joined(void **state)
{
    world *w = *state;
    kin k = family_of(2);
    known who = begin(w, &k, "merged");
    char *option = source(COLLEGE_, "merged");
    account kept = guardian_in(w, "active");
    char *pupil, *dn;

    expect_ok(client_modify(w->as[PROVISIONER], kept.dn,
        "replace: sn\nsn: %s\n-\nreplace: givenName\ngivenName: Anne\n", k.sn));
    expect_ok(client_merge_of(w->as[ACADEMY], who.mother, kept.dn));
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", "10"),
        both(mother(&k, COLLEGE_, "9"), father(&k, COLLEGE_, "10")));
    degree_expect(w, COLLEGE_, option, 0);
    degree_nothing(w, COLLEGE_, option);
    dn = dn_of(w, COLLEGE_, "merged", "9");
    pupil = dn_of(w, COLLEGE_, "merged", "1");
    assert_string_equal(dn, kept.dn);
    /* By the name that was merged into it. */
    expect_guardians(w, pupil, who.mother, who.father);
    expect_state(w, kept.dn, "active");
    free(option);
    option = source(ECOLE, "merged");
    degree_write(w, ECOLE, "Complet", nobody(), nobody());
    degree_expect(w, ECOLE, option, 0);
    degree_nothing(w, ECOLE, option);
    expect_guardians(w, pupil, who.mother, who.father);
    expect_state(w, kept.dn, "active");
    free(option);
    free(pupil);
    free(dn);
    forget(&who);
}

static void
what_somebody_closed_stays_closed(void **state)
{
    world *w = *state;
    kin k = family_of(3);
    known who = begin(w, &k, "shut");
    char *option = source(COLLEGE_, "shut");
    char *dn;

    expect_ok(client_modify(w->as[ACADEMY], who.mother,
        "replace: educonnectState\neduconnectState: closed\n"));
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", "10"),
        both(mother(&k, COLLEGE_, "9"), father(&k, COLLEGE_, "10")));
    degree_expect(w, COLLEGE_, option, 0);
    degree_report(w, "somebody closed it, and it stays closed");
    degree_nothing(w, COLLEGE_, option);
    dn = dn_of(w, COLLEGE_, "shut", "9");
    assert_string_equal(dn, who.mother);
    expect_state(w, who.mother, "closed");
    expect_state(w, who.father, "uninformed");
    free(dn);
    free(option);
    forget(&who);
}

/* ---- who is certain ---- */

static void
two_accounts_are_nobody_for_certain(void **state)
{
    world *w = *state;
    kin k = family_of(4);
    char *option = source(ECOLE, "double");
    char *dn, *one, *other;

    degree_write(w, ECOLE, "Complet", child(&k, ECOLE, "100", "900", "902"),
        both(mother(&k, ECOLE, "900"), mother(&k, ECOLE, "902")));
    degree_expect(w, ECOLE, option, 0);
    one = dn_of(w, ECOLE, "double", "900");
    other = dn_of(w, ECOLE, "double", "902");
    REQUIRE(strcmp(one, other) != 0);
    free(option);
    option = source(COLLEGE_, "double");
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", NULL),
        mother(&k, COLLEGE_, "9"));
    degree_expect(w, COLLEGE_, option, 1);
    degree_report(w, "score 100");
    degree_nothing(w, COLLEGE_, option);
    dn = dn_of(w, COLLEGE_, "double", "9");
    REQUIRE(strcmp(dn, one) != 0 && strcmp(dn, other) != 0);
    free(dn);
    free(one);
    free(other);
    free(option);
}

/* An elder child is at the collège already: two accounts of one mother, and
 * nothing certain until the younger one follows. The one in use stays. */
static void
the_active_account_stays(void **state)
{
    world *w = *state;
    static const char *const words[] = {"elder", "elders", "delta"};

    for (size_t way = 0; way < 3; way++) {
        bool both_active = way == 1, delta = way == 2;
        kin k = family_of(18 + (unsigned)way);
        char *elder, *follows, *used, *dn, password[96];
        char *old = source(ECOLE, words[way]);
        char *new = source(COLLEGE_, words[way]);
        known who = begin(w, &k, words[way]);

        snprintf(k.ine, sizeof(k.ine), "2%05u222AB", k.n);
        elder = child(&k, COLLEGE_, "2", "9", NULL);
        degree_write(w, COLLEGE_, "Complet", text_of("%s", elder),
            mother(&k, COLLEGE_, "9"));
        degree_expect(w, COLLEGE_, new, 1);
        degree_report(w, "score 85 (same names, same mobile number)");
        dn = dn_of(w, COLLEGE_, words[way], "9");
        REQUIRE(strcmp(dn, who.mother) != 0);
        for (int i = 0; i <= both_active; i++)
            degree_activate(w, i == 0 ? who.mother : dn, password);
        snprintf(k.ine, sizeof(k.ine), "2%05u000AB", k.n);
        follows = child(&k, COLLEGE_, "1", "9", NULL);
        degree_write(w, COLLEGE_, delta ? "Delta" : "Complet",
            delta ? follows : both(elder, follows), mother(&k, COLLEGE_, "9"));
        if (delta)
            free(elder);
        degree_expect(w, COLLEGE_, new, both_active);
        degree_report(w, both_active ? "for both are in use" : "is closed");
        degree_nothing(w, COLLEGE_, new);
        degree_nothing(w, ECOLE, old);
        used = dn_of(w, COLLEGE_, words[way], "9");
        assert_string_equal(used, both_active ? dn : who.mother);
        expect_state(w, used, "active");
        expect_state(w, dn, both_active ? "active" : "closed");
        expect_guardians(w, who.child, used, NULL);
        follows = dn_of(w, COLLEGE_, words[way], "2");
        expect_guardians(w, follows, used, NULL);
        free(follows);
        degree_write(w, ECOLE, "Complet", nobody(), nobody());
        degree_expect(w, ECOLE, old, 0);
        degree_nothing(w, COLLEGE_, new);
        expect_state(w, used, "active");
        free(used);
        free(dn);
        free(old);
        free(new);
        forget(&who);
    }
}

/* The new file has the mother twice: one account cannot be both. */
static void
two_records_are_not_one_account(void **state)
{
    world *w = *state;
    kin k = family_of(5);
    known who = begin(w, &k, "twice");
    char *option = source(COLLEGE_, "twice");
    char *one, *other, *pupil;

    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", "11"),
        both(mother(&k, COLLEGE_, "9"), mother(&k, COLLEGE_, "11")));
    degree_expect(w, COLLEGE_, option, 0);
    degree_nothing(w, COLLEGE_, option);
    one = dn_of(w, COLLEGE_, "twice", "9");
    other = dn_of(w, COLLEGE_, "twice", "11");
    pupil = dn_of(w, COLLEGE_, "twice", "1");
    assert_string_equal(one, who.mother);
    REQUIRE(strcmp(other, one) != 0);
    expect_guardians(w, pupil, one, other);
    free(pupil);
    free(other);
    free(one);
    free(option);
    forget(&who);
}

/* Names and number agree, and no child does. */
static void
without_a_child_in_common_it_is_likely(void **state)
{
    world *w = *state;
    kin k = family_of(6);
    known who = begin(w, &k, "cousins");
    char *option = source(COLLEGE_, "cousins");
    char *dn;

    snprintf(k.ine, sizeof(k.ine), "2%05u111AB", k.n);
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", NULL),
        degree_guardian(COLLEGE_, "9", "Anne", k.sn, k.mother, ""));
    degree_expect(w, COLLEGE_, option, 1);
    degree_report(w, "score 80 (names exchanged, same mobile number)");
    dn = dn_of(w, COLLEGE_, "cousins", "9");
    REQUIRE(strcmp(dn, who.mother) != 0);
    free(dn);
    free(option);
    forget(&who);
}

/* A dry run says so as well, and how it would end. */
static void
a_dry_run_ends_as_the_run(void **state)
{
    world *w = *state;
    kin k = family_of(7);
    known who = begin(w, &k, "dry");
    char *option = source(COLLEGE_, "dry");
    char *dry = text_of("%s --dry-run", option);
    tool t;

    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", NULL),
        degree_guardian(COLLEGE_, "9", k.sn, "Anne", "", ""));
    degree_expect(w, COLLEGE_, dry, 1);
    degree_report(w, "likely the person of ");
    free(dry);
    dry = text_of("%s --json", option);
    t = degree_import(w, COLLEGE_, dry);
    expect_status(&t, 1);
    expect_text(t.out, "\"joined\":0,\"likely\":1,\"kept\":0");
    tool_free(&t);
    free(dry);
    free(option);
    forget(&who);
}

/* What migrate-aten brought is another source's too, and has no say. */
static void
former_accounts_leave_the_places(void **state)
{
    world *w = *state;
    kin k = family_of(21);
    char *option = source(COLLEGE_, "former"), *pupil, *dn;

    degree_write(w, ECOLE, "Complet", child(&k, ECOLE, "100", "900", "901"),
        both(mother(&k, ECOLE, "900"), father(&k, ECOLE, "901")));
    degree_expect(w, ECOLE, "--source ATEN", 0);
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "60", NULL),
        degree_guardian(COLLEGE_, "60", "TUTEUR", "Jean", "", ""));
    degree_expect(w, COLLEGE_, option, 0);
    degree_nothing(w, COLLEGE_, option);
    pupil = dn_of(w, COLLEGE_, "former", "1");
    dn = dn_of(w, COLLEGE_, "former", "60");
    expect_guardians(w, pupil, dn, NULL);
    free(pupil);
    free(dn);
    free(option);
}

/* ---- who is nobody's guardian any more ---- */

static void
the_last_guardian_stays(void **state)
{
    world *w = *state;
    kin k = family_of(8);
    known who = begin(w, &k, "last");
    char *option = source(ECOLE, "last");

    degree_write(
        w, ECOLE, "Complet", child(&k, ECOLE, "100", NULL, NULL), nobody());
    degree_expect(w, ECOLE, option, 1);
    degree_report(w, "no longer in the source, and kept");
    degree_nothing(w, ECOLE, option);
    expect_state(w, who.mother, "uninformed");
    expect_guardians(w, who.child, who.mother, who.father);
    /* Another one is named: they go. */
    degree_write(w, ECOLE, "Complet", child(&k, ECOLE, "100", "905", NULL),
        degree_guardian(ECOLE, "905", k.sn, "Lise", "", ""));
    degree_expect(w, ECOLE, option, 0);
    degree_nothing(w, ECOLE, option);
    expect_state(w, who.mother, "closed");
    expect_state(w, who.father, "closed");
    free(option);
    forget(&who);
}

/* Records that a delta deletes, while the pupil stays. */
static void
deleted_guardians_leave_unless_they_are_the_last(void **state)
{
    world *w = *state;
    kin k = family_of(9);
    known who = begin(w, &k, "deleted");
    char *option = source(ECOLE, "deleted");

    degree_write(w, ECOLE, "Delta", nobody(),
        text_of("%s", AAF_DELETE("PersRelEleve", "900")));
    degree_expect(w, ECOLE, option, 0);
    expect_state(w, who.mother, "closed");
    expect_guardians(w, who.child, who.father, NULL);
    degree_write(w, ECOLE, "Delta", nobody(),
        text_of("%s", AAF_DELETE("PersRelEleve", "901")));
    degree_expect(w, ECOLE, option, 1);
    degree_report(w, "there is no other guardian who lives of ");
    expect_state(w, who.father, "uninformed");
    expect_guardians(w, who.child, who.father, NULL);
    /* With the pupil, all may go. */
    degree_write(w, ECOLE, "Delta", text_of("%s", AAF_DELETE("Eleve", "100")),
        text_of("%s", AAF_DELETE("PersRelEleve", "901")));
    degree_expect(w, ECOLE, option, 0);
    expect_state(w, who.father, "closed");
    expect_state(w, who.child, "closed");
    free(option);
    forget(&who);
}

/* The new guardian is refused by the server: the old one is not closed. */
static void
a_refused_guardian_takes_nobodys_place(void **state)
{
    world *w = *state;
    kin k = family_of(17);
    known who = begin(w, &k, "refused");
    char *option = source(ECOLE, "refused");

    degree_write(w, ECOLE, "Complet", child(&k, ECOLE, "100", "905", NULL),
        degree_guardian(ECOLE, "905", k.sn, "Lise", "", "lisé@example.org"));
    degree_expect(w, ECOLE, option, 1);
    expect_state(w, who.mother, "uninformed");
    expect_state(w, who.father, "uninformed");
    expect_guardians(w, who.child, who.mother, who.father);
    degree_write(w, ECOLE, "Complet", child(&k, ECOLE, "100", "905", NULL),
        degree_guardian(ECOLE, "905", k.sn, "Lise", "", "lise@example.org"));
    degree_expect(w, ECOLE, option, 0);
    expect_state(w, who.mother, "closed");
    degree_nothing(w, ECOLE, option);
    free(option);
    forget(&who);
}

/* A child that is in neither file names the mother. */
static void
another_schools_child_keeps_a_guardian(void **state)
{
    world *w = *state;
    kin k = family_of(10);
    known who = begin(w, &k, "elsewhere");
    char *option = source(ECOLE, "elsewhere");
    account other = new_student(w, LYCEE);

    expect_ok(client_modify(w->as[PROVISIONER], other.dn,
        "add: educonnectGuardian\neduconnectGuardian: %s\n", who.mother));
    degree_write(w, ECOLE, "Complet", nobody(), nobody());
    degree_expect(w, ECOLE, option, 1);
    degree_nothing(w, ECOLE, option);
    expect_state(w, who.mother, "uninformed");
    expect_state(w, who.father, "closed");
    expect_guardians(w, other.dn, who.mother, NULL);
    free(option);
    forget(&who);
}

/* The collège's record names nobody who is known: the école's parents stay,
 * also when the école has him no more, until the collège names somebody. */
static void
old_guardians_stay_until_there_are_new_ones(void **state)
{
    world *w = *state;
    kin k = family_of(11);
    known who = begin(w, &k, "late");
    char *old = source(ECOLE, "late"), *new = source(COLLEGE_, "late");

    degree_write(
        w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", NULL), nobody());
    degree_expect(w, COLLEGE_, new, 1);
    degree_nothing(w, COLLEGE_, new);
    degree_write(w, ECOLE, "Complet", nobody(), nobody());
    degree_expect(w, ECOLE, old, 1);
    degree_nothing(w, ECOLE, old);
    expect_state(w, who.mother, "uninformed");
    expect_guardians(w, who.child, who.mother, who.father);
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", NULL),
        degree_guardian(COLLEGE_, "9", "NOUVELLE", "Lise", "", ""));
    degree_expect(w, COLLEGE_, new, 0);
    degree_expect(w, ECOLE, old, 0);
    degree_nothing(w, ECOLE, old);
    degree_nothing(w, COLLEGE_, new);
    expect_state(w, who.mother, "closed");
    expect_state(w, who.father, "closed");
    free(old);
    free(new);
    forget(&who);
}

/* ---- other ways to change ---- */

/* Two académies, of one degree: who is new decides, and the other's file does
 * not take it back. */
static void
an_academie_changes_and_back(void **state)
{
    world *w = *state;
    kin k = family_of(12);
    char *a = source(COLLEGE_, "here"), *b = source(COLLEGE_, "there");
    char *pupil, *one, *two, *three;

    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", "10"),
        both(mother(&k, COLLEGE_, "9"), father(&k, COLLEGE_, "10")));
    degree_expect(w, COLLEGE_, a, 0);
    pupil = dn_of(w, COLLEGE_, "here", "1");
    one = dn_of(w, COLLEGE_, "here", "9");
    two = dn_of(w, COLLEGE_, "here", "10");
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "5", "59", "60"),
        both(mother(&k, COLLEGE_, "59"),
            degree_guardian(COLLEGE_, "60", "TUTEUR", "Jean", "", "")));
    degree_expect(w, COLLEGE_, b, 0);
    degree_nothing(w, COLLEGE_, b);
    three = dn_of(w, COLLEGE_, "there", "60");
    expect_guardians(w, pupil, one, three);
    /* Here he is still on the list: nothing goes to and fro. */
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", "10"),
        both(mother(&k, COLLEGE_, "9"), father(&k, COLLEGE_, "10")));
    degree_nothing(w, COLLEGE_, a);
    expect_guardians(w, pupil, one, three);
    degree_write(w, COLLEGE_, "Complet", nobody(), nobody());
    degree_expect(w, COLLEGE_, a, 0);
    expect_state(w, two, "closed");
    expect_state(w, one, "uninformed");
    /* And he comes back. */
    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", "10"),
        both(mother(&k, COLLEGE_, "9"), father(&k, COLLEGE_, "10")));
    degree_expect(w, COLLEGE_, a, 0);
    degree_nothing(w, COLLEGE_, a);
    expect_guardians(w, pupil, one, two);
    expect_state(w, two, "uninformed");
    free(pupil);
    free(one);
    free(two);
    free(three);
    free(a);
    free(b);
}

/* The same source gives everybody new ids: a collège, then a lycée. */
static void
new_ids_of_one_source_are_the_same_people(void **state)
{
    world *w = *state;
    kin k = family_of(13);
    char *option = source(COLLEGE_, "renumbered");
    char *dn, *before;

    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", "10"),
        both(mother(&k, COLLEGE_, "9"), father(&k, COLLEGE_, "10")));
    degree_expect(w, COLLEGE_, option, 0);
    for (int delta = 0; delta < 2; delta++) {
        const char *const ids[2][3] = {{"1", "9", "10"}, {"501", "509", "510"}};
        const char *const *from = ids[delta], *const *to = ids[1 - delta];

        before = dn_of(w, COLLEGE_, "renumbered", from[1]);
        if (delta == 0) {
            degree_write(w, COLLEGE_, "Complet",
                child(&k, COLLEGE_, to[0], to[1], to[2]),
                both(mother(&k, COLLEGE_, to[1]), father(&k, COLLEGE_, to[2])));
        } else {
            degree_write(w, COLLEGE_, "Delta",
                both(text_of("%s", AAF_DELETE("Eleve", "501")),
                    child(&k, COLLEGE_, to[0], to[1], to[2])),
                both(text_of("%s", AAF_DELETE("PersRelEleve", "509")
                                       AAF_DELETE("PersRelEleve", "510")),
                    both(mother(&k, COLLEGE_, to[1]),
                        father(&k, COLLEGE_, to[2]))));
        }
        degree_expect(w, COLLEGE_, option, 0);
        dn = dn_of(w, COLLEGE_, "renumbered", to[1]);
        REQUIRE(dn != NULL);
        assert_string_equal(dn, before);
        expect_state(w, dn, "uninformed");
        free(dn);
        dn = dn_of(w, COLLEGE_, "renumbered", from[1]);
        REQUIRE(dn == NULL);
        free(before);
        if (delta == 0)
            degree_nothing(w, COLLEGE_, option);
    }
    dn = dn_of(w, COLLEGE_, "renumbered", "1");
    expect_state(w, dn, "uninformed");
    free(dn);
    free(option);
}

/* A collège's pupil who is back at the école. */
static void
back_to_the_ecole(void **state)
{
    world *w = *state;
    kin k = family_of(14);
    known who = begin(w, &k, "back");
    char *old = source(ECOLE, "back"), *new = source(COLLEGE_, "back");
    char *tutor;

    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "9", "60"),
        both(mother(&k, COLLEGE_, "9"),
            degree_guardian(COLLEGE_, "60", "TUTEUR", "Jean", "", "")));
    degree_expect(w, COLLEGE_, new, 0);
    tutor = dn_of(w, COLLEGE_, "back", "60");
    expect_guardians(w, who.child, who.mother, tutor);
    degree_write(w, COLLEGE_, "Complet", nobody(), nobody());
    degree_expect(w, COLLEGE_, new, 0);
    expect_guardians(w, who.child, who.mother, NULL);
    expect_state(w, tutor, "closed");
    degree_expect(w, ECOLE, old, 0);
    degree_nothing(w, ECOLE, old);
    degree_nothing(w, COLLEGE_, new);
    expect_guardians(w, who.child, who.mother, who.father);
    free(tutor);
    free(old);
    free(new);
    forget(&who);
}

/* The collège came first, and has him no more: its guardian stays until the
 * école's file, which had no say before, names its own. */
static void
who_had_no_say_has_it_then(void **state)
{
    world *w = *state;
    kin k = family_of(16);
    char *old = source(ECOLE, "turn"), *new = source(COLLEGE_, "turn");
    char *pupil, *tutor, *one, *two;

    degree_write(w, COLLEGE_, "Complet", child(&k, COLLEGE_, "1", "60", NULL),
        degree_guardian(COLLEGE_, "60", "TUTEUR", "Jean", "", ""));
    degree_expect(w, COLLEGE_, new, 0);
    tutor = dn_of(w, COLLEGE_, "turn", "60");
    pupil = dn_of(w, COLLEGE_, "turn", "1");
    degree_write(w, ECOLE, "Complet", child(&k, ECOLE, "100", "900", "901"),
        both(mother(&k, ECOLE, "900"), father(&k, ECOLE, "901")));
    degree_expect(w, ECOLE, old, 0);
    degree_report(w, "another source decides who the guardians are");
    REQUIRE(dn_of(w, ECOLE, "turn", "900") == NULL);
    degree_nothing(w, ECOLE, old);
    degree_write(w, COLLEGE_, "Complet", nobody(), nobody());
    degree_expect(w, COLLEGE_, new, 1);
    degree_nothing(w, COLLEGE_, new);
    expect_guardians(w, pupil, tutor, NULL);
    expect_state(w, tutor, "uninformed");
    degree_expect(w, ECOLE, old, 0);
    degree_nothing(w, ECOLE, old);
    one = dn_of(w, ECOLE, "turn", "900");
    two = dn_of(w, ECOLE, "turn", "901");
    expect_guardians(w, pupil, one, two);
    degree_expect(w, COLLEGE_, new, 0);
    degree_nothing(w, COLLEGE_, new);
    degree_nothing(w, ECOLE, old);
    expect_state(w, tutor, "closed");
    free(one);
    free(two);
    free(tutor);
    free(pupil);
    free(old);
    free(new);
}

/* ---- broken off ---- */

/* Killed after so many bytes and run again, it ends as it would have. */
static void
a_run_that_is_broken_off_is_finished(void **state)
{
    char *wanted = NULL;

    (void)state;
    for (uint64_t at = 0; at < 4000; at += at == 0 ? 1200 : 450) {
        world w = {0};
        kin k = family_of(15);
        known who;
        char *digest, *directory, *rest, *option = source(COLLEGE_, "killed");
        tool t;

        world_begin(&w, NULL);
        who = begin(&w, &k, "killed");
        degree_write(&w, COLLEGE_, "Complet",
            child(&k, COLLEGE_, "1", "9", "60"),
            both(mother(&k, COLLEGE_, "9"),
                degree_guardian(COLLEGE_, "60", "TUTEUR", "Jean", "", "")));
        directory = server_path(&w.server, "ENT2D");
        rest = text_of("%s %s --window 1", directory, option);
        t = import_relayed(&w, at, NULL, rest);
        tool_free(&t);
        degree_expect(&w, COLLEGE_, option, 0);
        degree_nothing(&w, COLLEGE_, option);
        digest = import_digest(&w);
        if (wanted == NULL)
            wanted = text_of("%s", digest);
        assert_string_equal(digest, wanted);
        free(digest);
        free(rest);
        free(directory);
        free(option);
        forget(&who);
        world_end(&w);
    }
    free(wanted);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mother_claims_at_the_college),
        cmocka_unit_test(the_account_that_stays_is_joined),
        cmocka_unit_test(what_somebody_closed_stays_closed),
        cmocka_unit_test(two_accounts_are_nobody_for_certain),
        cmocka_unit_test(the_active_account_stays),
        cmocka_unit_test(two_records_are_not_one_account),
        cmocka_unit_test(without_a_child_in_common_it_is_likely),
        cmocka_unit_test(a_dry_run_ends_as_the_run),
        cmocka_unit_test(former_accounts_leave_the_places),
        cmocka_unit_test(the_last_guardian_stays),
        cmocka_unit_test(deleted_guardians_leave_unless_they_are_the_last),
        cmocka_unit_test(a_refused_guardian_takes_nobodys_place),
        cmocka_unit_test(another_schools_child_keeps_a_guardian),
        cmocka_unit_test(old_guardians_stay_until_there_are_new_ones),
        cmocka_unit_test(an_academie_changes_and_back),
        cmocka_unit_test(new_ids_of_one_source_are_the_same_people),
        cmocka_unit_test(back_to_the_ecole),
        cmocka_unit_test(who_had_no_say_has_it_then),
        cmocka_unit_test(a_run_that_is_broken_off_is_finished),
    };

    return cmocka_run_group_tests(tests, usual_world, end_world);
}
