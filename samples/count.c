/* count.c - what is in a sample, and what an importer should make of it. */
#include <inttypes.h>
#include <string.h>

#include "sample.h"

/* ---- shapes ---- */

static void
count_person(sample_counts *c, const sample_person *person)
{
    char names[340];

    SAMPLE_TEXT(names, "%s %s", person->given_name, person->sn);
    c->shapes[SHAPE_LIGATURE] +=
        strstr(names, "œ") != NULL || strstr(names, "Œ") != NULL;
    c->shapes[SHAPE_HYPHEN] += strchr(names, '-') != NULL;
    c->shapes[SHAPE_APOSTROPHE] += strchr(names, '\'') != NULL;
    c->shapes[SHAPE_ACCENT] += strpbrk(names, "\xC3") != NULL;
}

static void
count_pupil_shapes(
    sample_counts *c, const sample_family *f, const sample_pupil *p)
{
    size_t mothers = 0, fathers = 0, legal = 0;

    for (size_t i = 0; i < p->n_links; i++) {
        const sample_link *link = p->links + i;

        c->shapes[SHAPE_IN_CHARGE] += link->legal == 2;
        c->shapes[SHAPE_CONTACT] += link->legal == 3;
        c->shapes[SHAPE_CONTACT_OLD] += link->legal == 0;
        if (link->legal != 1)
            continue;
        legal++;
        mothers += link->relation == 10;
        fathers += link->relation == 20;
        c->shapes[SHAPE_TUTOR] += link->relation == 50;
        c->shapes[SHAPE_PROTECTION] += link->relation == 51;
    }
    c->shapes[SHAPE_TWO_MOTHERS] += mothers > 1;
    c->shapes[SHAPE_TWO_FATHERS] += fathers > 1;
    c->shapes[SHAPE_ONE_LEGAL] += legal == 1;
    if (p == f->pupils + 1 && f->trap == TRAP_NONE)
        c->shapes[SHAPE_HALF] +=
            p->n_links > 1 && f->pupils[0].n_links > 1 &&
            strcmp(p->links[1].id, f->pupils[0].links[1].id) != 0;
}

static void
count_shapes(sample_counts *c, const sample_family *f)
{
    bool several = false;

    c->shapes[SHAPE_SIBLINGS] += f->n_pupils > 1;
    c->shapes[SHAPE_OLD_CODES] += f->old_codes;
    for (size_t i = 0; i < f->n_pupils; i++) {
        several = several || f->pupils[i].school[0] != f->pupils[0].school[0];
        count_person(c, &f->pupils[i].person);
        count_pupil_shapes(c, f, f->pupils + i);
    }
    for (size_t i = 0; i < f->n_guardians; i++)
        count_person(c, &f->guardians[i].person);
    c->shapes[SHAPE_SCHOOLS] += several;
}

/* ---- what becomes of it ---- */

static bool
is_accepted(const sample_pupil *p)
{
    return p->person.given_name[0] != '\0' && p->school[0] >= 0;
}

/* The two legal guardians whom an importer links, parents before others: a
 * third has no account of a pupil who has two. */
static void
mark_two(const sample_pupil *p, bool *legal)
{
    bool taken[SAMPLE_GUARDIANS] = {false};
    size_t n = 0;

    for (int parents = 1; parents >= 0; parents--) {
        for (size_t i = 0; i < p->n_links && n < 2; i++) {
            const sample_link *link = p->links + i;
            bool parent = link->relation == 10 || link->relation == 20;

            if (link->guardian < 0 || link->legal != 1 ||
                parent != (parents == 1) || taken[link->guardian])
                continue;
            taken[link->guardian] = legal[link->guardian] = true;
            n++;
        }
    }
}

/* Links of one pupil to guardians with a record, each guardian once. */
static void
count_links(sample_counts *c, const sample_pupil *p, bool *legal, bool *self)
{
    bool linked[SAMPLE_GUARDIANS] = {false}, charged[SAMPLE_GUARDIANS] = {0};
    int64_t links = 0;

    for (size_t i = 0; i < p->n_links; i++) {
        const sample_link *link = p->links + i;

        if (link->guardian < 0)
            continue;
        if (link->legal == 1 && !linked[link->guardian]) {
            linked[link->guardian] = true;
            self[link->guardian] = link->relation == 70;
            links++;
        }
        if (link->legal == 2)
            charged[link->guardian] = true;
    }
    for (size_t g = 0; g < SAMPLE_GUARDIANS; g++)
        c->links_in_charge += charged[g] && !linked[g];
    mark_two(p, legal);
    c->links += links;
    c->links_of_two += links < 2 ? links : 2;
}

void
sample_count_family(sample_counts *c, const sample_family *f)
{
    bool legal[SAMPLE_GUARDIANS] = {false}, self[SAMPLE_GUARDIANS] = {false};

    c->pupils += (int64_t)f->n_pupils + (f->trap == TRAP_REPEATED_RECORD);
    c->guardians += (int64_t)f->n_guardians;
    if (f->trap != TRAP_NONE)
        c->traps[f->trap]++;
    count_shapes(c, f);
    for (size_t i = 0; i < f->n_pupils; i++) {
        if (!is_accepted(f->pupils + i))
            continue;
        c->accepted_pupils++;
        count_links(c, f->pupils + i, legal, self);
    }
    for (size_t g = 0; g < f->n_guardians; g++) {
        c->legal_guardians += legal[g];
        c->selves += legal[g] && self[g];
    }
}

void
sample_count_schools(sample_counts *c, const sample *s)
{
    c->known_schools = s->schools;
    c->schools = s->schools + s->traps;
    c->traps[TRAP_BAD_UAI] = c->traps[TRAP_OLD_UAI] = s->traps;
}

/* ---- the summary ---- */

static const char *const shape_names[] = {
#define EDC_SHAPE(id, name, about) name,
#include "shapes.def"
#undef EDC_SHAPE
};
static const char *const trap_names[] = {
#define EDC_TRAP(id, name, needs, about) name,
#include "traps.def"
#undef EDC_TRAP
};
static const char *const change_names[] = {
#define EDC_DELTA(id, name, needs, added, changed, closed, refused, about) name,
#include "deltas.def"
#undef EDC_DELTA
};

typedef struct figure {
    const char *name;
    int64_t value;
} figure;

typedef struct printer {
    FILE *out;
    bool json, first;
} printer;

static void
open_group(printer *p, const char *name)
{
    if (p->json)
        fprintf(p->out, ",\n \"%s\": {", name);
    else
        fprintf(p->out, "%s\n", name);
    p->first = true;
}

static void
print_figure(printer *p, const char *name, int64_t value)
{
    if (p->json)
        fprintf(
            p->out, "%s\"%s\": %" PRId64, p->first ? "" : ", ", name, value);
    else
        fprintf(p->out, "  %-22s %10" PRId64 "\n", name, value);
    p->first = false;
}

static void
print_figures(printer *p, const char *group, const figure *figures, size_t n)
{
    open_group(p, group);
    for (size_t i = 0; i < n; i++)
        print_figure(p, figures[i].name, figures[i].value);
    if (p->json)
        fputs("}", p->out);
}

static void
print_named(printer *p, const char *group, const char *const *names,
    const int64_t *values, size_t n)
{
    open_group(p, group);
    for (size_t i = 0; i < n; i++)
        print_figure(p, names[i], values[i]);
    if (p->json)
        fputs("}", p->out);
}

static void
print_complete(printer *p, const sample_counts *c)
{
    const figure records[] = {{"EtabEducNat", c->schools},
        {"MefEducNat", c->mefs}, {"Eleve", c->pupils},
        {"PersRelEleve", c->guardians}, {"PersEducNat", c->staff}};
    const figure expected[] = {{"schools", c->known_schools},
        {"pupils", c->accepted_pupils}, {"guardians", c->legal_guardians},
        {"selves", c->selves},
        {"accounts", c->accepted_pupils + c->legal_guardians - c->selves},
        {"links", c->links}, {"linksTwoAtMost", c->links_of_two},
        {"linksInCharge", c->links_in_charge}};

    print_figures(p, "records", records, sizeof(records) / sizeof(records[0]));
    print_figures(
        p, "expected", expected, sizeof(expected) / sizeof(expected[0]));
    print_named(p, "shapes", shape_names, c->shapes, N_SHAPES);
    print_named(p, "traps", trap_names, c->traps, N_TRAPS);
}

static void
print_delta(printer *p, const sample_delta *d)
{
    const figure expected[] = {{"Eleve", d->pupils},
        {"PersRelEleve", d->guardians}, {"added", d->added},
        {"changed", d->changed}, {"closed", d->closed},
        {"refused", d->refused}};

    print_named(p, "delta", change_names, d->kinds, N_CHANGES);
    print_figures(
        p, "deltaExpected", expected, sizeof(expected) / sizeof(expected[0]));
}

void
sample_print(const sample *s, const sample_counts *c, const sample_delta *delta,
    FILE *out)
{
    printer p = {out, s->json, true};

    if (s->json)
        fprintf(out, "{\"seed\": %" PRIu64 ", \"form\": \"%s\", \"year\": %d",
            s->seed, s->first_degree ? "1D" : "2D", s->year);
    else
        fprintf(out, "seed %" PRIu64 ", form %s, year %d\n", s->seed,
            s->first_degree ? "1D" : "2D", s->year);
    print_complete(&p, c);
    if (delta != NULL)
        print_delta(&p, delta);
    if (s->json)
        fputs("}\n", out);
}

void
sample_print_moves(const sample *s, const sample_moves *moves, FILE *out)
{
    static const char *const names[] = {
#define EDC_MOVE(id, name, joined, likely, about) name,
#include "moves.def"
#undef EDC_MOVE
    };
    const figure figures[] = {{"families", s->moves}, {"pupils", moves->pupils},
        {"joined", moves->joined}, {"likely", moves->likely}};
    printer p = {out, s->json, true};

    if (s->json)
        fprintf(out, "{\"seed\": %" PRIu64 ", \"year\": %d", s->seed, s->year);
    else
        fprintf(out, "seed %" PRIu64 ", year %d\n", s->seed, s->year);
    print_named(&p, "moves", names, moves->kinds, N_MOVES);
    print_figures(
        &p, "expected", figures, sizeof(figures) / sizeof(figures[0]));
    if (s->json)
        fputs("}\n", out);
}
