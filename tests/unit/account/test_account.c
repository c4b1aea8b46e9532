/* test_account.c - names of the kept attributes, entries of the history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/account/account.h"

static void
test_every_kept_attribute_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < EDC_N_KEPT; i++)
        assert_true(
            strncmp(edc_kept_name((edc_kept)i), "educonnect", 10) == 0 ||
            strncmp(edc_kept_name((edc_kept)i), "pwd", 3) == 0);
}

static void
test_history_is_in_order_of_its_bytes(void **state)
{
    char nine[EDC_HISTORY_PREFIX + 1], ten[EDC_HISTORY_PREFIX + 1];

    (void)state;
    edc_history_prefix("9", nine);
    edc_history_prefix("10", ten);
    assert_string_equal(nine, "00000000000000000009#");
    assert_true(strcmp(nine, ten) < 0);
    assert_int_equal(strlen(ten), EDC_HISTORY_PREFIX);
}

static void
expect_hash(const char *value, const char *hash)
{
    assert_true(
        edc_str_eq(edc_history_hash(edc_str_of(value)), edc_str_of(hash)));
}

static void
test_the_hash_behind_the_prefix(void **state)
{
    (void)state;
    expect_hash("00000000000000000009#{SSHA}x", "{SSHA}x");
    expect_hash("{SSHA}x", "{SSHA}x");
    expect_hash("", "");
    expect_hash("00000000000000000009#", "00000000000000000009#");
    expect_hash("{SSHA}longer-than-the-prefix", "{SSHA}longer-than-the-prefix");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kept_attribute_has_a_name),
        cmocka_unit_test(test_history_is_in_order_of_its_bytes),
        cmocka_unit_test(test_the_hash_behind_the_prefix),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
