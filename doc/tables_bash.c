/* tables_bash.c - the tables of educonnectctl, as its completion in bash asks
 * them.
 */
#include <string.h>

#include "tables.h"
#include "tables_ctl.h"

/* Options whose values are words, by the command's name; NULL: any. */
static const struct {
    const char *command, *option, *words;
} values[] = {
    {NULL, "mechanism", "EXTERNAL PLAIN GSSAPI"},
    {"letters", "audience", "student guardian both"},
    {"letters", "format", "html pdf csv"},
    {"report", "by", "school class public"},
    {"report", "format", "table csv json svg html"},
    {"report", "language", "fr en"},
    {"school", "level", "ecole college lycee"},
    {"migrate-aten", "format", "ldif csv"},
};

static const char *
command_of(const ctl_doc_option *o)
{
    return o->command < 0 ? NULL : ctl_doc_commands[o->command].name;
}

/* "@file", "@directory", words, or "" for what nobody can guess. */
static const char *
value_of(const ctl_doc_option *o)
{
    const char *command = command_of(o);

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (strcmp(values[i].option, o->name) == 0 &&
            (values[i].command == NULL ||
                (command != NULL && strcmp(values[i].command, command) == 0)))
            return values[i].words;
    }
    if (strcmp(o->argument, "FILE") == 0)
        return "@file";
    return strcmp(o->argument, "DIR") == 0 ? "@directory" : "";
}

/* ---- what a subcommand's arguments may be ---- */

/* What stands in the brackets around the first bar, "one | another"; NULL when
 * that bar is in none, as in "<account>... | -". */
static const char *
choice(const char *arguments)
{
    const char *bar = strstr(arguments, " | ");

    while (bar != NULL && bar > arguments && strchr("[]<>", *bar) == NULL)
        bar--;
    return bar != NULL && *bar == '[' ? bar + 1 : NULL;
}

/* Words of "[one | another]"; files where the usage line says file. */
static void
print_arguments(FILE *out, const char *arguments)
{
    const char *at = choice(arguments);

    if (strstr(arguments, "<file") != NULL)
        fputs("@file", out);
    if (at == NULL)
        return;
    while (*at != ']' && *at != '\0') {
        size_t n = strcspn(at, " |]");

        fprintf(out, "%.*s", (int)n, at);
        at += n;
        at += strspn(at, " |");
        if (*at != ']' && *at != '\0')
            fputc(' ', out);
    }
}

/* ---- the script ---- */

static void
print_commands(FILE *out)
{
    fputs("_educonnectctl_commands=\"help", out);
    for (size_t i = 0; i < ctl_doc_n_commands; i++)
        fprintf(out, " \\\n    %s", ctl_doc_commands[i].name);
    fputs("\"\n\n", out);
}

static void
print_options_of(FILE *out, int command)
{
    for (size_t i = 0; i < ctl_doc_n_options; i++) {
        const ctl_doc_option *o = ctl_doc_options + i;

        if (o->command != command)
            continue;
        if (o->letter != 0)
            fprintf(out, " -%c", o->letter);
        fprintf(out, " --%s", o->name);
    }
}

static void
print_options(FILE *out)
{
    fputs("# The options of a subcommand.\n"
          "_educonnectctl_options() {\n    case $1 in\n",
        out);
    for (size_t i = 0; i < ctl_doc_n_commands; i++) {
        fprintf(out, "    %s) printf '%%s' \"", ctl_doc_commands[i].name);
        print_options_of(out, (int)i);
        fputs("\" ;;\n", out);
    }
    fputs("    esac\n    echo \"", out);
    print_options_of(out, -1);
    fputs("\"\n}\n\n", out);
}

/* The pattern of an option in what is looked up, "command --option". */
static void
print_pattern(FILE *out, const char *command, const char *option)
{
    if (command == NULL)
        fprintf(out, "*\" %s\"", option);
    else
        fprintf(out, "\"%s %s\"", command, option);
}

static void
print_value(FILE *out, const ctl_doc_option *o)
{
    const char *command = command_of(o);
    char option[64];

    fputs("    ", out);
    if (o->letter != 0) {
        snprintf(option, sizeof(option), "-%c", o->letter);
        print_pattern(out, command, option);
        fputs(" | ", out);
    }
    snprintf(option, sizeof(option), "--%s", o->name);
    print_pattern(out, command, option);
    fprintf(out, ") echo \"%s\" ;;\n", value_of(o));
}

static void
print_values(FILE *out)
{
    fputs("# What an option of a subcommand takes: @file, @directory, words, "
          "an empty line\n# for any text; false when it takes nothing.\n"
          "_educonnectctl_takes() {\n    case \"$1 $2\" in\n",
        out);
    for (size_t i = 0; i < ctl_doc_n_options; i++) {
        if (ctl_doc_options[i].argument != NULL)
            print_value(out, ctl_doc_options + i);
    }
    fputs("    *) return 1 ;;\n    esac\n}\n\n", out);
}

static void
print_all_arguments(FILE *out)
{
    fputs("# What the arguments of a subcommand may be, likewise.\n"
          "_educonnectctl_arguments() {\n    case $1 in\n"
          "    help) echo \"$_educonnectctl_commands\" ;;\n",
        out);
    for (size_t i = 0; i < ctl_doc_n_commands; i++) {
        fprintf(out, "    %s) echo \"", ctl_doc_commands[i].name);
        print_arguments(out, ctl_doc_commands[i].arguments);
        fputs("\" ;;\n", out);
    }
    fputs("    esac\n}\n\n", out);
}

void
tables_completion(FILE *out)
{
    print_commands(out);
    print_options(out);
    print_values(out);
    print_all_arguments(out);
}
