/* tool.h - runs educonnectctl as a user would, and watches that no
 * secret is seen where every user of the machine could read it.
 */
#ifndef HARNESS_TOOL_H
#define HARNESS_TOOL_H

#include "harness/sample.h"

/* What a finished run left. */
typedef struct tool {
    int status; /* exit status; 128 + signal when it was killed */
    char *out;  /* stdout */
    char *err;  /* stderr */
} tool;

/* Runs "educonnectctl <subcommand> -H <server> -D <actor's DN> -y <file>
 * <rest>" and waits. The words of the command line are separated by blanks; one
 * in single quotes may hold blanks. input goes to stdin, NULL: none. While it
 * runs, /proc/<pid>/cmdline and environ of it and of its children are looked
 * at: a secret told to tool_secret(), or the actor's password, in one of them
 * fails the test. who == N_ACTORS: anonymous, without -D. */
tool tool_run(world *w, actor who, const char *input, const char *subcommand,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The same with nothing added to the words after the subcommand. */
tool tool_run_plain(const char *input, const char *subcommand,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Starts it so; the caller waits with tool_wait() or kills it by pid. */
typedef struct tool_process {
    pid_t pid;
    int out, err;  /* files that its output goes to, deleted already */
    char file[64]; /* the actor's password file, "" when none */
} tool_process;
tool_process tool_start(world *w, actor who, const char *input,
    const char *subcommand, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
tool tool_wait(tool_process *p);

/* Another secret that must be in no command line or environment from now on;
 * copied. At most 64. */
void tool_secret(const char *secret);

void tool_free(tool *t);

/* The locale that tools run with from now on, "C" at first: what whoever runs
 * the tests speaks is no matter. Static storage. */
void tool_locale(const char *locale);

/* Runs one as tool_run() does, on a terminal of its own, where each answer is
 * typed once the tool has printed its question. Both outputs are in out. */
typedef struct tool_dialogue {
    const char *question, *answer; /* ends with one that is NULL */
} tool_dialogue;
tool tool_run_on_terminal(world *w, actor who, const tool_dialogue *dialogue,
    const char *subcommand, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Fails the test, with both outputs, unless this was the exit status. */
void expect_status_at(const char *file, int line, const tool *t, int status);
#define expect_status(t, status)                                               \
    expect_status_at(__FILE__, __LINE__, (t), (status))

/* Fails the test unless the text has this part. */
void expect_text_at(
    const char *file, int line, const char *text, const char *part);
#define expect_text(text, part)                                                \
    expect_text_at(__FILE__, __LINE__, (text), (part))

/* The same of several parts. */
void expect_texts_at(
    const char *file, int line, const char *text, const char *const *parts);
#define expect_texts(text, ...)                                                \
    expect_texts_at(                                                           \
        __FILE__, __LINE__, (text), (const char *const[]){__VA_ARGS__, NULL})

#endif
