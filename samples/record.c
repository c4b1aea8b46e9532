/* record.c - a person, a school as an AAF record. */
#include <string.h>

#include "sample.h"

const sample_words *
sample_words_of(const sample *s)
{
    static const sample_words second = {"sn", "givenName", "personalTitle",
        "mail", "mobile", "homePhone", "ENTEleveClasses",
        "ENTElevePersRelEleve"};
    static const sample_words first = {"ENTPersonNom", "ENTPersonPrenom",
        "ENTPersonCivilite", "ENTPersonMail", "ENTPersRelEleveTelMobile",
        "ENTPersonTelPerso", "ENTPersonClasses", "ENTEleveAutoriteParentale"};

    return s->first_degree ? &first : &second;
}

/* ---- pieces of a record ---- */

static void
put_head(sample_file *file, const char *request, const char *operational,
    const char *category, const char *id)
{
    fprintf(sample_file_record(file),
        "<%s>\n <operationalAttributes><attr name=\"%s\"><value>%s</value>"
        "</attr></operationalAttributes>\n <identifier><id>%s</id>"
        "</identifier>\n",
        request, operational, category, id);
}

static void
begin(sample_file *file, const char *operational, const char *category,
    const char *id)
{
    put_head(file, "addRequest", operational, category, id);
    fputs(" <attributes>\n", file->out);
}

static void
end(sample_file *file)
{
    fputs(" </attributes>\n</addRequest>\n", file->out);
}

static void
put_value(sample_file *file, sample_trap trap, const char *value)
{
    fputs("<value>", file->out);
    sample_put_trapped(file, trap, value);
    fputs("</value>", file->out);
}

static void
open_attr(sample_file *file, const char *name)
{
    fprintf(file->out, "  <attr name=\"%s\">", name);
}

static void
close_attr(sample_file *file)
{
    fputs("</attr>\n", file->out);
}

/* An empty value is `<value/>`. */
static void
put_attr(
    sample_file *file, sample_trap trap, const char *name, const char *value)
{
    open_attr(file, name);
    if (value[0] == '\0')
        fputs("<value/>", file->out);
    else
        put_value(file, trap, value);
    close_attr(file);
}

static void
put_plain(sample_file *file, const char *name, const char *value)
{
    put_attr(file, TRAP_NONE, name, value);
}

/* ---- schools and what stands beside them ---- */

static void
put_classes(sample_file *file, const sample_school *school)
{
    char label[48], mef[12], value[160];

    open_attr(file, "ENTStructureClasses");
    for (unsigned g = 0; g < sample_grades(school->level); g++) {
        sample_mef(school->level, g, mef);
        for (unsigned c = 0; c < sample_classes(school->level); c++) {
            sample_class(school->level, g, c, label, sizeof(label));
            SAMPLE_TEXT(value, "%s$%s, %s$%s", label,
                sample_grade_name(school->level, g), "classe & groupes", mef);
            put_value(file, TRAP_NONE, value);
        }
    }
    put_value(file, TRAP_NONE, "5EME B$EURO$5EME B $ EURO$99920002110");
    close_attr(file);
}

void
sample_put_school(sample_file *file, const sample_school *school)
{
    static const char *const types[] = {[ECOLE] = "ECOLE DE NIVEAU ELEMENTAIRE",
        [COLLEGE] = "COLLEGE",
        [LYCEE] = "LYCEE"};
    const sample *s = file->s;
    bool old_name = s->traps && school->number == 0;

    begin(file, "categorieStructure", "EtabEducNat", school->id);
    put_plain(file, "ENTStructureJointure", school->id);
    put_plain(file, old_name ? "ENTEtablissementUAI" : "ENTStructureUAI",
        school->uai);
    put_plain(file, "ENTStructureSIREN", "");
    put_plain(file, "ENTStructureNomCourant", school->name);
    put_plain(file, "ENTStructureTypeStruct", types[school->level]);
    put_plain(file,
        s->first_degree ? "ENTEcoleMinistereTutelle"
                        : "ENTEtablissementMinistereTutelle",
        "MINISTERE DE L'EDUCATION NATIONALE");
    put_plain(file, "ENTEtablissementContrat", "PU");
    put_plain(file, "ENTStructureAdresse", school->street);
    put_plain(file, "ENTStructureCodePostal", "99000");
    put_plain(file, "ENTStructureVille", school->town);
    put_plain(file, "ENTServAcAcademie", "FICTIVE");
    put_classes(file, school);
    end(file);
}

void
sample_put_mef(sample_file *file, sample_level level, unsigned grade)
{
    char mef[12];

    sample_mef(level, grade, mef);
    begin(file, "categorieMef", "MefEducNat", mef);
    put_plain(file, "ENTMefJointure", mef);
    put_plain(file, "ENTLibelleMef", sample_grade_name(level, grade));
    put_plain(file, "ENTMEFRattach", mef);
    end(file);
}

void
sample_put_staff(sample_file *file, const sample_school *school, int n)
{
    const sample *s = file->s;
    const sample_words *words = sample_words_of(s);
    sample_random r = sample_random_of(s, USE_STAFF, school->number * 8 + n);
    char id[24], sn[128], function[64];
    bool woman = sample_often(&r, 600);

    SAMPLE_TEXT(id, "%lld", (long long)(3000000000 + school->number * 8 + n));
    sample_family_name(&r, sn, sizeof(sn));
    SAMPLE_TEXT(function, "%s$%s", school->id, n == 0 ? "DIR" : "ENS");
    begin(file, "categoriePersonne", "PersEducNat", id);
    put_plain(file, "ENTPersonJointure", id);
    put_plain(file, words->sn, sn);
    put_plain(file, words->given_name, sample_given_name(&r, woman));
    put_plain(file, words->title, woman ? "Mme" : "M.");
    put_plain(file, "ENTPersonStructRattach", school->id);
    put_plain(file, "ENTPersonFonctions", function);
    end(file);
}

/* ---- pupils ---- */

static void
put_schools(sample_file *file, const sample_pupil *p)
{
    char id[24];

    SAMPLE_TEXT(id, "%lld", (long long)(88001 + p->school[0]));
    put_attr(file, p->person.trap, "ENTPersonStructRattach",
        p->school[0] < 0 ? "77777" : id);
}

/* Classes of a school that is not in the files are of that school. */
static void
put_pupil_classes(sample_file *file, const sample_pupil *p)
{
    char value[80];
    int times = p->person.trap == TRAP_REPEATED_VALUE ? 2 : 1;

    for (size_t i = 0; i < p->n_schools; i++) {
        long long id =
            p->school[i] < 0 ? 77777 : (long long)(88001 + p->school[i]);

        SAMPLE_TEXT(value, "%lld$%s", id, p->class[i]);
        for (int t = 0; t < times; t++)
            put_value(file, p->person.trap, value);
    }
    if (p->person.trap == TRAP_FOREIGN_CLASS)
        put_value(file, TRAP_NONE, "77777$CM2 ANNEXE");
}

unsigned
sample_old_code(unsigned relation)
{
    static const struct {
        unsigned new, old;
    } codes[] = {{10, 2}, {20, 1}, {39, 4}, {50, 3}, {51, 5}, {70, 7}, {90, 6}};

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (codes[i].new == relation)
            return codes[i].old;
    }
    return relation;
}

static void
put_link(sample_file *file, const sample_family *f, const sample_link *link)
{
    unsigned relation =
        f->old_codes ? sample_old_code(link->relation) : link->relation;
    char value[80];

    if (file->s->first_degree)
        SAMPLE_TEXT(value, "%s$%u", link->id, relation);
    else
        SAMPLE_TEXT(value, "%s$%u$%u$%u$%u$%u", link->id, relation,
            link->financial, link->legal, link->contact, link->payment);
    put_value(file, TRAP_NONE, value);
}

static void
put_link_values(
    sample_file *file, const sample_family *f, const sample_pupil *p)
{
    int times = p->person.trap == TRAP_REPEATED_VALUE ? 2 : 1;

    if (p->n_links == 0)
        fputs("<value/>", file->out);
    for (size_t i = 0; i < p->n_links; i++) {
        for (int t = 0; t < times; t++)
            put_link(file, f, p->links + i);
    }
}

static void
put_old_links(sample_file *file, const sample_pupil *p)
{
    static const struct {
        const char *name;
        size_t link;
    } names[] = {{"ENTEleveParents", 0}, {"ENTElevePere", 1},
        {"ENTEleveMere", 0}, {"ENTElevePersRelEleve1", 0},
        {"ENTElevePersRelEleve2", 1}};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].link < p->n_links)
            put_plain(file, names[i].name, p->links[names[i].link].id);
    }
}

static void
put_dates_and_codes(sample_file *file, const sample_pupil *p)
{
    sample_trap trap = p->person.trap;

    if (trap != TRAP_NO_INE)
        put_attr(file, trap, "ENTEleveINE", p->ine);
    put_attr(file, trap, "ENTPersonDateNaissance", p->birth);
}

static void
put_names(sample_file *file, const sample_person *person)
{
    const sample_words *words = sample_words_of(file->s);

    put_plain(file, "ENTPersonJointure", person->id);
    put_attr(file, person->trap, "ENTPersonNomPatro", person->sn);
    put_attr(file, person->trap, words->sn, person->sn);
    put_attr(file, person->trap, words->given_name, person->given_name);
    put_plain(file, words->title, person->woman ? "Mme" : "M.");
    if (person->trap == TRAP_UNKNOWN_ATTRIBUTE)
        put_plain(file, "ENTPersonAttributInconnu", "valeur");
}

void
sample_put_pupil(
    sample_file *file, const sample_family *f, const sample_pupil *p)
{
    const sample_words *words = sample_words_of(file->s);
    char mef[12];

    begin(file, "categoriePersonne", "Eleve", p->person.id);
    put_names(file, &p->person);
    put_dates_and_codes(file, p);
    put_schools(file, p);
    open_attr(file, words->classes);
    put_pupil_classes(file, p);
    close_attr(file);
    if (file->s->first_degree) {
        put_plain(
            file, "ENTEleveNiveau", sample_grade_name(p->level, p->grade));
        put_plain(file, "ENTEleveCycle", p->grade < 3 ? "1" : "2");
    } else {
        sample_mef(p->level, p->grade, mef);
        put_plain(file, "ENTEleveMEF", mef);
        put_plain(file, "ENTEleveMajeur", p->adult ? "O" : "N");
    }
    open_attr(file, words->links);
    put_link_values(file, f, p);
    close_attr(file);
    if (p->person.trap == TRAP_OLD_LINKS)
        put_old_links(file, p);
    end(file);
}

void
sample_put_guardian(sample_file *file, const sample_guardian *g)
{
    const sample_words *words = sample_words_of(file->s);
    sample_trap trap = g->person.trap;

    begin(file, "categoriePersonne", "PersRelEleve", g->person.id);
    put_names(file, &g->person);
    put_plain(file, "ENTPersonDateNaissance", "");
    put_plain(file, words->phone, g->phone);
    put_attr(file, trap, words->mobile, g->person.mobile);
    put_attr(file, trap, words->mail, g->person.mail);
    put_attr(file, trap, "ENTPersonAdresse", g->street);
    put_plain(file, "ENTPersonCodePostal", g->code);
    put_plain(file, "ENTPersonVille", g->town);
    put_plain(file, "ENTPersonPays", "FRANCE");
    put_plain(file, "ENTPersonAdresseDiffusion", "O");
    end(file);
}

/* ---- changes ---- */

void
sample_put_modify(sample_file *file, const char *category, const char *id)
{
    put_head(file, "modifyRequest", "categoriePersonne", category, id);
    fputs(" <modifications>\n", file->out);
}

static void
open_modification(sample_file *file, const char *name)
{
    fprintf(
        file->out, "  <modification name=\"%s\" operation=\"replace\">", name);
}

static void
close_modification(sample_file *file)
{
    fputs("</modification>\n", file->out);
}

void
sample_put_modified(sample_file *file, const char *name, const char *value)
{
    open_modification(file, name);
    if (value[0] == '\0')
        fputs("<value/>", file->out);
    else
        put_value(file, TRAP_NONE, value);
    close_modification(file);
}

void
sample_put_modified_links(
    sample_file *file, const sample_family *f, const sample_pupil *p)
{
    open_modification(file, sample_words_of(file->s)->links);
    put_link_values(file, f, p);
    close_modification(file);
}

void
sample_put_modified_schools(
    sample_file *file, const sample_pupil *p, bool school_too)
{
    char id[24];

    SAMPLE_TEXT(id, "%lld", (long long)(88001 + p->school[0]));
    if (school_too)
        sample_put_modified(file, "ENTPersonStructRattach", id);
    open_modification(file, sample_words_of(file->s)->classes);
    put_pupil_classes(file, p);
    close_modification(file);
}

void
sample_put_modify_end(sample_file *file)
{
    fputs(" </modifications>\n</modifyRequest>\n", file->out);
}

void
sample_put_delete(sample_file *file, const char *category, const char *id)
{
    put_head(file, "deleteRequest", "categoriePersonne", category, id);
    fputs("</deleteRequest>\n", file->out);
}
