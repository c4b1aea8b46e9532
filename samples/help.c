/* help.c - the help, from the tables. */
#include <string.h>

#include "sample.h"

#define WIDTH 79

/* Words in lines, each after `indent` blanks; column is where the first line
 * stands. */
static void
wrap(FILE *out, const char *text, int indent, int column)
{
    while (*text != '\0') {
        int n = (int)strcspn(text, " ");

        if (column > indent && column + 1 + n > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        if (column < indent) {
            fprintf(out, "%*s", indent - column, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", n, text);
        column += n;
        text += n + (text[n] == ' ');
    }
    fputc('\n', out);
}

static void
row(FILE *out, const char *name, const char *argument, const char *help)
{
    int n = fprintf(out, "  %s%s%s", name, argument == NULL ? "" : " ",
        argument == NULL ? "" : argument);

    if (n > 24) {
        fputc('\n', out);
        n = 0;
    }
    wrap(out, help, 26, n);
}

void
sample_help(FILE *out)
{
    fputs("Usage: educonnect-sample [options] --output DIR\n\n", out);
    wrap(out,
        "Writes the AAF export of an academie that does not exist: schools, "
        "pupils, guardians and their links, for trying an importer. The same "
        "options give the same bytes. People and codes are invented: UAI of "
        "departement 999, INE as 000000001AA, mobile numbers and mail "
        "addresses that are kept for examples.",
        0, 0);
    fputc('\n', out);
    wrap(out,
        "A summary on stdout says what is in the files and what an importer "
        "that makes accounts for pupils and their legal guardians should have "
        "at the end: the numbers of schools, accounts and links, the shapes of "
        "families, the traps, the changes of the delta.",
        0, 0);
    fputs("\nOptions:\n", out);
#define EDC_OPTION(id, name, argument, help)                                   \
    row(out, "--" name, argument, help);
#include "options.def"
#undef EDC_OPTION
    fputs("\nTraps (--traps):\n", out);
#define EDC_TRAP(id, name, needs, about) row(out, name, NULL, about);
#include "traps.def"
#undef EDC_TRAP
    fputs("\nShapes, always there:\n", out);
#define EDC_SHAPE(id, name, about) row(out, name, NULL, about);
#include "shapes.def"
#undef EDC_SHAPE
    fputs("\nChanges of a delta, in turn:\n", out);
#define EDC_DELTA(id, name, needs, added, changed, closed, refused, about)     \
    row(out, name, NULL, about);
#include "deltas.def"
#undef EDC_DELTA
    fputs("\nFamilies of --moves, in turn:\n", out);
#define EDC_MOVE(id, name, joined, likely, about) row(out, name, NULL, about);
#include "moves.def"
#undef EDC_MOVE
    fputs("\nExit status: 0 done; 2 an option is wrong; 6 a file cannot be "
          "written.\n",
        out);
}
