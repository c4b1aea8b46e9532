/* words.h - names of classes, days and DNs as letters need them. */
#ifndef LETTERS_WORDS_H
#define LETTERS_WORDS_H

#include <stdint.h>

/* Orders labels as a reader does: "3EME 2" before "3EME 10", case apart.
 * As strcmp(). */
int letters_compare(const char *a, const char *b);

/* "9990001X-6EME-A" for a class "6ème A" of that school: ASCII letters and
 * digits, accents dropped, all else a '-'; "sans-classe" when nothing is left;
 * cut at 48 bytes. n > 1 appends "-n". Allocated. */
char *letters_directory(const char *uai, const char *label, unsigned n);

/* "24 février 2027 à 10 h 05" in the machine's time zone, of a GeneralizedTime;
 * NULL when it is none. Allocated. */
char *letters_until(const char *generalized);

/* "24 février 2027". Allocated. */
char *letters_day(int64_t seconds);

/* "Ines KARADEC". Allocated; either may be NULL. */
char *letters_name(const char *first, const char *last);

#endif
