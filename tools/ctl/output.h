/* output.h - files that a user names for the tools to write.
 *
 * Each is made by create_file(). What stood under the name before is lost only
 * when the user's own plain file is replaced, and only by a whole new one, in
 * one step: a run that ends early leaves it as it was.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

typedef enum output_rule {
    OUTPUT_NEW,    /* nothing may be there; what was written stays whatever
                      comes: passwords that exist nowhere else */
    OUTPUT_REPLACE /* a plain file of the caller's own with one name may be
                      there: it is replaced at the end */
} output_rule;

/* An empty one is all zero. */
typedef struct output {
    FILE *file;
    const char *path; /* the caller's */
    int directory;
    const char *name; /* in path */
    char *unfinished; /* NULL: written under its own name */
} output;

/* Begins it. NULL, or why not: a clause to be printed behind the path, in
 * static memory or strerror()'s. */
const char *output_begin(output *o, const char *path, output_rule rule);

/* Ends it, on the disk. With keep the file takes its name; without, what is
 * there stays and the new one goes (not that of OUTPUT_NEW). NULL, or why not,
 * as above. Nothing for one that is empty. */
const char *output_end(output *o, bool keep);

/* Whether path is this file, by whatever name: no output of a run may be one
 * of its inputs. */
bool output_is(const char *path, const char *file);

#endif
