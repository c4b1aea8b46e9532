/* letters_list.c - a list of accounts, one a line: a login or a DN. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl_dn.h"
#include "letters_list.h"
#include "letters_words.h"

static void
keep(letters_list *list, char *line)
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
    list->words[list->n].used = false;
    list->n++;
}

ctl_exit
letters_list_read(ctl *c, letters_list *list, const char *path)
{
    bool from_stdin = strcmp(path, "-") == 0;
    FILE *file = from_stdin ? stdin : fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    bool failed;

    if (file == NULL)
        return ctl_fail(c, CTL_INPUT, "%s: %s", path, strerror(errno));
    while (getline(&line, &room, file) > 0)
        keep(list, line);
    free(line);
    failed = ferror(file) != 0;
    if (!from_stdin)
        (void)fclose(file);
    if (failed)
        return ctl_fail(c, CTL_INPUT, "%s: cannot be read", path);
    return CTL_OK;
}

void
letters_list_free(letters_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->words[i].word);
        free(list->words[i].key);
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
    size_t stray = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (list->words[i].used)
            continue;
        ctl_warn(c, "%s: no pupil of this school, nor a guardian of one",
            list->words[i].word);
        stray++;
    }
    return stray;
}
