/* test_report_chart.c - the chart of activation: what is in the picture, that
 * nothing of it overlaps, and the percentages beside it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "report/chart.h"
#include "report/words.h"

/* ---- drawing, and looking at what was drawn ---- */

static char *
drawn(const chart *c, void (*draw)(const chart *, FILE *))
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    assert_non_null(out);
    draw(c, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* What an XPath expression gives as a number or as text; svg is the prefix. */
static double
number_at(xmlDoc *doc, const char *path)
{
    xmlXPathContext *context = xmlXPathNewContext(doc);
    xmlXPathObject *found;
    double value;

    assert_non_null(context);
    assert_int_equal(xmlXPathRegisterNs(context, (const xmlChar *)"s",
                         (const xmlChar *)"http://www.w3.org/2000/svg"),
        0);
    found = xmlXPathEvalExpression((const xmlChar *)path, context);
    assert_non_null(found);
    value = xmlXPathCastToNumber(found);
    xmlXPathFreeObject(found);
    xmlXPathFreeContext(context);
    return value;
}

static xmlDoc *
parsed(const char *svg)
{
    xmlDoc *doc = xmlReadMemory(
        svg, (int)strlen(svg), "chart.svg", NULL, XML_PARSE_NONET);

    assert_non_null(doc);
    return doc;
}

#define EMBRUNS                                                                \
    {                                                                          \
        "Collège des Embruns", "9990001X",                                     \
        {                                                                      \
            {true, {50, 25, 5, 18, 2}},                                        \
            {                                                                  \
                true, {10, 0, 0, 0, 0}                                         \
            }                                                                  \
        }                                                                      \
    }

static chart
chart_of(chart_group *groups, size_t n)
{
    return (chart){"Activation", "État au 23/11/2026", EDC_FRENCH, groups, n};
}

static void
bars_are_as_long_as_their_share(void **state)
{
    chart_group groups[] = {EMBRUNS};
    chart c = chart_of(groups, 1);
    char *svg = drawn(&c, chart_draw);
    xmlDoc *doc = parsed(svg);

    (void)state;
    /* Five parts and an outline for students, one and an outline beside. */
    assert_true(number_at(doc, "count(//s:g)") == 2);
    assert_true(number_at(doc, "count(//s:g[1]/s:rect)") == 6);
    assert_true(number_at(doc, "count(//s:g[2]/s:rect)") == 2);
    assert_true(
        number_at(doc, "//s:g[1]/s:rect[1]/@width * 2 = //s:g[1]/s:rect[6]/"
                       "@width") == 1);
    assert_true(number_at(doc, "//s:g[1]/s:rect[2]/@x = //s:g[1]/s:rect[1]/@x "
                               "+ //s:g[1]/s:rect[1]/@width") == 1);
    assert_non_null(strstr(svg, ">50,0 %<"));
    assert_non_null(strstr(svg, ">sur 100<"));
    assert_non_null(strstr(svg, ">100 %<"));
    assert_non_null(strstr(svg, "Collège des Embruns, élèves: 50 actifs, "));
    xmlFreeDoc(doc);
    free(svg);
}

/* Names come from files: nothing in them is markup. */
static void
names_are_escaped(void **state)
{
    chart_group groups[] = {{"<script>alert('x')</script> & \"Cie\" \x01",
        "9990001X", {{true, {1, 0, 0, 0, 0}}, {false, {0}}}}};
    chart c = chart_of(groups, 1);
    char *svg;
    xmlDoc *doc;

    (void)state;
    c.title = "A < B & C";
    svg = drawn(&c, chart_draw);
    doc = parsed(svg);
    assert_null(strstr(svg, "<script"));
    assert_true(number_at(doc, "count(//s:script)") == 0);
    assert_true(number_at(doc, "count(//s:text[.='A < B & C'])") == 1);
    xmlFreeDoc(doc);
    free(svg);
}

/* Lines of a long name stay on this side of the bars, and above the next
 * group. */
static void
long_names_are_wrapped_and_cut(void **state)
{
    chart_group groups[] = {
        {"Lycée général et technologique Anne-Sylvie de la Rivière-Pilote et "
         "de Saint-Barthélemy-les-Bains et de tous les hameaux alentour",
            "9990002Y", {{true, {1, 0, 0, 0, 0}}, {false, {0}}}},
        EMBRUNS,
        {"WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"
         "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
            "", {{true, {1, 0, 0, 0, 0}}, {false, {0}}}}};
    chart c = chart_of(groups, 3);
    char *svg = drawn(&c, chart_draw);
    xmlDoc *doc = parsed(svg);

    (void)state;
    assert_true(number_at(doc, "count(//s:text[@class='name'])") == 3 + 1 + 3);
    assert_true(
        number_at(doc, "count(//s:text[@class='name'][contains(.,'…')])") == 2);
    /* The second school's code is below the first one's last line. */
    assert_true(number_at(doc, "(//s:text[@class='code'])[2]/@y - 11 > "
                               "(//s:text[@class='name'])[3]/@y") == 1);
    xmlFreeDoc(doc);
    free(svg);
}

static void
wrapped_lines_are_no_wider_than_asked(void **state)
{
    static const char *const texts[] = {"", "   ", "a",
        "Collège Pierre-et-Marie-Curie de la Grande Île",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau",
        "élémentaire élémentaire élémentaire élémentaire élémentaire"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char *lines[3];
        size_t n = chart_wrap(texts[i], 14, 120, lines, 3);

        assert_true(n <= 3);
        assert_int_equal(n == 0, strspn(texts[i], " ") == strlen(texts[i]));
        for (size_t k = 0; k < n; k++) {
            assert_true(chart_text_width(lines[k], 14) <= 120);
            assert_true(lines[k][0] != '\0');
            free(lines[k]);
        }
    }
}

/* Forty schools: a picture that grows, and pieces that a sheet can hold. */
static void
many_schools_make_it_higher(void **state)
{
    chart_group groups[40];
    chart c = chart_of(groups, 40);
    char *whole, *pieces;
    xmlDoc *doc;

    (void)state;
    for (size_t i = 0; i < 40; i++)
        groups[i] = (chart_group)EMBRUNS;
    whole = drawn(&c, chart_draw);
    doc = parsed(whole);
    assert_true(number_at(doc, "count(//s:g)") == 80);
    assert_true(number_at(doc, "//s:svg/@height > 40 * 56") == 1);
    assert_true(number_at(doc, "(//s:g)[80]/s:rect[last()]/@y + 22 < "
                               "//s:svg/@height") == 1);
    xmlFreeDoc(doc);
    pieces = drawn(&c, chart_draw_pieces);
    assert_non_null(strstr(pieces, "id=\"stopped8\""));
    assert_null(strstr(pieces, "class=\"title\""));
    free(whole);
    free(pieces);
}

static void
nothing_to_show_is_a_picture_too(void **state)
{
    chart_group empty[] = {
        {"Vide", "", {{true, {0, 0, 0, 0, 0}}, {false, {0}}}}};
    chart c = chart_of(empty, 1);
    char *svg = drawn(&c, chart_draw);

    (void)state;
    xmlFreeDoc(parsed(svg));
    assert_null(strstr(svg, "nan"));
    free(svg);
    c.n = 0;
    svg = drawn(&c, chart_draw);
    xmlFreeDoc(parsed(svg));
    free(svg);
}

/* ---- percentages ---- */

static void
expect_percent(
    int64_t part, int64_t whole, edc_language language, const char *expected)
{
    char text[16];

    report_percent_text(
        report_permille(part, whole), language, text, sizeof(text));
    assert_string_equal(text, expected);
}

static void
percentages_are_rounded_but_all_means_all(void **state)
{
    (void)state;
    expect_percent(0, 0, EDC_ENGLISH, "-");
    expect_percent(0, 7, EDC_ENGLISH, "0 %");
    expect_percent(7, 7, EDC_ENGLISH, "100 %");
    expect_percent(1, 2, EDC_ENGLISH, "50.0 %");
    expect_percent(1, 3, EDC_ENGLISH, "33.3 %");
    expect_percent(2, 3, EDC_FRENCH, "66,7 %");
    expect_percent(1, 100000, EDC_ENGLISH, "0.1 %");
    expect_percent(99999, 100000, EDC_FRENCH, "99,9 %");
    expect_percent(1, 2000, EDC_ENGLISH, "0.1 %");
    expect_percent(INT64_C(58000000), INT64_C(58000000), EDC_FRENCH, "100 %");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_as_long_as_their_share),
        cmocka_unit_test(names_are_escaped),
        cmocka_unit_test(long_names_are_wrapped_and_cut),
        cmocka_unit_test(wrapped_lines_are_no_wider_than_asked),
        cmocka_unit_test(many_schools_make_it_higher),
        cmocka_unit_test(nothing_to_show_is_a_picture_too),
        cmocka_unit_test(percentages_are_rounded_but_all_means_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
