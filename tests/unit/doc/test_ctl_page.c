/* test_ctl_page.c - the manual page of educonnectctl names every subcommand,
 * option, exit status and column that there is, and no other.
 */
#define _GNU_SOURCE 1
#include "doc/page_steps.h"

#include "tables_ctl.h"

#define TEMPLATE "doc/educonnectctl.1.in"

/* Takes changes of font out. */
static void
drop_fonts(char *text)
{
    char *out = text;

    for (const char *at = text; *at != '\0'; at++) {
        if (at[0] == '\\' && at[1] == 'f')
            at += 2;
        else
            *out++ = *at;
    }
    *out = '\0';
}

static int
setup_page(void **state)
{
    if (go_to_the_top() != 0)
        return -1;
    *state = page_of(TEMPLATE);
    drop_fonts(*state);
    return 0;
}

static void
it_says_first_what_it_is_not(void **state)
{
    const char *page = *state, *claim = strstr(page, "not affiliated");

    assert_non_null(claim);
    assert_true(claim < strstr(page, ".SH DESCRIPTION"));
}

/* The part of the page that is about a subcommand, allocated. */
static char *
section_of(const char *page, const char *name)
{
    char heading[128];
    const char *begin, *end;

    snprintf(heading, sizeof(heading), "\n.SS %s\n.B educonnectctl %s\n", name,
        name);
    begin = strstr(page, heading);
    if (begin == NULL)
        fail_msg("the page has no section %s", name);
    end = strstr(begin + 1, "\n.S");
    return strndup(begin, (size_t)(end - begin));
}

/* ".TP" and ".B -n, --dry-run", with the argument behind it. */
static void
expect_option(const char *section, const ctl_doc_option *o)
{
    char row[256], letter[8] = "";

    if (o->letter != 0)
        snprintf(letter, sizeof(letter), "-%c, ", o->letter);
    snprintf(row, sizeof(row), "\n.TP\n.B %s--%s%s%s\n", letter, o->name,
        o->argument != NULL ? " " : "", o->argument != NULL ? o->argument : "");
    if (strstr(section, row) == NULL)
        fail_msg("--%s is not described where it should be", o->name);
}

static void
it_has_every_subcommand_with_its_options(void **state)
{
    assert_true(ctl_doc_n_commands >= 17);
    for (size_t c = 0; c < ctl_doc_n_commands; c++) {
        char *section = section_of(*state, ctl_doc_commands[c].name);

        for (size_t i = 0; i < ctl_doc_n_options; i++) {
            if (ctl_doc_options[i].command == (int)c)
                expect_option(section, ctl_doc_options + i);
        }
        free(section);
    }
}

static void
it_has_every_common_option(void **state)
{
    const char *begin = strstr(*state, "\n.SH OPTIONS OF EVERY");
    char *section;

    assert_non_null(begin);
    section =
        strndup(begin, (size_t)(strstr(begin, "\n.SH SUBCOMMANDS") - begin));
    for (size_t i = 0; i < ctl_doc_n_options; i++) {
        if (ctl_doc_options[i].command < 0)
            expect_option(section, ctl_doc_options + i);
    }
    free(section);
}

static void
it_has_every_exit_status(void **state)
{
    static const int numbers[] = {
#define EDC_EXIT(id, number, meaning) number,
#include "ctl/exits.def"
#undef EDC_EXIT
    };
    const char *section = strstr(*state, "\n.SH EXIT STATUS");

    assert_non_null(section);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char row[32];

        snprintf(row, sizeof(row), "\n.TP\n.B %d\n", numbers[i]);
        assert_non_null(strstr(section, row));
    }
}

static void
it_has_every_limit_and_reader(void **state)
{
    static const char *const rows[] = {
#define EDC_LIMIT(id, number, what, reason) "\n.TP\n.B " #number "\n",
#include "ctl/limits.def"
#undef EDC_LIMIT
#define EDC_READERS(attribute, who, reason) "\n.TP\n.B " attribute "\n",
#include "doctor/readers.def"
#undef EDC_READERS
#define EDC_DOUBT(id, word, about) "\n.TP\n.B " word "\n",
#include "import/doubts.def"
#undef EDC_DOUBT
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strstr(*state, rows[i]) == NULL)
            fail_msg("not described: %s", rows[i]);
    }
}

static void
it_has_every_column(void **state)
{
    static const char *const columns[] = {
#define EDC_CSV(file, name, cells, also, meaning)                              \
    strcmp(#file, "INLINE") == 0 ? "guardian1_" name : name,
#include "source/csv_columns.def"
#undef EDC_CSV
#define EDC_LEGACY(id, column, ldif, meaning) column,
#include "migrate/columns.def"
#undef EDC_LEGACY
#define EDC_ADOPT(attribute, kind, meaning) attribute,
#include "adopt/rules.def"
#undef EDC_ADOPT
    };

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        char row[128];

        snprintf(row, sizeof(row), "\n.TP\n.B %s\n", columns[i]);
        if (strstr(*state, row) == NULL)
            fail_msg("the column %s is not described", columns[i]);
    }
}

/* ---- what prose and examples say ---- */

static bool
is_command(const char *word, size_t n)
{
    for (size_t i = 0; i < ctl_doc_n_commands; i++) {
        const char *name = ctl_doc_commands[i].name;

        if (strlen(name) == n && strncmp(word, name, n) == 0)
            return true;
    }
    return n == 4 && strncmp(word, "help", n) == 0;
}

/* --version stands in place of a subcommand, and in no table. */
static bool
is_option(const char *word, size_t n)
{
    static const char version[] = "version";

    if (strlen(version) == n && strncmp(word, version, n) == 0)
        return true;
    for (size_t i = 0; i < ctl_doc_n_options; i++) {
        const char *name = ctl_doc_options[i].name;

        if (strlen(name) == n && strncmp(word, name, n) == 0)
            return true;
    }
    return false;
}

static void
examples_use_subcommands_that_there_are(void **state)
{
    const char *at = strstr(*state, "\n.SH THE START OF THE YEAR");
    int n_found = 0;

    assert_non_null(at);
    for (; (at = strstr(at, "\neduconnectctl ")) != NULL; n_found++) {
        at += strlen("\neduconnectctl ");
        if (!is_command(at, strcspn(at, " \n")))
            fail_msg("there is no educonnectctl %.20s", at);
    }
    assert_true(n_found >= 10);
}

static void
no_other_option_is_named(void **state)
{
    int n_found = 0;

    for (const char *at = *state; (at = strstr(at, "--")) != NULL; n_found++) {
        size_t n;

        at += 2;
        n = strspn(at, "abcdefghijklmnopqrstuvwxyz-");
        if (n > 0 && !is_option(at, n))
            fail_msg("there is no option --%.*s", (int)n, at);
    }
    assert_true(n_found > (int)ctl_doc_n_options);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_first_what_it_is_not),
        cmocka_unit_test(it_has_every_subcommand_with_its_options),
        cmocka_unit_test(it_has_every_common_option),
        cmocka_unit_test(it_has_every_exit_status),
        cmocka_unit_test(it_has_every_limit_and_reader),
        cmocka_unit_test(it_has_every_column),
        cmocka_unit_test(examples_use_subcommands_that_there_are),
        cmocka_unit_test(no_other_option_is_named),
    };

    return cmocka_run_group_tests(tests, setup_page, free_page);
}
