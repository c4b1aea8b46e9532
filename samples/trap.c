/* trap.c - what befalls some of the families. */
#include <string.h>

#include "sample.h"

/* One family of so many. */
#define SHARE 25

/* After the first families, which have all traps, so many have none: others'
 * namesakes. */
#define PARTNERS 16

static const char *const needs[] = {
#define EDC_TRAP(id, name, needs, about) needs,
#include "traps.def"
#undef EDC_TRAP
};

bool
sample_needs(const sample *s, const char *what)
{
    return (strchr(what, '2') == NULL || !s->first_degree) &&
           (strchr(what, 'S') == NULL || s->schools > 1);
}

bool
sample_trap_of_school(sample_trap trap)
{
    return trap == TRAP_BAD_UAI || trap == TRAP_OLD_UAI;
}

sample_trap
sample_trap_of(const sample *s, int64_t number)
{
    sample_random r = sample_random_of(s, USE_TRAP, number);
    sample_trap trap = (sample_trap)number;

    if (!s->traps)
        return TRAP_NONE;
    if (number >= N_TRAPS) {
        if (number < N_TRAPS + PARTNERS || sample_below(&r, SHARE) != 0)
            return TRAP_NONE;
        trap = (sample_trap)sample_below(&r, N_TRAPS);
    }
    return sample_needs(s, needs[trap]) && !sample_trap_of_school(trap)
               ? trap
               : TRAP_NONE;
}

/* A family without a trap, which is in every sample that this one is in. */
static void
partner_of(const sample *s, sample_random *r, int64_t number, sample_family *f)
{
    int64_t partner = number < N_TRAPS + PARTNERS
                          ? N_TRAPS + sample_below(r, PARTNERS)
                          : N_TRAPS + sample_below64(r, number - N_TRAPS);

    while (sample_trap_of(s, partner) != TRAP_NONE)
        partner--;
    sample_family_plain(s, partner, f);
}

/* ---- who is who ---- */

static void
answers_for_self(const sample *s, sample_family *f)
{
    sample_pupil *p = f->pupils;
    sample_person *g = &f->guardians[0].person;

    sample_family_cut(f, 2);
    memcpy(g->sn, p->person.sn, sizeof(g->sn));
    memcpy(g->given_name, p->person.given_name, sizeof(g->given_name));
    g->woman = p->person.woman;
    SAMPLE_TEXT(p->birth, "02/03/%04d", s->year - 19);
    p->adult = true;
    p->grade = sample_grades(p->level) - 1;
    sample_class(p->level, p->grade, 0, p->class[0], sizeof(p->class[0]));
    p->n_links = 0;
    sample_link_to(f, 0, 0, 70, 1);
    f->old_codes = f->trap == TRAP_SELF_OLD;
}

/* As another office spells it: capitals without accents, no hyphens. */
static void
fold_name(char *name, size_t size)
{
    char plain[200];
    size_t n;

    sample_mail_word(name, plain, sizeof(plain));
    for (n = 0; plain[n] != '\0'; n++)
        plain[n] = (char)(plain[n] - 'a' + 'A');
    sample_text(name, size, "%s", plain);
}

static void
has_a_namesake(const sample *s, sample_random *r, sample_family *f)
{
    sample_person *p = &f->pupils[0].person;
    sample_family other;

    partner_of(s, r, f->number, &other);
    memcpy(p->sn, other.pupils[0].person.sn, sizeof(p->sn));
    memcpy(p->given_name, other.pupils[0].person.given_name,
        sizeof(p->given_name));
    p->woman = other.pupils[0].person.woman;
    if (f->trap == TRAP_HOMONYM_FOLDED) {
        fold_name(p->sn, sizeof(p->sn));
        fold_name(p->given_name, sizeof(p->given_name));
    }
}

/* The second child's school wrote the first guardian down again. */
static void
has_a_twin_guardian(const sample *s, sample_random *r, sample_family *f)
{
    sample_guardian *twin;
    sample_person *first = &f->guardians[0].person;
    char id[20];

    if (f->n_pupils == 1)
        sample_family_sibling(s, r, f, 5);
    if (first->mobile[0] == '\0')
        SAMPLE_TEXT(first->mobile, "+33 6 39 98 %02u 00", sample_below(r, 100));
    twin = sample_family_guardian(r, f, 5, first->woman, first->sn);
    memcpy(id, twin->person.id, sizeof(id));
    twin->person = *first;
    memcpy(twin->person.id, id, sizeof(id));
    first->trap = twin->person.trap = f->trap;
    f->pupils[1].links[0].guardian = (int)f->n_guardians - 1;
    memcpy(f->pupils[1].links[0].id, id, sizeof(id));
}

static void
parents_share(sample_random *r, sample_family *f)
{
    sample_person *a = &f->guardians[0].person;
    sample_person *b = &f->guardians[1].person;

    if (f->n_guardians == 1) {
        sample_family_guardian(r, f, 5, !a->woman, a->sn);
        sample_link_to(f, 0, 1, a->woman ? 20 : 10, 1);
    }
    SAMPLE_TEXT(a->mobile, "+33 6 39 98 %02u %02u", sample_below(r, 100), 1);
    SAMPLE_TEXT(a->mail, "famille%lld@example.org", (long long)f->number);
    memcpy(b->mobile, a->mobile, sizeof(b->mobile));
    memcpy(b->mail, a->mail, sizeof(b->mail));
    a->trap = b->trap = f->trap;
}

static void
ids_begin_with_zeros(sample_family *f)
{
    char id[20];

    memcpy(id, f->pupils[0].person.id, sizeof(id));
    SAMPLE_TEXT(f->pupils[0].person.id, "00%s", id);
    memcpy(id, f->guardians[0].person.id, sizeof(id));
    SAMPLE_TEXT(f->guardians[0].person.id, "00%s", id);
    for (size_t p = 0; p < f->n_pupils; p++) {
        for (size_t i = 0; i < f->pupils[p].n_links; i++) {
            sample_link *link = f->pupils[p].links + i;

            memcpy(link->id, f->guardians[link->guardian].person.id,
                sizeof(link->id));
        }
    }
}

static void
goes_to_two_schools(const sample *s, sample_random *r, sample_pupil *p)
{
    sample_pupil other = *p;

    sample_enrol(s, r, &other, sample_other_school(s, r, p->school[0]));
    p->school[1] = other.school[0];
    memcpy(p->class[1], other.class[0], sizeof(p->class[1]));
    p->n_schools = 2;
}

static void
takes_an_ine(const sample *s, sample_random *r, sample_family *f)
{
    sample_family other;

    partner_of(s, r, f->number, &other);
    memcpy(f->pupils[0].ine, other.pupils[0].ine, sizeof(other.pupils[0].ine));
}

/* ---- links ---- */

static void
names_nobody(sample_random *r, sample_family *f)
{
    sample_pupil *p = f->pupils;

    sample_family_guardian(r, f, 7, true, "INCONNU");
    sample_link_to(f, 0, f->n_guardians - 1, 10, 1);
    p->links[p->n_links - 1].guardian = -1;
    f->n_guardians--;
}

static void
has_many_legal(sample_random *r, sample_family *f, size_t many)
{
    static const unsigned relations[] = {10, 20, 50, 50};
    size_t legal = 0;

    for (size_t i = 0; i < f->pupils[0].n_links; i++)
        legal += f->pupils[0].links[i].legal == 1;
    for (unsigned k = 3; legal < many; k++, legal++) {
        sample_family_guardian(
            r, f, k, sample_often(r, 500), f->pupils[0].person.sn);
        sample_link_to(f, 0, f->n_guardians - 1, relations[legal], 1);
    }
}

static void
has_contacts_only(sample_family *f)
{
    sample_family_cut(f, 1 + f->n_guardians);
    for (size_t i = 0; i < f->pupils[0].n_links; i++)
        f->pupils[0].links[i].legal = 3;
}

static void
links_twice(sample_family *f)
{
    sample_pupil *p = f->pupils;
    sample_link again = p->links[0];

    again.legal = 2;
    again.financial = !again.financial;
    p->links[p->n_links++] = again;
}

/* ---- how it is written ---- */

static void
is_lengthy(sample_person *person)
{
    SAMPLE_TEXT(person->sn, "%s",
        "MONTAIGNAC-DE LA ROCHEFOUCHÂTELIÈRE-BELLEGARDIN DU VAL D'ŒUVRE-"
        "SAINT-ÉLANCOURTOIS");
    SAMPLE_TEXT(person->given_name, "%s",
        "Marie-Apolline-Bérénice Clémence-Joséphine-Capucine-Victoire-Hélène");
}

/* Names the parser meets as &amp; and the like. */
static void
has_markup(sample_family *f)
{
    sample_guardian *g = f->guardians;
    char text[120];

    memcpy(text, g->street, sizeof(text));
    SAMPLE_TEXT(g->street, "Bât. <A> & \"B\", %.90s", text);
    SAMPLE_TEXT(g->person.sn, "%s", "BOIS & FILS");
    SAMPLE_TEXT(f->pupils[0].class[0], "%s", "SECTION <A> & B");
}

/* ---- all of them ---- */

static void
befall_pupil(
    const sample *s, sample_random *r, sample_family *f, sample_pupil *p)
{
    p->person.trap = f->trap;
    switch (f->trap) {
    case TRAP_TWO_SCHOOLS:
        goes_to_two_schools(s, r, p);
        break;
    case TRAP_SAME_INE:
        takes_an_ine(s, r, f);
        break;
    case TRAP_EMPTY_INE:
    case TRAP_NO_INE:
        p->ine[0] = '\0';
        break;
    case TRAP_NO_BIRTH_DATE:
        p->birth[0] = '\0';
        break;
    case TRAP_BAD_BIRTH_DATE:
        SAMPLE_TEXT(p->birth, sample_often(r, 500) ? "31/02/%04d" : "3/9/%04d",
            s->year - 13);
        break;
    case TRAP_FILLER_BIRTH_DATE:
        SAMPLE_TEXT(
            p->birth, sample_often(r, 500) ? "01/01/1900" : "01/01/%d", 2190);
        break;
    case TRAP_LEAP_DAY:
        SAMPLE_TEXT(p->birth, "29/02/%04d", (s->year - 12) / 4 * 4);
        break;
    case TRAP_NO_GIVEN_NAME:
        p->person.given_name[0] = '\0';
        break;
    case TRAP_UNKNOWN_SCHOOL:
        p->school[0] = -1;
        break;
    case TRAP_NO_GUARDIAN:
        f->n_pupils = 1;
        f->n_guardians = 0;
        p->n_links = 0;
        break;
    case TRAP_DOLLAR_CLASS:
        SAMPLE_TEXT(p->class[0], "%s", "5EME B$EURO");
        break;
    case TRAP_LONG_NAME:
        is_lengthy(&p->person);
        break;
    default:
        break;
    }
}

static void
befall_family(const sample *s, sample_random *r, sample_family *f)
{
    sample_guardian *g = f->guardians;

    switch (f->trap) {
    case TRAP_SELF:
    case TRAP_SELF_OLD:
        answers_for_self(s, f);
        break;
    case TRAP_HOMONYM:
    case TRAP_HOMONYM_FOLDED:
        has_a_namesake(s, r, f);
        break;
    case TRAP_TWIN_GUARDIAN:
        has_a_twin_guardian(s, r, f);
        break;
    case TRAP_SHARED_CONTACT:
        parents_share(r, f);
        break;
    case TRAP_ZERO_ID:
        ids_begin_with_zeros(f);
        break;
    case TRAP_UNKNOWN_PARENT:
        names_nobody(r, f);
        break;
    case TRAP_THREE_LEGAL:
        has_many_legal(r, f, 3);
        break;
    case TRAP_FOUR_LEGAL:
        has_many_legal(r, f, 4);
        break;
    case TRAP_REPEATED_LINK:
        links_twice(f);
        break;
    case TRAP_ONLY_CONTACTS:
        has_contacts_only(f);
        break;
    case TRAP_UNWANTED:
        sample_family_guardian(r, f, 7, true, f->pupils[0].person.sn);
        break;
    case TRAP_DOLLAR_ADDRESS:
        SAMPLE_TEXT(g->street, "%s", "Résidence $ Les Genêts$12 rue $ Haute");
        break;
    case TRAP_AMPERSAND:
        has_markup(f);
        break;
    case TRAP_NO_CONTACT:
        g->person.mobile[0] = g->person.mail[0] = '\0';
        break;
    case TRAP_NATIONAL_MOBILE:
        SAMPLE_TEXT(g->person.mobile,
            sample_often(r, 500) ? "06 39 98 %02u %02u" : "06.39.98.%02u.%02u",
            sample_below(r, 100), sample_below(r, 100));
        break;
    default:
        break;
    }
    if (f->n_guardians > 0)
        g->person.trap = f->trap;
}

void
sample_family_of(const sample *s, int64_t number, sample_family *f)
{
    sample_random r = sample_random_of(s, USE_TRAPPED, number);

    sample_family_plain(s, number, f);
    f->trap = sample_trap_of(s, number);
    if (f->trap == TRAP_NONE)
        return;
    befall_pupil(s, &r, f, f->pupils);
    befall_family(s, &r, f);
}
