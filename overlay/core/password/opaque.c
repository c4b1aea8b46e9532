/* opaque.c - preparation of passwords: OpaqueString of RFC 8265. */
#include "core/password/opaque.h"

#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "core/password/freeform.h"
#include "core/password/points.h"

/* RFC 8265 section 4.2.2 rule 2. */
static void
map_spaces(edc_points *points)
{
    for (size_t i = 0; i < points->n; i++) {
        if (uc_is_general_category_withtable(points->p[i], UC_CATEGORY_MASK_Zs))
            points->p[i] = ' ';
    }
}

static edc_opaque
write_utf8(const edc_points *points, edc_buf *out)
{
    size_t n = 0;

    if (!edc_buf_alloc(out, points->n * EDC_POINT_MAX))
        return EDC_OPAQUE_NO_MEMORY;
    for (size_t i = 0; i < points->n; i++)
        n += edc_points_put(points->p[i], out->p + n);
    out->n = n;
    if (n <= EDC_OPAQUE_MAX)
        return EDC_OPAQUE_OK;
    edc_buf_wipe(out);
    return EDC_OPAQUE_TOO_LONG;
}

/* The class is asked twice: what comes in decides whether the string may be
 * prepared (section 4.2.1), and what comes out must be a string that may be
 * (RFC 8264 section 7), or preparing it again would refuse it. */
static edc_opaque
enforce(edc_points *points, edc_buf *out)
{
    edc_points normal;
    edc_opaque result;

    if (!edc_freeform(points->p, points->n))
        return EDC_OPAQUE_INVALID;
    map_spaces(points);
    normal.p =
        u32_normalize(UNINORM_NFC, points->p, points->n, NULL, &normal.n);
    if (normal.p == NULL)
        return EDC_OPAQUE_NO_MEMORY;
    result = edc_freeform(normal.p, normal.n) ? write_utf8(&normal, out)
                                              : EDC_OPAQUE_INVALID;
    edc_points_wipe(&normal);
    return result;
}

/* Printable ASCII is in the class (RFC 8264 section 9.11, ASCII7, and the
 * space), has no other normal form and no other spaces: it is what it becomes.
 * Nearly every password is such. */
static bool
is_plain(edc_str in)
{
    bool plain = true;

    for (size_t i = 0; i < in.n; i++)
        plain &= in.p[i] >= ' ' && in.p[i] <= '~';
    return plain;
}

edc_opaque
edc_opaque_prepare(edc_str in, edc_buf *out)
{
    edc_points points;
    edc_opaque result;
    size_t strays;

    *out = (edc_buf){NULL, 0};
    if (in.n == 0)
        return EDC_OPAQUE_EMPTY;
    if (in.n > EDC_OPAQUE_MAX)
        return EDC_OPAQUE_TOO_LONG;
    if (is_plain(in))
        return edc_buf_copy(out, in) ? EDC_OPAQUE_OK : EDC_OPAQUE_NO_MEMORY;
    if (!edc_points_read(in, &points, &strays))
        return EDC_OPAQUE_NO_MEMORY;
    result = strays > 0 ? EDC_OPAQUE_INVALID : enforce(&points, out);
    edc_points_wipe(&points);
    return result;
}

size_t
edc_opaque_length(edc_str prepared)
{
    return u8_mbsnlen((const uint8_t *)prepared.p, prepared.n);
}
