/* conversions.c - what a format for printing asks for, and what it is given. */
#include <string.h>
#include <sys/types.h>

#include "ctl/conversions.h"

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int
number_at(const char **at)
{
    int n = 0;

    for (; is_digit(**at); ++*at)
        n = n > 9999 ? n : 10 * n + (**at - '0');
    return n;
}

/* "2$", as a place from 0; -1 where it is none. */
static int
place_at(const char **at)
{
    const char *p = *at;
    int n;

    if (!is_digit(*p) || *p == '0')
        return -1;
    n = number_at(&p);
    if (*p != '$')
        return -1;
    *at = p + 1;
    return n - 1;
}

/* A width or a precision: its number, or the place of what has it. */
static int
size_at(const char **at, int *next, int *place)
{
    if (**at != '*')
        return number_at(at);
    ++*at;
    *place = place_at(at);
    if (*place < 0)
        *place = (*next)++;
    return 0;
}

static conversion_kind
kind_of(char letter)
{
    switch (letter) {
    case 'd':
    case 'i':
        return CONVERSION_SIGNED;
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        return CONVERSION_UNSIGNED;
    case 'f':
    case 'g':
        return CONVERSION_REAL;
    case 's':
        return CONVERSION_TEXT;
    case 'c':
        return CONVERSION_CHARACTER;
    default:
        return CONVERSION_NONE;
    }
}

void
conversion_read(const char **at, int *next, conversion *k)
{
    size_t n;
    int place = place_at(at);

    memset(k, 0, sizeof(*k));
    k->width_place = k->precision_place = k->precision = -1;
    n = strspn(*at, "-+ #0");
    memcpy(k->flags, *at, n < sizeof(k->flags) ? n : sizeof(k->flags) - 1);
    *at += n;
    k->width = size_at(at, next, &k->width_place);
    if (**at == '.') {
        ++*at;
        k->precision = size_at(at, next, &k->precision_place);
    }
    if (**at == 'l' && (*at)[1] == 'l') {
        k->length = 'q';
        *at += 2;
    } else if (**at != '\0' && strchr("lz", **at) != NULL) {
        k->length = *(*at)++;
    }
    k->letter = **at;
    *at += **at != '\0';
    k->kind = kind_of(k->letter);
    k->place = -1;
    if (k->kind != CONVERSION_NONE)
        k->place = place >= 0 ? place : (*next)++;
}

/* The next conversion of a format; false: there is none. */
static bool
next_of(const char **at, int *next, conversion *k)
{
    *at = strchr(*at, '%');
    if (*at == NULL)
        return false;
    ++*at;
    conversion_read(at, next, k);
    return true;
}

/* ---- what was given ---- */

/* So that it can be handed on by its address (C11 7.16). */
typedef struct arguments {
    va_list ap;
} arguments;

static intmax_t
signed_of(char length, arguments *a)
{
    switch (length) {
    case 'l':
        return va_arg(a->ap, long);
    case 'q':
        return va_arg(a->ap, long long);
    case 'z':
        return va_arg(a->ap, ssize_t);
    default:
        return va_arg(a->ap, int);
    }
}

static uintmax_t
unsigned_of(char length, arguments *a)
{
    switch (length) {
    case 'l':
        return va_arg(a->ap, unsigned long);
    case 'q':
        return va_arg(a->ap, unsigned long long);
    case 'z':
        return va_arg(a->ap, size_t);
    default:
        return va_arg(a->ap, unsigned);
    }
}

static void
add(conversion_values *values, conversion_kind kind, char length, arguments *a)
{
    conversion_value *v = &values->of[values->n];

    if (values->n == CONVERSIONS_MAX)
        return;
    values->n++;
    v->kind = kind;
    switch (kind) {
    case CONVERSION_UNSIGNED:
        v->is.u = unsigned_of(length, a);
        break;
    case CONVERSION_REAL:
        v->is.d = va_arg(a->ap, double);
        break;
    case CONVERSION_TEXT:
        v->is.s = va_arg(a->ap, const char *);
        break;
    case CONVERSION_CHARACTER:
        v->is.i = va_arg(a->ap, int);
        break;
    default:
        v->is.i = signed_of(length, a);
    }
}

void
conversions_take(const char *format, va_list ap, conversion_values *values)
{
    arguments a;
    conversion k;
    int next = 0;

    values->n = 0;
    va_copy(a.ap, ap);
    while (next_of(&format, &next, &k)) {
        if (k.width_place >= 0)
            add(values, CONVERSION_SIGNED, 0, &a);
        if (k.precision_place >= 0)
            add(values, CONVERSION_SIGNED, 0, &a);
        if (k.kind != CONVERSION_NONE)
            add(values, k.kind, k.length, &a);
    }
    va_end(a.ap);
}

static bool
is_there(const conversion_values *values, int place, conversion_kind kind)
{
    return place < 0 ||
           ((size_t)place < values->n && values->of[place].kind == kind);
}

bool
conversions_fit(const char *format, const conversion_values *values)
{
    conversion k;
    int next = 0;

    while (next_of(&format, &next, &k)) {
        if (!is_there(values, k.width_place, CONVERSION_SIGNED) ||
            !is_there(values, k.precision_place, CONVERSION_SIGNED) ||
            !is_there(values, k.place, k.kind))
            return false;
    }
    return true;
}

uintmax_t
conversions_number(const char *format, const conversion_values *values)
{
    conversion k;
    int next = 0;

    while (next_of(&format, &next, &k)) {
        const conversion_value *v = &values->of[k.place < 0 ? 0 : k.place];

        if (k.place < 0 || (size_t)k.place >= values->n)
            continue;
        if (v->kind == CONVERSION_UNSIGNED)
            return v->is.u;
        if (v->kind == CONVERSION_SIGNED)
            return v->is.i < 0 ? -(uintmax_t)v->is.i : (uintmax_t)v->is.i;
    }
    return 1;
}
