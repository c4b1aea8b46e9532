/* trail.c - a line of the audit trail. */
#include "core/text/trail.h"

#include <stdio.h>
#include <string.h>

#include "core/text/gentime.h"

typedef enum kind { TEXT, FLAG, NUMBER } kind;

static const struct {
    const char *name;
    kind kind;
} fields[EDC_N_TRAIL_FIELDS] = {
#define EDC_TRAIL_FIELD(id, name, kind, about) [EDC_TRAIL_##id] = {name, kind},
#include "core/text/trail.def"
#undef EDC_TRAIL_FIELD
};

/* A text at its longest, with its name, quotes, colon and comma. */
#define FIELD_MAX (EDC_TRAIL_VALUE + 32)
_Static_assert(
    EDC_TRAIL_SIZE > FIELD_MAX * 13 + 256, "a line of the trail has room");

/* Two escapes: what one character takes at most. */
#define ESCAPE_SIZE 13

#define REPLACEMENT 0xfffd

/* The line so far. */
typedef struct line {
    char *out;
    size_t n;
    bool cut;
} line;

/* Bytes of the character that begins so (RFC 3629); 0: none does. */
static size_t
length_of(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Takes the first character off the text; what is no UTF-8 a byte at a time. */
static uint32_t
next_character(edc_str *text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text->p[0];
    size_t n = length_of(first);
    uint32_t c = n == 1 ? first : first & (0x7fU >> n);
    bool good = n > 0 && n <= text->n;

    for (size_t i = 1; good && i < n; i++) {
        unsigned char byte = (unsigned char)text->p[i];

        good = (byte & 0xc0) == 0x80;
        c = c << 6 | (byte & 0x3f);
    }
    good = good && c >= least[n] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    text->p += good ? n : 1;
    text->n -= good ? n : 1;
    return good ? c : REPLACEMENT;
}

static size_t
write_character(uint32_t c, char out[ESCAPE_SIZE])
{
    if (c == '"' || c == '\\')
        return (size_t)snprintf(out, ESCAPE_SIZE, "\\%c", (char)c);
    if (c >= ' ' && c < 0x7f)
        return (size_t)snprintf(out, ESCAPE_SIZE, "%c", (char)c);
    if (c < 0x10000)
        return (size_t)snprintf(out, ESCAPE_SIZE, "\\u%04x", (unsigned)c);
    c -= 0x10000;
    return (size_t)snprintf(out, ESCAPE_SIZE, "\\u%04x\\u%04x",
        0xd800U + (unsigned)(c >> 10), 0xdc00U + (unsigned)(c & 0x3ff));
}

static void
put(line *l, const char *bytes, size_t n)
{
    memcpy(l->out + l->n, bytes, n);
    l->n += n;
}

static void
put_name(line *l, edc_trail_field field)
{
    put(l, l->n == 0 ? "{\"" : ",\"", 2);
    put(l, fields[field].name, strlen(fields[field].name));
    put(l, "\":", 2);
}

static void
put_text(line *l, edc_trail_field field, edc_str text)
{
    size_t begin;

    if (text.n == 0)
        return;
    put_name(l, field);
    put(l, "\"", 1);
    begin = l->n;
    while (text.n > 0) {
        char escape[ESCAPE_SIZE];
        size_t n = write_character(next_character(&text), escape);

        if (l->n + n > begin + EDC_TRAIL_VALUE) {
            l->cut = true;
            break;
        }
        put(l, escape, n);
    }
    put(l, "\"", 1);
}

static void
put_time(line *l, const edc_trail *trail)
{
    char t[EDC_TIME_SIZE], text[64];
    int n;

    edc_time_format(trail->seconds, t);
    n = snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.%06uZ", t,
        t + 4, t + 6, t + 8, t + 10, t + 12, (unsigned)trail->micro % 1000000U);
    put_text(l, EDC_TRAIL_TIME, (edc_str){text, (size_t)n});
}

static void
put_flag(line *l, edc_trail_field field, bool set)
{
    if (!set)
        return;
    put_name(l, field);
    put(l, "true", 4);
}

static void
put_number(line *l, edc_trail_field field, unsigned number)
{
    char text[16];
    int n = snprintf(text, sizeof(text), "%u", number);

    if (number == 0)
        return;
    put_name(l, field);
    put(l, text, (size_t)n);
}

size_t
edc_trail_write(const edc_trail *trail, char out[EDC_TRAIL_SIZE])
{
    line l = {.out = out};

    for (int i = 0; i < EDC_N_TRAIL_FIELDS; i++) {
        edc_trail_field field = (edc_trail_field)i;

        if (field == EDC_TRAIL_TIME)
            put_time(&l, trail);
        else if (fields[field].kind == TEXT)
            put_text(&l, field, trail->text[field]);
        else if (fields[field].kind == NUMBER)
            put_number(&l, field, trail->server);
        else
            put_flag(&l, field, field == EDC_TRAIL_CUT ? l.cut : trail->relax);
    }
    put(&l, "}\n", 3);
    return l.n - 1;
}
