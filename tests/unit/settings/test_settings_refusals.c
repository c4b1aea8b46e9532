/* test_settings_refusals.c - every directive: nonsense is refused with a
 * reason and changes nothing.
 */
#include "settings/settings_steps.h"

#include "core/password/scheme.h"

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
    {EDC_CONF_LOCKOUT, "",
        "with failures=, window=, duration=, tell=, servers="},
    {EDC_CONF_LOCKOUT, "10 15m 15m",
        "with failures=, window=, duration=, tell=, servers="},
    {EDC_CONF_LOCKOUT, "failures=0",
        "failures= is a whole number from 1 to 64"},
    {EDC_CONF_LOCKOUT, "failures=65", "failures= is a whole number"},
    {EDC_CONF_LOCKOUT, "window=15", "window= is a duration from 1s to 36525d"},
    {EDC_CONF_LOCKOUT, "window=0s", "window= is a duration"},
    {EDC_CONF_LOCKOUT, "tell=", "tell= is yes or no"},
    {EDC_CONF_LOCKOUT, "tell=1", "tell= is yes or no"},
    {EDC_CONF_LOCKOUT, "failures=3 tell=maybe", "tell= is yes or no"},
    {EDC_CONF_LOCKOUT, "servers=0", "servers= is a whole number from 1 to 16"},
    {EDC_CONF_LOCKOUT, "servers=17", "servers= is a whole number from 1 to 16"},
    {EDC_CONF_LOCKOUT, "servers=", "servers= is a whole number from 1 to 16"},
    {EDC_CONF_LOCKOUT, "servers=2 servers=2", "servers= is given more than"},
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
    {EDC_CONF_CLAIM, "", "with attempts=, window="},
    {EDC_CONF_CLAIM, "5 1h", "with attempts=, window="},
    {EDC_CONF_CLAIM, "attempts=0", "attempts= is a whole number"},
    {EDC_CONF_CLAIM, "attempts=65", "attempts= is a whole number"},
    {EDC_CONF_CLAIM, "window=60", "window= is a duration"},
    {EDC_CONF_VERIFY_CACHE, "", "with entries=, ttl="},
    {EDC_CONF_VERIFY_CACHE, "10", "with entries=, ttl="},
    {EDC_CONF_VERIFY_CACHE, "entries=0", "entries= is a whole number"},
    {EDC_CONF_VERIFY_CACHE, "entries=1000001", "entries= is a whole number"},
    {EDC_CONF_VERIFY_CACHE, "ttl=60", "ttl= is a duration"},
    {EDC_CONF_VERIFY_CACHE, "ttl=2d", "ttl= is at most 1d"},
    {EDC_CONF_REGION, "", "the region is one whole number"},
    {EDC_CONF_REGION, "0", "the region is one whole number"},
    {EDC_CONF_REGION, "+33", "the region is one whole number"},
    {EDC_CONF_REGION, "FR", "the region is one whole number"},
    {EDC_CONF_REGION, "33 262", "the region is one whole number"},
    {EDC_CONF_REGION, "1000", "the region is one whole number"},
    {EDC_CONF_REGION, "330", "no country has the code 330"},
    {EDC_CONF_REGION, "6", "no country has the code 6"},
    {EDC_CONF_MUST_CHANGE, "", "is one of any, aware"},
    {EDC_CONF_MUST_CHANGE, "yes", "is one of any, aware"},
    {EDC_CONF_MUST_CHANGE, "any aware", "is one of any, aware"},
    {EDC_CONF_AUDIT, "", "the trail goes to syslog or to one file"},
    {EDC_CONF_AUDIT, "audit.log", "the trail goes to syslog or to one file"},
    {EDC_CONF_AUDIT, "./audit.log", "the trail goes to syslog or to one file"},
    {EDC_CONF_AUDIT, "/var/log/a /var/log/b",
        "the trail goes to syslog or to one file"},
    {EDC_CONF_AUDIT, "syslog /var/log/a",
        "the trail goes to syslog or to one file"},
    {EDC_CONF_AUDIT, "/var/log/\"a", "the trail goes to syslog or to one file"},
    {EDC_CONF_AUDIT, "/var/log/\\a", "the trail goes to syslog or to one file"},
    {EDC_CONF_AUDIT, "/var/log/a\x1b",
        "the trail goes to syslog or to one file"},
    {EDC_CONF_REHASH, "", "with rate=, down="},
    {EDC_CONF_REHASH, "20", "with rate=, down="},
    {EDC_CONF_REHASH, "rate=0", "rate= is a whole number from 1 to 100000"},
    {EDC_CONF_REHASH, "rate=100001", "rate= is a whole number"},
    {EDC_CONF_REHASH, "rate=/s", "rate= is a whole number"},
    {EDC_CONF_REHASH, "rate=2/m", "rate= is a whole number"},
    {EDC_CONF_REHASH, "rate=2/s/s", "rate= is a whole number"},
    {EDC_CONF_REHASH, "rate=-2", "rate= is a whole number"},
    {EDC_CONF_REHASH, "down=maybe", "down= is yes or no"},
    {EDC_CONF_GATE_PROXIES, "", "1 to 16 proxies are named, not 0"},
    {EDC_CONF_GATE_PROXIES,
        "1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4 1.1.1.5 1.1.1.6 "
        "1.1.1.7 1.1.1.8 1.1.1.9 1.1.2.1 1.1.2.2 1.1.2.3 "
        "1.1.2.4 1.1.2.5 1.1.2.6 1.1.2.7 1.1.2.8",
        "1 to 16 proxies"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.7/33", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.7/24", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.7/0", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "0.0.0.0/0", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "::/0", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "::ffff:0:0/96", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "2001:db8::1/32", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "2001:db8::/129", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.256", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.07", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "[::1]", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.7:389", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "fe80::1%eth0", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "localhost", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "*", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.0/024", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.0/+24", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.0/", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "/24", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "ldap", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.7,192.0.2.8", "a proxy is an IP address"},
    {EDC_CONF_GATE_PROXIES, "192.0.2.7 portal", "not \"portal\""},
    {EDC_CONF_HASH_SLOTS, "",
        "the number of slots is one whole number from 1 to 256"},
    {EDC_CONF_HASH_SLOTS, "0", "from 1 to 256"},
    {EDC_CONF_HASH_SLOTS, "257", "from 1 to 256"},
    {EDC_CONF_HASH_SLOTS, "queue=4", "from 1 to 256"},
    {EDC_CONF_HASH_SLOTS, "2 queue=65537", "queue= is a whole number"},
    {EDC_CONF_HASH_SLOTS, "2 3", "with queue="},
    {EDC_CONF_LANGUAGE, "", "the language is one of en, fr"},
    {EDC_CONF_LANGUAGE, "de", "the language is one of en, fr"},
    {EDC_CONF_LANGUAGE, "en fr", "the language is one of en, fr"},
    {EDC_CONF_TEST_DATA, "", "whether it holds test data is one of no, yes"},
    {EDC_CONF_TEST_DATA, "1", "is one of no, yes"},
    {EDC_CONF_TEST_DATA, "yes no", "is one of no, yes"},
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
    tried[EDC_CONF_PASSWORD_LIST] = true; /* test_settings_list.c */
    for (int d = 0; d < EDC_N_DIRECTIVES; d++)
        assert_true(tried[d]);
    refuse_all();
    /* Nor do they change what was set before. */
    set_good(EDC_CONF_GUARD, "owner");
    set_good(EDC_CONF_PASSWORD, "default min=9");
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
    set_good(EDC_CONF_CLAIM, "attempts=2");
    set_good(EDC_CONF_HASH_SLOTS, "3 queue=7");
    set_good(EDC_CONF_VERIFY_CACHE, "entries=3");
    set_good(EDC_CONF_REHASH, "rate=2/s down=yes");
    set_good(EDC_CONF_TEST_DATA, "yes");
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
    for (size_t i = 0; i < COUNT(good_values); i++) {
        for (size_t m = 0; more[m] != '\0'; m++) {
            snprintf(text, sizeof(text), "%s%c", good_values[i].text, more[m]);
            refuse(good_values[i].directive, text, "");
            snprintf(text, sizeof(text), "%s %c", good_values[i].text, more[m]);
            refuse(good_values[i].directive, text, "");
            snprintf(text, sizeof(text), "%c%s", more[m], good_values[i].text);
            refuse(good_values[i].directive, text, "");
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bad_values_change_nothing),
        TEST(good_values_with_a_byte_more_are_refused),
        TEST(too_many_or_too_long_words_are_refused),
        TEST(reasons_are_cut_at_the_buffer),
        TEST(the_reason_names_every_scheme),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
