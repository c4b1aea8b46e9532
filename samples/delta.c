/* delta.c - changes to a complete export. */
#include <string.h>

#include "sample.h"

/* The place among a family's ids that only a delta gives. */
#define NEW 7

/* Nobody's id. */
#define NOBODY INT64_C(2999999000)

static const struct {
    const char *needs;
    int added, changed, closed, refused;
} kinds[] = {
#define EDC_DELTA(id, name, needs, added, changed, closed, refused, about)     \
    {needs, added, changed, closed, refused},
#include "deltas.def"
#undef EDC_DELTA
};

typedef struct delta {
    const sample *s;
    sample_file pupils, guardians;
    int64_t next, step; /* families, in an order that names each once */
    int64_t tried;
    sample_random r;
} delta;

/* ---- families to change ---- */

static int64_t
common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static void
begin_walk(delta *d)
{
    int64_t n = d->s->families;

    d->next = sample_below64(&d->r, n);
    d->step = n < 3 ? 1 : 1 + sample_below64(&d->r, n - 1);
    while (common_divisor(d->step, n) != 1)
        d->step++;
}

static bool
suits(const sample_family *f, sample_change kind)
{
    const sample_person *g = &f->guardians[0].person;
    bool two = f->pupils[0].n_links > 1 && f->pupils[0].links[1].legal == 1;

    switch (kind) {
    case CHANGE_NO_MOBILE:
        return g->mobile[0] != '\0';
    case CHANGE_NEW_GUARDIAN:
        return f->n_pupils == 1 && f->n_guardians == 1;
    case CHANGE_GONE_PUPIL:
        return f->n_pupils > 1 && f->n_guardians < 3;
    case CHANGE_GONE_GUARDIAN:
        return f->n_pupils == 1 && f->n_guardians == 2 && two;
    default:
        return true;
    }
}

/* One that was not changed yet and has no trap; the last may be cut short. */
static void
next_family(delta *d, sample_change kind, sample_family *f)
{
    do {
        int64_t number = d->next;

        if (d->tried++ == d->s->families)
            sample_die(SAMPLE_EXIT_USAGE,
                "--delta %lld: too many changes for so few families",
                (long long)d->s->delta);
        d->next = (d->next + d->step) % d->s->families;
        if (number == d->s->families - 1 ||
            sample_trap_of(d->s, number) != TRAP_NONE)
            continue;
        sample_family_plain(d->s, number, f);
        if (suits(f, kind))
            return;
    } while (true);
}

/* ---- changes ---- */

static void
put_family(delta *d, const sample_family *f, size_t pupil, size_t guardian)
{
    for (size_t i = pupil; i < f->n_pupils; i++)
        sample_put_pupil(&d->pupils, f, f->pupils + i);
    for (size_t i = guardian; i < f->n_guardians; i++)
        sample_put_guardian(&d->guardians, f->guardians + i);
}

static void
modify(sample_file *file, const char *category, const char *id,
    const char *name, const char *value)
{
    sample_put_modify(file, category, id);
    sample_put_modified(file, name, value);
    sample_put_modify_end(file);
}

static void
put_links(delta *d, const sample_family *f, size_t pupil)
{
    const sample_pupil *p = f->pupils + pupil;

    sample_put_modify(&d->pupils, "Eleve", p->person.id);
    sample_put_modified_links(&d->pupils, f, p);
    sample_put_modify_end(&d->pupils);
}

static void
put_schools(delta *d, sample_family *f, bool moved)
{
    sample_pupil *p = f->pupils;
    char before[48];
    int64_t school = p->school[0];

    memcpy(before, p->class[0], sizeof(before));
    if (moved)
        school = sample_other_school(d->s, &d->r, school);
    do {
        sample_enrol(d->s, &d->r, p, school);
    } while (strcmp(before, p->class[0]) == 0);
    sample_put_modify(&d->pupils, "Eleve", p->person.id);
    sample_put_modified_schools(&d->pupils, p, moved);
    sample_put_modify_end(&d->pupils);
}

static void
put_name(sample_file *file, const char *category, const sample_person *person)
{
    char sn[240];

    SAMPLE_TEXT(sn, "%s-CHANGÉE", person->sn);
    modify(file, category, person->id, sample_words_of(file->s)->sn, sn);
}

/* As many accounts as an importer makes of a new family. */
static int64_t
put_new_family(delta *d, int64_t i)
{
    sample_family f;
    sample_counts c = {0};

    sample_family_plain(d->s, d->s->families + i, &f);
    sample_count_family(&c, &f);
    put_family(d, &f, 0, 0);
    return c.accepted_pupils + c.legal_guardians;
}

static void
put_new_guardian(delta *d, sample_family *f)
{
    sample_family_guardian(
        &d->r, f, NEW, !f->guardians[0].person.woman, f->pupils[0].person.sn);
    sample_link_to(f, 0, 1, f->guardians[1].person.woman ? 10 : 20, 1);
    put_family(d, f, 1, 1);
    put_links(d, f, 0);
}

static void
put_unknown_parent(delta *d, sample_family *f)
{
    sample_link *link;

    sample_link_to(f, 0, 0, 20, 1);
    link = f->pupils[0].links + f->pupils[0].n_links - 1;
    SAMPLE_TEXT(link->id, "%lld", (long long)NOBODY);
    put_links(d, f, 0);
}

static void
put_change(delta *d, sample_change kind, int64_t i, sample_family *f)
{
    const sample_words *words = sample_words_of(d->s);
    sample_person *g = &f->guardians[0].person;
    char text[240];

    switch (kind) {
    case CHANGE_NEW_SIBLING:
        sample_family_sibling(d->s, &d->r, f, NEW);
        put_family(d, f, f->n_pupils - 1, f->n_guardians);
        break;
    case CHANGE_MOVED:
    case CHANGE_NEW_CLASS:
        put_schools(d, f, kind == CHANGE_MOVED);
        break;
    case CHANGE_PUPIL_NAME:
        put_name(&d->pupils, "Eleve", &f->pupils[0].person);
        break;
    case CHANGE_GUARDIAN_NAME:
        put_name(&d->guardians, "PersRelEleve", g);
        break;
    case CHANGE_NEW_MAIL:
        SAMPLE_TEXT(text, "nouveau%s@example.org", g->id);
        modify(&d->guardians, "PersRelEleve", g->id, words->mail, text);
        break;
    case CHANGE_NO_MOBILE:
        modify(&d->guardians, "PersRelEleve", g->id, words->mobile, "");
        break;
    case CHANGE_NEW_GUARDIAN:
        put_new_guardian(d, f);
        break;
    case CHANGE_GONE_PUPIL:
        sample_put_delete(
            &d->pupils, "Eleve", f->pupils[f->n_pupils - 1].person.id);
        break;
    case CHANGE_GONE_GUARDIAN:
        sample_put_delete(
            &d->guardians, "PersRelEleve", f->guardians[1].person.id);
        break;
    case CHANGE_UNKNOWN_PARENT:
        put_unknown_parent(d, f);
        break;
    case CHANGE_UNKNOWN_PERSON:
        SAMPLE_TEXT(text, "%lld", (long long)(NOBODY + 1 + i));
        modify(&d->guardians, "PersRelEleve", text, words->mobile, "");
        break;
    case CHANGE_SAME_VALUE:
        modify(&d->guardians, "PersRelEleve", g->id, words->sn, g->sn);
        break;
    default:
        break;
    }
}

void
sample_write_delta(const sample *s, const char *directory, sample_delta *counts)
{
    delta d = {.s = s, .r = sample_random_of(s, USE_DELTA, 0)};
    int date = s->year * 10000 + 902;
    sample_family f;
    int64_t done = 0;

    *counts = (sample_delta){.added = 0};
    begin_walk(&d);
    sample_file_begin(&d.pupils, s, directory, "Delta", "Eleve", date);
    sample_file_begin(
        &d.guardians, s, directory, "Delta", "PersRelEleve", date);
    for (int64_t i = 0; done < s->delta; i++) {
        sample_change kind = (sample_change)(i % N_CHANGES);

        if (!sample_needs(s, kinds[kind].needs))
            continue;
        d.r = sample_random_of(s, USE_DELTA, 1 + i);
        if (kind == CHANGE_NEW_FAMILY) {
            counts->added += put_new_family(&d, i);
        } else {
            next_family(&d, kind, &f);
            put_change(&d, kind, i, &f);
            counts->added += kinds[kind].added;
        }
        counts->kinds[kind]++;
        counts->changed += kinds[kind].changed;
        counts->closed += kinds[kind].closed;
        counts->refused += kinds[kind].refused;
        done++;
    }
    counts->pupils = d.pupils.records;
    counts->guardians = d.guardians.records;
    sample_file_end(&d.pupils);
    sample_file_end(&d.guardians);
}
