/* test_password.c - the rules of a new password, all checked at once. */
/* LDFLAGS: -Wl,--wrap=calloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/password/opaque.h"
#include "core/password/password.h"
#include "steps/failing.h"

#define P(n) EDC_BIT(EDC_P0##n)

/* ---- people ---- */

static const edc_str uids[] = {{"l.dupont", 8}};
static const edc_str names[] = {{"Dupont de l'\xc3\x89toile", 20}};
static const edc_str given[] = {{"L\xc3\xa9"
                                 "a",
                                    4},
    {"Zo\xc3\xab-Lou", 8}};
static const edc_str mother_uids[] = {{"m.martin", 8}, {"mm", 2}};
static const edc_str mother_names[] = {{"Martin", 6}, {"Li", 2}};
static const edc_str mother_given[] = {{"Ma\xc3\xafwenn", 8}};

static const edc_person family[] = {
    {uids, 1, names, 1, given, 2, {"2011-09-03", 10}},
    {mother_uids, 2, mother_names, 2, mother_given, 1, {"1979-12-25", 10}},
};

static const edc_policy standard = {12, 128, 4, 20, 3};

static edc_codes
check_with(edc_str clear, const edc_policy *policy, edc_refused_list *list)
{
    edc_buf prepared;
    edc_codes codes;

    edc_password_check(clear, policy, family, 2, list, &prepared, &codes);
    edc_buf_wipe(&prepared);
    return codes;
}

static edc_codes
check(const char *clear)
{
    return check_with(edc_str_of(clear), &standard, NULL);
}

static void
expect(const char *clear, edc_codes codes)
{
    edc_codes got = check(clear);

    if (got != codes)
        fail_msg("%llx, not %llx: %s", (unsigned long long)got,
            (unsigned long long)codes, clear);
}

/* ---- what comes out ---- */

static void
good_passwords_are_prepared(void **state)
{
    static const struct {
        const char *clear, *prepared;
    } rows[] = {
        {"Rose-Blanche-42", "Rose-Blanche-42"},
        {"Rose-Tre\xcc\x81mie\xcc\x80re-42", "Rose-Tr\xc3\xa9mi\xc3\xa8re-42"},
        {"Une\xc2\xa0Rose\xe2\x80\x89"
         "Bleue 7",
            "Une Rose Bleue 7"},
        {"un deux trois quatre cinq", "un deux trois quatre cinq"},
        {"\xf0\x9f\x8c\xb9Rose-Bleue7\xf0\x9f\x90\x88",
            "\xf0\x9f\x8c\xb9Rose-Bleue7\xf0\x9f\x90\x88"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        edc_buf prepared;
        edc_codes codes = ~(edc_codes)0;

        edc_password_check(edc_str_of(rows[i].clear), &standard, family, 2,
            NULL, &prepared, &codes);
        assert_int_equal(codes, 0);
        assert_string_equal(prepared.p, rows[i].prepared);
        edc_buf_wipe(&prepared);
    }
}

/* The history is the caller's matter, so a value that breaks a rule is
 * prepared, too. */
static void
refused_passwords_are_prepared_where_possible(void **state)
{
    edc_buf prepared;
    edc_codes codes;

    (void)state;
    edc_password_check(
        EDC_STR("court"), &standard, NULL, 0, NULL, &prepared, &codes);
    assert_int_equal(codes, P(1) | P(3));
    assert_string_equal(prepared.p, "court");
    edc_buf_wipe(&prepared);
    edc_password_check(
        EDC_STR("a\nb"), &standard, NULL, 0, NULL, &prepared, &codes);
    assert_int_equal(codes, P(9));
    assert_null(prepared.p);
    assert_int_equal(prepared.n, 0);
}

/* ---- P09, and what is too long to look at ---- */

static void
invalid_values_fail_that_alone(void **state)
{
    static char million[1 << 20];

    (void)state;
    expect("", P(9));
    expect("caf\xe9", P(9));
    expect("Rose-Blanche\x09"
           "42",
        P(9));
    expect("Rose-Blanche-42\n", P(9));
    expect("Rose\xe2\x80\x8b-Blanche-42", P(9));
    expect("\xed\xa0\x80", P(9));
    assert_int_equal(
        check_with(EDC_STR("Rose\0Blanche-42"), &standard, NULL), P(9));
    assert_int_equal(check_with((edc_str){NULL, 0}, &standard, NULL), P(9));
    memset(million, 'a', sizeof(million));
    assert_int_equal(
        check_with((edc_str){million, sizeof(million)}, &standard, NULL), P(2));
    assert_int_equal(
        check_with((edc_str){million, EDC_OPAQUE_MAX}, &standard, NULL), P(2));
    memset(million, '\n', sizeof(million));
    assert_int_equal(
        check_with((edc_str){million, sizeof(million)}, &standard, NULL), P(2));
}

/* ---- P01, P02, P03 ---- */

static void
characters_are_counted_not_bytes(void **state)
{
    char text[600] = "";

    (void)state;
    expect("Rose-Bleu-4", P(1));
    expect("Rose-Bleu-42", 0);
    /* eleven characters, fourteen bytes; composed and decomposed */
    expect("Ros\xc3\xa9-Bl\xc3\xa9\xc3\xbc-4", P(1));
    expect("Rose\xcc\x81-Ble\xcc\x81u\xcc\x88-4", P(1));
    expect("Ros\xc3\xa9-Bl\xc3\xa9\xc3\xbc-42", 0);
    for (int i = 0; i < 128; i++)
        strcat(text, "\xf0\x9f\x8c\xb9");
    expect(text, 0);
    strcat(text, "x");
    expect(text, P(2));
}

static void
classes_are_asked_up_to_a_length(void **state)
{
    (void)state;
    expect("rose-bleue-42", P(3));
    expect("ROSE-BLEUE-42", P(3));
    expect("Rose-Bleue-xy", P(3));
    expect("RoseBleue4242", P(3));
    expect("aaaaaaaaaaaaaaaaaaa", P(3)); /* 19 */
    expect("aaaaaaaaaaaaaaaaaaaa", 0);   /* 20 */
    expect("RoseBleue4242\xc3\xa9", P(3));
    expect("rosebleue4242\xc3\x89.", 0);
    expect("Rose Bleue 42", 0);               /* a space is another character */
    expect("RoseBleue42\xe2\x82\xac", 0);     /* the euro sign as well */
    expect("RoseBleue42\xe6\x9d\x8e", 0);     /* and letters without case */
    expect("Rose-Bleue-\xd9\xa3\xd9\xa4", 0); /* Arabic digits are digits */
    expect("\xce\xa1\xcf\x8c\xce\xb4\xce\xbf\xce\xbd-\xce\xa1\xcf\x8c\xce\xb4"
           "\xce\xbf\xce\xbd-4",
        0); /* Greek letters have case */
}

static void
fewer_classes_may_be_asked(void **state)
{
    edc_policy policy = {8, 20, 2, 15, 0};

    (void)state;
    assert_int_equal(check_with(EDC_STR("aaaaaaaa"), &policy, NULL), P(3));
    assert_int_equal(check_with(EDC_STR("aaaaaaa4"), &policy, NULL), 0);
    assert_int_equal(check_with(EDC_STR("aaaaaaaaaaaaaaa"), &policy, NULL), 0);
    assert_int_equal(
        check_with(EDC_STR("aaaaaaaaaaaaaaaaaaaaa"), &policy, NULL), P(2));
    policy.classes = 0;
    assert_int_equal(check_with(EDC_STR("aaaaaaaa"), &policy, NULL), 0);
}

/* ---- P04, P05, P06 ---- */

static void
logins_are_found(void **state)
{
    (void)state;
    expect("l.dupont-Rose-42", P(4) | P(5));
    expect("M.MARTIN-rose-42", P(4) | P(5));
    expect("Rose-m-mar-tin-42", P(4) | P(5));
    expect("xx-Rose-Bleue-mm42", 0); /* two letters are no login */
}

static void
names_are_found(void **state)
{
    static const char *const found[] = {"Dupont-Rose-42", "xDUPONTx-Rose-4",
        "du-Pont-Rose-42", "Etoile-Rose-42", "\xc3\x89toile-Rose-42",
        "E\xcc\x81toile-Rose-42", "Rose-Lea-2026", "Rose-L\303\211A-2026",
        "Zoelou-Rose-42", "Zoe-Rose-4242", "Rose-Lou-4242", "Maiwenn-Rose-42",
        "Ma\xc3\xafwenn-Rose-42", "Rose-Martin-42",
        "\xef\xbc\xad\xef\xbd\x81rtin-Rose-4"};

    (void)state;
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
        expect(found[i], P(5));
    expect("Rose-Li-Bleue-42", 0); /* "de", "l", "Li" mean nothing */
    expect("Rose-Dupon-42", 0);
}

static void
dates_are_found(void **state)
{
    static const char *const found[] = {"Rose-03092011", "Rose-3/9/2011",
        "Rose-030911-xx", "Rose 3 sept 2011", "Rose-25/12/79",
        "Rose-1979-12-25", "25 Decembre 79", "25 De\314\201cembre 79"};

    (void)state;
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
        expect(found[i], P(6));
    expect("Rose-04092011", 0);
}

/* A name of one letter in Chinese has three bytes and is one letter. */
static void
letters_of_names_are_counted_not_bytes(void **state)
{
    static const edc_str li[] = {{"\xe6\x9d\x8e", 3}};
    static const edc_str three[] = {
        {"\xe6\x9d\x8e\xe5\xb0\x8f\xe9\xbe\x99", 9}};
    edc_str clear = EDC_STR("Rose-42-\xe6\x9d\x8e\xe5\xb0\x8f\xe9\xbe\x99-x");
    edc_person person = {NULL, 0, li, 1, NULL, 0, {NULL, 0}};
    edc_buf prepared;
    edc_codes codes;

    (void)state;
    edc_password_check(clear, &standard, &person, 1, NULL, &prepared, &codes);
    assert_int_equal(codes, 0);
    edc_buf_wipe(&prepared);
    person.sn = three;
    edc_password_check(clear, &standard, &person, 1, NULL, &prepared, &codes);
    assert_int_equal(codes, P(5));
    edc_buf_wipe(&prepared);
}

static void
absent_people_forbid_nothing(void **state)
{
    static const edc_str empty[] = {{NULL, 0}, {"", 0}, {"--", 2}};
    const edc_person nobody = {empty, 3, empty, 3, empty, 3, {NULL, 0}};
    edc_buf prepared;
    edc_codes codes;

    (void)state;
    edc_password_check(EDC_STR("Rose-Dupont-42"), &standard, &nobody, 1, NULL,
        &prepared, &codes);
    assert_int_equal(codes, 0);
    edc_buf_wipe(&prepared);
    edc_password_check(
        EDC_STR("Rose-Dupont-42"), &standard, NULL, 0, NULL, &prepared, &codes);
    assert_int_equal(codes, 0);
    edc_buf_wipe(&prepared);
}

static void
all_rules_are_told_at_once(void **state)
{
    edc_policy policy = standard;

    (void)state;
    expect("l.dupont03/09/11", P(3) | P(4) | P(5) | P(6));
    expect("Lea", P(1) | P(3) | P(5));
    policy.max = 5;
    assert_int_equal(
        check_with(EDC_STR("Lea-03092011"), &policy, NULL), P(2) | P(5) | P(6));
}

/* ---- P08 ---- */

static void
listed_passwords_are_refused(void **state)
{
    char path[] = "/tmp/educonnect-password-XXXXXX";
    edc_refused_list *list;
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "rosebleue42\ncourt\n", 18), 18);
    assert_int_equal(close(fd), 0);
    list = edc_refused_open(path);
    assert_non_null(list);
    assert_int_equal(
        check_with(EDC_STR("Ros\xc3\xa9-Bleue-42"), &standard, list), P(8));
    assert_int_equal(check_with(EDC_STR("Rose-Bleue-43"), &standard, list), 0);
    /* What is refused anyhow is not looked up. */
    assert_int_equal(
        check_with(EDC_STR("Court"), &standard, list), P(1) | P(3));
    assert_int_equal(check_with(EDC_STR("a\nb"), &standard, list), P(9));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(
        check_with(EDC_STR("court"), &standard, list), P(1) | P(3));
    assert_int_equal(check_with(EDC_STR("Rose-Bleue-43"), &standard, list),
        EDC_BIT(EDC_X01));
    edc_refused_close(list);
}

/* ---- when memory runs out ---- */

/* Whichever allocation fails, the password is not accepted. */
static void
no_failure_lets_a_password_pass(void **state)
{
    int n = 1;

    (void)state;
    for (;; n++) {
        edc_codes codes;

        failing_calloc = n;
        codes = check("Rose-Bl\xc3\xa9ue-42");
        if (failing_calloc > 0)
            break;
        assert_true((codes & EDC_BIT(EDC_X01)) != 0);
    }
    failing_calloc = 0;
    assert_true(n > 20);
    assert_int_equal(check("Rose-Bl\xc3\xa9ue-42"), 0);
}

/* ---- policies ---- */

static void
strictest_takes_the_stricter_of_each(void **state)
{
    const edc_policy a = {12, 128, 4, 20, 3}, b = {16, 64, 2, 30, 0};
    const edc_policy of_both[] = {
        edc_policy_strictest(a, b), edc_policy_strictest(b, a)};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(of_both[i].min, 16);
        assert_int_equal(of_both[i].max, 64);
        assert_int_equal(of_both[i].classes, 4);
        assert_int_equal(of_both[i].longenough, 30);
        assert_int_equal(of_both[i].history, 3);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_passwords_are_prepared),
        cmocka_unit_test(refused_passwords_are_prepared_where_possible),
        cmocka_unit_test(invalid_values_fail_that_alone),
        cmocka_unit_test(characters_are_counted_not_bytes),
        cmocka_unit_test(classes_are_asked_up_to_a_length),
        cmocka_unit_test(fewer_classes_may_be_asked),
        cmocka_unit_test(logins_are_found),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(dates_are_found),
        cmocka_unit_test(letters_of_names_are_counted_not_bytes),
        cmocka_unit_test(absent_people_forbid_nothing),
        cmocka_unit_test(all_rules_are_told_at_once),
        cmocka_unit_test(listed_passwords_are_refused),
        cmocka_unit_test(no_failure_lets_a_password_pass),
        cmocka_unit_test(strictest_takes_the_stricter_of_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
