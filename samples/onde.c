/* onde.c - what an ecole exports itself: the pupils, and their guardians with
 * the children as columns, as ONDE writes them.
 */
#include <string.h>

#include "sample.h"

typedef struct writing {
    sample_file *file;
    const sample_school *school;
} writing;

#define CHILDREN 3 /* that a line has columns for at least */

/* A cell and what is behind it. */
static void
put_cell(const sample_file *file, const char *value, const char *end)
{
    bool quoted = strpbrk(value, ";\"") != NULL;

    if (quoted)
        putc('"', file->out);
    for (const char *p = value; *p != '\0';) {
        size_t n = strcspn(p, "\"");
        char piece[300];

        SAMPLE_TEXT(piece, "%.*s%s", (int)n, p, p[n] == '"' ? "\"\"" : "");
        sample_put_text(file, piece);
        p += n + (p[n] == '"');
    }
    if (quoted)
        putc('"', file->out);
    fputs(end, file->out);
}

/* ---- pupils ---- */

static void
put_pupils(void *ctx, const sample_family *f)
{
    const writing *w = ctx;

    for (size_t i = 0; i < f->n_pupils; i++) {
        const sample_pupil *p = f->pupils + i;
        int place = sample_place_at(p, w->school);

        if (place < 0)
            continue;
        put_cell(w->file, p->person.sn, ";;");
        put_cell(w->file, p->person.given_name, ";");
        put_cell(w->file, p->birth, p->person.woman ? ";F;" : ";M;");
        put_cell(w->file, p->ine, ";");
        put_cell(w->file, sample_grade_name(p->level, p->grade), ";");
        put_cell(w->file, p->class[place], ";Non;Non;\n");
    }
}

/* ---- guardians ---- */

static bool
is_child(const sample_pupil *p, size_t guardian)
{
    for (size_t l = 0; l < p->n_links; l++) {
        if (p->links[l].guardian == (int)guardian)
            return true;
    }
    return false;
}

static void
put_children(const writing *w, const sample_family *f, size_t guardian)
{
    size_t n = 0;

    for (size_t i = 0; i < f->n_pupils; i++) {
        const sample_pupil *p = f->pupils + i;
        int place = sample_place_at(p, w->school);

        if (place < 0 || !is_child(p, guardian))
            continue;
        put_cell(w->file, "", ";");
        put_cell(w->file, p->person.sn, ";");
        put_cell(w->file, p->person.given_name, ";");
        put_cell(w->file, p->class[place], ";");
        n++;
    }
    for (; n < CHILDREN; n++)
        fputs(";;;;", w->file->out);
}

static void
put_guardians(void *ctx, const sample_family *f)
{
    const writing *w = ctx;

    for (size_t i = 0; i < f->n_guardians; i++) {
        const sample_guardian *g = f->guardians + i;

        if (!sample_is_named(f, i, w->school))
            continue;
        put_cell(w->file, g->person.woman ? "MME" : "M.", ";;");
        put_cell(w->file, g->person.sn, ";");
        put_cell(w->file, g->person.given_name, ";");
        put_cell(w->file, g->street, ";");
        put_cell(w->file, g->code, ";");
        put_cell(w->file, g->town, ";FRANCE;");
        put_cell(w->file, g->person.mail, ";");
        put_cell(w->file, g->phone, ";;");
        put_cell(w->file, g->person.mobile, ";");
        put_children(w, f, i);
        putc('\n', w->file->out);
    }
}

/* ---- the files ---- */

void
sample_write_onde(
    const sample *s, const char *directory, const sample_school *school)
{
    sample_file file;
    writing w = {&file, school};

    sample_own_begin(&file, s, directory, "eleves.csv");
    sample_put_text(&file,
        "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;"
        "Niveau;Libellé classe;Attestation fournie;Autorisation photo;\n");
    sample_each_family(s, put_pupils, &w);
    sample_own_end(&file);
    sample_own_begin(&file, s, directory, "responsables.csv");
    sample_put_text(&file,
        "Civilité Responsable;Nom usage responsable;Nom responsable;"
        "Prénom responsable;Adresse responsable;CP responsable;"
        "Commune responsable;Pays;Courriel;Téléphone domicile;"
        "Téléphone travail;Téléphone portable");
    for (int i = 0; i < SAMPLE_PUPILS; i++)
        sample_put_text(&file, ";Nom d'usage enfant;Nom de famille enfant;"
                               "Prénom enfant;Classes enfants");
    putc('\n', file.out);
    sample_each_family(s, put_guardians, &w);
    sample_own_end(&file);
}
