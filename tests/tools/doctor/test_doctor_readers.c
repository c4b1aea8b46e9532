/* test_doctor_readers.c - who may read what, and what access rules let read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <strings.h>

#include "doctor/doctor.h"
#include "core/text/schema.h"

static void
every_attribute_has_one_row(void **state)
{
    size_t n;
    const doctor_readers *rows = doctor_readers_rows(&n);

    (void)state;
    for (int a = 0; a < EDC_N_ATTRIBUTES; a++) {
        const char *name = edc_schema_attribute((edc_attribute)a)->name;
        size_t found = 0;

        for (size_t i = 0; i < n; i++)
            found += strcmp(rows[i].attribute, name) == 0;
        if (found != 1)
            fail_msg("%s has %zu rows", name, found);
    }
    for (size_t i = 0; i < n; i++) {
        assert_true(strlen(rows[i].reason) > 5);
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(
                strcasecmp(rows[i].attribute, rows[k].attribute), 0);
    }
}

#define RULES_MAX 4

static void
rules_are_read_as_slapd_does(void **state)
{
    static const struct {
        const char *rules[RULES_MAX];
        doctor_reader reader;
    } known[] = {
        {{NULL}, DOCTOR_EVERYBODY},
        {{"to * by * read"}, DOCTOR_EVERYBODY},
        {{"to * by users read"}, DOCTOR_USERS},
        {{"to * by users read by anonymous auth"}, DOCTOR_USERS},
        {{"to * by self write by * none"}, DOCTOR_NOBODY},
        {{"to attrs=a by * read", "to * by * none"}, DOCTOR_NOBODY},
        {{"to attrs=a,x,b by * none", "to * by * read"}, DOCTOR_NOBODY},
        {{"to dn.base=\"\" by * none", "to * by * read"}, DOCTOR_EVERYBODY},
        /* What is handed on is decided by what follows. */
        {{"to attrs=x by anonymous none by * break", "to * by users read"},
            DOCTOR_USERS},
        {{"to attrs=x by anonymous none by * break", "to * by * none"},
            DOCTOR_NOBODY},
        {{"to attrs=x by self break by dn.exact=\"cn=a,o=b\" break by * none",
             "to * by * read"},
            DOCTOR_NOBODY},
        {{"to attrs=x by users none break", "to * by users read"},
            DOCTOR_USERS},
        {{"to attrs=x by users none by * break", "to * by users read"},
            DOCTOR_NOBODY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        setup_values rules = {NULL, 0};

        for (size_t r = 0; r < RULES_MAX && known[i].rules[r] != NULL; r++)
            setup_add(&rules, known[i].rules[r]);
        if (doctor_reader_of(&rules, "x") != known[i].reader)
            fail_msg("%s: %d", rules.n > 0 ? rules.values[0] : "none",
                doctor_reader_of(&rules, "x"));
        setup_free(&rules);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_attribute_has_one_row),
        cmocka_unit_test(rules_are_read_as_slapd_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
