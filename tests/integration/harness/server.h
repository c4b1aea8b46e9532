/* server.h - the real slapd, started and stopped for one test program.
 *
 * Every server has its own temporary directory, its own port on 127.0.0.1 and
 * its own log file. A server that dies by itself, or whose log holds a report
 * of a sanitizer or of valgrind about the module, fails the test that runs. So
 * does a race that ThreadSanitizer has seen and EDC_KNOWN_RACES does not know.
 *
 * Environment:
 *   EDC_MODULE         directory of educonnect.so (default build)
 *   EDC_TOOL_MODULE    another directory for slapadd, slapcat and slaptest, for
 *                      when EDC_MODULE is instrumented (default EDC_MODULE)
 *   EDC_SLAPD_PRELOAD  LD_PRELOAD of slapd alone, before all that the harness
 *                      puts there (libasan)
 *   SLAPD              another slapd than the installed one; its libraries,
 *                      modules and schema are where scripts/slapd-layout
 *                      finds them
 *   EDC_KNOWN_RACES    file of races that do not count (tests/tsan.supp)
 *   EDC_SLAPD_WRAPPER  command put before slapd ("valgrind --quiet")
 *   EDC_KEEP           keep the temporary directories
 */
#ifndef HARNESS_SERVER_H
#define HARNESS_SERVER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/time.h>
#include <sys/types.h>

#define SUFFIX "dc=example,dc=org"
#define ROOT_DN "cn=admin," SUFFIX
#define ROOT_PASSWORD "root-secret-of-the-tests"
#define CONFIG_DN "cn=config"
#define CONFIG_PASSWORD "config-secret-of-the-tests"

/* What differs from one slapd.conf of the tests to another. Every text is
 * lines of slapd.conf, NULL for none; in `databases` "%s" stands for the
 * server's directory. */
typedef struct setup {
    const char *modules;    /* moduleload lines beside the usual ones */
    const char *global;     /* before the first database */
    const char *databases;  /* whole databases before the main one */
    const char *access;     /* access rules before the usual ones */
    const char *database;   /* in the main database, before its overlays */
    const char *below;      /* overlays configured before educonnect */
    const char *directives; /* the overlay's own; NULL: usual_directives() */
    const char *above;      /* overlays configured after it */
    bool without;           /* neither the module nor the overlay */
    bool without_ppolicy;   /* ppolicy's module is not loaded */
    bool without_overlay;   /* the module, but no overlay */
    bool holds;             /* hashes can be held: harness/gate.h */
    enum {
        MONITOR_FIRST, /* cn=monitor is configured before the main database */
        MONITOR_LAST,
        NO_MONITOR
    } monitor;
    bool config_directory; /* run from slapd.d, which slapd makes out of
                              slapd.conf when it starts first */
    bool ldaps;            /* listens with TLS too; `global` says by what */
    const char *slapadd;   /* more options of it, for what is loaded */
    bool ldapi;            /* listens on a socket of its directory too */
    int debug;             /* -d; 0: stats (256) */
    int port;              /* for a server that others must know before it
                              starts; 0: another at each start */
} setup;

typedef struct server {
    char directory[64];
    char url[64];
    int port;
    bool keeps_port;
    bool ldaps;
    char ldapi_url[128]; /* "" without */
    int ldaps_port;
    int reservation; /* of the port, for other tests; 0: none */
    pid_t pid;
    int debug;
    bool config_directory; /* runs from slapd.d */
    bool converted;        /* slapd.d has been made; a test may have done so */
    char *program; /* a copy of slapd to run instead; allocated, or NULL;
                      server_finish() frees it */
    bool holds;
    bool late; /* its workers, when they end (tests/modules/last_words.c) */
    long log_begin; /* of this start, in the log */
    int skew; /* milliseconds that its clock is ahead from the next start on */
} server;

/* Makes the directory and its slapd.conf, starts nothing. The
 * paths of the files: <directory>/slapd.conf, slapd.d, db, log. */
void server_prepare(server *s, const setup *how);

/* Starts slapd and returns when it answers; fails the test otherwise. */
void server_start(server *s);

/* Starts slapd expecting it to give up by itself; returns its exit status. */
int server_start_refused(server *s);

/* SIGTERM, or another signal that slapd ends by; waits, checks status and log.
 * The last one only waits and checks: slapd has its signal. slapd ends with
 * another status than 0 when the module leaves a thread
 * (tests/modules/threads_left.c). */
void server_stop(server *s);
void server_stop_by(server *s, int signal);
void server_await_end(server *s);

/* SIGKILL, waits. */
void server_kill(server *s);

/* Stops what runs, checks the log, removes the directory. */
void server_finish(server *s);

/* Fails the test when the server has died. */
void server_check_alive(server *s);

/* Runs slapadd, slapcat, slaptest... with the server's configuration
 * ("slapadd", "-q -l %s"); input goes to its stdin (NULL: none). Output and
 * errors together are allocated into *output when it is not NULL. Returns its
 * exit status. */
int server_tool(server *s, const char *input, char **output, const char *tool,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Path of a file in the server's directory; allocated. */
char *server_path(const server *s, const char *name);

/* Whole content of a file, NUL-terminated, allocated; NULL when unreadable. */
char *read_file(const char *path, size_t *length);

/* Creates or replaces a file; fails the test when it cannot. */
void write_file(const char *path, const char *content);

/* A peak figure of slapd's, in KiB: "VmHWM" in /proc/<pid>/status. */
long server_status_kib(const server *s, const char *field);

/* The log so far, allocated. */
char *server_log(const server *s);

/* Ends the test with a message and the end of the logs of running servers. */
void fail_test(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4), noreturn));
#define FAIL(...) fail_test(__FILE__, __LINE__, __VA_ARGS__)
#define REQUIRE(condition)                                                     \
    do {                                                                       \
        if (!(condition))                                                      \
            FAIL("not true: %s", #condition);                                  \
    } while (0)

/* Waiting for a condition: while (!condition) deadline_wait(&d, "what");
 * waits a moment, and fails the test once the deadline has passed. Seconds are
 * those of a machine with nothing else to do: five times as long is waited. */
typedef struct deadline {
    double until;
} deadline;
deadline deadline_in(double seconds);
void deadline_wait(const deadline *d, const char *what);

/* Waits until the clock's second is over: what is written then is later by the
 * times that entries keep. */
void deadline_next_second(void);
bool deadline_over(const deadline *d);

/* As long, for what takes a limit of time. */
struct timeval limit_of(double seconds);

/* asprintf that cannot fail. */
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *text_of_list(const char *format, va_list list)
    __attribute__((format(printf, 1, 0)));

/* n of them, of one number each (%u), from 0; the last behind is NULL.
 * texts_free() them. */
char **texts_of(unsigned n, const char *format);
void texts_free(char **texts);

#endif
