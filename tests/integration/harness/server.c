/* server.c - the life of a slapd process under test. */
#define _GNU_SOURCE 1
#include "harness/server.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <ldap.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "harness/config.h"
#include "harness/launch.h"
#include "harness/port.h"
#include "harness/races.h"
#include "harness/report.h"

#define MAX_SERVERS 4

/* Who runs, for the reports of a failing test. A server that a failed test has
 * left behind is only known by its address, which is not followed. */
static struct {
    const server *s;
    char directory[sizeof(((server *)NULL)->directory)];
} running[MAX_SERVERS];

/* ---- small things ---- */

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What is waited for comes in a moment, but not on a machine whose processors
 * are busy elsewhere, and not under an instrument. */
static double
patience(double seconds)
{
    return seconds * (getenv("EDC_SLAPD_WRAPPER") != NULL ? 20 : 5);
}

deadline
deadline_in(double seconds)
{
    return (deadline){now() + patience(seconds)};
}

struct timeval
limit_of(double seconds)
{
    return (struct timeval){.tv_sec = (time_t)patience(seconds)};
}

bool
deadline_over(const deadline *d)
{
    return now() > d->until;
}

void
deadline_wait(const deadline *d, const char *what)
{
    struct timespec moment = {0, 5 * 1000 * 1000};

    if (now() > d->until)
        FAIL("waited in vain for %s", what);
    nanosleep(&moment, NULL);
}

void
deadline_next_second(void)
{
    time_t begun = time(NULL);
    deadline d = deadline_in(10);

    while (time(NULL) == begun)
        deadline_wait(&d, "the next second");
}

char *
text_of_list(const char *format, va_list list)
{
    char *text = NULL;

    if (vasprintf(&text, format, list) < 0)
        abort();
    return text;
}

char *
text_of(const char *format, ...)
{
    va_list list;
    char *text;

    va_start(list, format);
    text = text_of_list(format, list);
    va_end(list);
    return text;
}

char **
texts_of(unsigned n, const char *format)
{
    char **texts = calloc(n + 1, sizeof(char *));

    REQUIRE(texts != NULL);
    for (unsigned i = 0; i < n; i++)
        texts[i] = text_of(format, i);
    return texts;
}

void
texts_free(char **texts)
{
    for (char **t = texts; *t != NULL; t++)
        free(*t);
    free(texts);
}

char *
server_path(const server *s, const char *name)
{
    return text_of("%s/%s", s->directory, name);
}

static char *
read_from(const char *path, long begin, size_t *length)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t size = 0, n = 0, got;

    if (f == NULL)
        return NULL;
    fseek(f, begin, SEEK_SET);
    do {
        size += 65536;
        text = realloc(text, size + 1);
        if (text == NULL)
            abort();
        got = fread(text + n, 1, size - n, f);
        n += got;
    } while (n == size);
    fclose(f);
    text[n] = '\0';
    if (length != NULL)
        *length = n;
    return text;
}

char *
read_file(const char *path, size_t *length)
{
    return read_from(path, 0, length);
}

void
write_file(const char *path, const char *content)
{
    FILE *f = fopen(path, "w");

    if (f == NULL || fputs(content, f) < 0 || fclose(f) != 0)
        FAIL("cannot write %s: %s", path, strerror(errno));
}

char *
server_log(const server *s)
{
    char *path = server_path(s, "log");
    char *text = read_file(path, NULL);

    free(path);
    return text != NULL ? text : text_of("(no log)");
}

/* What this start has logged. */
static char *
log_of_start(const server *s)
{
    char *path = server_path(s, "log");
    char *text = read_from(path, s->log_begin, NULL);

    free(path);
    return text != NULL ? text : text_of("%s", "");
}

static long
log_length(const server *s)
{
    char *path = server_path(s, "log");
    struct stat st = {.st_size = 0};

    (void)stat(path, &st);
    free(path);
    return (long)st.st_size;
}

static void
print_tail(const char *directory)
{
    char *path = text_of("%s/log", directory), *log = read_file(path, NULL);
    char *tail = log != NULL ? log + strlen(log) : NULL;
    int lines = 0;

    free(path);
    while (tail > log && lines <= 40) {
        tail--;
        lines += *tail == '\n';
    }
    fprintf(stderr, "---- end of %s/log ----\n%s\n----\n", directory,
        tail != NULL ? tail : "(no log)");
    free(log);
}

void
fail_test(const char *file, int line, const char *format, ...)
{
    va_list list;

    fprintf(stderr, "%s:%d: ", file, line);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    for (int i = 0; i < MAX_SERVERS; i++) {
        if (running[i].s != NULL)
            print_tail(running[i].directory);
    }
    _fail(file, line);
    abort();
}

static void
remember(const server *s, bool runs)
{
    for (int i = 0; i < MAX_SERVERS; i++) {
        if (running[i].s == s)
            running[i].s = NULL;
    }
    for (int i = 0; runs && i < MAX_SERVERS; i++) {
        if (running[i].s == NULL) {
            running[i].s = s;
            memcpy(running[i].directory, s->directory, sizeof(s->directory));
            return;
        }
    }
}

/* ---- preparing ---- */

static void
give_port_back(server *s)
{
    if (s->reservation > 0)
        close(s->reservation);
    s->reservation = 0;
}

void
server_prepare(server *s, const setup *how)
{
    char *path, *conf;
    static const char *const directories[] = {
        "db", "log-db", "asked-db", "slapd.d"};

    /* A server that goes away is an answer, not the end of the test. */
    signal(SIGPIPE, SIG_IGN);
    memset(s, 0, sizeof(*s));
    snprintf(s->directory, sizeof(s->directory), "/tmp/educonnect-XXXXXX");
    if (mkdtemp(s->directory) == NULL)
        FAIL("no temporary directory: %s", strerror(errno));
    for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
        path = server_path(s, directories[i]);
        if (mkdir(path, 0700) != 0)
            FAIL("cannot make %s", path);
        free(path);
    }
    launch_link_modules(s, false);
    s->debug = how->debug != 0 ? how->debug : 256;
    s->port = how->port;
    s->keeps_port = how->port != 0;
    path = server_path(s, "slapd.conf");
    conf = config_text(s->directory, how);
    write_file(path, conf);
    free(conf);
    free(path);
    s->config_directory = how->config_directory;
    s->holds = how->holds;
    s->ldaps = how->ldaps;
    if (how->ldapi)
        snprintf(s->ldapi_url, sizeof(s->ldapi_url),
            "ldapi://%%2ftmp%%2f%s%%2fldapi", strrchr(s->directory, '/') + 1);
}

/* ---- starting ---- */

static void
become_slapd(const server *s)
{
    char *log = server_path(s, "log");
    const char *file = text_of("-f %s/slapd.conf", s->directory);
    const char *tree = text_of("-F %s/slapd.d", s->directory);
    const char *ldaps = text_of(" ldaps://127.0.0.1:%d/", s->ldaps_port);
    char *command = text_of("exec %s -d %d -h '%s%s %s' %s %s",
        launch_server(s), s->debug, s->url, s->ldaps ? ldaps : "", s->ldapi_url,
        s->converted ? "" : file, s->config_directory ? tree : "");
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
        _exit(126);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static bool
answers(const server *s)
{
    LDAP *ld = NULL;
    struct berval none = {0, NULL};
    struct timeval limit = limit_of(10);
    int version = LDAP_VERSION3;
    bool ok;

    if (ldap_initialize(&ld, s->url) != LDAP_SUCCESS)
        return false;
    ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &limit);
    ok = ldap_sasl_bind_s(ld, "", LDAP_SASL_SIMPLE, &none, NULL, NULL, NULL) ==
         LDAP_SUCCESS;
    ldap_unbind_ext_s(ld, NULL, NULL);
    return ok;
}

static void
spawn(server *s)
{
    char *pid_file = server_path(s, "pid");

    give_port_back(s);
    if (!s->keeps_port)
        s->port = port_take(&s->reservation);
    s->ldaps_port = s->ldaps ? server_free_port() : 0;
    s->log_begin = log_length(s);
    snprintf(s->url, sizeof(s->url), "ldap://127.0.0.1:%d/", s->port);
    unlink(pid_file);
    free(pid_file);
    fflush(NULL);
    s->pid = fork();
    if (s->pid < 0)
        FAIL("fork: %s", strerror(errno));
    if (s->pid == 0)
        become_slapd(s);
}

/* slapd says so once it listens: whoever else answers on the port is not taken
 * for it. */
static bool
listens(const server *s)
{
    char *log = log_of_start(s);
    bool own = strstr(log, "slapd starting") != NULL;

    free(log);
    return own;
}

/* Whether it came up; false when it ended by itself. */
static bool
comes_up(server *s, int *status)
{
    deadline d = deadline_in(30);

    while (!listens(s) || !answers(s)) {
        if (waitpid(s->pid, status, WNOHANG) == s->pid) {
            s->pid = 0;
            return false;
        }
        deadline_wait(&d, "slapd to answer");
    }
    return true;
}

/* Somebody else may have taken the port in between: then another one. */
static bool
port_was_taken(const server *s)
{
    char *log = log_of_start(s);
    bool taken = strstr(log, "Address already in use") != NULL ||
                 strstr(log, "listener initialization failed") != NULL;

    free(log);
    return taken;
}

void
server_start(server *s)
{
    int status = 0;

    remember(s, true);
    for (int tries = 0; tries < 5; tries++) {
        spawn(s);
        if (comes_up(s, &status)) {
            s->converted = s->config_directory;
            return;
        }
        if (!port_was_taken(s))
            break;
    }
    FAIL("slapd did not start, status %d", status);
}

int
server_start_refused(server *s)
{
    int status = 0;

    remember(s, true);
    spawn(s);
    if (comes_up(s, &status)) {
        server_kill(s);
        FAIL("slapd started, but should have refused");
    }
    remember(s, false);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- stopping ---- */

void
server_check_alive(server *s)
{
    int status = 0;

    if (s->pid > 0 && waitpid(s->pid, &status, WNOHANG) == s->pid) {
        s->pid = 0;
        FAIL("slapd died, %s %d", WIFSIGNALED(status) ? "signal" : "status",
            WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
}

static void
check_log(const server *s)
{
    char *log = server_log(s), *races = launch_reports(s);
    char *known = launch_known_races();
    race_count n = {.print = stderr};
    char *report = report_in_log(log), *race = race_of_ours(races, known, &n);

    if (report != NULL)
        FAIL("the log holds a report:\n%s", report);
    if (race != NULL)
        FAIL("ThreadSanitizer reported:\n%s", race);
    free(known);
    free(races);
    free(log);
}

void
server_kill(server *s)
{
    server_check_alive(s);
    if (s->pid > 0) {
        kill(s->pid, SIGKILL);
        waitpid(s->pid, NULL, 0);
    }
    s->pid = 0;
    remember(s, false);
}

void
server_stop(server *s)
{
    server_stop_by(s, SIGTERM);
}

/* A test that failed may have left it. */
static void
let_go(const server *s)
{
    char *hold = server_path(s, "hold");

    unlink(hold);
    free(hold);
}

void
server_stop_by(server *s, int signal)
{
    if (s->pid <= 0)
        return;
    server_check_alive(s);
    let_go(s);
    kill(s->pid, signal);
    server_await_end(s);
}

/* slapd 2.5 gives status 1 when it is told to end before its main thread has
 * seen that the listener is ready, which has answered us by then. */
static bool
ended_early(const server *s, int status)
{
    char *log = log_of_start(s);
    bool early = WIFEXITED(status) && WEXITSTATUS(status) == 1 &&
                 strstr(log, "shutdown requested") != NULL &&
                 strstr(log, "listener initialization failed") != NULL;

    free(log);
    return early;
}

void
server_await_end(server *s)
{
    deadline d = deadline_in(120);
    int status = 0;

    while (waitpid(s->pid, &status, WNOHANG) != s->pid)
        deadline_wait(&d, "slapd to stop");
    s->pid = 0;
    check_log(s);
    if (!ended_early(s, status) &&
        (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        FAIL("slapd ended with %s %d",
            WIFSIGNALED(status) ? "signal" : "status",
            WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    remember(s, false);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void
server_finish(server *s)
{
    if (s->directory[0] == '\0')
        return;
    server_stop(s);
    check_log(s);
    remember(s, false);
    give_port_back(s);
    free(s->program);
    s->program = NULL;
    if (getenv("EDC_KEEP") == NULL)
        nftw(s->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    s->directory[0] = '\0';
}

/* ---- tools and figures ---- */

int
server_tool(server *s, const char *input, char **output, const char *tool,
    const char *format, ...)
{
    char *arguments, *command, *in = server_path(s, "tool.in");
    char *out = server_path(s, "tool.out");
    char *config, *program;
    va_list list;
    int status;

    va_start(list, format);
    arguments = text_of_list(format, list);
    va_end(list);
    write_file(in, input != NULL ? input : "");
    config = strcmp(tool, "slaptest") == 0 ? text_of("%s", "")
             : s->converted ? text_of("-F %s/slapd.d", s->directory)
                            : text_of("-f %s/slapd.conf", s->directory);
    program = launch_tool(s, tool);
    command =
        text_of("%s %s %s <%s >%s 2>&1", program, config, arguments, in, out);
    launch_link_modules(s, true);
    status = system(command);
    launch_link_modules(s, false);
    if (output != NULL)
        *output = read_file(out, NULL);
    free(config);
    free(program);
    free(command);
    free(arguments);
    free(in);
    free(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

long
server_status_kib(const server *s, const char *field)
{
    char *path = text_of("/proc/%d/status", (int)s->pid);
    char *text = read_file(path, NULL);
    char *key = text_of("%s:", field);
    char *at = text != NULL ? strstr(text, key) : NULL;
    long kib = at != NULL ? strtol(at + strlen(key), NULL, 10) : -1;

    free(path);
    free(text);
    free(key);
    return kib;
}
