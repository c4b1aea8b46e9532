/* move.c - families whose child goes from an ecole to a college: three exports
 * of the same people.
 *
 * DIR/1D has them at the ecole, DIR/1D-after is the ecole's when they have
 * gone, DIR/2D the college's with them, under ids of its own.
 */
#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include "sample.h"

static const struct {
    int64_t joined, likely;
} expected[] = {
#define EDC_MOVE(id, name, joined, likely, about) {joined, likely},
#include "moves.def"
#undef EDC_MOVE
};

/* Ids of the second degree begin otherwise. */
#define OTHER_PUPIL_IDS INT64_C(3000000000)
#define OTHER_GUARDIAN_IDS INT64_C(4000000000)

/* One export under way. */
typedef struct set {
    sample s; /* with its degree */
    char directory[4096];
    sample_file schools, pupils, guardians;
} set;

/* ---- the family at the ecole ---- */

static void
put_contact(sample_person *p, int64_t number, unsigned k)
{
    SAMPLE_TEXT(p->mobile, "06 39 98 %02u %02u", (unsigned)(number / 20 % 100),
        (unsigned)(number % 20 * 5 + k));
    SAMPLE_TEXT(p->mail, "move%lld.%u@example.org", (long long)number, k);
}

static void
put_pupil(
    const set *to, sample_random *r, sample_pupil *p, unsigned grade, int age)
{
    sample_level level = to->s.first_degree ? ECOLE : COLLEGE;

    sample_enrol(&to->s, r, p, 0);
    p->grade = grade;
    sample_class(level, grade, 0, p->class[0], sizeof(p->class[0]));
    SAMPLE_TEXT(p->birth, "%02u/%02u/%04d", 1 + sample_below(r, 28),
        1 + sample_below(r, 12), to->s.year - age);
}

/* Two parents of two names, and a child in its last year, or two. */
static void
make_family(const set *to, int64_t number, sample_move move, sample_family *f)
{
    sample_random r = sample_random_of(&to->s, USE_MOVE, number);
    char sn[128], other[128];

    sample_family_plain(&to->s, number, f);
    f->n_pupils = 1;
    f->n_guardians = 0;
    f->old_codes = false;
    SAMPLE_TEXT(sn, "%s", f->pupils[0].person.sn);
    sample_family_name(&r, other, sizeof(other));
    sample_family_guardian(&r, f, 0, true, other);
    sample_family_guardian(&r, f, 1, false, sn);
    for (unsigned k = 0; k < 2; k++)
        put_contact(&f->guardians[k].person, number, k);
    if (move == MOVE_ONE_NUMBER) {
        sample_person *second = &f->guardians[1].person;

        SAMPLE_TEXT(second->mobile, "%s", f->guardians[0].person.mobile);
        second->mail[0] = '\0';
    }
    put_pupil(to, &r, f->pupils, sample_grades(ECOLE) - 1, 11);
    f->pupils[0].n_links = 0;
    sample_link_to(f, 0, 0, 10, 1);
    sample_link_to(f, 0, 1, 20, 1);
    if (move == MOVE_SIBLING) {
        sample_pupil *second = sample_family_sibling(&to->s, &r, f, 1);

        put_pupil(to, &r, second, 3, 6);
    }
}

/* ---- the same at the college ---- */

/* Capitals where ASCII has them: the rest of a name stays. */
static void
put_capitals(char *name)
{
    for (; *name != '\0'; name++)
        *name = (char)toupper((unsigned char)*name);
}

static void
spell_otherwise(sample_person *p)
{
    char digits[24];
    size_t n = 0;

    put_capitals(p->sn);
    put_capitals(p->given_name);
    for (const char *c = p->mobile + 1; *c != '\0'; c++) {
        if (isdigit((unsigned char)*c))
            digits[n++] = *c;
    }
    digits[n] = '\0';
    SAMPLE_TEXT(p->mobile, "+33%s", digits);
}

static void
befall(sample_random *r, int64_t number, sample_move move, sample_family *f)
{
    sample_person *mother = &f->guardians[0].person;
    sample_person *father = &f->guardians[1].person;

    if (move == MOVE_SPELT) {
        spell_otherwise(mother);
        spell_otherwise(father);
    } else if (move == MOVE_NEW_NUMBER) {
        put_contact(mother, number, 3);
    } else if (move == MOVE_NEW_NAME) {
        do
            sample_family_name(r, mother->sn, sizeof(mother->sn));
        while (strcmp(mother->sn, f->pupils[0].person.sn) == 0);
    } else if (move == MOVE_NO_CONTACT) {
        mother->mobile[0] = mother->mail[0] = '\0';
        father->mobile[0] = father->mail[0] = '\0';
    } else if (move == MOVE_OTHERS) {
        for (unsigned k = 0; k < 2; k++) {
            sample_person *p = &f->guardians[k].person;

            SAMPLE_TEXT(p->sn, "Tuteur-%u-%lld", k, (long long)number);
            SAMPLE_TEXT(p->given_name, "%s", k == 0 ? "Isaure" : "Gontran");
            put_contact(p, number, 3 + k);
        }
    } else if (move == MOVE_NO_INE) {
        f->pupils[0].ine[0] = '\0';
    }
}

static void
take_to_college(
    const set *to, int64_t number, sample_move move, sample_family *f)
{
    sample_random r = sample_random_of(&to->s, USE_MOVED, number);
    sample_pupil *p = f->pupils;
    char birth[12];

    f->n_pupils = 1;
    SAMPLE_TEXT(birth, "%s", p->birth);
    put_pupil(to, &r, p, 0, 11);
    SAMPLE_TEXT(p->birth, "%s", birth);
    befall(&r, number, move, f);
    SAMPLE_TEXT(p->person.id, "%lld", (long long)(OTHER_PUPIL_IDS + number));
    for (int k = 0; k < 2; k++)
        SAMPLE_TEXT(f->guardians[k].person.id, "%lld",
            (long long)(OTHER_GUARDIAN_IDS + number * 2 + k));
    p->n_links = 0;
    if (move == MOVE_EXCHANGED)
        sample_link_to(f, 0, 1, 20, 1);
    sample_link_to(f, 0, 0, 10, 1);
    if (move != MOVE_EXCHANGED && move != MOVE_ONE_PARENT)
        sample_link_to(f, 0, 1, 20, 1);
    f->n_guardians = move == MOVE_ONE_PARENT ? 1 : 2;
}

/* ---- the files ---- */

static void
begin(set *to, const sample *s, const char *name, bool first_degree)
{
    int date = s->year * 10000 + 901;
    sample_school school;

    to->s = *s;
    to->s.first_degree = first_degree;
    to->s.schools = 1;
    SAMPLE_TEXT(to->directory, "%s/%s", s->output, name);
    if (mkdir(to->directory, 0755) != 0)
        sample_die(SAMPLE_EXIT_LOCAL, "%s: cannot be made", to->directory);
    sample_file_begin(
        &to->schools, &to->s, to->directory, "Complet", "EtabEducNat", date);
    sample_file_begin(
        &to->pupils, &to->s, to->directory, "Complet", "Eleve", date);
    sample_file_begin(
        &to->guardians, &to->s, to->directory, "Complet", "PersRelEleve", date);
    sample_school_of(&to->s, 0, &school);
    sample_put_school(&to->schools, &school);
}

/* From this pupil on; guardians only when there is one. */
static void
write(set *to, const sample_family *f, size_t from)
{
    for (size_t i = from; i < f->n_pupils; i++)
        sample_put_pupil(&to->pupils, f, f->pupils + i);
    for (size_t i = 0; i < f->n_guardians && from < f->n_pupils; i++)
        sample_put_guardian(&to->guardians, f->guardians + i);
}

static void
end(set *to)
{
    sample_file_end(&to->schools);
    sample_file_end(&to->pupils);
    sample_file_end(&to->guardians);
}

void
sample_write_moves(const sample *s, sample_moves *moves)
{
    set before, after, college;
    sample_family f;

    memset(moves, 0, sizeof(*moves));
    begin(&before, s, "1D", true);
    begin(&after, s, "1D-after", true);
    begin(&college, s, "2D", false);
    for (int64_t number = 0; number < s->moves; number++) {
        sample_move move = (sample_move)(number % N_MOVES);

        moves->kinds[move]++;
        moves->joined += expected[move].joined;
        moves->likely += expected[move].likely;
        make_family(&before, number, move, &f);
        moves->pupils += (int64_t)f.n_pupils;
        write(&before, &f, 0);
        write(&after, &f, 1);
        take_to_college(&college, number, move, &f);
        write(&college, &f, 0);
    }
    end(&before);
    end(&after);
    end(&college);
}
