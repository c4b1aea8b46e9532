/* written.c - each directive's value, back into words: what cn=config shows and
 * slapd.conf would say.
 */
#include "core/settings/values.h"
#include "core/settings/spelled.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/text/gentime.h"

#define DURATION_SIZE 16

const char *const edc_spelled_guards[] = {
    [EDC_GUARD_ENFORCE] = "enforce",
    [EDC_GUARD_AUDIT] = "audit",
    [EDC_GUARD_OWNER] = "owner",
};

const char *const edc_spelled_audiences[EDC_N_AUDIENCES] = {
    [EDC_AUDIENCE_DEFAULT] = "default",
    [EDC_AUDIENCE_STUDENT] = "student",
    [EDC_AUDIENCE_GUARDIAN] = "guardian",
};

const char *const edc_spelled_languages[] = {
    [EDC_ENGLISH] = "en",
    [EDC_FRENCH] = "fr",
};

const char *const edc_spelled_must_changes[] = {
    [EDC_TELL_ANY] = "any",
    [EDC_TELL_AWARE] = "aware",
};

const char *const edc_spelled_answers[] = {"no", "yes"};

static bool
write_text(const char *text, char *out, size_t size)
{
    if (text == NULL)
        return false;
    snprintf(out, size, "%s", text);
    return true;
}

static bool
write_list(char *const *list, char *out, size_t size)
{
    size_t n = 0;

    if (list == NULL)
        return false;
    for (size_t i = 0; list[i] != NULL && n < size; i++)
        n += (size_t)snprintf(
            out + n, size - n, "%s%s", i > 0 ? " " : "", list[i]);
    return true;
}

static bool
write_password(const edc_settings *s, unsigned i, char *out, size_t size)
{
    for (int a = 0; a < EDC_N_AUDIENCES; a++) {
        const edc_policy *p = &s->password[a].policy;

        if (s->password[a].set != i + 1)
            continue;
        snprintf(out, size,
            "%s min=%" PRIu32 " max=%" PRIu32 " classes=%" PRIu32
            " long=%" PRIu32 " history=%" PRIu32,
            edc_spelled_audiences[a], p->min, p->max, p->classes, p->longenough,
            p->history);
        return true;
    }
    return false;
}

static bool
write_cost(edc_cost cost, char *out, size_t size)
{
    snprintf(out, size,
        "memory=%" PRIu32 " time=%" PRIu32 " parallelism=%" PRIu32, cost.memory,
        cost.time, cost.parallelism);
    return true;
}

static bool
write_provisional(int64_t seconds, char *out, size_t size)
{
    char lifetime[DURATION_SIZE];

    edc_duration_format(seconds, lifetime, sizeof(lifetime));
    snprintf(out, size, "lifetime=%s", lifetime);
    return true;
}

static bool
write_lockout(const edc_lockout_rules *rules, char *out, size_t size)
{
    char window[DURATION_SIZE], duration[DURATION_SIZE], servers[24] = "";

    edc_duration_format(rules->window, window, sizeof(window));
    edc_duration_format(rules->duration, duration, sizeof(duration));
    if (rules->servers > 1)
        snprintf(servers, sizeof(servers), " servers=%" PRIu32, rules->servers);
    snprintf(out, size, "failures=%" PRIu32 " window=%s duration=%s%s%s",
        rules->failures, window, duration, rules->tell ? " tell=yes" : "",
        servers);
    return true;
}

static bool
write_claim(const edc_claim_rules *rules, char *out, size_t size)
{
    char window[DURATION_SIZE];

    edc_duration_format(rules->window, window, sizeof(window));
    snprintf(
        out, size, "attempts=%" PRIu32 " window=%s", rules->attempts, window);
    return true;
}

static bool
write_hash_slots(edc_hash_slots h, char *out, size_t size)
{
    int n;

    if (h.slots == 0)
        return false;
    n = snprintf(out, size, "%" PRIu32, h.slots);
    if (h.queue != EDC_QUEUE_DEFAULT && n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, " queue=%" PRIu32, h.queue);
    return true;
}

static bool
write_verify_cache(edc_verify_cache cache, char *out, size_t size)
{
    char ttl[DURATION_SIZE];

    if (cache.entries == 0)
        return false;
    edc_duration_format(cache.ttl, ttl, sizeof(ttl));
    snprintf(out, size, "entries=%" PRIu32 " ttl=%s", cache.entries, ttl);
    return true;
}

static bool
write_time(int64_t seconds, char *out, size_t size)
{
    char time[EDC_TIME_SIZE];

    edc_time_format(seconds, time);
    return write_text(time, out, size);
}

static bool
write_proxies(const edc_proxies *proxies, char *out, size_t size)
{
    char range[EDC_RANGE_SIZE];
    size_t n = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < proxies->n && n < size; i++) {
        edc_range_write(&proxies->range[i], range);
        n += (size_t)snprintf(
            out + n, size - n, "%s%s", n > 0 ? " " : "", range);
    }
    if (proxies->local && n < size)
        n += (size_t)snprintf(
            out + n, size - n, "%s", n > 0 ? " ldapi" : "ldapi");
    return n > 0;
}

static bool
write_rehash(edc_rehash rehash, char *out, size_t size)
{
    char rate[24] = "";

    if (rehash.rate > 0)
        snprintf(rate, sizeof(rate), "rate=%" PRIu32 "/s", rehash.rate);
    snprintf(out, size, "%s%s%s", rate,
        rehash.rate > 0 && rehash.down ? " " : "",
        rehash.down ? "down=yes" : "");
    return out[0] != '\0';
}

bool
edc_value_get(const edc_settings *s, edc_directive directive, unsigned i,
    char *out, size_t size)
{
    switch (directive) {
    case EDC_CONF_GUARD:
        return write_text(edc_spelled_guards[s->guard], out, size);
    case EDC_CONF_PASSWORD:
        return write_password(s, i, out, size);
    case EDC_CONF_PASSWORD_LIST:
        return s->password_list != NULL &&
               write_text(edc_refused_path(s->password_list), out, size);
    case EDC_CONF_PROVISIONAL:
        return write_provisional(s->provisional, out, size);
    case EDC_CONF_IMPORT_SCHEMES:
        return write_list(s->import_schemes, out, size);
    case EDC_CONF_HASH:
        return write_cost(s->hash, out, size);
    case EDC_CONF_HASH_CEILING:
        return write_cost(s->ceiling, out, size);
    case EDC_CONF_LOCKOUT:
        return write_lockout(&s->lockout, out, size);
    case EDC_CONF_CAMPAIGN:
        return s->campaign != 0 && write_time(s->campaign, out, size);
    case EDC_CONF_LEGACY_CUTOFF:
        return write_time(s->legacy_cutoff, out, size);
    case EDC_CONF_ELIGIBILITY:
        return write_list(s->eligibility, out, size);
    case EDC_CONF_MAX_GUARDIANS:
        snprintf(out, size, "%" PRIu32, s->max_guardians);
        return true;
    case EDC_CONF_LANGUAGE:
        return write_text(edc_spelled_languages[s->language], out, size);
    case EDC_CONF_CLAIM:
        return write_claim(&s->claim, out, size);
    case EDC_CONF_HASH_SLOTS:
        return write_hash_slots(s->hash_slots, out, size);
    case EDC_CONF_VERIFY_CACHE:
        return write_verify_cache(s->verify_cache, out, size);
    case EDC_CONF_REGION:
        snprintf(out, size, "%" PRIu32, s->region);
        return true;
    case EDC_CONF_TEST_DATA:
        return write_text(edc_spelled_answers[s->test_data], out, size);
    case EDC_CONF_MUST_CHANGE:
        return write_text(edc_spelled_must_changes[s->must_change], out, size);
    case EDC_CONF_GATE_PROXIES:
        return write_proxies(&s->proxies, out, size);
    case EDC_CONF_AUDIT:
        return write_text(s->audit, out, size);
    case EDC_CONF_REHASH:
        return write_rehash(s->rehash, out, size);
    case EDC_CONF_ROLE:
    case EDC_N_DIRECTIVES:
        break;
    }
    return false;
}
