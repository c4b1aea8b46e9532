/* test_address.c - IP addresses, and ranges of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/text/address.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
addresses_have_one_form(void **state)
{
    static const struct {
        const char *text, *form; /* NULL: none */
    } rows[] = {{"192.0.2.7", "192.0.2.7"}, {"0.0.0.0", "0.0.0.0"},
        {"2001:DB8:0:0:0:0:0:7", "2001:db8::7"}, {"::1", "::1"}, {"::", "::"},
        {"::ffff:192.0.2.7", "192.0.2.7"}, {"::FFFF:C000:207", "192.0.2.7"},
        {"fe80::1%eth0", "fe80::1"}, {"fe80::1%", "fe80::1"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"", NULL}, {"%eth0", NULL}, {"192.0.2", NULL}, {"192.0.2.256", NULL},
        {"192.0.2.7%eth0", NULL}, {"192.0.2.07", NULL}, {"192.0.2.7 ", NULL},
        {" 192.0.2.7", NULL}, {"192.0.2.7:389", NULL}, {"[::1]", NULL},
        {"::1:", NULL}, {":::", NULL}, {"portal.example.org", NULL},
        {"1", NULL}, {"0x7f.1", NULL}, {"3221225991", NULL},
        {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255.", NULL}};
    char out[EDC_ADDRESS_SIZE];
    edc_address address;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(edc_address_read(edc_str_of(rows[i].text), &address),
            rows[i].form != NULL);
        if (rows[i].form == NULL)
            continue;
        edc_address_write(&address, out);
        assert_string_equal(out, rows[i].form);
    }
    assert_false(edc_address_read((edc_str){NULL, 0}, &address));
    assert_false(edc_address_read((edc_str){"::1\0x", 5}, &address));
    assert_true(edc_address_read((edc_str){"::1x", 3}, &address));
}

static bool
has(const char *range_text, const char *address_text)
{
    edc_address address;
    edc_range range;

    assert_true(edc_range_read(edc_str_of(range_text), &range));
    assert_true(edc_address_read(edc_str_of(address_text), &address));
    return edc_range_has(&range, &address);
}

static void
ranges_have_their_addresses_and_no_other(void **state)
{
    static const struct {
        const char *range, *in, *out;
    } rows[] = {{"192.0.2.7", "192.0.2.7", "192.0.2.6"},
        {"192.0.2.7/32", "192.0.2.7", "192.0.2.8"},
        {"192.0.2.0/24", "192.0.2.255", "192.0.3.0"},
        {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
        {"192.0.2.4/30", "192.0.2.7", "192.0.2.8"},
        {"128.0.0.0/1", "255.255.255.255", "127.255.255.255"},
        {"10.0.0.0/8", "::ffff:10.1.2.3", "11.0.0.0"}, {"::1", "::1", "::2"},
        {"::1", "::1", "127.0.0.1"},
        {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"},
        {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
        {"8000::/1", "ffff::", "7fff::"}, {"8000::/1", "ffff::", "192.0.2.7"},
        {"::/1", "::1", "192.0.2.7"},
        {"::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_true(has(rows[i].range, rows[i].in));
        assert_false(has(rows[i].range, rows[i].out));
    }
}

/* Every length of either version: its last address is in, the next is not. */
static void
every_length_ends_where_it_says(void **state)
{
    (void)state;
    for (unsigned bits = 97; bits <= 128; bits++) {
        edc_range range = {.bits = bits};
        edc_address a;
        char text[EDC_RANGE_SIZE];
        edc_range again;

        assert_true(edc_address_read(EDC_STR("0.0.0.0"), &range.first));
        a = range.first;
        assert_true(edc_range_has(&range, &a));
        a.bytes[(bits - 1) / 8] ^= (unsigned char)(0x80u >> ((bits - 1) % 8));
        assert_false(edc_range_has(&range, &a));
        a = range.first;
        for (unsigned i = bits; i < 128; i++)
            a.bytes[i / 8] |= (unsigned char)(0x80u >> (i % 8));
        assert_true(edc_range_has(&range, &a));
        edc_range_write(&range, text);
        assert_true(edc_range_read(edc_str_of(text), &again));
        assert_memory_equal(&again.first, &range.first, sizeof(again.first));
        assert_int_equal(again.bits, bits);
    }
    for (unsigned bits = 1; bits <= 128; bits++) {
        edc_range range = {.bits = bits, .first.bytes[0] = 0x80}, again;
        edc_address a = range.first;
        char text[EDC_RANGE_SIZE];

        a.bytes[(bits - 1) / 8] ^= (unsigned char)(0x80u >> ((bits - 1) % 8));
        assert_false(edc_range_has(&range, &a));
        edc_range_write(&range, text);
        assert_true(edc_range_read(edc_str_of(text), &again));
        assert_memory_equal(&again.first, &range.first, sizeof(again.first));
        assert_int_equal(again.bits, bits);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_one_form),
        cmocka_unit_test(ranges_have_their_addresses_and_no_other),
        cmocka_unit_test(every_length_ends_where_it_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
