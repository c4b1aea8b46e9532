/* settings.c - the overlay's configuration: checking and keeping values. */
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gentime.h"
#include "scheme.h"

#define LEGACY_CUTOFF INT64_C(1629849600) /* 20210825000000Z */
#define MINUTES(n) (INT64_C(60) * (n))
#define DAYS(n) (INT64_C(86400) * (n))
#define GUARDIANS_MAX 16

static const edc_directive_info directives[EDC_N_DIRECTIVES] = {
#define EDC_DIRECTIVE(id, name, olc, many, syntax, def, source, about)         \
    [EDC_CONF_##id] = {name, olc, many, syntax, def, source, about},
#include "directives.def"
#undef EDC_DIRECTIVE
};

static const char *const audiences[EDC_N_AUDIENCES] = {
    [EDC_AUDIENCE_DEFAULT] = "default",
    [EDC_AUDIENCE_STUDENT] = "student",
    [EDC_AUDIENCE_GUARDIAN] = "guardian",
};

static const char *const guards[] = {"enforce", "audit", "owner"};
static const char *const languages[] = {"en", "fr"};
static const char *const default_eligibility[] = {"sn", "givenName",
    "educonnectIne", "educonnectBirthDate", "educonnectEnrolledAt"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const edc_directive_info *
edc_directive_info_of(edc_directive directive)
{
    return &directives[directive];
}

/* --- lists of words --- */

static void
free_words(char **words)
{
    for (char **w = words; w != NULL && *w != NULL; w++)
        free(*w);
    free(words);
}

static char **
copy_words(int n, const char *const *words)
{
    char **copy = calloc((size_t)n + 1, sizeof(*copy));

    for (int i = 0; copy != NULL && i < n; i++) {
        copy[i] = strdup(words[i]);
        if (copy[i] == NULL) {
            free_words(copy);
            return NULL;
        }
    }
    return copy;
}

bool
edc_settings_init(edc_settings *settings)
{
    *settings = (edc_settings){
        .guard = EDC_GUARD_ENFORCE,
        .provisional = DAYS(90),
        .hash = {EDC_HASH_MEMORY, EDC_HASH_TIME, EDC_HASH_PARALLELISM},
        .ceiling = {EDC_CEILING_MEMORY, EDC_CEILING_TIME,
            EDC_CEILING_PARALLELISM},
        .lockout = {10, MINUTES(15), MINUTES(15)},
        .legacy_cutoff = LEGACY_CUTOFF,
        .max_guardians = 2,
        .language = EDC_ENGLISH,
    };
    for (int a = 0; a < EDC_N_AUDIENCES; a++)
        settings->password[a].policy = EDC_POLICY_DEFAULT;
    settings->eligibility =
        copy_words((int)COUNT(default_eligibility), default_eligibility);
    return settings->eligibility != NULL;
}

void
edc_settings_free(edc_settings *settings)
{
    free(settings->password_list);
    free_words(settings->import_schemes);
    free_words(settings->eligibility);
    settings->password_list = NULL;
    settings->import_schemes = NULL;
    settings->eligibility = NULL;
}

/* --- reading --- */

/* Where a reason goes. */
typedef struct reason {
    char *text;
    size_t size;
} reason;

static bool __attribute__((format(printf, 2, 3)))
no(reason *why, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(why->text, why->size, format, args);
    va_end(args);
    return false;
}

/* Whether a word is "key=..."; the rest in *value. */
static bool
key_value(const char *word, const char *key, const char **value)
{
    size_t n = strlen(key);

    if (strncmp(word, key, n) != 0 || word[n] != '=')
        return false;
    *value = word + n + 1;
    return true;
}

static bool
read_number(reason *why, const char *key, const char *text, uint32_t low,
    uint32_t high, uint32_t *out)
{
    uint64_t n = 0;
    size_t digits = strspn(text, "0123456789");

    for (size_t i = 0; i < digits && n <= UINT32_MAX; i++)
        n = n * 10 + (uint64_t)(text[i] - '0');
    if (digits == 0 || text[digits] != '\0' || n < low || n > high)
        return no(why, "%s wants a number from %" PRIu32 " to %" PRIu32, key,
            low, high);
    *out = (uint32_t)n;
    return true;
}

static bool
read_duration(reason *why, const char *key, const char *text, int64_t *out)
{
    if (edc_duration_parse(edc_str_of(text), out))
        return true;
    return no(why, "%s wants a duration such as 90d, 12h, 15m or 30s", key);
}

static bool
read_time(reason *why, const char *text, int64_t *out)
{
    if (edc_time_parse(edc_str_of(text), out))
        return true;
    return no(why, "wants a time such as 20260901000000Z");
}

/* Several "key=number" words in any order, each key once. */
typedef struct number_key {
    const char *key;
    uint32_t low, high;
    uint32_t *out;
} number_key;

static bool
read_numbers(
    reason *why, int argc, const char *const *argv, number_key *keys, size_t n)
{
    unsigned seen = 0;

    if (argc == 0)
        return no(why, "wants at least one of its values");
    for (int i = 0; i < argc; i++) {
        const char *value = NULL;
        size_t k = 0;

        while (k < n && !key_value(argv[i], keys[k].key, &value))
            k++;
        if (k == n)
            return no(why, "does not know \"%s\"", argv[i]);
        if ((seen & (1u << k)) != 0)
            return no(why, "has %s twice", keys[k].key);
        seen |= 1u << k;
        if (!read_number(why, keys[k].key, value, keys[k].low, keys[k].high,
                keys[k].out))
            return false;
    }
    return true;
}

static bool
one_word(reason *why, int argc)
{
    return argc == 1 || no(why, "wants one value");
}

static bool
read_word(reason *why, int argc, const char *const *argv,
    const char *const *words, size_t n, const char *what, int *out)
{
    if (!one_word(why, argc))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(argv[0], words[i]) == 0) {
            *out = (int)i;
            return true;
        }
    }
    return no(why, "wants %s", what);
}

static bool
set_password(edc_settings *s, reason *why, int argc, const char *const *argv)
{
    edc_policy p = EDC_POLICY_DEFAULT;
    number_key keys[] = {
        {"min", EDC_POLICY_MIN_FLOOR, EDC_POLICY_MAX_CEILING, &p.min},
        {"max", EDC_POLICY_MIN_FLOOR, EDC_POLICY_MAX_CEILING, &p.max},
        {"classes", 1, 4, &p.classes},
        {"long", EDC_POLICY_MIN_FLOOR, EDC_POLICY_MAX_CEILING, &p.longenough},
        {"history", 0, EDC_POLICY_HISTORY_MAX, &p.history},
    };
    int a = 0;

    if (!read_word(why, argc > 0 ? 1 : 0, argv, audiences, EDC_N_AUDIENCES,
            "an audience first: default, student or guardian", &a))
        return false;
    if (s->password[a].set)
        return no(why, "has \"%s\" already: delete that value first", argv[0]);
    if (!read_numbers(why, argc - 1, argv + 1, keys, COUNT(keys)))
        return false;
    if (p.min > p.max)
        return no(why, "has min over max");
    if (p.longenough < p.min)
        return no(why, "has long under min");
    s->password[a].set = true;
    s->password[a].policy = p;
    return true;
}

static bool
set_password_list(
    edc_settings *s, reason *why, int argc, const char *const *argv)
{
    char *path;
    int fd;

    if (!one_word(why, argc))
        return false;
    fd = open(argv[0], O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return no(why, "%s: %s", argv[0], strerror(errno));
    close(fd);
    path = strdup(argv[0]);
    if (path == NULL)
        return no(why, "out of memory");
    free(s->password_list);
    s->password_list = path;
    return true;
}

static bool
set_words(reason *why, int argc, const char *const *argv, char ***list)
{
    char **words = copy_words(argc, argv);

    if (words == NULL)
        return no(why, "out of memory");
    free_words(*list);
    *list = words;
    return true;
}

static bool
set_import_schemes(
    edc_settings *s, reason *why, int argc, const char *const *argv)
{
    for (int i = 0; i < argc; i++) {
        if (!edc_scheme_importable(edc_str_of(argv[i])))
            return no(why, "does not know the scheme \"%s\"", argv[i]);
    }
    return (argc > 0 || no(why, "wants at least one {SCHEME}")) &&
           set_words(why, argc, argv, &s->import_schemes);
}

static bool
attribute_name(const char *word)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char others[] = "abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    size_t n = strlen(word);

    return n > 0 && n <= 64 && strchr(letters, word[0]) != NULL &&
           strspn(word, others) == n;
}

static bool
set_eligibility(edc_settings *s, reason *why, int argc, const char *const *argv)
{
    if (argc < 1 || argc > 32)
        return no(why, "wants 1 to 32 attribute names");
    for (int i = 0; i < argc; i++) {
        if (!attribute_name(argv[i]))
            return no(why, "\"%s\" is no attribute name", argv[i]);
    }
    return set_words(why, argc, argv, &s->eligibility);
}

static bool
read_cost(reason *why, int argc, const char *const *argv, edc_cost *cost)
{
    edc_cost c = *cost;
    number_key keys[] = {
        {"memory", 8, UINT32_MAX, &c.memory},
        {"time", 1, UINT32_MAX, &c.time},
        {"parallelism", 1, 255, &c.parallelism},
    };

    if (!read_numbers(why, argc, argv, keys, COUNT(keys)))
        return false;
    if (!edc_cost_valid(c))
        return no(why, "wants at least 8 KiB of memory for each lane of "
                       "parallelism");
    *cost = c;
    return true;
}

static bool
set_lockout(edc_settings *s, reason *why, int argc, const char *const *argv)
{
    edc_lockout_rules r = {10, MINUTES(15), MINUTES(15)};
    const char *value = NULL;

    if (argc == 0)
        return no(why, "wants at least one of its values");
    for (int i = 0; i < argc; i++) {
        if (key_value(argv[i], "failures", &value)) {
            if (!read_number(why, "failures", value, 1,
                    EDC_LOCKOUT_FAILURES_MAX, &r.failures))
                return false;
        } else if (key_value(argv[i], "window", &value)) {
            if (!read_duration(why, "window", value, &r.window))
                return false;
        } else if (key_value(argv[i], "duration", &value)) {
            if (!read_duration(why, "duration", value, &r.duration))
                return false;
        } else {
            return no(why, "does not know \"%s\"", argv[i]);
        }
    }
    s->lockout = r;
    return true;
}

static bool
set_provisional(edc_settings *s, reason *why, int argc, const char *const *argv)
{
    const char *value = NULL;

    if (argc != 1 || !key_value(argv[0], "lifetime", &value))
        return no(why, "wants lifetime=<duration>");
    return read_duration(why, "lifetime", value, &s->provisional);
}

static bool
set_time(reason *why, int argc, const char *const *argv, int64_t *time)
{
    return one_word(why, argc) && read_time(why, argv[0], time);
}

static bool
set_guard(edc_settings *s, reason *why, int argc, const char *const *argv)
{
    int mode = 0;

    if (!read_word(why, argc, argv, guards, COUNT(guards),
            "enforce, audit or owner", &mode))
        return false;
    s->guard = (edc_guard_mode)mode;
    return true;
}

static bool
set_language(edc_settings *s, reason *why, int argc, const char *const *argv)
{
    int language = 0;

    if (!read_word(why, argc, argv, languages, COUNT(languages), "en or fr",
            &language))
        return false;
    s->language = (edc_language)language;
    return true;
}

bool
edc_settings_set(edc_settings *settings, edc_directive directive, int argc,
    const char *const *argv, char *why, size_t size)
{
    reason r = {why, size};

    switch (directive) {
    case EDC_CONF_GUARD:
        return set_guard(settings, &r, argc, argv);
    case EDC_CONF_PASSWORD:
        return set_password(settings, &r, argc, argv);
    case EDC_CONF_PASSWORD_LIST:
        return set_password_list(settings, &r, argc, argv);
    case EDC_CONF_PROVISIONAL:
        return set_provisional(settings, &r, argc, argv);
    case EDC_CONF_IMPORT_SCHEMES:
        return set_import_schemes(settings, &r, argc, argv);
    case EDC_CONF_HASH:
        return read_cost(&r, argc, argv, &settings->hash);
    case EDC_CONF_HASH_CEILING:
        return read_cost(&r, argc, argv, &settings->ceiling);
    case EDC_CONF_LOCKOUT:
        return set_lockout(settings, &r, argc, argv);
    case EDC_CONF_CAMPAIGN:
        return set_time(&r, argc, argv, &settings->campaign);
    case EDC_CONF_LEGACY_CUTOFF:
        return set_time(&r, argc, argv, &settings->legacy_cutoff);
    case EDC_CONF_ELIGIBILITY:
        return set_eligibility(settings, &r, argc, argv);
    case EDC_CONF_MAX_GUARDIANS:
        return one_word(&r, argc) &&
               read_number(&r, directives[directive].name, argv[0], 1,
                   GUARDIANS_MAX, &settings->max_guardians);
    case EDC_CONF_LANGUAGE:
        return set_language(settings, &r, argc, argv);
    default:
        return no(&r, "is not a value that is kept here");
    }
}

bool
edc_settings_check(const edc_settings *settings, char *why, size_t size)
{
    reason r = {why, size};

    if (edc_cost_exceeds(settings->hash, settings->ceiling))
        return no(&r, "educonnect-hash would be over educonnect-hash-ceiling: "
                      "raise the ceiling first");
    return true;
}

edc_policy
edc_settings_policy(const edc_settings *settings, bool student, bool guardian)
{
    edc_policy fallback = settings->password[EDC_AUDIENCE_DEFAULT].policy;
    edc_policy s = settings->password[EDC_AUDIENCE_STUDENT].set
                       ? settings->password[EDC_AUDIENCE_STUDENT].policy
                       : fallback;
    edc_policy g = settings->password[EDC_AUDIENCE_GUARDIAN].set
                       ? settings->password[EDC_AUDIENCE_GUARDIAN].policy
                       : fallback;

    if (student && guardian)
        return edc_policy_strictest(s, g);
    return student ? s : guardian ? g : fallback;
}

/* --- writing back, and back to the default --- */

static bool
write_words(char **words, char *out, size_t size)
{
    size_t n = 0;

    for (; *words != NULL && n < size; words++)
        n += (size_t)snprintf(
            out + n, size - n, "%s%s", n > 0 ? " " : "", *words);
    return true;
}

static bool
write_cost(edc_cost cost, edc_cost def, char *out, size_t size)
{
    if (!edc_cost_exceeds(cost, def) && !edc_cost_exceeds(def, cost))
        return false;
    snprintf(out, size,
        "memory=%" PRIu32 " time=%" PRIu32 " parallelism=%" PRIu32, cost.memory,
        cost.time, cost.parallelism);
    return true;
}

static bool
write_lockout(const edc_lockout_rules *r, char *out, size_t size)
{
    char window[16], duration[16];

    if (r->failures == 10 && r->window == MINUTES(15) &&
        r->duration == MINUTES(15))
        return false;
    edc_duration_format(r->window, window, sizeof(window));
    edc_duration_format(r->duration, duration, sizeof(duration));
    snprintf(out, size, "failures=%" PRIu32 " window=%s duration=%s",
        r->failures, window, duration);
    return true;
}

static bool
write_time(int64_t time, int64_t def, char *out, size_t size)
{
    char text[EDC_TIME_SIZE];

    if (time == def)
        return false;
    edc_time_format(time, text);
    snprintf(out, size, "%s", text);
    return true;
}

static bool
write_password(const edc_settings *s, unsigned which, char *out, size_t size)
{
    for (int a = 0; a < EDC_N_AUDIENCES; a++) {
        const edc_policy *p = &s->password[a].policy;

        if (!s->password[a].set || which-- > 0)
            continue;
        snprintf(out, size,
            "%s min=%" PRIu32 " max=%" PRIu32 " classes=%" PRIu32
            " long=%" PRIu32 " history=%" PRIu32,
            audiences[a], p->min, p->max, p->classes, p->longenough,
            p->history);
        return true;
    }
    return false;
}

static bool
write_eligibility(const edc_settings *s, char *out, size_t size)
{
    size_t n = 0;

    while (s->eligibility[n] != NULL && n < COUNT(default_eligibility) &&
           strcmp(s->eligibility[n], default_eligibility[n]) == 0)
        n++;
    if (s->eligibility[n] == NULL && n == COUNT(default_eligibility))
        return false;
    return write_words(s->eligibility, out, size);
}

static bool
write_provisional(const edc_settings *s, char *out, size_t size)
{
    char text[16];

    if (s->provisional == DAYS(90))
        return false;
    edc_duration_format(s->provisional, text, sizeof(text));
    snprintf(out, size, "lifetime=%s", text);
    return true;
}

bool
edc_settings_get(const edc_settings *s, edc_directive directive, unsigned i,
    char *out, size_t size)
{
    const edc_cost hash = {
        EDC_HASH_MEMORY, EDC_HASH_TIME, EDC_HASH_PARALLELISM};
    const edc_cost ceiling = {
        EDC_CEILING_MEMORY, EDC_CEILING_TIME, EDC_CEILING_PARALLELISM};

    if (directive == EDC_CONF_PASSWORD)
        return write_password(s, i, out, size);
    if (i > 0)
        return false;
    switch (directive) {
    case EDC_CONF_GUARD:
        snprintf(out, size, "%s", guards[s->guard]);
        return s->guard != EDC_GUARD_ENFORCE;
    case EDC_CONF_PASSWORD_LIST:
        snprintf(out, size, "%s", s->password_list ? s->password_list : "");
        return s->password_list != NULL;
    case EDC_CONF_PROVISIONAL:
        return write_provisional(s, out, size);
    case EDC_CONF_IMPORT_SCHEMES:
        return s->import_schemes != NULL &&
               write_words(s->import_schemes, out, size);
    case EDC_CONF_HASH:
        return write_cost(s->hash, hash, out, size);
    case EDC_CONF_HASH_CEILING:
        return write_cost(s->ceiling, ceiling, out, size);
    case EDC_CONF_LOCKOUT:
        return write_lockout(&s->lockout, out, size);
    case EDC_CONF_CAMPAIGN:
        return write_time(s->campaign, 0, out, size);
    case EDC_CONF_LEGACY_CUTOFF:
        return write_time(s->legacy_cutoff, LEGACY_CUTOFF, out, size);
    case EDC_CONF_ELIGIBILITY:
        return write_eligibility(s, out, size);
    case EDC_CONF_MAX_GUARDIANS:
        snprintf(out, size, "%" PRIu32, s->max_guardians);
        return s->max_guardians != 2;
    case EDC_CONF_LANGUAGE:
        snprintf(out, size, "%s", languages[s->language]);
        return s->language != EDC_ENGLISH;
    default:
        return false;
    }
}

static bool
unset_password(edc_settings *s, const char *value)
{
    bool any = value == NULL;

    for (int a = 0; a < EDC_N_AUDIENCES; a++) {
        size_t n = strlen(audiences[a]);

        if (!s->password[a].set ||
            (value != NULL && (strncmp(value, audiences[a], n) != 0 ||
                                  (value[n] != ' ' && value[n] != '\0'))))
            continue;
        s->password[a].set = false;
        s->password[a].policy = EDC_POLICY_DEFAULT;
        any = true;
    }
    return any;
}

/* The value of one directive, out of the defaults. */
static void
take_default(edc_settings *s, edc_directive directive, edc_settings *fresh)
{
    char **words;

    switch (directive) {
    case EDC_CONF_GUARD:
        s->guard = fresh->guard;
        break;
    case EDC_CONF_PASSWORD_LIST:
        free(s->password_list);
        s->password_list = NULL;
        break;
    case EDC_CONF_PROVISIONAL:
        s->provisional = fresh->provisional;
        break;
    case EDC_CONF_IMPORT_SCHEMES:
        free_words(s->import_schemes);
        s->import_schemes = NULL;
        break;
    case EDC_CONF_HASH:
        s->hash = fresh->hash;
        break;
    case EDC_CONF_HASH_CEILING:
        s->ceiling = fresh->ceiling;
        break;
    case EDC_CONF_LOCKOUT:
        s->lockout = fresh->lockout;
        break;
    case EDC_CONF_CAMPAIGN:
        s->campaign = 0;
        break;
    case EDC_CONF_LEGACY_CUTOFF:
        s->legacy_cutoff = fresh->legacy_cutoff;
        break;
    case EDC_CONF_ELIGIBILITY:
        words = s->eligibility;
        s->eligibility = fresh->eligibility;
        fresh->eligibility = words;
        break;
    case EDC_CONF_MAX_GUARDIANS:
        s->max_guardians = fresh->max_guardians;
        break;
    default:
        s->language = fresh->language;
        break;
    }
}

bool
edc_settings_unset(
    edc_settings *settings, edc_directive directive, const char *value)
{
    edc_settings fresh;

    if (directive == EDC_CONF_ROLE)
        return false;
    if (directive == EDC_CONF_PASSWORD)
        return unset_password(settings, value);
    if (!edc_settings_init(&fresh))
        return false;
    take_default(settings, directive, &fresh);
    edc_settings_free(&fresh);
    return true;
}
