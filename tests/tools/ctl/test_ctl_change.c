/* test_ctl_change.c - one change, as LDIF and as bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source/bag.h"
#include "ctl/ctl.h"
#include "ctl/change.h"

static char *
printed(const ctl_change *change, bool plain)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    assert_non_null(out);
    ctl_change_print(change, plain, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
expect_printed(const ctl_change *change, bool plain, const char *ldif)
{
    char *text = printed(change, plain);

    assert_string_equal(text, ldif);
    free(text);
}

static void
an_add_is_a_record_with_or_without_its_changetype(void **state)
{
    ctl_change change;

    (void)state;
    ctl_change_begin(&change, CTL_CHANGE_ADD, "uid=a,o=x");
    ctl_change_set(&change, LDAP_MOD_ADD, "objectClass", "person");
    ctl_change_value(&change, "top", 3);
    ctl_change_set(&change, LDAP_MOD_ADD, "sn", "É");
    expect_printed(&change, false,
        "dn: uid=a,o=x\nchangetype: add\nobjectClass: person\n"
        "objectClass: top\nsn:: w4k=\n\n");
    expect_printed(&change, true,
        "dn: uid=a,o=x\nobjectClass: person\nobjectClass: top\n"
        "sn:: w4k=\n\n");
    ctl_change_free(&change);
}

static void
a_modification_has_its_parts_apart(void **state)
{
    ctl_change change;

    (void)state;
    ctl_change_begin(&change, CTL_CHANGE_MODIFY, "uid=a,o=x");
    ctl_change_mod(&change, LDAP_MOD_DELETE, "mail");
    ctl_change_set(&change, LDAP_MOD_REPLACE, "sn", "b");
    expect_printed(&change, false,
        "dn: uid=a,o=x\nchangetype: modify\ndelete: mail\n-\nreplace: sn\n"
        "sn: b\n-\n\n");
    ctl_change_free(&change);
}

/* What a file says cannot become lines of its own. */
static void
values_do_not_break_out_of_their_line(void **state)
{
    static const char *const values[] = {"a\nchangetype: delete", " lead",
        ":colon", "<file:///etc/passwd", "trail ", "nul\rline", ""};
    ctl_change change;
    char *text;

    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        ctl_change_begin(&change, CTL_CHANGE_ADD, "uid=a,o=x");
        ctl_change_set(&change, LDAP_MOD_ADD, "sn", values[i]);
        text = printed(&change, true);
        assert_null(strstr(text, "\nchangetype"));
        assert_null(strchr(text, '\r'));
        assert_null(strstr(text, "sn:<"));
        assert_true(strstr(text, "\nsn:") != NULL);
        assert_null(strstr(text, "\n lead"));
        free(text);
        ctl_change_free(&change);
    }
}

static void
a_long_value_stays_on_one_line(void **state)
{
    char value[5001];
    ctl_change change;
    char *text;

    (void)state;
    memset(value, 'x', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    ctl_change_begin(&change, CTL_CHANGE_ADD, "uid=a,o=x");
    ctl_change_set(&change, LDAP_MOD_ADD, "sn", value);
    text = printed(&change, true);
    assert_non_null(strstr(text, value));
    free(text);
    ctl_change_free(&change);
}

static void
bytes_come_back_as_the_same_change(void **state)
{
    ctl_change change, back;
    char *bytes, *one, *two;
    size_t n;

    (void)state;
    ctl_change_begin(&change, CTL_CHANGE_MODIFY, "uid=é,o=x");
    ctl_change_mod(&change, LDAP_MOD_DELETE, "mail");
    ctl_change_set(&change, LDAP_MOD_ADD, "sn", "");
    ctl_change_value(&change, "a\0b", 3);
    bytes = ctl_change_pack(&change, &n);
    assert_true(ctl_change_unpack(&back, bytes, n));
    one = printed(&change, false);
    two = printed(&back, false);
    assert_string_equal(one, two);
    assert_int_equal(back.mods[1].values[1].bv_len, 3);
    free(one);
    free(two);
    ctl_change_free(&back);
    ctl_change_free(&change);
    for (size_t cut = 0; cut < n; cut++) {
        if (ctl_change_unpack(&back, bytes, cut))
            fail_msg("%zu of %zu bytes are no change", cut, n);
    }
    free(bytes);
}

static void
a_bag_keeps_values_apart_and_comes_back(void **state)
{
    bag b = {0};
    bag back = {0};
    char *bytes;
    size_t n;

    (void)state;
    bag_add(&b, 3, "x", 1);
    bag_add(&b, 3, "x", 1);
    bag_add(&b, 5, "x", 1);
    bag_add(&b, 3, "y", 1);
    bag_name(&b, 7);
    assert_int_equal(bag_count(&b, 3), 2);
    assert_string_equal(bag_get(&b, 3, 1), "y");
    assert_null(bag_get(&b, 3, 2));
    bytes = bag_pack(&b, &n);
    assert_true(bag_unpack(&back, bytes, n));
    assert_true(bag_equal(&b, &back));
    assert_true(bag_named(&back, 7));
    bag_drop(&back, 3);
    assert_false(bag_named(&back, 3));
    assert_false(bag_equal(&b, &back));
    assert_string_equal(bag_get(&back, 5, 0), "x");
    bag_take(&back, &b, 3);
    assert_true(bag_same(&b, &back, 3));
    bag_set(&back, 3, "z");
    assert_false(bag_same(&b, &back, 3));
    assert_false(bag_unpack(&back, bytes, n - 1));
    bag_free(&b);
    bag_free(&back);
    free(bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_add_is_a_record_with_or_without_its_changetype),
        cmocka_unit_test(a_modification_has_its_parts_apart),
        cmocka_unit_test(values_do_not_break_out_of_their_line),
        cmocka_unit_test(a_long_value_stays_on_one_line),
        cmocka_unit_test(bytes_come_back_as_the_same_change),
        cmocka_unit_test(a_bag_keeps_values_apart_and_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
