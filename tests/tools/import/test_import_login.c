/* test_import_login.c - logins made from names by a pattern. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"
#include "import/latin.h"

static void
expect(
    const char *pattern, const char *given, const char *sn, const char *login)
{
    char *made = import_login_base(pattern, given, sn);

    assert_string_equal(made, login);
    free(made);
}

static void
names_are_folded_to_letters_of_ascii(void **state)
{
    (void)state;
    expect("{given}.{sn}", "Zoé-Lou", "EXEMPLE", "zoelou.exemple");
    expect("{given}.{sn}", "Ève", "N'GUYEN", "eve.nguyen");
    expect("{given}.{sn}", "Anne Marie", "de la Forêt", "annemarie.delaforet");
    expect("{given}.{sn}", "Lœtitia", "STRAẞE", "loetitia.strasse");
}

/* Strokes as in the comparison of names; other scripts by ICU's rules. */
static void
names_of_everywhere_have_logins(void **state)
{
    static const char *const names[][3] = {
        {"Søren", "Łukaszewicz", "soren.lukaszewicz"},
        {"Đặng", "Łucja", "dang.lucja"},
        {"Işıl", "Strauß", "isil.strauss"},
        {"Guðrún", "Þórsdóttir", "gudrun.thorsdottir"},
        {"Ĳsbrand", "Œuvrard", "ijsbrand.oeuvrard"},
        {"Πέτρος", "Αλεξίου", "petros.alexiou"},
        {"Юлия", "Дмитриева", "ulia.dmitrieva"},
        {"Ђорђе", "Ћосић", "dorde.cosic"},
        {"محمد", "بن علي", "mhmd.bnly"},
        {"فاطمة", "الزهراء", "fatmt.alzhra"},
        {"Արամ", "Գրիգորյան", "aram.grigoryan"},
        {"გიორგი", "მაისურაძე", "giorgi.maisuradze"},
        {"דוד", "כהן", "dwd.khn"},
        {"小龍", "李", "xiaolong.li"},
        {"철수", "김", "cheolsu.gim"},
        {"さくら", "タナカ", "sakura.tanaka"},
        {"สมชาย", "ใจดี", "smchay.cidi"},
        {"हरि", "शर्मा", "hari.sarma"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        expect("{given}.{sn}", names[i][0], names[i][1], names[i][2]);
    expect("{given:1}{sn:8}", "Πέτρος", "Παπαδόπουλος", "ppapadopo");
}

/* What the comparison folds is what the rules make of it. */
static void
strokes_are_what_the_rules_say(void **state)
{
    static const char *const letters[] = {"ø", "đ", "ł", "ı", "ß", "æ", "œ",
        "þ", "ð", "ĳ", "ħ", "ŧ", "ŋ", "ƀ", "ɓ", "ɗ", "ƒ", "ǥ", "ɨ", "ƙ", "ɲ",
        "ƥ", "ɍ", "ƭ", "ʉ", "ʋ", "ƴ", "ɏ", "ƶ", "ⱥ", "é", "ç", "ö", "ş"};

    (void)state;
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        char *alone = import_latin(letters[i]), *beside;
        char with_greek[16];

        snprintf(with_greek, sizeof(with_greek), "%s\u03b1", letters[i]);
        beside = import_latin(with_greek);
        assert_true(strlen(beside) == strlen(alone) + 1);
        assert_memory_equal(beside, alone, strlen(alone));
        free(beside);
        free(alone);
    }
}

static void
pieces_are_cut_as_the_pattern_says(void **state)
{
    (void)state;
    expect("{given:1}{sn:8}", "Chloé", "de La Forêt", "cdelafore");
    expect("{sn}-{given:3}", "Li", "Wu", "wu-li");
    expect("e.{sn}_{given}", "A", "B", "e.b_a");
}

static void
what_a_name_lacks_leaves_no_dot_behind(void **state)
{
    (void)state;
    expect("{given}.{sn}", "", "DUPONT", "dupont");
    expect("{sn}.{given}", "", "DUPONT", "dupont");
    expect("{given}.{sn}", "", "☺", "compte");
    expect("{given}.{sn}", "", "---", "compte");
}

static void
a_long_name_ends_somewhere(void **state)
{
    char sn[400];
    char *made;

    (void)state;
    memset(sn, 'x', sizeof(sn) - 1);
    sn[sizeof(sn) - 1] = '\0';
    made = import_login_base("{given}.{sn}", "a", sn);
    assert_int_equal(strlen(made), 64);
    free(made);
}

static void
patterns_are_checked(void **state)
{
    static const char *const good[] = {
        "{given}.{sn}", "{sn}", "{given:1}{sn:8}", "a-{sn}_9"};
    static const char *const bad[] = {"", "{given}", "{name}", "{sn:0}",
        "{sn:65}", "{sn", "{sn:}", "{sn} {given}", "{SN}", "É{sn}", "{sn},o=x"};

    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_null(import_pattern_check(good[i]));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (import_pattern_check(bad[i]) == NULL)
            fail_msg("\"%s\" is no pattern", bad[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_folded_to_letters_of_ascii),
        cmocka_unit_test(names_of_everywhere_have_logins),
        cmocka_unit_test(strokes_are_what_the_rules_say),
        cmocka_unit_test(pieces_are_cut_as_the_pattern_says),
        cmocka_unit_test(what_a_name_lacks_leaves_no_dot_behind),
        cmocka_unit_test(a_long_name_ends_somewhere),
        cmocka_unit_test(patterns_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
