/* list.c - a list of accounts, one a line: a login or a DN. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/dn.h"
#include "ctl/input.h"
#include "letters/list.h"
#include "letters/words.h"

static void
keep(letters_list *list, char *line, size_t number)
{
    size_t n;

    line += strspn(line, " \t");
    n = strcspn(line, "\r\n");
    while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t'))
        n--;
    line[n] = '\0';
    if (n == 0 || line[0] == '#')
        return;
    list->words = ctl_resize(list->words, list->n + 1, sizeof(*list->words));
    list->words[list->n].word = ctl_copy(line);
    list->words[list->n].key =
        strchr(line, '=') != NULL ? ctl_dn_key(line) : NULL;
    list->words[list->n].line = number;
    list->words[list->n].used = false;
    list->n++;
}

ctl_exit
letters_list_read(ctl *c, letters_list *list, const char *path)
{
    const char *why;
    FILE *file = input_stream(path, &why);
    input_lines lines = {.file = file};

    if (file == NULL)
        return ctl_fail(c, CTL_INPUT, "%s: %s", path, why);
    while (input_line(&lines, &why))
        keep(list, lines.text, lines.n);
    input_lines_free(&lines);
    (void)input_close(file);
    return why == NULL
               ? CTL_OK
               : ctl_fail(c, CTL_INPUT, "%s:%zu: %s", path, lines.n, why);
}

void
letters_list_free(letters_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        ctl_forget(list->words[i].word);
        if (list->words[i].key != NULL)
            ctl_forget(list->words[i].key);
    }
    free(list->words);
    *list = (letters_list){NULL, 0};
}

bool
letters_list_names(letters_list *list, const letter *l)
{
    bool named = false;

    for (size_t i = 0; i < list->n; i++) {
        struct letters_word *w = list->words + i;

        if (w->key != NULL ? strcmp(w->key, l->key) == 0
                           : strcasecmp(w->word, l->uid) == 0)
            named = w->used = true;
    }
    return named;
}

size_t
letters_list_stray(const ctl *c, const letters_list *list)
{
    const char *path = ctl_value(c, CTL_OPT_LETTERS_LIST, "");
    size_t stray = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (list->words[i].used)
            continue;
        /* What stands there may be a login with its password behind it. */
        ctl_warn(c,
            "%s:%zu: names no pupil of this school, nor a guardian of one",
            strcmp(path, "-") == 0 ? "stdin" : path, list->words[i].line);
        stray++;
    }
    return stray;
}
