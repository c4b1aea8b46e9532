/* entity.c - characters by the names and numbers that HTML has for them. */
#include "source/entity.h"

#include <stdio.h>
#include <string.h>

/* A name has at most eight letters, a number seven digits. */
#define LONGEST 10

/* Times that a text may have been written so, one within the other. */
#define LAYERS 4

static const struct {
    const char *name;
    unsigned point;
} known[] = {
#define EDC_ENTITY(name, point) {name, point},
#include "source/entities.def"
#undef EDC_ENTITY
};
#define N_KNOWN (sizeof(known) / sizeof(known[0]))

/* A character of the Basic Multilingual Plane; 0 for what no text holds. */
static size_t
put_utf8(unsigned point, char utf8[4])
{
    if (point < 0x20 || (point >= 0x7F && point < 0xA0) ||
        (point >= 0xD800 && point < 0xE000) || point > 0xFFFD)
        return 0;
    if (point < 0x80) {
        utf8[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        utf8[0] = (char)(0xC0 | point >> 6);
        utf8[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    utf8[0] = (char)(0xE0 | point >> 12);
    utf8[1] = (char)(0x80 | (point >> 6 & 0x3F));
    utf8[2] = (char)(0x80 | (point & 0x3F));
    return 3;
}

static unsigned
point_of_name(edc_str name)
{
    for (size_t i = 0; i < N_KNOWN; i++) {
        if (edc_str_eq(name, edc_str_of(known[i].name)))
            return known[i].point;
    }
    return 0;
}

/* "#233", "#xE9". */
static unsigned
point_of_number(edc_str text)
{
    unsigned base = 10, point = 0;
    size_t i = 1;

    if (text.n < 2 || text.p[0] != '#')
        return 0;
    if (text.p[1] == 'x' || text.p[1] == 'X') {
        base = 16;
        i = 2;
    }
    for (; i < text.n && point < 0x110000; i++) {
        static const char digits[] = "0123456789abcdef";
        char c = text.p[i];
        const char *at;

        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        at = c == '\0' ? NULL : strchr(digits, c);
        if (at == NULL || (unsigned)(at - digits) >= base)
            return 0;
        point = point * base + (unsigned)(at - digits);
    }
    return point;
}

bool
src_entity(edc_str name, char utf8[4])
{
    memset(utf8, 0, 4);
    return put_utf8(point_of_name(name), utf8) > 0;
}

/* ---- in a text ---- */

/* What an entity at the beginning of a text stands for; its length in *used,
 * 0: there is none. */
static unsigned
point_at(edc_str text, size_t *used)
{
    const char *end;
    edc_str name;
    unsigned point;

    *used = 0;
    end = memchr(text.p, ';', text.n < LONGEST + 2 ? text.n : LONGEST + 2);
    if (text.p[0] != '&' || end == NULL)
        return 0;
    name = (edc_str){text.p + 1, (size_t)(end - text.p) - 1};
    point = point_of_number(name);
    if (point == 0)
        point = point_of_name(name);
    if (point != 0)
        *used = name.n + 2;
    return point;
}

/* One layer; no character takes more bytes than the shortest entity. */
static size_t
undo_once(char *text, size_t n, char name[16])
{
    size_t to = 0;

    for (size_t from = 0; from < n;) {
        char utf8[4];
        size_t used, bytes = 0;
        unsigned point = point_at((edc_str){text + from, n - from}, &used);

        if (used > 0)
            bytes = put_utf8(point, utf8);
        if (bytes == 0) {
            text[to++] = text[from++];
            continue;
        }
        if (name[0] == '\0')
            snprintf(name, 16, "%.*s", (int)used, text + from);
        memcpy(text + to, utf8, bytes);
        to += bytes;
        from += used;
    }
    return to;
}

size_t
src_entities_undo(char *text, size_t n, char name[16])
{
    name[0] = '\0';
    for (int i = 0; i < LAYERS && memchr(text, '&', n) != NULL; i++) {
        size_t less = undo_once(text, n, name);

        if (less == n)
            break;
        n = less;
    }
    return n;
}
