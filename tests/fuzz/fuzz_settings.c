/* fuzz_settings.c - any lines as directives, one after another: "<letter>
 * <words>", a for the first row of directives.def; an upper-case letter unsets.
 * A refusal changes nothing and gives a reason; what is accepted comes back as
 * it was written.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/settings/settings.h"
#include "core/settings/words.h"

#define LINE_MAX_SIZE 2048
#define WORDS_MAX 64
#define VALUE_SIZE 1024
#define ALL_SIZE (4 * VALUE_SIZE * EDC_N_DIRECTIVES)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
want(bool holds)
{
    if (!holds)
        abort();
}

static void
print_all(const edc_settings *settings, char *out)
{
    char value[VALUE_SIZE];
    size_t n = 0;

    out[0] = '\0';
    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        for (unsigned i = 0; edc_settings_get(
                 settings, (edc_directive)d, i, value, sizeof(value));
            i++)
            n += (size_t)snprintf(out + n, ALL_SIZE - n, "%d %s\n", d, value);
    }
}

static bool
set(edc_settings *settings, edc_directive directive, const char *text)
{
    static char before[ALL_SIZE], after[ALL_SIZE];
    char copy[LINE_MAX_SIZE], why[256] = "";
    const char *argv[WORDS_MAX];
    int argc = edc_words_split(text, copy, argv, WORDS_MAX);

    print_all(settings, before);
    if (edc_settings_set(settings, directive, argc, argv, why, sizeof(why)))
        return true;
    print_all(settings, after);
    want(strcmp(before, after) == 0);
    want(why[0] != '\0' && strlen(why) < sizeof(why));
    return false;
}

/* Every value of the settings, set anew in fresh ones, gives the same. */
static void
copy_all(const edc_settings *settings)
{
    static char all[ALL_SIZE], copied[ALL_SIZE];
    char value[VALUE_SIZE];
    edc_settings copy;

    want(edc_settings_init(&copy));
    for (int d = 0; d < EDC_N_DIRECTIVES; d++) {
        for (unsigned i = 0; edc_settings_get(
                 settings, (edc_directive)d, i, value, sizeof(value));
            i++)
            want(set(&copy, (edc_directive)d, value));
    }
    print_all(settings, all);
    print_all(&copy, copied);
    want(strcmp(all, copied) == 0);
    edc_settings_free(&copy);
}

static void
check_policies(const edc_settings *settings)
{
    for (int who = 0; who < 4; who++) {
        edc_policy p =
            edc_settings_policy(settings, (who & 1) != 0, (who & 2) != 0);

        want(p.min >= EDC_POLICY_MIN_FLOOR && p.min <= p.max);
        want(p.max <= EDC_POLICY_MAX_CEILING);
        want(p.classes >= 1 && p.classes <= 4);
        want(p.history <= EDC_POLICY_HISTORY_MAX);
    }
}

/* educonnect-password-list opens files: not with names made up at random. */
static void
obey(edc_settings *settings, const char *line)
{
    bool unset = line[0] >= 'A' && line[0] <= 'Z';
    int directive = line[0] - (unset ? 'A' : 'a');

    if (directive < 0 || directive >= EDC_N_DIRECTIVES ||
        directive == EDC_CONF_PASSWORD_LIST)
        return;
    if (!unset)
        (void)set(settings, (edc_directive)directive, line + 1);
    else if (line[1] == '\0')
        want(edc_settings_unset(settings, (edc_directive)directive, NULL) ==
             (directive != EDC_CONF_ROLE));
    else
        (void)edc_settings_unset(settings, (edc_directive)directive, line + 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    edc_settings settings;
    char line[LINE_MAX_SIZE];
    size_t n = 0;

    want(edc_settings_init(&settings));
    for (size_t i = 0; i <= size; i++) {
        if (i < size && data[i] != '\n' && data[i] != '\0') {
            if (n + 1 < sizeof(line))
                line[n++] = (char)data[i];
            continue;
        }
        line[n] = '\0';
        if (n > 0)
            obey(&settings, line);
        n = 0;
    }
    copy_all(&settings);
    check_policies(&settings);
    edc_settings_free(&settings);
    return 0;
}
