/* print.c - the one place where the tools print. */
#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include "ctl/memory.h"
#include "ctl/print.h"
#include "ctl/shown.h"

/* ---- print() ---- */

/* One conversion of a format. */
typedef struct conversion {
    char flags[8];
    int width, precision; /* -1: none */
    char length;          /* 0, 'l', 'q' (ll) or 'z' */
    char letter;
} conversion;

/* So that it can be handed on by its address (C11 7.16). */
typedef struct values {
    va_list ap;
} values;

static int
number_of(const char **at, values *v, int otherwise)
{
    int n = 0;

    if (**at == '*') {
        ++*at;
        return va_arg(v->ap, int);
    }
    if (strchr("0123456789", **at) == NULL || **at == '\0')
        return otherwise;
    for (; **at >= '0' && **at <= '9'; ++*at)
        n = 10 * n + (**at - '0');
    return n;
}

static void
read_conversion(const char **at, values *v, conversion *k)
{
    size_t n = strspn(*at, "-+ #0");

    memset(k, 0, sizeof(*k));
    memcpy(k->flags, *at, n < sizeof(k->flags) ? n : sizeof(k->flags) - 1);
    *at += n;
    k->width = number_of(at, v, 0);
    k->precision = -1;
    if (**at == '.') {
        ++*at;
        k->precision = number_of(at, v, 0);
    }
    if (**at == 'l' && (*at)[1] == 'l') {
        k->length = 'q';
        *at += 2;
    } else if (**at != '\0' && strchr("lz", **at) != NULL) {
        k->length = *(*at)++;
    }
    k->letter = *(*at)++;
}

static void
print_text(FILE *out, const conversion *k, const char *text)
{
    const char *given = text == NULL ? "(null)" : text;
    size_t n =
        k->precision < 0 ? strlen(given) : strnlen(given, (size_t)k->precision);
    char *shown = shown_of(given, n);
    int wide = u8_strwidth((const uint8_t *)shown, "UTF-8");
    bool left = strchr(k->flags, '-') != NULL || k->width < 0;
    int gap = abs(k->width) - wide;

    if (gap < 0)
        gap = 0;
    fprintf(out, "%*s%s%*s", left ? 0 : gap, "", shown, left ? gap : 0, "");
    shown_forget(shown, n + 1);
}

static intmax_t
signed_of(const conversion *k, values *v)
{
    switch (k->length) {
    case 'l':
        return va_arg(v->ap, long);
    case 'q':
        return va_arg(v->ap, long long);
    case 'z':
        return va_arg(v->ap, ssize_t);
    default:
        return va_arg(v->ap, int);
    }
}

static uintmax_t
unsigned_of(const conversion *k, values *v)
{
    switch (k->length) {
    case 'l':
        return va_arg(v->ap, unsigned long);
    case 'q':
        return va_arg(v->ap, unsigned long long);
    case 'z':
        return va_arg(v->ap, size_t);
    default:
        return va_arg(v->ap, unsigned);
    }
}

/* The format of one number again, with the widest type's length. */
static void
print_number(FILE *out, const conversion *k, values *v)
{
    bool real = strchr("fg", k->letter) != NULL;
    char format[32];

    snprintf(format, sizeof(format), "%%%s*%s%s%c", k->flags,
        k->precision < 0 ? "" : ".*", real ? "" : "j", k->letter);
    /* A precision that is negative counts as none (C11 7.21.6.1). */
    if (k->precision < 0)
        snprintf(format, sizeof(format), "%%%s*.*%s%c", k->flags,
            real ? "" : "j", k->letter);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (real)
        fprintf(out, format, k->width, k->precision, va_arg(v->ap, double));
    else if (strchr("di", k->letter) != NULL)
        fprintf(out, format, k->width, k->precision, signed_of(k, v));
    else
        fprintf(out, format, k->width, k->precision, unsigned_of(k, v));
#pragma GCC diagnostic pop
}

static void
print_one(FILE *out, const conversion *k, values *v)
{
    char letter[2] = {'\0', '\0'};

    switch (k->letter) {
    case '%':
        fputc('%', out);
        break;
    case 's':
        print_text(out, k, va_arg(v->ap, const char *));
        break;
    case 'c':
        letter[0] = (char)va_arg(v->ap, int);
        print_text(out, k, letter);
        break;
    default:
        print_number(out, k, v);
    }
}

void
print_v(FILE *out, const char *format, va_list ap)
{
    values v;
    conversion k;

    va_copy(v.ap, ap);
    while (*format != '\0') {
        size_t n = strcspn(format, "%");

        (void)fwrite(format, 1, n, out);
        format += n;
        if (*format == '\0')
            break;
        format++;
        read_conversion(&format, &v, &k);
        print_one(out, &k, &v);
    }
    va_end(v.ap);
}

void
print(FILE *out, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    print_v(out, format, ap);
    va_end(ap);
}

void
print_lines(FILE *out, const char *text)
{
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        char *shown = shown_of(text, n);

        fputs(shown, out);
        shown_forget(shown, n + 1);
        text += n;
        if (*text == '\n') {
            fputc('\n', out);
            text++;
        }
    }
}

/* ---- HTML and SVG ---- */

void
print_markup(FILE *out, const char *text)
{
    char *shown = print_shown(text);

    for (const char *p = shown; *p != '\0'; p++) {
        const char *entity = shown_entity((unsigned char)*p);

        if (entity != NULL)
            fputs(entity, out);
        else
            fputc(*p, out);
    }
    free(shown);
}

/* ---- CSV ---- */

void
print_cell(FILE *out, const char *text, char separator, const char *end)
{
    char *shown = print_shown(text);
    bool formula = print_is_formula(text) && strcmp(text, "-") != 0;
    bool quoted =
        strchr(shown, separator) != NULL || strchr(shown, '"') != NULL;

    if (quoted)
        fputc('"', out);
    if (formula)
        fputc('\'', out);
    for (const char *p = shown; *p != '\0'; p++) {
        if (*p == '"')
            fputc('"', out);
        fputc(*p, out);
    }
    if (quoted)
        fputc('"', out);
    fputs(end, out);
    free(shown);
}

/* ---- JSON ---- */

/* Beyond ASCII, and DEL, these can stand in strings only, so that an escape is
 * the same character to whoever reads it. */
static void
print_json_character(FILE *out, const char *bytes, size_t n, ucs4_t c)
{
    if (c < 0x7f || print_is_plain(c))
        (void)fwrite(bytes, 1, n, out);
    else if (c < 0x10000)
        fprintf(out, "\\u%04x", (unsigned)c);
    else
        fprintf(out, "\\u%04x\\u%04x",
            (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
            (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
}

void
print_as_json(FILE *out, const json_t *value, size_t flags)
{
    char *text = value == NULL ? NULL : json_dumps(value, flags);
    size_t left = text == NULL ? 0 : strlen(text);

    for (const char *p = text; left > 0;) {
        ucs4_t c;
        int n = u8_mbtoucr(&c, (const uint8_t *)p, left);

        if (n <= 0)
            break; /* jansson writes UTF-8 alone */
        print_json_character(out, p, (size_t)n, c);
        p += n;
        left -= (size_t)n;
    }
    fputc('\n', out);
    free(text);
}

json_t *
print_json_text(const char *text)
{
    json_t *string = text == NULL ? NULL : json_string(text);
    char *shown;

    if (string != NULL || text == NULL)
        return string;
    shown = print_shown(text);
    string = json_string(shown);
    free(shown);
    return string;
}
