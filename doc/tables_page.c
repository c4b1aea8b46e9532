/* tables_page.c - the manual pages and the completion out of their templates.
 */
#include "tables.h"
#include "core/text/version.h"

#include <string.h>

static const struct {
    const char *line;
    void (*print)(FILE *out);
} rows[] = {
    {"@transitions", tables_transitions},
    {"@codes", tables_codes},
    {"@trail", tables_trail},
    {"@directives", tables_directives},
    {"@attributes", tables_attributes},
    {"@classes", tables_classes},
    {"@commands", tables_commands},
    {"@summaries", tables_summaries},
    {"@common", tables_common},
    {"@exits", tables_exits},
    {"@limits", tables_limits},
    {"@doubts", tables_doubts},
    {"@readers", tables_readers},
    {"@columns", tables_columns},
    {"@onde", tables_onde},
    {"@legacy", tables_legacy},
    {"@adopt", tables_adopt},
    {"@mapping", tables_mapping},
    {"@completion", tables_completion},
};

#define FILE_LINE "@file "

/* A file as an example: line by line, nothing of it taken for a macro. */
static bool
print_file(const char *path, FILE *out)
{
    FILE *file = fopen(path, "r");
    char line[256];
    bool read;

    if (file == NULL) {
        perror(path);
        return false;
    }
    fputs(".nf\n.ft CW\n", out);
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        man_literal(out, line);
    }
    fputs(".ft\n.fi\n", out);
    read = !ferror(file);
    fclose(file);
    return read;
}

static bool
print_rows(const char *line, FILE *out)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(line, rows[i].line) == 0) {
            rows[i].print(out);
            return true;
        }
    }
    fprintf(stderr, "tables: nothing is called %s\n", line);
    return false;
}

/* A line of the template, the version put in. */
static void
print_line(const char *line, FILE *out)
{
    static const char mark[] = "@version@";
    const char *at = strstr(line, mark);

    if (at == NULL) {
        fputs(line, out);
        return;
    }
    fprintf(out, "%.*s%s%s", (int)(at - line), line, EDC_VERSION,
        at + strlen(mark));
}

bool
tables_page(FILE *template, FILE *out)
{
    char line[256];

    while (fgets(line, sizeof(line), template) != NULL) {
        size_t n = strcspn(line, "\n");
        bool done = true;

        if (line[0] != '@') {
            print_line(line, out);
            continue;
        }
        line[n] = '\0';
        if (strncmp(line, FILE_LINE, strlen(FILE_LINE)) == 0)
            done = print_file(line + strlen(FILE_LINE), out);
        else
            done = print_rows(line, out);
        if (!done)
            return false;
    }
    return !ferror(template);
}
