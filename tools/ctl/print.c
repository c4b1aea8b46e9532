/* print.c - the one place where the tools print. */
#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include "ctl/catalog.h"
#include "ctl/conversions.h"
#include "ctl/memory.h"
#include "ctl/print.h"
#include "ctl/shown.h"

/* ---- print() ---- */

/* A phrase of the program itself is said in the language of who reads. Data is
 * not looked up, nor a part of a text; nor a single word, which may be the name
 * of a subcommand as well as a word. */
static void
print_text(FILE *out, const conversion *k, const char *text, bool as_it_is)
{
    const char *given = text == NULL       ? "(null)"
                        : k->precision < 0 ? catalog_phrase(text)
                                           : text;
    size_t n =
        k->precision < 0 ? strlen(given) : strnlen(given, (size_t)k->precision);
    char *shown = as_it_is ? NULL : shown_of(given, n);
    const char *said = as_it_is ? given : shown;
    int wide = as_it_is ? u8_width((const uint8_t *)said, n, "UTF-8")
                        : u8_strwidth((const uint8_t *)said, "UTF-8");
    bool left = strchr(k->flags, '-') != NULL || k->width < 0;
    int gap = abs(k->width) - wide;

    if (gap < 0)
        gap = 0;
    fprintf(out, "%*s%.*s%*s", left ? 0 : gap, "",
        as_it_is ? (int)n : (int)strlen(said), said, left ? gap : 0, "");
    if (shown != NULL)
        shown_forget(shown, n + 1);
}

/* The format of one number again, with the widest type's length. */
static void
print_number(FILE *out, const conversion *k, const conversion_value *v)
{
    bool real = k->kind == CONVERSION_REAL;
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
        fprintf(out, format, k->width, k->precision, v->is.d);
    else if (k->kind == CONVERSION_SIGNED)
        fprintf(out, format, k->width, k->precision, v->is.i);
    else
        fprintf(out, format, k->width, k->precision, v->is.u);
#pragma GCC diagnostic pop
}

static void
print_one(
    FILE *out, conversion *k, const conversion_values *values, bool as_it_is)
{
    const conversion_value *v = values->of + (k->place < 0 ? 0 : k->place);
    char letter[2] = {'\0', '\0'};

    if (k->width_place >= 0)
        k->width = (int)values->of[k->width_place].is.i;
    if (k->precision_place >= 0)
        k->precision = (int)values->of[k->precision_place].is.i;
    switch (k->kind) {
    case CONVERSION_NONE:
        fputc('%', out);
        break;
    case CONVERSION_TEXT:
        print_text(out, k, v->is.s, as_it_is);
        break;
    case CONVERSION_CHARACTER:
        letter[0] = (char)v->is.i;
        print_text(out, k, letter, as_it_is);
        break;
    default:
        print_number(out, k, v);
    }
}

static void
print_all(FILE *out, const char *format, va_list ap, bool as_it_is)
{
    const char *said = catalog_format(format, ap);
    conversion_values values;
    conversion k;
    int next = 0;

    conversions_take(format, ap, &values);
    /* More than there is room for: no format of ours. */
    if (!conversions_fit(said, &values))
        return;
    while (*said != '\0') {
        size_t n = strcspn(said, "%");

        (void)fwrite(said, 1, n, out);
        said += n;
        if (*said == '\0')
            break;
        said++;
        conversion_read(&said, &next, &k);
        print_one(out, &k, &values, as_it_is);
    }
}

void
print_v(FILE *out, const char *format, va_list ap)
{
    print_all(out, format, ap, false);
}

void
print_unchecked(FILE *out, const char *format, va_list ap)
{
    print_all(out, format, ap, true);
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
print_lines(FILE *out, const char *given)
{
    const char *text = catalog_text(given);

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
