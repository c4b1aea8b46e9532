/* test_source_entities.c - AAF that was made by hand or from pages: entities of
 * HTML, a & as it is, bytes of another encoding than the one declared.
 */
#include "source/source_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "source/entity.h"

#define UTF8 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define LATIN1 "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"
#define LATIN9 "<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>"
#define DTD "<!DOCTYPE ficAlimMENESR SYSTEM \"ficAlimMENESR.dtd\">"

/* Pupil 1 with this family name, then pupil 2; said is what of both. */
static void
expect(const char *declaration, const char *value, const char *said)
{
    char *attr =
        ctl_format("<attr name=\"sn\"><value>%s</value></attr>", value);
    char *one = steps_add("Eleve", "1", attr);
    char *two = steps_add("Eleve", "2", "");
    char *both = ctl_format("%s%s", one, two);
    char *xml = steps_aaf(declaration, both);
    char *all = ctl_format("file e.xml: AAF2D\n%s", said);

    steps_text("e.xml", xml);
    steps_expect("e.xml", all);
    free(all);
    free(xml);
    free(both);
    free(two);
    free(one);
    free(attr);
}

#define OTHER "3 add student 2:\nend\n"

static void
entities_of_html_are_undone_with_a_note(void **state)
{
    static const struct {
        const char *value, *read, *name;
    } rows[] = {
        {"B&eacute;n&eacute;", "Béné", "&eacute;"},
        {"&Eacute;tienne", "Étienne", "&Eacute;"},
        {"Fran&ccedil;ois", "François", "&ccedil;"},
        {"C&oelig;ur", "Cœur", "&oelig;"},
        {"L&rsquo;Hostis", "L’Hostis", "&rsquo;"},
        {"Martin&nbsp;Durand",
            "Martin\xC2\xA0"
            "Durand",
            "&nbsp;"},
        {"N&amp;apos;GUYEN", "N'GUYEN", "&apos;"},
        {"N&amp;#39;GUYEN", "N'GUYEN", "&#39;"},
        {"N&amp;#x27;GUYEN", "N'GUYEN", "&#x27;"},
        {"B&amp;eacute;n&amp;eacute;", "Béné", "&eacute;"},
        {"B&amp;amp;eacute;", "Bé", "&amp;"},
        {"A &amp;amp; B", "A & B", "&amp;"},
        {"<![CDATA[B&eacute;]]>", "Bé", "&eacute;"},
        {"&amp;yuml;", "ÿ", "&yuml;"},
    };
    static const char *const declarations[] = {UTF8, UTF8 DTD, "", DTD};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *said = ctl_format("%ld add student 1: sn=<%s> (%s was read as "
                                "the character that it stands for)\n" OTHER,
            2L, rows[i].read, rows[i].name);

        for (size_t d = 0; d < 4; d++)
            expect(declarations[d], rows[i].value, said);
        free(said);
    }
}

static void
what_is_no_entity_stays(void **state)
{
    static const char *const values[][2] = {
        {"R&amp;D", "R&D"},
        {"A &amp; B", "A & B"},
        {"R&amp;D;", "R&D;"},
        {"&amp;foo;", "&foo;"},
        {"&amp;#0;", "&#0;"},
        {"&amp;#x110000;", "&#x110000;"},
        {"&amp;#12345678901;", "&#12345678901;"},
        {"&amp;;", "&;"},
        {"&amp;#;", "&#;"},
        {"&amp;#x;", "&#x;"},
        {"&amp;#xD800;", "&#xD800;"},
        {"&amp;#9;", "&#9;"},
        {"&#233;", "é"},
        {"a&lt;b", "a<b"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char *said =
            ctl_format("2 add student 1: sn=<%s>\n" OTHER, values[i][1]);

        expect(UTF8, values[i][0], said);
        free(said);
    }
}

static void
an_unknown_entity_refuses_its_record(void **state)
{
    static const char *const declarations[] = {UTF8, UTF8 DTD, "", DTD};

    (void)state;
    for (size_t d = 0; d < 4; d++) {
        expect(declarations[d], "B&eaccute;n&foo;",
            "2 refused student 1: there is no entity &eaccute;\n" OTHER);
        expect(declarations[d], "&Martín;",
            "2 refused student 1: there is no entity &Martín;\n" OTHER);
    }
    steps_text("e.xml", UTF8 "<ficAlimMENESR>&foo;</ficAlimMENESR>");
    steps_expect("e.xml",
        "file e.xml: AAF\nbroken e.xml:1: it is no well-formed XML: Entity "
        "'foo' not defined\n");
}

/* In an attribute of XML, an id, a category. */
static void
entities_are_read_wherever_text_is(void **state)
{
    char *xml = steps_aaf(UTF8,
        "<addRequest><operationalAttributes>"
        "<attr name=\"categoriePersonne\"><value>El&eacute;ve</value></attr>"
        "</operationalAttributes><identifier><id>&eacute;1</id></identifier>"
        "<attributes><attr name=\"n&eacute;\"><value>1</value></attr>"
        "</attributes></addRequest>\n");

    (void)state;
    steps_text("e.xml", xml);
    steps_expect("e.xml",
        "file e.xml: AAF\n2 add other é"
        "1: (&eacute; was read as the character that it stands for)\nend\n");
    free(xml);
}

static void
a_raw_ampersand_is_called_what_it_is(void **state)
{
    static const char *const values[] = {"Dupont & Fils", "R&D", "R&D<", "a&",
        "a & b &amp; c", "&", "&&amp;", "&;", "R&D company; x"};

    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        expect(UTF8, values[i],
            "broken e.xml:2: record 1: a & stands where XML has &amp;\n");
}

/* ---- encodings ---- */

static void
windows_1252_is_read_in_what_is_said_to_be_latin(void **state)
{
    (void)state;
    expect(LATIN1, "C\x9Cur L\x92Hostis \xE9\xA4",
        "1 note: bytes that ISO-8859-1 does not have are read as "
        "Windows-1252\n"
        "2 add student 1: sn=<Cœur L’Hostis é¤>"
        "\n" OTHER);
    expect(LATIN9, "C\x9Cur \xBD \x80\xA4",
        "1 note: bytes that ISO-8859-15 does not have are read as "
        "Windows-1252\n"
        "2 add student 1: sn=<Cœur œ €€>"
        "\n" OTHER);
    expect(LATIN1, "\xC9tienne", "2 add student 1: sn=<Étienne>\n" OTHER);
    expect(LATIN1, "a\x81",
        "1 note: bytes that ISO-8859-1 does not have are read as "
        "Windows-1252\n"
        "2 refused student 1: a value of sn holds a control character\n" OTHER);
    expect("<?xml version='1.0' encoding='iso-8859-1'?>", "L\x92Hostis",
        "1 note: bytes that ISO-8859-1 does not have are read as "
        "Windows-1252\n"
        "2 add student 1: sn=<L’Hostis>\n" OTHER);
}

/* ---- undoing ---- */

/* Each name of the table, once and twice. */
static void
every_name_is_undone(void **state)
{
    static const char *const names[] = {
#define EDC_ENTITY(name, point) name,
#include "source/entities.def"
#undef EDC_ENTITY
    };
    char text[64], name[16], utf8[4];

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_true(src_entity(edc_str_of(names[i]), utf8));
        for (int twice = 0; twice < 2; twice++) {
            size_t n = (size_t)snprintf(
                text, sizeof(text), "<&%s%s;>", twice ? "amp;" : "", names[i]);

            n = src_entities_undo(text, n, name);
            assert_int_equal(n, 2 + strlen(utf8));
            assert_memory_equal(text + 1, utf8, strlen(utf8));
        }
    }
    assert_false(src_entity(EDC_STR("foo"), utf8));
    assert_false(src_entity(EDC_STR(""), utf8));
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(entities_of_html_are_undone_with_a_note),
        TEST(what_is_no_entity_stays),
        TEST(an_unknown_entity_refuses_its_record),
        TEST(entities_are_read_wherever_text_is),
        TEST(a_raw_ampersand_is_called_what_it_is),
        TEST(windows_1252_is_read_in_what_is_said_to_be_latin),
        TEST(every_name_is_undone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
