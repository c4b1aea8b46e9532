/* test_csv_columns.c - CSV with the columns of other software, and as
 * spreadsheets save it.
 */
#include "source/source_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/password/fold.h"
#include "ctl/ctl.h"

#define CSV "file e.csv: CSV\n"

static void
expect_read(
    const char *bytes, size_t n, const src_options *options, const char *said)
{
    char *all = ctl_format(CSV "%s", said);
    char *text;

    steps_write("e.csv", bytes, n);
    text = steps_read_with(
        (const char *const[]){"e.csv", NULL}, options, 0, SIZE_MAX);
    assert_string_equal(text, all);
    free(text);
    free(all);
}

static void
expect(const char *text, const char *said)
{
    expect_read(text, strlen(text), NULL, said);
}

/* ---- headers of schools' software ---- */

#define PUPIL                                                                  \
    "2 add student 7: sn=<EXEMPLE> givenName=<Zoé> "                           \
    "birthDate=<29/02/2012> class=<6A> ine=<000000001AA>\nend\n"

static void
french_headers_are_known(void **state)
{
    static const char *const headers[] = {
        "Id;Nom;Prénom;Né(e) le;Classe;INE",
        "ID;NOM;PRENOM;NE(E) LE;CLASSE;INE",
        "Id;NOM DE FAMILLE;prénom;Date de naissance;Division;N° "
        "INE",
        "ELE_ID;ELENOM;ELEPRE;ELEDATNAIS;DIVCOD;ELENONAT",
        "N° interne;Nom de famille;Prénom 1;Né le;Code "
        "division;N° national",
        "Identifiant;Nom de l'élève;Prénom de "
        "l’élève;Date de Naiss.;Classe(s);Numé"
        "ro INE",
        /* Windows-1252 */
        "Id;Nom;Pr\xE9nom;N\xE9(e) le;Classe;N\xB0 INE",
        "Id;Nom;Pre\xCC\x81nom;Ne\xCC\x81(e) le;Classe;INE",
        "id;sn;givenName;birthDate;class;ine",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        char *text = ctl_format(
            "%s\n7;EXEMPLE;Zoé;29/02/2012;6A;000000001AA\n", headers[i]);

        expect(text, PUPIL);
        free(text);
    }
}

static void
french_headers_of_guardians_and_schools_are_known(void **state)
{
    (void)state;
    expect("Identifiant;Civilité;Nom;Prénom;Tél. "
           "portable;Mél\n"
           "12;Mme;EX;Ana;0612345678;a@example.org\n",
        "2 add guardian 12: title=<Mme> sn=<EX> givenName=<Ana> "
        "mobile=<0612345678> mail=<a@example.org>\nend\n");
    expect("PERS_ID;NOM;PRENOM;TEL_PORT;Adresse e-mail\n"
           "12;EX;Ana;0612345678;a@example.org\n",
        "2 add guardian 12: sn=<EX> givenName=<Ana> mobile=<0612345678> "
        "mail=<a@example.org>\nend\n");
    expect("UAI;Nom\n9990001X;Un\n", "2 add school 9990001X: name=<Un>\nend\n");
    expect("Code UAI;Nom de l'établissement;Type\n"
           "9990001X;Collège;CLG\n",
        "2 add school 9990001X: name=<Collège> level=<CLG>\nend\n");
}

static void
guardians_stand_in_the_columns_of_their_pupil(void **state)
{
    (void)state;
    expect("Id;Nom;Prénom;Classe;UAI;Id resp. légal 1;Nom resp. "
           "légal 1;Prénom resp. légal1;Tél. "
           "portable resp. légal 1;Courriel resp. légal 1;"
           "Id responsable 2;Nom responsable 2\n"
           "7;E;Zoe;6A;9990001X;12;EX;Ana;0612345678;a@example.org;13;DU\n",
        "2 add guardian 12: sn=<EX> givenName=<Ana> mobile=<0612345678> "
        "mail=<a@example.org>\n"
        "2 add guardian 13: sn=<DU>\n"
        "2 add student 7: sn=<E> givenName=<Zoe> class=<6A> "
        "school=<9990001X> guardian1=<12> guardian2=<13>\nend\n");
    expect("Id;Nom;Classe;Id responsable 1;Identifiant resp. légal 2\n"
           "7;E;6A;12;13\n",
        "2 add student 7: sn=<E> class=<6A> guardian1=<12> guardian2=<13>\n"
        "end\n");
    /* The id may be called by the name of the link. */
    expect("id;sn;school;guardian1;guardian1_sn\n7;E;9990001X;12;EX\n",
        "2 add guardian 12: sn=<EX>\n"
        "2 add student 7: sn=<E> school=<9990001X> guardian1=<12>\nend\n");
}

/* Pronote names no number of its own. */
static void
the_ine_is_the_id_where_there_is_none(void **state)
{
    (void)state;
    expect("Nom;Prénom;Né(e) le;Classe;INE\n"
           "E;Zoe;29/02/2012;6A;000000001AA\n"
           "E;Malo;01/03/2013;6A;\n",
        "2 add student 000000001AA: sn=<E> givenName=<Zoe> "
        "birthDate=<29/02/2012> class=<6A> ine=<000000001AA>\n"
        "3 refused student : it has no id\nend\n");
}

static void
the_better_of_two_names_counts(void **state)
{
    (void)state;
    expect("Id;Nom;Nom de famille;Prénom;Classe\n7;USAGE;EXEMPLE;Zoe;6A"
           "\n",
        "1 note: columns that are not read: Nom\n"
        "2 add student 7: sn=<EXEMPLE> givenName=<Zoe> class=<6A>\nend\n");
    expect("Id;Nom de famille;Nom;sn;Prénom;Classe\n7;a;b;EXEMPLE;Zoe;6A"
           "\n",
        "1 note: columns that are not read: Nom, Nom de famille\n"
        "2 add student 7: sn=<EXEMPLE> givenName=<Zoe> class=<6A>\nend\n");
    expect("Id;Nom;NOM;Prénom;Classe\n7;a;b;Zoe;6A\n",
        "broken e.csv:1: the column NOM is there twice\n");
}

/* ---- what is not known, what is missing ---- */

static void
what_is_not_known_is_named_once_and_passed_over(void **state)
{
    (void)state;
    expect("id;sn;Sexe;mail;Régime\n1;A;F;a@b;DP\n2;B;M;b@c;EXT\n",
        "1 note: columns that are not read: Sexe, Régime\n"
        "2 add guardian 1: sn=<A> mail=<a@b>\n"
        "3 add guardian 2: sn=<B> mail=<b@c>\nend\n");
    expect("id;sn;mail;\x1B[31m\n1;A;a@b;x\n",
        "1 note: columns that are not read: ?[31m\n"
        "2 add guardian 1: sn=<A> mail=<a@b>\nend\n");
}

static void
many_columns_that_are_not_known_are_counted(void **state)
{
    char *text = NULL, *said;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    (void)state;
    fputs("id;sn;mail", out);
    for (int i = 0; i < 900; i++)
        fprintf(out, ";Option facultative %d", i);
    fputs("\n1;A;a@b", out);
    for (int i = 0; i < 900; i++)
        fputs(";x", out);
    fputs("\n", out);
    assert_int_equal(fclose(out), 0);
    steps_text("e.csv", text);
    said = steps_read((const char *const[]){"e.csv", NULL});
    assert_non_null(
        strstr(said, "not read: Option facultative 0, Option facultative 1"));
    assert_non_null(strstr(said, " more\n2 add guardian 1: sn=<A> mail=<a@b>"));
    free(said);
    free(text);
}

static void
what_is_missing_is_named_with_what_is_needed(void **state)
{
    static const struct {
        const char *header, *said;
    } files[] = {
        {"Id;Prénom;Classe;UAI",
            "the column sn is missing: pupils need id (or ine), sn, givenName "
            "and school (or --school)"},
        {"Id;Nom;Classe;UAI",
            "the column givenName is missing: pupils need id (or ine), sn, "
            "givenName and school (or --school)"},
        {"Nom;Prénom;Classe;UAI",
            "the column id is missing: pupils need id (or ine), sn, givenName "
            "and school (or --school)"},
        {"Id;Nom;Prénom;Classe;INE",
            "the column school is missing: pupils need id (or ine), sn, "
            "givenName and school (or --school)"},
        {"Id;Portable;Mél",
            "the column sn is missing: guardians need id and sn"},
        {"Nom;Portable;Mél",
            "the column id is missing: guardians need id and sn"},
        {"Établissement;Nature", "the column uai is missing: schools need uai"},
    };
    src_options options = {.needed = true};

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *said = ctl_format("broken e.csv:1: %s\n", files[i].said);

        expect_read(files[i].header, strlen(files[i].header), &options, said);
        free(said);
    }
}

static void
a_school_may_be_given_for_all(void **state)
{
    src_options options = {.needed = true, .school = "9990001X"};
    const char *one = "id;sn;givenName;class\n7;E;Zoe;6A\n";
    const char *two = "id;sn;givenName;school\n7;E;Zoe;\n8;E;Malo;9990002Y\n";

    (void)state;
    expect_read(one, strlen(one), &options,
        "2 add student 7: sn=<E> givenName=<Zoe> class=<6A> "
        "school=<9990001X>\nend\n");
    expect_read(two, strlen(two), &options,
        "2 add student 7: sn=<E> givenName=<Zoe> school=<9990001X>\n"
        "3 add student 8: sn=<E> givenName=<Malo> school=<9990002Y>\nend\n");
}

/* ---- as spreadsheets save it ---- */

#define ROW "add guardian 1: sn=<É> mail=<a@b>\nend\n"

static void
spreadsheets_begin_files_in_many_ways(void **state)
{
    static const struct {
        const char *text, *said;
    } files[] = {
        {"id;sn;mail\n1;É;a@b\n", "2 " ROW},
        {"\"id\";\"sn\";\"mail\"\n\"1\";\"É\";\"a@b\"\n", "2 " ROW},
        {"id,sn,mail\n1,\xC9,a@b\n", "2 " ROW},
        {"id\tsn\tmail\n1\t\xC9\ta@b\n", "2 " ROW},
        {"id\tsn\tmail\r\n1\tÉ\ta@b\r\n", "2 " ROW},
        {"sep=;\nid;sn;mail\n1;É;a@b\n", "3 " ROW},
        {"sep=;\r\nid;sn;mail\r\n1;É;a@b\r\n", "3 " ROW},
        {"SEP=,\nid,sn,mail\n1,É,a@b\n", "3 " ROW},
        {"\"sep=;\"\nid;sn;mail\n1;É;a@b\n", "3 " ROW},
        {"sep=\t\nid\tsn\tmail\n1\tÉ\ta@b\n", "3 " ROW},
        {"sep=|\nid|sn|mail\n1|É|a@b\n", "3 " ROW},
        {"\xEF\xBB\xBFsep=;\r\nid;sn;mail\r\n1;É;a@b\r\n", "3 " ROW},
        {"\xEF\xBB\xBFid;sn;mail\n1;É;a@b\n", "2 " ROW},
        {"\xEF\xBB\xBF\xEF\xBB\xBFid;sn;mail\n1;É;a@b\n", "2 " ROW},
        {"\xEF\xBB\xBF\xEF\xBB\xBF\"id\";\"sn\";\"mail\"\n1;É;a@b\n", "2 " ROW},
        {"\xEF\xBB\xBF\n\xEF\xBB\xBFid;sn;mail\n1;É;a@b\n", "3 " ROW},
        {"id;sn;mail;;;\n1;É;a@b;;;\n", "2 " ROW},
        {"id;sn;mail;;;\n1;É;a@b\n", "2 " ROW},
        {"id;sn;mail\n1;É;a@b;;;\n", "2 " ROW},
        {"id;sn;mail\n1;É;a@b; ; \n", "2 " ROW},
        {"id;;sn;mail\n1;;É;a@b\n", "2 " ROW},
        {";id;sn;mail\n;1;É;a@b\n", "2 " ROW},
        {" id ; sn ; mail \n 1 ; É ; a@b \n", "2 " ROW},
        {"id\xC2\xA0;sn;mail\n1\xC2\xA0;É;\xC2\xA0"
         "a@b\n",
            "2 " ROW},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        expect(files[i].text, files[i].said);
}

/* A separator too many pushes cells behind the last column: of an entity whose
 * cell was not quoted, or of a name. */
static void
what_was_pushed_out_is_refused(void **state)
{
    (void)state;
    expect("id;sn;mail;;;\n1;&eacute;X;a@b;;;\n",
        "2 refused guardian 1: it has 7 cells, the header line 3\nend\n");
    expect("id;sn;mail;;\n1;A;B;a@b;\n",
        "2 refused guardian 1: it has 5 cells, the header line 3\nend\n");
}

/* ASCII as UTF-16. */
static size_t
widen(const char *text, bool little, bool mark, char *wide)
{
    size_t n = 0;

    if (mark) {
        wide[n++] = little ? '\xFF' : '\xFE';
        wide[n++] = little ? '\xFE' : '\xFF';
    }
    for (; *text != '\0'; text++) {
        wide[n++] = little ? *text : '\0';
        wide[n++] = little ? '\0' : *text;
    }
    return n;
}

static void
excel_writes_utf_16(void **state)
{
    char wide[256];

    (void)state;
    for (int i = 0; i < 4; i++) {
        size_t n = widen("id\tsn\tmail\r\n1\tE\ta@b\r\n", i & 1, i & 2, wide);

        expect_read(
            wide, n, NULL, "2 add guardian 1: sn=<E> mail=<a@b>\nend\n");
    }
}

/* "cat a.csv b.csv >all.csv" */
static void
files_may_be_put_one_behind_the_other(void **state)
{
    (void)state;
    expect("\xEF\xBB\xBFid;sn;mail\n1;A;a@b\n"
           "\xEF\xBB\xBFid;sn;mail\n2;B;b@c\n"
           "\xEF\xBB\xBF\"id\";sn;mail\n3;C;c@d\n",
        "2 add guardian 1: sn=<A> mail=<a@b>\n"
        "4 add guardian 2: sn=<B> mail=<b@c>\n"
        "6 add guardian 3: sn=<C> mail=<c@d>\nend\n");
}

static void
rows_that_say_more_or_less_are_refused(void **state)
{
    (void)state;
    expect("id;sn;mail\n1;A\n2;B;b@c;x\n3;C;c@d;;x\n4;D;d@e\n",
        "2 refused guardian 1: it has 2 cells, the header line 3\n"
        "3 refused guardian 2: it has 4 cells, the header line 3\n"
        "4 refused guardian 3: it has 5 cells, the header line 3\n"
        "5 add guardian 4: sn=<D> mail=<d@e>\nend\n");
}

/* Two long numbers may look the same then. */
static void
a_rounded_number_is_nobody(void **state)
{
    (void)state;
    expect("id;sn;school;guardian1;ine\n"
           "1,23457E+11;A;9990001X;;\n"
           "7;A;9990001X;1.23E+10;\n"
           "8;A;9990001X;;1E+9\n"
           "9E5;A;9990001X;E+1;1E+\n",
        "2 refused student 1,23457E+11: id is a long number that a spreadsheet "
        "has rounded\n"
        "3 refused student 7: guardian1 is a long number that a spreadsheet "
        "has rounded\n"
        "4 refused student 8: ine is a long number that a spreadsheet has "
        "rounded\n"
        "5 add student 9E5: sn=<A> school=<9990001X> guardian1=<E+1> "
        "ine=<1E+>\nend\n");
}

/* ---- the table ---- */

typedef struct name {
    const char *file, *name, *also;
} name;

static const name names[] = {
#define EDC_CSV(file, name, cells, also, meaning) {#file, name, also},
#include "source/csv_columns.def"
#undef EDC_CSV
};
#define N_NAMES (sizeof(names) / sizeof(names[0]))

static size_t
fold_all(edc_buf folded[], const name *row)
{
    size_t n = 0;

    assert_true(edc_fold(edc_str_of(row->name), &folded[n++]));
    for (const char *p = row->also; *p != '\0';) {
        size_t length = strcspn(p, ",");

        assert_true(n < 32);
        assert_true(edc_fold((edc_str){p, length}, &folded[n]));
        assert_true(folded[n++].n > 0);
        p += length + (p[length] != '\0');
    }
    return n;
}

/* Every other name is of one column, and the reader knows it. */
static void
no_name_is_of_two_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_NAMES; i++) {
        edc_buf one[32], two[32];
        size_t n = fold_all(one, &names[i]), m;

        for (size_t k = 0; k < N_NAMES; k++) {
            if (k == i || strcmp(names[i].file, names[k].file) != 0)
                continue;
            m = fold_all(two, &names[k]);
            for (size_t a = 0; a < n; a++) {
                for (size_t b = 0; b < m; b++)
                    assert_false(
                        edc_str_eq(edc_buf_str(&one[a]), edc_buf_str(&two[b])));
            }
            while (m > 0)
                edc_buf_wipe(&two[--m]);
        }
        while (n > 0)
            edc_buf_wipe(&one[--n]);
    }
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(french_headers_are_known),
        TEST(french_headers_of_guardians_and_schools_are_known),
        TEST(guardians_stand_in_the_columns_of_their_pupil),
        TEST(the_ine_is_the_id_where_there_is_none),
        TEST(the_better_of_two_names_counts),
        TEST(what_is_not_known_is_named_once_and_passed_over),
        TEST(many_columns_that_are_not_known_are_counted),
        TEST(what_is_missing_is_named_with_what_is_needed),
        TEST(a_school_may_be_given_for_all),
        TEST(spreadsheets_begin_files_in_many_ways),
        TEST(what_was_pushed_out_is_refused),
        TEST(excel_writes_utf_16),
        TEST(files_may_be_put_one_behind_the_other),
        TEST(rows_that_say_more_or_less_are_refused),
        TEST(a_rounded_number_is_nobody),
        TEST(no_name_is_of_two_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
