/* shown.c - what text becomes before it is printed: pure, prints nothing. */
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "ctl/memory.h"
#include "ctl/print.h"
#include "ctl/shown.h"

/* ---- which characters are shown, and how ---- */

/* Unicode's control characters (Cc), line and paragraph separators (Zl, Zp),
 * and those format characters (Cf) that move, turn or hide what stands around
 * them; not the joiners U+200C and U+200D, which names are written with. */
static const struct {
    ucs4_t first, last;
} hidden[] = {{0x00, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x61c, 0x61c},
    {0x180e, 0x180e}, {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e},
    {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xfffe, 0xffff},
    {0xe0000, 0xe007f}};

bool
print_is_plain(uint32_t character)
{
    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
        if (character >= hidden[i].first && character <= hidden[i].last)
            return false;
    }
    return true;
}

/* The longest form, "\U000e0001", and its end. */
#define SHOWN_MAX 11

/* The next character of a text as it is shown; returns its bytes in the text.
 */
static size_t
show_one(const char *text, size_t n, char shown[SHOWN_MAX])
{
    ucs4_t c;
    int bytes = u8_mbtoucr(&c, (const uint8_t *)text, n);

    if (bytes <= 0) {
        snprintf(shown, SHOWN_MAX, "\\x%02x", (unsigned char)text[0]);
        return 1;
    }
    if (print_is_plain(c)) {
        memcpy(shown, text, (size_t)bytes);
        shown[bytes] = '\0';
    } else {
        snprintf(shown, SHOWN_MAX,
            c < 0x80      ? "\\x%02x"
            : c < 0x10000 ? "\\u%04x"
                          : "\\U%08x",
            (unsigned)c);
    }
    return (size_t)bytes;
}

char *
shown_of(const char *text, size_t n)
{
    char *all = ctl_alloc(n + 1, SHOWN_MAX);
    char *to = all;

    for (size_t at = 0; at < n;) {
        at += show_one(text + at, n - at, to);
        to += strlen(to);
    }
    return all;
}

void
shown_forget(char *shown, size_t n)
{
    OPENSSL_cleanse(shown, n);
    free(shown);
}

char *
print_shown(const char *text)
{
    return shown_of(text, strlen(text));
}

/* ---- HTML ---- */

const char *
shown_entity(uint32_t character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* ---- CSV ---- */

bool
print_is_formula(const char *text)
{
    /* The full-width forms are read as the others by some. */
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n",
        "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

    text += strspn(text, " ");
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    }
    return false;
}
