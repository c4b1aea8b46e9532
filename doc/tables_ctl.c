/* tables_ctl.c - the tables of educonnectctl as rows of its manual page. */
#include "tables_ctl.h"

#include <string.h>

#include "tables.h"

enum {
    CMD_COMMON = -1,
#define EDC_COMMAND(id, name, run, arguments, summary, about) CMD_##id,
#define EDC_OPTION(command, id, letter, name, argument, help)
#include "ctl/commands.def"
#undef EDC_COMMAND
#undef EDC_OPTION
    N_COMMANDS
};

const ctl_doc_command ctl_doc_commands[] = {
#define EDC_COMMAND(id, name, run, arguments, summary, about)                  \
    {name, arguments, summary, about},
#define EDC_OPTION(command, id, letter, name, argument, help)
#include "ctl/commands.def"
#undef EDC_COMMAND
#undef EDC_OPTION
};
const size_t ctl_doc_n_commands = N_COMMANDS;

const ctl_doc_option ctl_doc_options[] = {
#define EDC_COMMAND(id, name, run, arguments, summary, about)
#define EDC_OPTION(command, id, letter, name, argument, help)                  \
    {CMD_##command, letter, name, argument, help},
#include "ctl/commands.def"
#undef EDC_COMMAND
#undef EDC_OPTION
};
const size_t ctl_doc_n_options =
    sizeof(ctl_doc_options) / sizeof(ctl_doc_options[0]);

/* ---- subcommands and options ---- */

static void
print_option(FILE *out, const ctl_doc_option *o)
{
    fputs(".TP\n.B ", out);
    if (o->letter != 0)
        fprintf(out, "\\-%c\\fR, \\fB", o->letter);
    fputs("\\-\\-", out);
    man_word(out, o->name);
    if (o->argument != NULL)
        fprintf(out, " \\fI%s", o->argument);
    fputc('\n', out);
    man_text(out, o->help, false);
}

static void
print_options(FILE *out, int command)
{
    for (size_t i = 0; i < ctl_doc_n_options; i++) {
        if (ctl_doc_options[i].command == command)
            print_option(out, ctl_doc_options + i);
    }
}

/* Paragraphs are separated by line feeds. */
static void
print_about(FILE *out, const char *about)
{
    char paragraph[4096];
    bool first = true;

    while (*about != '\0') {
        size_t n = strcspn(about, "\n");

        snprintf(paragraph, sizeof(paragraph), "%.*s", (int)n, about);
        if (!first)
            fputs(".PP\n", out);
        man_text(out, paragraph, false);
        first = false;
        about += n + (about[n] == '\n');
    }
}

void
tables_commands(FILE *out)
{
    for (size_t i = 0; i < ctl_doc_n_commands; i++) {
        const ctl_doc_command *c = ctl_doc_commands + i;

        fputs(".SS ", out);
        man_text(out, c->name, true);
        fputs(".B educonnectctl ", out);
        man_text(out, c->name, true);
        man_text(out, c->arguments, true);
        fputs(".PP\n", out);
        print_about(out, c->about);
        print_options(out, (int)i);
    }
}

void
tables_common(FILE *out)
{
    print_options(out, CMD_COMMON);
}

/* The list of subcommands for the synopsis of what there is. */
void
tables_summaries(FILE *out)
{
    for (size_t i = 0; i < ctl_doc_n_commands; i++) {
        fputs(".TP\n.B ", out);
        man_text(out, ctl_doc_commands[i].name, true);
        man_text(out, ctl_doc_commands[i].summary, false);
    }
}

/* ---- exit statuses ---- */

void
tables_exits(FILE *out)
{
    static const struct {
        const char *number, *meaning;
    } exits[] = {
#define EDC_EXIT(id, number, meaning) {#number, meaning},
#include "ctl/exits.def"
#undef EDC_EXIT
    };

    for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
        fprintf(out, ".TP\n.B %s\n", exits[i].number);
        man_text(out, exits[i].meaning, false);
    }
}

/* ---- limits ---- */

void
tables_limits(FILE *out)
{
    static const struct {
        int number;
        const char *what, *reason;
    } limits[] = {
#define EDC_LIMIT(id, number, what, reason) {number, what, reason},
#include "ctl/limits.def"
#undef EDC_LIMIT
    };
    char reason[256];

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        fprintf(out, ".TP\n.B %d\n", limits[i].number);
        man_text(out, limits[i].what, false);
        snprintf(reason, sizeof(reason), "(%s.)", limits[i].reason);
        fputs(".br\n", out);
        man_text(out, reason, true);
    }
}

/* ---- files that do not fit ---- */

void
tables_doubts(FILE *out)
{
    static const struct {
        const char *word, *about;
    } doubts[] = {
#define EDC_DOUBT(id, word, about) {word, about},
#include "import/doubts.def"
#undef EDC_DOUBT
    };

    for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++) {
        fprintf(out, ".TP\n.B %s\n", doubts[i].word);
        man_text(out, doubts[i].about, true);
    }
}

/* ---- who may read what ---- */

void
tables_readers(FILE *out)
{
    static const struct {
        const char *attribute, *who, *reason;
    } rows[] = {
#define EDC_READERS(attribute, who, reason) {attribute, #who, reason},
#include "doctor/readers.def"
#undef EDC_READERS
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fputs(".TP\n.B ", out);
        man_text(out, rows[i].attribute, true);
        fprintf(out, "%s:\n",
            strcmp(rows[i].who, "NOBODY") == 0      ? "nobody"
            : strcmp(rows[i].who, "CONCERNED") == 0 ? "who is concerned"
            : strcmp(rows[i].who, "USERS") == 0     ? "users"
                                                    : "anybody");
        man_text(out, rows[i].reason, false);
    }
}

/* ---- columns ---- */

static const struct {
    const char *file, *name, *cells, *also, *meaning;
} columns[] = {
#define EDC_CSV(file, name, cells, also, meaning)                              \
    {#file, name, #cells, also, meaning},
#include "source/csv_columns.def"
#undef EDC_CSV
};
#define N_COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void
print_columns(FILE *out, const char *file, const char *prefix)
{
    for (size_t i = 0; i < N_COLUMNS; i++) {
        if (strcmp(columns[i].file, file) != 0)
            continue;
        fprintf(out, ".TP\n.B %s", prefix);
        man_text(out, columns[i].name, true);
        man_text(out, columns[i].meaning, false);
        if (columns[i].also[0] != '\0') {
            fputs(".br\nAlso\n", out);
            man_text(out, columns[i].also, false);
        }
        if (columns[i].also[0] != '\0')
            fputs(".br\n", out);
        if (strcmp(columns[i].cells, "ID") == 0 ||
            strcmp(columns[i].cells, "NEEDED") == 0)
            fputs("(needed)\n", out);
        else if (strcmp(columns[i].cells, "LIST") == 0)
            fputs("(several: separated by |)\n", out);
    }
}

void
tables_columns(FILE *out)
{
    fputs(".PP\nOf schools:\n", out);
    print_columns(out, "SCHOOLS", "");
    fputs(".PP\nOf pupils:\n", out);
    print_columns(out, "PUPILS", "");
    fputs(".PP\nIn a file of pupils, a guardian in the pupil's own row, and "
          "with\n.B guardian2_\nto\n.B guardian4_\nfurther ones:\n",
        out);
    print_columns(out, "INLINE", "guardian1_");
    fputs(".PP\nOf guardians:\n", out);
    print_columns(out, "GUARDIANS", "");
}

/* ---- columns of ONDE ---- */

void
tables_onde(FILE *out)
{
    static const struct {
        const char *file, *title;
        int needed;
    } rows[] = {
#define EDC_ONDE(file, title, field, needed) {#file, title, needed},
#include "source/onde_columns.def"
#undef EDC_ONDE
    };
    const char *file = "";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].file, file) != 0)
            fprintf(out, ".PP\nOf %s:\n",
                strcmp(rows[i].file, "PUPILS") == 0 ? "pupils" : "guardians");
        file = rows[i].file;
        fputs(".br\n.B ", out);
        man_text(out, rows[i].title, true);
        if (rows[i].needed)
            fputs("(needed)\n", out);
    }
}

/* ---- former accounts ---- */

void
tables_legacy(FILE *out)
{
    static const struct {
        const char *column, *ldif, *meaning;
    } fields[] = {
#define EDC_LEGACY(id, column, ldif, meaning) {column, ldif, meaning},
#include "migrate/columns.def"
#undef EDC_LEGACY
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        fputs(".TP\n.B ", out);
        man_text(out, fields[i].column, true);
        man_text(out, fields[i].meaning, false);
        if (fields[i].ldif[0] == '\0')
            continue;
        fputs(".br\nLDIF:\n.I ", out);
        man_text(out, fields[i].ldif, true);
    }
}

void
tables_adopt(FILE *out)
{
    static const struct {
        const char *attribute, *meaning;
    } rules[] = {
#define EDC_ADOPT(attribute, kind, meaning) {attribute, meaning},
#include "adopt/rules.def"
#undef EDC_ADOPT
    };

    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        fputs(".TP\n.B ", out);
        man_text(out, rules[i].attribute, true);
        man_text(out, rules[i].meaning, false);
    }
}

/* ---- names of AAF and SIECLE ---- */

void
tables_mapping(FILE *out)
{
    static const struct {
        const char *aaf, *attribute, *about;
    } fields[] = {
#define EDC_FIELD(id, kinds, aaf, csv, attribute, about)                       \
    {aaf, attribute, about},
#include "import/mapping.def"
#undef EDC_FIELD
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (fields[i].aaf[0] == '\0')
            continue;
        fputs(".TP\n.B ", out);
        man_text(out, fields[i].aaf, true);
        if (fields[i].attribute[0] != '\0') {
            fputs(".I ", out);
            man_text(out, fields[i].attribute, true);
            fputs(".br\n", out);
        }
        man_text(out, fields[i].about, false);
    }
}
