/* test_letters_words.c - classes, directories, days and DNs of letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl/dn.h"
#include "letters/words.h"

static void
expect_directory(const char *label, unsigned n, const char *expected)
{
    char *name = letters_directory("9990001X", label, n);

    assert_string_equal(name, expected);
    free(name);
}

static void
a_class_makes_a_name_that_any_file_system_takes(void **state)
{
    (void)state;
    expect_directory("6EME A", 1, "9990001X-6EME-A");
    expect_directory("6EME A", 2, "9990001X-6EME-A-2");
    expect_directory("6ème « Éléonore »", 1, "9990001X-6eme-Eleonore");
    expect_directory("../../etc/passwd", 1, "9990001X-etc-passwd");
    expect_directory("a/b\\c:d*e\nf", 1, "9990001X-a-b-c-d-e-f");
    expect_directory("", 1, "9990001X-sans-classe");
    expect_directory("...", 3, "9990001X-sans-classe-3");
    expect_directory("\xff\xfe", 1, "9990001X-sans-classe");
    expect_directory(
        "12345678901234567890123456789012345678901234567890123456789", 1,
        "9990001X-123456789012345678901234567890123456789012345678");
}

static void
a_schools_code_does_not_leave_the_directory_either(void **state)
{
    char *name = letters_directory("../x", "A", 1);

    (void)state;
    assert_string_equal(name, "x-A");
    free(name);
}

static void
classes_stand_in_a_readers_order(void **state)
{
    (void)state;
    assert_true(letters_compare("3EME 2", "3EME 10") < 0);
    assert_true(letters_compare("3EME A", "6EME A") < 0);
    assert_true(letters_compare("6eme b", "6EME A") > 0);
    assert_true(letters_compare("6EME", "6EME A") < 0);
    assert_true(letters_compare("6EME 01", "6EME 2") < 0);
    assert_true(letters_compare("", "A") < 0);
    assert_int_equal(letters_compare("6EME A", "6EME A"), 0);
}

static void
expect_until(const char *time, const char *expected)
{
    char *text = letters_until(time);

    if (expected == NULL)
        assert_null(text);
    else
        assert_string_equal(text, expected);
    free(text);
}

static void
days_are_french_and_of_the_machines_time_zone(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
    tzset();
    expect_until("20270224091500Z", "24 février 2027 à 10 h 15");
    expect_until("20270801000000Z", "1er août 2027 à 2 h 00");
    expect_until("20261231233000.5Z", "1er janvier 2027 à 0 h 30");
    expect_until("tomorrow", NULL);
    expect_until(NULL, NULL);
}

static void
a_dn_is_compared_whatever_its_spelling(void **state)
{
    char *a = ctl_dn_key("UID=Ines, ou=People ,dc=example,dc=org");
    char *b = ctl_dn_key("uid=ines,ou=people,dc=example,dc=org");

    (void)state;
    assert_string_equal(a, b);
    free(a);
    free(b);
}

static void
expect_name(const char *first, const char *last, const char *expected)
{
    char *name = letters_name(first, last);

    assert_string_equal(name, expected);
    free(name);
}

static void
a_last_name_is_in_capitals(void **state)
{
    (void)state;
    expect_name("Maëlle", "Le Goffé", "Maëlle LE GOFFÉ");
    expect_name(NULL, "Kervella", "KERVELLA");
    expect_name("Maëlle", NULL, "Maëlle");
    expect_name(NULL, NULL, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_makes_a_name_that_any_file_system_takes),
        cmocka_unit_test(a_schools_code_does_not_leave_the_directory_either),
        cmocka_unit_test(classes_stand_in_a_readers_order),
        cmocka_unit_test(days_are_french_and_of_the_machines_time_zone),
        cmocka_unit_test(a_dn_is_compared_whatever_its_spelling),
        cmocka_unit_test(a_last_name_is_in_capitals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
