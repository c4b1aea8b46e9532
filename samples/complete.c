/* complete.c - the complete export. */
#include "sample.h"

#define STAFF 3 /* of a school */

typedef struct files {
    sample_file pupils, guardians;
} files;

static void
begin(sample_file *file, const sample *s, const char *directory,
    const char *category)
{
    sample_file_begin(
        file, s, directory, "Complet", category, s->year * 10000 + 901);
}

static void
write_schools(const sample *s, const char *directory)
{
    sample_file schools, staff;
    sample_school school;

    begin(&schools, s, directory, "EtabEducNat");
    begin(&staff, s, directory, "PersEducNat");
    for (int64_t i = 0; i < s->schools; i++) {
        sample_school_of(s, i, &school);
        sample_put_school(&schools, &school);
        for (int n = 0; n < STAFF; n++)
            sample_put_staff(&staff, &school, n);
    }
    if (s->traps) {
        sample_school_of(s, s->schools, &school);
        sample_put_school(&schools, &school);
    }
    sample_file_end(&schools);
    sample_file_end(&staff);
}

static void
write_mefs(const sample *s, const char *directory)
{
    sample_file mefs;

    begin(&mefs, s, directory, "MefEducNat");
    for (int level = s->first_degree ? ECOLE : COLLEGE;
        level <= (s->first_degree ? ECOLE : LYCEE); level++) {
        for (unsigned g = 0; g < sample_grades((sample_level)level); g++)
            sample_put_mef(&mefs, (sample_level)level, g);
    }
    sample_file_end(&mefs);
}

static void
write_family(files *out, const sample_family *f)
{
    for (size_t i = 0; i < f->n_pupils; i++)
        sample_put_pupil(&out->pupils, f, f->pupils + i);
    if (f->trap == TRAP_REPEATED_RECORD)
        sample_put_pupil(&out->pupils, f, f->pupils);
    for (size_t i = 0; i < f->n_guardians; i++)
        sample_put_guardian(&out->guardians, f->guardians + i);
}

/* The last family is as large as is left, and has no trap: that might want
 * more people. */
static void
make_family(const sample *s, int64_t number, size_t left, sample_family *f)
{
    sample_family_of(s, number, f);
    if (f->n_pupils + f->n_guardians <= left)
        return;
    sample_family_plain(s, number, f);
    sample_family_cut(f, left);
}

void
sample_each_family(
    const sample *s, void (*each)(void *ctx, const sample_family *f), void *ctx)
{
    int64_t people = 0;
    sample_family f;

    for (int64_t number = 0; people < s->people; number++) {
        make_family(s, number, (size_t)(s->people - people), &f);
        people += (int64_t)(f.n_pupils + f.n_guardians);
        each(ctx, &f);
    }
}

typedef struct making {
    sample_counts *counts;
    files *out;      /* NULL: they are counted only */
    sample_csv *csv; /* NULL: not as CSV */
} making;

static void
take_family(void *ctx, const sample_family *f)
{
    making *m = ctx;

    m->counts->families++;
    sample_count_family(m->counts, f);
    if (m->out != NULL)
        write_family(m->out, f);
    if (m->csv != NULL)
        sample_csv_family(m->csv, f);
}

void
sample_complete(
    sample *s, const char *directory, const char *csv, sample_counts *c)
{
    files out = {.pupils = {.s = s}};
    sample_csv table = {.s = s};
    making m = {.out = directory == NULL ? NULL : &out,
        .csv = csv == NULL ? NULL : &table};

    if (directory != NULL) {
        write_schools(s, directory);
        write_mefs(s, directory);
        begin(&out.pupils, s, directory, "Eleve");
        begin(&out.guardians, s, directory, "PersRelEleve");
    }
    *c = (sample_counts){
        .mefs = s->first_degree ? sample_grades(ECOLE)
                                : sample_grades(COLLEGE) + sample_grades(LYCEE),
        .staff = s->schools * STAFF};
    m.counts = c;
    sample_count_schools(c, s);
    if (csv != NULL)
        sample_csv_begin(&table, s, csv);
    sample_each_family(s, take_family, &m);
    if (csv != NULL)
        sample_csv_end(&table);
    s->families = c->families;
    if (directory != NULL) {
        sample_file_end(&out.pupils);
        sample_file_end(&out.guardians);
    }
}
