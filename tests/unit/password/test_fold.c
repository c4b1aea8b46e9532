/* test_fold.c - comparing people's words: case and accents folded. */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=u32_normalize,--wrap=u32_casefold */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unicase.h>
#include <uninorm.h>

#include "core/password/fold.h"
#include "steps/failing.h"

/* The n-th call from now fails, 0 none. */
static int failing_normalize, failing_casefold;

uint32_t *__real_u32_normalize(
    uninorm_t nf, const uint32_t *s, size_t n, uint32_t *out, size_t *length);
uint32_t *__wrap_u32_normalize(
    uninorm_t nf, const uint32_t *s, size_t n, uint32_t *out, size_t *length);
uint32_t *
__wrap_u32_normalize(
    uninorm_t nf, const uint32_t *s, size_t n, uint32_t *out, size_t *length)
{
    return is_the_one(&failing_normalize)
               ? NULL
               : __real_u32_normalize(nf, s, n, out, length);
}

uint32_t *__real_u32_casefold(const uint32_t *s, size_t n, const char *language,
    uninorm_t nf, uint32_t *out, size_t *length);
uint32_t *__wrap_u32_casefold(const uint32_t *s, size_t n, const char *language,
    uninorm_t nf, uint32_t *out, size_t *length);
uint32_t *
__wrap_u32_casefold(const uint32_t *s, size_t n, const char *language,
    uninorm_t nf, uint32_t *out, size_t *length)
{
    return is_the_one(&failing_casefold)
               ? NULL
               : __real_u32_casefold(s, n, language, nf, out, length);
}

/* Folds, and folds again what came out: nothing more happens. */
static void
expect(edc_str in, edc_str expected)
{
    edc_buf out, again;
    bool same;

    assert_true(edc_fold(in, &out));
    if (!edc_str_eq(edc_buf_str(&out), expected))
        fail_msg("\"%.*s\" is \"%s\"", (int)in.n, in.p, out.p);
    assert_int_equal(out.p[out.n], '\0');
    assert_true(edc_fold(edc_buf_str(&out), &again));
    assert_true(edc_str_eq(edc_buf_str(&again), expected));
    assert_true(edc_fold_same(in, expected, &same) && same);
    edc_buf_wipe(&again);
    edc_buf_wipe(&out);
}

static void
ascii_is_folded(void **state)
{
    (void)state;
    expect(EDC_STR("Dupont"), EDC_STR("dupont"));
    expect(EDC_STR("@AZ[`az{/09:"), EDC_STR("azaz09"));
    expect(EDC_STR("Jean-Luc O'Neil 2nd"), EDC_STR("jeanluconeil2nd"));
    expect(EDC_STR("a\0b\n\x7f"), EDC_STR("ab"));
    expect(EDC_STR("-._ "), EDC_STR(""));
    expect((edc_str){NULL, 0}, EDC_STR(""));
}

static void
accents_and_ligatures_are_folded(void **state)
{
    (void)state;
    expect(EDC_STR("Zo\xc3\xa9-Lou"), EDC_STR("zoelou"));
    expect(EDC_STR("Zoe\xcc\x81-Lou"), EDC_STR("zoelou"));
    expect(EDC_STR("\xc3\x89L\xc3\x88VE FRAN\xc3\x87"
                   "OIS NA\xc3\x8fVE"),
        EDC_STR("elevefrancoisnaive"));
    expect(EDC_STR("\xc5\x92uvre \xc5\x93uf \xc3\x86rt\xc3\xa6"),
        EDC_STR("oeuvreoeufaertae"));
    expect(EDC_STR("\xc3\x9f\xe1\xba\x9e"), EDC_STR("ssss"));
    expect(EDC_STR("\xef\xac\x81n \xef\xac\x83"), EDC_STR("finffi"));
    expect(EDC_STR("\xc4\xb0stanbul"), EDC_STR("istanbul"));
    expect(EDC_STR("Nguy\xe1\xbb\x85n"), EDC_STR("nguyen"));
    expect(EDC_STR("\xc7\xbd"), EDC_STR("ae")); /* ae with acute */
}

/* What Unicode does not take apart: strokes, hooks, letters of our neighbours,
 * and signs that count as letters there.
 */
static void
strokes_are_folded(void **state)
{
    static const char *const words[][2] = {
        {"S\xc3\xb8ren", "soren"}, {"S\xc3\x98REN", "soren"},
        {"\xc4\x90\xe1\xba\xb7ng", "dang"},
        {"\xc4\x91or\xc4\x91"
         "evi\xc4\x87",
            "dordevic"},
        {"\xc5\x81ukasz \xc5\xbb\xc3\xb3\xc5\x82ty", "lukaszzolty"},
        {"I\xc5\x9f\xc4\xb1k", "isik"}, {"I\xc5\x9eIK", "isik"},
        {"\xc4\xb0I\xc4\xb1i", "iiii"}, {"Strau\xc3\x9f", "strauss"},
        {"Gu\xc3\xb0r\xc3\xban \xc3\x9e\xc3\xb3ra", "gudrunthora"},
        {"\xc3\x86gir", "aegir"}, {"\xc4\xb2sbrand", "ijsbrand"},
        {"\xc5\x8ag\xc5\xa9g\xc4\xa9", "ngugi"},
        {"\xc4\xa6"
         "al G\xc4\xa7"
         "axaq",
            "halghaxaq"},
        {"\xc5\xa6", "t"},
        {"\xc6\x81"
         "ala \xc6\x8a"
         "an \xc6\x98"
         "ano",
            "baladankano"},
        {"\xc6\x86k\xc9\x94 \xc6\x90la", "okoela"}, {"\xc6\x8fliyev", "eliyev"},
        {"\xc6\xb5 \xca\x8b \xc6\x97", "zvi"}, {"O\xca\xbcNeill", "oneill"},
        {"\xca\xbb"
         "Anela",
            "anela"},
        {"\xc8\xba \xc9\x8c \xc9\x8e", "ary"},
        {"\xd9\x85\xd8\xad\xd9\x85\xd9\x80\xd8\xaf",
            "\xd9\x85\xd8\xad\xd9\x85\xd8\xaf"}, /* tatweel */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        expect(edc_str_of(words[i][0]), edc_str_of(words[i][1]));
}

/* Mathematical, full-width, circled, squared, superscript letters and digits
 * are read as what they show. */
static void
other_shapes_are_folded(void **state)
{
    (void)state;
    expect(EDC_STR("\xf0\x9d\x90\x83\xf0\x9d\x90\x94"), EDC_STR("du"));
    expect(EDC_STR("\xef\xbc\xa4\xef\xbd\x95\xef\xbc\x91"), EDC_STR("du1"));
    expect(EDC_STR("\xe2\x92\xb6\xe2\x93\x90"), EDC_STR("aa"));
    expect(EDC_STR("\xe2\x84\xa1"), EDC_STR("tel"));
    expect(EDC_STR("x\xc2\xb2"), EDC_STR("x2"));
}

static void
other_scripts_are_kept(void **state)
{
    (void)state;
    expect(EDC_STR("\xce\xa3\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82"),
        EDC_STR("\xcf\x83\xce\xb9\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x83"));
    expect(EDC_STR("\xd0\x99"), EDC_STR("\xd0\xb8"));
    expect(EDC_STR("\xe6\x9d\x8e-\xe5\xb0\x8f"),
        EDC_STR("\xe6\x9d\x8e\xe5\xb0\x8f"));
    expect(EDC_STR("a\xf0\x9f\x8c\xb9\xf0\x90\x90\x80"),
        EDC_STR("a\xf0\x90\x90\xa8"));
}

static void
what_is_not_utf8_is_dropped(void **state)
{
    (void)state;
    expect(EDC_STR("Andr\xe9"), EDC_STR("andr"));
    expect(EDC_STR("\xff\xfe"), EDC_STR(""));
    expect(EDC_STR("a\xc3"), EDC_STR("a"));
    expect(EDC_STR("\xed\xa0\x80z"), EDC_STR("z"));
}

/* The longest that NFKD makes of one character: 18 letters of three bytes. */
static void
growing_text_has_room(void **state)
{
    static char text[3 * 1000];
    edc_buf out;

    (void)state;
    for (size_t i = 0; i < sizeof(text); i += 3)
        memcpy(text + i, "\xef\xb7\xba", 3);
    assert_true(edc_fold((edc_str){text, sizeof(text)}, &out));
    assert_true(out.n > sizeof(text) * 9);
    edc_buf_wipe(&out);
}

static void
a_million_bytes_fold(void **state)
{
    static char text[1 << 20];
    edc_buf out;

    (void)state;
    memset(text, 'A', sizeof(text));
    assert_true(edc_fold((edc_str){text, sizeof(text)}, &out));
    assert_int_equal(out.n, sizeof(text));
    edc_buf_wipe(&out);
    memcpy(text, "\xc3\xa9", 2);
    assert_true(edc_fold((edc_str){text, sizeof(text)}, &out));
    assert_int_equal(out.n, sizeof(text) - 1);
    assert_memory_equal(out.p, "eaaa", 4);
    edc_buf_wipe(&out);
}

static void
sameness_is_of_the_whole(void **state)
{
    static const struct {
        const char *text, *folded;
        bool same;
    } rows[] = {{"Rose", "rose", true}, {"R-o-s-e", "rose", true},
        {"Ros", "rose", false}, {"Roses", "rose", false},
        {"Rosa", "rose", false}, {"", "rose", false}, {"--", "", true},
        {"a", "", false}, {"Ros\xc3\xa9", "rose", true},
        {"Ros\xc3\xa9s", "rose", false}, {"\xc3\xa9", "rose", false}};
    bool same;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(edc_fold_same(
            edc_str_of(rows[i].text), edc_str_of(rows[i].folded), &same));
        assert_int_equal(same, rows[i].same);
    }
}

/* ---- words ---- */

typedef struct words {
    char text[256];
    int stop_after;
} words;

static bool
note(void *ctx, edc_str word)
{
    words *w = ctx;
    size_t at = strlen(w->text);

    snprintf(w->text + at, sizeof(w->text) - at, "%.*s,", (int)word.n, word.p);
    return --w->stop_after == 0;
}

static void
expect_words(const char *in, const char *expected)
{
    words w = {"", 0};

    assert_true(edc_fold_words(edc_str_of(in), note, &w));
    assert_string_equal(w.text, expected);
}

static void
names_are_cut_into_words(void **state)
{
    words w = {"", 0};

    (void)state;
    expect_words("Dupont", "dupont,");
    expect_words("DE LA TOUR d'Auvergne", "de,la,tour,d,auvergne,");
    expect_words(" --Jean--Luc\t", "jean,luc,");
    expect_words("L\xc3\xa9"
                 "a\xc2\xa0N\xc3\xb8rd",
        "lea,nord,");
    expect_words("Le\xcc\x81"
                 "a Zoe\xcc\x88",
        "lea,zoe,");
    expect_words("O\xe2\x80\x99Neil", "o,neil,");
    expect_words("Andr\xe9 Roux\xff", "andr,roux,");
    expect_words("\xcc\x81 - a", "a,"); /* a mark alone folds to nothing */
    expect_words("Louis 14", "louis,14,");
    expect_words("", "");
    expect_words("...", "");
    assert_true(edc_fold_words((edc_str){NULL, 0}, note, &w));
    assert_string_equal(w.text, "");
}

static void
words_stop_when_told(void **state)
{
    words w = {"", 2}, last = {"", 1};

    (void)state;
    assert_true(edc_fold_words(EDC_STR("un deux trois"), note, &w));
    assert_string_equal(w.text, "un,deux,");
    assert_true(edc_fold_words(EDC_STR("un"), note, &last));
    assert_string_equal(last.text, "un,");
}

static void
memory_may_run_out(void **state)
{
    edc_str text = EDC_STR("\xc3\xa9"
                           "t\xc3\xa9");
    words w = {"", 0};
    edc_buf out;
    bool same;

    (void)state;
    failing_calloc = 1;
    assert_false(edc_fold(EDC_STR("abc"), &out));
    assert_null(out.p);
    for (int n = 1; n <= 2; n++) {
        failing_calloc = n;
        assert_false(edc_fold(text, &out));
        assert_null(out.p);
    }
    failing_normalize = 1;
    assert_false(edc_fold(text, &out));
    failing_casefold = 1;
    assert_false(edc_fold(text, &out));
    assert_null(out.p);
    failing_calloc = 1;
    assert_false(edc_fold_same(text, EDC_STR("ete"), &same));
    assert_false(same);
    failing_calloc = 2;
    assert_false(edc_fold_words(EDC_STR("un deux trois"), note, &w));
    assert_string_equal(w.text, "un,");
    failing_calloc = 1;
    assert_false(edc_fold_words(EDC_STR("un"), note, &w));
    assert_int_equal(failing_calloc + failing_normalize + failing_casefold, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_is_folded),
        cmocka_unit_test(accents_and_ligatures_are_folded),
        cmocka_unit_test(strokes_are_folded),
        cmocka_unit_test(other_shapes_are_folded),
        cmocka_unit_test(other_scripts_are_kept),
        cmocka_unit_test(what_is_not_utf8_is_dropped),
        cmocka_unit_test(growing_text_has_room),
        cmocka_unit_test(a_million_bytes_fold),
        cmocka_unit_test(sameness_is_of_the_whole),
        cmocka_unit_test(names_are_cut_into_words),
        cmocka_unit_test(words_stop_when_told),
        cmocka_unit_test(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
