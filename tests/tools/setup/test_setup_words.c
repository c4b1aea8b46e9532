/* test_setup_words.c - values of cn=config, read and compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/doctor.h"
#include "setup/setup.h"

static void
numbers_before_values_are_cut_off(void **state)
{
    (void)state;
    assert_string_equal(setup_bare("{12}value"), "value");
    assert_string_equal(setup_bare("{x}value"), "{x}value");
    assert_string_equal(setup_bare("{SSHA}"), "{SSHA}");
    assert_string_equal(setup_bare("{}"), "{}");
    assert_string_equal(setup_bare("{1"), "{1");
}

static void
expect_module(const char *value, const char *name)
{
    char *made = setup_module_name(value);

    assert_string_equal(made, name);
    free(made);
}

static void
modules_are_known_by_their_names(void **state)
{
    (void)state;
    expect_module("educonnect", "educonnect");
    expect_module("educonnect.so", "educonnect");
    expect_module("/usr/lib/ldap/educonnect.la", "educonnect");
    expect_module(".so", ".so");
}

static void
indexes_are_read(void **state)
{
    (void)state;
    assert_int_equal(
        setup_index_of("uid,cn eq,sub", "CN"), SETUP_INDEX_EQUALITY);
    assert_int_equal(setup_index_of("uid", "uid"), SETUP_INDEX_EQUALITY);
    assert_int_equal(setup_index_of("uid pres,sub", "uid"), SETUP_INDEX_OTHER);
    assert_int_equal(setup_index_of("uidNumber eq", "uid"), SETUP_INDEX_NONE);
}

static void
settings_are_compared_by_their_words(void **state)
{
    (void)state;
    assert_true(setup_same_words("guard  OWNER", " guard owner "));
    assert_true(
        setup_same_words("academy dn=\"cn=A,o=x\"", "academy dn=cn=a,o=x"));
    assert_false(setup_same_words("a b", "ab"));
    assert_false(setup_same_words("a b", "a"));
    assert_false(setup_same_words("", "a"));
    assert_true(setup_same_words("", " "));
}

static void
roles_and_settings_are_checked(void **state)
{
    const char *value;
    char why[256];

    (void)state;
    assert_null(setup_role_check("academy dn=cn=a,o=x"));
    assert_null(setup_role_check("provisioner group=cn=a,o=x"));
    assert_non_null(setup_role_check("academy"));
    assert_non_null(setup_role_check("academy dn=nobody"));
    assert_non_null(setup_role_check("acad dn=cn=a,o=x"));
    assert_string_equal(
        setup_setting_check("guard owner", &value, why, sizeof(why)),
        "olcEduconnectGuard");
    assert_string_equal(value, "owner");
    assert_non_null(setup_setting_check(
        "educonnect-password guardian min=14", &value, why, sizeof(why)));
    assert_null(setup_setting_check("guard maybe", &value, why, sizeof(why)));
    assert_null(setup_setting_check(
        "role academy dn=cn=a,o=x", &value, why, sizeof(why)));
}

/* ---- access rules ---- */

static doctor_reader
reader(const char *one, const char *two)
{
    setup_values rules = {NULL, 0};
    doctor_reader found;

    if (one != NULL)
        setup_add(&rules, one);
    if (two != NULL)
        setup_add(&rules, two);
    found = doctor_reader_of(&rules, "educonnectIne");
    setup_free(&rules);
    return found;
}

static void
the_first_rule_that_fits_counts(void **state)
{
    (void)state;
    assert_int_equal(reader(NULL, NULL), DOCTOR_EVERYBODY);
    assert_int_equal(reader("to * by * read", NULL), DOCTOR_EVERYBODY);
    assert_int_equal(
        reader("to * by users read by anonymous auth", NULL), DOCTOR_USERS);
    assert_int_equal(reader("to attrs=sn,educonnectIne by self read by * none",
                         "to * by * read"),
        DOCTOR_NOBODY);
    assert_int_equal(
        reader("to attrs=sn by * none", "to * by * read"), DOCTOR_EVERYBODY);
    assert_int_equal(
        reader("to dn.subtree=\"ou=a b,o=x\" by * none", "to * by users =rscx"),
        DOCTOR_USERS);
    assert_int_equal(
        reader("to * by dn.exact=\"uid=a b,o=x\" write by * none", NULL),
        DOCTOR_NOBODY);
    assert_int_equal(reader("to * by users search", NULL), DOCTOR_NOBODY);
    assert_int_equal(
        reader("to * by users none by * read", NULL), DOCTOR_EVERYBODY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_before_values_are_cut_off),
        cmocka_unit_test(modules_are_known_by_their_names),
        cmocka_unit_test(indexes_are_read),
        cmocka_unit_test(settings_are_compared_by_their_words),
        cmocka_unit_test(roles_and_settings_are_checked),
        cmocka_unit_test(the_first_rule_that_fits_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
