/* charset.c - bytes of whatever encoding, as UTF-8, a stretch at a time. */
#include "source/charset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ctl/ctl.h"

/* ---- reading UTF-8, writing it ---- */

int
charset_utf8(edc_str text)
{
    const unsigned char *p = (const unsigned char *)text.p;
    unsigned char low = 0x80, high = 0xBF;
    int n = p[0] < 0x80   ? 1
            : p[0] < 0xC2 ? 0
            : p[0] < 0xE0 ? 2
            : p[0] < 0xF0 ? 3
            : p[0] < 0xF5 ? 4
                          : 0;

    /* The second byte's bounds exclude longer forms than needed, surrogates
     * and what is beyond U+10FFFF (RFC 3629). */
    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    for (int i = 1; i < n; i++, low = 0x80, high = 0xBF) {
        if ((size_t)i >= text.n)
            return -1;
        if (p[i] < low || p[i] > high)
            return 0;
    }
    return n;
}

static char *
put(char *out, unsigned point)
{
    if (point < 0x800) {
        *out++ = (char)(0xC0 | point >> 6);
    } else {
        *out++ = (char)(0xE0 | point >> 12);
        *out++ = (char)(0x80 | (point >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (point & 0x3F));
    return out;
}

/* A byte from 0x80 on as ISO-8859-15 or -1, or as Windows-1252 below 0xA0. */
static unsigned
western(unsigned char byte, bool latin_1)
{
    static const unsigned short windows[32] = {0x20AC, 0x81, 0x201A, 0x0192,
        0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
        0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E,
        0x0178};

    if (byte < 0xA0)
        return windows[byte - 0x80];
    if (latin_1)
        return byte;
    switch (byte) {
    case 0xA4:
        return 0x20AC;
    case 0xA6:
        return 0x0160;
    case 0xA8:
        return 0x0161;
    case 0xB4:
        return 0x017D;
    case 0xB8:
        return 0x017E;
    case 0xBC:
        return 0x0152;
    case 0xBD:
        return 0x0153;
    case 0xBE:
        return 0x0178;
    default:
        return byte;
    }
}

/* ---- converting ---- */

static charset_way
way_of(const char *name)
{
    static const struct {
        const char *name;
        charset_way way;
    } own[] = {{"ISO-8859-1", CHARSET_LATIN_1}, {"ISO8859-1", CHARSET_LATIN_1},
        {"ISO_8859-1", CHARSET_LATIN_1}, {"LATIN1", CHARSET_LATIN_1},
        {"L1", CHARSET_LATIN_1}, {"ISO-8859-15", CHARSET_LATIN_9},
        {"ISO8859-15", CHARSET_LATIN_9}, {"ISO_8859-15", CHARSET_LATIN_9},
        {"LATIN-9", CHARSET_LATIN_9}, {"LATIN9", CHARSET_LATIN_9}};

    if (name == NULL)
        return CHARSET_GUESS;
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strcasecmp(name, own[i].name) == 0)
            return own[i].way;
    }
    return CHARSET_ICONV;
}

bool
charset_begin(charset *c, const char *name)
{
    *c = (charset){.way = way_of(name)};
    if (c->way != CHARSET_ICONV)
        return true;
    /* What follows a slash would change how iconv treats errors. */
    if (strchr(name, '/') != NULL)
        c->converter = (iconv_t)-1;
    else
        c->converter = iconv_open("UTF-8", name);
    return c->converter != (iconv_t)-1;
}

static void
need_room(charset *c, size_t room)
{
    if (c->room >= room)
        return;
    c->out = ctl_resize(c->out, room, 1);
    c->room = room;
}

/* in begins with what was held back; three bytes are the most that one becomes
 * here. Returns how many bytes were used. */
static size_t
guess(charset *c, edc_str in, bool last, edc_str *out)
{
    char *to;
    size_t i = 0;

    need_room(c, 3 * in.n + 1);
    to = c->out;
    while (i < in.n) {
        unsigned char byte = (unsigned char)in.p[i];
        int n = c->way == CHARSET_GUESS
                    ? charset_utf8((edc_str){in.p + i, in.n - i})
                    : byte < 0x80;

        if (n < 0 && !last)
            break;
        if (n > 0) {
            memcpy(to, in.p + i, (size_t)n);
            to += n;
            i += (size_t)n;
        } else {
            to = put(to, western(byte, c->way == CHARSET_LATIN_1));
            c->windows |= byte < 0xA0 && c->way != CHARSET_GUESS;
            i++;
        }
    }
    *out = (edc_str){c->out, (size_t)(to - c->out)};
    return i;
}

/* The same with iconv; false when the next byte is wrong. */
static bool
convert(charset *c, edc_str in, bool last, edc_str *out, size_t *used)
{
    /* iconv does not change what is behind this pointer. */
    char *from = (char *)in.p, *to;
    size_t left = in.n, room, wrong;

    need_room(c, 4 * in.n + 16);
    to = c->out;
    room = c->room;
    for (;;) {
        wrong = iconv(c->converter, &from, &left, &to, &room);
        if (wrong != (size_t)-1 || errno != E2BIG)
            break;
        /* A character of some encodings becomes several. */
        size_t n = (size_t)(to - c->out);

        need_room(c, 2 * c->room);
        to = c->out + n;
        room = c->room - n;
    }
    *out = (edc_str){c->out, (size_t)(to - c->out)};
    *used = in.n - left;
    return wrong != (size_t)-1 ||
           (errno == EINVAL && !last && left <= sizeof(c->held));
}

bool
charset_feed(charset *c, const char *in, size_t n, bool last, edc_str *out)
{
    char *joined = NULL;
    edc_str all = {in, n};
    size_t used = 0;
    bool right = true;

    if (c->n_held > 0) {
        joined = ctl_alloc(c->n_held + n, 1);
        memcpy(joined, c->held, c->n_held);
        if (n > 0)
            memcpy(joined + c->n_held, in, n);
        all = (edc_str){joined, c->n_held + n};
    }
    if (all.n == 0)
        *out = (edc_str){"", 0};
    else if (c->way != CHARSET_ICONV)
        used = guess(c, all, last, out);
    else
        right = convert(c, all, last, out, &used);
    c->offset += (int64_t)used;
    c->n_held = right ? all.n - used : 0;
    if (c->n_held > 0)
        memcpy(c->held, all.p + used, c->n_held);
    free(joined);
    return right;
}

void
charset_end(charset *c)
{
    if (c->way == CHARSET_ICONV && c->converter != (iconv_t)-1)
        iconv_close(c->converter);
    free(c->out);
    *c = (charset){.way = CHARSET_GUESS};
}

const char *
charset_of_mark(edc_str begin, size_t *skip)
{
    static const struct {
        const char *mark;
        size_t n;
        const char *name;
    } marks[] = {
        {"\xEF\xBB\xBF", 3, "UTF-8"},
        {"\xFF\xFE", 2, "UTF-16LE"},
        {"\xFE\xFF", 2, "UTF-16BE"},
    };

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (begin.n >= marks[i].n &&
            memcmp(begin.p, marks[i].mark, marks[i].n) == 0) {
            /* Once more for each program that put one in front. */
            for (*skip = marks[i].n;
                begin.n - *skip >= marks[i].n &&
                memcmp(begin.p + *skip, marks[i].mark, marks[i].n) == 0;)
                *skip += marks[i].n;
            return marks[i].name;
        }
    }
    *skip = 0;
    return NULL;
}
