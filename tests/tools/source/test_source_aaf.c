/* test_source_aaf.c - AAF as it comes, with everything that was seen to go
 * wrong with it, and files that were made to harm.
 */
#include "source/source_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl/ctl.h"

#define UTF8 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define DTD "<!DOCTYPE ficAlimMENESR SYSTEM \"ficAlimMENESR.dtd\">\n"
#define BEGIN_UTF8 UTF8 DTD "<ficAlimMENESR>\n"
#define STUDENT                                                                \
    "<operationalAttributes><attr name=\"categoriePersonne\">"                 \
    "<value>Eleve</value></attr></operationalAttributes>"
#define FILE_LINE "file e.xml: AAF2D\n"

/* That a file of one student with these attributes says this. */
static void
expect_student(const char *attributes, const char *said)
{
    char *request = steps_add("Eleve", "9100001", attributes);
    char *xml = steps_aaf(UTF8 DTD, request);
    char *all = ctl_format("file e.xml: AAF%s\n4 %s\nend\n",
        strstr(attributes, "\"sn\"") == NULL ? "" : "2D", said);

    steps_text("e.xml", xml);
    steps_expect("e.xml", all);
    free(request);
    free(xml);
    free(all);
}

/* That a file with this text is read up to an error. */
static void
expect_broken(const char *text, const char *said)
{
    char *xml = ctl_copy(text);

    steps_text("e.xml", xml);
    steps_expect("e.xml", said);
    free(xml);
}

/* ---- what is in it ---- */

static void
each_kind_of_request_is_read(void **state)
{
    (void)state;
    steps_text("ENT_9990001X_Complet_20260901_Eleve_0000.xml", BEGIN_UTF8
        "<!-- versionAF=\"AAF-VE1301\" -->\n"
        "<addRequest>\n" STUDENT "\n"
        " <identifier><id>9100001</id></identifier>\n"
        " <attributes>\n"
        "  <attr name=\"sn\"><value>EXEMPLE</value></attr>\n"
        "  <attr name=\"ENTElevePersRelEleve\">\n"
        "   <value>9200001$10$1$1$1$1</value>\n"
        "   <value>9200002$20$0$1$1$0</value></attr>\n"
        " </attributes>\n"
        "</addRequest>\n"
        "<modifyRequest>\n"
        " <operationalAttributes><attr name=\"categoriePersonne\">"
        "<value>PersRelEleve</value></attr></operationalAttributes>\n"
        " <identifier><id>9200001</id></identifier>\n"
        " <modifications><modification name=\"mail\" operation=\"replace\">"
        "<value>a.exemple@example.org</value></modification>\n"
        " <modification name=\"mobile\" operation=\"replace\"><value/>"
        "</modification></modifications>\n"
        "</modifyRequest>\n"
        "<deleteRequest>\n"
        " <operationalAttributes><attr name=\"categorieStructure\">"
        "<value>EtabEducNat</value></attr></operationalAttributes>\n"
        " <identifier><id>88001</id></identifier>\n"
        "</deleteRequest>\n"
        "</ficAlimMENESR>\n");
    steps_expect("ENT_9990001X_Complet_20260901_Eleve_0000.xml",
        "file ENT_9990001X_Complet_20260901_Eleve_0000.xml: AAF2D complete "
        "20260901\n"
        "5 add student 9100001: sn=<EXEMPLE> "
        "ENTElevePersRelEleve=<9200001$10$1$1$1$1><9200002$20$0$1$1$0>\n"
        "15 modify guardian 9200001: mail=<a.exemple@example.org> mobile=\n"
        "21 delete school 88001:\n"
        "end\n");
}

static void
other_records_are_handed_over_bare(void **state)
{
    static const char *const categories[][2] = {
        {"categoriePersonne", "PersEducNat"},
        {"categorieMef", "MefEducNat"},
        {"categorieMatiere", "MatEducNat"},
    };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char *xml = ctl_format(BEGIN_UTF8
            "<addRequest><operationalAttributes><attr name=\"%s\">"
            "<value>%s</value></attr></operationalAttributes>"
            "<identifier><id>m$1</id></identifier><attributes>"
            "<attr name=\"sn\"><value>X</value></attr></attributes>"
            "</addRequest></ficAlimMENESR>",
            categories[i][0], categories[i][1]);

        steps_text("e.xml", xml);
        steps_expect("e.xml", FILE_LINE "4 add other m$1:\nend\n");
        free(xml);
    }
}

static void
values_are_trimmed_and_there_once(void **state)
{
    (void)state;
    expect_student("<attr name=\"sn\"><value>\n  EXEMPLE \t</value></attr>",
        "add student 9100001: sn=<EXEMPLE>");
    expect_student("<attr name=\"x\"><value>a$1</value><value>b</value>"
                   "<value> a$1</value><value/><value> </value></attr>",
        "add student 9100001: x=<a$1><b>");
    expect_student("<attr name=\"x\"><value>\xC2\xA0n\xC2\xA0m\xC2\xA0</value>"
                   "</attr>",
        "add student 9100001: x=<n\xC2\xA0m>");
}

static void
a_name_without_value_empties(void **state)
{
    (void)state;
    expect_student("<attr name=\"ENTEleveINE\"><value/></attr>"
                   "<attr name=\"mail\"><value></value></attr>"
                   "<attr name=\"mobile\"></attr>",
        "add student 9100001: ENTEleveINE= mail= mobile=");
}

static void
values_of_a_name_come_together(void **state)
{
    (void)state;
    expect_student("<attr name=\"a\"><value>1</value></attr>"
                   "<attr name=\"b\"><value>2</value></attr>"
                   "<attr name=\"a\"><value>3</value><value>1</value></attr>",
        "add student 9100001: a=<1><3> b=<2>");
}

static void
entities_and_sections_of_xml_are_text(void **state)
{
    (void)state;
    expect_student("<attr name=\"x\"><value>1 &amp; 2 &lt; &#233;"
                   "<![CDATA[ <&> ]]></value></attr>"
                   "<attr name=\"ENTPersonAdresse\"><value>2 rue A$"
                   "BP 1$</value></attr>",
        "add student 9100001: x=<1 & 2 < \xC3\xA9 <&>> "
        "ENTPersonAdresse=<2 rue A$BP 1$>");
}

static void
an_id_is_text(void **state)
{
    (void)state;
    steps_text("e.xml", BEGIN_UTF8 "<deleteRequest>" STUDENT
                                   "<identifier><id> 00012 </id></identifier>"
                                   "</deleteRequest></ficAlimMENESR>");
    steps_expect("e.xml", "file e.xml: AAF\n4 delete student 00012:\nend\n");
}

/* ---- encodings ---- */

static void
the_declared_encoding_is_obeyed(void **state)
{
    static const char *const files[][2] = {
        {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "\xC3\xA9\xE2\x82\xAC"},
        {"<?xml version='1.0' encoding='utf-8' ?>", "\xC3\xA9\xE2\x82\xAC"},
        {"<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>", "\xE9\xA4"},
        {"<?xml version=\"1.0\" encoding = 'windows-1252'?>", "\xE9\x80"},
        {"<?xml version=\"1.0\"?>", "\xE9\xA4"},
        {"<?xml version=\"1.0\"?>", "\xC3\xA9\xA4"},
        {"", "\xC3\xA9\xE2\x82\xAC"},
        {"", "\xE9\x80"},
        {"\xEF\xBB\xBF", "\xC3\xA9\xE2\x82\xAC"},
        {"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "\xC3\xA9\xE2\x82\xAC"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *attr = ctl_format(
            "<attr name=\"sn\"><value>%s</value></attr>", files[i][1]);
        char *request = steps_add("Eleve", "1", attr);
        char *xml = steps_aaf(files[i][0], request);

        steps_text("e.xml", xml);
        steps_expect("e.xml",
            FILE_LINE "2 add student 1: sn=<\xC3\xA9\xE2\x82\xAC>\nend\n");
        free(attr);
        free(request);
        free(xml);
    }
}

static void
utf16_is_read_by_its_mark(void **state)
{
    const char *text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>"
                       "<ficAlimMENESR><deleteRequest>" STUDENT
                       "<identifier><id>1</id></identifier></deleteRequest>"
                       "</ficAlimMENESR>";
    char bytes[1024] = "\xFF\xFE";
    size_t n = 2;

    (void)state;
    for (const char *p = text; *p != '\0'; p++, n += 2)
        bytes[n] = *p;
    steps_write("e.xml", bytes, n);
    steps_expect("e.xml", "file e.xml: AAF\n1 delete student 1:\nend\n");
}

static void
an_encoding_may_be_forced(void **state)
{
    src_options options = {.encoding = "ISO-8859-1"};
    char *said;

    (void)state;
    steps_text("e.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ficAlimMENESR>"
        "<addRequest>" STUDENT "<identifier><id>1</id></identifier>"
        "<attributes><attr name=\"sn\"><value>\xE9\xA4</value></attr>"
        "</attributes></addRequest></ficAlimMENESR>");
    said = steps_read_with(
        (const char *const[]){"e.xml", NULL}, &options, 0, SIZE_MAX);
    assert_string_equal(
        said, FILE_LINE "1 add student 1: sn=<\xC3\xA9\xC2\xA4>\nend\n");
    free(said);
    options.encoding = "NONE-SUCH";
    said = steps_read_with(
        (const char *const[]){"e.xml", NULL}, &options, 0, SIZE_MAX);
    assert_string_equal(
        said, "broken e.xml: iconv knows no encoding of the name NONE-SUCH\n");
    free(said);
}

static void
a_byte_against_the_declaration_is_told_with_its_line(void **state)
{
    (void)state;
    expect_broken(BEGIN_UTF8 "<deleteRequest>" STUDENT
                             "<identifier><id>77</id></identifier>"
                             "</deleteRequest>\n\n<!-- \xE9 -->",
        "file e.xml: AAF\n4 delete student 77:\n"
        "broken e.xml:6: record 77: byte 287 is not valid UTF-8\n");
    expect_broken("<?xml version=\"1.0\" encoding=\"EBCDIC-FR\"?>"
                  "<ficAlimMENESR/>",
        "broken e.xml:1: it declares an encoding that is not read unless it "
        "is given as an option: EBCDIC-FR\n");
    expect_broken("<?xml version=\"1.0\" encoding=\"UTF-16\"?>"
                  "<ficAlimMENESR/>",
        "broken e.xml:1: it declares to be UTF-16 and is not\n");
}

/* ---- records that are refused ---- */

static void
a_record_without_id_is_refused(void **state)
{
    (void)state;
    steps_text("e.xml",
        BEGIN_UTF8 "<deleteRequest>" STUDENT "</deleteRequest>\n"
                   "<deleteRequest>" STUDENT
                   "<identifier><id> </id></identifier></deleteRequest>\n"
                   "<deleteRequest>" STUDENT
                   "<identifier><id>1</id></identifier></deleteRequest>\n"
                   "<deleteRequest>" STUDENT
                   "<identifier><id>a$b</id></identifier></deleteRequest>\n"
                   "<deleteRequest>" STUDENT
                   "<identifier><id>a&#9;b</id></identifier></deleteRequest>\n"
                   "<deleteRequest>" STUDENT
                   "<identifier><id>1</id><id>2</id></identifier>"
                   "</deleteRequest>\n"
                   "<deleteRequest>"
                   "<identifier><id>3</id></identifier></deleteRequest>\n"
                   "<deleteRequest><operationalAttributes>"
                   "<attr name=\"other\"><value>Eleve</value></attr>"
                   "<attr name=\"categoriePersonne\"><value/></attr>"
                   "</operationalAttributes><identifier><id>4</id>"
                   "</identifier></deleteRequest>\n"
                   "</ficAlimMENESR>");
    steps_expect("e.xml",
        "file e.xml: AAF\n"
        "4 refused student : it has no id\n"
        "5 refused student : it has no id\n"
        "6 delete student 1:\n"
        "7 refused student a$b: the id holds a $\n"
        "8 refused student : the id holds a control character\n"
        "9 refused student 1: it has several ids\n"
        "10 refused other 3: it has no category\n"
        "11 refused other 4: the category is missing\n"
        "end\n");
}

static void
control_characters_are_refused(void **state)
{
    static const char *const texts[] = {"a&#9;b", "a\nb",
        "a\xC2\x85"
        "b",
        "a\x7F",
        "a\xE2\x80\xA8"
        "b"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char *attr =
            ctl_format("<attr name=\"cn\"><value>%s</value></attr>", texts[i]);

        expect_student(attr, "refused student 9100001: a value of cn holds a "
                             "control character");
        free(attr);
    }
}

static void
another_operation_than_replace_is_refused(void **state)
{
    static const char *const operations[] = {
        "operation=\"add\"", "operation=\"delete\"", ""};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        char *xml = ctl_format(BEGIN_UTF8
            "<modifyRequest>" STUDENT
            "<identifier><id>1</id></identifier><modifications>"
            "<modification name=\"mail\" %s><value>a</value>"
            "</modification></modifications></modifyRequest>"
            "</ficAlimMENESR>",
            operations[i]);

        steps_text("e.xml", xml);
        steps_expect("e.xml", "file e.xml: AAF\n4 refused student 1: mail is "
                              "modified by another operation than replace\n"
                              "end\n");
        free(xml);
    }
    steps_text("e.xml",
        BEGIN_UTF8 "<modifyRequest>" STUDENT
                   "<identifier><id>1</id></identifier><modifications>"
                   "<modification name=\"mail\" operation=\"replace\"/>"
                   "<modification name=\"mail\" operation=\"replace\"/>"
                   "</modifications></modifyRequest></ficAlimMENESR>");
    steps_expect("e.xml",
        "file e.xml: AAF\n4 refused student 1: mail is replaced twice\nend\n");
}

static void
elements_where_none_belong_are_refused(void **state)
{
    (void)state;
    expect_student("<attr name=\"a\"><b/><value>1</value></attr>",
        "refused student 9100001: an element b is where none belongs");
    expect_student("<attr name=\"a\"><value>1<value>2</value></value></attr>",
        "refused student 9100001: an element value is where none belongs");
    expect_student("<attr name=\"a\">1</attr>",
        "refused student 9100001: text is where none belongs");
    expect_student("<attr><value>1</value></attr>",
        "refused student 9100001: the name of an attribute is missing");
    steps_text("e.xml", BEGIN_UTF8 "<renameRequest><id>1</id></renameRequest>"
                                   "</ficAlimMENESR>");
    steps_expect("e.xml", "file e.xml: AAF\n4 refused other : an element "
                          "renameRequest is where none belongs\nend\n");
}

/* Written in one go: a value, and as many attributes, of the wrong size. */
static void
records_beyond_the_limits_are_refused(void **state)
{
    char *long_value = ctl_alloc(SRC_VALUE_MAX + 2, 1), *attr;
    char *many = NULL;
    size_t n;
    FILE *out = open_memstream(&many, &n);

    (void)state;
    memset(long_value, 'x', SRC_VALUE_MAX + 1);
    attr = ctl_format("<attr name=\"a\"><value>%s</value></attr>", long_value);
    expect_student(attr, "refused student 9100001: a value of a is longer "
                         "than 65536 bytes");
    free(attr);
    for (int i = 0; i <= SRC_ATTRS_MAX; i++)
        fprintf(out, "<attr name=\"a%d\"/>", i);
    assert_int_equal(fclose(out), 0);
    expect_student(many, "refused student 9100001: more than 512 attributes");
    free(many);
    out = open_memstream(&many, &n);
    fputs("<attr name=\"a\">", out);
    for (int i = 0; i <= SRC_VALUES_MAX; i++)
        fprintf(out, "<value>%d</value>", i);
    fputs("</attr>", out);
    assert_int_equal(fclose(out), 0);
    expect_student(many, "refused student 9100001: more values than a record "
                         "may have");
    free(many);
    free(long_value);
}

/* ---- files that are broken ---- */

static void
a_broken_file_tells_line_and_record(void **state)
{
    const char *begin = BEGIN_UTF8 "<deleteRequest>" STUDENT
                                   "<identifier><id>77</id></identifier>"
                                   "</deleteRequest>\n";
    char *xml = ctl_format("%s<addRequest>\n</deleteRequest>", begin);

    (void)state;
    expect_broken(xml,
        "file e.xml: AAF\n4 delete student 77:\n"
        "broken e.xml:6: record 77: it is no well-formed XML: Opening and "
        "ending tag mismatch: addRequest line 5 and deleteRequest\n");
    free(xml);
    expect_broken(begin, "file e.xml: AAF\n4 delete student 77:\n"
                         "broken e.xml:4: record 77: the file is cut off\n");
    expect_broken(BEGIN_UTF8 "<addRequest>" STUDENT
                             "<identifier><id>78</id></identifier>\n<attribu",
        "file e.xml: AAF\nbroken e.xml:5: record 78: the file is cut "
        "off\n");
    expect_broken("<?xml version=\"1.0\"?>\n<html><body/></html>",
        "file e.xml: AAF\nbroken e.xml:2: it is XML, but no AAF: the root "
        "element is not ficAlimMENESR\n");
    expect_broken("no XML", "broken e.xml:1: it is no XML\n");
    expect_broken("", "broken e.xml: it is empty\n");
    expect_broken("<ficAlimMENESR>text</ficAlimMENESR>",
        "file e.xml: AAF\nbroken e.xml:1: text is where none belongs\n");
}

/* libxml2's trees know no line beyond 65535. */
static void
lines_of_long_files_are_known(void **state)
{
    char *xml = NULL;
    size_t n;
    FILE *out = open_memstream(&xml, &n);

    (void)state;
    fputs("<ficAlimMENESR>\n", out);
    for (int i = 0; i < 100000; i++)
        fputc('\n', out);
    fputs("<deleteRequest>" STUDENT "<identifier><id>1</id></identifier>"
          "</deleteRequest>\n<x>\n",
        out);
    assert_int_equal(fclose(out), 0);
    steps_text("e.xml", xml);
    steps_expect("e.xml",
        "file e.xml: AAF\n100002 delete student 1:\n"
        "broken e.xml:100003: record 1: the file is cut off\n");
    free(xml);
}

static void
every_cut_is_told(void **state)
{
    char *request = steps_add(
        "Eleve", "1", "<attr name=\"sn\"><value>\xC3\xA9</value></attr>");
    char *xml = steps_aaf(UTF8 DTD, request);
    size_t n = strlen(xml) - 1;

    (void)state;
    for (size_t cut = 1; cut < n; cut++) {
        char *said;

        steps_write("e.xml", xml, cut);
        said = steps_read((const char *const[]){"e.xml", NULL});
        assert_non_null(strstr(said, "broken e.xml:"));
        /* Behind the root's name; one cut is within a letter. */
        if (cut > (size_t)(strstr(xml, "<addRequest") - xml))
            assert_true(strstr(said, "the file is cut off") != NULL ||
                        strstr(said, "not valid UTF-8") != NULL);
        free(said);
    }
    free(request);
    free(xml);
}

/* ---- files that were made to harm ---- */

/* Were the DTD opened, its entity would be known; a FIFO without a writer would
 * never come back from being opened. */
static void
the_dtd_is_never_opened(void **state)
{
    char *path = steps_path("trap");

    (void)state;
    steps_text("ficAlimMENESR.dtd", "<!ENTITY e \"from the DTD\">");
    expect_broken(BEGIN_UTF8 "<addRequest>" STUDENT
                             "<identifier><id>1</id></identifier><attributes>"
                             "<attr name=\"sn\"><value>&e;</value></attr>"
                             "</attributes></addRequest></ficAlimMENESR>",
        FILE_LINE "4 refused student 1: there is no entity &e;\nend\n");
    assert_int_equal(mkfifo(path, 0600), 0);
    steps_text("e.xml", "<!DOCTYPE ficAlimMENESR SYSTEM \"trap\">"
                        "<ficAlimMENESR/>");
    steps_expect("e.xml", "file e.xml: AAF\nend\n");
    free(path);
}

static void
declared_entities_end_the_reading(void **state)
{
    static const char *const subsets[] = {
        "<!ENTITY e SYSTEM \"file:///etc/passwd\">",
        "<!ENTITY e SYSTEM \"http://127.0.0.1:9/\">",
        "<!ENTITY e PUBLIC \"p\" \"trap\">",
        "<!ENTITY e \"text\">",
        "<!ENTITY % p SYSTEM \"trap\"> %p;",
        "<!ENTITY % p \"<!ENTITY e 'x'>\"> %p;",
        "<!NOTATION n SYSTEM \"n\"><!ENTITY e SYSTEM \"trap\" NDATA n>",
        "<!ENTITY a \"aaaaaaaaaa\">"
        "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(subsets) / sizeof(subsets[0]); i++) {
        char *xml = ctl_format("<!DOCTYPE ficAlimMENESR [%s]>\n"
                               "<ficAlimMENESR>&e;</ficAlimMENESR>",
            subsets[i]);

        steps_text("e.xml", xml);
        steps_expect("e.xml", "file e.xml: AAF\nbroken e.xml:1: it declares "
                              "an entity, which no AAF does\n");
        free(xml);
    }
    expect_broken("<!DOCTYPE ficAlimMENESR [ %p; ]><ficAlimMENESR/>",
        "file e.xml: AAF\nbroken e.xml:1: it refers to an entity, which no "
        "AAF does\n");
}

static void
elements_may_not_be_nested_without_end(void **state)
{
    char *xml = NULL;
    size_t n;
    FILE *out = open_memstream(&xml, &n);

    (void)state;
    fputs("<ficAlimMENESR>", out);
    for (int i = 0; i < 100; i++)
        fputs("<a>", out);
    assert_int_equal(fclose(out), 0);
    expect_broken(xml, "file e.xml: AAF\nbroken e.xml:1: more than 16 "
                       "elements are within each other\n");
    free(xml);
}

static void
an_error_says_nothing_that_a_terminal_obeys(void **state)
{
    char *said;

    (void)state;
    steps_text("e.xml", "<ficAlimMENESR><deleteRequest>" STUDENT
                        "<identifier><id>1</id></identifier></deleteRequest>"
                        "<\xC2\x9B"
                        "31m></ficAlimMENESR>");
    said = steps_read((const char *const[]){"e.xml", NULL});
    assert_non_null(strstr(said, "broken e.xml:1: record 1: "));
    assert_null(strchr(said, '\x1B'));
    assert_null(strstr(said, "\xC2\x9B"));
    free(said);
}

/* ---- what the caller asks for ---- */

static void
only_the_kinds_asked_for_come(void **state)
{
    char *student = steps_add("Eleve", "1", "");
    char *bad = steps_add("Eleve", "", "");
    char *guardian = steps_add("PersRelEleve", "2", "");
    char *all = ctl_format("%s%s%s", student, bad, guardian);
    char *xml = steps_aaf("", all), *said;
    const char *const names[] = {"e.xml", NULL};

    (void)state;
    steps_text("e.xml", xml);
    said = steps_read_with(names, NULL, 1U << SRC_GUARDIAN, SIZE_MAX);
    assert_string_equal(said, "file e.xml: AAF\n4 add guardian 2:\nend\n");
    free(said);
    said = steps_read_with(names, NULL, 1U << SRC_STUDENT, SIZE_MAX);
    assert_string_equal(said, "file e.xml: AAF\n2 add student 1:\n"
                              "3 refused student : it has no id\nend\n");
    free(said);
    said = steps_read_with(names, NULL, 0, 1);
    assert_string_equal(said, "file e.xml: AAF\n2 add student 1:\nstopped\n");
    free(said);
    free(student);
    free(bad);
    free(guardian);
    free(all);
    free(xml);
}

static void
the_degree_is_told_by_names_or_attributes(void **state)
{
    static const char *const files[][3] = {
        {"ENT1D_a.xml", "sn", "file ENT1D_a.xml: AAF1D\n"},
        {"a.xml", "sn", "file a.xml: AAF2D\n"},
        {"a.xml", "ENTPersonNom", "file a.xml: AAF1D\n"},
        {"a.xml", "ENTEleveINE", "file a.xml: AAF\n"},
    };
    src_options options = {.form = SRC_FORM_AAF1D};
    char *said;

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *attr = ctl_format("<attr name=\"%s\"/>", files[i][1]);
        char *request = steps_add("PersEducNat", "1", attr);
        char *xml = steps_aaf("", request);

        steps_text(files[i][0], xml);
        said = steps_read((const char *const[]){files[i][0], NULL});
        assert_memory_equal(said, files[i][2], strlen(files[i][2]));
        free(said);
        free(attr);
        free(request);
        free(xml);
    }
    said = steps_read_with(
        (const char *const[]){"a.xml", NULL}, &options, 0, SIZE_MAX);
    assert_memory_equal(said, "file a.xml: AAF1D\n", 18);
    free(said);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_kind_of_request_is_read),
        TEST(other_records_are_handed_over_bare),
        TEST(values_are_trimmed_and_there_once),
        TEST(a_name_without_value_empties),
        TEST(values_of_a_name_come_together),
        TEST(entities_and_sections_of_xml_are_text),
        TEST(an_id_is_text),
        TEST(the_declared_encoding_is_obeyed),
        TEST(utf16_is_read_by_its_mark),
        TEST(an_encoding_may_be_forced),
        TEST(a_byte_against_the_declaration_is_told_with_its_line),
        TEST(a_record_without_id_is_refused),
        TEST(control_characters_are_refused),
        TEST(another_operation_than_replace_is_refused),
        TEST(elements_where_none_belong_are_refused),
        TEST(records_beyond_the_limits_are_refused),
        TEST(a_broken_file_tells_line_and_record),
        TEST(lines_of_long_files_are_known),
        TEST(every_cut_is_told),
        TEST(the_dtd_is_never_opened),
        TEST(declared_entities_end_the_reading),
        TEST(elements_may_not_be_nested_without_end),
        TEST(an_error_says_nothing_that_a_terminal_obeys),
        TEST(only_the_kinds_asked_for_come),
        TEST(the_degree_is_told_by_names_or_attributes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
