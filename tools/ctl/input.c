/* input.c - the one way in which the tools open what they read. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/input.h"
#include "ctl/limits.h"

/* Not waiting was for the opening alone. */
static bool
wait_again(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

int
input_open(const char *path, input_kind kind, const char **why)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat st;

    *why = NULL;
    if (fd < 0 || fstat(fd, &st) != 0 || !wait_again(fd))
        *why = strerror(errno);
    else if (S_ISDIR(st.st_mode))
        *why = strerror(EISDIR);
    else if (kind == INPUT_FILE && !S_ISREG(st.st_mode))
        *why = "it is no plain file";
    else if (S_ISBLK(st.st_mode))
        *why = "it is a device";
    if (*why == NULL)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int
input_directory(int at, const char *path, bool follow)
{
    return openat(at, path,
        O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW));
}

int
input_within(int directory, const char *name)
{
    int fd =
        openat(directory, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

int
input_terminal(void)
{
    return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

FILE *
input_stream(const char *path, const char **why)
{
    FILE *file = NULL;
    int fd;

    *why = NULL;
    if (strcmp(path, "-") == 0)
        return stdin;
    fd = input_open(path, INPUT_STREAM, why);
    if (fd >= 0 && (file = fdopen(fd, "r")) == NULL) {
        *why = strerror(errno);
        close(fd);
    }
    return file;
}

/* What programs of Windows put before the first line. Returns what is left. */
static size_t
drop_mark(char *text, size_t n)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t length = sizeof(mark) - 1;

    if (n < length || memcmp(text, mark, length) != 0)
        return n;
    memmove(text, text + length, n - length);
    return n - length;
}

bool
input_line(input_lines *lines, const char **why)
{
    size_t n = 0;
    int c;

    *why = NULL;
    if (lines->text == NULL)
        lines->text = ctl_alloc(LIMIT_LINE + 1, 1);
    lines->n++;
    while ((c = getc(lines->file)) != EOF && c != '\n' && n < LIMIT_LINE)
        lines->text[n++] = (char)c;
    if (c == EOF && ferror(lines->file))
        *why = "it cannot be read";
    else if (c != EOF && c != '\n')
        *why = "a line is too long";
    else if (memchr(lines->text, '\0', n) != NULL)
        *why = "a zero byte is in it";
    if (lines->n == 1)
        n = drop_mark(lines->text, n);
    if (n > 0 && lines->text[n - 1] == '\r')
        n--;
    lines->text[n] = '\0';
    return *why == NULL && (c != EOF || n > 0);
}

void
input_lines_free(input_lines *lines)
{
    if (lines->text != NULL)
        OPENSSL_cleanse(lines->text, LIMIT_LINE + 1);
    free(lines->text);
    lines->text = NULL;
}

bool
input_close(FILE *file)
{
    bool good = !ferror(file);

    return (file == stdin || fclose(file) == 0) && good;
}

const char *
input_exposed(int fd, bool writable)
{
    mode_t others = writable ? S_IWGRP | S_IWOTH : S_IRGRP | S_IROTH;
    struct stat st;

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return NULL;
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return "it is somebody else's";
    if ((st.st_mode & (others | S_IWGRP | S_IWOTH)) == 0)
        return NULL;
    return writable ? "others may change it" : "others may read or change it";
}

void
input_warn(int fd, const char *path)
{
    const char *wrong = input_exposed(fd, false);

    if (wrong != NULL)
        print(stderr,
            "educonnectctl: warning: %s holds a secret, and %s: chmod 600\n",
            strcmp(path, "-") == 0 ? "stdin" : path, wrong);
}
