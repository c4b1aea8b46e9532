/* settings.c - the overlay's configuration: defaults, values, cross checks. */
#include "core/settings/settings.h"

#include <string.h>

#include "core/settings/values.h"

/* Words of the longest default, and a buffer for it. */
#define DEFAULT_WORDS 16
#define DEFAULT_SIZE 256

/* Bytes that any value needs, see settings.h. */
#define VALUE_SIZE 1024

static const edc_directive_info directives[EDC_N_DIRECTIVES] = {
#define EDC_DIRECTIVE(id, name, olc, many, syntax, def, source, about)         \
    [EDC_CONF_##id] = {name, olc, many, syntax, def, source, about},
#include "core/settings/directives.def"
#undef EDC_DIRECTIVE
};

#define EDC_DIRECTIVE(id, name, olc, many, syntax, def, source, about)         \
    _Static_assert(sizeof(def) <= DEFAULT_SIZE, #id ": default too long");
#include "core/settings/directives.def"
#undef EDC_DIRECTIVE

const edc_directive_info *
edc_directive_info_of(edc_directive directive)
{
    return &directives[directive];
}

bool
edc_settings_init(edc_settings *settings)
{
    memset(settings, 0, sizeof(*settings));
    for (int a = 0; a < EDC_N_AUDIENCES; a++)
        settings->password[a].policy = EDC_POLICY_DEFAULT;
    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        if (!directives[d].many &&
            !edc_settings_unset(settings, (edc_directive)d, NULL)) {
            edc_settings_free(settings);
            return false;
        }
    }
    return true;
}

void
edc_settings_free(edc_settings *settings)
{
    edc_value_clear(settings, EDC_CONF_PASSWORD_LIST);
    edc_value_clear(settings, EDC_CONF_IMPORT_SCHEMES);
    edc_value_clear(settings, EDC_CONF_AUDIT);
    edc_words_list_free(settings->eligibility);
    settings->eligibility = NULL;
}

bool
edc_settings_copy(edc_settings *copy, const edc_settings *settings)
{
    *copy = *settings;
    copy->password_list = edc_refused_share(settings->password_list);
    copy->import_schemes = edc_words_list_copy(settings->import_schemes);
    copy->eligibility = edc_words_list_copy(settings->eligibility);
    copy->audit = settings->audit == NULL ? NULL : strdup(settings->audit);
    if ((copy->audit == NULL) == (settings->audit == NULL) &&
        (copy->import_schemes == NULL) == (settings->import_schemes == NULL) &&
        (copy->eligibility == NULL) == (settings->eligibility == NULL))
        return true;
    edc_settings_free(copy);
    return false;
}

bool
edc_settings_set(edc_settings *settings, edc_directive directive, int argc,
    const char *const *argv, char *why, size_t size)
{
    edc_words words = {argc, argv, why, size};

    return edc_value_set(settings, directive, &words);
}

static bool
set_default(edc_settings *settings, edc_directive directive)
{
    char copy[DEFAULT_SIZE];
    const char *argv[DEFAULT_WORDS];
    int argc =
        edc_words_split(directives[directive].def, copy, argv, DEFAULT_WORDS);

    if (argc > 0)
        return edc_settings_set(settings, directive, argc, argv, NULL, 0);
    edc_value_clear(settings, directive);
    return true;
}

static bool
drop_passwords(edc_settings *settings, const char *value)
{
    char text[VALUE_SIZE];
    unsigned i = 0;

    while (edc_value_get(settings, EDC_CONF_PASSWORD, i, text, sizeof(text))) {
        if (value == NULL) {
            edc_value_drop_password(settings, i);
            continue;
        }
        if (edc_str_caseeq(edc_str_of(text), edc_str_of(value))) {
            edc_value_drop_password(settings, i);
            return true;
        }
        i++;
    }
    return value == NULL;
}

bool
edc_settings_unset(
    edc_settings *settings, edc_directive directive, const char *value)
{
    if (directive == EDC_CONF_ROLE)
        return false;
    if (directive == EDC_CONF_PASSWORD)
        return drop_passwords(settings, value);
    return set_default(settings, directive);
}

bool
edc_settings_get(const edc_settings *settings, edc_directive directive,
    unsigned i, char *out, size_t size)
{
    char text[VALUE_SIZE];

    if (directives[directive].many)
        return edc_value_get(settings, directive, i, out, size);
    if (i > 0 || !edc_value_get(settings, directive, 0, text, sizeof(text)) ||
        strcmp(text, directives[directive].def) == 0)
        return false;
    return edc_value_get(settings, directive, 0, out, size);
}

bool
edc_settings_check(const edc_settings *settings, char *why, size_t size)
{
    edc_words words = {0, NULL, why, size};

    if (!edc_cost_exceeds(settings->hash, settings->ceiling))
        return true;
    return edc_words_refuse(&words,
        "educonnect-hash is over educonnect-hash-ceiling in memory=, time= or "
        "parallelism=");
}

edc_hash_slots
edc_settings_slots(const edc_settings *settings, uint32_t processors)
{
    edc_hash_slots real = settings->hash_slots;

    if (real.slots == 0)
        real.slots = processors < 1               ? 1
                     : processors > EDC_SLOTS_MAX ? EDC_SLOTS_MAX
                                                  : processors;
    if (real.queue == EDC_QUEUE_DEFAULT)
        real.queue = real.slots * EDC_QUEUE_PER_SLOT;
    return real;
}

static edc_policy
policy_of(const edc_settings *settings, edc_audience audience)
{
    if (settings->password[audience].set == 0)
        audience = EDC_AUDIENCE_DEFAULT;
    return settings->password[audience].policy;
}

edc_policy
edc_settings_policy(const edc_settings *settings, bool student, bool guardian)
{
    edc_policy both;

    if (!student && !guardian)
        return policy_of(settings, EDC_AUDIENCE_DEFAULT);
    if (!guardian)
        return policy_of(settings, EDC_AUDIENCE_STUDENT);
    if (!student)
        return policy_of(settings, EDC_AUDIENCE_GUARDIAN);
    both = edc_policy_strictest(policy_of(settings, EDC_AUDIENCE_STUDENT),
        policy_of(settings, EDC_AUDIENCE_GUARDIAN));
    if (both.max < both.min)
        both.max = both.min;
    return both;
}
