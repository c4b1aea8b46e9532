/* rules.c - what a new password must be, as letters tell it.
 *
 * The overlay's own reading of educonnect-password is used, so that what is
 * read here is what holds there.
 */
#include <stdlib.h>
#include <string.h>

#include "core/settings/settings.h"
#include "letters/rules.h"

#define WORDS_MAX 8

/* ---- where they are read ---- */

typedef struct reader {
    edc_settings settings;
    size_t n_overlays;
    bool bad;
} reader;

/* One value of educonnect-password. False: it is none, *why says what. */
static bool
take(edc_settings *settings, const char *value, char *why, size_t size)
{
    char *copy = ctl_copy(value), *rest = NULL;
    const char *words[WORDS_MAX];
    int n = 0;
    bool good;

    for (char *word = strtok_r(copy, " \t", &rest);
        word != NULL && n < WORDS_MAX; word = strtok_r(NULL, " \t", &rest))
        words[n++] = word;
    good = n > 0 &&
           edc_settings_set(settings, EDC_CONF_PASSWORD, n, words, why, size);
    free(copy);
    return good;
}

/* slapd puts each value's place before it: {0}default min=10. */
static bool
take_overlay(void *ctx, const ctl_entry *entry)
{
    reader *r = ctx;
    struct berval **values = ctl_entry_values(entry, "olcEduconnectPassword");
    char why[256];

    r->n_overlays++;
    for (size_t i = 0; values != NULL && values[i] != NULL; i++) {
        const char *value = values[i]->bv_val;

        if (*value == '{')
            value += strcspn(value, "}") + 1;
        if (!take(&r->settings, value, why, sizeof(why)))
            r->bad = true;
    }
    ldap_value_free_len(values);
    return true;
}

/* Where several databases have the overlay, whose rules hold is not known. */
static bool
read_server(ctl *c, reader *r)
{
    static const char *const wanted[] = {"olcEduconnectPassword", NULL};

    return ctl_search(c, "cn=config", LDAP_SCOPE_SUBTREE,
               "(objectClass=olcEduconnectConfig)", wanted, take_overlay,
               r) == LDAP_SUCCESS &&
           r->n_overlays == 1 && !r->bad;
}

static ctl_exit
read_options(ctl *c, edc_settings *settings)
{
    const char *value;
    char why[256] = "";

    for (size_t i = 0;
        (value = ctl_nth(c, CTL_OPT_LETTERS_PASSWORD_RULES, i)) != NULL; i++) {
        if (!take(settings, value, why, sizeof(why)))
            return ctl_fail(
                c, CTL_USAGE, "--password-rules \"%s\": %s", value, why);
    }
    return CTL_OK;
}

static void
keep(letters_school *school, const edc_settings *settings)
{
    school->rules[false] = edc_settings_policy(settings, true, false);
    school->rules[true] = edc_settings_policy(settings, false, true);
}

ctl_exit
letters_rules_read(ctl *c, letters_school *school)
{
    reader r = {.n_overlays = 0};
    ctl_exit status = CTL_OK;

    school->rules[false] = school->rules[true] = EDC_POLICY_DEFAULT;
    if (!edc_settings_init(&r.settings))
        return ctl_fail(c, CTL_LOCAL, "memory has run out");
    if (ctl_count(c, CTL_OPT_LETTERS_PASSWORD_RULES) > 0) {
        status = read_options(c, &r.settings);
        keep(school, &r.settings);
    } else if (read_server(c, &r)) {
        keep(school, &r.settings);
    }
    edc_settings_free(&r.settings);
    return status;
}

/* ---- as sentences ---- */

/* "deux", as a letter writes small numbers. */
static const char *
number_word(uint32_t n)
{
    static const char *const words[] = {"", "un", "deux", "trois"};

    return words[n];
}

static char *
kinds(const edc_policy *policy)
{
    bool all = policy->classes == 4;
    char *text, *longer;

    if (policy->classes <= 1)
        return ctl_copy("");
    text = all ? ctl_copy(", dont une minuscule, une majuscule, un chiffre et "
                          "un autre caractère")
               : ctl_format(", de %s de ces genres au moins\u00a0: minuscule, "
                            "majuscule, chiffre, autre caractère",
                     number_word(policy->classes));
    if (policy->longenough > policy->max)
        return text;
    longer = ctl_format("%s\u00a0; à partir de %u caractères, tous sont permis",
        text, policy->longenough);
    free(text);
    return longer;
}

char *
letters_rules_words(const edc_policy *policy)
{
    char *of = kinds(policy);
    char *text = ctl_format(
        "Il compte au moins %u caractères%s. Il ne contient ni votre "
        "identifiant, ni un nom ou une date de naissance de vous ou de vos "
        "proches, et n’est ni trop courant%s.",
        policy->min, of,
        policy->history > 0 ? ", ni un mot de passe qui a déjà servi"
                            : ", ni le mot de passe provisoire");

    free(of);
    return text;
}
