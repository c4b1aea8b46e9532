/* family.c - the n-th family: guardians, pupils, schools, links.
 *
 * The unit is the family, since nothing else names anybody: what a record of a
 * pupil says of a guardian, and the guardian's record, come out of one call.
 */
#include <string.h>

#include "sample.h"

/* Ids: of the n-th family those from n * 8 on, pupils and guardians apart. */
#define PUPIL_IDS INT64_C(1000000000)
#define GUARDIAN_IDS INT64_C(2000000000)

/* Who brings children up. */
typedef enum household {
    MOTHER_AND_FATHER,
    ONE_PARENT,
    TWO_OF_THE_SAME,
    HALF_SIBLINGS,
    ONE_TUTOR,
    IN_CARE
} household;

/* ---- a person ---- */

static void
make_contact(
    sample_random *r, int64_t number, unsigned k, sample_person *person)
{
    char given[64], sn[100];

    SAMPLE_TEXT(person->mobile, "+33 6 39 98 %02u %02u", sample_below(r, 100),
        sample_below(r, 100));
    sample_mail_word(person->given_name, given, sizeof(given));
    sample_mail_word(person->sn, sn, sizeof(sn));
    SAMPLE_TEXT(person->mail, "%s.%s%lld@example.org", given, sn,
        (long long)(number * 8 + k));
    if (sample_often(r, 60))
        person->mobile[0] = '\0';
    if (sample_often(r, 120))
        person->mail[0] = '\0';
}

sample_guardian *
sample_family_guardian(
    sample_random *r, sample_family *f, unsigned k, bool woman, const char *sn)
{
    sample_guardian *g = f->guardians + f->n_guardians++;
    int64_t id = GUARDIAN_IDS + f->number * 8 + k;

    memset(g, 0, sizeof(*g));
    g->person.trap = TRAP_NONE;
    g->person.woman = woman;
    SAMPLE_TEXT(g->person.id, "%lld", (long long)id);
    SAMPLE_TEXT(g->person.sn, "%s", sn);
    SAMPLE_TEXT(g->person.given_name, "%s", sample_given_name(r, woman));
    make_contact(r, f->number, k, &g->person);
    SAMPLE_TEXT(g->phone, "+33 5 36 49 %02u %02u", sample_below(r, 100),
        sample_below(r, 100));
    SAMPLE_TEXT(g->street, "%u %s", 1 + sample_below(r, 120), sample_street(r));
    SAMPLE_TEXT(g->code, "99%03u", 100 + sample_below(r, 800));
    SAMPLE_TEXT(g->town, "%s", sample_town(r));
    return g;
}

/* ---- a pupil ---- */

void
sample_enrol(const sample *s, sample_random *r, sample_pupil *p, int64_t school)
{
    sample_school at;

    sample_school_of(s, school, &at);
    p->level = at.level;
    p->grade = sample_below(r, sample_grades(at.level));
    p->school[0] = school;
    p->n_schools = 1;
    sample_class(at.level, p->grade, sample_below(r, sample_classes(at.level)),
        p->class[0], sizeof(p->class[0]));
}

int64_t
sample_other_school(const sample *s, sample_random *r, int64_t school)
{
    int64_t near = s->schools - 1 < 4 ? s->schools - 1 : 4;

    return (school + 1 + sample_below64(r, near)) % s->schools;
}

/* A class is a year ahead of some and a year behind of others. */
static void
make_birth(const sample *s, sample_random *r, sample_pupil *p)
{
    int age = (int)sample_age(p->level, p->grade);
    int year = s->year - age + (sample_often(r, 40) ? 1 : 0) -
               (sample_often(r, 100) ? 1 : 0);
    unsigned month = 1 + sample_below(r, 12);

    SAMPLE_TEXT(
        p->birth, "%02u/%02u/%04d", 1 + sample_below(r, 28), month, year);
    p->adult = s->year - year > 18 || (s->year - year == 18 && month < 9);
}

static sample_pupil *
make_pupil(const sample *s, sample_random *r, sample_family *f, unsigned k,
    const char *sn, int64_t school)
{
    sample_pupil *p = f->pupils + f->n_pupils++;
    int64_t number = f->number * 8 + k;

    memset(p, 0, sizeof(*p));
    p->person.trap = TRAP_NONE;
    p->person.woman = sample_often(r, 500);
    SAMPLE_TEXT(p->person.id, "%lld", (long long)(PUPIL_IDS + number));
    SAMPLE_TEXT(p->person.sn, "%s", sn);
    SAMPLE_TEXT(
        p->person.given_name, "%s", sample_given_name(r, p->person.woman));
    SAMPLE_TEXT(p->ine, "%09lldAA", (long long)(number + 1));
    sample_enrol(s, r, p, school);
    make_birth(s, r, p);
    return p;
}

sample_pupil *
sample_family_sibling(
    const sample *s, sample_random *r, sample_family *f, unsigned k)
{
    const sample_pupil *first = f->pupils;
    int64_t school = first->school[0];
    sample_pupil *p;

    if (s->schools > 1 && sample_often(r, 450))
        school = sample_other_school(s, r, school);
    p = make_pupil(s, r, f, k, first->person.sn, school);
    p->n_links = first->n_links;
    memcpy(p->links, first->links, sizeof(p->links));
    return p;
}

void
sample_link_to(sample_family *f, size_t pupil, size_t guardian,
    unsigned relation, unsigned legal)
{
    sample_pupil *p = f->pupils + pupil;
    sample_link *link = p->links + p->n_links++;

    memset(link, 0, sizeof(*link));
    memcpy(link->id, f->guardians[guardian].person.id, sizeof(link->id));
    link->guardian = (int)guardian;
    link->relation = relation;
    link->legal = legal;
    link->financial = legal == 1 && p->n_links == 1;
    link->contact = legal != 0;
    link->payment = link->financial;
}

/* ---- a household ---- */

static household
household_of(sample_random *r)
{
    unsigned n = sample_below(r, 1000);

    return n < 770   ? MOTHER_AND_FATHER
           : n < 900 ? ONE_PARENT
           : n < 940 ? TWO_OF_THE_SAME
           : n < 975 ? HALF_SIBLINGS
           : n < 990 ? ONE_TUTOR
                     : IN_CARE;
}

/* The mother's name is hers in two families of five. */
static void
make_guardians(
    sample_random *r, sample_family *f, household kind, const char *sn)
{
    char other[128];
    bool woman = sample_often(r, kind == ONE_PARENT ? 800 : 500);

    if (sample_often(r, 400) || kind == ONE_TUTOR || kind == IN_CARE)
        sample_family_name(r, other, sizeof(other));
    else
        SAMPLE_TEXT(other, "%s", sn);
    if (kind == MOTHER_AND_FATHER || kind == HALF_SIBLINGS)
        woman = true;
    sample_family_guardian(r, f, 0, woman, other);
    if (kind == TWO_OF_THE_SAME)
        sample_family_guardian(r, f, 1, woman, sn);
    if (kind == MOTHER_AND_FATHER || kind == HALF_SIBLINGS)
        sample_family_guardian(r, f, 1, false, sn);
    if (kind == HALF_SIBLINGS) {
        sample_family_name(r, other, sizeof(other));
        sample_family_guardian(r, f, 2, false, other);
    }
}

static void
link_legal(sample_family *f, size_t pupil, household kind)
{
    bool second = kind == HALF_SIBLINGS && pupil > 0;

    for (size_t g = 0; g < f->n_guardians; g++) {
        unsigned relation = kind == ONE_TUTOR              ? 50
                            : kind == IN_CARE              ? 51
                            : f->guardians[g].person.woman ? 10
                                                           : 20;

        if (kind != HALF_SIBLINGS || g != (second ? 1 : 2))
            sample_link_to(f, pupil, g, relation, 1);
    }
}

/* Grandparents and others, linked to some of the children. */
static void
add_others(sample_random *r, sample_family *f)
{
    static const unsigned relations[] = {37, 38, 38, 39, 41, 42, 43, 90};
    char sn[128];
    unsigned legal = sample_often(r, 250) ? 2 : sample_often(r, 800) ? 3 : 0;

    sample_family_name(r, sn, sizeof(sn));
    sample_family_guardian(r, f, 6, sample_often(r, 500), sn);
    for (size_t p = 0; p < f->n_pupils; p++)
        sample_link_to(f, p, f->n_guardians - 1,
            relations[sample_below(
                r, sizeof(relations) / sizeof(relations[0]))],
            legal);
}

void
sample_family_plain(const sample *s, int64_t number, sample_family *f)
{
    sample_random r = sample_random_of(s, USE_FAMILY, number);
    household kind = household_of(&r);
    unsigned n = sample_below(&r, 1000);
    int64_t school = sample_below64(&r, s->schools);
    char sn[128];

    f->number = number;
    f->trap = TRAP_NONE;
    f->n_pupils = f->n_guardians = 0;
    f->old_codes = sample_often(&r, 50);
    sample_family_name(&r, sn, sizeof(sn));
    make_guardians(&r, f, kind, sn);
    n = n < 430 ? 1 : n < 840 ? 2 : n < 970 ? 3 : 4;
    if (kind == HALF_SIBLINGS && n == 1)
        n = 2;
    make_pupil(s, &r, f, 0, sn, school);
    link_legal(f, 0, kind);
    for (unsigned k = 1; k < n; k++) {
        sample_pupil *p = sample_family_sibling(s, &r, f, k);

        p->n_links = 0;
        if (kind == HALF_SIBLINGS)
            SAMPLE_TEXT(p->person.sn, "%s", f->guardians[2].person.sn);
        link_legal(f, k, kind);
    }
    if (!s->first_degree && sample_often(&r, 170))
        add_others(&r, f);
}

/* ---- the last family of a sample ---- */

static void
drop_last_guardian(sample_family *f)
{
    int gone = (int)--f->n_guardians;

    for (size_t p = 0; p < f->n_pupils; p++) {
        sample_pupil *pupil = f->pupils + p;
        size_t kept = 0;

        for (size_t i = 0; i < pupil->n_links; i++) {
            if (pupil->links[i].guardian != gone)
                pupil->links[kept++] = pupil->links[i];
        }
        pupil->n_links = kept;
    }
}

void
sample_family_cut(sample_family *f, size_t n)
{
    while (f->n_pupils + f->n_guardians > n) {
        if (f->n_pupils > 1)
            f->n_pupils--;
        else
            drop_last_guardian(f);
    }
}
