/* fold.c - comparing people's words: case and accents folded. */
#include "core/password/fold.h"

#include <stdlib.h>
#include <string.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "core/password/points.h"

static bool
is_alnum(uint32_t c)
{
    return uc_is_general_category_withtable(
        c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N);
}

static bool
is_alnum_or_mark(uint32_t c)
{
    return uc_is_general_category_withtable(
        c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_M);
}

static bool
is_ascii(edc_str in)
{
    for (size_t i = 0; i < in.n; i++) {
        if ((unsigned char)in.p[i] >= 0x80)
            return false;
    }
    return true;
}

/* The folded form of an ASCII character, '\0' for one that is dropped. */
static char
fold_ascii(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        return c;
    return '\0';
}

static bool
fold_short(edc_str in, edc_buf *out)
{
    size_t n = 0;

    if (!edc_buf_alloc(out, in.n))
        return false;
    for (size_t i = 0; i < in.n; i++) {
        char c = fold_ascii(in.p[i]);

        if (c != '\0')
            out->p[n++] = c;
    }
    out->n = n;
    return true;
}

/* Letters with a stroke, a hook and the like, ligatures, and letters that other
 * languages have beside ours: Unicode takes none of them apart. Folded ones
 * only, in order. */
static const struct letter {
    uint16_t point;
    char ascii[3];
} letters[] = {
    {0xe6, "ae"},
    {0xf0, "d"},
    {0xf8, "o"},
    {0xfe, "th"},
    {0x111, "d"},
    {0x127, "h"},
    {0x131, "i"},
    {0x138, "k"},
    {0x142, "l"},
    {0x14b, "n"},
    {0x153, "oe"},
    {0x167, "t"},
    {0x180, "b"},
    {0x183, "b"},
    {0x188, "c"},
    {0x18c, "d"},
    {0x192, "f"},
    {0x195, "hv"},
    {0x199, "k"},
    {0x19a, "l"},
    {0x19e, "n"},
    {0x1a5, "p"},
    {0x1ab, "t"},
    {0x1ad, "t"},
    {0x1b4, "y"},
    {0x1b6, "z"},
    {0x1dd, "e"},
    {0x1e5, "g"},
    {0x221, "d"},
    {0x223, "ou"},
    {0x225, "z"},
    {0x234, "l"},
    {0x235, "n"},
    {0x236, "t"},
    {0x237, "j"},
    {0x23c, "c"},
    {0x23f, "s"},
    {0x240, "z"},
    {0x247, "e"},
    {0x249, "j"},
    {0x24b, "q"},
    {0x24d, "r"},
    {0x24f, "y"},
    {0x253, "b"},
    {0x254, "o"},
    {0x255, "c"},
    {0x256, "d"},
    {0x257, "d"},
    {0x259, "e"},
    {0x25b, "e"},
    {0x260, "g"},
    {0x263, "g"},
    {0x266, "h"},
    {0x268, "i"},
    {0x269, "i"},
    {0x26b, "l"},
    {0x271, "m"},
    {0x272, "n"},
    {0x273, "n"},
    {0x275, "o"},
    {0x27d, "r"},
    {0x282, "s"},
    {0x288, "t"},
    {0x289, "u"},
    {0x28b, "v"},
    {0x292, "z"},
    {0x2c61, "l"},
    {0x2c65, "a"},
    {0x2c66, "t"},
    {0x2c68, "h"},
    {0x2c6a, "k"},
    {0x2c6c, "z"},
    {0x2c73, "w"},
    {0xa741, "k"},
    {0xa749, "l"},
    {0xa7a1, "g"},
    {0xa7a3, "k"},
    {0xa7a5, "n"},
    {0xa7a7, "r"},
    {0xa7a9, "s"},
};

/* Signs that count as letters: apostrophes of transliterations and of
 * Polynesia, the Arabic stroke that makes a word longer. */
static bool
is_sign(uint32_t c)
{
    return (c >= 0x2b9 && c <= 0x2ee) || c == 0x640 || c == 0xa78c;
}

static int
by_point(const void *key, const void *row)
{
    uint32_t a = *(const uint32_t *)key;
    uint32_t b = ((const struct letter *)row)->point;

    return a < b ? -1 : a > b;
}

/* Writes letters and digits as UTF-8. */
static bool
write_letters(const edc_points *points, edc_buf *out)
{
    size_t n = 0;

    if (!edc_buf_alloc(out, points->n * EDC_POINT_MAX))
        return false;
    for (size_t i = 0; i < points->n; i++) {
        uint32_t c = points->p[i];
        const struct letter *letter =
            c < 0x80
                ? NULL
                : bsearch(&c, letters, sizeof(letters) / sizeof(letters[0]),
                      sizeof(letters[0]), by_point);

        if (letter != NULL) {
            for (const char *p = letter->ascii; *p != '\0'; p++)
                out->p[n++] = *p;
        } else if (is_alnum(c) && !is_sign(c)) {
            n += edc_points_put(c, out->p + n);
        }
    }
    out->n = n;
    return true;
}

/* Decomposed before its case is folded, since what stands for letters in
 * another shape (mathematical, squared) has no case of its own. */
static bool
fold_points(const edc_points *points, edc_buf *out)
{
    edc_points plain, folded;
    bool done;

    plain.p = u32_normalize(UNINORM_NFKD, points->p, points->n, NULL, &plain.n);
    if (plain.p == NULL)
        return false;
    folded.p =
        u32_casefold(plain.p, plain.n, NULL, UNINORM_NFKD, NULL, &folded.n);
    edc_points_wipe(&plain);
    if (folded.p == NULL)
        return false;
    done = write_letters(&folded, out);
    edc_points_wipe(&folded);
    return done;
}

bool
edc_fold(edc_str in, edc_buf *out)
{
    edc_points points;
    size_t strays;
    bool done;

    if (is_ascii(in))
        return fold_short(in, out);
    *out = (edc_buf){NULL, 0};
    if (!edc_points_read(in, &points, &strays))
        return false;
    done = fold_points(&points, out);
    edc_points_wipe(&points);
    return done;
}

bool
edc_fold_same(edc_str in, edc_str folded, bool *same)
{
    edc_buf other;
    size_t n = 0;

    *same = false;
    if (!is_ascii(in)) {
        if (!edc_fold(in, &other))
            return false;
        *same = edc_str_eq(edc_buf_str(&other), folded);
        edc_buf_wipe(&other);
        return true;
    }
    for (size_t i = 0; i < in.n; i++) {
        char c = fold_ascii(in.p[i]);

        if (c == '\0')
            continue;
        if (n == folded.n || c != folded.p[n])
            return true;
        n++;
    }
    *same = n == folded.n;
    return true;
}

/* Calls each for one piece; *stop says what it answered. */
static bool
one_word(
    edc_str raw, bool (*each)(void *ctx, edc_str word), void *ctx, bool *stop)
{
    edc_buf word;

    if (!edc_fold(raw, &word))
        return false;
    *stop = word.n > 0 && each(ctx, edc_buf_str(&word));
    edc_buf_wipe(&word);
    return true;
}

bool
edc_fold_words(edc_str in, bool (*each)(void *ctx, edc_str word), void *ctx)
{
    const char *p = in.p;
    edc_str word = {in.p, 0};
    size_t left = in.n;
    bool stop = false;

    while (left > 0) {
        ucs4_t c;
        int len = u8_mbtoucr(&c, (const uint8_t *)p, left);
        size_t step = len > 0 ? (size_t)len : 1;

        p += step;
        left -= step;
        if (len > 0 && is_alnum_or_mark(c)) {
            word.n += step;
            continue;
        }
        if (!one_word(word, each, ctx, &stop))
            return false;
        if (stop)
            return true;
        word = (edc_str){p, 0};
    }
    return one_word(word, each, ctx, &stop);
}
