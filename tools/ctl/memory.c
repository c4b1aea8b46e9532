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
#include "ctl/language.h"
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

/* In French, where phrases stand among what is put in; formatted by printing,
 * which knows them. */
static char *
in_french(const char *format, va_list ap)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    if (out == NULL)
        return NULL;
    print_unchecked(out, format, ap);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

char *
ctl_format(const char *format, ...)
{
    va_list ap;
    char *text = NULL;
    int n = 0;

    va_start(ap, format);
    if (ctl_language() == EDC_FRENCH)
        text = in_french(format, ap);
    else
        n = vasprintf(&text, format, ap);
    va_end(ap);
    return or_end(n < 0 ? NULL : text);
}
