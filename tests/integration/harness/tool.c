/* tool.c - running educonnectctl. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/tool.h"

#define WORDS_MAX 64
#define SECRETS_MAX 64

static char *secrets[SECRETS_MAX];
static size_t n_secrets;

void
tool_secret(const char *secret)
{
    for (size_t i = 0; i < n_secrets; i++) {
        if (strcmp(secrets[i], secret) == 0)
            return;
    }
    REQUIRE(n_secrets < SECRETS_MAX && strlen(secret) >= 8);
    secrets[n_secrets++] = text_of("%s", secret);
}

/* ---- the command line ---- */

static size_t
split(char *line, char **words, size_t n)
{
    char *p = line;

    while (*p != '\0') {
        char end = ' ';

        while (*p == ' ')
            p++;
        if (*p == '\0')
            break;
        if (*p == '\'') {
            end = '\'';
            p++;
        }
        REQUIRE(n + 1 < WORDS_MAX);
        words[n++] = p;
        while (*p != '\0' && *p != end)
            p++;
        if (*p != '\0')
            *p++ = '\0';
    }
    words[n] = NULL;
    return n;
}

static int
scratch_file(void)
{
    char path[] = "/tmp/educonnect-tool-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);

    REQUIRE(fd >= 0 && unlink(path) == 0);
    return fd;
}

static int
input_file(const char *input)
{
    int fd;

    if (input == NULL) {
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        REQUIRE(fd >= 0);
        return fd;
    }
    fd = scratch_file();
    REQUIRE(write(fd, input, strlen(input)) == (ssize_t)strlen(input));
    REQUIRE(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static char *
program(void)
{
    const char *directory = getenv("EDC_TOOLS");

    return text_of("%s/educonnectctl", directory == NULL ? "build" : directory);
}

static const char *locale = "C";

void
tool_locale(const char *to)
{
    locale = to;
}

/* The terminal that the next tool runs on; NULL: none. */
static const char *terminal;

/* On a terminal of its own, which is then also what it may ask on. */
static bool
take_terminal(void)
{
    int fd;

    if (setsid() < 0)
        return false;
    fd = open(terminal, O_RDWR);
    return fd >= 0 && dup2(fd, 0) >= 0 && dup2(fd, 1) >= 0 && dup2(fd, 2) >= 0;
}

static void
run_child(char **words, int in, const tool_process *p)
{
    if (setenv("LC_ALL", locale, 1) != 0)
        _exit(124);
    if (terminal != NULL
            ? !take_terminal()
            : dup2(in, 0) < 0 || dup2(p->out, 1) < 0 || dup2(p->err, 2) < 0)
        _exit(125);
    execv(words[0], words);
    _exit(126);
}

static void
spawn(tool_process *p, char **words, const char *input)
{
    int in = input_file(input);

    p->out = scratch_file();
    p->err = scratch_file();
    p->pid = fork();
    REQUIRE(p->pid >= 0);
    if (p->pid == 0)
        run_child(words, in, p);
    close(in);
}

static tool_process
start(world *w, actor who, const char *input, const char *subcommand,
    const char *format, va_list ap)
{
    tool_process p = {.file = ""};
    char *words[WORDS_MAX];
    char *rest = NULL;
    char *dn = NULL;
    char *password;
    size_t n = 0;

    rest = text_of_list(format, ap);
    words[n++] = program();
    words[n++] = (char *)subcommand;
    if (w != NULL) {
        words[n++] = (char *)"-H";
        words[n++] = w->server.url;
    }
    if (w != NULL && who != N_ACTORS) {
        dn = actor_dn(who);
        password = actor_password(who);
        tool_secret(password);
        REQUIRE((size_t)snprintf(p.file, sizeof(p.file), "%s/secret-%d",
                    w->server.directory, (int)who) < sizeof(p.file));
        write_file(p.file, password);
        REQUIRE(chmod(p.file, 0600) == 0);
        free(password);
        words[n++] = (char *)"-D";
        words[n++] = dn;
        words[n++] = (char *)"-y";
        words[n++] = p.file;
    }
    split(rest, words, n);
    spawn(&p, words, input);
    free(words[0]);
    free(rest);
    free(dn);
    return p;
}

/* ---- what every user of the machine can see of a process ---- */

static void
look_at(pid_t pid, const char *name)
{
    char *path = text_of("/proc/%d/%s", (int)pid, name);
    size_t n = 0;
    char *content = read_file(path, &n);

    for (size_t i = 0; content != NULL && i < n_secrets; i++) {
        if (memmem(content, n, secrets[i], strlen(secrets[i])) != NULL)
            FAIL("a secret stands in %s", path);
    }
    free(content);
    free(path);
}

static void
look_at_children(pid_t pid)
{
    char *path = text_of("/proc/%d/task/%d/children", (int)pid, (int)pid);
    char *children = read_file(path, NULL);
    char *rest = NULL;

    for (char *word = children == NULL ? NULL : strtok_r(children, " ", &rest);
        word != NULL; word = strtok_r(NULL, " ", &rest)) {
        pid_t child = (pid_t)strtol(word, NULL, 10);

        look_at(child, "cmdline");
        look_at(child, "environ");
        look_at_children(child);
    }
    free(children);
    free(path);
}

/* ---- the end of it ---- */

static char *
content_of(int fd)
{
    struct stat st;
    char *text;

    REQUIRE(fstat(fd, &st) == 0 && lseek(fd, 0, SEEK_SET) == 0);
    text = calloc((size_t)st.st_size + 1, 1);
    REQUIRE(text != NULL);
    for (off_t n = 0; n < st.st_size;) {
        ssize_t got = read(fd, text + n, (size_t)(st.st_size - n));

        REQUIRE(got > 0);
        n += got;
    }
    close(fd);
    return text;
}

tool
tool_wait(tool_process *p)
{
    deadline d = deadline_in(300);
    tool t = {0, NULL, NULL};
    int status = 0;
    pid_t ended;

    while ((ended = waitpid(p->pid, &status, WNOHANG)) == 0) {
        look_at(p->pid, "cmdline");
        look_at(p->pid, "environ");
        look_at_children(p->pid);
        deadline_wait(&d, "educonnectctl to end");
    }
    REQUIRE(ended == p->pid);
    t.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    t.out = content_of(p->out);
    t.err = content_of(p->err);
    return t;
}

tool_process
tool_start(world *w, actor who, const char *input, const char *subcommand,
    const char *format, ...)
{
    va_list ap;
    tool_process p;

    va_start(ap, format);
    p = start(w, who, input, subcommand, format, ap);
    va_end(ap);
    return p;
}

tool
tool_run(world *w, actor who, const char *input, const char *subcommand,
    const char *format, ...)
{
    va_list ap;
    tool_process p;

    va_start(ap, format);
    p = start(w, who, input, subcommand, format, ap);
    va_end(ap);
    return tool_wait(&p);
}

#define SCREEN 65536

/* Reads what stands on the screen and types what is asked for. False at the
 * end. */
static bool
talk(int master, char *screen, size_t *n, const tool_dialogue **next)
{
    struct pollfd p = {master, POLLIN, 0};
    ssize_t got;

    if (poll(&p, 1, 50) == 0)
        return true;
    got = read(master, screen + *n, SCREEN - 1 - *n);
    if (got <= 0)
        return false;
    *n += (size_t)got;
    screen[*n] = '\0';
    if ((*next)->question != NULL &&
        strstr(screen, (*next)->question) != NULL) {
        size_t length = strlen((*next)->answer);

        REQUIRE(write(master, (*next)->answer, length) == (ssize_t)length);
        ++*next;
    }
    return true;
}

tool
tool_run_on_terminal(world *w, actor who, const tool_dialogue *dialogue,
    const char *subcommand, const char *format, ...)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    deadline d = deadline_in(60);
    char *screen = calloc(SCREEN, 1);
    size_t n = 0;
    tool_process p;
    va_list ap;
    tool t;

    REQUIRE(screen != NULL && master >= 0 && grantpt(master) == 0 &&
            unlockpt(master) == 0);
    terminal = ptsname(master);
    REQUIRE(terminal != NULL);
    va_start(ap, format);
    p = start(w, who, NULL, subcommand, format, ap);
    va_end(ap);
    terminal = NULL;
    while (n < SCREEN - 1 && talk(master, screen, &n, &dialogue))
        REQUIRE(!deadline_over(&d));
    close(master);
    t = tool_wait(&p);
    free(t.out);
    t.out = screen;
    return t;
}

tool
tool_run_plain(
    const char *input, const char *subcommand, const char *format, ...)
{
    va_list ap;
    tool_process p;

    va_start(ap, format);
    p = start(NULL, N_ACTORS, input, subcommand, format, ap);
    va_end(ap);
    return tool_wait(&p);
}

void
tool_free(tool *t)
{
    free(t->out);
    free(t->err);
    *t = (tool){0, NULL, NULL};
}

void
expect_status_at(const char *file, int line, const tool *t, int status)
{
    if (t->status != status)
        fail_test(file, line,
            "exit status %d, not %d\n--- stdout\n%s--- "
            "stderr\n%s",
            t->status, status, t->out, t->err);
}

void
expect_text_at(const char *file, int line, const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_test(file, line, "\"%s\" is not in: %s", part, text);
}

void
expect_texts_at(
    const char *file, int line, const char *text, const char *const *parts)
{
    for (; *parts != NULL; parts++)
        expect_text_at(file, line, text, *parts);
}
