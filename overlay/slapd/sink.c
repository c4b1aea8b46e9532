/* sink.c - where lines of the audit trail go.
 *
 * Before each line the name is looked at: another file under it (logrotate has
 * moved ours away), or none, is opened. A file that was cut to nothing
 * (copytruncate) goes on at its new end, by O_APPEND.
 */
#include "slapd/sink.h"
#include "slapd/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "core/settings/settings.h"
#include "core/text/trail.h"

/* A line that is lost is told of so often, in milliseconds. */
#define TOLD_EACH 60000

#define MODE 0640

#define SYMBOLIC_LINK "it is a symbolic link"
#define NOT_REGULAR "it is no regular file"

/* An open file; closed by who leaves it last. */
typedef struct file {
    int fd;
    dev_t device;
    ino_t inode;
    unsigned users;    /* under the sink's mutex; the sink is one */
    _Atomic bool torn; /* its last line has no end: a disk was full */
} file;

struct ov_sink {
    pthread_mutex_t mutex; /* never held while anything is written */
    file *current;         /* NULL: none is open */
    int64_t told;          /* by ov_milliseconds(); 0: nothing to tell */
    uint64_t lost_before;  /* when it began to fail */
    _Atomic uint64_t written, lost;
    _Atomic bool failing;
};

/* No FIFO makes anybody wait, no device is written to. */
static int
open_file(const char *path, struct stat *st, const char **why)
{
    int fd = open(path,
        O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
            O_NOCTTY,
        MODE);

    if (fd >= 0 && fstat(fd, st) == 0 && S_ISREG(st->st_mode))
        return fd;
    if (fd < 0)
        *why = errno == ELOOP ? SYMBOLIC_LINK : strerror(errno);
    else
        *why = NOT_REGULAR;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool
is_syslog(const char *where)
{
    return where[0] != '/';
}

bool
ov_sink_can(const char *where, const char **why)
{
    struct stat st;
    int fd;

    if (is_syslog(where))
        return true;
    fd = open_file(where, &st, why);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

bool
ov_sink_may(const char *where, const char **why)
{
    struct stat st;

    if (is_syslog(where) || lstat(where, &st) != 0 || S_ISREG(st.st_mode))
        return true;
    *why = S_ISLNK(st.st_mode) ? SYMBOLIC_LINK : NOT_REGULAR;
    return false;
}

ov_sink *
ov_sink_new(void)
{
    ov_sink *sink = ch_calloc(1, sizeof(*sink));

    (void)pthread_mutex_init(&sink->mutex, NULL);
    return sink;
}

/* Under the mutex. */
static void
release(file *f)
{
    if (f == NULL || --f->users > 0)
        return;
    close(f->fd);
    ch_free(f);
}

void
ov_sink_leave(ov_sink *sink)
{
    pthread_mutex_lock(&sink->mutex);
    release(sink->current);
    sink->current = NULL;
    pthread_mutex_unlock(&sink->mutex);
}

void
ov_sink_free(ov_sink *sink)
{
    if (sink == NULL)
        return;
    ov_sink_leave(sink);
    pthread_mutex_destroy(&sink->mutex);
    ch_free(sink);
}

/* Under the mutex: the file under the name is another one, or there is none. */
static void
open_again(ov_sink *sink, const char *path, const char **why)
{
    struct stat st;
    int fd = open_file(path, &st, why);

    release(sink->current);
    sink->current = NULL;
    if (fd < 0)
        return;
    sink->current = ch_calloc(1, sizeof(file));
    *sink->current =
        (file){.fd = fd, .device = st.st_dev, .inode = st.st_ino, .users = 1};
}

/* The file of now, to be given back; NULL and *why: it cannot be opened. */
static file *
take(ov_sink *sink, const char *path, const char **why)
{
    struct stat st;
    bool there = lstat(path, &st) == 0;
    file *f;

    pthread_mutex_lock(&sink->mutex);
    f = sink->current;
    if (f == NULL || !there || f->device != st.st_dev || f->inode != st.st_ino)
        open_again(sink, path, why);
    f = sink->current;
    if (f != NULL)
        f->users++;
    pthread_mutex_unlock(&sink->mutex);
    return f;
}

static void
give_back(ov_sink *sink, file *f)
{
    pthread_mutex_lock(&sink->mutex);
    release(f);
    pthread_mutex_unlock(&sink->mutex);
}

/* After a line without an end the next begins on a line of its own, and so does
 * whatever is written at the same moment: an empty line does no harm. */
static bool
append(file *f, const char *line, size_t n, const char **why)
{
    char text[EDC_TRAIL_SIZE + 1];
    bool torn = f->torn;
    size_t begin = torn ? 0 : 1;
    ssize_t done;

    text[0] = '\n';
    memcpy(text + 1, line, n);
    n = n + 1 - begin;
    do
        done = write(f->fd, text + begin, n);
    while (done < 0 && errno == EINTR);
    if (done == (ssize_t)n) {
        if (torn)
            f->torn = false;
        return true;
    }
    if (done > 0)
        f->torn = true;
    *why = done < 0 ? strerror(errno) : strerror(ENOSPC);
    return false;
}

/* ---- what is lost ---- */

static void
tell_lost(ov_sink *sink, const char *path, const char *why)
{
    int64_t now = ov_milliseconds();
    bool tell;

    sink->lost++;
    pthread_mutex_lock(&sink->mutex);
    tell = sink->told == 0 || now - sink->told >= TOLD_EACH;
    if (sink->told == 0)
        sink->lost_before = sink->lost - 1;
    if (tell)
        sink->told = now;
    sink->failing = true;
    pthread_mutex_unlock(&sink->mutex);
    if (tell)
        Debug(LDAP_DEBUG_ANY,
            "educonnect: the audit trail cannot be written to \"%s\": %s; "
            "events go on, %llu lines are lost\n",
            path, why, (unsigned long long)sink->lost);
}

static void
tell_written(ov_sink *sink, const char *path)
{
    uint64_t lost = 0;
    bool tell = false;

    sink->written++;
    if (!sink->failing)
        return;
    pthread_mutex_lock(&sink->mutex);
    if (sink->told != 0) {
        tell = true;
        lost = sink->lost - sink->lost_before;
        sink->told = 0;
    }
    sink->failing = false;
    pthread_mutex_unlock(&sink->mutex);
    if (tell)
        Debug(LDAP_DEBUG_ANY,
            "educonnect: the audit trail is written to \"%s\" again; %llu "
            "lines were lost\n",
            path, (unsigned long long)lost);
}

void
ov_sink_write(ov_sink *sink, const char *where, const char *line, size_t n)
{
    const char *why = "";
    bool done;
    file *f;

    if (is_syslog(where)) {
        /* slapd has opened it, under its own name. */
        syslog(LOG_AUTH | LOG_INFO, "educonnect: %.*s", (int)n - 1, line);
        tell_written(sink, where);
        return;
    }
    f = take(sink, where, &why);
    done = f != NULL && append(f, line, n, &why);
    if (f != NULL)
        give_back(sink, f);
    if (done)
        tell_written(sink, where);
    else
        tell_lost(sink, where, why);
}

ov_sink_counters
ov_sink_count(ov_sink *sink)
{
    return (ov_sink_counters){sink->written, sink->lost, sink->failing};
}
