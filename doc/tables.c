/* tables.c - prints what the manual page and the schema's files are made of.
 *
 * tables <what>             one text, see below
 * tables page <template>    a manual page, or the completion in bash
 */
#include "tables.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    void (*print)(FILE *out);
} texts[] = {
    {"schema", tables_schema},
    {"ldif", tables_ldif},
    {"oids", tables_oids},
    {"transitions", tables_transitions},
    {"codes", tables_codes},
    {"directives", tables_directives},
    {"attributes", tables_attributes},
    {"classes", tables_classes},
};
#define N_TEXTS (sizeof(texts) / sizeof(texts[0]))

static bool
print_text(const char *name)
{
    for (size_t i = 0; i < N_TEXTS; i++) {
        if (strcmp(name, texts[i].name) == 0) {
            texts[i].print(stdout);
            return true;
        }
    }
    fprintf(stderr, "usage: tables page <template>, or tables one of:");
    for (size_t i = 0; i < N_TEXTS; i++)
        fprintf(stderr, " %s", texts[i].name);
    fputc('\n', stderr);
    return false;
}

static bool
print_page(const char *path)
{
    FILE *template = fopen(path, "r");
    bool done;

    if (template == NULL) {
        perror(path);
        return false;
    }
    done = tables_page(template, stdout);
    fclose(template);
    return done;
}

int
main(int argc, char **argv)
{
    bool done = argc == 3 && strcmp(argv[1], "page") == 0
                    ? print_page(argv[2])
                    : print_text(argc == 2 ? argv[1] : "");

    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("tables");
        done = false;
    }
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
