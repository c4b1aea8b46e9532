/* test_trail.c - lines of the audit trail: what they look like, and that no
 * value makes another line or another field.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/text/trail.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
a_line_has_the_fields_in_order(void **state)
{
    edc_trail t = {.seconds = 1795996801,
        .micro = 42,
        .relax = true,
        .server = 2,
        .text = {[EDC_TRAIL_EVENT] = EDC_STR("school-reset"),
            [EDC_TRAIL_LOGIN] = EDC_STR("zoe.martin"),
            [EDC_TRAIL_ID] = EDC_STR("0a"),
            [EDC_TRAIL_FROM] = EDC_STR("active"),
            [EDC_TRAIL_TO] = EDC_STR("reset"),
            [EDC_TRAIL_BY] = EDC_STR("uid=head1,ou=staff,dc=example,dc=org"),
            [EDC_TRAIL_SCHOOL] = EDC_STR("9990001X"),
            [EDC_TRAIL_ADDRESS] = EDC_STR("192.0.2.7")}};
    char out[EDC_TRAIL_SIZE];
    size_t n = edc_trail_write(&t, out);

    (void)state;
    assert_string_equal(out,
        "{\"time\":\"2026-11-30T00:00:01.000042Z\",\"event\":\"school-reset\","
        "\"login\":\"zoe.martin\",\"id\":\"0a\",\"from\":\"active\","
        "\"to\":\"reset\",\"by\":\"uid=head1,ou=staff,dc=example,dc=org\","
        "\"school\":\"9990001X\",\"address\":\"192.0.2.7\",\"relax\":true,"
        "\"server\":2}\n");
    assert_int_equal(n, strlen(out));
}

static void
what_is_not_known_is_not_there(void **state)
{
    edc_trail t = {.text = {[EDC_TRAIL_EVENT] = EDC_STR("close")}};
    char out[EDC_TRAIL_SIZE];

    (void)state;
    edc_trail_write(&t, out);
    assert_string_equal(out,
        "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"event\":\"close\"}\n");
}

static void
no_value_is_taken_for_more_than_a_value(void **state)
{
    static const struct {
        const char *value, *written;
    } rows[] = {{"a\"b", "a\\\"b"}, {"a\\", "a\\\\"},
        {"x\",\"by\":\"y", "x\\\",\\\"by\\\":\\\"y"},
        {"a\n{\"time\":1}", "a\\u000a{\\\"time\\\":1}"}, {"\r", "\\u000d"},
        {"\x1b[31m", "\\u001b[31m"}, {"\x7f", "\\u007f"}, {"é", "\\u00e9"},
        {"\xe2\x80\xae", "\\u202e"}, {"\xc2\x85", "\\u0085"},
        {"\xf0\x9f\x98\x80", "\\ud83d\\ude00"}, {"\xff", "\\ufffd"},
        {"\xc3", "\\ufffd"}, {"\xc3(", "\\ufffd("},
        {"\xc0\x8a", "\\ufffd\\ufffd"},
        {"\xe0\x80\x8a", "\\ufffd\\ufffd\\ufffd"},
        {"\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd"},
        {"\xf4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd"}};
    char out[EDC_TRAIL_SIZE], expected[256];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        edc_trail t = {.text = {[EDC_TRAIL_LOGIN] = {
                                    rows[i].value, strlen(rows[i].value)}}};

        edc_trail_write(&t, out);
        snprintf(expected, sizeof(expected),
            "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"login\":\"%s\"}\n",
            rows[i].written);
        assert_string_equal(out, expected);
    }
}

static void
a_nul_is_written(void **state)
{
    edc_trail t = {.text = {[EDC_TRAIL_LOGIN] = {"a\0b", 3}}};
    char out[EDC_TRAIL_SIZE];

    (void)state;
    edc_trail_write(&t, out);
    assert_non_null(strstr(out, "\"a\\u0000b\""));
}

static void
long_values_are_cut_and_that_is_said(void **state)
{
    char letters[EDC_TRAIL_VALUE + 1], accents[EDC_TRAIL_VALUE + 1];
    char out[EDC_TRAIL_SIZE];
    edc_trail t = {.relax = true, .server = 4095};

    (void)state;
    memset(letters, 'a', sizeof(letters));
    for (size_t i = 0; i + 1 < sizeof(accents); i += 2)
        memcpy(accents + i, "\xc3\xa9", 2);
    t.text[EDC_TRAIL_BY] = (edc_str){letters, EDC_TRAIL_VALUE};
    edc_trail_write(&t, out);
    assert_null(strstr(out, "\"cut\""));
    t.text[EDC_TRAIL_BY].n++;
    edc_trail_write(&t, out);
    assert_non_null(strstr(out, ",\"server\":4095,\"cut\":true}\n"));
    for (int i = 0; i < EDC_N_TRAIL_FIELDS; i++)
        t.text[i] = (edc_str){accents, EDC_TRAIL_VALUE};
    assert_true(edc_trail_write(&t, out) < EDC_TRAIL_SIZE);
    assert_non_null(strstr(out, "\\u00e9\",\"id\":"));
    assert_non_null(strstr(out, ",\"cut\":true}\n"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_the_fields_in_order),
        cmocka_unit_test(what_is_not_known_is_not_there),
        cmocka_unit_test(no_value_is_taken_for_more_than_a_value),
        cmocka_unit_test(a_nul_is_written),
        cmocka_unit_test(long_values_are_cut_and_that_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
