/* siecle.c - what a school of the second degree exports itself: the pupils, and
 * their guardians, as SIECLE writes them.
 *
 * Beside the people of the complete export there are those whom such files are
 * full of: a pupil who has left, and a guardian of one who is in no file.
 */
#include <string.h>

#include "sample.h"

/* ---- pieces ---- */

static void
put_element(const sample_file *file, sample_trap trap, const char *name,
    const char *value)
{
    if (value[0] == '\0') {
        fprintf(file->out, "<%s/>", name);
        return;
    }
    fprintf(file->out, "<%s>", name);
    sample_put_trapped(file, trap, value);
    fprintf(file->out, "</%s>", name);
}

static void
put_number(const sample_file *file, const char *name, unsigned number)
{
    fprintf(file->out, "<%s>%u</%s>", name, number, name);
}

static void
begin_document(sample_file *file, const sample *s, const char *directory,
    const char *name, const char *root, const sample_school *school)
{
    static const char *const declarations[] = {
        [SAMPLE_UTF8] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        [SAMPLE_LATIN9] = "<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>\n",
        [SAMPLE_UNDECLARED] = ""};

    sample_own_begin(file, s, directory, name);
    fprintf(file->out,
        "%s<%s VERSION=\"2.1\">\n<PARAMETRES>\n<UAJ>%s</UAJ>\n"
        "<ANNEE_SCOLAIRE>%d</ANNEE_SCOLAIRE>\n"
        "<DATE_EXPORT>01/09/%d</DATE_EXPORT>\n</PARAMETRES>\n<DONNEES>\n",
        declarations[s->encoding], root, school->uai, s->year, s->year);
}

static void
end_document(sample_file *file, const char *root)
{
    fprintf(file->out, "</DONNEES>\n</%s>\n", root);
    sample_own_end(file);
}

/* One section, of what every family has for it. */
static void
put_section(sample_own *w, const char *name,
    void (*each)(void *ctx, const sample_family *f), const char *last)
{
    fprintf(w->file->out, "<%s>\n", name);
    sample_each_family(w->file->s, each, w);
    fprintf(w->file->out, "%s</%s>\n", last, name);
}

/* ---- pupils ---- */

static void
put_pupils(void *ctx, const sample_family *f)
{
    const sample_own *w = ctx;
    const sample_pupil *p;
    size_t i = 0;

    while ((p = sample_own_pupil(w, f, &i, NULL)) != NULL) {
        sample_trap trap = p->person.trap;

        fprintf(w->file->out, "<ELEVE ELEVE_ID=\"%s\" ELENOET=\"%zu\">",
            p->person.id, (size_t)(p - f->pupils) + 1);
        if (trap != TRAP_NO_INE)
            put_element(w->file, trap, "ID_NATIONAL", p->ine);
        put_element(w->file, trap, "NOM_DE_FAMILLE", p->person.sn);
        put_element(w->file, trap, "PRENOM", p->person.given_name);
        put_element(w->file, trap, "DATE_NAISS", p->birth);
        put_number(w->file, "CODE_SEXE", p->person.woman ? 2 : 1);
        fputs("</ELEVE>\n", w->file->out);
    }
}

static void
put_classes(void *ctx, const sample_family *f)
{
    const sample_own *w = ctx;
    const sample_pupil *p;
    size_t i = 0, place;

    while ((p = sample_own_pupil(w, f, &i, &place)) != NULL) {
        fprintf(w->file->out, "<STRUCTURES_ELEVE ELEVE_ID=\"%s\"><STRUCTURE>",
            p->person.id);
        put_element(w->file, p->person.trap, "CODE_STRUCTURE", p->class[place]);
        fputs("<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>"
              "<STRUCTURE><CODE_STRUCTURE>LV1.ALL</CODE_STRUCTURE>"
              "<TYPE_STRUCTURE>G</TYPE_STRUCTURE></STRUCTURE>"
              "</STRUCTURES_ELEVE>\n",
            w->file->out);
    }
}

/* ---- guardians ---- */

static void
put_persons(void *ctx, const sample_family *f)
{
    const sample_own *w = ctx;
    const sample_guardian *g;
    size_t i = 0;

    while ((g = sample_own_guardian(w, f, &i)) != NULL) {
        sample_trap trap = g->person.trap;

        fprintf(w->file->out, "<PERSONNE PERSONNE_ID=\"%s\">", g->person.id);
        put_element(w->file, trap, "NOM_DE_FAMILLE", g->person.sn);
        put_element(w->file, trap, "PRENOM", g->person.given_name);
        put_element(
            w->file, TRAP_NONE, "LC_CIVILITE", g->person.woman ? "MME" : "M.");
        put_element(w->file, TRAP_NONE, "TEL_PERSONNEL", g->phone);
        put_element(w->file, trap, "TEL_PORTABLE", g->person.mobile);
        put_element(w->file, trap, "MEL", g->person.mail);
        put_element(w->file, TRAP_NONE, "ADRESSE_ID", g->person.id);
        fputs("</PERSONNE>\n", w->file->out);
    }
}

/* Older files number the legal guardians and have older codes. */
static void
put_link(const sample_own *w, const sample_family *f, const sample_pupil *p,
    const sample_link *link)
{
    fprintf(w->file->out,
        "<RESPONSABLE_ELEVE><ELEVE_ID>%s</ELEVE_ID>"
        "<PERSONNE_ID>%s</PERSONNE_ID>",
        p->person.id, link->id);
    if (f->old_codes) {
        put_number(w->file, "RESP_LEGAL",
            link->legal != 1   ? 0
            : link == p->links ? 1
                               : 2);
        put_number(w->file, "CODE_PARENTE", sample_old_code(link->relation));
    } else {
        put_number(w->file, "NIVEAU_RESPONSABILITE",
            link->legal == 0 ? 3 : link->legal);
        put_number(w->file, "CODE_PARENTE", link->relation);
    }
    fputs("</RESPONSABLE_ELEVE>\n", w->file->out);
}

static void
put_links(void *ctx, const sample_family *f)
{
    const sample_own *w = ctx;
    const sample_pupil *p;
    size_t i = 0;

    while ((p = sample_own_pupil(w, f, &i, NULL)) != NULL) {
        for (size_t l = 0; l < p->n_links; l++)
            put_link(w, f, p, p->links + l);
    }
}

static void
put_addresses(void *ctx, const sample_family *f)
{
    const sample_own *w = ctx;
    const sample_guardian *g;
    size_t i = 0;

    while ((g = sample_own_guardian(w, f, &i)) != NULL) {
        fprintf(w->file->out, "<ADRESSE ADRESSE_ID=\"%s\">", g->person.id);
        put_element(w->file, g->person.trap, "LIGNE1_ADRESSE", g->street);
        put_element(w->file, TRAP_NONE, "CODE_POSTAL", g->code);
        put_element(w->file, TRAP_NONE, "LIBELLE_POSTAL", g->town);
        fputs("</ADRESSE>\n", w->file->out);
    }
}

/* ---- the files ---- */

void
sample_write_siecle(
    const sample *s, const char *directory, const sample_school *school)
{
    sample_file file;
    sample_own w = {&file, school};
    char left[400];

    SAMPLE_TEXT(left,
        "<ELEVE ELEVE_ID=\"999999998\"><ID_NATIONAL>999999998AA</ID_NATIONAL>"
        "<NOM_DE_FAMILLE>PARTI</NOM_DE_FAMILLE><PRENOM>Pascal</PRENOM>"
        "<DATE_NAISS>01/01/%d</DATE_NAISS><DATE_SORTIE>01/07/%d</DATE_SORTIE>"
        "</ELEVE>\n",
        s->year - 14, s->year);
    begin_document(
        &file, s, directory, "ElevesSansAdresses.xml", "BEE_ELEVES", school);
    put_section(&w, "ELEVES", put_pupils, left);
    put_section(&w, "STRUCTURES", put_classes, "");
    end_document(&file, "BEE_ELEVES");
    begin_document(&file, s, directory, "ResponsablesAvecAdresses.xml",
        "BEE_RESPONSABLES", school);
    put_section(&w, "PERSONNES", put_persons,
        "<PERSONNE PERSONNE_ID=\"999999998\"><NOM_DE_FAMILLE>PARTI"
        "</NOM_DE_FAMILLE><PRENOM>Paule</PRENOM></PERSONNE>\n");
    put_section(&w, "RESPONSABLES", put_links,
        "<RESPONSABLE_ELEVE><ELEVE_ID>999999999</ELEVE_ID>"
        "<PERSONNE_ID>999999998</PERSONNE_ID>"
        "<NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE>"
        "<CODE_PARENTE>10</CODE_PARENTE></RESPONSABLE_ELEVE>\n");
    put_section(&w, "ADRESSES", put_addresses, "");
    end_document(&file, "BEE_RESPONSABLES");
}
