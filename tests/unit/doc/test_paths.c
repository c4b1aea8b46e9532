/* test_paths.c - what the texts name of the tree is there, and
 * build-aux/check-paths, which looks, finds what is not.
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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int
go_to_the_top(void **state)
{
    const char *top = getenv("EDC_SOURCE");

    (void)state;
    return top != NULL ? chdir(top) : 0;
}

/* What check-paths prints of files, by a shell's patterns; its status in
 * *status. To be freed. */
static char *
checked(const char *files, int *status)
{
    char command[4096], *text = NULL;
    size_t size = 0;
    FILE *out;

    snprintf(command, sizeof(command), "build-aux/check-paths %s 2>&1", files);
    out = popen(command, "r");
    assert_non_null(out);
    if (getdelim(&text, &size, '\0', out) < 0) {
        free(text);
        text = strdup("");
    }
    *status = pclose(out);
    assert_non_null(text);
    return text;
}

static void
texts_name_what_is_there(void **state)
{
    int status;
    char *text = checked("README.md doc/*.md doc/*.in packaging/*.md "
                         "debian/*README*",
        &status);

    (void)state;
    assert_string_equal(text, "");
    assert_int_equal(status, 0);
    free(text);
}

/* The same of one text that is made up; its file is a .md one. */
static char *
checked_text(const char *text, int *status)
{
    char directory[] = "/tmp/educonnect-paths-XXXXXX";
    char path[64], *found;
    FILE *file;

    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/text.md", directory);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "# A text\n\n%s\n", text);
    assert_int_equal(fclose(file), 0);
    found = checked(path, status);
    unlink(path);
    rmdir(directory);
    return found;
}

static void
what_is_not_there_is_named(void **state)
{
    static const struct {
        const char *text, *named;
    } rows[] = {
        /* From the top. */
        {"see `overlay/core/account/nobody.c`.", "account/nobody.c"},
        {"see overlay/core/account/nobody.c: it", "account/nobody.c"},
        {"the folder `tools/nowhere/`", "tools/nowhere/"},
        {"`doc/NOTHING.md`, or not", "doc/NOTHING.md"},
        {"glue (`overlay/ov_*.c`)", "overlay/ov_*.c"},
        {"`tests/unit/test_decide.c` walks it", "tests/unit/test_decide.c"},
        /* From a room. */
        {"`bind/nobody.c` and `bind/bind.c`", "bind/nobody.c"},
        {"`core/decide.c`", "core/decide.c"},
        {"`core/settings*.c`", "core/settings*.c"},
        {"`module/hooks.h`", "module/hooks.h"},
        {"`letters/limits.def`", "letters/limits.def"},
        /* From nowhere. */
        {"`ov_bind.c`", "ov_bind.c"},
        {"it is import_wish*.c", "import_wish*.c"},
        /* Links. */
        {"[what](NOTHING.md)", "NOTHING.md"},
        {"[what](README.md#here) ", "README.md"},
        {"two on a line: `bind/bind.c` `bind/bound.c`", "bind/bound.c"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int status;
        char *found = checked_text(rows[i].text, &status);
        char line[120];

        snprintf(line, sizeof(line), "%s is not there\n", rows[i].named);
        if (strstr(found, line) == NULL ||
            strstr(found, "text.md:3: ") == NULL ||
            strchr(found, '\n')[1] != '\0')
            fail_msg("\"%s\": \"%s\"", rows[i].text, found);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 1);
        free(found);
    }
}

static void
what_is_there_or_elsewhere_is_not(void **state)
{
    static const char *const rows[] = {
        "`overlay/core/account/decide.c`, tools/ctl/, `doc`, samples/.",
        "`overlay/core/*/*.def`, `doc/tables*.c`",
        "bind/bind.c: `core/text/codes.def` and `ctl/limits.def`",
        "`harness/cost.h`, `guess.c`, `*.def`",
        "/usr/lib/ldap/any.c, ~/doc/x.md, $HOME/tools/x, <sys/none.h>",
        "[LDAP](https://example.org/doc/x.c) and [below](#rooms)",
        "read/write, and/or, 1/2, `tests/<kind>/<room>/test_<name>.c`",
        "a text on slapd.conf, plan.ldif, import.csv",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int status;
        char *found = checked_text(rows[i], &status);

        assert_string_equal(found, "");
        assert_int_equal(status, 0);
        free(found);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_name_what_is_there),
        cmocka_unit_test(what_is_not_there_is_named),
        cmocka_unit_test(what_is_there_or_elsewhere_is_not),
    };

    return cmocka_run_group_tests_name("paths", tests, go_to_the_top, NULL);
}
