/* test_source_siecle.c - SIECLE as schools export it, and as it may not be. */
#include "source/source_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"

#define SAID "file e.xml: SIECLE\n"
#define XML "<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>\n"
#define PARAMETERS                                                             \
    "<PARAMETRES><UAJ>9990001x</UAJ><ANNEE_SCOLAIRE>2026</ANNEE_SCOLAIRE>"     \
    "<DATE_EXPORT>01/09/2026</DATE_EXPORT></PARAMETRES>\n"
#define OF(root, data)                                                         \
    XML "<" root " VERSION=\"2.1\">" PARAMETERS "<DONNEES>" data               \
        "</DONNEES></" root ">\n"
#define SCHOOL "3 add school 9990001X: UAJ=<9990001X>\n"

static void
expect_with(const src_options *options, const char *text, const char *said)
{
    char *all = ctl_format(SAID "%s", said);
    char *read;

    steps_text("e.xml", text);
    read = steps_read_with(
        (const char *const[]){"e.xml", NULL}, options, 0, SIZE_MAX);
    assert_string_equal(read, all);
    free(read);
    free(all);
}

static void
expect(const char *text, const char *said)
{
    expect_with(NULL, text, said);
}

/* ---- pupils ---- */

static void
pupils_are_read(void **state)
{
    (void)state;
    expect(OF("BEE_ELEVES",
               "<ELEVES>\n"
               "<ELEVE ELEVE_ID=\"11\" ELENOET=\"1\">"
               "<ID_NATIONAL>000000001AA</ID_NATIONAL>"
               "<NOM_DE_FAMILLE>EXEMPLE</NOM_DE_FAMILLE>"
               "<NOM_USAGE></NOM_USAGE><PRENOM> Zo\xE9 </PRENOM>"
               "<PRENOM2>Lou</PRENOM2><DATE_NAISS>29/02/2012</DATE_NAISS>"
               "<DATE_SORTIE/><CODE_REGIME>0</CODE_REGIME>"
               "<SCOLARITE_AN_DERNIER><MEL>other@example.org</MEL>"
               "<CODE_STRUCTURE>CM2</CODE_STRUCTURE></SCOLARITE_AN_DERNIER>"
               "</ELEVE>\n</ELEVES>"),
        "3 add school 9990001X: UAJ=<9990001X>\n"
        "4 add student ELEVE-11: ID_NATIONAL=<000000001AA> "
        "NOM_DE_FAMILLE=<EXEMPLE> NOM_USAGE= PRENOM=<Zo\xC3\xA9> "
        "DATE_NAISS=<29/02/2012> DATE_SORTIE= UAJ=<9990001X>\n"
        "end\n");
}

/* Older files, and others' tools: the id is an element, names are one. */
static void
an_id_may_be_an_element(void **state)
{
    (void)state;
    expect(OF("BEE_ELEVES",
               "<ELEVES><ELEVE><NOM>E</NOM><ELEVE_ID>12</ELEVE_ID></ELEVE>"
               "<ELEVE ELEVE_ID=\"13\"><ELEVE_ID>14</ELEVE_ID></ELEVE>"
               "</ELEVES>"),
        SCHOOL "3 add student ELEVE-12: NOM=<E> UAJ=<9990001X>\n"
               "3 add student ELEVE-13: UAJ=<9990001X>\n"
               "end\n");
}

static void
classes_are_parts_and_groups_are_none(void **state)
{
    (void)state;
    expect(OF("BEE_ELEVES",
               "<STRUCTURES><STRUCTURES_ELEVE ELEVE_ID=\"11\">"
               "<STRUCTURE><CODE_STRUCTURE>6 A</CODE_STRUCTURE>"
               "<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>"
               "<STRUCTURE><CODE_STRUCTURE>6LV1</CODE_STRUCTURE>"
               "<TYPE_STRUCTURE>G</TYPE_STRUCTURE></STRUCTURE>"
               "<STRUCTURE><CODE_STRUCTURE>Inactifs</CODE_STRUCTURE>"
               "<TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>"
               "<STRUCTURE><TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>"
               "</STRUCTURES_ELEVE></STRUCTURES>"),
        SCHOOL "3 part student ELEVE-11: CODE_STRUCTURE=<9990001X$6 A>\n"
               "end\n");
}

/* ---- guardians ---- */

static void
persons_links_and_addresses_are_read(void **state)
{
    (void)state;
    expect(OF("BEE_RESPONSABLES",
               "<PERSONNES><PERSONNE PERSONNE_ID=\"11\">"
               "<NOM_DE_FAMILLE>EXEMPLE</NOM_DE_FAMILLE>"
               "<NOM_USAGE>DURAND</NOM_USAGE><PRENOM>Anne</PRENOM>"
               "<TEL_PERSONNEL>0549000000</TEL_PERSONNEL>"
               "<TEL_PORTABLE>0639980001</TEL_PORTABLE>"
               "<MEL>a@example.org</MEL><ADRESSE_ID>5</ADRESSE_ID>"
               "</PERSONNE></PERSONNES>\n"
               "<RESPONSABLES><RESPONSABLE_ELEVE><ELEVE_ID>11</ELEVE_ID>"
               "<PERSONNE_ID>11</PERSONNE_ID>"
               "<NIVEAU_RESPONSABILITE>2</NIVEAU_RESPONSABILITE>"
               "<CODE_PARENTE>10</CODE_PARENTE></RESPONSABLE_ELEVE>"
               "</RESPONSABLES>\n"
               "<ADRESSES><ADRESSE ADRESSE_ID=\"5\">"
               "<LIGNE2_ADRESSE>Bat. B</LIGNE2_ADRESSE>"
               "<LIGNE1_ADRESSE>1 rue X</LIGNE1_ADRESSE>"
               "<LIGNE4_ADRESSE/><CODE_POSTAL>99100</CODE_POSTAL>"
               "<LIBELLE_POSTAL>VILLE</LIBELLE_POSTAL></ADRESSE></ADRESSES>"),
        "3 add guardian PERSONNE-11: NOM_DE_FAMILLE=<EXEMPLE> "
        "NOM_USAGE=<DURAND> PRENOM=<Anne> TEL_PORTABLE=<0639980001> "
        "MEL=<a@example.org> ADRESSE_ID=<5>\n"
        "4 part student ELEVE-11: RESPONSABLE_ELEVE=<PERSONNE-11$10$0$2$0$0>\n"
        "5 add address ADRESSE-5: CODE_POSTAL=<99100> "
        "LIBELLE_POSTAL=<VILLE> LIGNE_ADRESSE=<1 rue X$Bat. B>\n"
        "end\n");
}

/* Files from before there was a level: first, second, no legal guardian. */
static void
the_old_legal_number_is_a_level(void **state)
{
    static const struct {
        const char *legal, *level;
    } rows[] = {{"<RESP_LEGAL>1</RESP_LEGAL>", "1"},
        {"<RESP_LEGAL>2</RESP_LEGAL>", "1"},
        {"<RESP_LEGAL>0</RESP_LEGAL>", "3"}, {"", "3"},
        {"<RESP_LEGAL>1</RESP_LEGAL>"
         "<NIVEAU_RESPONSABILITE>3</NIVEAU_RESPONSABILITE>",
            "3"}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text = ctl_format(
            OF("BEE_RESPONSABLES", "<RESPONSABLES><RESPONSABLE_ELEVE>"
                                   "<ELEVE_ID>1</ELEVE_ID>"
                                   "<PERSONNE_ID>2</PERSONNE_ID>%s"
                                   "<CODE_PARENTE>20</CODE_PARENTE>"
                                   "</RESPONSABLE_ELEVE></RESPONSABLES>"),
            rows[i].legal);
        char *said = ctl_format("3 part student ELEVE-1: "
                                "RESPONSABLE_ELEVE=<PERSONNE-2$20$0$%s$0$0>\n"
                                "end\n",
            rows[i].level);

        expect(text, said);
        free(said);
        free(text);
    }
}

/* ---- what is refused ---- */

static void
a_bad_record_is_refused_alone(void **state)
{
    (void)state;
    expect(OF("BEE_RESPONSABLES",
               "<RESPONSABLES>\n"
               "<RESPONSABLE_ELEVE><PERSONNE_ID>2</PERSONNE_ID>"
               "</RESPONSABLE_ELEVE>\n"
               "<RESPONSABLE_ELEVE><ELEVE_ID>1</ELEVE_ID>"
               "</RESPONSABLE_ELEVE>\n"
               "<RESPONSABLE_ELEVE><ELEVE_ID>1</ELEVE_ID>"
               "<PERSONNE_ID>2$3</PERSONNE_ID></RESPONSABLE_ELEVE>\n"
               "</RESPONSABLES>\n"
               "<PERSONNES>\n<PERSONNE><NOM>E</NOM></PERSONNE>\n"
               "<PERSONNE PERSONNE_ID=\"1$2\"><NOM>E</NOM></PERSONNE>\n"
               "<PERSONNE PERSONNE_ID=\"3\"><NOM>E&#133;</NOM></PERSONNE>\n"
               "<PERSONNE PERSONNE_ID=\"4\"><NOM>E</NOM></PERSONNE>\n"
               "</PERSONNES>"),
        "4 refused student : it has no id\n"
        "5 refused student ELEVE-1: it names no PERSONNE_ID\n"
        "6 refused student ELEVE-1: a code in it holds a $\n"
        "9 refused guardian : it has no id\n"
        "10 refused guardian PERSONNE-1$2: the id holds a $\n"
        "11 refused guardian PERSONNE-3: a value of NOM holds a control "
        "character\n"
        "12 add guardian PERSONNE-4: NOM=<E>\n"
        "end\n");
}

static void
what_is_too_long_is_refused_alone(void **state)
{
    char *long_code = ctl_alloc(400, 1);
    char *text, *said;

    (void)state;
    memset(long_code, 'A', 399);
    text = ctl_format(
        OF("BEE_ELEVES",
            "<ELEVES><ELEVE ELEVE_ID=\"%s\"/></ELEVES><STRUCTURES>"
            "<STRUCTURES_ELEVE ELEVE_ID=\"1\"><STRUCTURE>"
            "<CODE_STRUCTURE>%s</CODE_STRUCTURE><TYPE_STRUCTURE>D"
            "</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE></STRUCTURES>"),
        long_code, long_code);
    said = ctl_format("%s",
        SCHOOL "3 refused student : the id is too long\n"
               "3 refused student ELEVE-1: a code or a line is too long\n"
               "end\n");
    expect(text, said);
    free(said);
    free(text);
    free(long_code);
}

static void
a_file_says_its_school(void **state)
{
    (void)state;
    expect("<BEE_ELEVES><DONNEES/></BEE_ELEVES>",
        "broken e.xml:1: no UAJ in PARAMETRES says of which school it is; "
        "name it with --school\n");
    expect("<BEE_ELEVES><PARAMETRES><UAJ>99</UAJ></PARAMETRES></BEE_ELEVES>",
        "broken e.xml:1: the code of its school (UAI) has not seven digits "
        "and a letter\n");
    expect_with(&(src_options){.school = "9990002Y"}, OF("BEE_ELEVES", ""),
        "broken e.xml:2: it is of the school 9990001X, not of 9990002Y as "
        "--school says\n");
    expect_with(&(src_options){.school = "9990001x"}, OF("BEE_ELEVES", ""),
        SCHOOL "end\n");
    expect_with(&(src_options){.school = "9990002Y"},
        "<BEE_ELEVES><DONNEES/></BEE_ELEVES>",
        "1 add school 9990002Y: UAJ=<9990002Y>\nend\n");
}

static void
other_documents_of_it_are_passed_over(void **state)
{
    (void)state;
    expect(OF("BEE_STRUCTURES", "<DIVISIONS><DIVISION CODE_STRUCTURE=\"6A\">"
                                "<LIBELLE_LONG>SIXIEME A</LIBELLE_LONG>"
                                "</DIVISION></DIVISIONS>"),
        "end\n");
    expect("<!-- <BEE_ --><OTHER/>",
        "broken e.xml:1: it is XML, but neither AAF nor SIECLE: the root "
        "element is OTHER\n");
}

/* The same guards as AAF's. */
static void
hostile_xml_ends_the_reading(void **state)
{
    (void)state;
    expect("<!DOCTYPE BEE_ELEVES [<!ENTITY e \"x\">]>\n<BEE_ELEVES/>",
        "broken e.xml:1: it declares an entity, which no AAF does\n");
    expect("<BEE_ELEVES><DONNEES>", "broken e.xml:1: no UAJ in PARAMETRES says "
                                    "of which school it is; name it with "
                                    "--school\n");
    expect("<BEE_ELEVES><PARAMETRES>", "broken e.xml:1: the file is cut off\n");
    expect("<BEE_ELEVES><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A><A/>",
        "broken e.xml:1: more than 16 elements are within each other\n");
}

static void
an_archive_has_both_files(void **state)
{
    char *said;

    (void)state;
    steps_archive("ExportXML.zip",
        (const char *const[]){"ElevesSansAdresses.xml",
            OF("BEE_ELEVES", "<ELEVES><ELEVE ELEVE_ID=\"1\"/></ELEVES>"),
            "ResponsablesAvecAdresses.xml",
            OF("BEE_RESPONSABLES",
                "<PERSONNES><PERSONNE PERSONNE_ID=\"1\"/></PERSONNES>"),
            NULL});
    said = steps_read((const char *const[]){"ExportXML.zip", NULL});
    assert_string_equal(said,
        "file ExportXML.zip: ElevesSansAdresses.xml: SIECLE\n" SCHOOL
        "3 add student ELEVE-1: UAJ=<9990001X>\n"
        "file ExportXML.zip: ResponsablesAvecAdresses.xml: SIECLE\n"
        "3 add guardian PERSONNE-1:\n"
        "end\n");
    free(said);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pupils_are_read),
        cmocka_unit_test(an_id_may_be_an_element),
        cmocka_unit_test(classes_are_parts_and_groups_are_none),
        cmocka_unit_test(persons_links_and_addresses_are_read),
        cmocka_unit_test(the_old_legal_number_is_a_level),
        cmocka_unit_test(a_bad_record_is_refused_alone),
        cmocka_unit_test(what_is_too_long_is_refused_alone),
        cmocka_unit_test(a_file_says_its_school),
        cmocka_unit_test(other_documents_of_it_are_passed_over),
        cmocka_unit_test(hostile_xml_ends_the_reading),
        cmocka_unit_test(an_archive_has_both_files),
    };

    return cmocka_run_group_tests(tests, steps_setup, steps_teardown);
}
