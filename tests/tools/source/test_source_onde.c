/* test_source_onde.c - ONDE's exports, and what may be wrong with them. */
#include "source/source_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"

#define SAID "file e.csv: CSV\n"
#define PUPILS                                                                 \
    "Nom \xC3\xA9l\xC3\xA8ve;Nom d'usage \xC3\xA9l\xC3\xA8ve;Pr\xC3\xA9nom "   \
    "\xC3\xA9l\xC3\xA8ve;Date naissance;Sexe;INE;Adresse1; Cycle;Niveau;"      \
    "Libell\xC3\xA9 classe;Identifiant classe\n"
#define GUARDIANS                                                              \
    "Civilit\xC3\xA9 Responsable;Nom usage responsable;Nom responsable;"       \
    "Pr\xC3\xA9nom responsable;Adresse responsable;CP responsable;"            \
    "Commune responsable;Pays;Courriel;T\xC3\xA9l\xC3\xA9phone domicile;"      \
    "T\xC3\xA9l\xC3\xA9phone travail;T\xC3\xA9l\xC3\xA9phone portable;"
#define CHILD                                                                  \
    "Nom d'usage enfant;Nom de famille enfant;Pr\xC3\xA9nom enfant;Classes "   \
    "enfants"
#define SCHOOL "1 add school 9990003Z: level=<ecole>\n"

static void
expect_with(const char *school, const char *text, const char *said)
{
    char *all = ctl_format(SAID "%s", said);
    src_options options = {.school = school};
    char *read;

    steps_text("e.csv", text);
    read = steps_read_with(
        (const char *const[]){"e.csv", NULL}, &options, 0, SIZE_MAX);
    assert_string_equal(read, all);
    free(read);
    free(all);
}

static void
expect(const char *text, const char *said)
{
    expect_with("9990003Z", text, said);
}

/* Without an INE the names are the id; the class is no number. */
static void
pupils_are_read(void **state)
{
    (void)state;
    expect(PUPILS "DE L'EXEMPLE;;Zo\xC3\xA9-Lou;29/02/2018;F;000000001AA;x;II;"
                  "CP;CP A;12;\n"
                  "EXEMPLE;DURAND;Malo;2018-03-01;M;;x;II;CP;CP B\n",
        SCHOOL
        "2 add student ELEVE-000000001AA: ine=<000000001AA> "
        "sn=<DE L'EXEMPLE> givenName=<Zo\xC3\xA9-Lou> birthDate=<29/02/2018> "
        "school=<9990003Z> class=<CP A> former=<ELEVE-delexemple-zoelou>\n"
        "3 add student ELEVE-exemple-malo: ine= sn=<DURAND> givenName=<Malo> "
        "birthDate=<2018-03-01> school=<9990003Z> class=<CP B> "
        "former=<ELEVE-exemple-malo>\n"
        "end\n");
}

static void
children_are_columns_of_their_guardians(void **state)
{
    (void)state;
    expect(GUARDIANS CHILD ";" CHILD ";" CHILD "\n"
                           "Mme;DURAND;EXEMPLE;Anne;1 rue X;99100;VILLE;FRANCE;"
                           "a@example.org;;;0639980001;;EXEMPLE;Malo;CP B;;"
                           "DE L'EXEMPLE;Zo\xC3\xA9-Lou;CP A;;;;;\n",
        "2 add guardian RESPONSABLE-exemple-anne-2502c571b03f: sn=<DURAND> "
        "givenName=<Anne> mobile=<0639980001> mail=<a@example.org> "
        "address=<1 rue X> postalCode=<99100> town=<VILLE>\n"
        "2 part student ELEVE-exemple-malo: school=<9990003Z> class=<CP B> "
        "guardian1=<RESPONSABLE-exemple-anne-2502c571b03f>\n"
        "2 part student ELEVE-delexemple-zoelou: school=<9990003Z> "
        "class=<CP A> guardian1=<RESPONSABLE-exemple-anne-2502c571b03f>\n"
        "end\n");
}

/* Reads one guardian's line and returns the id, allocated. */
static char *
id_of(const char *line)
{
    char *text = ctl_format(GUARDIANS CHILD "\n%s\n", line);
    src_options options = {.school = "9990003Z"};
    char *read, *begin;

    steps_text("e.csv", text);
    read = steps_read_with(
        (const char *const[]){"e.csv", NULL}, &options, 1U << SRC_GUARDIAN, 1);
    begin = strstr(read, "RESPONSABLE-");
    assert_non_null(begin);
    begin = ctl_copy_n(begin, strcspn(begin, ":"));
    free(read);
    free(text);
    return begin;
}

static void
expect_ids(const char *one, const char *two, bool same)
{
    char *a = id_of(one), *b = id_of(two);

    assert_int_equal(strcmp(a, b) == 0, same);
    free(a);
    free(b);
}

/* However the number is written, and whatever else changes. */
static void
a_guardian_is_known_by_names_and_number(void **state)
{
    const char *anne = "Mme;;EXEMPLE;Anne;1 rue X;99100;V;F;a@example.org;;;"
                       "06 39 98 00 01;;E;M;CP";

    (void)state;
    expect_ids(anne,
        "Mme;D;Exempl\xC3\xA9;ANNE;2 rue Y;99200;W;F;;;;"
        "+33639980001;;E;N;CE1",
        true);
    expect_ids(anne,
        "Mme;;EXEMPLE;Anne;1 rue X;99100;V;F;a@example.org;;;"
        "0639980002;;E;M;CP",
        false);
    expect_ids(anne,
        "Mme;;EXEMPLE;Anna;1 rue X;99100;V;F;a@example.org;;;"
        "0639980001;;E;M;CP",
        false);
    expect_ids("M.;;E;J;;;;;j@example.org;;;;;E;M;CP",
        "M.;;E;J;1 rue X;;;;J@example.org;;;;;E;N;CP", true);
    expect_ids("M.;;E;J;1 rue X;;;;;;;;;E;M;CP",
        "M.;;E;J;2 rue X;;;;;;;;;E;M;CP", false);
    expect_ids("M.;;E;J;;;;;;;;;;E;M;CP", "M.;;E;J;;;;;;;;;;E;M;CE1", true);
    expect_ids("M.;;E;J;;;;;;;;;;E;M;CP", "M.;;E;J;;;;;;;;;;E;N;CP", false);
}

static void
lines_may_end_early_or_in_separators(void **state)
{
    (void)state;
    expect(PUPILS "E;;M\nE;;N;;;;;;;;;;;;;\nE;;O;;;;;;;;;x;y\n",
        SCHOOL "2 add student ELEVE-e-m: ine= sn=<E> givenName=<M> birthDate= "
               "school=<9990003Z> class= former=<ELEVE-e-m>\n"
               "3 add student ELEVE-e-n: ine= sn=<E> givenName=<N> birthDate= "
               "school=<9990003Z> class= former=<ELEVE-e-n>\n"
               "4 refused student : it has more cells than the header line\n"
               "end\n");
}

static void
a_bad_line_is_refused_alone(void **state)
{
    (void)state;
    expect(PUPILS ";;;01/01/2018;M;;\n;;;01/01/2018;M;0$1\n",
        SCHOOL "2 refused student : it has no id\n"
               "3 refused student ELEVE-0$1: the id holds a $\n"
               "end\n");
    expect(GUARDIANS CHILD "\nM.;;;;;;;;;;;0639980001;;E;M;CP\n",
        "2 refused guardian : it has no id\nend\n");
}

static void
titles_are_known_without_case_and_accents(void **state)
{
    (void)state;
    expect("NOM ELEVE;Prenom Eleve;DATE  NAISSANCE;ine;CLASSE\n"
           "E;M;01/01/2018;1;CP\n",
        SCHOOL "2 add student ELEVE-1: ine=<1> sn=<E> givenName=<M> "
               "birthDate=<01/01/2018> school=<9990003Z> class=<CP> "
               "former=<ELEVE-e-m>\n"
               "end\n");
}

static void
what_is_missing_is_named(void **state)
{
    (void)state;
    expect("Nom \xC3\xA9l\xC3\xA8ve;Pr\xC3\xA9nom \xC3\xA9l\xC3\xA8ve;"
           "Date naissance\n",
        "broken e.csv:1: the column INE is missing: choose it in ONDE's "
        "extraction\n");
    expect("Nom responsable;Nom de famille enfant;Pr\xC3\xA9nom enfant\n",
        "broken e.csv:1: the column Pr\xC3\xA9nom responsable is missing: "
        "choose it in ONDE's extraction\n");
    expect_with(NULL, PUPILS,
        "broken e.csv:1: it is of ONDE, whose files do not say of which "
        "school they are: name it with --school\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pupils_are_read),
        cmocka_unit_test(children_are_columns_of_their_guardians),
        cmocka_unit_test(a_guardian_is_known_by_names_and_number),
        cmocka_unit_test(lines_may_end_early_or_in_separators),
        cmocka_unit_test(a_bad_line_is_refused_alone),
        cmocka_unit_test(titles_are_known_without_case_and_accents),
        cmocka_unit_test(what_is_missing_is_named),
    };

    return cmocka_run_group_tests(tests, steps_setup, steps_teardown);
}
