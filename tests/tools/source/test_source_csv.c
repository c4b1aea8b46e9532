/* test_source_csv.c - CSV as spreadsheets and schools' software write it. */
#include "source/source_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"

#define CSV "file e.csv: CSV\n"

static void
expect(const char *text, const char *said)
{
    char *all = ctl_format(CSV "%s", said);

    steps_text("e.csv", text);
    steps_expect("e.csv", all);
    free(all);
}

/* ---- the three kinds ---- */

static void
schools_are_read(void **state)
{
    (void)state;
    expect("uai;name;level;head;studentDelegate;guardianDelegate\n"
           "9990001X;Coll\xC3\xA8ge A;college;p.un|p.deux;;e.un\n"
           "9990002Y;\xC3\x89"
           "cole B;ecole;p.trois;;\n",
        "2 add school 9990001X: name=<Coll\xC3\xA8ge A> level=<college> "
        "head=<p.un><p.deux> studentDelegate= guardianDelegate=<e.un>\n"
        "3 add school 9990002Y: name=<\xC3\x89"
        "cole B> level=<ecole> "
        "head=<p.trois> studentDelegate= guardianDelegate=\n"
        "end\n");
}

static void
pupils_are_read(void **state)
{
    (void)state;
    expect("id,ine,sn,givenName,birthDate,school,class,guardian1,guardian2\n"
           "7,000000001AA,EXEMPLE,Zo\xC3\xA9,2012-02-29,9990001X|9990002Y,"
           "6A|6B,g1,\n",
        "2 add student 7: ine=<000000001AA> sn=<EXEMPLE> "
        "givenName=<Zo\xC3\xA9> birthDate=<2012-02-29> "
        "school=<9990001X><9990002Y> class=<6A><6B> guardian1=<g1> "
        "guardian2=\n"
        "end\n");
}

static void
guardians_are_read(void **state)
{
    (void)state;
    expect("id;sn;givenName;title;mobile;mail\n"
           "g1;EXEMPLE;Ana;Mme;06 12 34 56 78;a@example.org\n",
        "2 add guardian g1: sn=<EXEMPLE> givenName=<Ana> title=<Mme> "
        "mobile=<06 12 34 56 78> mail=<a@example.org>\n"
        "end\n");
}

static void
columns_come_in_any_order_and_case(void **state)
{
    (void)state;
    expect("MAIL;Id;GIVENNAME\na@example.org;g1;Ana\n",
        "2 add guardian g1: mail=<a@example.org> givenName=<Ana>\nend\n");
}

static void
inline_guardians_come_before_their_pupil(void **state)
{
    (void)state;
    expect("id;sn;guardian1_id;guardian1_sn;guardian1_mobile;school;"
           "guardian2_id;guardian2_mail;guardian3\n"
           "7;E;g1;EX;0612345678;9990001X;g2;b@example.org;g3\n"
           "8;E;g1;EX;0612345678;9990001X;;;\n",
        "2 add guardian g1: sn=<EX> mobile=<0612345678>\n"
        "2 add guardian g2: mail=<b@example.org>\n"
        "2 add student 7: sn=<E> guardian1=<g1> school=<9990001X> "
        "guardian2=<g2> guardian3=<g3>\n"
        "3 add guardian g1: sn=<EX> mobile=<0612345678>\n"
        "3 add student 8: sn=<E> guardian1=<g1> school=<9990001X> guardian2= "
        "guardian3=\n"
        "end\n");
}

/* The pupil's link is then not spoken of: emptying it would be wrong. */
static void
an_inline_guardian_needs_an_id(void **state)
{
    (void)state;
    expect("id;sn;guardian1_id;guardian1_sn\n7;E;;EX\n",
        "2 refused guardian : guardian1 has no id\n"
        "2 add student 7: sn=<E>\n"
        "end\n");
}

/* ---- how it is written ---- */

static void
quotes_are_those_of_rfc_4180(void **state)
{
    (void)state;
    expect("\"id\";\"sn\";\"mail\"\n"
           "g1;\"de \"\"E\"\"; X\";\"\"\n"
           " g2 ; EX ;a\n",
        "2 add guardian g1: sn=<de \"E\"; X> mail=\n"
        "3 add guardian g2: sn=<EX> mail=<a>\n"
        "end\n");
}

static void
the_separator_is_found_in_the_header(void **state)
{
    (void)state;
    expect("id,mail\ng1,a;b\n", "2 add guardian g1: mail=<a;b>\nend\n");
    expect("id;mail\ng1;a,b\n", "2 add guardian g1: mail=<a,b>\nend\n");
    steps_text("e.csv", "\"id;mail\",x\n");
    steps_expect("e.csv",
        CSV "broken e.csv:1: the header line tells neither schools (uai...), "
            "pupils (birthDate, school...) nor guardians (mobile, mail...)\n");
}

static void
lines_end_in_every_way(void **state)
{
    (void)state;
    expect("id;mail\r\ng1;a\r\n\r\n;\r\ng2;b",
        "2 add guardian g1: mail=<a>\n5 add guardian g2: mail=<b>\nend\n");
    expect("\n \nid;mail\ng1;a\n\n\ng2;b\n",
        "4 add guardian g1: mail=<a>\n7 add guardian g2: mail=<b>\nend\n");
    expect("id;mail\rg1;a\rg2;b\r",
        "2 add guardian g1: mail=<a>\n3 add guardian g2: mail=<b>\nend\n");
}

static void
every_encoding_is_read(void **state)
{
    static const char *const texts[] = {
        "id;mail;sn\ng1;;Zo\xC3\xA9 \xE2\x82\xAC\n",
        "\xEF\xBB\xBFid;mail;sn\ng1;;Zo\xC3\xA9 \xE2\x82\xAC\n",
        "id;mail;sn\ng1;;Zo\xE9 \xA4\n",
        "id;mail;sn\ng1;;Zo\xE9 \x80\n",
    };
    src_options options = {.encoding = "MACINTOSH"};
    char *said;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        expect(texts[i], "2 add guardian g1: mail= sn=<Zo\xC3\xA9 "
                         "\xE2\x82\xAC>\nend\n");
    steps_text("e.csv", "id;mail;sn\ng1;;Zo\x8E\n");
    said = steps_read_with(
        (const char *const[]){"e.csv", NULL}, &options, 0, SIZE_MAX);
    assert_string_equal(
        said, CSV "2 add guardian g1: mail= sn=<Zo\xC3\xA9>\nend\n");
    free(said);
    options.encoding = "UTF-16";
    steps_write("e.csv", "\xFE\xFF\0i\0d\0;\0m\0a\0i\0l\0\n\0g\0;\0\xE9", 24);
    said = steps_read_with(
        (const char *const[]){"e.csv", NULL}, &options, 0, SIZE_MAX);
    assert_string_equal(said, CSV "2 add guardian g: mail=<\xC3\xA9>\nend\n");
    free(said);
}

static void
a_byte_against_the_encoding_is_told_with_its_line(void **state)
{
    (void)state;
    steps_text("e.csv", "\xEF\xBB\xBFid;mail\ng1;a\ng2;\xE9!\n");
    steps_expect("e.csv", CSV "2 add guardian g1: mail=<a>\n"
                              "broken e.csv:3: record g1: byte 17 is not valid "
                              "UTF-8\n");
}

/* ---- what is refused ---- */

static void
a_wrong_number_of_cells_is_refused(void **state)
{
    (void)state;
    expect("id;mail\ng1\ng2;b\ng3;b;c\n",
        "2 refused guardian g1: it has 1 cells, the header line 2\n"
        "3 add guardian g2: mail=<b>\n"
        "4 refused guardian g3: it has 3 cells, the header line 2\n"
        "end\n");
}

static void
values_and_ids_are_checked(void **state)
{
    (void)state;
    expect("id;mail\n;a\ng$1;a\ng2;\"a\nb\"\ng3;\"b\"\n",
        "2 refused guardian : it has no id\n"
        "3 refused guardian g$1: the id holds a $\n"
        "4 refused guardian g2: a value of mail holds a control character\n"
        "6 add guardian g3: mail=<b>\n"
        "end\n");
    steps_write("e.csv", "id;mail\ng1;a\0b\n", 15);
    steps_expect("e.csv", CSV "2 refused guardian g1: a value of mail holds a "
                              "control character\nend\n");
}

static void
a_cell_may_be_too_long(void **state)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    (void)state;
    fputs("id;mail\ng1;", out);
    for (int i = 0; i <= SRC_VALUE_MAX; i++)
        fputc('x', out);
    fputs("\ng2;a\n", out);
    assert_int_equal(fclose(out), 0);
    expect(text, "2 refused guardian g1: a value of mail is longer than 65536 "
                 "bytes\n3 add guardian g2: mail=<a>\nend\n");
    free(text);
}

/* In all, although no cell is. */
static void
a_row_may_be_too_long(void **state)
{
    char *text = NULL, *said;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    (void)state;
    fputs("id;mail\ng1", out);
    for (int i = 0; i <= SRC_RECORD_MAX + 16; i++)
        fputs(i % 500000 == 0 ? ";" : "x", out);
    fputs("\ng2;a\n;", out);
    for (int i = 0; i < 2000; i++)
        fputs("x;", out);
    fputs("\ng3;b\n", out);
    assert_int_equal(fclose(out), 0);
    expect(text, "2 refused guardian g1: it is longer than 4194304 bytes\n"
                 "3 add guardian g2: mail=<a>\n"
                 "4 refused guardian : it has 2002 cells, the header line 2\n"
                 "5 add guardian g3: mail=<b>\nend\n");
    steps_text("e.csv", text + sizeof("id;mail\n") - 1);
    said = steps_read((const char *const[]){"e.csv", NULL});
    assert_non_null(strstr(said, "broken e.csv:1: "));
    free(said);
    free(text);
}

static void
the_caller_may_stop(void **state)
{
    char *said;

    (void)state;
    steps_text("e.csv", "id;guardian1_id\n7;g1\n8;g2\n");
    said = steps_read_with((const char *const[]){"e.csv", NULL}, NULL, 0, 1);
    assert_string_equal(said, CSV "2 add guardian g1:\nstopped\n");
    free(said);
    said = steps_read_with((const char *const[]){"e.csv", NULL}, NULL,
        1U << SRC_STUDENT, SIZE_MAX);
    assert_string_equal(said, CSV "2 add student 7: guardian1=<g1>\n"
                                  "3 add student 8: guardian1=<g2>\nend\n");
    free(said);
}

static void
wrong_columns_are_named(void **state)
{
    static const struct {
        const char *header, *said;
    } files[] = {
        {"id;mail;phone", "there is no column phone"},
        {"id;mail;birthDate;school", "there is no column mail"},
        {"id;mail;Mail", "the column Mail is there twice"},
        {"sn;mail", "the column id is missing: guardians need id and sn"},
        {"name;level", "the column uai is missing: schools need uai"},
        {"id;school;guardian5_id", "there is no column guardian5_id"},
        {"id;school;guardian1_ine", "there is no column guardian1_ine"},
        {"id;school;guardian1_sn", "the column guardian1_id is missing"},
        {"id;school;guardian1;guardian1_id",
            "there are both the column guardian1 and columns guardian1_..."},
        {"id;sn;givenName",
            "the header line tells neither schools (uai...), pupils "
            "(birthDate, school...) nor guardians (mobile, mail...)"},
        {"a", "the header line tells neither schools (uai...), pupils "
              "(birthDate, school...) nor guardians (mobile, mail...)"},
    };
    src_options options = {.strict = true};

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *text = ctl_format("%s\n1;2\n", files[i].header);
        char *wanted = ctl_format(CSV "broken e.csv:1: %s\n", files[i].said);
        char *said;

        steps_text("e.csv", text);
        said = steps_read_with(
            (const char *const[]){"e.csv", NULL}, &options, 0, SIZE_MAX);
        assert_string_equal(said, wanted);
        free(said);
        free(text);
        free(wanted);
    }
}

/* ---- files that are broken ---- */

static void
broken_quotes_are_told_with_their_line(void **state)
{
    (void)state;
    expect("id;mail\ng1;a\ng2;b\"c\"\n",
        "2 add guardian g1: mail=<a>\n"
        "broken e.csv:3: record g1: a quote is within a cell or a cell goes "
        "on behind its quote\n");
    expect("id;mail\ng1;\"a\"b\n",
        "broken e.csv:2: a quote is within a cell or a cell goes on behind "
        "its quote\n");
    expect("id;mail\ng1;a\ng2;\"b\n\n\n",
        "2 add guardian g1: mail=<a>\n"
        "broken e.csv:3: record g1: a quote is not closed\n");
    expect("\n\n", "broken e.csv:3: it has no header line\n");
    steps_text("f.csv", "");
    steps_expect("f.csv", "broken f.csv: it is empty\n");
}

static void
a_quote_without_end_does_not_fill_the_memory(void **state)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);

    (void)state;
    fputs("id;mail\ng1;\"a\n", out);
    for (int i = 0; i < 200000; i++)
        fputs("g2;abcdef\n", out);
    assert_int_equal(fclose(out), 0);
    expect(text, "broken e.csv:2: a cell has more than 1048576 bytes: a quote "
                 "may not be closed\n");
    free(text);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(schools_are_read),
        TEST(pupils_are_read),
        TEST(guardians_are_read),
        TEST(columns_come_in_any_order_and_case),
        TEST(inline_guardians_come_before_their_pupil),
        TEST(an_inline_guardian_needs_an_id),
        TEST(quotes_are_those_of_rfc_4180),
        TEST(the_separator_is_found_in_the_header),
        TEST(lines_end_in_every_way),
        TEST(every_encoding_is_read),
        TEST(a_byte_against_the_encoding_is_told_with_its_line),
        TEST(a_wrong_number_of_cells_is_refused),
        TEST(values_and_ids_are_checked),
        TEST(a_cell_may_be_too_long),
        TEST(a_row_may_be_too_long),
        TEST(the_caller_may_stop),
        TEST(wrong_columns_are_named),
        TEST(broken_quotes_are_told_with_their_line),
        TEST(a_quote_without_end_does_not_fill_the_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
