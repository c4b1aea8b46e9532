/* messages.c - messages, the line that says how far something is, memory. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl/ctl.h"

/* ---- the progress line ---- */

static bool line_stands;
static struct timespec last;

static bool
soon_after(const struct timespec *now)
{
    return (now->tv_sec - last.tv_sec) * 1000 +
               (now->tv_nsec - last.tv_nsec) / 1000000 <
           100;
}

void
ctl_progress(const char *what, size_t done, size_t total)
{
    struct timespec now;
    bool over = total != 0 && done >= total;

    if (!isatty(STDERR_FILENO) || clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
        (!over && soon_after(&now)))
        return;
    last = now;
    if (total == 0) {
        print(stderr, "\r\033[K%s: %zu", what, done);
    } else {
        int filled = (int)(30 * (over ? total : done) / total);

        print(stderr, "\r\033[K%s: [%.*s%*s] %zu of %zu (%zu %%)", what, filled,
            "##############################", 30 - filled, "", done, total,
            100 * done / total);
    }
    line_stands = true;
    if (over)
        ctl_progress_end();
}

void
ctl_progress_end(void)
{
    if (line_stands)
        print(stderr, "\n");
    line_stands = false;
}

/* ---- messages ---- */

static void say(const ctl *c, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void
say(const ctl *c, const char *format, va_list ap)
{
    ctl_progress_end();
    print(stderr, "educonnectctl %s: ", c->command->name);
    print_v(stderr, format, ap);
    print(stderr, "\n");
}

void
ctl_warn(const ctl *c, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say(c, format, ap);
    va_end(ap);
}

ctl_exit
ctl_fail(const ctl *c, ctl_exit status, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say(c, format, ap);
    va_end(ap);
    return status;
}

char *
ctl_diagnostic(LDAP *ld)
{
    char *text = NULL;
    char *copy;

    if (ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text) !=
            LDAP_OPT_SUCCESS ||
        text == NULL)
        return ctl_copy("");
    copy = ctl_copy(text);
    ldap_memfree(text);
    return copy;
}

ctl_exit
ctl_fail_ldap(
    const ctl *c, ctl_exit status, LDAP *ld, int result, const char *what)
{
    char *text = ctl_diagnostic(ld);

    /* What libldap says of a failed TLS session helps nobody. */
    if (text[0] != '\0' && strcmp(text, "(unknown error code)") != 0)
        ctl_warn(c, "%s: %s (%s)", what, ldap_err2string(result), text);
    else
        ctl_warn(c, "%s: %s", what, ldap_err2string(result));
    free(text);
    return status;
}

bool
ctl_flush(const ctl *c)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    ctl_warn(c, "cannot write: %s", strerror(errno));
    return false;
}

/* ---- memory ---- */

static void *
or_end(void *p)
{
    if (p == NULL) {
        ctl_progress_end();
        print_lines(stderr, "educonnectctl: out of memory\n");
        exit(CTL_LOCAL);
    }
    return p;
}

void *
ctl_alloc(size_t n, size_t size)
{
    return or_end(calloc(n == 0 ? 1 : n, size == 0 ? 1 : size));
}

void *
ctl_resize(void *p, size_t n, size_t size)
{
    return or_end(reallocarray(p, n == 0 ? 1 : n, size));
}

char *
ctl_copy(const char *s)
{
    return or_end(strdup(s));
}

char *
ctl_copy_n(const char *s, size_t n)
{
    char *copy = ctl_alloc(n + 1, 1);

    if (n > 0)
        memcpy(copy, s, n);
    return copy;
}

char *
ctl_format(const char *format, ...)
{
    va_list ap;
    char *text = NULL;
    int n;

    va_start(ap, format);
    n = vasprintf(&text, format, ap);
    va_end(ap);
    return or_end(n < 0 ? NULL : text);
}
