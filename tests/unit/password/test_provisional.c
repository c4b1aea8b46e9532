/* test_provisional.c - passwords that the server makes. */
/* LDFLAGS: -Wl,--wrap=calloc,--wrap=RAND_bytes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/rand.h>

#include "core/password/provisional.h"

static bool no_memory, no_random, counting;
static unsigned char next;

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *
__wrap_calloc(size_t n, size_t size)
{
    return no_memory ? NULL : __real_calloc(n, size);
}

int __real_RAND_bytes(unsigned char *out, int n);
int __wrap_RAND_bytes(unsigned char *out, int n);
int
__wrap_RAND_bytes(unsigned char *out, int n)
{
    if (no_random)
        return 0;
    if (!counting)
        return __real_RAND_bytes(out, n);
    for (int i = 0; i < n; i++)
        out[i] = next++;
    return 1;
}

static void
groups_of_four_are_joined(void **state)
{
    (void)state;
    for (unsigned groups = 1; groups <= 16; groups++) {
        edc_buf made;

        assert_true(edc_provisional_make(groups, &made));
        assert_int_equal(made.n, groups * 5 - 1);
        for (size_t i = 0; i < made.n; i++) {
            if (i % 5 == 4)
                assert_int_equal(made.p[i], '-');
            else
                assert_non_null(strchr(EDC_PROVISIONAL_ALPHABET, made.p[i]));
        }
        assert_int_equal(made.p[made.n], '\0');
        edc_buf_wipe(&made);
    }
}

static void
alphabet_has_no_look_alikes(void **state)
{
    (void)state;
    assert_int_equal(strlen(EDC_PROVISIONAL_ALPHABET), 32);
    for (size_t i = 0; i < 32; i++) {
        char c = EDC_PROVISIONAL_ALPHABET[i];

        assert_null(strchr("0O1Il", c));
        assert_ptr_equal(strchr(EDC_PROVISIONAL_ALPHABET, c),
            strrchr(EDC_PROVISIONAL_ALPHABET, c));
    }
}

/* All 256 values of a random byte, in order: each symbol comes eight times, so
 * none is likelier than another. */
static void
every_symbol_is_as_likely(void **state)
{
    unsigned seen[256] = {0};

    (void)state;
    counting = true;
    next = 0;
    for (int i = 0; i < 4; i++) {
        edc_buf made;

        assert_true(edc_provisional_make(16, &made));
        for (size_t j = 0; j < made.n; j++)
            seen[(unsigned char)made.p[j]]++;
        edc_buf_wipe(&made);
    }
    counting = false;
    for (size_t i = 0; i < 32; i++)
        assert_int_equal(seen[(unsigned char)EDC_PROVISIONAL_ALPHABET[i]], 8);
    assert_int_equal(seen['-'], 4 * 15);
}

static void
no_two_are_the_same(void **state)
{
    edc_buf made[200];

    (void)state;
    for (size_t i = 0; i < 200; i++) {
        assert_true(edc_provisional_make(EDC_LETTER_GROUPS, &made[i]));
        assert_int_equal(made[i].n, 14);
        for (size_t j = 0; j < i; j++)
            assert_false(
                edc_str_eq(edc_buf_str(&made[i]), edc_buf_str(&made[j])));
    }
    for (size_t i = 0; i < 200; i++)
        edc_buf_wipe(&made[i]);
}

static void
nothing_is_made_when_something_fails(void **state)
{
    edc_buf made;

    (void)state;
    assert_false(edc_provisional_make(0, &made));
    assert_false(edc_provisional_make(17, &made));
    assert_false(edc_provisional_make(0x40000001, &made));
    no_random = true;
    assert_false(edc_provisional_make(3, &made));
    no_random = false;
    assert_null(made.p);
    assert_int_equal(made.n, 0);
    no_memory = true;
    assert_false(edc_provisional_make(3, &made));
    no_memory = false;
    assert_null(made.p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_of_four_are_joined),
        cmocka_unit_test(alphabet_has_no_look_alikes),
        cmocka_unit_test(every_symbol_is_as_likely),
        cmocka_unit_test(no_two_are_the_same),
        cmocka_unit_test(nothing_is_made_when_something_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
