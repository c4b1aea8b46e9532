/* tables.h - texts made from the core's tables: the manual page's rows and the
 * files of the schema.
 *
 * Each writes to out and leaves its errors to ferror().
 */
#ifndef TABLES_H
#define TABLES_H

#include <stdbool.h>
#include <stdio.h>

/* Whole files: schema/educonnect.schema, schema/educonnect.ldif and
 * doc/OIDS.md. */
void tables_schema(FILE *out);
void tables_ldif(FILE *out);
void tables_oids(FILE *out);

/* Rows of the manual page, in man(7)'s macros. */
void tables_transitions(FILE *out);
void tables_codes(FILE *out);
void tables_trail(FILE *out);
void tables_directives(FILE *out);
void tables_attributes(FILE *out);
void tables_classes(FILE *out);

/* The same of educonnectctl's page, from the tables of tools/. */
void tables_commands(FILE *out);
void tables_summaries(FILE *out);
void tables_common(FILE *out);
void tables_exits(FILE *out);
void tables_limits(FILE *out);
void tables_doubts(FILE *out);
void tables_readers(FILE *out);
void tables_columns(FILE *out);
void tables_onde(FILE *out);
void tables_legacy(FILE *out);
void tables_adopt(FILE *out);
void tables_mapping(FILE *out);

/* The tables of the completion in bash. */
void tables_completion(FILE *out);

/* A text broken into lines; literal keeps every hyphen one that is typed, as
 * it is kept of words that begin with two. */
void man_text(FILE *out, const char *text, bool literal);

/* One word, every sign as it is typed, without an end of line. */
void man_word(FILE *out, const char *word);

/* One line of an example, every sign as it is typed. */
void man_literal(FILE *out, const char *line);

/* A manual page, or the completion, out of its template, a text with lines of
 * two kinds that are replaced: "@codes" by those rows, "@file <path>" by that
 * file. Returns false when a line names neither, or a file cannot be read; says
 * which on stderr. */
bool tables_page(FILE *template, FILE *out);

#endif
