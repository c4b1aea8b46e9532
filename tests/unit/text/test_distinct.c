/* test_distinct.c - which of many values are the same, and with how many
 * comparisons that is known.
 */
/* LDFLAGS: -Wl,--wrap=edc_str_order */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text/distinct.h"

static size_t comparisons;

int __real_edc_str_order(edc_str a, edc_str b);
int __wrap_edc_str_order(edc_str a, edc_str b);
int
__wrap_edc_str_order(edc_str a, edc_str b)
{
    comparisons++;
    return __real_edc_str_order(a, b);
}

/* How values may come: sorted already, backwards, in no order, all the same. */
enum { UPWARDS, DOWNWARDS, MIXED, SAME, N_ORDERS };

static void
make_text(char text[16], int order, size_t i, size_t n)
{
    size_t number = order == UPWARDS     ? i
                    : order == DOWNWARDS ? n - i
                    : order == MIXED     ? i * 7919 % n / 2
                                         : 0;

    snprintf(text, 16, "v%08zu", number);
}

static size_t
sort_and_number(const edc_str *values, size_t n, size_t *first)
{
    edc_listed *places = calloc(2 * n + 1, sizeof(*places));
    edc_listed *sorted;
    size_t different;

    for (size_t i = 0; i < n; i++)
        places[i] = (edc_listed){values[i], i};
    sorted = edc_places_sort(places, places + n, n);
    different = edc_places_first(sorted, n, first);
    for (size_t i = 0; i < n; i++)
        assert_true(edc_places_have(sorted, n, values[i]));
    assert_false(edc_places_have(sorted, n, EDC_STR("absent")));
    assert_false(edc_places_have(sorted, n, EDC_STR("w00000000")));
    free(places);
    return different;
}

static void
every_value_gets_the_place_of_its_first(void **state)
{
    (void)state;
    for (int order = 0; order < N_ORDERS; order++) {
        for (size_t n = 0; n < 70; n++) {
            char(*texts)[16] = calloc(n + 1, sizeof(*texts));
            edc_str *values = calloc(n + 1, sizeof(*values));
            size_t *first = calloc(n + 1, sizeof(*first)), different = 0;

            for (size_t i = 0; i < n; i++) {
                make_text(texts[i], order, i, n);
                values[i] = edc_str_of(texts[i]);
            }
            assert_true(sort_and_number(values, n, first) <= n);
            for (size_t i = 0; i < n; i++) {
                size_t j = 0;

                while (strcmp(texts[j], texts[i]) != 0)
                    j++;
                assert_int_equal(first[i], j);
                different += i == j;
            }
            assert_int_equal(sort_and_number(values, n, first), different);
            free(first);
            free(values);
            free(texts);
        }
    }
}

static void
lengths_and_bytes_tell_values_apart(void **state)
{
    const edc_str values[] = {EDC_STR("a"), EDC_STR(""), EDC_STR("a\0b"),
        EDC_STR("b"), EDC_STR("a\0c"), {NULL, 0}, EDC_STR("a")};
    size_t first[7];

    (void)state;
    assert_int_equal(sort_and_number(values, 7, first), 5);
    assert_int_equal(first[5], 1);
    assert_int_equal(first[6], 0);
    assert_int_equal(first[2], 2);
    assert_int_equal(first[4], 4);
}

/* n log2 n for sorting, n for numbering. */
static void
comparisons_grow_with_the_number(void **state)
{
    (void)state;
    for (int order = 0; order < N_ORDERS; order++) {
        size_t n = 1u << 14, bound = n * 14 + n;
        char(*texts)[16] = calloc(n, sizeof(*texts));
        edc_listed *places = calloc(2 * n, sizeof(*places));
        size_t *first = calloc(n, sizeof(*first));

        for (size_t i = 0; i < n; i++) {
            make_text(texts[i], order, i, n);
            places[i] = (edc_listed){edc_str_of(texts[i]), i};
        }
        comparisons = 0;
        edc_places_first(edc_places_sort(places, places + n, n), n, first);
        assert_true(comparisons > 0 && comparisons <= bound);
        comparisons = 0;
        (void)edc_places_have(places, n, EDC_STR("v99999999"));
        assert_true(comparisons <= 16);
        free(first);
        free(places);
        free(texts);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_gets_the_place_of_its_first),
        cmocka_unit_test(lengths_and_bytes_tell_values_apart),
        cmocka_unit_test(comparisons_grow_with_the_number),
    };

    return cmocka_run_group_tests_name("distinct", tests, NULL, NULL);
}
