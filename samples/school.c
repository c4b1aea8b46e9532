/* school.c - the n-th school, and how schools are divided. */
#include <string.h>

#include "sample.h"

static const struct {
    unsigned grades, classes, age;
    const char *names[8];
} levels[] = {
    [ECOLE] = {8, 1, 3, {"PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2"}},
    [COLLEGE] = {4, 5, 11, {"6EME", "5EME", "4EME", "3EME"}},
    [LYCEE] = {3, 6, 15, {"2NDE", "1ERE", "TLE"}},
};

unsigned
sample_grades(sample_level level)
{
    return levels[level].grades;
}

unsigned
sample_classes(sample_level level)
{
    return levels[level].classes;
}

unsigned
sample_age(sample_level level, unsigned grade)
{
    return levels[level].age + grade;
}

const char *
sample_grade_name(sample_level level, unsigned grade)
{
    return levels[level].names[grade];
}

void
sample_class(sample_level level, unsigned grade, unsigned class, char *label,
    size_t size)
{
    static const char *const forms[] = {
        [ECOLE] = "%s %c", [COLLEGE] = "%s %c", [LYCEE] = "%s %d"};
    const char *name = levels[level].names[grade];
    int which = (level == LYCEE ? 1 : 'A') + (int)class;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    sample_text(label, size, forms[level], name, which);
#pragma GCC diagnostic pop
}

/* Eleven digits, beginning as none does. */
void
sample_mef(sample_level level, unsigned grade, char mef[12])
{
    sample_text(mef, 12, "999%d00%02u110", (int)level + 1, grade + 1);
}

/* Out of five schools three are collèges; a single one is a collège. */
static sample_level
level_of(const sample *s, int64_t number)
{
    if (s->first_degree)
        return ECOLE;
    return number % 5 == 1 || number % 5 == 3 ? LYCEE : COLLEGE;
}

/* The check letter of a UAI's seven digits: the published rule, here a second
 * time, so that the importer's is tested against another's. */
static void
uai_of(const sample *s, int64_t number, bool wrong, char uai[9])
{
    static const char letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ";
    /* Both degrees fit into one directory, beside the schools of ldif/. */
    int64_t digits = (s->first_degree ? 9995001 : 9990101) + number;

    sample_text(uai, 9, "%07lld%c", (long long)digits,
        letters[(digits + wrong) % (int64_t)(sizeof(letters) - 1)]);
}

void
sample_school_of(const sample *s, int64_t number, sample_school *school)
{
    static const char *const kinds[] = {
        [ECOLE] = "École", [COLLEGE] = "Collège", [LYCEE] = "Lycée"};
    static const char *const names[] = {"des Genêts", "des Ajoncs",
        "de la Cœurantine", "Sainte-Fictive", "du Gué-aux-Biches",
        "Zoé Exemple", "de l'Aubépine", "des Îles", "du Val d'Ombre",
        "Jean-Noël Modèle", "Sœurs Imaginaires", "du Bois & des Champs"};
    sample_random r = sample_random_of(s, USE_SCHOOL, number);

    school->number = number;
    school->level = level_of(s, number);
    SAMPLE_TEXT(school->id, "%lld", (long long)(88001 + number));
    uai_of(s, number, number == s->schools, school->uai);
    SAMPLE_TEXT(school->name, "%s %s", kinds[school->level],
        names[sample_below(&r, sizeof(names) / sizeof(names[0]))]);
    SAMPLE_TEXT(school->town, "%s", sample_town(&r));
    SAMPLE_TEXT(
        school->street, "%u %s", 1 + sample_below(&r, 90), sample_street(&r));
}
