/* text.c - texts that fit, and the end of the program when something does not.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "sample.h"

void
sample_die(int status, const char *format, ...)
{
    va_list ap;

    fflush(stdout);
    fputs("educonnect-sample: ", stderr);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(status);
}

void
sample_text(char *out, size_t size, const char *format, ...)
{
    va_list ap;
    int n;

    va_start(ap, format);
    n = vsnprintf(out, size, format, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= size)
        sample_die(SAMPLE_EXIT_LOCAL, "a text is longer than planned: %s", out);
}
