/* program.c - running a program that turns bytes into bytes. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "letters/program.h"

#define COMPLAINT_MAX 2000

/* Our ends of the pipes, and the program's; -1 for none. */
typedef struct pipes {
    int in[2], out[2], err[2];
} pipes;

static void
shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void
shut_all(pipes *p)
{
    for (int i = 0; i < 2; i++) {
        shut(&p->in[i]);
        shut(&p->out[i]);
        shut(&p->err[i]);
    }
}

/* Our end does not block: a full pipe must not keep us from reading. */
static bool
unblock(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool
open_pipes(pipes *p, bool complaint)
{
    *p = (pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(p->in, O_CLOEXEC) == 0 && pipe2(p->out, O_CLOEXEC) == 0 &&
        (!complaint || pipe2(p->err, O_CLOEXEC) == 0) && unblock(p->in[1]) &&
        unblock(p->out[0]) && (!complaint || unblock(p->err[0])))
        return true;
    shut_all(p);
    return false;
}

static int
start(const char *const *argv, const pipes *p, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t how;
    sigset_t usual;
    int failed;

    if (posix_spawn_file_actions_init(&actions) != 0)
        return ENOMEM;
    if (posix_spawnattr_init(&how) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return ENOMEM;
    }
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    failed =
        posix_spawn_file_actions_adddup2(&actions, p->in[0], STDIN_FILENO) ||
        posix_spawn_file_actions_adddup2(&actions, p->out[1], STDOUT_FILENO) ||
        (p->err[1] >= 0 ? posix_spawn_file_actions_adddup2(
                              &actions, p->err[1], STDERR_FILENO)
                        : posix_spawn_file_actions_addopen(&actions,
                              STDERR_FILENO, "/dev/null", O_WRONLY, 0)) ||
        posix_spawnattr_setsigdefault(&how, &usual) ||
        posix_spawnattr_setpgroup(&how, 0) ||
        posix_spawnattr_setflags(
            &how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    failed = failed ? ENOMEM
                    : posix_spawnp(pid, argv[0], &actions, &how,
                          (char *const *)argv, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* Gives what the pipe takes; closes it when all is given, or nobody reads. */
static void
feed(int *fd, const letters_text *in, size_t *given)
{
    ssize_t n = 0;

    if (*given < in->n)
        n = write(*fd, in->p + *given, in->n - *given);
    if (n > 0)
        *given += (size_t)n;
    if (*given == in->n || (n < 0 && errno != EAGAIN && errno != EINTR))
        shut(fd);
}

static void
drain(int *fd, letters_text *into, size_t limit)
{
    char bytes[16384];
    ssize_t n = read(*fd, bytes, sizeof(bytes));

    if (n > 0 && into->n < limit)
        letters_put(into, bytes, (size_t)n);
    else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        shut(fd);
    OPENSSL_cleanse(bytes, sizeof(bytes));
}

static void
converse(pipes *p, const letters_text *in, letters_text *out,
    letters_text *complaint)
{
    size_t given = 0;

    while (p->in[1] >= 0 || p->out[0] >= 0 || p->err[0] >= 0) {
        struct pollfd ready[3] = {{p->in[1], POLLOUT, 0},
            {p->out[0], POLLIN, 0}, {p->err[0], POLLIN, 0}};

        if (poll(ready, 3, -1) < 0)
            continue;
        if (ready[0].revents != 0)
            feed(&p->in[1], in, &given);
        if (ready[1].revents != 0)
            drain(&p->out[0], out, SIZE_MAX);
        if (ready[2].revents != 0)
            drain(&p->err[0], complaint, COMPLAINT_MAX);
    }
}

/* Allocated. */
static char *
one_line(const char *said)
{
    char *line = ctl_copy(said), *end = line + strlen(line);

    while (end > line && end[-1] == '\n')
        *--end = '\0';
    for (char *p = line; (p = strchr(p, '\n')) != NULL;)
        *p = ' ';
    return line;
}

letters_end
letters_program(const char *const *argv, const letters_text *in,
    letters_text *out, char **complaint)
{
    letters_text said = {NULL, 0, 0};
    pid_t pid = 0;
    int status = 0;
    int failed;
    pipes p;

    if (complaint != NULL)
        *complaint = NULL;
    if (!open_pipes(&p, complaint != NULL))
        return LETTERS_FAILED;
    failed = start(argv, &p, &pid);
    if (failed != 0) {
        shut_all(&p);
        return failed == ENOENT ? LETTERS_MISSING : LETTERS_FAILED;
    }
    shut(&p.in[0]);
    shut(&p.out[1]);
    shut(&p.err[1]);
    converse(&p, in, out, &said);
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            status = -1;
            break;
        }
    }
    if (complaint != NULL)
        *complaint = one_line(said.p == NULL ? "" : said.p);
    letters_wipe(&said);
    return status == 0 ? LETTERS_DONE : LETTERS_FAILED;
}
