/* input.h - the one way in which the tools open what they read.
 *
 * Opening never waits, whatever the name is: a FIFO that nobody writes to is
 * empty, not a tool that hangs. What is opened is what was looked at: there is
 * no stat() before open(). `make lint` refuses every other way in tools/.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

typedef enum input_kind {
    INPUT_STREAM, /* whatever can be read from its beginning to its end: a file,
                     a pipe (the shell's <(...)), a terminal */
    INPUT_FILE    /* a plain file: it is read twice, or its size counts */
} input_kind;

/* Opens it for reading. -1 and *why: a clause to be printed behind the path,
 * in static memory or strerror()'s. No directory is ever opened. */
int input_open(const char *path, input_kind kind, const char **why);

/* A directory, to open what is in it or to list it; at is another one, or
 * AT_FDCWD. follow: a symbolic link's too. -1 and errno. */
int input_directory(int at, const char *path, bool follow);

/* A plain file of such a directory, no symbolic link's. -1 and errno. */
int input_within(int directory, const char *name);

/* The terminal, to ask on; -1 and errno. */
int input_terminal(void);

/* The same as input_open(), as a stream, and "-" as stdin, which is not to be
 * closed. */
FILE *input_stream(const char *path, const char **why);

/* Lines of a stream, each of LIMIT_LINE bytes at most; what they held is zeroed
 * by input_lines_free(). An empty one has file alone. */
typedef struct input_lines {
    FILE *file;
    char *text; /* the line, without its LF or CR LF, and the first one without
                   a byte order mark */
    size_t n;   /* which it is, from 1 */
} input_lines;

/* The next one; false after the last, or with *why, a clause. */
bool input_line(input_lines *lines, const char **why);
void input_lines_free(input_lines *lines);

/* Closes it unless it is stdin; false when reading failed before. */
bool input_close(FILE *file);

/* What is wrong with who may read a file that holds a secret, or, with
 * `writable`, with who may change one that is trusted: a clause, or NULL. Only
 * plain files are judged: a pipe is the shell's. */
const char *input_exposed(int fd, bool writable);

/* Says so on stderr: "educonnectctl: <path>: ...". Reading goes on. */
void input_warn(int fd, const char *path);

#endif
