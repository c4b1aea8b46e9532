/* shown.h - what text becomes before it is printed: for ctl/print.c, and for
 * who makes documents in memory. print.h has the rest.
 */
#ifndef CTL_SHOWN_H
#define CTL_SHOWN_H

#include <stddef.h>
#include <stdint.h>

/* The first n bytes as print()'s %s shows them, allocated. Some of what is
 * printed is a password on its owner's terminal: shown_forget() zeroes the n
 * bytes of it and releases it. */
char *shown_of(const char *text, size_t n);
void shown_forget(char *shown, size_t n);

/* What stands for a character in HTML and SVG, NULL: the character itself.
 * Static storage. */
const char *shown_entity(uint32_t character);

#endif
