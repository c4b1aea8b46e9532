/* opaque.c - preparation of passwords: OpaqueString of RFC 8265. */
#include "opaque.h"

#include <stdlib.h>

#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>
#include <openssl/crypto.h>

/* FreeformClass (RFC 8264 section 4.3) says no to these, whatever their
 * general category (section 9): controls, default-ignorable and noncharacter
 * code points, old Hangul jamo, unassigned ones. */
static bool
disallowed(ucs4_t c)
{
    if (c >= 0x21 && c <= 0x7e)
        return false;
    return uc_is_general_category_withtable(
               c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cs |
                      UC_CATEGORY_MASK_Cn | UC_CATEGORY_MASK_Co |
                      UC_CATEGORY_MASK_Zl | UC_CATEGORY_MASK_Zp) ||
           uc_is_property_default_ignorable_code_point(c) ||
           uc_is_property_not_a_character(c) || (c >= 0x1100 && c <= 0x11ff) ||
           (c >= 0xa960 && c <= 0xa97f) || (c >= 0xd7b0 && c <= 0xd7ff);
}

static bool
is_space(ucs4_t c)
{
    return uc_is_general_category(c, UC_SPACE_SEPARATOR);
}

/* RFC 8265 section 4.2.2 rules 2 and 5: checks every code point, maps spaces;
 * out has room for as many bytes as come in, since U+0020 is the shortest. */
static bool
map_spaces(edc_str in, uint8_t *out, size_t *n)
{
    const uint8_t *p = (const uint8_t *)in.p;
    size_t left = in.n;

    *n = 0;
    while (left > 0) {
        ucs4_t c;
        int len = u8_mbtoucr(&c, p, left);
        int put;

        if (len <= 0)
            return false;
        p += len;
        left -= (size_t)len;
        if (is_space(c))
            c = ' ';
        else if (disallowed(c))
            return false;
        put = u8_uctomb(out + *n, c, (ptrdiff_t)(in.n - *n));
        if (put <= 0)
            return false;
        *n += (size_t)put;
    }
    return true;
}

edc_opaque
edc_opaque_prepare(edc_str in, edc_buf *out)
{
    edc_buf mapped;
    size_t n = 0;
    uint8_t *normal;

    *out = (edc_buf){NULL, 0};
    if (in.n == 0)
        return EDC_OPAQUE_EMPTY;
    if (in.n > EDC_OPAQUE_MAX)
        return EDC_OPAQUE_TOO_LONG;
    if (!edc_buf_alloc(&mapped, in.n))
        return EDC_OPAQUE_NO_MEMORY;
    if (!map_spaces(in, (uint8_t *)mapped.p, &n)) {
        edc_buf_wipe(&mapped);
        return EDC_OPAQUE_INVALID;
    }
    normal = u8_normalize(UNINORM_NFC, (uint8_t *)mapped.p, n, NULL, &n);
    edc_buf_wipe(&mapped);
    if (normal == NULL)
        return EDC_OPAQUE_NO_MEMORY;
    if (!edc_buf_copy(out, (edc_str){(char *)normal, n})) {
        OPENSSL_cleanse(normal, n);
        free(normal);
        return EDC_OPAQUE_NO_MEMORY;
    }
    OPENSSL_cleanse(normal, n);
    free(normal);
    return EDC_OPAQUE_OK;
}

size_t
edc_opaque_length(edc_str prepared)
{
    return u8_mbsnlen((const uint8_t *)prepared.p, prepared.n);
}
