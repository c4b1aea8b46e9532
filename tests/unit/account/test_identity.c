/* test_identity.c - names and dates of two records. */
/* LDFLAGS: -Wl,--wrap=calloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/account/identity.h"
#include "steps/failing.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
same_names(const char *a, const char *b)
{
    edc_str one = edc_str_of(a), two = edc_str_of(b);
    bool same = true;

    assert_true(edc_names_same(&one, 1, &two, 1, &same));
    return same;
}

static void
names_are_folded(void **state)
{
    (void)state;
    assert_true(same_names("Le Goff", "LEGOFF"));
    assert_true(same_names("Zo\xc3\xa9-Lou", "zoe lou"));
    assert_true(same_names("S\xc3\xb8rensen", "SORENSEN"));
    assert_true(same_names("\xc5\x81ukasz", "lukasz"));
    assert_true(same_names("\xc4\x90\xe1\xba\xb7ng", "Dang"));
    assert_true(same_names("I\xc5\x9f\xc4\xb1k", "ISIK"));
    assert_false(same_names("S\xc3\xb8rensen", "Sorenson"));
    assert_false(same_names("Karadec", "Karadeg"));
    assert_false(same_names("", ""));
    assert_false(same_names("-", "-"));
    assert_false(same_names("a", ""));
}

static void
one_of_several_names_is_enough(void **state)
{
    edc_str a[] = {EDC_STR("--"), EDC_STR("Ar"), EDC_STR("Karadec")};
    edc_str b[] = {EDC_STR("Goff"), EDC_STR("KARADEC")};
    bool same = false;

    (void)state;
    assert_true(edc_names_same(a, 3, b, 2, &same));
    assert_true(same);
    assert_true(edc_names_same(a, 2, b, 2, &same));
    assert_false(same);
    assert_true(edc_names_same(a, 0, b, 2, &same));
    assert_false(same);
    assert_true(edc_names_same(a, 3, b, 0, &same));
    assert_false(same);
}

static void
memory_runs_out_politely(void **state)
{
    edc_str name = EDC_STR("Zo\xc3\xa9");
    bool done = false, same;

    (void)state;
    for (int call = 1; call < 50 && !done; call++) {
        failing_calloc = call;
        done = edc_names_same(&name, 1, &name, 1, &same);
        assert_int_equal(same, done);
    }
    failing_calloc = 0;
    assert_true(done);
}

static void
dates_are_counted(void **state)
{
    edc_str a[] = {
        EDC_STR("2011-03-09"), EDC_STR("2013-07-21"), EDC_STR("2011-03-09")};
    edc_str b[] = {
        EDC_STR("2013-07-21"), EDC_STR("2011-03-09"), EDC_STR("2011-03-09")};
    edc_str c[] = {
        EDC_STR("2013-07-21"), EDC_STR("2013-07-21"), EDC_STR("2011-03-09")};

    (void)state;
    assert_true(edc_dates_same(a, 3, b, 3));
    assert_false(edc_dates_same(a, 3, c, 3));
    assert_false(edc_dates_same(a, 3, b, 2));
    assert_false(edc_dates_same(a, 1, b, 1));
    assert_true(edc_dates_same(a, 0, b, 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_folded),
        cmocka_unit_test(one_of_several_names_is_enough),
        cmocka_unit_test(memory_runs_out_politely),
        cmocka_unit_test(dates_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
