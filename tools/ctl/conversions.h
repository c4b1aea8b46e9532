/* conversions.h - what a format for printing asks for, and what it was given.
 *
 * Understood are d, i, u, x, s, c, f, g and %%, with flags, width, precision,
 * the lengths l, ll and z, and the places of arguments (%2$s), which a
 * format in another language may need. Pure; nothing here takes memory.
 */
#ifndef CTL_CONVERSIONS_H
#define CTL_CONVERSIONS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of one format; what stands behind is not printed. */
#define CONVERSIONS_MAX 32

typedef enum conversion_kind {
    CONVERSION_NONE, /* %% */
    CONVERSION_SIGNED,
    CONVERSION_UNSIGNED,
    CONVERSION_REAL,
    CONVERSION_TEXT,
    CONVERSION_CHARACTER
} conversion_kind;

/* One conversion. Places are those of arguments, from 0; -1: none. */
typedef struct conversion {
    conversion_kind kind;
    char flags[8];
    int width, precision;             /* precision -1: none */
    int width_place, precision_place; /* of a '*' */
    int place;
    char length; /* 0, 'l', 'q' (ll) or 'z' */
    char letter;
} conversion;

/* An argument. */
typedef struct conversion_value {
    conversion_kind kind;
    union {
        intmax_t i;
        uintmax_t u;
        double d;
        const char *s;
    } is;
} conversion_value;

typedef struct conversion_values {
    conversion_value of[CONVERSIONS_MAX];
    size_t n;
} conversion_values;

/* Reads the conversion behind a %, and moves *at behind it. next: the place of
 * the next argument that is named by its order. */
void conversion_read(const char **at, int *next, conversion *k);

/* Takes what a format asks for, whose arguments come in order. */
void conversions_take(
    const char *format, va_list ap, conversion_values *values);

/* Whether a format asks for nothing but what is there, in its kind. */
bool conversions_fit(const char *format, const conversion_values *values);

/* The first whole number that was given to be printed, without its sign; 1
 * where there is none. */
uintmax_t conversions_number(
    const char *format, const conversion_values *values);

#endif
