/* test_service.c - which services an account opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "service.h"

#define NOW INT64_C(1764000000)
#define A "ou=a,dc=x"
#define B "ou=b,dc=x"

static const edc_school college = {{A, sizeof(A) - 1}, EDC_COLLEGE};
static const edc_school both = {{B, sizeof(B) - 1}, EDC_COLLEGE | EDC_LYCEE};
static const edc_school none = {{A, sizeof(A) - 1}, 0};

static edc_service
service(unsigned levels, const edc_str *schools, size_t n)
{
    return (edc_service){.levels = levels,
        .schools = schools,
        .n_schools = n,
        .opens = EDC_NO_TIME,
        .closes = EDC_NO_TIME};
}

static void
levels_have_names(void **state)
{
    (void)state;
    assert_int_equal(edc_level_parse(EDC_STR("ecole")), EDC_ECOLE);
    assert_int_equal(edc_level_parse(EDC_STR("College")), EDC_COLLEGE);
    assert_int_equal(edc_level_parse(EDC_STR("LYCEE")), EDC_LYCEE);
    assert_int_equal(edc_level_parse(EDC_STR("universite")), 0);
    assert_int_equal(edc_level_parse(EDC_STR("")), 0);
}

static void
a_level_of_a_school_opens(void **state)
{
    edc_service any = service(0, NULL, 0);
    edc_service lycees = service(EDC_LYCEE, NULL, 0);

    (void)state;
    assert_true(edc_service_open(&any, &college, 1, NOW));
    assert_true(edc_service_open(&any, &none, 1, NOW));
    assert_false(edc_service_open(&any, NULL, 0, NOW));
    assert_false(edc_service_open(&lycees, &college, 1, NOW));
    assert_false(edc_service_open(&lycees, &none, 1, NOW));
    assert_true(edc_service_open(&lycees, &both, 1, NOW));
}

static void
the_same_school_is_listed_and_of_the_level(void **state)
{
    static const edc_str list[] = {{A, sizeof(A) - 1}};
    const edc_school schools[] = {college, both};
    edc_service lycees_of_a = service(EDC_LYCEE, list, 1);
    edc_service colleges_of_a = service(EDC_COLLEGE, list, 1);

    (void)state;
    assert_false(edc_service_open(&lycees_of_a, schools, 2, NOW));
    assert_true(edc_service_open(&colleges_of_a, schools, 2, NOW));
    assert_false(edc_service_open(&colleges_of_a, &both, 1, NOW));
}

static void
it_is_open_from_a_second_until_before_another(void **state)
{
    edc_service s = service(0, NULL, 0);

    (void)state;
    s.opens = NOW;
    s.closes = NOW + 10;
    assert_false(edc_service_open(&s, &college, 1, NOW - 1));
    assert_true(edc_service_open(&s, &college, 1, NOW));
    assert_true(edc_service_open(&s, &college, 1, NOW + 9));
    assert_false(edc_service_open(&s, &college, 1, NOW + 10));
    s.opens = EDC_NO_TIME;
    assert_true(edc_service_open(&s, &college, 1, 0));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(a_level_of_a_school_opens),
        cmocka_unit_test(the_same_school_is_listed_and_of_the_level),
        cmocka_unit_test(it_is_open_from_a_second_until_before_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
