/* test_report_score.c - how likely two guardians' accounts are one person's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/dn.h"
#include "report/load.h"
#include "report/score.h"

#define MOBILE REPORT_SAME_MOBILE
#define MAIL REPORT_SAME_MAIL
#define CHILD REPORT_SHARED_CHILD
#define ADDRESS REPORT_SAME_ADDRESS

/* Score and reasons of two people, "score reason reason". */
static void
expect_score(const char *sn, const char *given, const char *other_sn,
    const char *other_given, unsigned evidence, const char *expected)
{
    char *keys[4] = {report_fold_key(sn), report_fold_key(given),
        report_fold_key(other_sn), report_fold_key(other_given)};
    report_names a = {keys[0], keys[1]}, b = {keys[2], keys[3]};
    unsigned reasons = evidence | report_name_reasons(&a, &b, evidence);
    char text[200];
    size_t n =
        (size_t)snprintf(text, sizeof(text), "%d", report_score(reasons));

    for (size_t i = 0; i < REPORT_N_REASONS; i++) {
        if ((reasons & (1u << i)) != 0)
            n += (size_t)snprintf(
                text + n, sizeof(text) - n, " %s", report_reason_code(i));
    }
    assert_string_equal(text, expected);
    for (int i = 0; i < 4; i++)
        free(keys[i]);
}

static void
records_of_one_person_score_high(void **state)
{
    (void)state;
    expect_score("Quéméner", "Zoé-Lou", "QUEMENER", "Zoe Lou", MOBILE,
        "85 same-names same-mobile");
    expect_score("Le Goff", "Ines", "le-goff", "Inès", MAIL | CHILD,
        "100 same-names same-mail shared-child");
    expect_score("Karadec", "Ines", "Ines", "Karadec", ADDRESS,
        "65 swapped-names same-address");
    expect_score("Karadec", "Ines", "Karadek", "Ines", MOBILE,
        "75 near-names same-mobile");
    expect_score(
        "Karadec", "Ines", "Karadec", "Inse", MAIL, "70 near-names same-mail");
}

/* Who married has another family name, and the child and the number still. */
static void
a_first_name_counts_with_a_child_and_a_number(void **state)
{
    (void)state;
    expect_score("Karadec", "Ines", "Martin", "Inès", MOBILE | CHILD,
        "80 same-mobile shared-child same-given-name");
    expect_score("Karadec", "Ines", "Martin", "Ines", MOBILE | MAIL,
        "50 same-mobile same-mail");
    expect_score("Karadec", "Ines", "Martin", "Ines", CHILD | ADDRESS,
        "45 shared-child same-address");
}

/* A couple shares everything but the names. */
static void
couples_and_namesakes_score_low(void **state)
{
    (void)state;
    expect_score("Karadec", "Ines", "Karadec", "Yann",
        MOBILE | MAIL | CHILD | ADDRESS,
        "50 same-mobile same-mail shared-child same-address");
    expect_score("Martin", "Marie", "Martin", "Marie", 0, "50 same-names");
    expect_score(
        "Karadec", "Jean", "Karadec", "Jeanne", MOBILE, "35 same-mobile");
    /* Names of which nothing is known agree with nobody's. */
    expect_score("", "", "", "", MOBILE, "35 same-mobile");
    expect_score("Martin", "", "Martin", "M", MOBILE, "35 same-mobile");
}

/* A letter's difference says nothing where only the address is the same:
 * brothers live there. */
static void
near_names_want_a_number_or_a_mail_address(void **state)
{
    (void)state;
    expect_score("Karadec", "Ines", "Karadec", "Inés", ADDRESS,
        "70 same-names same-address");
    expect_score("Karadec", "Ines", "Karadec", "Inez", ADDRESS | CHILD,
        "45 shared-child same-address");
}

static void
one_edit_is_one_letter(void **state)
{
    static const struct {
        const char *a, *b;
        bool one;
    } known[] = {
        {"karadec", "karadek", true},
        {"karadec", "karade", true},
        {"karadec", "karadecc", true},
        {"karadec", "aradec", true},
        {"karadec", "akradec", true},
        {"karadec", "karadce", true},
        {"karadec", "karadec", false},
        {"karadec", "karad", false},
        {"karadec", "daraked", false},
        {"", "a", true},
        {"", "", false},
        {"ab", "ba", true},
        {"abc", "cba", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        assert_int_equal(report_one_edit(known[i].a, known[i].b), known[i].one);
        assert_int_equal(report_one_edit(known[i].b, known[i].a), known[i].one);
    }
}

/* Every set of reasons has a score of 0 to 100, and one more reason never
 * lowers it. */
static void
more_evidence_never_lowers_the_score(void **state)
{
    (void)state;
    for (unsigned set = 0; set < 1u << REPORT_N_REASONS; set++) {
        assert_in_range(report_score(set), 0, 100);
        for (size_t i = 0; i < REPORT_N_REASONS; i++)
            assert_true(report_score(set | 1u << i) >= report_score(set));
    }
}

static void
one_spelling_of_each_key(void **state)
{
    static const struct {
        char *(*key)(const char *);
        const char *from, *to;
    } known[] = {
        {report_phone_key, "06 00 00 00 12", "+33600000012"},
        {report_phone_key, "+33 (0)6.00.00.00.12", "+33600000012"},
        {report_phone_key, "0049 151 0000", "+491510000"},
        {report_phone_key, "inconnu", ""},
        {report_mail_key, " Ines.K@Example.ORG ", "ines.k@example.org"},
        {report_fold_key, "12, rue de l'Église$29000 Quimper",
            "12ruedeleglise29000quimper"},
        {ctl_dn_key, "UID=Ines, ou=People,dc=Example,dc=org",
            "uid=ines,ou=people,dc=example,dc=org"},
        {ctl_dn_key, "no DN At All", "no dn at all"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        char *key = known[i].key(known[i].from);

        assert_string_equal(key, known[i].to);
        free(key);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_one_person_score_high),
        cmocka_unit_test(a_first_name_counts_with_a_child_and_a_number),
        cmocka_unit_test(couples_and_namesakes_score_low),
        cmocka_unit_test(near_names_want_a_number_or_a_mail_address),
        cmocka_unit_test(one_edit_is_one_letter),
        cmocka_unit_test(more_evidence_never_lowers_the_score),
        cmocka_unit_test(one_spelling_of_each_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
