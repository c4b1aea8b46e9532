/* test_completion.c - completion of educonnectctl: the script is sourced in
 * bash and its function called as bash would.
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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tables.h"
#include "tables_ctl.h"

#define TEMPLATE "doc/educonnectctl.bash.in"

static char place[] = "/tmp/educonnect-completion-XXXXXX";

static int
write_script(void **state)
{
    const char *top = getenv("EDC_SOURCE");
    FILE *template, *script;

    (void)state;
    if (top != NULL && chdir(top) != 0)
        return -1;
    template = fopen(TEMPLATE, "r");
    if (template == NULL || mkdtemp(place) == NULL || chdir(place) != 0 ||
        mkdir("letters", 0700) != 0)
        return -1;
    script = fopen("script.bash", "w");
    if (script == NULL || !tables_page(template, script))
        return -1;
    fclose(template);
    return fclose(script);
}

static int
remove_script(void **state)
{
    (void)state;
    return unlink("script.bash") | rmdir("letters") | chdir("/") | rmdir(place);
}

/* What bash would offer for the last of these words, " one two "; allocated. */
static char *
offered(const char *words)
{
    char *command = NULL, *text = NULL;
    size_t size = 0;
    FILE *bash;

    assert_true(
        asprintf(&command,
            "bash -uc '. ./script.bash; COMP_WORDS=(%s); "
            "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
            "COMP_LINE=\"${COMP_WORDS[*]}\"; "
            "_educonnectctl; printf \" %%s\" \"${COMPREPLY[@]}\"; echo \" \"'",
            words) > 0);
    bash = popen(command, "r");
    assert_non_null(bash);
    assert_true(getline(&text, &size, bash) >= 0);
    assert_int_equal(pclose(bash), 0);
    text[strcspn(text, "\n")] = '\0';
    free(command);
    return text;
}

static void
expect_offered(const char *words, const char *expected)
{
    char *text = offered(words);

    assert_string_equal(text, expected);
    free(text);
}

static void
every_subcommand_is_offered(void **state)
{
    char *text = offered("educonnectctl \"\"");

    (void)state;
    for (size_t i = 0; i < ctl_doc_n_commands; i++) {
        char word[64];

        snprintf(word, sizeof(word), " %s ", ctl_doc_commands[i].name);
        assert_non_null(strstr(text, word));
    }
    free(text);
    expect_offered("educonnectctl imp", " import ");
    expect_offered("educonnectctl re", " reopen report reset resume ");
    expect_offered("educonnectctl help let", " letters ");
}

static void
every_option_of_a_subcommand_is_offered(void **state)
{
    (void)state;
    for (size_t c = 0; c < ctl_doc_n_commands; c++) {
        char words[128];
        char *text;

        snprintf(words, sizeof(words), "educonnectctl %s -",
            ctl_doc_commands[c].name);
        text = offered(words);
        for (size_t i = 0; i < ctl_doc_n_options; i++) {
            const ctl_doc_option *o = ctl_doc_options + i;
            bool its = o->command < 0 || o->command == (int)c;
            char word[64];

            snprintf(word, sizeof(word), " --%s ", o->name);
            if (its && strstr(text, word) == NULL)
                fail_msg("%s does not offer%s", ctl_doc_commands[c].name, word);
            snprintf(word, sizeof(word), " -%c ", o->letter);
            if (its && o->letter != 0 && strstr(text, word) == NULL)
                fail_msg("%s does not offer%s", ctl_doc_commands[c].name, word);
        }
        free(text);
    }
    expect_offered("educonnectctl letters --en", " --encrypt-to ");
    expect_offered("educonnectctl status --en", "  ");
}

static void
files_and_directories_are_offered_where_they_are_taken(void **state)
{
    (void)state;
    expect_offered("educonnectctl import s", " script.bash ");
    expect_offered("educonnectctl import --report s", " script.bash ");
    expect_offered("educonnectctl status -y s", " script.bash ");
    expect_offered("educonnectctl letters -o \"\"", " letters ");
    expect_offered("educonnectctl letters --output = l", " letters ");
    expect_offered("educonnectctl letters --output =", " letters ");
    expect_offered("educonnectctl suspend s", "  ");
    expect_offered("educonnectctl import --source s", "  ");
}

static void
choices_are_offered(void **state)
{
    (void)state;
    expect_offered("educonnectctl letters -a st", " student ");
    expect_offered(
        "educonnectctl school --level \"\"", " ecole college lycee ");
    expect_offered("educonnectctl report ho", " holds ");
    expect_offered("educonnectctl close \"\"", "  ");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_subcommand_is_offered),
        cmocka_unit_test(every_option_of_a_subcommand_is_offered),
        cmocka_unit_test(
            files_and_directories_are_offered_where_they_are_taken),
        cmocka_unit_test(choices_are_offered),
    };

    return cmocka_run_group_tests(tests, write_script, remove_script);
}
