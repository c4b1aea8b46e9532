/* charset.h - bytes of whatever encoding, as UTF-8, a stretch at a time. */
#ifndef EDC_CHARSET_H
#define EDC_CHARSET_H

#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text/text.h"

typedef enum charset_way {
    CHARSET_GUESS,   /* UTF-8, and what is none as ISO-8859-15 */
    CHARSET_LATIN_1, /* ISO-8859-1 */
    CHARSET_LATIN_9, /* ISO-8859-15 */
    CHARSET_ICONV
} charset_way;

typedef struct charset {
    charset_way way;
    iconv_t converter; /* CHARSET_ICONV only */
    bool windows;      /* Windows-1252 was in what was said to be ISO-8859 */
    char held[8];      /* the beginning of a character, cut off */
    size_t n_held;
    int64_t offset; /* bytes converted so far */
    char *out;      /* what charset_feed() gave */
    size_t room;
} charset;

/* Begins to read the encoding of this name, as iconv knows it. NULL: found out
 * byte by byte: what is a UTF-8 sequence is kept, any other byte is taken as
 * ISO-8859-15, and 0x80 to 0x9F, which have no use there, as Windows-1252 (the
 * five that are unassigned in it become the control characters of their
 * number). A file that mixes them is read right. So are the bytes 0x80 to 0x9F
 * of what is called ISO-8859-1 or ISO-8859-15. False: no such encoding. */
bool charset_begin(charset *c, const char *name);

/* Converts n bytes, all there is left when last is set; *out is valid until
 * the next call. False when a byte stands for nothing in the encoding or, with
 * last, a character is cut off; charset.offset tells where. */
bool charset_feed(
    charset *c, const char *in, size_t n, bool last, edc_str *out);

void charset_end(charset *c);

/* The encoding that a byte order mark at the beginning tells, and its length in
 * *skip, with those of the same that follow; NULL and 0 when there is none. */
const char *charset_of_mark(edc_str begin, size_t *skip);

/* Length of the valid UTF-8 sequence that text begins with, 1 to 4; 0: none;
 * -1: text ends within what may be one. text is not empty. */
int charset_utf8(edc_str text);

#endif
