/* test_adopt_judge.c - what becomes of an entry that is there: outcome, reason
 * and change, without a server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "adopt/adopt.h"

#define SSHA "userPassword: {SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g0YWJj"
#define MD5 "userPassword: {MD5}4QrcOUm6Wau+VuBX8g+IPg=="
#define DN "uid=a,dc=example,dc=org"
#define PERSON "objectClass: inetOrgPerson|uid: a|"

/* "name: value|name: value" */
static adopt_entry
entry_of(const char *text)
{
    adopt_entry e = {.dn = ctl_copy(DN)};
    char *copy = ctl_copy(text);

    for (char *rest = copy, *word;
        (word = strtok_r(rest, "|", &rest)) != NULL;) {
        char *colon = strstr(word, ": ");

        assert_non_null(colon);
        *colon = '\0';
        adopt_entry_add(&e, word, colon + 2, strlen(colon + 2));
    }
    free(copy);
    return e;
}

static char *schemes[] = {"{SSHA}", NULL};

static char *
school_of(void *ctx, const char *uai)
{
    (void)ctx;
    return strcmp(uai, "9990001X") == 0 ? ctl_copy("ou=c,dc=example,dc=org")
                                        : NULL;
}

static adopt_wish
wish(void)
{
    adopt_wish w = {.student = true, .school = school_of, .now = 1790000000};

    assert_true(edc_settings_init(&w.settings));
    w.settings.import_schemes = schemes;
    strcpy(w.today, "2026-11-30");
    return w;
}

static void
done(adopt_wish *w)
{
    w->settings.import_schemes = NULL;
    edc_settings_free(&w->settings);
    adopt_rules_free(&w->rules);
}

static const struct {
    const char *entry;
    adopt_outcome outcome;
    const char *reason;
} table[] = {
    {PERSON SSHA, ADOPT_MIGRATED, NULL},
    {"OBJECTCLASS: inetOrgPerson|UID: a|USERPASSWORD: "
     "{ssha}W6ph5Mm5Pz8GgiULbPgzG37mj9g0YWJj",
        ADOPT_MIGRATED, NULL},
    {PERSON, ADOPT_CREATED, NULL},
    {PERSON "pwdReset: TRUE", ADOPT_CREATED, NULL},
    {PERSON MD5, ADOPT_REFUSED, "EDC-P13"},
    {PERSON SSHA "|" MD5, ADOPT_REFUSED, "EDC-P12"},
    {PERSON "userPassword;lang-fr: x", ADOPT_REFUSED, "EDC-P12"},
    {PERSON SSHA "|pwdReset: TRUE", ADOPT_REFUSED, "EDC-D04"},
    {"objectClass: inetOrgPerson|" SSHA, ADOPT_REFUSED, "no login"},
    {PERSON "objectClass: educonnectSchool", ADOPT_REFUSED, "a school's"},
    {PERSON "objectClass: educonnectService", ADOPT_REFUSED, "a service's"},
    {PERSON "objectClass: EDUCONNECTSTUDENT|" MD5, ADOPT_SAME, NULL},
    {PERSON "objectClass: educonnectLegalGuardian|" SSHA, ADOPT_REFUSED,
        "of the other public"},
};

static void
each_entry_has_its_fate(void **state)
{
    adopt_wish w = wish();

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        adopt_entry e = entry_of(table[i].entry);
        adopt_verdict v;

        adopt_judge(&e, &w, &v);
        if (v.outcome != table[i].outcome)
            fail_msg("row %zu: %d, %s", i, (int)v.outcome,
                v.reason == NULL ? "" : v.reason);
        if (table[i].reason != NULL)
            assert_non_null(strstr(v.reason, table[i].reason));
        else
            assert_null(v.reason);
        assert_int_equal(v.change.relax, v.outcome == ADOPT_MIGRATED);
        adopt_verdict_free(&v);
        adopt_entry_free(&e);
    }
    done(&w);
}

/* Only where it is wished, and only what cannot be kept. */
static void
a_password_goes_when_it_is_said(void **state)
{
    adopt_wish w = wish();
    adopt_entry bad = entry_of(PERSON MD5), good = entry_of(PERSON SSHA);
    adopt_verdict v;

    (void)state;
    w.drop = true;
    adopt_judge(&bad, &w, &v);
    assert_int_equal(v.outcome, ADOPT_CREATED);
    assert_true(v.drop);
    adopt_verdict_free(&v);
    adopt_judge(&good, &w, &v);
    assert_int_equal(v.outcome, ADOPT_MIGRATED);
    assert_false(v.drop);
    adopt_verdict_free(&v);
    adopt_entry_free(&good);
    adopt_entry_free(&bad);
    done(&w);
}

/* "attribute=value|..." of a change, in its order. */
static void
expect_given(const adopt_verdict *v, const char *wanted)
{
    char text[1024] = "";

    for (size_t i = 0; i < v->change.n_mods; i++) {
        for (size_t k = 0; k < v->change.mods[i].n_values; k++)
            snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s=%s|",
                v->change.mods[i].attribute,
                v->change.mods[i].values[k].bv_val);
    }
    assert_string_equal(text, wanted);
}

static void
attributes_come_from_where_it_is_said(void **state)
{
    adopt_wish w = wish();
    adopt_entry e = entry_of(PERSON "employeeNumber: 1A|street: 9/3/2011|"
                                    "l: ou=d,dc=example,dc=org|l: 9990001X|"
                                    "seeAlso: uid=m,dc=x|seeAlso: uid=p,dc=x");
    adopt_verdict v;

    (void)state;
    w.guardian = true;
    assert_null(adopt_rule_add(&w.rules, "educonnectine=EMPLOYEENUMBER", true));
    assert_null(adopt_rule_add(&w.rules, "educonnectBirthDate=street", true));
    assert_null(adopt_rule_add(&w.rules, "educonnectEnrolledAt=l", true));
    assert_null(adopt_rule_add(&w.rules, "educonnectGuardian=seeAlso", true));
    assert_null(adopt_rule_add(&w.rules, "educonnectClass=6EME", false));
    assert_null(adopt_rule_add(&w.rules, "educonnectClass=6eme", false));
    assert_null(adopt_rule_add(&w.rules, "educonnectSourceId=title", true));
    adopt_judge(&e, &w, &v);
    expect_given(&v,
        "objectClass=educonnectStudent|objectClass=educonnectLegalGuardian|"
        "educonnectIne=1A|educonnectBirthDate=2011-03-09|"
        "educonnectEnrolledAt=ou=d,dc=example,dc=org|"
        "educonnectEnrolledAt=ou=c,dc=example,dc=org|"
        "educonnectGuardian=uid=m,dc=x|educonnectGuardian=uid=p,dc=x|"
        "educonnectClass=6EME|");
    adopt_verdict_free(&v);
    adopt_entry_free(&e);
    done(&w);
}

static void
what_cannot_be_read_is_said_without_it(void **state)
{
    static const struct {
        const char *entry, *rule, *reason;
    } bad[] = {
        {PERSON "street: 31/02/2011", "educonnectBirthDate=street", "street: "},
        {PERSON "street: bientot", "educonnectBirthDate=street", "street: "},
        {PERSON "l: 9990002Y", "educonnectEnrolledAt=l", "9990002Y"},
        {PERSON "seeAlso: zoe", "educonnectGuardian=seeAlso", "it is no DN"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        adopt_wish w = wish();
        adopt_entry e = entry_of(bad[i].entry);
        adopt_verdict v;

        assert_null(adopt_rule_add(&w.rules, bad[i].rule, true));
        adopt_judge(&e, &w, &v);
        assert_int_equal(v.outcome, ADOPT_REFUSED);
        assert_non_null(strstr(v.reason, bad[i].reason));
        assert_null(strstr(v.reason, "2011"));
        adopt_verdict_free(&v);
        adopt_entry_free(&e);
        done(&w);
    }
}

static void
bad_rules_are_refused(void **state)
{
    static const char *const bad[] = {"", "=", "educonnectIne",
        "educonnectIne=", "=x", "uid=x", "educonnectState=active",
        "educonnectGuardian=zoe"};
    adopt_rules rules = {NULL, 0};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_non_null(adopt_rule_add(&rules, bad[i], false));
    assert_int_equal(rules.n, 0);
}

/* All that provisioning may have written goes, and nothing else. */
static void
back_takes_away_what_is_an_accounts(void **state)
{
    adopt_entry e = entry_of(PERSON SSHA "|objectClass: educonnectStudent|"
                                         "educonnectIne: 1A|mail: a@b|"
                                         "educonnectGuardian: uid=m,dc=x");
    adopt_entry plain = entry_of(PERSON SSHA);
    adopt_verdict v;

    (void)state;
    adopt_back(&e, &v);
    assert_int_equal(v.outcome, ADOPT_RELEASED);
    assert_true(v.change.relax);
    assert_int_equal(v.change.n_mods, 3);
    expect_given(&v, "objectClass=educonnectStudent|");
    assert_string_equal(v.change.mods[1].attribute, "educonnectIne");
    assert_string_equal(v.change.mods[2].attribute, "educonnectGuardian");
    adopt_verdict_free(&v);
    adopt_back(&plain, &v);
    assert_int_equal(v.outcome, ADOPT_SAME);
    adopt_verdict_free(&v);
    adopt_entry_free(&plain);
    adopt_entry_free(&e);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_entry_has_its_fate),
        cmocka_unit_test(a_password_goes_when_it_is_said),
        cmocka_unit_test(attributes_come_from_where_it_is_said),
        cmocka_unit_test(what_cannot_be_read_is_said_without_it),
        cmocka_unit_test(bad_rules_are_refused),
        cmocka_unit_test(back_takes_away_what_is_an_accounts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
