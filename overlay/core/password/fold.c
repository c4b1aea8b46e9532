/* fold.c - comparing people's words: case and accents folded. */
#include "core/password/fold.h"

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

/* Writes letters and digits as UTF-8, the two ligatures of French opened that
 * Unicode does not take apart. */
static bool
write_letters(const edc_points *points, edc_buf *out)
{
    size_t n = 0;

    if (!edc_buf_alloc(out, points->n * EDC_POINT_MAX))
        return false;
    for (size_t i = 0; i < points->n; i++) {
        uint32_t c = points->p[i];

        if (c == 0x153 || c == 0xe6) {
            out->p[n++] = c == 0x153 ? 'o' : 'a';
            out->p[n++] = 'e';
        } else if (is_alnum(c)) {
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
