/* onde.c - what an ecole exports itself: the pupils, and their guardians with
 * the children as columns, as ONDE writes them.
 */
#include <string.h>

#include "sample.h"

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
    const sample_own *w = ctx;
    const sample_pupil *p;
    size_t i = 0, place;

    while ((p = sample_own_pupil(w, f, &i, &place)) != NULL) {
        put_cell(w->file, p->person.sn, ";;");
        put_cell(w->file, p->person.given_name, ";");
        put_cell(w->file, p->birth, p->person.woman ? ";F;" : ";M;");
        put_cell(w->file, p->ine, ";");
        put_cell(w->file, sample_grade_name(p->level, p->grade), ";");
        put_cell(w->file, p->class[place], ";Non;Non;\n");
    }
}

/* ---- guardians ---- */

static void
put_children(const sample_own *w, const sample_family *f, size_t guardian)
{
    const sample_pupil *p;
    size_t n = 0, i = 0, place;

    while ((p = sample_own_pupil(w, f, &i, &place)) != NULL) {
        if (!sample_own_child(p, guardian))
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
    const sample_own *w = ctx;
    const sample_guardian *g;
    size_t i = 0;

    while ((g = sample_own_guardian(w, f, &i)) != NULL) {
        put_cell(w->file, g->person.woman ? "MME" : "M.", ";;");
        put_cell(w->file, g->person.sn, ";");
        put_cell(w->file, g->person.given_name, ";");
        put_cell(w->file, g->street, ";");
        put_cell(w->file, g->code, ";");
        put_cell(w->file, g->town, ";FRANCE;");
        put_cell(w->file, g->person.mail, ";");
        put_cell(w->file, g->phone, ";;");
        put_cell(w->file, g->person.mobile, ";");
        put_children(w, f, (size_t)(g - f->guardians));
        putc('\n', w->file->out);
    }
}

/* ---- the files ---- */

void
sample_write_onde(
    const sample *s, const char *directory, const sample_school *school)
{
    sample_file file;
    sample_own w = {&file, school};

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
