/* ctl_help.c - the help, from the tables. */
#include <string.h>

#include "ctl_help.h"

#define WIDTH 79

/* Prints words in lines, each after `indent` blanks; column is where the first
 * line stands already. */
static void
wrap(FILE *out, const char *text, size_t indent, size_t column)
{
    while (*text != '\0') {
        size_t n = strcspn(text, " \n");

        if (column > indent && column + 1 + n > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        if (column < indent)
            fprintf(out, "%*s", (int)(indent - column), "");
        else if (column > indent)
            fputc(' ', out);
        column = (column < indent ? indent : column + (column > indent)) + n;
        fprintf(out, "%.*s", (int)n, text);
        text += n;
        if (*text == '\n') {
            fputs("\n", out);
            column = 0;
        }
        text += *text != '\0';
    }
    fputc('\n', out);
}

static void
option(FILE *out, const ctl_option *o)
{
    char left[80];
    int n = o->letter != 0
                ? snprintf(left, sizeof(left), "  -%c, --%s%s%s", o->letter,
                      o->name, o->argument != NULL ? " " : "",
                      o->argument != NULL ? o->argument : "")
                : snprintf(left, sizeof(left), "      --%s%s%s", o->name,
                      o->argument != NULL ? " " : "",
                      o->argument != NULL ? o->argument : "");

    fputs(left, out);
    if (n > 28)
        fputc('\n', out);
    wrap(out, o->help, 30, n > 28 ? 0 : (size_t)n);
}

static void
options_of(FILE *out, int command, const char *title)
{
    bool first = true;

    for (size_t i = 0; i < CTL_N_OPTS; i++) {
        if (ctl_options[i].command != command)
            continue;
        if (first)
            fprintf(out, "\n%s:\n", title);
        first = false;
        option(out, ctl_options + i);
    }
}

void
ctl_help_all(FILE *out)
{
    fputs("Usage: educonnectctl <subcommand> [options] [arguments]\n\n"
          "Accounts of a school directory, in a local OpenLDAP with the "
          "educonnect overlay.\nNot affiliated with the ministry.\n\n",
        out);
    for (size_t i = 0; i < ctl_n_commands; i++) {
        int n = fprintf(out, "  %s", ctl_commands[i].name);

        wrap(out, ctl_commands[i].summary, 18, n < 0 ? 0 : (size_t)n);
    }
    fputs("\neduconnectctl <subcommand> --help says more, educonnectctl "
          "--version which it is;\nthe manual is educonnectctl(1).\n",
        out);
}

static const struct {
    int number;
    const char *meaning;
} exits[] = {
#define EDC_EXIT(id, number, meaning) {number, meaning},
#include "exits.def"
#undef EDC_EXIT
};

void
ctl_help_command(const ctl_command *command, FILE *out)
{
    fprintf(out, "Usage: educonnectctl %s %s\n\n", command->name,
        command->arguments);
    wrap(out, command->about, 0, 0);
    options_of(out, (int)(command - ctl_commands), "Options");
    options_of(out, -1, "Options of every subcommand");
    fputs("\nExit status:\n", out);
    for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
        int n = fprintf(out, "  %d", exits[i].number);

        wrap(out, exits[i].meaning, 6, n < 0 ? 0 : (size_t)n);
    }
}
