/* test_import_map.c - what AAF and CSV attributes become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"

#define ATTRS_MAX 12

/* A record made of "name=value" words; "name=" has no value, a name that comes
 * again has another one. */
typedef struct made {
    src_info info;
    src_attr attrs[ATTRS_MAX];
    edc_str values[ATTRS_MAX];
    src_record record;
} made;

static void
make(made *m, src_form form, src_kind kind, src_op op, const char *const *words)
{
    size_t n = 0;

    memset(m, 0, sizeof(*m));
    m->info.form = form;
    m->record = (src_record){.info = &m->info,
        .file = "f",
        .line = 1,
        .id = EDC_STR("1"),
        .op = op,
        .kind = kind,
        .attrs = m->attrs};
    for (size_t v = 0; words[v] != NULL; v++) {
        const char *value = strchr(words[v], '=') + 1;
        edc_str name = {words[v], (size_t)(value - words[v]) - 1};
        bool same = n > 0 && edc_str_eq(m->attrs[n - 1].name, name);

        m->values[v] = edc_str_of(value);
        if (!same)
            m->attrs[n++] = (src_attr){name, m->values + v, 0};
        m->attrs[n - 1].n_values += *value != '\0';
    }
    m->record.n_attrs = n;
}

typedef struct mapped {
    bag fields;
    char notes[IMPORT_NOTE_MAX], refused[IMPORT_NOTE_MAX];
} mapped;

static void
map(mapped *out, src_form form, src_kind kind, src_op op, bool in_charge,
    const char *const *words)
{
import im = {.how = {.persons_in_charge = in_charge } };
    made m;

    memset(out, 0, sizeof(*out));
    make(&m, form, kind, op, words);
    import_map(&im, &m.record, &out->fields, out->notes, out->refused);
}

static void
expect_one(
    src_kind kind, const char *word, import_field field, const char *value)
{
    const char *const words[] = {"sn=S", "givenName=G", word, NULL};
    mapped m;

    map(&m, SRC_FORM_AAF, kind, SRC_ADD, false, words);
    if (value == NULL)
        assert_int_equal(bag_count(&m.fields, field), 0);
    else
        assert_string_equal(bag_get(&m.fields, field, 0), value);
    bag_free(&m.fields);
}

static void
birth_dates_are_turned_round_or_left_out(void **state)
{
    (void)state;
    expect_one(SRC_STUDENT, "ENTPersonDateNaissance=29/02/2012",
        FIELD_BIRTH_DATE, "2012-02-29");
    expect_one(SRC_STUDENT, "ENTPersonDateNaissance=2012-02-29",
        FIELD_BIRTH_DATE, "2012-02-29");
    expect_one(SRC_STUDENT, "ENTPersonDateNaissance=31/02/2012",
        FIELD_BIRTH_DATE, NULL);
    expect_one(SRC_STUDENT, "ENTPersonDateNaissance=1/2/2012", FIELD_BIRTH_DATE,
        "2012-02-01");
    expect_one(SRC_STUDENT, "ENTPersonDateNaissance=01/01/1900",
        FIELD_BIRTH_DATE, NULL);
    expect_one(SRC_STUDENT, "ENTPersonDateNaissance=01/01/2190",
        FIELD_BIRTH_DATE, NULL);
}

/* What was typed is stored; what is no number is said. */
static void
numbers_are_stored_as_typed(void **state)
{
    static const struct {
        const char *typed, *stored, *note;
    } mobiles[] = {
        {"mobile=0612345678", "0612345678", ""},
        {"mobile=06.12.34.56.78 (maman)", "06.12.34.56.78 (maman)", ""},
        {"mobile=0692 12 34 56", "0692 12 34 56", ""},
        {"mobile=06 12 34 56", "06 12 34 56", "no number: no claim"},
        {"mobile=0612345678 / 0698765432", "0612345678 / 0698765432",
            "no number: no claim"},
        {"mobile=06\u00a012\u00a034\u00a056\u00a078", "+33612345678",
            "the number alone"},
        {"mobile=06 12 34 56 78 (m\u00e8re)", "+33612345678",
            "the number alone"},
        {"mobile=pas de t\u00e9l\u00e9phone", NULL, "no number, left out"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(mobiles) / sizeof(mobiles[0]); i++) {
        const char *const words[] = {"sn=S", mobiles[i].typed, NULL};
        mapped m;

        map(&m, SRC_FORM_AAF, SRC_GUARDIAN, SRC_ADD, false, words);
        assert_string_equal(m.refused, "");
        assert_non_null(strstr(m.notes, mobiles[i].note));
        if (mobiles[i].note[0] == '\0')
            assert_string_equal(m.notes, "");
        if (mobiles[i].stored == NULL)
            assert_int_equal(bag_count(&m.fields, FIELD_MOBILE), 0);
        else
            assert_string_equal(
                bag_get(&m.fields, FIELD_MOBILE, 0), mobiles[i].stored);
        bag_free(&m.fields);
    }
}

static void
a_school_has_a_level_and_a_good_code(void **state)
{
    static const char *const bad[] = {"ENTStructureUAI=9990001A", NULL};
    static const char *const old[] = {"ENTEtablissementUAI=9990001x", NULL};
    mapped m;

    (void)state;
    expect_one(SRC_SCHOOL, "ENTStructureTypeStruct=LYCEE POLYVALENT",
        FIELD_LEVEL, "lycee");
    expect_one(
        SRC_SCHOOL, "ENTStructureTypeStruct=Collège", FIELD_LEVEL, "college");
    expect_one(SRC_SCHOOL, "ENTStructureTypeStruct=ECOLE MATERNELLE",
        FIELD_LEVEL, "ecole");
    expect_one(SRC_SCHOOL, "ENTStructureTypeStruct=GRETA", FIELD_LEVEL, NULL);
    map(&m, SRC_FORM_AAF, SRC_SCHOOL, SRC_ADD, false, bad);
    assert_true(m.refused[0] != '\0');
    bag_free(&m.fields);
    map(&m, SRC_FORM_AAF, SRC_SCHOOL, SRC_ADD, false, old);
    assert_string_equal(m.refused, "");
    assert_string_equal(bag_get(&m.fields, FIELD_UAI, 0), "9990001X");
    bag_free(&m.fields);
}

static void
only_legal_representatives_are_linked(void **state)
{
    static const char *const words[] = {"sn=S", "givenName=G",
        "ENTElevePersRelEleve=1$10$1$1$1$1",
        "ENTElevePersRelEleve=2$90$0$2$1$0",
        "ENTElevePersRelEleve=3$38$0$3$1$0", "ENTElevePersRelEleve=4$2$0$0$1$0",
        "ENTElevePersRelEleve=nonsense$1$1", NULL};
    mapped m;

    (void)state;
    map(&m, SRC_FORM_AAF, SRC_STUDENT, SRC_ADD, false, words);
    assert_int_equal(bag_count(&m.fields, FIELD_LINK), 1);
    assert_string_equal(bag_get(&m.fields, FIELD_LINK, 0), "1$10");
    assert_non_null(strstr(m.notes, "not understood"));
    bag_free(&m.fields);
    map(&m, SRC_FORM_AAF, SRC_STUDENT, SRC_ADD, true, words);
    assert_int_equal(bag_count(&m.fields, FIELD_LINK), 2);
    bag_free(&m.fields);
}

static void
the_first_degree_has_names_of_its_own(void **state)
{
    static const char *const words[] = {"ENTPersonNom=S", "ENTPersonPrenom=G",
        "ENTEleveAutoriteParentale=12$10", NULL};
    mapped m;

    (void)state;
    map(&m, SRC_FORM_AAF1D, SRC_STUDENT, SRC_ADD, false, words);
    assert_string_equal(m.refused, "");
    assert_string_equal(bag_get(&m.fields, FIELD_SN, 0), "S");
    assert_string_equal(bag_get(&m.fields, FIELD_LINK, 0), "12$10");
    bag_free(&m.fields);
}

static void
a_dollar_in_a_label_belongs_to_the_label(void **state)
{
    (void)state;
    expect_one(SRC_STUDENT, "ENTEleveClasses=88001$5EME B$EURO", FIELD_CLASS,
        "88001$5EME B$EURO");
    expect_one(SRC_STUDENT, "ENTEleveClasses=5EME B", FIELD_CLASS, NULL);
}

static void
csv_columns_are_fields_too(void **state)
{
    static const char *const words[] = {"sn=S", "givenName=G", "ine=1",
        "birthDate=2012-02-29", "school=9990001X", "class=6A", "guardian1=g1",
        "guardian2=g2", NULL};
    mapped m;

    (void)state;
    map(&m, SRC_FORM_CSV, SRC_STUDENT, SRC_ADD, false, words);
    assert_string_equal(m.refused, "");
    assert_string_equal(bag_get(&m.fields, FIELD_CLASS, 0), "9990001X$6A");
    assert_int_equal(bag_count(&m.fields, FIELD_LINK), 2);
    assert_string_equal(bag_get(&m.fields, FIELD_LINK, 1), "guardian$g2$0");
    bag_free(&m.fields);
}

/* What was guessed at, or left out, stands in the report. */
static void
a_day_that_is_none_or_guessed_is_said(void **state)
{
    static const struct {
        const char *value, *note;
    } rows[] = {
        {"01/03/2012", ""},
        {"1-3-2012", ""},
        {"01.03.12", "the birth date has a year of two digits: 2012-03-01"},
        {"40969",
            "the birth date is a spreadsheet's number of a day: 2012-03-01"},
        {"2012-02-29T23:00:00Z",
            "the birth date is an evening in UTC: the day after in France: "
            "2012-03-01"},
        {"01/01/1900", "the birth date is what software puts where it knows no "
                       "day, left out"},
        {"01/01/2190", "the birth date is a day to come, left out"},
        {"mars", "the birth date is no day, left out"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char word[64];
        const char *words[] = {"sn=S", "givenName=G", word, NULL};
        mapped m;

        snprintf(word, sizeof(word), "birthDate=%s", rows[i].value);
        map(&m, SRC_FORM_CSV, SRC_STUDENT, SRC_ADD, false, words);
        assert_string_equal(m.notes, rows[i].note);
        assert_string_equal(m.refused, "");
        bag_free(&m.fields);
    }
}

/* A code that a spreadsheet took for a number with a letter behind it. */
static void
a_code_gets_its_zero_back(void **state)
{
    static const char *const codes[] = {
        "0750655E", "0750655e", "750655E", "750655e", "0750655E"};

    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        char word[64];
        const char *words[] = {"sn=S", "givenName=G", word, "class=6A", NULL};
        mapped m;

        snprintf(word, sizeof(word), "school=%s", codes[i]);
        map(&m, SRC_FORM_CSV, SRC_STUDENT, SRC_ADD, false, words);
        assert_string_equal(bag_get(&m.fields, FIELD_SCHOOL, 0), "0750655E");
        assert_string_equal(bag_get(&m.fields, FIELD_CLASS, 0), "0750655E$6A");
        bag_free(&m.fields);
    }
    expect_one(SRC_SCHOOL, "ENTStructureUAI=750655E", FIELD_UAI, "0750655E");
}

static void
names_are_needed_where_they_are_written(void **state)
{
    static const char *const none[] = {"mobile=1", NULL};
    static const char *const emptied[] = {"sn=", NULL};
    mapped m;

    (void)state;
    map(&m, SRC_FORM_AAF, SRC_GUARDIAN, SRC_ADD, false, none);
    assert_string_equal(m.refused, "no family name");
    bag_free(&m.fields);
    map(&m, SRC_FORM_AAF, SRC_GUARDIAN, SRC_MODIFY, false, none);
    assert_string_equal(m.refused, "");
    bag_free(&m.fields);
    map(&m, SRC_FORM_AAF, SRC_GUARDIAN, SRC_MODIFY, false, emptied);
    assert_string_equal(m.refused, "no family name");
    bag_free(&m.fields);
}

static void
siecle_has_the_name_of_use_before_that_of_birth(void **state)
{
    static const char *const words[] = {"NOM_DE_FAMILLE=N", "NOM_USAGE=U",
        "PRENOM=G", "ID_NATIONAL=1", "DATE_NAISS=29/02/2012", "UAJ=9990001X",
        "CODE_STRUCTURE=9990001X$6A", "RESPONSABLE_ELEVE=PERSONNE-5$10$0$1$0$0",
        "TEL_PORTABLE=06", "MEL=a@example.org", NULL};
    static const char *const born[] = {
        "NOM_USAGE=", "NOM_DE_FAMILLE=N", "PRENOM=G", NULL};
    mapped m;

    (void)state;
    map(&m, SRC_FORM_SIECLE, SRC_STUDENT, SRC_ADD, false, words);
    assert_string_equal(m.refused, "");
    assert_string_equal(bag_get(&m.fields, FIELD_SN, 0), "U");
    assert_string_equal(bag_get(&m.fields, FIELD_INE, 0), "1");
    assert_string_equal(bag_get(&m.fields, FIELD_BIRTH_DATE, 0), "2012-02-29");
    assert_string_equal(bag_get(&m.fields, FIELD_SCHOOL, 0), "9990001X");
    assert_string_equal(bag_get(&m.fields, FIELD_CLASS, 0), "9990001X$6A");
    assert_string_equal(bag_get(&m.fields, FIELD_LINK, 0), "PERSONNE-5$10");
    assert_string_equal(bag_get(&m.fields, FIELD_MOBILE, 0), "06");
    assert_string_equal(bag_get(&m.fields, FIELD_MAIL, 0), "a@example.org");
    bag_free(&m.fields);
    map(&m, SRC_FORM_SIECLE, SRC_GUARDIAN, SRC_ADD, false, born);
    assert_string_equal(bag_get(&m.fields, FIELD_SN, 0), "N");
    bag_free(&m.fields);
}

/* Until today, and not from a day that is to come or is none. */
static void
who_has_left_is_said(void **state)
{
    static const struct {
        const char *day;
        bool left, noted;
    } rows[] = {{"DATE_SORTIE=01/07/2020", true, false},
        {"DATE_SORTIE=2020-07-01", true, false},
        {"DATE_SORTIE=01/07/2190", false, false},
        {"DATE_SORTIE=", false, false},
        {"DATE_SORTIE=31/02/2020", false, true}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const words[] = {"NOM=S", "PRENOM=G", rows[i].day, NULL};
        mapped m;

        map(&m, SRC_FORM_SIECLE, SRC_STUDENT, SRC_ADD, false, words);
        assert_int_equal(strstr(m.refused, IMPORT_LEFT) != NULL, rows[i].left);
        assert_int_equal(m.notes[0] != '\0', rows[i].noted);
        bag_free(&m.fields);
    }
}

/* A part says one thing of a record, an address is nobody. */
static void
parts_and_addresses_need_no_name(void **state)
{
    static const char *const link[] = {
        "RESPONSABLE_ELEVE=PERSONNE-5$10$0$2$0$0", NULL};
    static const char *const home[] = {"LIGNE_ADRESSE=1 rue X$Bat. B",
        "CODE_POSTAL=99100", "LIBELLE_POSTAL=V", NULL};
    mapped m;

    (void)state;
    map(&m, SRC_FORM_SIECLE, SRC_STUDENT, SRC_PART, false, link);
    assert_string_equal(m.refused, "");
    assert_int_equal(bag_count(&m.fields, FIELD_LINK), 0);
    bag_free(&m.fields);
    map(&m, SRC_FORM_SIECLE, SRC_STUDENT, SRC_PART, true, link);
    assert_int_equal(bag_count(&m.fields, FIELD_LINK), 1);
    bag_free(&m.fields);
    map(&m, SRC_FORM_SIECLE, SRC_ADDRESS, SRC_ADD, false, home);
    assert_string_equal(m.refused, "");
    assert_string_equal(bag_get(&m.fields, FIELD_STREET, 0), "1 rue X$Bat. B");
    assert_string_equal(bag_get(&m.fields, FIELD_TOWN, 0), "V");
    bag_free(&m.fields);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(birth_dates_are_turned_round_or_left_out),
        cmocka_unit_test(numbers_are_stored_as_typed),
        cmocka_unit_test(a_school_has_a_level_and_a_good_code),
        cmocka_unit_test(only_legal_representatives_are_linked),
        cmocka_unit_test(the_first_degree_has_names_of_its_own),
        cmocka_unit_test(a_dollar_in_a_label_belongs_to_the_label),
        cmocka_unit_test(csv_columns_are_fields_too),
        cmocka_unit_test(a_day_that_is_none_or_guessed_is_said),
        cmocka_unit_test(a_code_gets_its_zero_back),
        cmocka_unit_test(names_are_needed_where_they_are_written),
        cmocka_unit_test(siecle_has_the_name_of_use_before_that_of_birth),
        cmocka_unit_test(who_has_left_is_said),
        cmocka_unit_test(parts_and_addresses_need_no_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
