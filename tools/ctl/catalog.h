/* catalog.h - what the tools say, in French: gettext's catalogue.
 *
 * The texts in the sources are English and are what is looked up. Who prints
 * does not ask for French: print() and ctl_format() do, for their formats, and
 * print() for those %s that are phrases of the program itself, such as a row of
 * a table. Single words, which may be names as well, are asked for by
 * catalog_text(); a copy (ctl_copy()) of a phrase is one in the reader's
 * language. What a directory or a file holds is never looked up.
 * build-aux/messages has what is a message. Nothing is looked up while
 * ctl_language() is English. Not thread-safe.
 */
#ifndef CTL_CATALOG_H
#define CTL_CATALOG_H

#include <stdarg.h>
#include <stdbool.h>

/* Marks a text that would not be known as a message: a single word. */
#define N_(text) text

/* Opens the catalogue beside the program (locale/, as it is built) or where it
 * is installed (../share/locale), and takes the language for messages of the
 * environment. True: gettext has French, by LANGUAGE or by the locale. */
bool catalog_open(void);

/* Whether the locale is one in which gettext translates: not C or POSIX. */
bool catalog_works(void);

/* A text of the program in the language of whoever reads, static storage. Any
 * other text, and NULL, is returned as it is. */
const char *catalog_text(const char *text);

/* The same of a phrase; a single word, which may be a name as well, is returned
 * as it is. What printing and ctl_copy() ask. */
const char *catalog_phrase(const char *text);

/* A format, in the plural that its first whole number asks for. ap is left as
 * it was. The result asks for what ap holds, in whatever order (%2$s). */
const char *catalog_format(const char *format, va_list ap)
    __attribute__((format(printf, 1, 0), format_arg(1)));

/* The same without a number. */
const char *catalog_plain(const char *format) __attribute__((format_arg(1)));

#endif
