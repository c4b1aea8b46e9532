/* score.c - how likely two guardians' accounts are one person's. */
#include "report/score.h"

#include <string.h>

#define NAME_REASONS                                                           \
    (REPORT_SAME_NAMES | REPORT_SWAPPED_NAMES | REPORT_NEAR_NAMES |            \
        REPORT_SAME_GIVEN_NAME)
#define COUPLE 50
#define ALL 100

static const struct {
    const char *code;
    int points;
    report_text words;
} reasons_of[REPORT_N_REASONS] = {
    {"same-names", 50, {{"same names", "mêmes nom et prénom"}}},
    {"swapped-names", 45, {{"names exchanged", "nom et prénom intervertis"}}},
    {"near-names", 40,
        {{"names differ by a letter", "noms à une lettre près"}}},
    {"same-mobile", 35, {{"same mobile number", "même mobile"}}},
    {"same-mail", 30, {{"same mail address", "même courriel"}}},
    {"shared-child", 25, {{"a child in common", "un enfant en commun"}}},
    {"same-address", 20, {{"same postal address", "même adresse"}}},
    {"same-given-name", 20, {{"same first name", "même prénom"}}},
};

const char *
report_reason_code(size_t i)
{
    return reasons_of[i].code;
}

const char *
report_reason_words(size_t i, edc_language language)
{
    return reasons_of[i].words.in[language];
}

bool
report_one_edit(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b), i = 0;

    if (n > m)
        return report_one_edit(b, a);
    if (m - n > 1)
        return false;
    while (i < n && a[i] == b[i])
        i++;
    if (n < m)
        return strcmp(a + i, b + i + 1) == 0;
    if (i == n)
        return false;
    if (strcmp(a + i + 1, b + i + 1) == 0)
        return true;
    return a[i] == b[i + 1] && a[i + 1] == b[i] &&
           strcmp(a + i + 2, b + i + 2) == 0;
}

static bool
both(const char *a, const char *b)
{
    return a[0] != '\0' && strcmp(a, b) == 0;
}

/* One letter in one of the two. */
static bool
near_names(const report_names *a, const report_names *b)
{
    if (a->sn[0] == '\0' || a->given[0] == '\0' || b->sn[0] == '\0' ||
        b->given[0] == '\0')
        return false;
    return (both(a->sn, b->sn) && report_one_edit(a->given, b->given)) ||
           (both(a->given, b->given) && report_one_edit(a->sn, b->sn));
}

unsigned
report_name_reasons(
    const report_names *a, const report_names *b, unsigned evidence)
{
    if (both(a->sn, b->sn) && both(a->given, b->given))
        return REPORT_SAME_NAMES;
    if (both(a->sn, b->given) && both(a->given, b->sn))
        return REPORT_SWAPPED_NAMES;
    if ((evidence & (REPORT_SAME_MOBILE | REPORT_SAME_MAIL)) != 0 &&
        near_names(a, b))
        return REPORT_NEAR_NAMES;
    if (both(a->given, b->given) && (evidence & REPORT_SHARED_CHILD) != 0 &&
        (evidence & (REPORT_SAME_MOBILE | REPORT_SAME_MAIL)) != 0)
        return REPORT_SAME_GIVEN_NAME;
    return 0;
}

int
report_score(unsigned reasons)
{
    int points = 0;
    int most = (reasons & NAME_REASONS) != 0 ? ALL : COUPLE;

    for (size_t i = 0; i < REPORT_N_REASONS; i++)
        points += (reasons & (1u << i)) != 0 ? reasons_of[i].points : 0;
    return points < most ? points : most;
}
