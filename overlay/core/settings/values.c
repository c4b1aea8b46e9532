/* values.c - each directive's value, out of words; written.c writes it back. */
#include "core/settings/values.h"
#include "core/settings/spelled.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/gentime.h"
#include "core/text/phone.h"
#include "core/password/scheme.h"
#include "core/gate/bucket.h"
#include "core/gate/verified.h"

/* Bounds that only keep slips of the pen out; directives.def tells them. */
#define HASH_MEMORY_MAX 4194304 /* 4 GiB in KiB */
#define HASH_TIME_MAX 1024
#define HASH_PARALLELISM_MAX 64
#define GUARDIANS_MAX 100
#define ELIGIBILITY_MAX 32
#define SCHEMES_MAX 32

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
set_must_change(edc_settings *s, const edc_words *words)
{
    unsigned who;

    if (!edc_words_choice(words, "who may open a session for a new password",
            edc_spelled_must_changes, COUNT(edc_spelled_must_changes), &who))
        return false;
    s->must_change = (edc_must_change)who;
    return true;
}

static bool
set_guard(edc_settings *s, const edc_words *words)
{
    unsigned mode;

    if (!edc_words_choice(words, "the guard", edc_spelled_guards,
            COUNT(edc_spelled_guards), &mode))
        return false;
    s->guard = (edc_guard_mode)mode;
    return true;
}

static bool
set_language(edc_settings *s, const edc_words *words)
{
    unsigned language;

    if (!edc_words_choice(words, "the language", edc_spelled_languages,
            COUNT(edc_spelled_languages), &language))
        return false;
    s->language = (edc_language)language;
    return true;
}

static bool
set_test_data(edc_settings *s, const edc_words *words)
{
    unsigned yes;

    if (!edc_words_choice(words, "whether it holds test data",
            edc_spelled_answers, COUNT(edc_spelled_answers), &yes))
        return false;
    s->test_data = yes == 1;
    return true;
}

static unsigned
count_passwords(const edc_settings *s)
{
    unsigned n = 0;

    for (int a = 0; a < EDC_N_AUDIENCES; a++)
        n += s->password[a].set != 0 ? 1 : 0;
    return n;
}

static bool
set_password(edc_settings *s, const edc_words *words)
{
    static const edc_key keys[] = {
        {"min", EDC_KEY_NUMBER, EDC_POLICY_MIN_FLOOR, EDC_POLICY_MAX_CEILING},
        {"max", EDC_KEY_NUMBER, EDC_POLICY_MIN_FLOOR, EDC_POLICY_MAX_CEILING},
        {"classes", EDC_KEY_NUMBER, 1, 4},
        {"long", EDC_KEY_NUMBER, EDC_POLICY_MIN_FLOOR, EDC_POLICY_MAX_CEILING},
        {"history", EDC_KEY_NUMBER, 0, EDC_POLICY_HISTORY_MAX},
    };
    edc_policy p = EDC_POLICY_DEFAULT;
    int64_t v[] = {p.min, p.max, p.classes, p.longenough, p.history};
    edc_words figures = *words;
    unsigned audience;

    if (!edc_words_first_choice(words, "the first word, the audience,",
            edc_spelled_audiences, EDC_N_AUDIENCES, &audience))
        return false;
    figures.argc--;
    figures.argv++;
    if (!edc_words_keys(&figures, keys, COUNT(keys), true, v))
        return false;
    if (v[0] > v[1])
        return edc_words_refuse(words,
            "min= is at most max=, not %" PRId64 " over %" PRId64, v[0], v[1]);
    if (v[0] > v[3])
        return edc_words_refuse(words,
            "long= is at least min=, not %" PRId64 " under %" PRId64, v[3],
            v[0]);
    if (s->password[audience].set != 0)
        return edc_words_refuse(words,
            "the audience %s is set already: delete that value first",
            edc_spelled_audiences[audience]);
    s->password[audience].set = count_passwords(s) + 1;
    s->password[audience].policy = (edc_policy){(uint32_t)v[0], (uint32_t)v[1],
        (uint32_t)v[2], (uint32_t)v[3], (uint32_t)v[4]};
    return true;
}

/* Whether slapd.conf and cn=config give the path back as it was. */
static bool
is_writable_back(edc_str path)
{
    if (path.n == 0 || path.n > EDC_VALUE_MAX || path.p[0] != '/')
        return false;
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];

        if (c < ' ' || c == 0x7f || c == '"' || c == '\'' || c == '\\')
            return false;
    }
    return true;
}

static bool
refuse_list(const edc_words *words, int failure)
{
    switch (failure) {
    case EFBIG:
        return edc_words_refuse(words,
            "a plain list has at most %d bytes and %d lines: "
            "\"educonnectctl password-list\" makes a sorted one of it",
            EDC_REFUSED_PLAIN_MAX, EDC_REFUSED_LINES_MAX);
    case EILSEQ:
        return edc_words_refuse(words,
            "the file is not sorted: \"educonnectctl password-list\" sorts "
            "it");
    case ENOMEM:
        return edc_words_refuse(words, "out of memory");
    default:
        return edc_words_refuse(words,
            "the file is a regular one that the server can read: %s",
            strerror(failure));
    }
}

static bool
set_password_list(edc_settings *s, const edc_words *words)
{
    edc_refused_list *list;

    if (words->argc != 1 || !is_writable_back(edc_str_of(words->argv[0])))
        return edc_words_refuse(words,
            "the file is one absolute path of at most %d bytes, without "
            "quotes, backslashes and control characters",
            EDC_VALUE_MAX);
    list = edc_refused_open(words->argv[0]);
    if (list == NULL)
        return refuse_list(words, errno);
    edc_refused_close(s->password_list);
    s->password_list = list;
    return true;
}

static bool
set_provisional(edc_settings *s, const edc_words *words)
{
    static const edc_key key = {"lifetime", EDC_KEY_DURATION, 0, 0};

    return edc_words_keys(words, &key, 1, false, &s->provisional);
}

static bool
set_import_schemes(edc_settings *s, const edc_words *words)
{
    char **list;

    if (!edc_words_list(words, SCHEMES_MAX, edc_scheme_importable,
            "a scheme is one of {ARGON2} {SSHA} {SHA} {SMD5} {MD5} {SSHA256} "
            "{SSHA384} {SSHA512} {SHA256} {SHA384} {SHA512} {PBKDF2} "
            "{PBKDF2-SHA1} {PBKDF2-SHA256} {PBKDF2-SHA512} {CRYPT}",
            &list))
        return false;
    edc_words_list_free(s->import_schemes);
    s->import_schemes = list;
    return true;
}

static bool
set_cost(const edc_words *words, edc_cost preset, edc_cost *cost)
{
    static const edc_key keys[] = {
        {"memory", EDC_KEY_NUMBER, 8, HASH_MEMORY_MAX},
        {"time", EDC_KEY_NUMBER, 1, HASH_TIME_MAX},
        {"parallelism", EDC_KEY_NUMBER, 1, HASH_PARALLELISM_MAX},
    };
    int64_t v[] = {preset.memory, preset.time, preset.parallelism};
    edc_cost wanted;

    if (!edc_words_keys(words, keys, COUNT(keys), false, v))
        return false;
    wanted = (edc_cost){(uint32_t)v[0], (uint32_t)v[1], (uint32_t)v[2]};
    if (!edc_cost_valid(wanted))
        return edc_words_refuse(
            words, "memory= is at least 8 KiB for each lane of parallelism=");
    *cost = wanted;
    return true;
}

static bool
set_lockout(edc_settings *s, const edc_words *words)
{
    static const edc_key keys[] = {
        {"failures", EDC_KEY_NUMBER, 1, EDC_LOCKOUT_FAILURES_MAX},
        {"window", EDC_KEY_DURATION, 0, 0},
        {"duration", EDC_KEY_DURATION, 0, 0},
        {"tell", EDC_KEY_YES_NO, 0, 0},
        {"servers", EDC_KEY_NUMBER, 1, EDC_LOCKOUT_SERVERS_MAX},
    };
    int64_t v[] = {
        EDC_LOCKOUT_FAILURES, EDC_LOCKOUT_WINDOW, EDC_LOCKOUT_DURATION, 0, 1};

    if (!edc_words_keys(words, keys, COUNT(keys), false, v))
        return false;
    s->lockout = (edc_lockout_rules){
        (uint32_t)v[0], v[1], v[2], v[3] != 0, (uint32_t)v[4]};
    return true;
}

static bool
set_claim(edc_settings *s, const edc_words *words)
{
    static const edc_key keys[] = {
        {"attempts", EDC_KEY_NUMBER, 1, EDC_CLAIM_ATTEMPTS_MAX},
        {"window", EDC_KEY_DURATION, 0, 0},
    };
    int64_t v[] = {EDC_CLAIM_ATTEMPTS, EDC_CLAIM_WINDOW};

    if (!edc_words_keys(words, keys, COUNT(keys), false, v))
        return false;
    s->claim = (edc_claim_rules){(uint32_t)v[0], v[1]};
    return true;
}

static bool
set_hash_slots(edc_settings *s, const edc_words *words)
{
    static const edc_key keys[] = {{"queue", EDC_KEY_NUMBER, 0, EDC_QUEUE_MAX}};
    edc_words number = *words, figures = *words;
    int64_t slots, queue = EDC_QUEUE_DEFAULT;

    number.argc = words->argc < 1 ? 0 : 1;
    figures.argc = words->argc - 1;
    figures.argv++;
    if (!edc_words_number(
            &number, "the number of slots", 1, EDC_SLOTS_MAX, &slots) ||
        (figures.argc > 0 &&
            !edc_words_keys(&figures, keys, COUNT(keys), false, &queue)))
        return false;
    s->hash_slots = (edc_hash_slots){(uint32_t)slots, (uint32_t)queue};
    return true;
}

static bool
set_verify_cache(edc_settings *s, const edc_words *words)
{
    static const edc_key keys[] = {
        {"entries", EDC_KEY_NUMBER, 1, EDC_VERIFIED_ENTRIES_MAX},
        {"ttl", EDC_KEY_DURATION, 0, 0},
    };
    int64_t v[] = {EDC_VERIFY_ENTRIES, EDC_VERIFY_TTL};

    if (!edc_words_keys(words, keys, COUNT(keys), false, v))
        return false;
    if (v[1] > EDC_VERIFY_TTL_MAX)
        return edc_words_refuse(words, "ttl= is at most 1d");
    s->verify_cache = (edc_verify_cache){(uint32_t)v[0], v[1]};
    return true;
}

static bool
set_rehash(edc_settings *s, const edc_words *words)
{
    static const edc_key keys[] = {
        {"rate", EDC_KEY_RATE, 1, EDC_BUCKET_RATE_MAX},
        {"down", EDC_KEY_YES_NO, 0, 0},
    };
    int64_t v[] = {0, 0};

    if (!edc_words_keys(words, keys, COUNT(keys), false, v))
        return false;
    s->rehash = (edc_rehash){(uint32_t)v[0], v[1] != 0};
    return true;
}

static bool
set_region(edc_settings *s, const edc_words *words)
{
    int64_t code;

    if (!edc_words_number(words, "the region", 1, 999, &code))
        return false;
    if (!edc_phone_region_valid((uint32_t)code))
        return edc_words_refuse(
            words, "no country has the code %" PRId64 " (ITU-T E.164)", code);
    s->region = (uint32_t)code;
    return true;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* RFC 4512 section 1.4: numericoid, digits joined by dots; no number begins
 * with a 0 that it does not need. */
static bool
is_numeric_oid(edc_str word)
{
    bool dotted = false, fresh = true;

    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] == '.') {
            if (fresh)
                return false;
            dotted = fresh = true;
            continue;
        }
        if (!is_digit(word.p[i]) || (!fresh && word.p[i - 1] == '0' &&
                                        (i == 1 || word.p[i - 2] == '.')))
            return false;
        fresh = false;
    }
    return dotted && !fresh;
}

/* RFC 4512 section 2.5: an attribute description without options. */
static bool
is_attribute(edc_str word)
{
    if (word.n == 0 || !is_letter(word.p[0]))
        return is_numeric_oid(word);
    for (size_t i = 1; i < word.n; i++) {
        if (!is_letter(word.p[i]) && !is_digit(word.p[i]) && word.p[i] != '-')
            return false;
    }
    return true;
}

static bool
set_eligibility(edc_settings *s, const edc_words *words)
{
    char **list;

    if (!edc_words_list(words, ELIGIBILITY_MAX, is_attribute,
            "an attribute is a name or an OID, without options", &list))
        return false;
    edc_words_list_free(s->eligibility);
    s->eligibility = list;
    return true;
}

static bool
set_max_guardians(edc_settings *s, const edc_words *words)
{
    int64_t n;

    if (!edc_words_number(
            words, "the number of guardians", 1, GUARDIANS_MAX, &n))
        return false;
    s->max_guardians = (uint32_t)n;
    return true;
}

static bool
set_proxies(edc_settings *s, const edc_words *words)
{
    edc_proxies proxies = {.n = 0};

    if (words->argc < 1 || words->argc > EDC_PROXIES_MAX)
        return edc_words_refuse(words, "1 to %d proxies are named, not %d",
            EDC_PROXIES_MAX, words->argc);
    for (int i = 0; i < words->argc; i++) {
        edc_str word = edc_str_of(words->argv[i]);

        if (edc_str_caseeq(word, EDC_STR("ldapi")))
            proxies.local = true;
        else if (!edc_range_read(word, &proxies.range[proxies.n++]))
            return edc_words_refuse(words,
                "a proxy is an IP address, a range of them as 192.0.2.0/24 or "
                "2001:db8::/32 whose other bits are 0, not of all, or ldapi; "
                "not \"%s\"",
                words->argv[i]);
    }
    s->proxies = proxies;
    return true;
}

/* Whether it can be written to is the server's to find out. */
static bool
set_audit(edc_settings *s, const edc_words *words)
{
    bool one = words->argc == 1;
    bool syslog = one && edc_str_caseeq(edc_str_of(words->argv[0]),
                             EDC_STR(EDC_AUDIT_SYSLOG));
    char *where;

    if (!syslog && (!one || !is_writable_back(edc_str_of(words->argv[0]))))
        return edc_words_refuse(words,
            "the trail goes to syslog or to one file, an absolute path of at "
            "most %d bytes, without quotes, backslashes and control characters",
            EDC_VALUE_MAX);
    where = strdup(syslog ? EDC_AUDIT_SYSLOG : words->argv[0]);
    if (where == NULL)
        return edc_words_refuse(words, "out of memory");
    free(s->audit);
    s->audit = where;
    return true;
}

bool
edc_value_set(edc_settings *s, edc_directive directive, const edc_words *words)
{
    switch (directive) {
    case EDC_CONF_GUARD:
        return set_guard(s, words);
    case EDC_CONF_PASSWORD:
        return set_password(s, words);
    case EDC_CONF_PASSWORD_LIST:
        return set_password_list(s, words);
    case EDC_CONF_PROVISIONAL:
        return set_provisional(s, words);
    case EDC_CONF_IMPORT_SCHEMES:
        return set_import_schemes(s, words);
    case EDC_CONF_HASH:
        return set_cost(words,
            (edc_cost){EDC_HASH_MEMORY, EDC_HASH_TIME, EDC_HASH_PARALLELISM},
            &s->hash);
    case EDC_CONF_HASH_CEILING:
        return set_cost(words,
            (edc_cost){
                EDC_CEILING_MEMORY, EDC_CEILING_TIME, EDC_CEILING_PARALLELISM},
            &s->ceiling);
    case EDC_CONF_LOCKOUT:
        return set_lockout(s, words);
    case EDC_CONF_CAMPAIGN:
        return edc_words_time(words, "the campaign", 0, &s->campaign);
    case EDC_CONF_LEGACY_CUTOFF:
        return edc_words_time(
            words, "the cut-off", INT64_MIN, &s->legacy_cutoff);
    case EDC_CONF_ELIGIBILITY:
        return set_eligibility(s, words);
    case EDC_CONF_MAX_GUARDIANS:
        return set_max_guardians(s, words);
    case EDC_CONF_LANGUAGE:
        return set_language(s, words);
    case EDC_CONF_CLAIM:
        return set_claim(s, words);
    case EDC_CONF_HASH_SLOTS:
        return set_hash_slots(s, words);
    case EDC_CONF_VERIFY_CACHE:
        return set_verify_cache(s, words);
    case EDC_CONF_REGION:
        return set_region(s, words);
    case EDC_CONF_TEST_DATA:
        return set_test_data(s, words);
    case EDC_CONF_MUST_CHANGE:
        return set_must_change(s, words);
    case EDC_CONF_GATE_PROXIES:
        return set_proxies(s, words);
    case EDC_CONF_AUDIT:
        return set_audit(s, words);
    case EDC_CONF_REHASH:
        return set_rehash(s, words);
    case EDC_CONF_ROLE:
    case EDC_N_DIRECTIVES:
        break;
    }
    return edc_words_refuse(words, "roles are kept by the server");
}

void
edc_value_drop_password(edc_settings *s, unsigned i)
{
    for (int a = 0; a < EDC_N_AUDIENCES; a++) {
        if (s->password[a].set == i + 1) {
            s->password[a].set = 0;
            s->password[a].policy = EDC_POLICY_DEFAULT;
        } else if (s->password[a].set > i + 1) {
            s->password[a].set--;
        }
    }
}

void
edc_value_clear(edc_settings *s, edc_directive directive)
{
    if (directive == EDC_CONF_PASSWORD_LIST) {
        edc_refused_close(s->password_list);
        s->password_list = NULL;
    } else if (directive == EDC_CONF_IMPORT_SCHEMES) {
        edc_words_list_free(s->import_schemes);
        s->import_schemes = NULL;
    } else if (directive == EDC_CONF_HASH_SLOTS) {
        s->hash_slots = (edc_hash_slots){0, EDC_QUEUE_DEFAULT};
    } else if (directive == EDC_CONF_VERIFY_CACHE) {
        s->verify_cache = (edc_verify_cache){0, 0};
    } else if (directive == EDC_CONF_GATE_PROXIES) {
        s->proxies = (edc_proxies){.n = 0};
    } else if (directive == EDC_CONF_AUDIT) {
        free(s->audit);
        s->audit = NULL;
    } else if (directive == EDC_CONF_REHASH) {
        s->rehash = (edc_rehash){0, false};
    } else {
        s->campaign = 0;
    }
}
