/* siecle.c - records of SIECLE, XML with a root BEE_ELEVES (pupils, and who is
 * in which class) or BEE_RESPONSABLES (persons, whose guardians they are, their
 * addresses).
 *
 * What one person is stands in several sections and files, in no certain order:
 * every element of a section is a record of its own here, and what belongs to a
 * pupil without being in the pupil's element is a part. Other documents of
 * SIECLE (BEE_STRUCTURES, BEE_COMMUN...) are read for their syntax only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "source/parts.h"

typedef enum place {
    OUTSIDE,
    IN_ROOT,
    IN_PARAMETERS,
    IN_UAJ,
    IN_EXPORTED,
    IN_DATA,
    IN_SECTION,
    IN_RECORD,
    IN_STRUCTURE,
    IN_FIELD,
    PASSED_OVER /* with everything that is in it */
} place;

/* What is put together at the end of an element. */
typedef enum slot {
    SLOT_PUPIL,
    SLOT_PERSON,
    SLOT_RELATION,
    SLOT_LEVEL,
    SLOT_LEGAL,
    SLOT_CODE,
    SLOT_TYPE,
    SLOT_LINE1,
    SLOT_LINE2,
    SLOT_LINE3,
    SLOT_LINE4,
    N_SLOTS,
    SLOT_NONE, /* an attribute's value */
    SLOT_ID    /* the record's id, should the element have no attribute */
} slot;

typedef enum section_id {
    PUPILS,
    STRUCTURES,
    PERSONS,
    LINKS,
    ADDRESSES,
    N_SECTIONS
} section_id;

/* Sections, the element of a record, and what names its id. */
static const struct {
    const char *root, *name, *record, *id, *prefix;
    src_kind kind;
    src_op op;
} sections[N_SECTIONS] = {
    [PUPILS] = {"BEE_ELEVES", "ELEVES", "ELEVE", "ELEVE_ID", "ELEVE-",
        SRC_STUDENT, SRC_ADD},
    [STRUCTURES] = {"BEE_ELEVES", "STRUCTURES", "STRUCTURES_ELEVE", "ELEVE_ID",
        "ELEVE-", SRC_STUDENT, SRC_PART},
    [PERSONS] = {"BEE_RESPONSABLES", "PERSONNES", "PERSONNE", "PERSONNE_ID",
        "PERSONNE-", SRC_GUARDIAN, SRC_ADD},
    [LINKS] = {"BEE_RESPONSABLES", "RESPONSABLES", "RESPONSABLE_ELEVE",
        "ELEVE_ID", "ELEVE-", SRC_STUDENT, SRC_PART},
    [ADDRESSES] = {"BEE_RESPONSABLES", "ADRESSES", "ADRESSE", "ADRESSE_ID",
        "ADRESSE-", SRC_ADDRESS, SRC_ADD},
};

/* Elements of a record that are of use; all others are passed over. */
static const struct {
    const char *name;
    section_id section;
    slot to;
} fields[] = {
    {"ELEVE_ID", PUPILS, SLOT_ID},
    {"ID_NATIONAL", PUPILS, SLOT_NONE},
    {"INE_BEA", PUPILS, SLOT_NONE},
    {"NOM_USAGE", PUPILS, SLOT_NONE},
    {"NOM_DE_FAMILLE", PUPILS, SLOT_NONE},
    {"NOM", PUPILS, SLOT_NONE},
    {"PRENOM", PUPILS, SLOT_NONE},
    {"DATE_NAISS", PUPILS, SLOT_NONE},
    {"DATE_SORTIE", PUPILS, SLOT_NONE},
    {"TEL_PORTABLE", PUPILS, SLOT_NONE},
    {"MEL", PUPILS, SLOT_NONE},
    {"ELEVE_ID", STRUCTURES, SLOT_ID},
    {"CODE_STRUCTURE", STRUCTURES, SLOT_CODE},
    {"TYPE_STRUCTURE", STRUCTURES, SLOT_TYPE},
    {"PERSONNE_ID", PERSONS, SLOT_ID},
    {"NOM_USAGE", PERSONS, SLOT_NONE},
    {"NOM_DE_FAMILLE", PERSONS, SLOT_NONE},
    {"NOM", PERSONS, SLOT_NONE},
    {"PRENOM", PERSONS, SLOT_NONE},
    {"TEL_PORTABLE", PERSONS, SLOT_NONE},
    {"MEL", PERSONS, SLOT_NONE},
    {"ADRESSE_ID", PERSONS, SLOT_NONE},
    {"ELEVE_ID", LINKS, SLOT_PUPIL},
    {"PERSONNE_ID", LINKS, SLOT_PERSON},
    {"CODE_PARENTE", LINKS, SLOT_RELATION},
    {"NIVEAU_RESPONSABILITE", LINKS, SLOT_LEVEL},
    {"RESP_LEGAL", LINKS, SLOT_LEGAL},
    {"ADRESSE_ID", ADDRESSES, SLOT_ID},
    {"LIGNE1_ADRESSE", ADDRESSES, SLOT_LINE1},
    {"LIGNE2_ADRESSE", ADDRESSES, SLOT_LINE2},
    {"LIGNE3_ADRESSE", ADDRESSES, SLOT_LINE3},
    {"LIGNE4_ADRESSE", ADDRESSES, SLOT_LINE4},
    {"CODE_POSTAL", ADDRESSES, SLOT_NONE},
    {"LIBELLE_POSTAL", ADDRESSES, SLOT_NONE},
    {"COMMUNE_ETRANGERE", ADDRESSES, SLOT_NONE},
};

struct src_siecle {
    src_run *run;
    place places[LIMIT_DEPTH + 1];
    int depth;
    const char *root; /* of the table of sections; "" for another document */
    section_id section;
    long line; /* that the present record begins in */
    slot to;   /* of the present field */
    char slots[N_SLOTS][LIMIT_CODE + 1];
};

/* ---- values ---- */

/* Sets the record's id, unless it is set or there is none. */
static void
set_id(src_siecle *s, edc_str id)
{
    char text[SRC_ID_MAX + 1];
    const char *prefix = sections[s->section].prefix;

    id = src_trim(id);
    if (id.n == 0 || s->run->record.has_id)
        return;
    if (id.n > SRC_ID_MAX - strlen(prefix)) {
        src_record_refuse(s->run, "the id is too long");
        return;
    }
    snprintf(text, sizeof(text), "%s%.*s", prefix, (int)id.n, id.p);
    src_record_id(s->run, edc_str_of(text));
}

/* The value that was just read goes into its slot. */
static void
fill_slot(src_siecle *s, const char *what)
{
    bool too_long = s->run->record.too_long;
    edc_str text = src_record_take(s->run);

    if (too_long || text.n > LIMIT_CODE) {
        src_record_refuse(s->run, "%s is too long", what);
        return;
    }
    if (text.n > 0)
        memcpy(s->slots[s->to], text.p, text.n);
    s->slots[s->to][text.n] = '\0';
}

static void
put_text(src_siecle *s, const char *text)
{
    src_record_text(s->run, text, strlen(text));
}

static void
put_value(src_siecle *s, edc_str attr, const char *const *pieces)
{
    (void)src_record_attr(s->run, attr);
    src_record_value(s->run);
    for (; *pieces != NULL; pieces++)
        put_text(s, *pieces);
    src_record_value_end(s->run);
}

/* ---- what is put together ---- */

/* Groups are no classes, and "Inactifs" is where those stand who have left. */
static void
end_structure(src_siecle *s)
{
    const char *code = s->slots[SLOT_CODE];

    if (strcmp(s->slots[SLOT_TYPE], "D") != 0 || code[0] == '\0' ||
        strcmp(code, "Inactifs") == 0)
        return;
    put_value(s, EDC_STR("CODE_STRUCTURE"),
        (const char *const[]){s->run->info.school, "$", code, NULL});
}

/* The level is 1 legal, 2 in charge, 3 contact. Before there was one, 1 and 2
 * were the first and the second legal guardian and 0 all others. */
static const char *
level_of(const src_siecle *s)
{
    const char *level = s->slots[SLOT_LEVEL];
    const char *legal = s->slots[SLOT_LEGAL];

    if (level[0] != '\0')
        return level;
    return strcmp(legal, "1") == 0 || strcmp(legal, "2") == 0 ? "1" : "3";
}

static void
end_link(src_siecle *s)
{
    const char *person = s->slots[SLOT_PERSON];
    const char *relation = s->slots[SLOT_RELATION];

    set_id(s, edc_str_of(s->slots[SLOT_PUPIL]));
    if (person[0] == '\0')
        src_record_refuse(s->run, "it names no PERSONNE_ID");
    else if (strchr(person, '$') != NULL || strchr(relation, '$') != NULL ||
             strchr(level_of(s), '$') != NULL)
        src_record_refuse(s->run, "a code in it holds a $");
    put_value(s, EDC_STR("RESPONSABLE_ELEVE"),
        (const char *const[]){sections[PERSONS].prefix, person, "$", relation,
            "$0$", level_of(s), "$0$0", NULL});
}

static void
end_address(src_siecle *s)
{
    const char *pieces[9];
    size_t n = 0;

    for (int line = SLOT_LINE1; line <= SLOT_LINE4; line++) {
        if (s->slots[line][0] == '\0')
            continue;
        if (n > 0)
            pieces[n++] = "$";
        pieces[n++] = s->slots[line];
    }
    pieces[n] = NULL;
    put_value(s, EDC_STR("LIGNE_ADRESSE"), pieces);
}

static void
end_record(src_siecle *s)
{
    if (s->section == PUPILS)
        put_value(s, EDC_STR("UAJ"),
            (const char *const[]){s->run->info.school, NULL});
    else if (s->section == LINKS)
        end_link(s);
    else if (s->section == ADDRESSES)
        end_address(s);
    (void)src_record_end(s->run);
}

/* ---- elements ---- */

/* The document's root; what is none of SIECLE's ends the reading. */
static place
begin_root(src_siecle *s, long line, const char *name)
{
    if (strncmp(name, "BEE_", 4) != 0) {
        (void)src_fail(s->run, line,
            "it is XML, but neither AAF nor SIECLE: the root element is %.64s",
            name);
        return PASSED_OVER;
    }
    s->root = "";
    for (int i = 0; i < N_SECTIONS; i++) {
        if (strcmp(sections[i].root, name) == 0)
            s->root = sections[i].root;
    }
    if (s->run->info.extent == SRC_EXTENT_UNKNOWN)
        s->run->info.extent = SRC_COMPLETE;
    return s->root[0] == '\0' ? PASSED_OVER : IN_ROOT;
}

static place
begin_data(src_siecle *s, long line)
{
    src_run *run = s->run;
    const char *asked = run->options->school;

    if (run->info.school[0] == '\0' && asked != NULL)
        (void)src_school_set(run, line, edc_str_of(asked));
    else if (run->info.school[0] == '\0')
        (void)src_fail(run, line,
            "no UAJ in PARAMETRES says of which school it is; name it with "
            "--school");
    if (run->end == SRC_END && s->root == sections[PUPILS].root)
        (void)src_school_record(
            run, line, EDC_STR("UAJ"), edc_str_of(run->info.school));
    return IN_DATA;
}

static place
begin_section(src_siecle *s, const char *name)
{
    for (int i = 0; i < N_SECTIONS; i++) {
        if (strcmp(sections[i].root, s->root) == 0 &&
            strcmp(sections[i].name, name) == 0) {
            s->section = (section_id)i;
            return IN_SECTION;
        }
    }
    return PASSED_OVER;
}

static void
clear_slots(src_siecle *s)
{
    for (int i = 0; i < N_SLOTS; i++)
        s->slots[i][0] = '\0';
}

static place
begin_record(src_siecle *s, long line, const char *name, int n,
    const unsigned char **attributes)
{
    if (strcmp(sections[s->section].record, name) != 0)
        return PASSED_OVER;
    src_record_begin(s->run, line, sections[s->section].op);
    s->run->record.kind = sections[s->section].kind;
    clear_slots(s);
    for (int i = 0; i < n; i++, attributes += 5) {
        if (strcmp((const char *)attributes[0], sections[s->section].id) == 0)
            set_id(s, (edc_str){(const char *)attributes[3],
                          (size_t)(attributes[4] - attributes[3])});
    }
    return IN_RECORD;
}

static place
begin_field(src_siecle *s, const char *name)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (fields[i].section != s->section ||
            strcmp(fields[i].name, name) != 0)
            continue;
        s->to = fields[i].to;
        if (s->to == SLOT_NONE)
            (void)src_record_attr(s->run, edc_str_of(fields[i].name));
        src_record_value(s->run);
        return IN_FIELD;
    }
    return PASSED_OVER;
}

static place
begin_parameter(src_siecle *s, long line, const char *name)
{
    bool uaj = strcmp(name, "UAJ") == 0;

    if (!uaj && strcmp(name, "DATE_EXPORT") != 0)
        return PASSED_OVER;
    /* Only its value is wanted. */
    src_record_begin(s->run, line, SRC_ADD);
    src_record_value(s->run);
    return uaj ? IN_UAJ : IN_EXPORTED;
}

void
src_siecle_start(src_siecle *s, long line, const char *name, int n,
    const unsigned char **attributes)
{
    place in = s->places[s->depth], to = PASSED_OVER;

    if (in == OUTSIDE)
        to = begin_root(s, line, name);
    else if (in == IN_ROOT && strcmp(name, "PARAMETRES") == 0)
        to = IN_PARAMETERS;
    else if (in == IN_ROOT && strcmp(name, "DONNEES") == 0)
        to = begin_data(s, line);
    else if (in == IN_PARAMETERS)
        to = begin_parameter(s, line, name);
    else if (in == IN_DATA)
        to = begin_section(s, name);
    else if (in == IN_SECTION)
        to = begin_record(s, line, name, n, attributes);
    else if (in == IN_RECORD && s->section == STRUCTURES &&
             strcmp(name, "STRUCTURE") == 0) {
        clear_slots(s);
        to = IN_STRUCTURE;
    } else if (in == IN_STRUCTURE || in == IN_RECORD)
        to = begin_field(s, name);
    s->line = line;
    s->places[++s->depth] = to;
}

void
src_siecle_text(src_siecle *s, edc_str text)
{
    place in = s->places[s->depth];

    if (in == IN_FIELD || in == IN_UAJ || in == IN_EXPORTED)
        src_record_text(s->run, text.p, text.n);
}

/* dd/mm/yyyy, for the order of files; anything else tells nothing. */
static void
end_exported(src_siecle *s)
{
    edc_str day = src_record_take(s->run);
    char *date = s->run->info.date;

    if (date[0] != '\0' || day.n != 10 || day.p[2] != '/' || day.p[5] != '/')
        return;
    memcpy(date, day.p + 6, 4);
    memcpy(date + 4, day.p + 3, 2);
    memcpy(date + 6, day.p, 2);
    date[8] = '\0';
    if (strspn(date, "0123456789") != 8)
        date[0] = '\0';
}

static void
end_field(src_siecle *s)
{
    if (s->to == SLOT_NONE)
        src_record_value_end(s->run);
    else if (s->to == SLOT_ID)
        set_id(s, src_record_take(s->run));
    else
        fill_slot(s, "a code or a line");
}

void
src_siecle_end(src_siecle *s)
{
    switch (s->places[s->depth--]) {
    case IN_UAJ:
        (void)src_school_set(s->run, s->line, src_record_take(s->run));
        break;
    case IN_EXPORTED:
        end_exported(s);
        break;
    case IN_FIELD:
        end_field(s);
        break;
    case IN_STRUCTURE:
        end_structure(s);
        break;
    case IN_RECORD:
        end_record(s);
        break;
    default:
        break;
    }
}

/* ---- the reader ---- */

src_siecle *
src_siecle_begin(src_run *run)
{
    src_siecle *s = ctl_alloc(1, sizeof(*s));

    s->run = run;
    s->root = "";
    return s;
}

void
src_siecle_free(src_siecle *s)
{
    free(s);
}
