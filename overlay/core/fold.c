/* fold.c - comparing people's words: case and accents folded. */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

static bool
is_mark(ucs4_t c)
{
    return uc_is_general_category(c, UC_MARK);
}

static bool
is_alnum(ucs4_t c)
{
    return uc_is_general_category(c, UC_LETTER) ||
           uc_is_general_category(c, UC_NUMBER);
}

/* The two ligatures of French that Unicode does not take apart. */
static const char *
opened(ucs4_t c)
{
    switch (c) {
    case 0x153:
        return "oe";
    case 0xe6:
        return "ae";
    default:
        return NULL;
    }
}

/* Copies letters and digits of a folded text, marks dropped. */
static void
keep_letters(const uint8_t *p, size_t left, edc_buf *out)
{
    size_t room = out->n, n = 0;

    while (left > 0) {
        ucs4_t c;
        int len = u8_mbtoucr(&c, p, left);
        const char *pair;
        int put;

        if (len <= 0)
            break;
        p += len;
        left -= (size_t)len;
        if (!is_alnum(c))
            continue;
        pair = opened(c);
        if (pair != NULL) {
            memcpy(out->p + n, pair, 2);
            n += 2;
            continue;
        }
        put = u8_uctomb((uint8_t *)out->p + n, c, (ptrdiff_t)(room - n));
        n += put > 0 ? (size_t)put : 0;
    }
    out->p[n] = '\0';
    out->n = n;
}

/* Copies what is UTF-8. */
static bool
valid_part(edc_str in, edc_buf *out)
{
    const uint8_t *p = (const uint8_t *)in.p;
    size_t left = in.n, n = 0;

    if (!edc_buf_alloc(out, in.n))
        return false;
    while (left > 0) {
        ucs4_t c;
        int len = u8_mbtoucr(&c, p, left);
        size_t step = len > 0 ? (size_t)len : 1;

        if (len > 0) {
            memcpy(out->p + n, p, step);
            n += step;
        }
        p += step;
        left -= step;
    }
    out->n = n;
    return true;
}

bool
edc_fold(edc_str in, edc_buf *out)
{
    edc_buf valid;
    uint8_t *folded;
    size_t n = 0;

    *out = (edc_buf){NULL, 0};
    if (!valid_part(in, &valid))
        return false;
    folded =
        u8_casefold((uint8_t *)valid.p, valid.n, NULL, UNINORM_NFKD, NULL, &n);
    edc_buf_wipe(&valid);
    if (folded == NULL)
        return false;
    if (edc_buf_alloc(out, n + 1))
        keep_letters(folded, n, out);
    OPENSSL_cleanse(folded, n);
    free(folded);
    return out->p != NULL;
}

static bool
one_word(edc_str raw, bool (*each)(void *ctx, edc_str word), void *ctx)
{
    edc_buf word;
    bool stop;

    if (raw.n == 0 || !edc_fold(raw, &word))
        return false;
    stop = word.n > 0 && each(ctx, edc_buf_str(&word));
    edc_buf_wipe(&word);
    return stop;
}

bool
edc_fold_words(edc_str in, bool (*each)(void *ctx, edc_str word), void *ctx)
{
    const char *start = in.p;
    size_t left = in.n;
    const char *p = in.p;

    while (left > 0) {
        ucs4_t c;
        int len = u8_mbtoucr(&c, (const uint8_t *)p, left);
        size_t step = len > 0 ? (size_t)len : 1;

        if (len <= 0 || !(is_alnum(c) || is_mark(c))) {
            if (one_word((edc_str){start, (size_t)(p - start)}, each, ctx))
                return true;
            start = p + step;
        }
        p += step;
        left -= step;
    }
    return in.n > 0 &&
           one_word((edc_str){start, (size_t)(p - start)}, each, ctx);
}
