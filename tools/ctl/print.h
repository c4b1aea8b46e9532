/* print.h - the one place where the tools print.
 *
 * What a directory or a file holds may have been written to be obeyed by a
 * terminal: escape sequences, line feeds that make up lines, characters that
 * turn the direction of writing. So no text reaches a stream but through here,
 * where such characters are shown instead: \x1b, \u202e; a byte that is no
 * UTF-8 as \xe9. It is the same on a terminal, in a pipe and in a file: what a
 * pager shows later is what was checked. A backslash stays one, since DNs are
 * full of them. `make lint` refuses every other way to print in tools/.
 *
 * Who can write a format may write line feeds; who gives a %s may not. Not
 * thread-safe. Errors stay in the stream, for ctl_flush() and output_end().
 */
#ifndef PRINT_H
#define PRINT_H

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* printf() with every %s and %c shown as above. There are d, u, x, s, c, f, g
 * and %%, with flags, width, precision, and the lengths l, ll and z. A
 * text's width is that on a screen. */
void print(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void print_v(FILE *out, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* The same into memory, with bytes as they are, for ctl_format(): what it makes
 * is printed later. */
void print_unchecked(FILE *out, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Text of several lines that was made here (help, LDIF, whose values are
 * base64 where they have to be): as %s, but line feeds stay. */
void print_lines(FILE *out, const char *text);

/* Text in HTML or SVG: as %s, and & < > " ' as entities. */
void print_markup(FILE *out, const char *text);

/* A cell of CSV (RFC 4180), quoted where it has to be, and what stands behind
 * it: the separator, or "\r\n". A text that a spreadsheet would calculate gets
 * an apostrophe in front (OWASP, "CSV Injection"); a "-" alone does not. */
void print_cell(FILE *out, const char *text, char separator, const char *end);

/* JSON and a line feed. Line feeds within are from flags alone (JSON_INDENT).
 * What print() would show is \uXXXX, which JSON reads as the character itself.
 * NULL prints the line feed. */
void print_as_json(FILE *out, const json_t *value, size_t flags);

/* A JSON string of bytes of anybody's: as they are where they are UTF-8, else
 * as print() shows them. NULL for NULL, to be left out by json_pack's "o*". */
json_t *print_json_text(const char *text);

/* What %s prints, allocated. */
char *print_shown(const char *text);

/* Whether this character is shown as itself. */
bool print_is_plain(uint32_t character);

/* Whether a spreadsheet takes a cell that begins so for a formula. */
bool print_is_formula(const char *text);

#endif
