/* memory.c - memory, or the end of the process. It uses nothing that might ask
 * for memory itself, so that running out of it cannot go round.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/catalog.h"
#include "ctl/ctl.h"
#include "ctl/memory.h"

static const char out_of_memory[] = "educonnectctl: out of memory\n";

static void *
or_end(void *p)
{
    if (p == NULL) {
        if (write(STDERR_FILENO, out_of_memory, sizeof(out_of_memory) - 1) < 0)
            _exit(CTL_LOCAL);
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
    return or_end(strdup(catalog_phrase(s)));
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
    const char *said;
    int n;

    va_start(ap, format);
    said = catalog_format(format, ap);
    n = vasprintf(&text, said, ap);
    va_end(ap);
    return or_end(n < 0 ? NULL : text);
}
