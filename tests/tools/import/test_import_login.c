/* test_import_login.c - logins made from names by a pattern. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "import/import.h"

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
    expect("{given}.{sn}", "Đặng", "Łucja", "ang.ucja");
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
    expect("{given}.{sn}", "Πέτρος", "Αλεξίου", "compte");
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
        cmocka_unit_test(pieces_are_cut_as_the_pattern_says),
        cmocka_unit_test(what_a_name_lacks_leaves_no_dot_behind),
        cmocka_unit_test(a_long_name_ends_somewhere),
        cmocka_unit_test(patterns_are_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
