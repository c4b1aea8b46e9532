/* test_text.c - byte ranges and secret buffers. */
/* LDFLAGS: -Wl,--wrap=calloc */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text/text.h"

static bool calloc_fails;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
    return calloc_fails ? NULL : __real_calloc(n, size);
}

static const edc_str nothing = {NULL, 0};

static void
ranges_of_strings_leave_out_the_end(void **state)
{
    edc_str s = edc_str_of("actif");

    (void)state;
    assert_int_equal(s.n, 5);
    assert_memory_equal(s.p, "actif", 5);
    assert_int_equal(edc_str_of("").n, 0);
}

static void
equality_is_of_every_byte(void **state)
{
    const edc_str nul = EDC_STR("a\0b");

    (void)state;
    assert_true(edc_str_eq(EDC_STR("active"), EDC_STR("active")));
    assert_false(edc_str_eq(EDC_STR("active"), EDC_STR("Active")));
    assert_false(edc_str_eq(EDC_STR("active"), EDC_STR("activ")));
    assert_false(edc_str_eq(nul, EDC_STR("a\0c")));
    assert_true(edc_str_eq(nothing, EDC_STR("")));
    assert_false(edc_str_eq(nothing, EDC_STR("a")));
}

static void
case_is_folded_in_ascii_alone(void **state)
{
    (void)state;
    assert_true(edc_str_caseeq(EDC_STR("{SSHA}"), EDC_STR("{ssha}")));
    assert_false(edc_str_caseeq(EDC_STR("{SSHA}"), EDC_STR("{ssha")));
    assert_false(edc_str_caseeq(EDC_STR("{SSHA}"), EDC_STR("{SMD5}")));
    assert_false(edc_str_caseeq(EDC_STR("\303\211"), EDC_STR("\303\251")));
    assert_true(edc_str_caseeq(nothing, EDC_STR("")));
}

static void
buffers_are_zero_and_terminated(void **state)
{
    static const char zeros[33];
    edc_buf buf;

    (void)state;
    assert_true(edc_buf_alloc(&buf, 32));
    assert_int_equal(buf.n, 32);
    assert_memory_equal(buf.p, zeros, 33);
    edc_buf_wipe(&buf);
    assert_null(buf.p);
    assert_int_equal(buf.n, 0);
    edc_buf_wipe(&buf);
}

static void
copies_are_their_own(void **state)
{
    char source[] = "secret";
    edc_buf buf;

    (void)state;
    assert_true(edc_buf_copy(&buf, (edc_str){source, 6}));
    source[0] = 'x';
    assert_string_equal(buf.p, "secret");
    assert_true(edc_str_eq(edc_buf_str(&buf), EDC_STR("secret")));
    edc_buf_wipe(&buf);
    assert_true(edc_buf_copy(&buf, nothing));
    assert_string_equal(buf.p, "");
    edc_buf_wipe(&buf);
}

static void
what_cannot_be_held_is_refused(void **state)
{
    edc_buf buf = {(char *)&buf, 7};

    (void)state;
    assert_false(edc_buf_alloc(&buf, SIZE_MAX));
    assert_null(buf.p);
    assert_int_equal(buf.n, 0);
    calloc_fails = true;
    assert_false(edc_buf_alloc(&buf, 1));
    assert_null(buf.p);
    assert_false(edc_buf_copy(&buf, EDC_STR("secret")));
    assert_null(buf.p);
    assert_int_equal(buf.n, 0);
    calloc_fails = false;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_of_strings_leave_out_the_end),
        cmocka_unit_test(equality_is_of_every_byte),
        cmocka_unit_test(case_is_folded_in_ascii_alone),
        cmocka_unit_test(buffers_are_zero_and_terminated),
        cmocka_unit_test(copies_are_their_own),
        cmocka_unit_test(what_cannot_be_held_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
