/* words.c - what reports say. */
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/language.h"
#include "status/words.h"

typedef struct word {
    const char *name;
    report_text text;
} word;

static const char *
find(const word *table, size_t n, const char *name, edc_language language)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(table[i].name, name) == 0)
            return table[i].text.in[language];
    }
    return name;
}

const char *
report_state_word(const char *state, edc_language language)
{
    static const word states[] = {
        {"active", {{"active", "actif"}}},
        {"informed", {{"informed", "informé"}}},
        {"reset", {{"reset", "réinitialisé"}}},
        {"uninformed", {{"uninformed", "non informé"}}},
        {"suspended", {{"suspended", "suspendu"}}},
        {"closed", {{"closed", "fermé"}}},
        {"none", {{"none", "aucun"}}},
    };

    return find(states, sizeof(states) / sizeof(states[0]), state, language);
}

const char *
report_person_word(const char *public, edc_language language)
{
    static const word persons[] = {
        {"student", {{"student", "élève"}}},
        {"guardian", {{"guardian", "responsable"}}},
    };

    return find(
        persons, sizeof(persons) / sizeof(persons[0]), public, language);
}

const char *
report_public_word(const char *public, edc_language language)
{
    static const word publics[] = {
        {"student", {{"students", "élèves"}}},
        {"guardian", {{"guardians", "responsables"}}},
    };

    return find(
        publics, sizeof(publics) / sizeof(publics[0]), public, language);
}

char *
report_hold_words(const char *value, edc_language language)
{
    static const word heads[] = {
        {"multi-enrolled:", {{"", "inscrit dans plusieurs établissements : "}}},
        {"duplicate-ine:", {{"", "même INE que "}}},
    };
    static const char lacks[] = "record-incomplete:";

    if (language == EDC_ENGLISH)
        return status_hold_words(value);
    if (strncmp(value, lacks, sizeof(lacks) - 1) == 0) {
        char *attribute = ctl_attribute(value + sizeof(lacks) - 1, language);
        char *text = ctl_format("il manque au dossier : %s", attribute);

        free(attribute);
        return text;
    }
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        size_t n = strlen(heads[i].name);

        if (strncmp(value, heads[i].name, n) == 0)
            return ctl_format("%s%s", heads[i].text.in[EDC_FRENCH], value + n);
    }
    return ctl_copy(value);
}

int
report_permille(int64_t part, int64_t whole)
{
    int rounded;

    if (whole <= 0)
        return -1;
    rounded = (int)((part * 2000 + whole) / (2 * whole));
    if (rounded == 0 && part > 0)
        return 1;
    if (rounded == 1000 && part < whole)
        return 999;
    return rounded;
}

void
report_percent_text(int permille, edc_language language, char *out, size_t size)
{
    if (permille < 0)
        snprintf(out, size, "-");
    else if (permille == 0 || permille == 1000)
        snprintf(out, size, "%d %%", permille / 10);
    else
        snprintf(out, size, "%d%c%d %%", permille / 10,
            language == EDC_FRENCH ? ',' : '.', permille % 10);
}
