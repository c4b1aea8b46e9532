/* test_schema_files.c - the files that are checked in say what the tables say.
 *
 * EDC_SOURCE names the top of the source tree when it is not the current
 * directory.
 */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text/schema.h"
#include "tables.h"

static char *
file_text(const char *name)
{
    const char *top = getenv("EDC_SOURCE");
    char path[4096], *text = NULL;
    size_t size = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", top != NULL ? top : ".", name);
    file = fopen(path, "r");
    if (file == NULL || getdelim(&text, &size, '\0', file) < 0)
        fail_msg("%s cannot be read", path);
    fclose(file);
    return text;
}

static char *
printed(void (*print)(FILE *out))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    print(out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void
expect_file(const char *name, void (*print)(FILE *out))
{
    char *file = file_text(name), *table = printed(print);

    if (strcmp(file, table) != 0)
        fail_msg("%s is not what the tables say: make schema-files", name);
    free(file);
    free(table);
}

static void
the_schema_file_is_the_table(void **state)
{
    (void)state;
    expect_file("schema/educonnect.schema", tables_schema);
}

static void
the_ldif_is_the_table(void **state)
{
    (void)state;
    expect_file("schema/educonnect.ldif", tables_ldif);
}

static void
the_register_is_the_table(void **state)
{
    (void)state;
    expect_file("doc/OIDS.md", tables_oids);
}

/* The numbers that the glue gives out itself stand in the register, and no
 * others below .5.2 and .6 do. */
static void
the_register_has_the_numbers_of_the_glue(void **state)
{
    static const char *const sources[] = {
        "overlay/module/config.c", "overlay/slapd/monitor.c"};
    char *known = file_text("doc/OIDS.md");
    size_t in_source = 0, in_register = 0;

    (void)state;
    for (int i = 0; i < 2; i++) {
        char *text = file_text(sources[i]);

        for (char *at = text; (at = strstr(at, "EDC_OID_ARC \".")) != NULL;) {
            char number[32], name[64], row[128];

            at += strlen("EDC_OID_ARC \"");
            if (sscanf(at, "%31[.0-9] NAME '%63[A-Za-z]'", number, name) != 2)
                continue; /* the directives': numbered by their rows */
            snprintf(row, sizeof(row), "| %s | %s |\n", number, name);
            if (strstr(known, row) == NULL)
                fail_msg("doc/OIDS.md lacks %s", row);
            in_source++;
        }
        free(text);
    }
    for (char *at = known; (at = strstr(at, "\n| .")) != NULL; at++)
        in_register +=
            strncmp(at, "\n| .5.2.", 8) == 0 || strncmp(at, "\n| .6.", 6) == 0;
    assert_true(in_source > 0);
    assert_int_equal(in_source, in_register);
    free(known);
}

static void
no_number_is_given_twice(void **state)
{
    (void)state;
    for (int i = 0; i < EDC_N_ATTRIBUTES; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(edc_schema_attribute((edc_attribute)i)->oid,
                edc_schema_attribute((edc_attribute)j)->oid);
    }
    for (int i = 0; i < EDC_N_CLASSES; i++) {
        for (int j = 0; j < i; j++)
            assert_string_not_equal(edc_schema_class((edc_class)i)->oid,
                edc_schema_class((edc_class)j)->oid);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_schema_file_is_the_table),
        cmocka_unit_test(the_ldif_is_the_table),
        cmocka_unit_test(the_register_is_the_table),
        cmocka_unit_test(the_register_has_the_numbers_of_the_glue),
        cmocka_unit_test(no_number_is_given_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
