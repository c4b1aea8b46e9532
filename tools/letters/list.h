/* list.h - a list of accounts, one a line: a login or a DN. */
#ifndef LETTERS_LIST_H
#define LETTERS_LIST_H

#include "letters/letters.h"

typedef struct letters_list {
    struct letters_word {
        char *word;
        char *key; /* of a DN, NULL for a login */
        size_t line;
        bool used;
    } *words;
    size_t n;
} letters_list;

/* Reads a file, "-" for stdin; empty lines and those with a # first are none.
 * CTL_OK, or what to exit with after it has printed why. Release with
 * letters_list_free() in every case. */
ctl_exit letters_list_read(ctl *c, letters_list *list, const char *path);
void letters_list_free(letters_list *list);

/* Whether the list names the account; marks the line as used. */
bool letters_list_names(letters_list *list, const letter *l);

/* Prints which lines named nobody, not what they say, and returns how many. */
size_t letters_list_stray(const ctl *c, const letters_list *list);

#endif
