/* text.c - text in a picture: how wide it is, where it is cut. */
#include <string.h>

#include "ctl/ctl.h"
#include "report/chart.h"

#define ELLIPSIS "…"

/* Bytes of the UTF-8 character that begins here. */
static size_t
character(const char *at)
{
    size_t n = 1;

    while (((unsigned char)at[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* Widths of the widest of the usual fonts, in parts of the size. */
static double
width_of(const char *at, size_t n)
{
    if (n > 2)
        return 1.0;
    if (n == 2)
        return 0.70;
    if (strchr(" .,:;'|!ijl()[]-ftrI", *at) != NULL)
        return 0.42;
    if (strchr("mwMW@%", *at) != NULL)
        return 1.0;
    return *at >= 'A' && *at <= 'Z' ? 0.76 : 0.65;
}

static double
width_up_to(const char *text, size_t n, double size)
{
    double width = 0;

    for (size_t i = 0; i < n && text[i] != '\0';) {
        size_t bytes = character(text + i);

        width += width_of(text + i, bytes) * size;
        i += bytes;
    }
    return width;
}

double
chart_text_width(const char *text, double size)
{
    return width_up_to(text, strlen(text), size);
}

/* Bytes of the longest beginning that fits, at least a character; whole words
 * where there is more than one. */
static size_t
fitting(const char *text, double size, double width)
{
    size_t word = 0, n = 0;
    double used = 0;

    while (text[n] != '\0') {
        size_t bytes = character(text + n);

        used += width_of(text + n, bytes) * size;
        if (used > width && n > 0)
            return word > 0 ? word : n;
        if (text[n] == ' ')
            word = n;
        n += bytes;
    }
    return n;
}

static char *
cut(const char *text, double size, double width)
{
    double room = width - chart_text_width(ELLIPSIS, size);
    size_t n = fitting(text, size, room);

    return ctl_format("%.*s" ELLIPSIS, (int)n, text);
}

size_t
chart_wrap(
    const char *text, double size, double width, char **lines, size_t most)
{
    size_t n = 0;

    text += strspn(text, " ");
    while (*text != '\0' && n < most) {
        size_t bytes = fitting(text, size, width);
        const char *rest = text + bytes + strspn(text + bytes, " ");

        if (*rest != '\0' && n + 1 == most)
            lines[n++] = cut(text, size, width);
        else
            lines[n++] = ctl_copy_n(text, bytes);
        text = rest;
    }
    return n;
}
