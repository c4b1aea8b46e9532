/* text.h - bytes that grow and may hold secrets. */
#ifndef LETTERS_TEXT_H
#define LETTERS_TEXT_H

#include <stddef.h>

/* An empty one is all zero; p is NUL-terminated after n bytes, NULL when
 * nothing was ever put in. What it held is zeroed when it grows and when it is
 * wiped. The process ends when memory is out, as with ctl_alloc(). */
typedef struct letters_text {
    char *p;
    size_t n, room;
} letters_text;

void letters_put(letters_text *t, const void *bytes, size_t n);
void letters_add(letters_text *t, const char *s);
void letters_addf(letters_text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void letters_wipe(letters_text *t);

/* Adds a text of anybody's with &, <, >, " and ' as entities. Control
 * characters, and what changes the direction of writing, become blanks. NULL
 * adds nothing. */
void letters_add_html(letters_text *t, const char *s);

#endif
