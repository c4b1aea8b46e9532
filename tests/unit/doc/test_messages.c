/* test_messages.c - no message, help text or option of the tools lacks its
 * French, and build-aux/messages, which looks, finds what does.
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

/* A tree of the tools' sources and their French alone. */
static char tree[] = "/tmp/educonnect-messages-XXXXXX";

/* What a command prints; its status in *status. To be freed. */
static char *
run(int *status, const char *format, ...)
{
    char command[4096], *text = NULL;
    size_t size = 0;
    va_list ap;
    FILE *out;

    va_start(ap, format);
    vsnprintf(command, sizeof(command), format, ap);
    va_end(ap);
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
done(const char *command)
{
    int status;
    char *text = run(&status, "%s 2>&1", command);

    if (status != 0)
        fail_msg("%s: %s", command, text);
    free(text);
}

static int
make_tree(void **state)
{
    const char *top = getenv("EDC_SOURCE");
    char command[512];

    (void)state;
    if ((top != NULL && chdir(top) != 0) || mkdtemp(tree) == NULL)
        return -1;
    snprintf(command, sizeof(command), "cp -r po tools %s && mkdir %s/saved",
        tree, tree);
    done(command);
    return 0;
}

static int
remove_tree(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof(command), "rm -rf %s", tree);
    done(command);
    return 0;
}

static char *
checked(const char *top, int *status)
{
    return run(status, "build-aux/messages check %s 2>&1", top);
}

static void
everything_has_its_french(void **state)
{
    int status;
    char *text = checked(".", &status);

    (void)state;
    assert_string_equal(text, "");
    assert_int_equal(status, 0);
    free(text);
}

/* Wherever somebody puts one. */
static void
what_is_added_without_french_is_named(void **state)
{
    static const char *const rows[][2] = {
        {"ctl_warn(c, \"nobody has said this\");", "nobody has said this"},
        {"ctl_fail(c, CTL_USAGE, \"--odd: %d\", n);", "--odd: %d"},
        {"print(out, \"%zu oddities seen\\n\", n);", "%zu oddities seen"},
        {"print(out, a ? \"one way\" : \"the other way\");", "the other way"},
        {"static const char *const t[] = {\"in a table\"};", "in a table"},
        {"char *t = ctl_format(\"a text of %s\", x);", "a text of %s"},
        {"text = N_(\"oddly\");", "oddly"},
        {"EDC_COMMAND(ODD, \"odd\", ctl_odd, \"\", \"sums\", \"Adds.\")",
            "sums"},
        {"EDC_COMMAND(EVEN, \"even\", ctl_even, \"\", \"halves\", "
         "\"Divides.\")",
            "Divides."},
        {"EDC_OPTION(ODD, ODD, 0, \"odd\", NULL, \"oddness\")", "oddness"},
        {"EDC_EXIT(ODD, 9, \"Odd.\")", "Odd."},
        {"EDC_FINDING(ODD, \"EDD-999\", NOTE, \"odd\", \"It is.\")", "It is."},
        {"x = \"a long one that \"\n    \"goes on\";",
            "a long one that goes on"},
    };
    char path[128], *text;
    FILE *file;
    int status;

    (void)state;
    snprintf(path, sizeof(path), "%s/tools/ctl/odd.c", tree);
    file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fputs(rows[i][0], file);
        fputc('\n', file);
    }
    assert_int_equal(fclose(file), 0);
    text = checked(tree, &status);
    assert_int_not_equal(status, 0);
    assert_non_null(strstr(text, "lacks the French"));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strstr(text, rows[i][1]) == NULL)
            fail_msg("%s: %s", rows[i][1], text);
    }
    free(text);
    assert_int_equal(unlink(path), 0);
}

typedef struct defect {
    const char *file, *script; /* of sed */
    const char *named;         /* what is said of it */
} defect;

/* All at once in the tree, which is as it was before at the end. */
static void
expect_named(const defect *rows, size_t n)
{
    char command[1024], *text;
    int status;

    snprintf(command, sizeof(command), "cd %s && cp -r po tools saved", tree);
    done(command);
    for (size_t i = 0; i < n; i++) {
        snprintf(command, sizeof(command),
            "cd %s && sed -i '%s' %s && ! cmp -s saved/%s %s", tree,
            rows[i].script, rows[i].file, rows[i].file, rows[i].file);
        done(command);
    }
    text = checked(tree, &status);
    for (size_t i = 0; i < n; i++) {
        if (status == 0 || strstr(text, rows[i].named) == NULL)
            fail_msg("%s, %s: \"%s\"", rows[i].file, rows[i].script, text);
    }
    free(text);
    snprintf(command, sizeof(command),
        "cd %s && rm -r po tools && mv saved/po saved/tools .", tree);
    done(command);
}

static void
what_is_changed_without_french_is_named(void **state)
{
    static const defect rows[] = {
        {"tools/main/main.c", "s/no such subcommand/no subcommand/",
            "no subcommand"},
        {"tools/ctl/commands.def", "s/end a suspension/end one suspension/",
            "end one suspension"},
        {"tools/purge/purge.c", "s/no duration such as/no time like/",
            "no time like"},
        /* What is kept of the former ones. */
        {"tools/purge/purge.c", "s/with --apply this/with that this/",
            "po/fr.po has French of what nothing says any more"},
        {"tools/import/leavers.c", "s/closed already/closed now/",
            "po/untranslated.po has what nothing says any more"},
        {"po/educonnect.pot", "s/^msgid \"delete\"/msgid \"removes\"/",
            "make messages"},
    };

    (void)state;
    expect_named(rows, sizeof(rows) / sizeof(rows[0]));
}

static void
french_that_is_none_is_named(void **state)
{
    static const defect rows[] = {
        /* Not given, not looked at. */
        {"po/fr.po", "/^msgid \"end a suspension\"/{n;s/\".*\"/\"\"/}",
            "msgid \"end a suspension\""},
        {"po/fr.po", "/^msgid \"close accounts\"/i#, fuzzy",
            "msgid \"close accounts\""},
        /* Other conversions than the message has, more, fewer. */
        {"po/fr.po", "/^msgid \"%s: not to be read\"/{n;s/%s/%d/}",
            "conversions that the message has not"},
        {"po/fr.po", "/^msgid \"cannot write: %s\"/{n;s/%s/%s %s/}",
            "conversions that the message has not"},
        {"po/fr.po", "/^msgid \"a socket: %s\"/{n;s/%s//}",
            "conversions that the message has not"},
        {"po/fr.po", "/^msgid \"%zu pupils\"/{n;n;s/%zu/%d/}",
            "found 4 fatal errors"},
    };

    (void)state;
    expect_named(rows, sizeof(rows) / sizeof(rows[0]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_has_its_french),
        cmocka_unit_test(what_is_added_without_french_is_named),
        cmocka_unit_test(what_is_changed_without_french_is_named),
        cmocka_unit_test(french_that_is_none_is_named),
    };

    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
