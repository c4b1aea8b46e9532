/* help.c - the help, from the tables. */
#include <string.h>
#include <uniwidth.h>

#include "ctl/catalog.h"
#include "ctl/help.h"

#define WIDTH 79

/* Of the first n bytes on a screen. */
static size_t
width_of(const char *text, size_t n)
{
    return (size_t)u8_width((const uint8_t *)text, n, "UTF-8");
}

/* Prints words in lines, each after `indent` blanks; column is where the first
 * line stands already. */
static void
wrap(FILE *out, const char *given, size_t indent, size_t column)
{
    const char *text = catalog_text(given);

    while (*text != '\0') {
        size_t n = strcspn(text, " \n");
        size_t wide = width_of(text, n);

        if (column > indent && column + 1 + wide > WIDTH) {
            print(out, "\n");
            column = 0;
        }
        if (column < indent)
            print(out, "%*s", (int)(indent - column), "");
        else if (column > indent)
            print(out, " ");
        column = (column < indent ? indent : column + (column > indent)) + wide;
        print(out, "%.*s", (int)n, text);
        text += n;
        if (*text == '\n') {
            print_lines(out, "\n");
            column = 0;
        }
        text += *text != '\0';
    }
    print(out, "\n");
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

    print_lines(out, left);
    if (n > 28)
        print(out, "\n");
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
            print_lines(out, title);
        first = false;
        option(out, ctl_options + i);
    }
}

void
ctl_help_all(FILE *out)
{
    print_lines(out,
        "Usage: educonnectctl <subcommand> [options] [arguments]\n\n"
        "Accounts of a school directory, in a local OpenLDAP with the "
        "educonnect overlay.\nNot affiliated with the ministry.\n\n");
    for (size_t i = 0; i < ctl_n_commands; i++) {
        print(out, "  %s", ctl_commands[i].name);
        wrap(
            out, ctl_commands[i].summary, 18, 2 + strlen(ctl_commands[i].name));
    }
    print_lines(out,
        "\neduconnectctl <subcommand> --help says more, educonnectctl "
        "--version which it is;\nthe manual is educonnectctl(1).\n");
}

static const struct {
    int number;
    const char *meaning;
} exits[] = {
#define EDC_EXIT(id, number, meaning) {number, meaning},
#include "ctl/exits.def"
#undef EDC_EXIT
};

void
ctl_help_command(const ctl_command *command, FILE *out)
{
    print(out, "Usage: educonnectctl %s %s\n\n", command->name,
        command->arguments);
    wrap(out, command->about, 0, 0);
    options_of(out, (int)(command - ctl_commands), N_("\nOptions:\n"));
    options_of(out, -1, "\nOptions of every subcommand:\n");
    print_lines(out, "\nExit status:\n");
    for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
        print(out, "  %d", exits[i].number);
        wrap(out, exits[i].meaning, 6, 3);
    }
}
