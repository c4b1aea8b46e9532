/* settings_steps.h - what the tests of the settings do again and again. */
#ifndef EDC_TEST_SETTINGS_STEPS_H
#define EDC_TEST_SETTINGS_STEPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/settings/settings.h"
#include "core/settings/words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS_MAX 64
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static edc_settings settings;
static char why[256];

static inline int
setup(void **state)
{
    (void)state;
    return edc_settings_init(&settings) ? 0 : -1;
}

static inline int
teardown(void **state)
{
    (void)state;
    edc_settings_free(&settings);
    return 0;
}

static inline bool
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

static inline void
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

static inline void
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
static inline void
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
static inline void
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

/* Values that are accepted, and how they are written back; NULL: as they
 * were. */
static const struct {
    edc_directive directive;
    const char *text;
    const char *written;
} good_values[] = {
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
    {EDC_CONF_LOCKOUT, "tell=YES",
        "failures=10 window=15m duration=15m tell=yes"},
    {EDC_CONF_LOCKOUT, "tell=no failures=3",
        "failures=3 window=15m duration=15m"},
    {EDC_CONF_LOCKOUT, "failures=64", "failures=64 window=15m duration=15m"},
    {EDC_CONF_LOCKOUT, "servers=3",
        "failures=10 window=15m duration=15m servers=3"},
    {EDC_CONF_LOCKOUT, "servers=16 tell=yes failures=2",
        "failures=2 window=15m duration=15m tell=yes servers=16"},
    {EDC_CONF_LOCKOUT, "SERVERS=01 failures=3",
        "failures=3 window=15m duration=15m"},
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
    {EDC_CONF_VERIFY_CACHE, "entries=1 ttl=1s", NULL},
    {EDC_CONF_VERIFY_CACHE, "entries=1000000 ttl=1d", NULL},
    {EDC_CONF_VERIFY_CACHE, "entries=5", "entries=5 ttl=1m"},
    {EDC_CONF_VERIFY_CACHE, "ttl=2h", "entries=1000 ttl=2h"},
    {EDC_CONF_REGION, "262", NULL},
    {EDC_CONF_REGION, "1", NULL},
    {EDC_CONF_REGION, "0049", "49"},
    {EDC_CONF_MUST_CHANGE, "aware", NULL},
    {EDC_CONF_MUST_CHANGE, "AWARE", "aware"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.7", NULL},
    {EDC_CONF_GATE_PROXIES, "LDAPI 2001:DB8:0::/32 10.0.0.0/8 ::1/128",
        "2001:db8::/32 10.0.0.0/8 ::1 ldapi"},
    {EDC_CONF_GATE_PROXIES, "ldapi", NULL},
    {EDC_CONF_GATE_PROXIES, "::ffff:192.0.2.0/120 192.0.2.128/25",
        "192.0.2.0/24 192.0.2.128/25"},
    {EDC_CONF_AUDIT, "syslog", NULL},
    {EDC_CONF_AUDIT, "SYSLOG", "syslog"},
    {EDC_CONF_REHASH, "rate=1/s", NULL},
    {EDC_CONF_REHASH, "rate=100000", "rate=100000/s"},
    {EDC_CONF_REHASH, "down=yes", NULL},
    {EDC_CONF_REHASH, "DOWN=YES rate=020/s", "rate=20/s down=yes"},
    {EDC_CONF_REHASH, "down=no rate=3", "rate=3/s"},
    {EDC_CONF_HASH_SLOTS, "1", NULL},
    {EDC_CONF_HASH_SLOTS, "256 queue=65536", NULL},
    {EDC_CONF_HASH_SLOTS, "2 queue=0", NULL},
    {EDC_CONF_TEST_DATA, "yes", NULL},
    {EDC_CONF_TEST_DATA, "YES", "yes"},
    {EDC_CONF_CLAIM, "attempts=1 window=1s", NULL},
    {EDC_CONF_CLAIM, "attempts=64", "attempts=64 window=1h"},
    {EDC_CONF_CLAIM, "window=2h", "attempts=5 window=2h"},
};

#endif
