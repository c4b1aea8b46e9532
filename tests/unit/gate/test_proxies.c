/* test_proxies.c - who may speak for others, and what is read of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/gate/proxies.h"

#define FORMAT "1.3.6.1.4.1.21008.108.63.1"

static void
name_one(edc_proxies *proxies, const char *range)
{
    assert_true(
        edc_range_read(edc_str_of(range), &proxies->range[proxies->n++]));
}

static void
only_who_is_named_is_one(void **state)
{
    edc_proxies proxies = {.n = 0};

    (void)state;
    assert_false(edc_proxies_have(&proxies, "127.0.0.1"));
    assert_false(edc_proxies_have(&proxies, ""));
    name_one(&proxies, "192.0.2.0/25");
    name_one(&proxies, "2001:db8::7");
    assert_true(edc_proxies_have(&proxies, "192.0.2.127"));
    assert_false(edc_proxies_have(&proxies, "192.0.2.128"));
    assert_true(edc_proxies_have(&proxies, "2001:db8::7"));
    assert_false(edc_proxies_have(&proxies, "2001:db8::8"));
    assert_false(edc_proxies_have(&proxies, ""));
    assert_false(edc_proxies_have(&proxies, "localhost"));
    proxies.local = true;
    assert_true(edc_proxies_have(&proxies, ""));
    assert_false(edc_proxies_have(&proxies, "::1"));
}

/* One element, of less than 128 bytes or of more; how long it is. */
static size_t
element(char *out, unsigned char tag, const char *content, size_t n)
{
    size_t head = 2;

    out[0] = (char)tag;
    if (n < 0x80) {
        out[1] = (char)n;
    } else {
        out[1] = (char)0x82;
        out[2] = (char)(n >> 8);
        out[3] = (char)n;
        head = 4;
    }
    memcpy(out + head, content, n);
    return head + n;
}

static size_t
control(char out[1024], const char *ip, const char *format, const char *session)
{
    const char *texts[] = {ip, "portal.example.org", format, session};
    char inside[1000];
    size_t n = 0;

    for (size_t i = 0; i < 4; i++)
        n += element(inside + n, 0x04, texts[i], strlen(texts[i]));
    return element(out, 0x30, inside, n);
}

static void
expect_behind(const char *ip, const char *format, const char *session,
    const char *address, const char *name)
{
    char value[1024];
    size_t n = control(value, ip, format, session);
    edc_behind behind;

    assert_true(edc_behind_read((edc_str){value, n}, &behind));
    assert_string_equal(behind.address, address);
    assert_string_equal(behind.session, name);
}

static void
an_address_comes_before_a_session(void **state)
{
    char longer[300];

    (void)state;
    memset(longer, 's', sizeof(longer));
    longer[299] = '\0';
    expect_behind("192.0.2.7", FORMAT ".1", "s-1", "192.0.2.7", "");
    expect_behind("2001:DB8::7", FORMAT ".3", "ana", "2001:db8::7", "");
    expect_behind("::ffff:192.0.2.7", FORMAT ".1", "", "192.0.2.7", "");
    expect_behind("", FORMAT ".1", "s-1", "", "s-1");
    expect_behind("[2001", FORMAT ".2", "s-1", "", "s-1");
    expect_behind("", FORMAT ".1", "", "", "");
    expect_behind("ici", FORMAT ".1", "", "", "");
    /* Who guesses chooses the name that he types. */
    expect_behind("", FORMAT ".3", "ana", "", "");
    longer[EDC_CLIENT_SIZE - 1] = '\0';
    {
        char value[1024], whole[300];
        edc_behind behind;
        size_t n;

        memset(whole, 's', sizeof(whole));
        whole[299] = '\0';
        n = control(value, "", FORMAT ".1", whole);
        assert_true(edc_behind_read((edc_str){value, n}, &behind));
        assert_string_equal(behind.session, longer);
    }
}

/* Cut short anywhere, with a byte too many, and with each byte changed: read
 * within what is there, and nothing but what it may say. */
static void
what_is_malformed_says_nothing(void **state)
{
    char value[1024];
    size_t n = control(value, "192.0.2.7", FORMAT ".1", "s-1");
    edc_behind behind;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        char *cut = malloc(i + 1);

        memcpy(cut, value, i);
        memset(&behind, 'x', sizeof(behind));
        assert_false(edc_behind_read((edc_str){cut, i}, &behind));
        assert_string_equal(behind.address, "");
        assert_string_equal(behind.session, "");
        free(cut);
    }
    value[n] = 0;
    assert_false(edc_behind_read((edc_str){value, n + 1}, &behind));
    assert_false(edc_behind_read((edc_str){NULL, 0}, &behind));
    for (size_t i = 0; i < n; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            char *other = malloc(n);

            memcpy(other, value, n);
            other[i] ^= (char)(1u << bit);
            (void)edc_behind_read((edc_str){other, n}, &behind);
            assert_non_null(
                memchr(behind.address, '\0', sizeof(behind.address)));
            assert_non_null(
                memchr(behind.session, '\0', sizeof(behind.session)));
            free(other);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_who_is_named_is_one),
        cmocka_unit_test(an_address_comes_before_a_session),
        cmocka_unit_test(what_is_malformed_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
