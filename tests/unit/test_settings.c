/* test_settings.c - every directive: good values, bad values, and back. */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=strdup,--wrap=fstat */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "gentime.h"
#include "scheme.h"
#include "settings.h"
#include "settings_words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS_MAX 64

/* ---- making calls fail: the n-th from now, 0 none ---- */

static int failing_calloc, failing_strdup, failing_fstat;

static bool
is_the_one(int *countdown)
{
    return *countdown > 0 && --*countdown == 0;
}

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
    return is_the_one(&failing_calloc) ? NULL : __real_calloc(n, size);
}

char *__real_strdup(const char *s);
char *__wrap_strdup(const char *s);
char *
__wrap_strdup(const char *s)
{
    return is_the_one(&failing_strdup) ? NULL : __real_strdup(s);
}

int __real_fstat(int fd, struct stat *status);
int __wrap_fstat(int fd, struct stat *status);
int
__wrap_fstat(int fd, struct stat *status)
{
    if (is_the_one(&failing_fstat)) {
        errno = EIO;
        return -1;
    }
    return __real_fstat(fd, status);
}

/* ---- the words of these tests ---- */

static edc_settings settings;
static char why[256];
static char directory[] = "/tmp/educonnect-settings-XXXXXX";
static char list_path[64], other_path[64], secret_path[64], fifo_path[64];

static int
setup(void **state)
{
    (void)state;
    return edc_settings_init(&settings) ? 0 : -1;
}

static int
teardown(void **state)
{
    (void)state;
    edc_settings_free(&settings);
    return 0;
}

static bool
set(edc_directive directive, const char *text)
{
    char copy[4096];
    const char *argv[WORDS_MAX];
    int argc;

    assert_true(strlen(text) < sizeof(copy));
    argc = edc_words_split(text, copy, argv, WORDS_MAX);
    snprintf(why, sizeof(why), "unchanged");
    return edc_settings_set(&settings, directive, argc, argv, why, sizeof(why));
}

static void
set_good(edc_directive directive, const char *text)
{
    if (!set(directive, text))
        fail_msg(
            "%s %s: %s", edc_directive_info_of(directive)->name, text, why);
    assert_string_equal(why, "unchanged");
}

static const char *
get(edc_directive directive, unsigned i)
{
    static char text[1024];

    return edc_settings_get(&settings, directive, i, text, sizeof(text)) ? text
                                                                         : NULL;
}

static void
expect(edc_directive directive, unsigned i, const char *expected)
{
    const char *value = get(directive, i);

    if (expected == NULL) {
        assert_null(value);
    } else {
        assert_non_null(value);
        assert_string_equal(value, expected);
    }
}

/* All values, for comparing before and after. */
static void
print_all(char *out, size_t size)
{
    size_t n = 0;

    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        const char *value;

        for (unsigned i = 0; (value = get((edc_directive)d, i)) != NULL; i++)
            n += (size_t)snprintf(out + n, size - n, "%s %s\n",
                edc_directive_info_of((edc_directive)d)->name, value);
    }
    out[n] = '\0';
}

/* A value that is refused: changes nothing and says what is wanted. */
static void
refuse(edc_directive directive, const char *text, const char *reason)
{
    static char before[8192], after[8192];
    edc_settings copy = settings;

    print_all(before, sizeof(before));
    if (set(directive, text))
        fail_msg(
            "%s accepted: %s", edc_directive_info_of(directive)->name, text);
    print_all(after, sizeof(after));
    assert_string_equal(before, after);
    assert_memory_equal(&copy, &settings, sizeof(copy));
    if (strstr(why, reason) == NULL)
        fail_msg("%s %s: \"%s\" is not in: %s",
            edc_directive_info_of(directive)->name, text, reason, why);
    assert_true(strlen(why) < 220);
}

/* ---- the list ---- */

static void
the_list_is_the_contracts(void **state)
{
    static const struct {
        edc_directive directive;
        const char *name, *olc, *def;
        bool many;
    } contract[] = {
        {EDC_CONF_ROLE, "educonnect-role", "olcEduconnectRole", "", true},
        {EDC_CONF_GUARD, "educonnect-guard", "olcEduconnectGuard", "enforce",
            false},
        {EDC_CONF_PASSWORD, "educonnect-password", "olcEduconnectPassword",
            "default min=12 max=128 classes=4 long=20 history=3", true},
        {EDC_CONF_PASSWORD_LIST, "educonnect-password-list",
            "olcEduconnectPasswordList", "", false},
        {EDC_CONF_PROVISIONAL, "educonnect-provisional",
            "olcEduconnectProvisional", "lifetime=90d", false},
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
        {EDC_CONF_ELIGIBILITY, "educonnect-eligibility",
            "olcEduconnectEligibility",
            "sn givenName educonnectIne educonnectBirthDate "
            "educonnectEnrolledAt",
            false},
        {EDC_CONF_MAX_GUARDIANS, "educonnect-max-guardians",
            "olcEduconnectMaxGuardians", "2", false},
        {EDC_CONF_LANGUAGE, "educonnect-language", "olcEduconnectLanguage",
            "en", false},
    };

    (void)state;
    assert_int_equal(COUNT(contract), EDC_N_DIRECTIVES);
    for (size_t i = 0; i < COUNT(contract); i++) {
        const edc_directive_info *info =
            edc_directive_info_of(contract[i].directive);

        assert_string_equal(info->name, contract[i].name);
        assert_string_equal(info->olc, contract[i].olc);
        assert_string_equal(info->def, contract[i].def);
        assert_int_equal(info->many, contract[i].many);
        assert_true(strlen(info->syntax) > 0);
        assert_true(strlen(info->source) > 10);
        assert_true(strlen(info->about) > 30);
    }
}

static void
defaults_are_the_contracts(void **state)
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
    for (int d = 0; d < EDC_N_DIRECTIVES; d++)
        expect((edc_directive)d, 0, NULL);
    assert_true(edc_settings_check(&settings, why, sizeof(why)));
}

/* ---- there and back ---- */

static const struct {
    edc_directive directive;
    const char *text;
    const char *written; /* NULL: as it was */
} good[] = {
    {EDC_CONF_GUARD, "audit", NULL},
    {EDC_CONF_GUARD, "owner", NULL},
    {EDC_CONF_GUARD, "OWNER", "owner"},
    {EDC_CONF_PASSWORD, "student",
        "student min=12 max=128 classes=4 long=20 history=3"},
    {EDC_CONF_PASSWORD, "default min=8 max=8 classes=1 long=8 history=0", NULL},
    {EDC_CONF_PASSWORD,
        "guardian min=1024 max=1024 classes=4 long=1024 history=24", NULL},
    {EDC_CONF_PASSWORD, "Guardian HISTORY=0 Min=010",
        "guardian min=10 max=128 classes=4 long=20 history=0"},
    {EDC_CONF_PROVISIONAL, "lifetime=1s", NULL},
    {EDC_CONF_PROVISIONAL, "lifetime=36525d", NULL},
    {EDC_CONF_PROVISIONAL, "lifetime=120m", "lifetime=2h"},
    {EDC_CONF_IMPORT_SCHEMES, "{SSHA}", NULL},
    {EDC_CONF_IMPORT_SCHEMES, "{ssha512} {CRYPT} {PBKDF2-SHA512}", NULL},
    {EDC_CONF_HASH, "memory=8 time=1 parallelism=1", NULL},
    {EDC_CONF_HASH, "memory=4194304 time=1024 parallelism=64", NULL},
    {EDC_CONF_HASH, "parallelism=2", "memory=19456 time=2 parallelism=2"},
    {EDC_CONF_HASH_CEILING, "memory=512 time=1 parallelism=64", NULL},
    {EDC_CONF_HASH_CEILING, "time=3", "memory=262144 time=3 parallelism=8"},
    {EDC_CONF_LOCKOUT, "failures=1 window=1s duration=36525d", NULL},
    {EDC_CONF_LOCKOUT, "failures=64", "failures=64 window=15m duration=15m"},
    {EDC_CONF_LOCKOUT, "duration=1h window=2d",
        "failures=10 window=2d duration=1h"},
    {EDC_CONF_CAMPAIGN, "20240405000000Z", NULL},
    {EDC_CONF_CAMPAIGN, "19700101000001Z", NULL},
    {EDC_CONF_CAMPAIGN, "99991231235959.9Z", "99991231235959Z"},
    {EDC_CONF_LEGACY_CUTOFF, "00010101000000Z", NULL},
    {EDC_CONF_LEGACY_CUTOFF, "20280229000000Z", NULL},
    {EDC_CONF_ELIGIBILITY, "sn", NULL},
    {EDC_CONF_ELIGIBILITY, "sn givenName x-1 2.5.4.4 0.9.2342.19200300", NULL},
    {EDC_CONF_MAX_GUARDIANS, "1", NULL},
    {EDC_CONF_MAX_GUARDIANS, "100", NULL},
    {EDC_CONF_LANGUAGE, "fr", NULL},
    {EDC_CONF_LANGUAGE, "FR", "fr"},
};

static void
good_values_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        edc_directive d = good[i].directive;
        const char *written =
            good[i].written != NULL ? good[i].written : good[i].text;
        char again[1024];

        set_good(d, good[i].text);
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

/* ---- nonsense ---- */

static const struct {
    edc_directive directive;
    const char *text;
    const char *reason;
} bad[] = {
    {EDC_CONF_ROLE, "academy dn=cn=x", "roles are kept by the server"},
    {EDC_CONF_GUARD, "", "the guard is one of enforce, audit, owner"},
    {EDC_CONF_GUARD, "off", "enforce, audit, owner"},
    {EDC_CONF_GUARD, "enforce audit", "enforce, audit, owner"},
    {EDC_CONF_GUARD, "enforc", "enforce, audit, owner"},
    {EDC_CONF_GUARD, "enforced", "enforce, audit, owner"},
    {EDC_CONF_PASSWORD, "",
        "the audience, is one of default, student, "
        "guardian"},
    {EDC_CONF_PASSWORD, "min=8", "default, student, guardian"},
    {EDC_CONF_PASSWORD, "parents min=8", "default, student, guardian"},
    {EDC_CONF_PASSWORD, "student guardian",
        "key=value, with min=, max=, classes=, long=, history="},
    {EDC_CONF_PASSWORD, "student minimum=8", "min=, max="},
    {EDC_CONF_PASSWORD, "student min", "min=, max="},
    {EDC_CONF_PASSWORD, "student mi", "min=, max="},
    {EDC_CONF_PASSWORD, "student =8", "min=, max="},
    {EDC_CONF_PASSWORD, "student min=7",
        "min= is a whole number from 8 to 1024"},
    {EDC_CONF_PASSWORD, "student min=1025", "min= is a whole number"},
    {EDC_CONF_PASSWORD, "student min=", "min= is a whole number"},
    {EDC_CONF_PASSWORD, "student min=-8", "min= is a whole number"},
    {EDC_CONF_PASSWORD, "student min=+8", "min= is a whole number"},
    {EDC_CONF_PASSWORD, "student min=8.0", "min= is a whole number"},
    {EDC_CONF_PASSWORD, "student min=0x10", "min= is a whole number"},
    {EDC_CONF_PASSWORD, "student min=twelve", "min= is a whole number"},
    {EDC_CONF_PASSWORD, "student min=4294967304", "min= is a whole number"},
    {EDC_CONF_PASSWORD, "student min=18446744073709551624",
        "min= is a whole number"},
    {EDC_CONF_PASSWORD, "student max=7", "max= is a whole number from 8 to 1"},
    {EDC_CONF_PASSWORD, "student max=1025", "max= is a whole number"},
    {EDC_CONF_PASSWORD, "student classes=0",
        "classes= is a whole number from 1 to 4"},
    {EDC_CONF_PASSWORD, "student classes=5", "classes= is a whole number"},
    {EDC_CONF_PASSWORD, "student long=7", "long= is a whole number from 8"},
    {EDC_CONF_PASSWORD, "student long=1025", "long= is a whole number"},
    {EDC_CONF_PASSWORD, "student history=25",
        "history= is a whole number from 0 to 24"},
    {EDC_CONF_PASSWORD, "student min=9 min=9", "min= is given more than once"},
    {EDC_CONF_PASSWORD, "student min=20 max=19",
        "min= is at most max=, not 20 over 19"},
    {EDC_CONF_PASSWORD, "student min=129 long=200", "not 129 over 128"},
    {EDC_CONF_PASSWORD, "student min=21",
        "long= is at least min=, not 20 under 21"},
    {EDC_CONF_PROVISIONAL, "", "key=value, with lifetime="},
    {EDC_CONF_PROVISIONAL, "90d", "key=value, with lifetime="},
    {EDC_CONF_PROVISIONAL, "lifetime=0d",
        "lifetime= is a duration from 1s to 36525d"},
    {EDC_CONF_PROVISIONAL, "lifetime=90", "lifetime= is a duration"},
    {EDC_CONF_PROVISIONAL, "lifetime=-1d", "lifetime= is a duration"},
    {EDC_CONF_PROVISIONAL, "lifetime=36526d", "lifetime= is a duration"},
    {EDC_CONF_PROVISIONAL, "lifetime=1d lifetime=2d",
        "lifetime= is given more than once"},
    {EDC_CONF_PROVISIONAL, "lifetime=1d for ever", "key=value"},
    {EDC_CONF_IMPORT_SCHEMES, "", "from 1 to 32 words"},
    {EDC_CONF_IMPORT_SCHEMES, "SSHA", "a scheme is one of {ARGON2} {SSHA}"},
    {EDC_CONF_IMPORT_SCHEMES, "{CLEARTEXT}", "a scheme is one of"},
    {EDC_CONF_IMPORT_SCHEMES, "{SSHA} {NONE}", "word 2 is not valid"},
    {EDC_CONF_IMPORT_SCHEMES, "{SSHA}x", "word 1 is not valid"},
    {EDC_CONF_IMPORT_SCHEMES, "{SSHA} {CRYPT} {ssha}",
        "word 3 is given more than once"},
    {EDC_CONF_HASH, "", "with memory=, time=, parallelism="},
    {EDC_CONF_HASH, "64", "with memory=, time=, parallelism="},
    {EDC_CONF_HASH, "memory=7", "memory= is a whole number from 8 to 4194304"},
    {EDC_CONF_HASH, "memory=4194305", "memory= is a whole number"},
    {EDC_CONF_HASH, "memory=64M", "memory= is a whole number"},
    {EDC_CONF_HASH, "time=0", "time= is a whole number from 1 to 1024"},
    {EDC_CONF_HASH, "time=1025", "time= is a whole number"},
    {EDC_CONF_HASH, "parallelism=0",
        "parallelism= is a whole number from 1 to 64"},
    {EDC_CONF_HASH, "parallelism=65", "parallelism= is a whole number"},
    {EDC_CONF_HASH, "memory=8 parallelism=2",
        "memory= is at least 8 KiB for each lane of parallelism="},
    {EDC_CONF_HASH, "time=1 memory=64 time=1", "time= is given more than once"},
    {EDC_CONF_HASH_CEILING, "", "with memory=, time=, parallelism="},
    {EDC_CONF_HASH_CEILING, "memory=63 parallelism=8", "memory= is at least 8"},
    {EDC_CONF_HASH_CEILING, "memory=-1", "memory= is a whole number from 8"},
    {EDC_CONF_LOCKOUT, "", "with failures=, window=, duration="},
    {EDC_CONF_LOCKOUT, "10 15m 15m", "with failures=, window=, duration="},
    {EDC_CONF_LOCKOUT, "failures=0",
        "failures= is a whole number from 1 to 64"},
    {EDC_CONF_LOCKOUT, "failures=65", "failures= is a whole number"},
    {EDC_CONF_LOCKOUT, "window=15", "window= is a duration from 1s to 36525d"},
    {EDC_CONF_LOCKOUT, "window=0s", "window= is a duration"},
    {EDC_CONF_LOCKOUT, "duration=forever", "duration= is a duration"},
    {EDC_CONF_LOCKOUT, "failures=5 duration=0m", "duration= is a duration"},
    {EDC_CONF_LOCKOUT, "window=1m window=1m", "window= is given more than"},
    {EDC_CONF_CAMPAIGN, "", "the campaign is one GeneralizedTime"},
    {EDC_CONF_CAMPAIGN, "now", "the campaign is one GeneralizedTime"},
    {EDC_CONF_CAMPAIGN, "2024-04-05", "YYYYMMDDHHMMSSZ"},
    {EDC_CONF_CAMPAIGN, "20240405", "YYYYMMDDHHMMSSZ"},
    {EDC_CONF_CAMPAIGN, "20230229000000Z", "of a day that exists"},
    {EDC_CONF_CAMPAIGN, "20240405000000+0200", "in UTC"},
    {EDC_CONF_CAMPAIGN, "19700101000000Z",
        "the campaign is later than 19700101000000Z"},
    {EDC_CONF_CAMPAIGN, "19691231235959Z", "later than 19700101000000Z"},
    {EDC_CONF_CAMPAIGN, "20240405000000Z 20250405000000Z",
        "the campaign is one GeneralizedTime"},
    {EDC_CONF_LEGACY_CUTOFF, "", "the cut-off is one GeneralizedTime"},
    {EDC_CONF_LEGACY_CUTOFF, "0", "the cut-off is one GeneralizedTime"},
    {EDC_CONF_LEGACY_CUTOFF, "20211325000000Z", "the cut-off is one"},
    {EDC_CONF_ELIGIBILITY, "", "from 1 to 32 words"},
    {EDC_CONF_ELIGIBILITY, "sn,givenName",
        "an attribute is a name or an OID, without options"},
    {EDC_CONF_ELIGIBILITY, "sn;lang-fr", "word 1 is not valid"},
    {EDC_CONF_ELIGIBILITY, "sn -x", "word 2 is not valid"},
    {EDC_CONF_ELIGIBILITY, "sn s\xc3\xa9", "word 2 is not valid"},
    {EDC_CONF_ELIGIBILITY, "sn mail SN", "word 3 is given more than once"},
    {EDC_CONF_ELIGIBILITY, "2", "word 1 is not valid"},
    {EDC_CONF_ELIGIBILITY, "2.", "word 1 is not valid"},
    {EDC_CONF_ELIGIBILITY, ".2", "word 1 is not valid"},
    {EDC_CONF_ELIGIBILITY, "2..5", "word 1 is not valid"},
    {EDC_CONF_ELIGIBILITY, "2.05", "word 1 is not valid"},
    {EDC_CONF_ELIGIBILITY, "02.5", "word 1 is not valid"},
    {EDC_CONF_ELIGIBILITY, "2.5.4a", "word 1 is not valid"},
    {EDC_CONF_ELIGIBILITY, "*", "word 1 is not valid"},
    {EDC_CONF_ELIGIBILITY, "@person", "word 1 is not valid"},
    {EDC_CONF_MAX_GUARDIANS, "",
        "the number of guardians is one whole number from 1 to 100"},
    {EDC_CONF_MAX_GUARDIANS, "0", "from 1 to 100"},
    {EDC_CONF_MAX_GUARDIANS, "101", "from 1 to 100"},
    {EDC_CONF_MAX_GUARDIANS, "2 3", "from 1 to 100"},
    {EDC_CONF_MAX_GUARDIANS, "two", "from 1 to 100"},
    {EDC_CONF_MAX_GUARDIANS, "-1", "from 1 to 100"},
    {EDC_CONF_MAX_GUARDIANS, "4294967298", "from 1 to 100"},
    {EDC_CONF_LANGUAGE, "", "the language is one of en, fr"},
    {EDC_CONF_LANGUAGE, "de", "the language is one of en, fr"},
    {EDC_CONF_LANGUAGE, "en fr", "the language is one of en, fr"},
};

static void
refuse_all(void)
{
    for (size_t i = 0; i < COUNT(bad); i++)
        refuse(bad[i].directive, bad[i].text, bad[i].reason);
}

static void
bad_values_change_nothing(void **state)
{
    bool tried[EDC_N_DIRECTIVES] = {false};

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        tried[bad[i].directive] = true;
    tried[EDC_CONF_PASSWORD_LIST] = true; /* below */
    for (int d = 0; d < EDC_N_DIRECTIVES; d++)
        assert_true(tried[d]);
    refuse_all();
    /* Nor do they change what was set before. */
    set_good(EDC_CONF_GUARD, "owner");
    set_good(EDC_CONF_PASSWORD, "default min=9");
    set_good(EDC_CONF_PASSWORD_LIST, list_path);
    set_good(EDC_CONF_PROVISIONAL, "lifetime=7d");
    set_good(EDC_CONF_IMPORT_SCHEMES, "{SMD5} {SHA}");
    set_good(EDC_CONF_HASH, "memory=1024");
    set_good(EDC_CONF_HASH_CEILING, "time=5");
    set_good(EDC_CONF_LOCKOUT, "failures=3");
    set_good(EDC_CONF_CAMPAIGN, "20260901000000Z");
    set_good(EDC_CONF_LEGACY_CUTOFF, "20220101000000Z");
    set_good(EDC_CONF_ELIGIBILITY, "sn");
    set_good(EDC_CONF_MAX_GUARDIANS, "4");
    set_good(EDC_CONF_LANGUAGE, "fr");
    refuse_all();
}

/* A byte too many before or behind each good value, alone or as a word, makes
 * it a bad one. */
static void
good_values_with_a_byte_more_are_refused(void **state)
{
    static const char more[] = "=;{}.\x01\xff";
    char text[1024];

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        for (size_t m = 0; more[m] != '\0'; m++) {
            snprintf(text, sizeof(text), "%s%c", good[i].text, more[m]);
            refuse(good[i].directive, text, "");
            snprintf(text, sizeof(text), "%s %c", good[i].text, more[m]);
            refuse(good[i].directive, text, "");
            snprintf(text, sizeof(text), "%c%s", more[m], good[i].text);
            refuse(good[i].directive, text, "");
        }
    }
}

static void
too_many_or_too_long_words_are_refused(void **state)
{
    char text[2048], name[32];
    size_t n = 0;

    (void)state;
    for (int i = 0; i < 32; i++)
        n += (size_t)snprintf(
            text + n, sizeof(text) - n, "%sa%d", i > 0 ? " " : "", i);
    set_good(EDC_CONF_ELIGIBILITY, text);
    expect(EDC_CONF_ELIGIBILITY, 0, text);
    snprintf(name, sizeof(name), " one-more");
    strcat(text, name);
    refuse(EDC_CONF_ELIGIBILITY, text, "from 1 to 32 words");
    memset(text, 'a', 1000);
    text[1000] = '\0';
    set_good(EDC_CONF_ELIGIBILITY, text);
    expect(EDC_CONF_ELIGIBILITY, 0, text);
    text[1000] = 'a';
    text[1001] = '\0';
    refuse(EDC_CONF_ELIGIBILITY, text, "at most 1000 bytes together");
    text[0] = 'b';
    text[500] = ' ';
    refuse(EDC_CONF_ELIGIBILITY, text, "at most 1000 bytes together");
    text[1000] = '\0';
    text[999] = 'b';
    set_good(EDC_CONF_ELIGIBILITY, text);
    expect(EDC_CONF_ELIGIBILITY, 0, text);
}

static void
reasons_are_cut_at_the_buffer(void **state)
{
    const char *word = "nonsense";
    char small[8] = "1234567";

    (void)state;
    assert_false(
        edc_settings_set(&settings, EDC_CONF_GUARD, 1, &word, small, 4));
    assert_string_equal(small, "the");
    assert_string_equal(small + 4, "567");
    assert_false(
        edc_settings_set(&settings, EDC_CONF_GUARD, 1, &word, NULL, 0));
    assert_false(edc_settings_set(
        &settings, EDC_N_DIRECTIVES, 1, &word, small, sizeof(small)));
}

/* The reason names the schemes: exactly those that may be named. */
static void
the_reason_names_every_scheme(void **state)
{
    static const char *const known[] = {"{ARGON2}", "{SSHA}", "{SHA}", "{SMD5}",
        "{MD5}", "{SSHA256}", "{SSHA384}", "{SSHA512}", "{SHA256}", "{SHA384}",
        "{SHA512}", "{PBKDF2}", "{PBKDF2-SHA1}", "{PBKDF2-SHA256}",
        "{PBKDF2-SHA512}", "{CRYPT}"};
    char names[256];
    const char *argv[WORDS_MAX];
    int argc;

    (void)state;
    assert_false(set(EDC_CONF_IMPORT_SCHEMES, "x"));
    assert_non_null(strstr(why, "one of "));
    argc = edc_words_split(
        strstr(why, "one of ") + strlen("one of "), names, argv, WORDS_MAX);
    assert_int_equal(argc, COUNT(known));
    for (int i = 0; i < argc; i++) {
        assert_string_equal(argv[i], known[i]);
        assert_true(edc_scheme_importable(edc_str_of(argv[i])));
        assert_non_null(strstr(
            edc_directive_info_of(EDC_CONF_IMPORT_SCHEMES)->about, argv[i]));
    }
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

/* ---- educonnect-password-list ---- */

static void
a_list_must_be_readable(void **state)
{
    char long_path[1100], text[1200];

    (void)state;
    set_good(EDC_CONF_PASSWORD_LIST, list_path);
    expect(EDC_CONF_PASSWORD_LIST, 0, list_path);
    set_good(EDC_CONF_PASSWORD_LIST, other_path);
    expect(EDC_CONF_PASSWORD_LIST, 0, other_path);
    refuse(EDC_CONF_PASSWORD_LIST, "", "one absolute path");
    refuse(EDC_CONF_PASSWORD_LIST, "list", "one absolute path");
    refuse(EDC_CONF_PASSWORD_LIST, "./list", "one absolute path");
    snprintf(text, sizeof(text), "%s %s", list_path, other_path);
    refuse(EDC_CONF_PASSWORD_LIST, text, "one absolute path");
    refuse(EDC_CONF_PASSWORD_LIST, "/nowhere/at/all",
        "regular one that the server can read: No such file");
    refuse(EDC_CONF_PASSWORD_LIST, directory, "Is a directory");
    refuse(EDC_CONF_PASSWORD_LIST, fifo_path, "regular one");
    refuse(EDC_CONF_PASSWORD_LIST, "/dev/null", "regular one");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a\"b", "without quotes");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a'b", "without quotes");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a\\b", "without quotes, backslashes");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a\nb", "control characters");
    refuse(EDC_CONF_PASSWORD_LIST, "/tmp/a\x7f", "control characters");
    memset(long_path, 'a', sizeof(long_path));
    long_path[0] = '/';
    long_path[1001] = '\0';
    refuse(EDC_CONF_PASSWORD_LIST, long_path, "at most 1000 bytes");
    if (geteuid() != 0)
        refuse(EDC_CONF_PASSWORD_LIST, secret_path, "Permission denied");
    failing_fstat = 1;
    refuse(EDC_CONF_PASSWORD_LIST, list_path, "Input/output error");
    expect(EDC_CONF_PASSWORD_LIST, 0, other_path);
    assert_true(edc_settings_unset(&settings, EDC_CONF_PASSWORD_LIST, NULL));
    assert_null(settings.password_list);
}

static void
a_list_of_1000_bytes_with_spaces_comes_back(void **state)
{
    char path[1024];
    const char *word = path;
    size_t n;
    FILE *f;

    (void)state;
    n = (size_t)snprintf(path, sizeof(path), "%s/", directory);
    while (n < 990) {
        memcpy(path + n, "./", 2);
        n += 2;
    }
    snprintf(
        path + n, sizeof(path) - n, "%.*s", (int)(1000 - n), "a list of words");
    assert_int_equal(strlen(path), 1000);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fclose(f), 0);
    assert_true(edc_settings_set(
        &settings, EDC_CONF_PASSWORD_LIST, 1, &word, why, sizeof(why)));
    expect(EDC_CONF_PASSWORD_LIST, 0, path);
    assert_int_equal(unlink(path), 0);
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

/* ---- memory runs out ---- */

static void
without_memory_there_are_no_settings(void **state)
{
    edc_settings s;

    (void)state;
    failing_calloc = 1;
    assert_false(edc_settings_init(&s));
    for (int i = 1; i <= 5; i++) {
        failing_strdup = i;
        assert_false(edc_settings_init(&s));
        assert_int_equal(failing_strdup, 0);
    }
    assert_true(edc_settings_init(&s));
    edc_settings_free(&s);
    edc_settings_free(&s);
}

static void
without_memory_nothing_changes(void **state)
{
    (void)state;
    set_good(EDC_CONF_ELIGIBILITY, "mail");
    failing_calloc = 1;
    refuse(EDC_CONF_ELIGIBILITY, "sn", "out of memory");
    failing_strdup = 2;
    refuse(EDC_CONF_ELIGIBILITY, "sn cn", "out of memory");
    failing_strdup = 1;
    assert_false(edc_settings_unset(&settings, EDC_CONF_ELIGIBILITY, NULL));
    expect(EDC_CONF_ELIGIBILITY, 0, "mail");
    failing_calloc = 1;
    refuse(EDC_CONF_IMPORT_SCHEMES, "{SSHA}", "out of memory");
    failing_strdup = 1;
    refuse(EDC_CONF_PASSWORD_LIST, list_path, "out of memory");
}

/* ---- the files ---- */

static void
touch(char *path, size_t size, const char *name)
{
    FILE *f;

    snprintf(path, size, "%s/%s", directory, name);
    f = fopen(path, "w");
    if (f == NULL || fclose(f) != 0)
        abort();
}

static int
make_files(void **state)
{
    (void)state;
    if (mkdtemp(directory) == NULL)
        return -1;
    touch(list_path, sizeof(list_path), "list");
    touch(other_path, sizeof(other_path), "other");
    touch(secret_path, sizeof(secret_path), "secret");
    snprintf(fifo_path, sizeof(fifo_path), "%s/fifo", directory);
    return chmod(secret_path, 0) == 0 && mkfifo(fifo_path, 0600) == 0 ? 0 : -1;
}

static int
remove_files(void **state)
{
    (void)state;
    (void)unlink(list_path);
    (void)unlink(other_path);
    (void)unlink(secret_path);
    (void)unlink(fifo_path);
    return rmdir(directory);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_list_is_the_contracts),
        TEST(defaults_are_the_contracts),
        TEST(good_values_come_back),
        TEST(a_default_that_is_set_is_no_value),
        TEST(a_single_value_replaces),
        TEST(bad_values_change_nothing),
        TEST(good_values_with_a_byte_more_are_refused),
        TEST(too_many_or_too_long_words_are_refused),
        TEST(reasons_are_cut_at_the_buffer),
        TEST(the_reason_names_every_scheme),
        TEST(audiences_keep_the_order_of_setting),
        TEST(audiences_follow_the_default),
        TEST(who_is_both_meets_the_stricter),
        TEST(who_is_both_always_has_a_possible_password),
        TEST(a_list_must_be_readable),
        TEST(a_list_of_1000_bytes_with_spaces_comes_back),
        TEST(the_hash_stays_under_its_ceiling),
        TEST(nothing_is_unset_where_nothing_is_kept),
        TEST(values_are_cut_at_the_buffer),
        TEST(without_memory_there_are_no_settings),
        TEST(without_memory_nothing_changes),
    };

    return cmocka_run_group_tests(tests, make_files, remove_files);
}
