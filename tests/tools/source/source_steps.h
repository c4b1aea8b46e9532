/* source_steps.h - files to read, and what was read of them as text. */
#ifndef SOURCE_STEPS_H
#define SOURCE_STEPS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "source/source.h"

/* Makes a folder for the test's files; the teardown takes it away with them.
 * Both are cmocka's, for each test. */
int steps_setup(void **state);
int steps_teardown(void **state);

/* The path of a name in that folder; allocated. */
char *steps_path(const char *name);

/* Writes a file there; folders in the name are made. */
void steps_write(const char *name, const char *bytes, size_t n);
void steps_text(const char *name, const char *text);

/* Writes an archive there, a .zip, .tar or else .tar.gz, of names and texts
 * that end with NULL. */
void steps_archive(const char *name, const char *const *names_and_texts);

/* The XML of an AAF file with this in its root. */
char *steps_aaf(const char *declaration, const char *requests);

/* "<addRequest>..." of a student or another: attributes as XML. */
char *steps_add(const char *category, const char *id, const char *attributes);

/* Reads files of that folder, NULL at the end of names, and says line by line:
 *   file <name>: AAF2D complete 20260901
 *   3 add student 9100001: sn=<EXEMPLE> mail=
 *   3 add student 9100001: sn=<EXEMPLE> (what was put right in it)
 *   1 note: <what is said of the file>
 *   3 refused student 9100001: <reason>
 *   end, or stopped, or broken <error>
 * The folder's path is left out. Allocated. */
char *steps_read(const char *const *names);
char *steps_read_with(const char *const *names, const src_options *options,
    unsigned kinds, size_t most);

/* That reading one file of the folder says this. */
void steps_expect(const char *name, const char *said);

#endif
