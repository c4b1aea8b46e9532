/* test_settings.c - every directive: defaults, good values, and back. */
#include "settings/settings_steps.h"

/* ---- the list ---- */

static const struct {
    edc_directive directive;
    const char *name, *olc, *def;
    bool many;
} documented[] = {
    {EDC_CONF_ROLE, "educonnect-role", "olcEduconnectRole", "", true},
    {EDC_CONF_GUARD, "educonnect-guard", "olcEduconnectGuard", "enforce",
        false},
    {EDC_CONF_PASSWORD, "educonnect-password", "olcEduconnectPassword",
        "default min=12 max=128 classes=4 long=20 history=3", true},
    {EDC_CONF_PASSWORD_LIST, "educonnect-password-list",
        "olcEduconnectPasswordList", "", false},
    {EDC_CONF_PROVISIONAL, "educonnect-provisional", "olcEduconnectProvisional",
        "lifetime=90d", false},
    {EDC_CONF_IMPORT_SCHEMES, "educonnect-import-schemes",
        "olcEduconnectImportSchemes", "", false},
    {EDC_CONF_HASH, "educonnect-hash", "olcEduconnectHash",
        "memory=19456 time=2 parallelism=1", false},
    {EDC_CONF_HASH_CEILING, "educonnect-hash-ceiling",
        "olcEduconnectHashCeiling", "memory=262144 time=16 parallelism=8",
        false},
    {EDC_CONF_LOCKOUT, "educonnect-lockout", "olcEduconnectLockout",
        "failures=10 window=15m duration=15m", false},
    {EDC_CONF_CAMPAIGN, "educonnect-campaign", "olcEduconnectCampaign", "",
        false},
    {EDC_CONF_LEGACY_CUTOFF, "educonnect-legacy-cutoff",
        "olcEduconnectLegacyCutoff", "20210825000000Z", false},
    {EDC_CONF_ELIGIBILITY, "educonnect-eligibility", "olcEduconnectEligibility",
        "sn givenName educonnectIne educonnectBirthDate "
        "educonnectEnrolledAt",
        false},
    {EDC_CONF_MAX_GUARDIANS, "educonnect-max-guardians",
        "olcEduconnectMaxGuardians", "2", false},
    {EDC_CONF_LANGUAGE, "educonnect-language", "olcEduconnectLanguage", "en",
        false},
    {EDC_CONF_CLAIM, "educonnect-claim", "olcEduconnectClaim",
        "attempts=5 window=1h", false},
    {EDC_CONF_HASH_SLOTS, "educonnect-hash-slots", "olcEduconnectHashSlots", "",
        false},
    {EDC_CONF_VERIFY_CACHE, "educonnect-verify-cache",
        "olcEduconnectVerifyCache", "", false},
    {EDC_CONF_REGION, "educonnect-region", "olcEduconnectRegion", "33", false},
    {EDC_CONF_TEST_DATA, "educonnect-test-data", "olcEduconnectTestData", "no",
        false},
    {EDC_CONF_MUST_CHANGE, "educonnect-must-change", "olcEduconnectMustChange",
        "any", false},
    {EDC_CONF_GATE_PROXIES, "educonnect-gate-proxies",
        "olcEduconnectGateProxies", "", false},
    {EDC_CONF_AUDIT, "educonnect-audit", "olcEduconnectAudit", "", false},
    {EDC_CONF_REHASH, "educonnect-rehash", "olcEduconnectRehash", "", false},
};

static void
the_list_is_the_documented(void **state)
{
    (void)state;
    assert_int_equal(COUNT(documented), EDC_N_DIRECTIVES);
    for (size_t i = 0; i < COUNT(documented); i++) {
        const edc_directive_info *info =
            edc_directive_info_of(documented[i].directive);

        assert_string_equal(info->name, documented[i].name);
        assert_string_equal(info->olc, documented[i].olc);
        assert_string_equal(info->def, documented[i].def);
        assert_int_equal(info->many, documented[i].many);
        assert_true(strlen(info->syntax) > 0);
        assert_true(strlen(info->source) > 10);
        assert_true(strlen(info->about) > 30);
    }
}

static void
defaults_are_the_documented(void **state)
{
    const edc_policy p = edc_settings_policy(&settings, false, false);

    (void)state;
    assert_int_equal(settings.guard, EDC_GUARD_ENFORCE);
    assert_int_equal(p.min, 12);
    assert_int_equal(p.max, 128);
    assert_int_equal(p.classes, 4);
    assert_int_equal(p.longenough, 20);
    assert_int_equal(p.history, 3);
    assert_null(settings.password_list);
    assert_int_equal(settings.provisional, 90 * 86400);
    assert_null(settings.import_schemes);
    assert_int_equal(settings.hash.memory, 19456);
    assert_int_equal(settings.hash.time, 2);
    assert_int_equal(settings.hash.parallelism, 1);
    assert_int_equal(settings.ceiling.memory, 262144);
    assert_int_equal(settings.ceiling.time, 16);
    assert_int_equal(settings.ceiling.parallelism, 8);
    assert_int_equal(settings.lockout.failures, 10);
    assert_int_equal(settings.lockout.window, 900);
    assert_int_equal(settings.lockout.duration, 900);
    assert_int_equal(settings.campaign, 0);
    assert_int_equal(settings.legacy_cutoff, 1629849600);
    assert_string_equal(settings.eligibility[0], "sn");
    assert_string_equal(settings.eligibility[4], "educonnectEnrolledAt");
    assert_null(settings.eligibility[5]);
    assert_int_equal(settings.max_guardians, 2);
    assert_int_equal(settings.language, EDC_ENGLISH);
    assert_int_equal(settings.claim.attempts, 5);
    assert_int_equal(settings.claim.window, 3600);
    assert_false(settings.test_data);
    for (int d = 0; d < EDC_N_DIRECTIVES; d++)
        expect((edc_directive)d, 0, NULL);
    assert_true(edc_settings_check(&settings, why, sizeof(why)));
}

/* ---- there and back ---- */

static void
good_values_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good_values); i++) {
        edc_directive d = good_values[i].directive;
        const char *written = good_values[i].written != NULL
                                  ? good_values[i].written
                                  : good_values[i].text;
        char again[1024];

        set_good(d, good_values[i].text);
        expect(d, 0, written);
        expect(d, 1, NULL);
        /* What is written is read back as the same. */
        snprintf(again, sizeof(again), "%s", written);
        assert_true(edc_settings_unset(&settings, d, NULL));
        expect(d, 0, NULL);
        set_good(d, again);
        expect(d, 0, written);
        assert_true(edc_settings_unset(&settings, d, again));
        expect(d, 0, NULL);
    }
}

static void
a_default_that_is_set_is_no_value(void **state)
{
    (void)state;
    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        const edc_directive_info *info =
            edc_directive_info_of((edc_directive)d);

        if (info->many || info->def[0] == '\0')
            continue;
        set_good((edc_directive)d, info->def);
        expect((edc_directive)d, 0, NULL);
        assert_true(edc_settings_unset(&settings, (edc_directive)d, NULL));
    }
}

static void
a_single_value_replaces(void **state)
{
    (void)state;
    set_good(EDC_CONF_IMPORT_SCHEMES, "{SSHA}");
    set_good(EDC_CONF_IMPORT_SCHEMES, "{CRYPT}");
    expect(EDC_CONF_IMPORT_SCHEMES, 0, "{CRYPT}");
    set_good(EDC_CONF_HASH, "memory=4096 time=3");
    set_good(EDC_CONF_HASH, "time=4");
    expect(EDC_CONF_HASH, 0, "memory=19456 time=4 parallelism=1");
    set_good(EDC_CONF_LOCKOUT, "failures=5");
    set_good(EDC_CONF_LOCKOUT, "window=1m");
    expect(EDC_CONF_LOCKOUT, 0, "failures=10 window=1m duration=15m");
    set_good(EDC_CONF_ELIGIBILITY, "mail");
    set_good(EDC_CONF_ELIGIBILITY, "mobile");
    expect(EDC_CONF_ELIGIBILITY, 0, "mobile");
}

/* ---- educonnect-password: several values ---- */

static void
audiences_keep_the_order_of_setting(void **state)
{
    const char *guardian =
        "guardian min=16 max=128 classes=4 long=20 history=3";
    const char *fallback = "default min=10 max=128 classes=4 long=20 history=3";
    const char *student = "student min=9 max=128 classes=4 long=20 history=3";

    (void)state;
    set_good(EDC_CONF_PASSWORD, "guardian min=16");
    set_good(EDC_CONF_PASSWORD, "default min=10");
    set_good(EDC_CONF_PASSWORD, "student min=9");
    expect(EDC_CONF_PASSWORD, 0, guardian);
    expect(EDC_CONF_PASSWORD, 1, fallback);
    expect(EDC_CONF_PASSWORD, 2, student);
    expect(EDC_CONF_PASSWORD, 3, NULL);
    refuse(EDC_CONF_PASSWORD, "default min=11",
        "the audience default is set already");
    assert_true(edc_settings_unset(&settings, EDC_CONF_PASSWORD, fallback));
    assert_false(edc_settings_unset(&settings, EDC_CONF_PASSWORD, fallback));
    expect(EDC_CONF_PASSWORD, 0, guardian);
    expect(EDC_CONF_PASSWORD, 1, student);
    expect(EDC_CONF_PASSWORD, 2, NULL);
    set_good(EDC_CONF_PASSWORD, "default min=10");
    expect(EDC_CONF_PASSWORD, 2, fallback);
    assert_true(edc_settings_unset(&settings, EDC_CONF_PASSWORD, guardian));
    expect(EDC_CONF_PASSWORD, 0, student);
    expect(EDC_CONF_PASSWORD, 1, fallback);
    assert_false(edc_settings_unset(&settings, EDC_CONF_PASSWORD, "student"));
    assert_true(edc_settings_unset(&settings, EDC_CONF_PASSWORD, NULL));
    expect(EDC_CONF_PASSWORD, 0, NULL);
    assert_true(edc_settings_unset(&settings, EDC_CONF_PASSWORD, NULL));
    assert_int_equal(edc_settings_policy(&settings, true, false).min, 12);
}

static void
audiences_follow_the_default(void **state)
{
    (void)state;
    set_good(EDC_CONF_PASSWORD, "default min=10 max=40 history=5");
    assert_int_equal(edc_settings_policy(&settings, false, false).min, 10);
    assert_int_equal(edc_settings_policy(&settings, true, false).min, 10);
    assert_int_equal(edc_settings_policy(&settings, false, true).history, 5);
    set_good(EDC_CONF_PASSWORD, "student min=8 classes=3");
    assert_int_equal(edc_settings_policy(&settings, true, false).min, 8);
    assert_int_equal(edc_settings_policy(&settings, true, false).max, 128);
    assert_int_equal(edc_settings_policy(&settings, false, true).min, 10);
    set_good(EDC_CONF_PASSWORD, "guardian min=14 history=2");
    assert_int_equal(edc_settings_policy(&settings, false, true).min, 14);
    assert_int_equal(edc_settings_policy(&settings, true, false).min, 8);
    assert_int_equal(edc_settings_policy(&settings, false, false).min, 10);
}

static void
who_is_both_meets_the_stricter(void **state)
{
    edc_policy both;

    (void)state;
    set_good(
        EDC_CONF_PASSWORD, "student min=8 max=64 classes=3 long=30 history=1");
    set_good(EDC_CONF_PASSWORD,
        "guardian min=14 max=100 classes=4 long=20 history=6");
    both = edc_settings_policy(&settings, true, true);
    assert_int_equal(both.min, 14);
    assert_int_equal(both.max, 64);
    assert_int_equal(both.classes, 4);
    assert_int_equal(both.longenough, 30);
    assert_int_equal(both.history, 6);
}

static void
who_is_both_always_has_a_possible_password(void **state)
{
    edc_policy both;

    (void)state;
    set_good(EDC_CONF_PASSWORD, "student min=8 max=16");
    set_good(EDC_CONF_PASSWORD, "guardian min=20");
    both = edc_settings_policy(&settings, true, true);
    assert_int_equal(both.min, 20);
    assert_int_equal(both.max, 20);
}

/* ---- checks across directives ---- */

static void
the_hash_stays_under_its_ceiling(void **state)
{
    (void)state;
    set_good(EDC_CONF_HASH, "memory=262144 time=16 parallelism=8");
    assert_true(edc_settings_check(&settings, why, sizeof(why)));
    set_good(EDC_CONF_HASH, "memory=262145 time=16 parallelism=8");
    assert_false(edc_settings_check(&settings, why, sizeof(why)));
    assert_non_null(strstr(why, "educonnect-hash is over"));
    set_good(EDC_CONF_HASH, "time=17");
    assert_false(edc_settings_check(&settings, why, sizeof(why)));
    set_good(EDC_CONF_HASH, "parallelism=9");
    assert_false(edc_settings_check(&settings, why, sizeof(why)));
    set_good(EDC_CONF_HASH_CEILING, "parallelism=9");
    assert_true(edc_settings_check(&settings, why, sizeof(why)));
    assert_true(edc_settings_unset(&settings, EDC_CONF_HASH_CEILING, NULL));
    assert_false(edc_settings_check(&settings, why, sizeof(why)));
}

static void
nothing_is_unset_where_nothing_is_kept(void **state)
{
    (void)state;
    assert_false(edc_settings_unset(&settings, EDC_CONF_ROLE, NULL));
    expect(EDC_CONF_ROLE, 0, NULL);
    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        if (d != EDC_CONF_ROLE)
            assert_true(edc_settings_unset(&settings, (edc_directive)d, NULL));
    }
}

static void
values_are_cut_at_the_buffer(void **state)
{
    char small[8];

    (void)state;
    set_good(EDC_CONF_ELIGIBILITY, "abc def ghi");
    for (size_t size = 1; size < sizeof(small); size++) {
        memset(small, 'x', sizeof(small));
        assert_true(
            edc_settings_get(&settings, EDC_CONF_ELIGIBILITY, 0, small, size));
        assert_int_equal(strlen(small), size - 1);
        assert_memory_equal(small, "abc def ghi", size - 1);
        assert_int_equal(small[size], 'x');
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_list_is_the_documented),
        TEST(defaults_are_the_documented),
        TEST(good_values_come_back),
        TEST(a_default_that_is_set_is_no_value),
        TEST(a_single_value_replaces),
        TEST(audiences_keep_the_order_of_setting),
        TEST(audiences_follow_the_default),
        TEST(who_is_both_meets_the_stricter),
        TEST(who_is_both_always_has_a_possible_password),
        TEST(the_hash_stays_under_its_ceiling),
        TEST(nothing_is_unset_where_nothing_is_kept),
        TEST(values_are_cut_at_the_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
